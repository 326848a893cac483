import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hozon.adapters.capturekeys import capture_key
from hozon.nouns import uris
from hozon.nouns.errors import Misuse

URI = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["http", "https", "HTTPS", "ftp"]),
    st.sampled_from(
        [
            "example.com",
            "www.example.com",
            "WWW.Example.COM.",
            "u:p@example.com",
            "example.com:443",
            "example.com:8080",
            "127.0.0.1",
            "0x7f.1",
            "[::1]:80",
            "保存.jp",
            "exa%6dple.com",
            "",
        ]
    ),
    st.sampled_from(["", "/", "?", "\\", "/a"]),
    st.text(st.sampled_from(list("aZ0-._~%2eE/?#&=+@:;,!$'()*[]|^ \t\\\"<>`{}é"))),
)


@given(uri=URI)
@example(uri="https://example.com/.")
@example(uri="https://example.com/a/../b")
@example(uri="https://example.com/a/%2E%2e/b")
@example(uri="https://example.com/a?")
@example(uri="https://example.com/a??")
@example(uri="https://example.com//a")
@example(uri="https://example.com/" + "a" * 4096)
def test_the_same_key(uri: str) -> None:
    """The short way to a key ends where the parser does, for URIs of any kind."""
    try:
        expected = uris.key(uri)
    except Misuse:
        with pytest.raises(Misuse):
            capture_key(uri)
    else:
        assert expected == capture_key(uri)
