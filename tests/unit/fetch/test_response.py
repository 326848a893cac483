from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import httptools
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.fetch.heads import Head
from hozon.fetch.response import ResponseReader
from tests.faults.broken_cases import CASES, Case

LIMIT = 2000
HEADS = (
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n\r\n",
    b"HTTP/1.1 200 OK\nContent-Length: 5\n\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"HTTP/1.0 200 OK\r\nTransfer-Encoding: gzip, chunked\r\nX: a\r\n b\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
    b"\r\n\r\nHTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n",
    b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nX: " + b"y" * 65_497 + b"\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nX: " + b"y" * 65_536 + b"\r\n\r\n",
    b"HTTP/1.1 2000 OK\r\n\r\n",
    b"HTTQ",
    b"",
)
BODIES = (
    b"hello",
    b"hello, and more",
    b"5\r\nhello\r\n0\r\n\r\n",
    b"5\r\nhello\r\n0\r\nX-T: y\r\n\r\n",
    b"5;a=b\nhello\n3\r\nabc\r\n0\r\n\r\nextra",
    b"5\r\nhellooo\r\n0\r\n\r\n",
    b"5\r\nhello\r\nZZ\r\nhello",
    b"nothing chunked here",
    b"bb8\r\n" + b"a" * 3000 + b"\r\n0\r\n\r\n",
    b"a" * 3000,
    b"1\r\na\r\n" * 900 + b"0\r\n",
    b"0\r\n" + b"X-T: y\r\n" * 8192 + b"\r\n",
    b"0\r\n" + b"X-T: y\r\n" * 8193 + b"\r\n",
    b"5;" + b"x" * 4094 + b"\r\nhello\r\n0\r\n\r\n",
    b"",
)


class Said(NamedTuple):
    """All that a reader says about a connection."""

    head: Head | None
    failure: str
    payload: bytes
    truncated: str | None
    anomalies: tuple[str, ...]
    reusable: bool


def read(pieces: Sequence[bytes], *, limit: int = LIMIT, reset: bool = False) -> Said:
    """Return all that a reader says about a connection that brought `pieces`."""
    reader = ResponseReader(payload_bytes=limit)
    for piece in pieces:
        reader.feed(piece)
    reader.eof(reset=reset)
    return Said(
        reader.head,
        str(reader.failure),
        bytes(reader.payload),
        reader.truncated,
        reader.anomalies,
        reader.reusable,
    )


def split(data: bytes, cuts: Sequence[int]) -> list[bytes]:
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    return [data[a:b] for a, b in pairwise(edges)]


CUTS = st.lists(st.integers(0, 9000), max_size=12)


@given(st.sampled_from(HEADS), st.sampled_from(BODIES), CUTS, st.integers(0, 3000))
def test_the_pieces_do_not_matter(
    head: bytes, body: bytes, cuts: list[int], limit: int
) -> None:
    """The same bytes are the same response, however the network splits them."""
    wire = head + body

    assert read([wire], limit=limit) == read(split(wire, cuts), limit=limit)


@pytest.mark.parametrize("limit", [0, 1, 4, 5, 6, LIMIT])
@pytest.mark.parametrize("head", [h for h in HEADS if len(h) < 200])
def test_single_bytes_make_the_same_response(head: bytes, limit: int) -> None:
    """Byte by byte, every response is what it is at once."""
    for body in BODIES:
        wire = head + body[:5000]
        assert read([wire], limit=limit) == read(
            [wire[at : at + 1] for at in range(len(wire))], limit=limit
        )


@pytest.mark.parametrize("head", [h for h in HEADS if b"chunked" in h])
def test_a_line_end_may_be_torn_apart(head: bytes) -> None:
    """The last byte may come alone, also where a limit is just reached."""
    for body in BODIES:
        wire = head + body
        assert read([wire]) == read([wire[:-1], wire[-1:]])


@given(st.binary(max_size=300), CUTS)
def test_no_bytes_break_the_reader(noise: bytes, cuts: list[int]) -> None:
    """Whatever comes, there is either a head or a reason; and pieces do not matter."""
    for opening in (b"", b"HTTP/1.1 200 OK\r\n", HEADS[3]):
        wire = opening + noise
        whole = read([wire])
        assert whole == read(split(wire, cuts))


@given(
    st.lists(st.binary(min_size=1, max_size=50), max_size=8),
    st.sampled_from([b"", b";a", b';q="x"']),
    CUTS,
)
def test_chunked_coding_is_removed_as_llhttp_does(
    chunks: list[bytes], extension: bytes, cuts: list[int]
) -> None:
    """Where the coding is sound, our decoder and llhttp give the same payload."""
    coded = b"".join(b"%x%s\r\n%s\r\n" % (len(c), extension, c) for c in chunks)
    wire = HEADS[3] + coded + b"0\r\n\r\n"
    theirs = Theirs()
    httptools.HttpResponseParser(theirs).feed_data(wire)

    reader = ResponseReader(payload_bytes=LIMIT)
    for piece in split(wire, cuts):
        reader.feed(piece)

    assert bytes(theirs.payload) == reader.payload == b"".join(chunks)
    assert reader.ended
    assert reader.reusable


class Theirs:
    """Takes what llhttp decodes."""

    def __init__(self) -> None:
        self.payload = bytearray()

    def on_body(self, data: bytes) -> None:
        self.payload += data


def test_the_head_is_kept_to_the_byte() -> None:
    """Case, order, duplicates and white space of a head are those of the wire."""
    raw = (
        b"HTTP/1.1 200 Very  OK\r\nset-COOKIE: a=1\r\nX-B:\t b \t\r\n"
        b"Set-Cookie: c=2\r\nContent-Length: 0\r\n\r\n"
    )
    reader = ResponseReader(payload_bytes=LIMIT)
    reader.feed(raw)

    assert reader.head is not None
    assert raw == reader.head.raw
    assert (
        ("set-COOKIE", "a=1"),
        ("X-B", "b"),
        ("Set-Cookie", "c=2"),
        ("Content-Length", "0"),
    ) == reader.head.fields
    assert reader.reusable


def fields(raw: bytes) -> list[tuple[str, str]]:
    reader = ResponseReader(payload_bytes=LIMIT)
    reader.feed(raw)
    assert reader.head is not None
    return list(reader.head.fields)


def test_what_llhttp_refuses_is_read_as_browsers_do() -> None:
    """Broken lines are read leniently: CR and NUL become spaces, folds are joined."""
    raw = (
        b"HTTP/1.1 200 OK\r\n folded status\r\nX-A: one\r\n\t two\r\nX-B : a\0b\rc\r\n"
        b"rubbish\r\n: nameless\r\nX-C:d\n\r\n"
    )

    assert [("X-A", "one two"), ("X-B", "a b c"), ("X-C", "d")] == fields(raw)


def test_too_many_fields_are_left_in_the_head() -> None:
    """The fields that are read have a limit; the head keeps them all."""
    raw = b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1001 + b"Content-Length: 0\r\n\r\n"
    reader = ResponseReader(payload_bytes=LIMIT)
    reader.feed(raw)

    assert reader.head is not None
    assert raw == reader.head.raw
    assert 1000 == len(reader.head.fields)
    assert ("1002 header fields, 1000 are read",) == reader.anomalies


@pytest.mark.parametrize(
    ("opening", "words"),
    [
        (b"<html>hi</html>", "begins with b'<html>hi<'"),
        (b"<", "begins with b'<'"),
        (bytes(3) + b"\x04" + bytes(5), "HTTP/2"),
        (b"\x15\x03\x01\x00\x02\x02\x46\x00\x00", "TLS"),
        (b"ICY 200 OK\r\n\r\n", "is not HTTP/1"),
        (b"HTTP/1.1 099 No\r\n\r\n", "no HTTP status"),
        (b"HTTP/1.1 200 O", "ended before a whole response head"),
        (b"", "ended before a whole response head"),
        (b"\r\n" * 40_000, "endless line ends"),
    ],
)
def test_what_is_no_response_is_said(opening: bytes, words: str) -> None:
    """Without a readable head, the failure says what came instead."""
    reader = ResponseReader(payload_bytes=LIMIT)
    reader.feed(opening)
    reader.eof()

    assert reader.head is None
    assert words in str(reader.failure)


@pytest.mark.parametrize(
    ("wire", "reusable"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", True),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", False),
        (b"HTTP/1.1 304 Not Modified\r\nConnection: Close\r\n\r\n", False),
        (b"HTTP/1.1 204 No Content\r\nConnection: x, close\r\n\r\n", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok!", False),
        (b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok", False),
        (b"HTTP/1.1 101 S\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", False),
        (
            b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok",
            True,
        ),
    ],
)
def test_a_connection_is_reused_after_a_clean_answer_only(
    wire: bytes, *, reusable: bool
) -> None:
    """Only a whole response in good order, with leave to go on, lets a connection on."""
    reader = ResponseReader(payload_bytes=LIMIT)
    reader.feed(wire)

    assert reusable == reader.reusable


def test_time_up_keeps_what_came() -> None:
    """A response that is cut by the deadline keeps what has arrived."""
    reader = ResponseReader(payload_bytes=LIMIT)
    reader.feed(b"HTTP/1.1 200 OK\r\n\r\nhel")
    reader.time_up()
    reader.feed(b"lo")

    assert (b"hel", "time", True) == (reader.payload, reader.truncated, reader.ended)


def test_a_reset_is_a_disconnect() -> None:
    """A body that lasts until the connection ends is whole only if it ends in peace."""
    wire = b"HTTP/1.1 200 OK\r\n\r\nhello"

    assert read([wire]).truncated is None
    assert "disconnect" == read([wire], reset=True).truncated


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_broken_servers_say_the_same_in_single_bytes(case: Case) -> None:
    """The finite answers of the broken server do not depend on pieces either."""
    wire = b"".join(s for s in case.sent if isinstance(s, bytes))[:3000]

    assert read([wire]) == read([wire[at : at + 1] for at in range(len(wire))])
