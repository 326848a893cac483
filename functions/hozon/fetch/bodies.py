"""Taking the transfer coding off a response body, piece by piece (RFC 9112 §6, §7).

Each body gives the same payload and the same anomalies however its bytes are split.
Where a chunked coding breaks, what was decoded stays and the bytes from the fault on
are kept as they came. Memory is bounded by the spool's.
"""

import re
from collections.abc import Callable

from hozon.fetch.heads import Head
from hozon.fetch.spooling import Spool
from hozon.nouns.model import Payload

MAX_CHUNK_LINE = 4096
MAX_TRAILER = 65_536
FRAMING_ALLOWANCE = 1_048_576
"""Bytes of chunk framing taken beyond the size of the payload itself: a server that
sends single bytes as chunks costs processor time, not memory, so no other limit bites.
"""

_SIZE_LINE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")
_SIZE_START = re.compile(rb"[ \t]*[0-9A-Fa-f]{0,15}[ \t]*(?:;[^\r\n]*)?\r?")

_LINE_ENDS = (bytearray(b"\r\n"), bytearray(b"\n"))
_Step = Callable[[bytes, int], int]

EXTRA = "extra bytes after the body"
BARE_LF = "lines of the chunked coding end in bare LF"


class Body:
    """What follows a head until the connection ends; base of those that end before.

    `complete`: nothing is missing and nothing more belongs to it. `cut`: a limit was
    reached (`is_full`: that of the disk), the rest is not taken.
    """

    def __init__(self, limit: int, spool: Spool) -> None:
        self._spool = spool
        self.is_full = False
        self.complete = False
        self.cut = False
        self.anomalies: list[str] = []
        self._limit = limit

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the connection."""
        self._keep(data)

    def eof(self) -> bool:
        """Tell whether the body is whole, now that the connection has ended."""
        self.complete = True
        return True

    @property
    def payload(self) -> Payload:
        """What was taken of it."""
        return self._spool.payload

    def _keep(self, data: bytes) -> None:
        room = self._limit - self._spool.size
        if len(data) > room:
            self.cut = True
            data = data[:room]
        if data and not self._spool.add(data):
            self.cut = self.is_full = True


class SizedBody(Body):
    """A body of stated length."""

    def __init__(self, limit: int, spool: Spool, length: int) -> None:
        super().__init__(limit, spool)
        self._length = length
        self._settle()

    def feed(self, data: bytes) -> None:
        """Take the next bytes; those beyond the length are not the body's."""
        left = self._length - self._spool.size
        self._keep(data[:left])
        self._settle()
        if self.complete and len(data) > left:
            self.anomalies.append(EXTRA)

    def _settle(self) -> None:
        size = self._spool.size
        self.complete = size == self._length
        self.cut = not self.complete and (size == self._limit or self.is_full)

    def eof(self) -> bool:
        """Tell whether all of the stated length has come."""
        if not self.complete:
            self.anomalies.append(
                f"short body: {self._spool.size} of {self._length} bytes"
            )
        return self.complete


class ChunkedBody(Body):
    """A body in chunked coding (RFC 9112 §7.1); `payload` is without it."""

    def __init__(self, limit: int, spool: Spool) -> None:
        super().__init__(limit, spool)
        self._line = bytearray()
        self._left = 0
        self._framing = 0
        self._trailer = 0
        self._step: _Step = self._size

    def feed(self, data: bytes) -> None:
        """Take the next bytes; what is behind the coding's end is not ours."""
        at = 0
        while at < len(data) and not self.complete and not self.cut:
            at = self._step(data, at)
        if self.complete and at < len(data) and self._trailer <= MAX_TRAILER:
            self.anomalies.append(EXTRA)

    def eof(self) -> bool:
        """Tell whether the payload is whole: its last chunk has come, or it is raw."""
        if self._step == self._size and not _SIZE_START.fullmatch(self._line):
            self._broken("malformed chunk size")
        if self._step == self._raw:
            self.complete = True
        elif not self.complete:
            self.anomalies.append("the chunked coding has no end")
        return self.complete or self._step == self._after_last

    def _size(self, data: bytes, at: int) -> int:
        """Take (the next part of) the line that states a chunk's size."""
        at, whole = self._collect(data, at)
        too_long = len(self._line) > MAX_CHUNK_LINE
        if not whole and not too_long:
            return at
        line = None if too_long else _SIZE_LINE.fullmatch(self._line)
        if line is None:
            self._broken("malformed chunk size")
            return at
        self._left = int(line[1], 16)
        self._step = self._chunk if self._left else self._after_last
        self._count_framing()
        self._end_line()
        return at

    def _chunk(self, data: bytes, at: int) -> int:
        """Take (the next part of) a chunk's data."""
        piece = data[at : at + self._left]
        self._keep(piece)
        self._left -= len(piece)
        if not self._left:
            self._step = self._gap
        elif self._spool.size == self._limit:
            self.cut = True
        return at + len(piece)

    def _gap(self, data: bytes, at: int) -> int:
        """Take the line end behind a chunk's data."""
        if not self._line and data.startswith(b"\r\n", at):
            self._step = self._size
            return at + 2
        self._line += data[at : at + 1]
        if self._line in _LINE_ENDS:
            self._end_line()
            self._step = self._size
        elif self._line != b"\r":
            self._broken("chunk longer than its size")
        return at + 1

    def _after_last(self, data: bytes, at: int) -> int:
        """Take (the next part of) the trailer section, up to its empty line."""
        at, whole = self._collect(data, at)
        if whole and self._line in _LINE_ENDS:
            self.complete = True
            if self._trailer:
                self.anomalies.append(f"trailer of {self._trailer} bytes, not kept")
        elif self._trailer + len(self._line) > MAX_TRAILER and self._line != b"\r":
            self._trailer += len(self._line)
            self.complete = True
            self.anomalies.append(f"trailer of more than {MAX_TRAILER} bytes")
        elif whole:
            self._trailer += len(self._line)
        if whole:
            self._end_line()
        return at

    def _raw(self, data: bytes, at: int) -> int:
        """Take what follows a fault, as it comes."""
        self._keep(data[at:])
        return len(data)

    def _collect(self, data: bytes, at: int) -> tuple[int, bool]:
        """Take the rest of a line; return where it ends and whether it is whole."""
        newline = data.find(b"\n", at)
        end = len(data) if newline < 0 else newline + 1
        self._line += data[at:end]
        return end, newline >= 0

    def _count_framing(self) -> None:
        self._framing += len(self._line) + 2
        if self._framing > self._spool.size + FRAMING_ALLOWANCE:
            self.anomalies.append("more chunk framing than payload")
            self.cut = True

    def _end_line(self) -> None:
        if not self._line.endswith(b"\r\n") and BARE_LF not in self.anomalies:
            self.anomalies.append(BARE_LF)
        self._line.clear()

    def _broken(self, words: str) -> None:
        """Give up on the coding: from the fault on, bytes are kept as they come."""
        self.anomalies.append(f"{words}; the body is kept as it came from there on")
        self._step = self._raw
        self._keep(bytes(self._line))


def body_of(head: Head, *, limit: int, spool: Spool) -> Body:
    """Return the body that `head` announces; at most `limit` bytes of it are kept."""
    if head.chunked:
        return ChunkedBody(limit, spool)
    if head.length is not None:
        return SizedBody(limit, spool, head.length)
    return Body(limit, spool)
