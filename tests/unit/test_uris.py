import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.nouns import uris
from hozon.nouns.errors import Misuse


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
        "http://example.com/" + "\u3042" * 1000,
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


@pytest.mark.parametrize(
    ("uri", "untracked"),
    [
        ("https://example.com/a?utm_source=x&id=1&UTM_medium=y", "?id=1"),
        ("https://example.com/a?fbclid=x", ""),
        ("https://example.com/a?at_medium=RSS&at_campaign=KARANGA#top", ""),
        ("https://example.com/a?ref=example.com", ""),
        ("https://www.example.com/a?b&ref=WWW.example.com", "?b"),
        ("https://example.com/a?ref=main", "?ref=main"),
        ("https://example.com/a?ref=blog.example.com", "?ref=blog.example.com"),
        ("https://example.com/a?ref=", "?ref="),
        ("https://example.com/a?utm=1&xutm_id=2", "?utm=1&xutm_id=2"),
        ("https://example.com/a?id=1&&utm_id=2;b", "?id=1&"),
        ("https://example.com/a?q=utm_source=x", "?q=utm_source=x"),
        ("https://example.com/a?source=rss&from=rss", "?source=rss&from=rss"),
    ],
)
def test_tracking_parameters(uri: str, untracked: str) -> None:
    """Parameters that only track readers go; all others stay as they stand."""
    origin = uri.partition("/a")[0]

    assert f"{origin}/a{untracked}" == uris.untracked(uri)


SAME_PAGE = [
    "https://example.com/a?b=1",
    "http://example.com/a?b=1",
    "https://www.example.com/a?b=1",
    "https://example.com:443/a?b=1",
    "HTTPS://EXAMPLE.com/a?b=1#fragment",
    "https://example.com/a?utm_source=feed&b=1",
    "https://example.com/x/../a?b=1&gclid=1",
]
OTHER_PAGES = [
    "https://example.com/a",
    "https://example.com/A?b=1",
    "https://example.com/a/?b=1",
    "https://example.com/a?b=2",
    "https://example.com/a?B=1",
    "https://example.com/a?b=1&c=2",
    "https://example.com/a;b=1",
    "https://example.com/a%3Fb=1",
    "https://example.com:8443/a?b=1",
    "https://blog.example.com/a?b=1",
    "https://example.org/a?b=1",
]


def test_link_keys() -> None:
    """Links to one page have one key; those to others have others, all of them."""
    assert {"com,example)/a?b=1"} == {uris.link_key(uri) for uri in SAME_PAGE}
    assert len(OTHER_PAGES) + 1 == len(
        {uris.link_key(uri) for uri in [*OTHER_PAGES, SAME_PAGE[0]]}
    )


segments = st.text("abAB019-._~%é日/", max_size=8)
names = st.sampled_from(["a", "b", "id", "ref", "p", "utm_source", "fbclid", "UTM_ID"])
parameters = st.lists(st.tuples(names, st.text("abc019=%é", max_size=4)), max_size=5)


def linked(path: str, query: list[tuple[str, str]]) -> str:
    pairs = "&".join(f"{name}={value}" for name, value in query)
    return uris.lenient(f"https://example.com/{path}?{pairs}")


@given(path=segments, query=parameters)
def test_a_link_key_is_stable(path: str, query: list[tuple[str, str]]) -> None:
    """What tracks readers makes no difference, and taking it away twice neither."""
    link = linked(path, query)
    once = uris.untracked(link)

    assert once == uris.untracked(once)
    assert uris.link_key(link) == uris.link_key(once) == uris.key(once)


@given(path=segments, query=parameters, other_path=segments, other_query=parameters)
def test_a_link_key_merges_no_pages(
    path: str,
    query: list[tuple[str, str]],
    other_path: str,
    other_query: list[tuple[str, str]],
) -> None:
    """Another path, or another parameter that does not track, is another page."""
    one, other = linked(path, query), linked(other_path, other_query)

    assert (says(one) == says(other)) == (uris.link_key(one) == uris.link_key(other))


def says(link: str) -> tuple[str, list[str]]:
    """Return the path and the parameters that may choose what is shown."""
    parsed = uris.parse(link)
    tracks = ("utm_source=", "fbclid=", "utm_id=")
    stated = parsed.query.removeprefix("?").split("&")
    kept = [each for each in stated if not each.lower().startswith(tracks)]
    return parsed.path, [] if kept == [""] else kept
