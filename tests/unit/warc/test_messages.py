import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.nouns.errors import Damaged
from hozon.warc import messages


def test_head_is_status_fields_and_payload_offset() -> None:
    """A head gives its status, its fields in order, and where the payload begins."""
    block = b"HTTP/1.1 404 Not Found\r\nA: 1\r\na:2\r\nB:  \xe9 \r\n\r\nbody"

    assert messages.http_head(block) == (
        404,
        (("A", "1"), ("a", "2"), ("B", "é")),
        len(block) - 4,
    )


@pytest.mark.parametrize(
    ("block", "status"),
    [
        (b"HTTP/1.1 200\r\n\r\n", 200),
        (b"HTTP/1.0\t301 \n\n", 301),
        (b"HTTP/2 204\r\n\r\n", 204),
        (b"ICY 200 OK\r\n\r\n", 200),
        (b"HTTP/1.1 500", 500),
    ],
)
def test_strange_status_lines_are_read(block: bytes, status: int) -> None:
    """Whatever names a status is a status line."""
    assert messages.http_head(block) == (status, (), len(block))


@pytest.mark.parametrize(
    "block", [b"", b"<html>", b"HTTP/1.1 OK\r\n\r\n", b"HTTP/1.1 2000 OK\r\n\r\n"]
)
def test_what_names_no_status_is_damaged(block: bytes) -> None:
    """A block without a status line has no head."""
    with pytest.raises(Damaged):
        messages.http_head(block)


def test_fields_are_read_leniently() -> None:
    """Folded lines are joined, line feeds alone end lines, nonsense is passed over."""
    block = b"HTTP/1.1 200 OK\nA: 1\n\t2\n  \nnonsense\nB : 3\n\nbody\n\n"

    assert messages.http_head(block)[1:] == ((("A", "1 2"), ("B", "3")), 43)


@given(st.binary(max_size=200))
def test_heads_never_surprise(noise: bytes) -> None:
    """Any bytes after a status line give a head, with the payload inside the block."""
    block = b"HTTP/1.1 200 " + noise
    status, headers, at = messages.http_head(memoryview(block))

    assert 200 == status
    assert 0 <= at <= len(block)
    assert all("\n" not in name + value for name, value in headers)


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("text/html; charset=utf-8", "text/html"),
        ("Image/SVG+XML", "image/svg+xml"),
        (" text/plain ;", "text/plain"),
        ("", "unk"),
        ("html", "unk"),
        ("text/html, text/html", "unk"),
        ("text/\xe9", "unk"),
        (";charset=utf-8", "unk"),
    ],
)
def test_media_types_are_bare_and_lower_case(named: str, expected: str) -> None:
    """A media type has no parameters; what is none is unknown."""
    assert expected == messages.media_type((("content-type", named),))


def test_no_media_type_is_unknown() -> None:
    """A response without Content-Type has an unknown type."""
    assert "unk" == messages.media_type((("Content-Length", "0"),))


CHUNKED = (("Transfer-Encoding", "gzip, Chunked"),)


@pytest.mark.parametrize(
    ("coded", "entity"),
    [
        (b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: 1\r\n\r\n", b"abcde"),
        (b"0003 \nabc\n0\n\n", b"abc"),
        (b"0\r\n\r\n", b""),
        (b"5\r\nabcde\r\nA\r\nfgh", b"abcdefgh"),
        (b"5\r\nabcde", b"abcde"),
        (b"<html>", b"<html>"),
        (b"", b""),
        (b"3\r\nabc\r\n<html>", b"3\r\nabc\r\n<html>"),
        (b"3\r\nabcdefgh\r\n", b"3\r\nabcdefgh\r\n"),
    ],
)
def test_chunks_are_put_together_if_they_are_chunks(
    coded: bytes, entity: bytes
) -> None:
    """Chunked bytes are put together, also when cut short; others are left alone."""
    assert entity == bytes(messages.entity(CHUNKED, memoryview(coded)))


def test_unmarked_chunks_are_left_alone() -> None:
    """Without Transfer-Encoding, what looks like chunks is the payload."""
    assert b"1\r\na\r\n0\r\n\r\n" == messages.entity((), b"1\r\na\r\n0\r\n\r\n")
