import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon import uris
from hozon.errors import Misuse


@pytest.mark.parametrize(
    ("uri", "key"),
    [
        ("HTTP://www.Example.com:80/a/B?q=1#f", "com,example)/a/B?q=1"),
        ("https://example.com", "com,example)/"),
        ("https://example.com/?", "com,example)/"),
        ("http://www2.asahi.co.jp/x", "jp,co,asahi)/x"),
        ("http://www.com/", "com,www)/"),
        ("http://127.0.0.1:8080/a", "127.0.0.1:8080)/a"),
        ("http://[::1]/", "[::1])/"),
        ("https://日本.jp/記事", "jp,xn--wgv71a)/%E8%A8%98%E4%BA%8B"),
    ],
)
def test_keys(uri: str, key: str) -> None:
    """A key turns the host round and forgets what does not tell pages apart."""
    assert key == uris.key(uri)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "example.com",
        "ftp://example.com/",
        "javascript:alert(1)",
        "http://",
        "http://[",
        "http://exa mple.com/",
        "http://127.1.1.1:80\\@127.2.2.2/",
        "http://example.com/\n",
        "http://example.com/" + "a" * 5000,
        "http://example.com/\ud800",
    ],
)
def test_what_is_no_uri_of_ours(uri: str) -> None:
    """Other schemes, rubbish, and bytes that parsers disagree about are refused."""
    with pytest.raises(Misuse):
        uris.normal(uri)


def test_a_document_may_be_sloppy() -> None:
    """White space in an attribute is what browsers make of it."""
    assert "http://a.example.org/b%20c" == uris.lenient(
        " b c\n", base="http://a.example.org/x"
    )


@given(st.text(max_size=200))
def test_never_anything_but_misuse(text: str) -> None:
    """Whatever stands in a document is a URI or `Misuse`, and normal forms are stable."""
    try:
        href = uris.lenient(text, base="http://example.org/a/")
    except Misuse:
        return

    assert href == uris.normal(href)
    assert uris.key(href)
