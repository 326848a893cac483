"""Pages: what they need, where they lead, and that no page hangs us."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.nouns.requisites import Kind
from hozon.reading.page import Page, requisites
from tests import effort

URI = "https://e.example/dir/page.html"


def found(html: str, uri: str = URI) -> list[tuple[Kind, str]]:
    return [(one.kind, one.uri) for one in requisites(html, uri=uri)]


def at(*names: str) -> list[str]:
    return [f"https://e.example/dir/{name}" for name in names]


@pytest.mark.parametrize(
    ("html", "kind", "names"),
    [
        ("<img src=a.jpg>", "image", ["a.jpg"]),
        ('<img src="data:image/gif;base64,R0" data-src=b.jpg>', "image", ["b.jpg"]),
        ("<img data-original=c.jpg>", "image", ["c.jpg"]),
        ("<img data-lazy-src=d.jpg>", "image", ["d.jpg"]),
        ('<img srcset="e,1.jpg 1x, f.jpg 2x">', "image", ["e,1.jpg", "f.jpg"]),
        ('<img data-srcset="g.jpg, h.jpg 2x">', "image", ["g.jpg", "h.jpg"]),
        (
            '<picture><source srcset="i.webp 1w"><img src=i.jpg></picture>',
            "image",
            ["i.webp", "i.jpg"],
        ),
        ("<noscript><img src=j.jpg></noscript>", "image", ["j.jpg"]),
        ("<head><noscript><img src=k.jpg></noscript>", "image", ["k.jpg"]),
        ("<svg><use href='l.svg#a'/></svg>", "image", ["l.svg"]),
        ("<svg><image xlink:href='m.png'/></svg>", "image", ["m.png"]),
        ("<input type=image src=n.png>", "image", ["n.png"]),
        ("<body background=o.png>", "image", ["o.png"]),
        ("<td background=p.png>", "image", []),
        ("<table><td background=p.png>", "image", ["p.png"]),
        ("<div style='background: url(q.png)'>", "image", ["q.png"]),
        ("<style>b{background:url(r.png)}</style>", "image", ["r.png"]),
        ('<meta property="og:image" content="s.png">', "image", ["s.png"]),
        ('<meta name="twitter:image" content="t.png">', "image", ["t.png"]),
        ("<video poster=u.jpg>", "image", ["u.jpg"]),
        ("<video src=v.mp4>", "media", ["v.mp4"]),
        ("<audio><source src=w.ogg></audio>", "media", ["w.ogg"]),
        ("<link rel=stylesheet href=a.css>", "style", ["a.css"]),
        ("<link rel='alternate stylesheet' href=b.css>", "style", ["b.css"]),
        ("<style>@import 'c.css'</style>", "style", ["c.css"]),
        ("<link rel='shortcut icon' href=d.ico>", "icon", ["d.ico"]),
        ("<link rel=apple-touch-icon href=e.png>", "icon", ["e.png"]),
        ("<link rel=mask-icon href=f.svg>", "icon", ["f.svg"]),
        ("<link rel=manifest href=g.json>", "other", ["g.json"]),
        ("<link rel=preload as=font href=h.woff2>", "font", ["h.woff2"]),
        ("<link rel=preload as=style href=i.css>", "style", ["i.css"]),
        ("<link rel=preload as=image imagesrcset='j.png 1x'>", "image", ["j.png"]),
        ("<link rel=modulepreload href=k.js>", "script", ["k.js"]),
        ("<script src=l.js></script>", "script", ["l.js"]),
        ("<style>@font-face{src:url(m.woff)}</style>", "font", ["m.woff"]),
        ("<object data=n.svg></object>", "other", ["n.svg"]),
        ("<embed src=o.swf>", "other", ["o.swf"]),
        ("<video><track src=p.vtt></video>", "other", ["p.vtt"]),
        ("<iframe src=/dir/q.html></iframe>", "frame", ["q.html"]),
        ("<template><img src=r.png></template>", "image", ["r.png"]),
        (
            "<div><template shadowrootmode=open><img src=s.png></template></div>",
            "image",
            ["s.png"],
        ),
        ("<iframe srcdoc='<img src=t.png>'></iframe>", "image", ["t.png"]),
        ("<svg><g mask='url(u.svg#m)'/></svg>", "image", ["u.svg"]),
        ("<link rel=prefetch as=script href=v.js>", "script", ["v.js"]),
        ("<link rel=prefetch href=w.css?1>", "style", ["w.css?1"]),
        ("<div style='background:image-set(\"x.png\" 1x)'>", "image", ["x.png"]),
    ],
)
def test_requisites(html: str, kind: Kind, names: list[str]) -> None:
    """Each way in which a page refers to what it needs."""
    assert [(kind, uri) for uri in at(*names)] == found(html)


@pytest.mark.parametrize(
    "html",
    [
        "<a href=a.html>x</a>",
        "<link rel=canonical href=c.html>",
        "<link rel=alternate type=application/rss+xml href=feed.xml>",
        "<img src='data:image/png;base64,xx'>",
        "<img src='javascript:alert(1)'>",
        "<img src='blob:https://e.example/1'>",
        "<img src='#top'>",
        "<img src=''>",
        "<img src='http://['>",
        "<img src=page.html>",
        "<iframe src=about:blank></iframe>",
        "<link rel=prefetch href=next.html>",
        "<link rel=next href=next.html>",
        "<input type=text src=a.png>",
        "<!-- <img src=a.png> -->",
        "<script>'<img src=a.png>'</script>",
        "<p>url(a.png)</p>",
    ],
)
def test_what_is_no_requisite(html: str) -> None:
    """Links, foreign frames, data, and what only looks like a reference."""
    assert [] == found(html)


@pytest.mark.parametrize(
    ("src", "is_foreign"),
    [
        ("/x", False),
        ("https://www.e.example/x", False),
        ("https://embed.e.example/x", False),
        ("https://other.example/x", True),
        ("https://note.example/x", True),
    ],
)
def test_frames(src: str, *, is_foreign: bool) -> None:
    """Documents of the page's own site are requisites; others are only named."""
    (frame,) = requisites(f"<iframe src='{src}'></iframe>", uri=URI)

    assert ("frame", is_foreign) == (frame.kind, frame.foreign)


def test_what_is_needed_most() -> None:
    """Of a picture, what ordinary windows take comes before what others may."""
    html = (
        "<link rel=stylesheet href=a.css><script src=b.js></script>"
        "<picture><source type=image/jxl srcset=c.jxl>"
        "<source media='(min-width: 1px)' srcset='d.webp 1x, e.webp 2x, f.webp 8x'>"
        "<img src=g.jpg></picture><img src=h.gif data-src=i.jpg>"
    )
    found = {one.uri[-5:]: one.need.name for one in requisites(html, uri=URI)}

    assert {
        "a.css": "SHAPES",
        "/b.js": "HELPS",
        "c.jxl": "SPARE",
        ".webp": "SPARE",
        "g.jpg": "HELPS",
        "h.gif": "SHOWN",
        "i.jpg": "HELPS",
    } == found


def test_order_and_repetition() -> None:
    """Requisites come in document order, each once, with the kind seen first."""
    html = "<link rel=icon href=b.png><img src=a.png><img src=b.png#x><img src=a.png>"

    icon, image = at("b.png", "a.png")
    assert [("icon", icon), ("image", image)] == found(html)


@pytest.mark.parametrize(
    ("base", "uri"),
    [
        ("/other/", "https://e.example/other/a.png"),
        ("https://cdn.example/x/y", "https://cdn.example/x/a.png"),
        ("javascript:alert(1)", "https://e.example/dir/a.png"),
        ("http://[", "https://e.example/dir/a.png"),
    ],
)
def test_base(base: str, uri: str) -> None:
    """References are relative to the first base of the page, if it is one."""
    html = f"<base href='{base}'><base href=/no/><img src=a.png>"

    assert [("image", uri)] == found(html)


@pytest.mark.museum(42)
@pytest.mark.parametrize(
    ("inner", "after"),
    [("<div>" * 400, "</div>" * 400), ("<b><table>" * 300, ""), ("<font>" * 400, "")],
)
def test_nothing_is_lost_in_depth(inner: str, after: str) -> None:
    """Links at depth 300 and after it are found; other parsers drop them silently."""
    html = f"<a href=1>x</a>{inner}<a href=2>y</a><img src=i>{after}<a href=3>z</a>"
    page = Page.parse(html, URI)

    assert at("1", "2", "3") == sorted(page.links)
    assert ["image"] == [one.kind for one in page.requisites]


def test_feeds_and_refresh() -> None:
    """A page names its feeds, and where it sends its reader."""
    page = Page.parse(
        "<link rel=alternate type='application/rss+xml; charset=utf-8' href=/rss>"
        "<link type=application/feed+json rel='ALTERNATE home' href=feed.json>"
        "<link rel=alternate hreflang=de href=/de>"
        "<meta http-equiv=refresh content='2; url=next.html'>",
        URI,
    )

    assert ("https://e.example/rss", *at("feed.json")) == page.feeds
    assert at("next.html") == [page.refresh]


@pytest.mark.museum(44)
@pytest.mark.parametrize(
    "content",
    ["30; url=next.html", "0; url=page.html", "5", "0; url=file:///etc/passwd"],
)
def test_no_refresh(content: str) -> None:
    """Slow, circular, missing and foreign-scheme refreshes are none."""
    page = Page.parse(f"<meta http-equiv=refresh content='{content}'>", URI)

    assert page.refresh is None


@pytest.mark.museum(43)
@pytest.mark.parametrize(
    ("pattern", "requisite_count", "link_count"),
    [
        ("<img src={n}.png>", 2_000, 0),
        ("<a href={n}>x</a>", 0, 5_000),
        ("<div style='background:url({n}.png)'>", 2_000, 0),
        ("<iframe src=https://o.example/{n}></iframe>", 2_000, 0),
        ("<link rel=stylesheet href=javascript:{n}>", 0, 0),
        ("<p>{n}", 0, 0),
    ],
)
def test_a_hundred_thousand_of_each(
    pattern: str, requisite_count: int, link_count: int
) -> None:
    """Both lists have an end, and finding it does not take long."""
    html = "".join(pattern.format(n=n) for n in range(100_000))
    with effort.at_most(seconds=10):
        page = Page.parse(html, URI)

        counts = (len(page.requisites), len(page.links))
        assert (requisite_count, link_count) == counts


@pytest.mark.museum(41)
@pytest.mark.parametrize(
    "pattern",
    [
        *(
            "<div>",
            "<b>",
            "<font>",
            "<a href=x>",
            "<table>",
            "<select><option>",
            "<svg>",
        ),
        *("<template>", "<!--", "<![CDATA[", "<script", "</", "<?", "&", "<", "<p "),
        *("<style>url(", "<div style='", "<img srcset='a (", "<base href=x>"),
    ],
)
def test_hostile_repetition_is_linear(pattern: str) -> None:
    """A hundred thousand of what hangs other parsers is read soon."""
    with effort.at_most(seconds=10):
        page = Page.parse(pattern * 100_000, URI)

        assert len(page.requisites) <= 300
        assert len(page.links) <= 5_000


@given(st.text())
def test_any_text_is_a_page(html: str) -> None:
    """There is no text that a browser would not show somehow."""
    page = Page.parse(html, URI)

    for one in page.requisites:
        assert one.uri.startswith("http")
    assert all(link.startswith("http") for link in page.links)
