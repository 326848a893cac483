"""Give grants (`grants`), and hold those that come against the key of their day.

The key is made by whoever needs it first on a day (UTC), and lies in the scratch: of a
folder in the memory of the one process that serves both origins, on AWS in the derived
bucket, which drops it after a day. Lost, it is made anew, and readers open the page again.
"""

import secrets
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from hozon.nouns.archive import Archive
from hozon.nouns.errors import Refused
from hozon.nouns.scratch import Scratch
from hozon.serving import grants
from hozon.serving.grants import Grant


def grant(warc_key: str, pages: str, archive: Archive) -> str:
    """Return a grant for a WARC object, as it stands in a path.

    Who calls this has seen to it that its reader may see the object.
    """
    made = grants.given(warc_key, pages, archive.clock())
    return grants.signed(made, _made(_Held(archive.scratch), made.day))


def granted(text: str, warc_key: str, archive: Archive) -> Grant:
    """Return what a grant says, or raise `Refused` if it was not given here, is over, or
    is for another object.
    """
    said, mac = grants.read(text, warc_key, archive.clock())
    grants.check(said, mac, _known(_Held(archive.scratch), said.day))
    return said


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """A scratch whose keys this process remembers: it is the same as itself alone."""

    scratch: Scratch

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.scratch is self.scratch

    def __hash__(self) -> int:
        return id(self.scratch)


@lru_cache(maxsize=8)
def _made(held: _Held, day: date) -> bytes:
    return held.scratch.first(_name(day), secrets.token_bytes(grants.KEY_BYTES))


@lru_cache(maxsize=8)
def _known(held: _Held, day: date) -> bytes:
    key = held.scratch.kept(_name(day))
    if key is None or len(key) != grants.KEY_BYTES:
        raise Refused("this is no grant; open the page in the archive again")
    return key


def _name(day: date) -> str:
    return f"replay/key-{day.isoformat()}"
