import pytest

from hozon.fetch.request import request_bytes, user_agent_checked
from hozon.nouns import uris
from hozon.nouns.errors import Misuse

URI = uris.parse("http://example.org:8080/a?b=c")


def test_a_request_is_a_plain_get() -> None:
    """A request has the origin form, its own Host, and no more than it needs."""
    assert (
        b"GET /a?b=c HTTP/1.1\r\n"
        b"Host: example.org:8080\r\n"
        b"User-Agent: Hozon/1\r\n"
        b"Accept: */*\r\n"
        b"Accept-Encoding: gzip\r\n"
        b"Connection: keep-alive\r\n"
        b"\r\n"
    ) == request_bytes(URI, user_agent="Hozon/1")


def test_given_fields_replace_ours_in_any_case() -> None:
    """A field that is given stands once, as it was given."""
    sent = request_bytes(
        URI,
        user_agent="Hozon/1",
        headers=(("accept", "text/css"), ("If-None-Match", '"a\xe9"')),
    )

    assert b"\r\naccept: text/css\r\n" in sent
    assert b"Accept: */*" not in sent
    assert b'\r\nIf-None-Match: "a\xe9"\r\n' in sent


@pytest.mark.parametrize(
    "field",
    [
        ("X-A", "a\r\nX-Injected: b"),
        ("X-A", "a\nb"),
        ("X-A", "a\0b"),
        ("X-A", "日本"),
        ("X A", "b"),
        ("X-A:", "b"),
        ("", "b"),
        ("Host", "internal"),
        ("Content-Length", "5"),
        ("transfer-encoding", "chunked"),
        ("Connection", "close"),
    ],
)
def test_what_would_change_the_request_is_no_field(field: tuple[str, str]) -> None:
    """Line ends, foreign characters and fields of the framing are misuse."""
    with pytest.raises(Misuse):
        request_bytes(URI, user_agent="Hozon/1", headers=(field,))


@pytest.mark.parametrize("name", ["", " ", "a\r\nb", "ほぞん"])
def test_a_user_agent_is_one_line_of_latin(name: str) -> None:
    """A User-Agent that HTTP cannot carry is found at once, not at the first fetch."""
    with pytest.raises(Misuse):
        user_agent_checked(name)
