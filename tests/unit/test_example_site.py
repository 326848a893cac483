"""The bundled example: six invented papers in six encodings and feed formats."""

import http.client
import os
import re
import signal
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from examples import serve
from examples.origin import Site
from examples.serve import Publication, manifest

_ROOT = Path(serve.__file__).parent.parent
_PAPERS = {paper.folder: paper for paper in manifest().publications}
_LINK = re.compile(r"""(?:href|src|background|data-src)=["']([^"'#]+)["']""")
_LOADED = re.compile(r"""url\(["']?([^"')]+)["']?\)|@import "([^"]+)\"""")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serve.bundled() as made:
        yield made


def _got(site: Site, path: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(site.hosts[0], site.port, timeout=5)
    with closing(connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer, answer.read()


def _text(site: Site, path: str, codec: str) -> str:
    return _got(site, path)[1].decode(codec)


@pytest.mark.parametrize(
    ("folder", "codec", "words"),
    [
        ("harbour", "utf-8", "The Saltmarsh Courier"),
        ("orrery", "utf-8", "Orrery Notes"),
        ("minato", "euc_jp", "みなと通信"),
        ("kawara", "cp932", "①図書館 ②公民館 ③学校"),
        ("tsumugi", "utf-8", "𠮷田 なほ"),
        ("yamabiko", "iso2022_jp", "やまびこ便り"),
    ],
)
def test_a_feed_is_in_the_encoding_that_it_declares(
    site: Site, folder: str, codec: str, words: str
) -> None:
    """Each feed decodes with its declared charset, and says so in its declaration."""
    paper = _PAPERS[folder]
    document = _text(site, paper.feed_path, codec)

    assert f'encoding="{paper.charset}"' in document.splitlines()[0]
    assert words in document
    assert manifest().origin not in document
    assert 4 <= len(re.findall(r"<(?:item|entry)[ >]", document)) <= 6


@pytest.mark.parametrize("paper", manifest().publications, ids=lambda p: p.folder)
def test_every_link_leads_somewhere(site: Site, paper: Publication) -> None:
    """All that a page, style sheet or feed refers to is served."""
    codec = {"Shift_JIS": "cp932"}.get(paper.charset, paper.charset)
    own = [path for path in site.routes if path.startswith(f"/{paper.folder}/")]
    texts = [path for path in own if not path.endswith((".jpg", ".png"))]
    found = {
        urljoin(site.uri(path), link)
        for path in texts
        for link in _links(_text(site, path, codec))
    }
    here = {uri for uri in found if uri.startswith(site.uri(""))}

    assert here
    assert set() == {urlsplit(uri).path for uri in here} - site.routes.keys()


def _links(text: str) -> Iterator[str]:
    base = re.search(r'xml:base="([^"]+)"', text)
    yield from (urljoin(base[1] if base else "", link) for link in _LINK.findall(text))
    yield from (a or b for a, b in _LOADED.findall(text))
    for candidates in re.findall(r'srcset="([^"]+)"', text):
        yield from (candidate.split()[0] for candidate in candidates.split(", "))


def test_the_link_of_one_entry_has_moved(site: Site) -> None:
    """One entry's link answers 301 and leads to its page."""
    answer, _ = _got(site, "/harbour/go/0412")

    assert (301, "/harbour/flood-maps.html") == (
        answer.status,
        answer.getheader("Location"),
    )
    assert 200 == _got(site, "/harbour/flood-maps.html")[0].status


def test_two_feeds_share_an_article(site: Site) -> None:
    """The same URI stands in two feeds."""
    shared = site.uri("/harbour/libraries-keep-papers.html")

    assert shared in _text(site, _PAPERS["harbour"].feed_path, "utf-8")
    assert shared in _text(site, _PAPERS["orrery"].feed_path, "utf-8")


def test_pictures_are_pictures(site: Site) -> None:
    """PNG data inflates to the rows that its header states; JPEG begins and ends."""
    _, png = _got(site, "/minato/title-320x48.png")
    _, jpeg = _got(site, "/minato/boat-320x180.jpg")
    start = png.index(b"IDAT") + 4

    assert 48 * (1 + 3 * 320) == len(zlib.decompressobj().decompress(png[start:]))
    assert (b"\xff\xd8", b"\xff\xd9") == (jpeg[:2], jpeg[-2:])


def test_a_second_visit_can_be_conditional(site: Site) -> None:
    """Every feed has validators, and answers 304 to them."""
    for paper in manifest().publications:
        first, _ = _got(site, paper.feed_path)
        tag = first.getheader("ETag")
        assert tag is not None
        assert first.getheader("Last-Modified") is not None
        connection = http.client.HTTPConnection(site.hosts[0], site.port, timeout=5)
        with closing(connection):
            connection.request("GET", paper.feed_path, headers={"If-None-Match": tag})
            assert 304 == connection.getresponse().status


def test_the_folder_stays_small() -> None:
    """The whole bundled site is less than 200 KB."""
    assert sum(f.stat().st_size for f in serve.SITE.rglob("*") if f.is_file()) < 200_000


def test_dates_lie_in_the_three_months_before_now() -> None:
    """Ages such as “1 month 1 week ago” come out at the manifest's instant."""
    now = manifest().now

    assert datetime(2026, 11, 23, 9, tzinfo=UTC) == now
    assert all(paper.modified < now for paper in manifest().publications)


@pytest.mark.parametrize("how", ["end of input", "SIGTERM"])
def test_the_program_stops_when_it_is_told(how: str) -> None:
    """It prints its feed URIs and stops with code 0, by either way."""
    command = [sys.executable, "-m", "examples.serve", "--port", "0"]
    with subprocess.Popen(
        command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        uris = [process.stdout.readline().strip() for _ in _PAPERS]
        if how == "SIGTERM":
            os.kill(process.pid, signal.SIGTERM)
        else:
            process.stdin.close()
        assert 0 == process.wait(timeout=10)

    assert [p.feed_path for p in _PAPERS.values()] == [urlsplit(u).path for u in uris]
