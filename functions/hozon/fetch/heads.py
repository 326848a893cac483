"""Reading a response head, however broken it is. The only module that knows httptools.

llhttp (through httptools) is the strict reader and the judge. What it refuses is read
again as browsers would, and every departure from the standard is said in words: an
archive keeps what was sent. Bodies do not go through llhttp, because it does not tell
*where* a coding breaks, and the bytes from there on are to be kept.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

import httptools

from hozon.nouns.errors import Unreachable
from hozon.nouns.model import Headers

MAX_FIELDS = 1000
_FIRST_STATUS = 100
SWITCHING = 101
FIRST_FINAL = 200
_END = re.compile(rb"\n\r?\n")
_STATUS_LINE = re.compile(
    rb"HTTP/(\d)(?:\.(\d))?[ \t]+([1-9]\d\d)(?!\d)", re.IGNORECASE
)
_FOLD = re.compile(rb"\r?\n[ \t]+")
_UNSAFE = re.compile("[\r\0]")
_LENGTH = re.compile(r"\d{1,15}")
_PLAIN = re.compile(
    rb"HTTP/1\.[01] [1-9]\d\d(?: [\t\x20-\x7e]*)?\r\n"
    rb"(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e]*\r\n)*\r\n"
)
_ODDITIES = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (rb"(?<!\r)\n", "lines end in bare LF"),
        (rb"\r(?!\n)", "bare CR in the head"),
        (rb"\0", "NUL in the head"),
        (rb"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]", "control characters in the head"),
        (rb"[\x80-\xff]", "bytes beyond ASCII in the head"),
        (rb"\A[^\n]*\n[ \t]", "white space before the first header field"),
        (rb"\n[^\n]+\n[ \t]", "folded header field (obs-fold)"),
        (rb"\n[^\s:]+[ \t]+:", "space before the colon of a header field"),
        (rb"\n[ \t]*:", "header field without a name"),
        (rb"\n(?![ \t\r\n])[^:\n]+\n", "header line without a colon"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A response head: `raw` to the byte, and what it says.

    The body is `length` bytes long; chunked if `chunked`; otherwise, with `length`
    None, it lasts until the connection ends (RFC 9112 §6.3). `keep_alive` says whether
    the connection may be used again. `anomalies` says in words what is wrong.
    """

    raw: bytes
    version: str
    status: int
    fields: Headers
    keep_alive: bool
    chunked: bool
    length: int | None
    anomalies: tuple[str, ...]


class _Said(NamedTuple):
    version: str
    status: int
    fields: Headers


class _Sink:
    """Takes what llhttp calls out."""

    __slots__ = ("fields",)

    def __init__(self) -> None:
        self.fields: list[tuple[str, str]] = []

    def on_header(self, name: bytes, value: bytes) -> None:
        self.fields.append(
            (name.decode("latin-1"), value.decode("latin-1").strip(" \t"))
        )


def head_end(data: bytes | bytearray, start: int, stop: int) -> int | None:
    """Return the offset behind the first empty line that ends before `stop`, if any."""
    found = _END.search(data, max(0, start - 2), stop)
    return found.end() if found else None


def read_head(raw: bytes) -> Head:
    """Read one whole head. Raises `Unreachable` if it has no readable status line."""
    anomalies = _oddities(raw)
    refusal = None
    try:
        said = _strict(raw)
    except httptools.HttpParserError as error:
        refusal = str(error)
        said = _lenient(raw)
    chunked, length, wrong = _framing(said)
    anomalies += wrong
    if len(said.fields) > MAX_FIELDS:
        anomalies.append(f"{len(said.fields)} header fields, {MAX_FIELDS} are read")
    if refusal is not None and not anomalies:
        anomalies.append(f"malformed head ({refusal})")
    return Head(
        raw=raw,
        version=said.version,
        status=said.status,
        fields=said.fields[:MAX_FIELDS],
        keep_alive=_persists(said),
        chunked=chunked,
        length=length,
        anomalies=tuple(anomalies),
    )


def _oddities(raw: bytes) -> list[str]:
    if _PLAIN.fullmatch(raw):
        return []
    return [words for pattern, words in _ODDITIES if pattern.search(raw)]


def _strict(raw: bytes) -> _Said:
    sink = _Sink()
    parser = httptools.HttpResponseParser(sink)
    with suppress(httptools.HttpParserUpgrade):
        parser.feed_data(raw)
    version, status = parser.get_http_version(), parser.get_status_code()
    if status < _FIRST_STATUS:
        # llhttp takes any three digits for a status code; RFC 9110 §15 does not.
        return _lenient(raw)
    return _Said(version, status, tuple(sink.fields))


def _lenient(raw: bytes) -> _Said:
    status_line = _STATUS_LINE.match(raw)
    if status_line is None:
        first = raw.split(b"\n", 1)[0][:80].decode("latin-1").strip()
        raise Unreachable(f"the answer has no HTTP status: {first!r}")
    major, minor, status = status_line.groups(default=b"0")
    fields = []
    for line in _FOLD.sub(b" ", raw).split(b"\n")[1:]:
        name, colon, value = line.decode("latin-1").partition(":")
        if colon and name.strip():
            # RFC 9110 §5.5: CR and NUL are replaced before a value is used.
            fields.append((_plain(name), _plain(value)))
    return _Said(f"{major.decode()}.{minor.decode()}", int(status), tuple(fields))


def _plain(text: str) -> str:
    return _UNSAFE.sub(" ", text.removesuffix("\r")).strip(" \t")


def _values(fields: Headers, name: str) -> list[str]:
    """Return the members of all list-valued fields called `name`."""
    return [
        member.strip(" \t")
        for field, value in fields
        if field.lower() == name
        for member in value.split(",")
    ]


def _persists(said: _Said) -> bool:
    """Tell whether the connection goes on after the response (RFC 9112 §9.3).

    llhttp cannot be asked: once a response without a body is over, it has forgotten.
    """
    wishes = {value.lower() for value in _values(said.fields, "connection")}
    if "close" in wishes or said.status == SWITCHING:
        return False
    return said.version == "1.1" or "keep-alive" in wishes


def _framing(said: _Said) -> tuple[bool, int | None, list[str]]:
    """Decide how long the body is (RFC 9112 §6.3): chunked, length, anomalies."""
    lengths = _values(said.fields, "content-length")
    codings = [v.lower() for v in _values(said.fields, "transfer-encoding") if v]
    length, anomalies = _length(lengths)
    if said.status in {204, 304} or said.status < FIRST_FINAL:
        return False, 0, anomalies + _unasked(said.status)
    if not codings:
        return False, length, anomalies
    if lengths:
        anomalies.append("both Content-Length and Transfer-Encoding")
    if codings != ["chunked"]:
        anomalies.append(f"Transfer-Encoding is {', '.join(codings)[:80]!r}")
    if said.version == "1.0":
        anomalies.append("Transfer-Encoding in HTTP/1.0")
    if codings == ["identity"]:
        return False, length, anomalies
    return codings[-1] == "chunked", None, anomalies


def _length(values: list[str]) -> tuple[int | None, list[str]]:
    if not values:
        return None, []
    anomalies = ["Content-Length stated more than once"] if len(values) > 1 else []
    if len(set(values)) > 1:
        return None, ["contradicting Content-Lengths"]
    if not _LENGTH.fullmatch(values[0]):
        return None, [*anomalies, f"Content-Length is no length: {values[0][:40]!r}"]
    return int(values[0]), anomalies


def _unasked(status: int) -> list[str]:
    return ["switched protocols unasked"] if status == SWITCHING else []
