"""Real documents that nobody here wrote; skipped where the corpora are absent."""

import csv
import gzip
import os
import random
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hozon import encodings, feeds
from hozon.errors import NotAFeed
from hozon.page import Page
from hozon.text import facts

CORPORA = Path(
    os.environ.get("CORPORA", Path(__file__).parents[4] / "shared" / "corpora")
)
URI = "https://feed.example/dir/feed.xml"
# What feedparser finds and we refuse, each by a rule.
REFUSED = {
    "feed-rs/jsonfeed/jsonfeed_elastic_1.1.json": "its items have no id",
    "feedparser-tests/wellformed/rss/entity_in_doctype.xml": "declares an entity",
}

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPORA.exists(), reason="the corpora are absent"),
]


def content(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def gold() -> Iterator[tuple[str, int]]:
    """Yield how many entries feedparser alone finds in each file of the corpus."""
    with (CORPORA / "feeds" / "STATS.tsv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
            if (CORPORA / "feeds" / row["path"]).exists():
                yield row["path"], int(row["entries"] or 0)


def count(document: bytes) -> int:
    try:
        return len(feeds.parse(document, uri=URI).entries)
    except NotAFeed:
        return 0


def test_no_entry_of_a_real_feed_is_lost() -> None:
    """Wherever feedparser finds entries, at least as many are found."""
    fewer = {
        path
        for path, entries in gold()
        if count(content(CORPORA / "feeds" / path)) < entries
    }

    assert REFUSED.keys() == fewer


def mutations(document: bytes, chance: random.Random) -> Iterator[bytes]:
    """Yield what networks, servers and editors make of a document."""
    text = document.decode("utf-8", "replace")
    for share in (0.25, 0.5, 0.9):
        yield document[: int(len(document) * share)]
    for encoding in ("utf-16", "cp932", "euc_jp", "latin-1"):
        yield text.encode(encoding, "replace")
    noise = bytearray(document)
    for _ in range(len(document) // 500 + 1 if document else 0):
        noise[chance.randrange(len(noise))] = chance.randrange(256)
    yield bytes(noise)
    yield chance.randbytes(64) + document
    yield b"<br /><b>Warning</b>: in <b>/x.php</b> on line <b>3</b>" + document
    yield document.replace(b" ", b"\0 ", 50)
    yield document * 2
    yield gzip.compress(document)


def test_mutilated_feeds_are_read_or_refused() -> None:
    """No other exception than NotAFeed; 10 s and 512 MB at most for each document."""
    chance, slowest = random.Random(1), 0.0
    for path, _ in list(gold())[::29]:
        for document in mutations(content(CORPORA / "feeds" / path), chance):
            start = time.process_time()
            assert count(document) >= 0
            slowest = max(slowest, time.process_time() - start)

    assert slowest < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 512 * 1024


def test_mutilations_that_can_be_mended_lose_nothing() -> None:
    """Other encodings, warnings and garbage before it, gzip: every entry is found."""
    for path, entries in list(gold())[::11]:
        document = content(CORPORA / "feeds" / path)
        if not document.startswith(b"<") or path in REFUSED or not entries:
            continue
        warned = b"<br /><b>Warning</b>: in <b>/x.php</b> on line <b>3</b>" + document
        for changed in (warned, gzip.compress(document), b"\r\n \t" + document):
            assert count(changed) >= min(entries, count(document)), path


@pytest.mark.parametrize("kind", ["feeds-history", "vectors", "articles"])
def test_any_file_is_a_feed_or_not(kind: str) -> None:
    """No other exception than NotAFeed, and none of them takes long."""
    start = time.process_time()
    files = [path for path in sorted((CORPORA / kind).rglob("*")) if path.is_file()][
        ::7
    ]

    assert all(count(content(path)) >= 0 for path in files)
    assert time.process_time() - start < 0.5 * len(files)


def test_real_articles_have_facts() -> None:
    """Nine of ten real article pages have a title and a text."""
    pages = sorted((CORPORA / "articles").rglob("*.html.gz"))
    pages = [path for path in pages if path.name != "expected.html.gz"][::20]
    found = []
    for path in pages:
        html, _ = encodings.decode_html(content(path), None)
        found.append(facts(Page.parse(html, "https://e.example/")))

    assert sum(1 for one in found if one.title) > 0.9 * len(pages)
    assert sum(1 for one in found if len(one.text) > 100) > 0.9 * len(pages)
