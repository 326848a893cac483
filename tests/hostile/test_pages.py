"""Rows 41 to 46: pages that break parsers, want too much, or are something else."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from hozon.fetch import vet
from hozon.nouns.model import Exchange, Headers
from hozon.nouns.ports import Limits
from hozon.reading.identifying import otherwise
from hozon.retrieving import retrieval
from hozon.warc import reader
from tests.fetching import Answer, FakeFetcher, html
from tests.unit.usecases.conftest import Desk
from tests.unit.usecases.test_running import FEED, A, rss, site
from tests.unit.usecases.test_web import ask, body

HTML = (("Content-Type", "text/html; charset=utf-8"),)
N = 20_000
MANY: dict[str, Callable[[], str]] = {
    "div": lambda: "<div>" * N + "text" + "</div>" * N,
    "b and p": lambda: "<b><p>" * N,
    "font": lambda: "".join(f"<font size={n}>" for n in range(N)) + "<p>",
    "a": lambda: "<a href=x>" * N,
    "table": lambda: "<table><tr><td>" * N,
    "foster parents": lambda: "<table>" + "<b>x" * N,
    "select": lambda: "<select>" + "<option>" * N,
    "svg": lambda: "<svg><g>" * N,
    "template": lambda: "<template>" * N,
    "ruby": lambda: "<ruby>a<rt>b" * N,
    "attributes": lambda: f"<div {' '.join(f'a{n}=1' for n in range(N))}>x</div>",
    "less-than": lambda: "<" * N,
    "comments": lambda: "<!--" * N,
    "CDATA": lambda: "<![CDATA[" * N,
    "scripts": lambda: "<script" * N,
    "closing": lambda: "</" * N,
    "instructions": lambda: "<?" * N,
    "ampersands": lambda: "&" * N + "&#x" * N,
    "JSON-LD": lambda: f"<script type=application/ld+json>{'[' * N}</script>",
    "headings": lambda: "<h1>" * N + "x",
    "separators": lambda: f"<title>{'a | ' * N}</title><h1>{' - ' * N}</h1>",
    "a long attribute": lambda: f"<div title={'A' * 3_000_000}>x</div>",
    "a long text": lambda: "<p>" + "A" * 3_000_000,
    "spaces": lambda: "<p>" + " " * 3_000_000 + "x",
    "list items": lambda: "<ul><li>" * N,
    "line ends": lambda: "<pre>" + "\n" * 1_000_000,
}


@pytest.mark.museum(41)
@pytest.mark.parametrize("name", MANY)
async def test_whatever_a_page_is_made_of_it_is_stored(desk: Desk, name: str) -> None:
    """Its bytes are in the archive and in the index, and there is a verdict on it."""
    payload = MANY[name]().encode()
    desk.follow(FEED)
    served = {FEED: rss(A), A: Answer(payload, 200, HTML)}
    run = await desk.run(desk.fetcher(dict(served)))
    held = retrieval.find(A, desk.opened.archive)

    assert (1, 0) == (run.counts["snapshots"], run.counts["failed"])
    assert payload == retrieval.read(held, desk.opened.archive).payload
    assert "verdict" in retrieval.metadata(held, desk.opened.archive)


@pytest.mark.museum(43)
async def test_what_a_page_wants_is_capped(desk: Desk) -> None:
    """Of three thousand pictures the first are tried, and the rest is noted."""
    pictures = "".join(f"<img src=/{n}.png>" for n in range(3_000))
    desk.follow(FEED)
    fetcher = desk.fetcher({FEED: rss(A), A: html(pictures)})
    await desk.run(fetcher)
    held = retrieval.find(A, desk.opened.archive)
    said = retrieval.metadata(held, desk.opened.archive)

    assert ["1700 requisites left out: over the page's 300 requisites"] == said["notes"]
    assert 300 == sum(uri.endswith(".png") for uri, _ in fetcher.asked)


@pytest.mark.museum(43)
async def test_style_sheets_in_a_circle(desk: Desk) -> None:
    """Each is fetched once; a sheet of inline data asks for nothing."""
    base = "https://news.example.org/"
    css = (("Content-Type", "text/css"),)
    inline = f"url(data:image/png;base64,{'A' * 1_000_000})"
    sheets = {
        f"{base}1.css": Answer(b"@import '2.css';", 200, css),
        f"{base}2.css": Answer(b"@import '1.css'; @import '2.css';", 200, css),
    }
    styled = f"<link rel=stylesheet href=/1.css><p style='background:{inline}'>x"
    desk.follow(FEED)
    fetcher = desk.fetcher({FEED: rss(A), A: html(styled), **sheets})
    run = await desk.run(fetcher)
    asked = [uri for uri, _ in fetcher.asked]

    assert 2 == run.counts["requisites"]
    assert sorted(sheets) == sorted(uri for uri in asked if uri.endswith(".css"))


@dataclass(slots=True)
class VettingFetcher(FakeFetcher):
    """A fetcher whose URIs are vetted as those of the network are."""

    async def fetch(
        self,
        uri: str,
        *,
        headers: Headers = (),
        limits: Limits | None = None,  # noqa: ARG002  the port's
    ) -> Exchange:
        """Answer as the site would, if a real fetcher would have asked it."""
        return await FakeFetcher.fetch(self, vet(uri).href, headers=headers)


LURES = [
    '<base href="http://169.254.169.254/"><img src="latest/meta-data/">',
    '<meta http-equiv=refresh content="0;url=http://127.0.0.1:9001/2018-06-01/">',
    '<iframe srcdoc="<img src=http://10.0.0.1/>"></iframe>',
    "<object data=http://localhost/x></object><embed src=file:///etc/passwd>",
    "<link rel=stylesheet href=http://[::1]/s.css>",
    "<link rel=next href=http://127.0.0.1/a?page=2>",
    "<style>@import 'http://192.168.0.1/'; p {background:url(gopher://127.0.0.1/)}</style>",
    "<img srcset='http://127.1/ 1x, http://0x7f.1/ 2x'>",
    "<svg><image href=http://2130706433/ /><script>fetch('http://127.0.0.1')</script></svg>",
    "<video poster=http://169.254.170.2/v2/credentials src=http://10.1/></video>",
]


@pytest.mark.museum(44)
@pytest.mark.parametrize("lure", LURES, ids=range(len(LURES)))
async def test_no_page_leads_to_what_is_private(desk: Desk, lure: str) -> None:
    """Whatever it wants is vetted; the page is stored, and shown without power."""
    desk.follow(FEED)
    page = html(lure)
    fetcher = VettingFetcher({FEED: rss(A), A: page}, desk.clock)
    run = await desk.run(fetcher)
    held = retrieval.find(A, desk.opened.archive)
    answer = ask(desk, f"/web/{held.captured_at:%Y%m%d%H%M%S}id_/{A}")

    assert 1 == run.counts["snapshots"]
    assert all("news.example.org" in uri for uri, _ in fetcher.asked)
    assert page.body == body(answer)
    assert answer["headers"]["content-security-policy"].endswith("; sandbox")


LABELS = [
    (b"<meta charset=utf-7>+ADw-script+AD4-", "text/html"),
    (b"<meta charset=utf-16>x", "text/html"),
    (b"\xff\xfe<\x00p\x00>\x00", "text/html; charset=utf-8"),
    (b"<meta charset=shift_jis>\xe3\x81\x82", "text/html; charset=euc-jp"),
    (b"<p>x", "text/html; charset=\xff"),
    (b"<p>x", "text/html;;;"),
    (b"<p>x", "not a type"),
]


@pytest.mark.museum(45)
@pytest.mark.parametrize(("page", "label"), LABELS, ids=range(len(LABELS)))
async def test_a_page_is_shown_as_it_came(desk: Desk, page: bytes, label: str) -> None:
    """Its own bytes, by the type it came with or by none that shows anything; no browser
    is to guess, and no script runs.
    """
    desk.follow(FEED)
    served = {FEED: rss(A), A: Answer(page, 200, (("Content-Type", label),))}
    await desk.run(desk.fetcher(dict(served)))
    held = retrieval.find(A, desk.opened.archive)
    answer = ask(desk, f"/web/{held.captured_at:%Y%m%d%H%M%S}id_/{A}")
    shown = {name.lower(): value for name, value in answer["headers"].items()}

    assert page == body(answer)
    assert "nosniff" == shown["x-content-type-options"]
    assert shown["content-type"] in {label, "application/octet-stream"}
    assert shown["content-security-policy"].endswith("; sandbox")


OTHERWISE = {
    "a ZIP as a page": (b"PK\x03\x04", "text/html", "application/zip"),
    "a PDF as a page": (b"%PDF-1.7", "text/html", "application/pdf"),
    "a program as a page": (
        b"MZ\x90\x00",
        "text/html",
        "application/vnd.microsoft.portable-executable",
    ),
    "a page as a picture": (b"<!DOCTYPE html><script>", "image/png", "text/html"),
    "a script as a font": (b" \n<script>1</script>", "font/woff2", "text/html"),
    "a polyglot": (b"GIF89a/*<script>*/=1", "application/javascript", "image/gif"),
    "a program without a type": (b"\x7fELF", "", "application/x-executable"),
    "another picture": (b"\x89PNG\r\n\x1a\n", "image/jpeg", "image/png"),
}


@pytest.mark.museum(46)
@pytest.mark.parametrize("name", OTHERWISE)
async def test_what_the_bytes_prove_is_recorded(desk: Desk, name: str) -> None:
    """The type that was stated stays as it was stated; beside it stands what it is."""
    payload, stated, proved = OTHERWISE[name]
    desk.follow(FEED)
    fields = (("Content-Type", stated),) if stated else ()
    await desk.run(desk.fetcher({FEED: rss(A), A: Answer(payload, 200, fields)}))
    held = retrieval.find(A, desk.opened.archive)
    place = held.location
    record = reader.record_at(
        desk.opened.archive.warcs.read(
            place.warc_key, offset=place.offset, length=place.length
        )
    )
    answer = ask(desk, f"/web/{held.captured_at:%Y%m%d%H%M%S}id_/{A}")

    assert proved == record.field("WARC-Identified-Payload-Type")
    assert answer["headers"]["content-security-policy"].endswith("; sandbox")
    assert "nosniff" == answer["headers"]["x-content-type-options"]


@pytest.mark.parametrize(
    ("payload", "stated"),
    [
        (b"<!doctype html>", "text/html"),
        (b"<?xml version='1.0'?><html>", "text/html"),
        (b"<?xml version='1.0'?><rss>", "application/rss+xml"),
        (b"PK\x03\x04", "application/epub+zip"),
        (b"PK\x03\x04", "application/java-archive"),
        (b"\x1f\x8b\x08", "application/x-gzip"),
        (b"\xff\xd8\xff", "image/jpg"),
        (b"body { color: red }", "text/css"),
        (b"OggS\0", "video/ogg"),
        (b"", "text/html"),
    ],
)
def test_what_agrees_is_not_recorded(payload: bytes, stated: str) -> None:
    """Only what the server did not say itself is worth a word."""
    assert None is otherwise(payload, stated=stated, content_encoding=None)


@pytest.mark.parametrize("coding", ["gzip", "br", "gzip, br", "nonsense"])
def test_a_coding_hides_nothing_and_breaks_nothing(coding: str) -> None:
    """What is coded is looked into; what only says so is looked at."""
    assert "application/pdf" == otherwise(
        b"%PDF-1.7", stated="text/html", content_encoding=coding
    )


async def test_the_site_is_archived_without_a_word(desk: Desk) -> None:
    """An ordinary site has no payload of which the bytes say something else."""
    desk.follow(FEED)
    await desk.run(desk.fetcher(site()))

    for key in desk.opened.archive.warcs.keys():  # noqa: SIM118  no mapping
        for record in reader.records(desk.opened.archive.warcs.read_all(key)):
            assert record.field("WARC-Identified-Payload-Type") in {None, ""}
