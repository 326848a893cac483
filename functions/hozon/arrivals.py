"""What was stored since: WARC objects, for whoever works through all of them."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Protocol

from hozon.ports import WarcStore

_SIZE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """Keys of WARC objects, and the position behind them."""

    keys: Sequence[str]
    position: str


class Arrivals(Protocol):
    """Tells what was stored since a position, in an order of its own."""

    def since(self, position: str | None, *, limit: int) -> Arrived:
        """Return up to `limit` objects that came after `position` (None: from the first
        on). No keys: there is no more yet.

        Every object comes; one that came twice does no harm.
        """


class Listing:
    """Finds what is new among all keys of a store, until the log says it.

    A position is what is known of each key that came: it grows with the archive.
    """

    def __init__(self, warcs: WarcStore) -> None:
        self._warcs = warcs

    def since(self, position: str | None, *, limit: int) -> Arrived:
        """Return up to `limit` objects whose keys are not known at `position`."""
        data = b64decode(position or "")
        known = {data[n : n + _SIZE] for n in range(0, len(data), _SIZE)}
        held = self._warcs.keys()
        keys = list(islice((key for key in held if _mark(key) not in known), limit))
        told = data + b"".join(map(_mark, keys))
        return Arrived(keys=keys, position=b64encode(told).decode())


def _mark(key: str) -> bytes:
    return sha256(key.encode()).digest()[:_SIZE]
