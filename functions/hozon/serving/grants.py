"""Leave to see one snapshot on the replay's origin: signed, and over in five minutes. Pure.

The replay's origin knows no reader. Whoever may see a snapshot is told by the pages, which
put a grant into the path of all that the replay is asked for. It says until when it holds
and which pages it came from, and is bound to one WARC object by an HMAC (RFC 2104,
SHA-256).
"""

import base64
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hozon.nouns.errors import Refused

LIFETIME = timedelta(minutes=5)
"""How long a grant holds."""

KEY_BYTES = 32
"""Length of the key that signs grants."""

_GRANT = re.compile(
    r"(?P<until>[0-9]{10})\.(?P<pages>[A-Za-z0-9_-]{1,400})\.(?P<mac>[A-Za-z0-9_-]{43})"
)
_PAGES = re.compile(r"https?://[A-Za-z0-9._~:\[\]-]{1,270}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Leave to see the WARC object `warc_key`, until an instant; `pages` is the origin
    that gave it.
    """

    warc_key: str
    pages: str
    until: datetime

    @property
    def day(self) -> date:
        """The day (UTC) whose key has signed it: that on which it was given."""
        return (self.until - LIFETIME).date()


def given(warc_key: str, pages: str, now: datetime) -> Grant:
    """Return the grant that is given now."""
    until = now.replace(microsecond=0) + LIFETIME
    return Grant(warc_key=warc_key, pages=pages, until=until)


def signed(grant: Grant, key: bytes) -> str:
    """Return a grant as it stands in a path, signed."""
    pages = base64.urlsafe_b64encode(grant.pages.encode()).decode().rstrip("=")
    return f"{_until(grant)}.{pages}.{_mac(grant, key)}"


def read(text: str, warc_key: str, now: datetime) -> tuple[Grant, str]:
    """Return what a grant for an object says, and its signature, which is not yet held
    against anything. Raises `Refused` for what is none, or does not hold now.
    """
    found = _GRANT.fullmatch(text)
    pages = _origin(found["pages"]) if found else ""
    if found is None or _PAGES.fullmatch(pages) is None:
        raise Refused("this is no grant; open the page in the archive again")
    until = datetime.fromtimestamp(int(found["until"]), UTC)
    if not now < until <= now + LIFETIME:
        raise Refused("this view has ended; open the page in the archive again")
    return Grant(warc_key=warc_key, pages=pages, until=until), found["mac"]


def check(grant: Grant, mac: str, key: bytes) -> None:
    """Raise `Refused` unless a grant was signed with this key; takes the same time for
    any signature.
    """
    if not hmac.compare_digest(_mac(grant, key), mac):
        raise Refused("this is no grant; open the page in the archive again")


def _origin(coded: str) -> str:
    try:
        padded = coded + "=" * (-len(coded) % 4)
        return base64.urlsafe_b64decode(padded).decode("ascii")
    except ValueError:
        return ""


def _until(grant: Grant) -> str:
    return f"{int(grant.until.timestamp()):010}"


def _mac(grant: Grant, key: bytes) -> str:
    said = "\n".join(
        ("hozon replay/1", _until(grant), grant.pages, grant.warc_key)
    ).encode()
    made = hmac.new(key, said, "sha256").digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")
