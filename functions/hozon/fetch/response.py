"""Reading one response from the bytes of a connection: no clock, no socket.

The bytes may come in any pieces; what is read does not depend on them. Memory is
bounded by the limits of the head and of what is held of a payload.
"""

from typing import Literal

from hozon.fetch.bodies import Body, body_of
from hozon.fetch.heads import FIRST_FINAL, SWITCHING, Head, head_end, read_head
from hozon.fetch.spooling import Spool
from hozon.nouns.errors import Unreachable
from hozon.nouns.model import Payload

MAX_HEAD = 65_536
MAX_INTERIM = 16
_OPENING = 9
"""Bytes that tell HTTP/1 from what else may come: the length of an HTTP/2 frame's head.
"""

NO_ROOM = "cut off here: no room on the disk for what is too large for memory"

Truncated = Literal["length", "time", "disconnect", "unspecified"]


class ResponseReader:
    """Reads one response; interim responses (1xx) before it are passed over.

    Feed it with `feed`, end it with `eof` or `time_up`; once `ended`, either `failure`
    says why there is no whole head, or `head`, `payload`, `truncated` and `anomalies`
    are what came. `unanswered` tells that the connection ended before any byte came.
    """

    def __init__(self, *, payload_bytes: int, spool: Spool | None = None) -> None:
        self.head: Head | None = None
        self.failure: Unreachable | None = None
        self.truncated: Truncated | None = None
        self.unanswered = False
        self.ended = False
        self._limit = payload_bytes
        self._spool = spool or Spool()
        self._began = False
        self._buffer = bytearray()
        self._searched = 0
        self._passed = 0
        self._interim = 0
        self._blank = False
        self._body: Body | None = None

    @property
    def payload(self) -> Payload:
        """The entity body: transfer coding removed, content coding kept."""
        return self._body.payload if self._body else b""

    @property
    def anomalies(self) -> tuple[str, ...]:
        """What was wrong with the response, in words, each once."""
        words = ["empty line before the status line"] if self._blank else []
        words += self.head.anomalies if self.head else ()
        words += self._body.anomalies if self._body else ()
        words += [NO_ROOM] if self._body and self._body.is_full else []
        return tuple(dict.fromkeys(words))

    @property
    def reusable(self) -> bool:
        """Whether the connection may carry another exchange: all of it was in order."""
        return (
            self.head is not None
            and self.head.keep_alive
            and self._body is not None
            and self._body.complete
            and self.truncated is None
            and not self.anomalies
        )

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the connection."""
        self._began = True
        if self.ended:
            self._surplus(data)
        elif self._body is not None:
            self._take(self._body, data)
        else:
            self._buffer += data
            self._advance()

    def eof(self, *, reset: bool = False) -> None:
        """Note that the other side ended the connection (`reset`: by an error)."""
        if self.ended:
            return
        self.unanswered = not self._began
        if self._body is None:
            self._advance(final=True)
            self._fail("the connection ended before a whole response head")
        elif not self._body.eof() or reset:
            self.truncated = "disconnect"
        self.ended = True

    def time_up(self) -> None:
        """Note that the time for this exchange is over."""
        if self.ended:
            return
        if self._body is None:
            self._advance(final=True)
            self._fail("no whole response head in time")
        else:
            self.truncated = "time"
        self.ended = True

    def _surplus(self, data: bytes) -> None:
        """Let a body that is whole say that something follows it."""
        if self._body is not None and self._body.complete:
            self._body.feed(data)

    def _fail(self, why: str) -> None:
        self.failure = self.failure or Unreachable(why)
        self.ended = True
        self._buffer.clear()

    def _take(self, body: Body, data: bytes) -> None:
        body.feed(data)
        if body.cut:
            self.truncated = "unspecified" if body.is_full else "length"
        self.ended = body.complete or body.cut

    def _advance(self, *, final: bool = False) -> None:
        """Read heads from the buffer until one is final, or more bytes are needed."""
        while not self.ended and self._body is None:
            self._skip_blank()
            if not self._opens(final=final):
                return
            end = head_end(self._buffer, self._searched, MAX_HEAD - self._passed)
            if end is None:
                self._searched = len(self._buffer)
                self._check_size()
                return
            raw = bytes(self._buffer[:end])
            del self._buffer[:end]
            self._passed += end
            self._searched = 0
            self._read(raw)

    def _skip_blank(self) -> None:
        """Pass over line ends before the status line (RFC 9112 §2.2)."""
        if not self._buffer.startswith((b"\r", b"\n")):
            return
        rest = self._buffer.lstrip(b"\r\n")
        self._blank = True
        self._passed += len(self._buffer) - len(rest)
        self._buffer = rest
        if self._passed > MAX_HEAD:
            self._fail("endless line ends instead of a response")

    def _opens(self, *, final: bool) -> bool:
        """Tell whether an HTTP/1 head has begun; fail if something else has."""
        opening = bytes(self._buffer[:_OPENING])
        if len(opening) < _OPENING and not final:
            return False
        if opening and opening[:5].upper() != b"HTTP/"[: len(opening)]:
            self._fail(_no_http(opening))
        return bool(opening) and not self.ended

    def _check_size(self) -> None:
        if self._passed + len(self._buffer) >= MAX_HEAD:
            self._fail(f"response head of more than {MAX_HEAD} bytes")

    def _read(self, raw: bytes) -> None:
        try:
            head = read_head(raw)
        except Unreachable as failure:
            self.failure = failure
            self._fail(str(failure))
            return
        if head.status < FIRST_FINAL and head.status != SWITCHING:
            self._count_interim()
            return
        self.head = head
        self._body = body_of(head, limit=self._limit, spool=self._spool)
        rest = bytes(self._buffer)
        self._buffer.clear()
        self._take(self._body, rest)

    def _count_interim(self) -> None:
        self._interim += 1
        if self._interim > MAX_INTERIM:
            self._fail(f"more than {MAX_INTERIM} interim responses")


def _no_http(opening: bytes) -> str:
    """Say what came instead of an HTTP/1 response."""
    if opening[:2] == b"\0\0" and opening[3:4] == b"\x04":
        return "the server speaks HTTP/2 without having been asked"
    if opening[:1] in {b"\x15", b"\x16"}:
        return "the server speaks TLS where plain HTTP was expected"
    return f"the answer is not HTTP/1: it begins with {opening!r}"
