"""`Scratch` in the memory of this process: what is used least is forgotten first."""

import threading
from collections import OrderedDict
from collections.abc import Iterable

from hozon.adapters import scratchnames
from hozon.nouns.model import Payload

MOST_BYTES = 64_000_000


class MemoryScratch:
    """Keeps at most `most_bytes`; what is larger is not kept at all."""

    def __init__(self, *, most_bytes: int = MOST_BYTES) -> None:
        self._room = most_bytes
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self._turn = threading.Lock()

    def keep(self, name: str, data: bytes) -> None:
        """Keep `data`, over what had this name."""
        scratchnames.checked(name)
        with self._turn:
            self._put(name, data)

    def keep_all(self, name: str, pieces: Iterable[Payload]) -> None:
        """Keep what comes in pieces, over what had this name."""
        self.keep(name, b"".join(pieces))

    def _put(self, name: str, data: bytes) -> None:
        self._room += len(self._held.pop(name, b""))
        self._held[name] = data
        self._room -= len(data)
        while self._room < 0:
            _, oldest = self._held.popitem(last=False)
            self._room += len(oldest)

    def first(self, name: str, data: bytes) -> bytes:
        """Keep `data` unless something is kept under this name, and return what is."""
        with self._turn:
            held = self._held.get(scratchnames.checked(name))
            if held is None:
                self._put(name, data)
            return data if held is None else held

    def kept(self, name: str) -> bytes | None:
        """Return what is kept under a name, None if nothing is."""
        with self._turn:
            if scratchnames.checked(name) in self._held:
                self._held.move_to_end(name)
            return self._held.get(name)

    def lend(
        self,
        name: str,
        *,
        filename: str,  # noqa: ARG002 (AWS needs it)
        media_type: str,  # noqa: ARG002 (the same)
    ) -> str | None:
        """Return None: whoever has it serves it."""
        scratchnames.checked(name)
        return None
