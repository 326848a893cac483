"""Real documents that nobody here wrote; skipped where the corpora are absent."""

import csv
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hozon.reading import encodings
from hozon.reading.page import Page
from hozon.text import facts
from tests import effort
from tests.unit.reading import mutilating
from tests.unit.reading.mutilating import content, count

CORPORA = Path(
    os.environ.get("CORPORA", Path(__file__).parents[4] / "shared" / "corpora")
)
# What feedparser finds and we refuse, each by a rule.
REFUSED = {
    "feed-rs/jsonfeed/jsonfeed_elastic_1.1.json": "its items have no id",
    "feedparser-tests/wellformed/rss/entity_in_doctype.xml": "declares an entity",
}

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPORA.exists(), reason="the corpora are absent"),
]


def gold() -> Iterator[tuple[str, int]]:
    """Yield how many entries feedparser alone finds in each file of the corpus."""
    with (CORPORA / "feeds" / "STATS.tsv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
            if (CORPORA / "feeds" / row["path"]).exists():
                yield row["path"], int(row["entries"] or 0)


def test_no_entry_of_a_real_feed_is_lost() -> None:
    """Wherever feedparser finds entries, at least as many are found."""
    fewer = {
        path
        for path, entries in gold()
        if count(content(CORPORA / "feeds" / path)) < entries
    }

    assert REFUSED.keys() == fewer


def test_mutilated_feeds_are_read_or_refused() -> None:
    """No other exception than NotAFeed; 10 s and 512 MB at most for each document."""
    paths = [str(CORPORA / "feeds" / path) for path, _ in list(gold())[::29]]
    done = subprocess.run(
        [sys.executable, "-m", mutilating.__name__],
        input="\n".join(paths),
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    said = json.loads(done.stdout)

    assert 10 * len(paths) < said["documents"]
    assert said["slowest_s"] < 10 * effort.slowness()
    assert said["peak_kb"] < 512 * 1024


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
    files = [path for path in sorted((CORPORA / kind).rglob("*")) if path.is_file()][
        ::7
    ]

    with effort.at_most(seconds=0.5 * len(files)):
        assert all(count(content(path)) >= 0 for path in files)


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
