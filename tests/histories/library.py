"""Articles to replay: those of the bundled site, and the corpora's where they are."""

import gzip
import os
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from hozon import text
from hozon.reading.encodings import decode_html
from hozon.reading.page import Page
from tests.histories.articles import Article

ROOT = Path(__file__).parents[2]
BUNDLED = ROOT / "examples" / "site"
CORPORA = Path(os.environ.get("HOZON_CORPORA") or ROOT.parent / "shared" / "corpora")

_HEADING = 60
_LEAST, _MOST, _FEWEST = 5, 60, 800
_LARGEST = 400_000
_CODE = "    $ aws s3 ls\n    2026-01-05 10:15 file\n    $ exit 3"
_LIST = "- one thing of three\n- another thing, with 12 parts\n- the last of them"


def bundled() -> list[Article]:
    """Return the articles of the bundled site, English and Japanese."""
    files = sorted(BUNDLED.glob("*/**/*.html"))
    return list(_articles(files, least=4, fewest=250))


def from_corpora(limit: int) -> list[Article]:
    """Return articles of the corpora, of many languages; none where there are none."""
    files = sorted((CORPORA / "articles").glob("**/*.html*"))
    random.Random(7).shuffle(files)
    return list(islice(_articles(files, least=_LEAST, fewest=_FEWEST), limit))


def _articles(files: list[Path], *, least: int, fewest: int) -> Iterator[Article]:
    number = 0
    for file in files:
        found = _article(file, number, least=least, fewest=fewest)
        if found is not None:
            number += 1
            yield found


def _article(file: Path, number: int, *, least: int, fewest: int) -> Article | None:
    data = file.read_bytes()
    html, _ = decode_html(gzip.decompress(data) if file.suffix == ".gz" else data, None)
    if len(html) > _LARGEST:
        return None
    facts = text.facts(Page.parse(html, "https://site.example/a"))
    lines = [line.strip() for line in facts.text.splitlines() if line.strip()]
    if not facts.title or not least <= len(lines) <= _MOST or len(facts.text) < fewest:
        return None
    blocks = [_block(line) for line in lines]
    if sum(not block.startswith("## ") for block in blocks) < least - 1:
        return None
    middle = len(blocks) // 2
    blocks[middle:middle] = [*[_CODE][: number % 3 == 0], *[_LIST][: number % 4 == 0]]
    return Article(
        slug=f"a{number}",
        title=facts.title,
        author=facts.authors[0] if facts.authors else "Ida Penrow",
        blocks=tuple(blocks),
        language=(facts.language or "en")[:2],
    )


def _block(line: str) -> str:
    """Return a line of a text as a block: short ones without an end are headings."""
    is_heading = len(line) < _HEADING and line[-1] not in '.。!?」"”:'
    return f"## {line}" if is_heading else line
