"""Replies: the bytes of a response to a given request."""

import gzip
from datetime import UTC, datetime

import pytest

from examples.replies import Reply, Request, message

_CHANGED = datetime(2026, 11, 20, 7, 35, tzinfo=UTC)
_TEXT = b"a line of text, and another one\n" * 400


def _asked(method: str = "GET", **fields: str) -> Request:
    named = tuple((name.replace("_", "-"), value) for name, value in fields.items())
    return Request(
        method=method,
        target="/",
        headers=named,
        body=b"",
        host="127.0.0.1",
        at_s=0.0,
    )


def _parted(response: bytes) -> tuple[str, dict[str, str], bytes]:
    head, _, body = response.partition(b"\r\n\r\n")
    start, *lines = head.decode("latin-1").split("\r\n")
    fields = (line.partition(": ") for line in lines)
    return start, {name: value for name, _, value in fields}, body


def test_a_plain_reply_states_its_length_and_validators() -> None:
    """A plain reply carries Date, ETag, Last-Modified, type and length."""
    reply = Reply(_TEXT, last_modified=_CHANGED)

    start, fields, body = _parted(message(reply, _asked()))

    assert "HTTP/1.1 200 OK" == start
    assert _TEXT == body
    assert str(len(_TEXT)) == fields["Content-Length"]
    assert "Fri, 20 Nov 2026 07:35:00 GMT" == fields["Last-Modified"]
    assert {"Date", "ETag", "Content-Type"} <= fields.keys()


def test_gzip_is_used_only_where_it_is_accepted() -> None:
    """A gzip reply is coded for who accepts it, and varies; its ETag does too."""
    reply = Reply(_TEXT, gzip=True)

    _, plain, body = _parted(message(reply, _asked()))
    _, coded, packed = _parted(message(reply, _asked(Accept_Encoding="br, gzip;q=0.5")))

    assert _TEXT == body == gzip.decompress(packed)
    assert "gzip" == coded["Content-Encoding"]
    assert "Content-Encoding" not in plain
    assert "Accept-Encoding" == plain["Vary"] == coded["Vary"]
    assert plain["ETag"] != coded["ETag"]


@pytest.mark.parametrize(
    "refused", ["gzip;q=0", "br, gzip; q=0.0", "identity", "xgzip"]
)
def test_gzip_that_is_refused_is_not_sent(refused: str) -> None:
    """A quality of nought refuses a coding."""
    _, fields, _ = _parted(
        message(Reply(_TEXT, gzip=True), _asked(Accept_Encoding=refused))
    )

    assert "Content-Encoding" not in fields


def test_chunks_add_up_to_the_body() -> None:
    """A chunked reply has no length, and its chunks are the body."""
    _, fields, rest = _parted(message(Reply(_TEXT, chunked=True), _asked()))
    body = b""
    while rest != b"0\r\n\r\n":
        size, _, rest = rest.partition(b"\r\n")
        body += rest[: int(size, 16)]
        rest = rest[int(size, 16) + 2 :]

    assert "Content-Length" not in fields
    assert "chunked" == fields["Transfer-Encoding"]
    assert _TEXT == body


@pytest.mark.parametrize(
    "condition",
    [
        {"If_None_Match": '"v1"'},
        {"If_None_Match": 'W/"v1"'},
        {"If_None_Match": '"v0", "v1"'},
        {"If_None_Match": "*"},
        {"If_Modified_Since": "Fri, 20 Nov 2026 07:35:00 GMT"},
        {"If_Modified_Since": "Sat, 21 Nov 2026 00:00:00 GMT"},
    ],
)
def test_what_has_not_changed_is_answered_with_304(condition: dict[str, str]) -> None:
    """A condition that does not hold gets 304, the validators, and no body."""
    reply = Reply(_TEXT, etag='"v1"', last_modified=_CHANGED)

    start, fields, body = _parted(message(reply, _asked(**condition)))

    assert "HTTP/1.1 304 Not Modified" == start
    assert b"" == body
    assert '"v1"' == fields["ETag"]
    assert "Content-Length" not in fields


@pytest.mark.parametrize(
    "condition",
    [
        {"If_None_Match": '"v2"'},
        {"If_None_Match": "v1"},
        {
            "If_None_Match": '"v2"',
            "If_Modified_Since": "Sat, 21 Nov 2026 00:00:00 GMT",
        },
        {"If_Modified_Since": "Fri, 20 Nov 2026 07:34:59 GMT"},
        {"If_Modified_Since": "yesterday"},
    ],
)
def test_what_may_have_changed_is_sent(condition: dict[str, str]) -> None:
    """If-None-Match decides where it is present; nonsense is no condition."""
    reply = Reply(_TEXT, etag='"v1"', last_modified=_CHANGED)

    start, _, body = _parted(message(reply, _asked(**condition)))

    assert "HTTP/1.1 200 OK" == start
    assert _TEXT == body


def test_head_gets_the_head() -> None:
    """HEAD is answered like GET, without the body."""
    head = message(Reply(_TEXT, etag=None), _asked("HEAD"))
    whole = message(Reply(_TEXT, etag=None), _asked())

    assert head.endswith(b"\r\n\r\n")
    assert whole == head + _TEXT


def test_wire_bytes_go_out_as_they_are() -> None:
    """What is given as wire bytes is not touched."""
    assert b"HTTP/1.0 200\n\nx" == message(Reply(wire=b"HTTP/1.0 200\n\nx"), _asked())
