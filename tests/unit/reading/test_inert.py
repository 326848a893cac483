"""Pages written anew without power: every reference led to the archive, nothing acts."""

import re
from html.parser import HTMLParser

import pytest

from hozon import inert
from hozon.inert.revealing import revealed
from tests.browser.attacks import OUTSIDE, PIECES, STOPPER, pieces

URI = "https://e.example/dir/page.html"
WAYS = inert.Ways(stage="/r/g/k/", pages="https://pages.example/replay/2026/")
BASE = "/r/g/k/{}_/https://e.example/dir/"
POWERFUL = {
    "script",
    "iframe",
    "frame",
    "object",
    "embed",
    "applet",
    "base",
    "meta",
    "noscript",
}


def shown(html: str) -> str:
    """Return a page without power."""
    return inert.page(html, uri=URI, ways=WAYS)


class Seen(HTMLParser):
    """Notes the elements and attributes of a page, as a plain parser sees them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one."""
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


def seen(html: str) -> Seen:
    """Return what stands in a page."""
    found = Seen()
    found.feed(html)
    found.close()
    return found


@pytest.mark.parametrize("number", range(len(PIECES)))
def test_no_piece_keeps_its_power(number: int) -> None:
    """Each of our own hostile pieces."""
    _is_inert(PIECES[number])


def test_no_published_payload_keeps_its_power() -> None:
    """Those that others have published, where they are at hand."""
    for piece in pieces():
        _is_inert(piece)
        _is_inert(STOPPER + piece)


def _is_inert(piece: str) -> None:
    written = shown(f"<!doctype html><p>before</p>{piece}{STOPPER}<p>behind</p>")
    found = seen(written)
    assert not POWERFUL & found.tags, written
    for tag, name, value in found.attributes:
        assert not name.startswith("on"), written
        assert name not in {"srcdoc", "action", "formaction", "ping", "http-equiv"}
        if name in {"src", "poster", "background", "srcset"}:
            # A browser strips white space around a URL (WHATWG URL, 4.4).
            held = ("/r/g/k/", "data:image/", "#")
            assert value.strip().startswith(held) or not value.strip(), written
        if name.endswith("href") and tag != "link":
            ours = ("/r/g/k/", WAYS.pages, "#", "data:image/")
            assert value.startswith(ours) or not value, written
    sheets = re.findall(rf"url\(\s*[\"']?{OUTSIDE}", written)
    assert [] == sheets
    assert "before" in written


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("<img src=a.png>", f'src="{BASE.format("i")}a.png"'),
        ("<img src='//c.example/a.png?b=1&amp;c'>", "/r/g/k/i_/https://c.example/a.png"),
        ("<img srcset='a.png 1x, b.png 2x'>", f'{BASE.format("i")}b.png 2x'),
        ("<link rel=stylesheet href=a.css>", f'href="{BASE.format("s")}a.css"'),
        ("<style>@import 'a.css';</style>", f'@import url("{BASE.format("s")}a.css")'),
        ("<style>p{background:url(a.png)}</style>", f'url("{BASE.format("i")}a.png")'),
        ("<style>@font-face{src:url(a.woff)}</style>", f'url("{BASE.format("f")}a.woff")'),
        ("<p style='background:url(a.png)'>", f'url(&quot;{BASE.format("i")}a.png&quot;)'),
        ("<video poster=p.png src=v.mp4>", f'src="{BASE.format("m")}v.mp4"'),
        ("<svg><use href='s.svg#x'/></svg>", f'href="{BASE.format("i")}s.svg#x"'),
        ("<table background=t.png>", f'background="{BASE.format("i")}t.png"'),
        ("<a href=b.html#c>x</a>", f'href="{WAYS.pages}https://e.example/dir/b.html#c"'),
        ("<a href='#c'>x</a>", '<a href="#c">'),
        ("<a href='page.html#c'>x</a>", '<a href="#c" '[:12]),
        ("<base href=/other/><img src=a.png>", "/r/g/k/i_/https://e.example/other/a.png"),
        ("<img src='data:image/png;base64,xx'>", 'src="data:image/png;base64,xx"'),
        ("<img data-src=late.png>", f'src="{BASE.format("i")}late.png"'),
        ("<iframe src=inner.html></iframe>", f"{WAYS.pages}https://e.example/dir/inner"),
        ("<noscript><img src=plain.png></noscript>", f'{BASE.format("i")}plain.png'),
        ("<xmp><b>x</xmp>", "<pre>&lt;b&gt;x</pre>"),
        ("<form action=/x><input name=a></form>", "<form><input"),
    ],
)  # fmt: skip
def test_references_lead_to_the_archive(given: str, expected: str) -> None:
    """What a page needs is had below the stage; its links lead to other replays."""
    assert expected in shown(given)


@pytest.mark.parametrize(
    "given",
    [
        "<a href='mailto:a@b.example'>x</a>",
        "<a href='javascript:1'>x</a>",
        "<iframe src=/pixel width=0 height=0></iframe>",
        "<iframe src=/pixel style='display:none'></iframe>",
        "<link rel=preconnect href=//c.example><link rel=icon href=i.ico>",
        "<img src='blob:x'><img src='file:///etc/passwd'>",
    ],
)
def test_what_leads_nowhere(given: str) -> None:
    """What is not of the Web, or was not to be seen, is left out."""
    assert not re.search("href|src=", shown(given))


def test_a_lazy_picture_is_shown_once() -> None:
    """Where the page says it again for readers without scripts, that one is shown."""
    written = shown("<img data-src=a.png><noscript><img src=a.png></noscript>")

    assert 1 == len(re.findall(r'\bsrc="/r/', written))


def test_the_layout_is_that_of_its_doctype() -> None:
    """A page that was laid out as old ones are still is."""
    old = "-//W3C//DTD HTML 4.01 Transitional//EN"

    assert shown(f'<!DOCTYPE html PUBLIC "{old}"><p>x').startswith(
        f'<!DOCTYPE html PUBLIC "{old}">'
    )
    assert shown("<!doctype html><p>x").startswith("<!DOCTYPE html><html>")
    assert shown("<p>x").startswith("<html>")


def test_shadow_trees_stay() -> None:
    """They need no script (HTML Standard, declarative shadow roots)."""
    given = "<div><template shadowrootmode=open><b>in</b></template>out</div>"

    expected = '<div><template shadowrootmode="open"><b>in</b></template>out</div>'
    assert expected in shown(given)


def test_depth_is_no_danger() -> None:
    """However deep elements go, all of it is written."""
    written = shown("<div>" * 30_000 + "<p>deep")

    assert "deep" in written


def test_a_sheet_keeps_what_is_no_reference() -> None:
    """Comments, strings, places in the document, and the rest, to the letter."""
    given = "/* url(a) */ a::after{content:'url(b)'} b{fill:url(#c)} p{color:red}"

    assert given.replace("url(#c)", 'url("#c")') == inert.sheet(
        given, uri=URI, ways=WAYS
    )


def test_no_reference_leaves_its_string() -> None:
    """Whatever an escape in a style sheet stands for, it ends nothing."""
    given = r"""p{background:url("a\22 ) ; } body{ background:url(\2f\2f evil)")}"""
    written = inert.sheet(given, uri=URI, ways=WAYS)

    assert 1 == written.count("{")
    assert 2 == written.count('"')


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("body{visibility:hidden !important}", "body{visibility:visible !important}"),
        ("body>.a,body>.b{opacity:0}", "body>.a,body>.b{opacity:1}"),
        ("html.wait{opacity: 0;color:red}", "html.wait{opacity:1;color:red}"),
        ("html{display:none}", "html{display:block}"),
        ("body>.modal{display:none}", "body>.modal{display:none}"),
        ("p{opacity:0}", "p{opacity:0}"),
        ("body{opacity:0.5}", "body{opacity:0.5}"),
    ],
)
def test_a_page_that_hides_itself_is_shown(given: str, expected: str) -> None:
    """What hides all until a script comes is undone; what hides a part is not."""
    assert expected == revealed(given)
