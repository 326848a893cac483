"""Histories replayed over real HTTP: edits, deletions, returns, moves, and a lot of noise.

`python -m benchmarks.histories` does the same with hundreds of articles.
"""

import asyncio
import os
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from hozon import text
from hozon.changes import Reading, compare
from hozon.changes.reading import of_page
from hozon.reading.page import Page
from tests.histories import library
from tests.histories.articles import EDITS, Article
from tests.histories.judge import judge
from tests.histories.replay import replay
from tests.histories.scripts import typical
from tests.histories.templates import TEMPLATES, Moment

BORN = datetime(2026, 1, 5, 9, tzinfo=UTC)
# Thousands of commits wait for the disk; what is found is the same without one.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None

ARTICLES = library.bundled()


def test_a_season_of_a_town() -> None:
    """Every edit is a version, no noise is one, every state begins at its instant, and
    `get` gives the bytes of each.
    """
    scripts = typical(ARTICLES[:12], born_at=BORN)
    with TemporaryDirectory(prefix="hozon-season-", dir=MEMORY) as directory:
        replayed = asyncio.run(
            replay(scripts, Path(directory) / "a", until=BORN + timedelta(days=100))
        )
    score = judge(replayed)

    assert [] == score.problems
    assert (1.0, 1.0) == (score.precision, score.recall)
    assert score.edits >= 5
    assert score.absences >= 10
    assert score.moves >= 2


def read(article: Article, template: str, moment: int) -> Reading:
    html = TEMPLATES[template](article, Moment(moment))
    page = Page.parse(html, "https://site.example/a")
    return of_page(page, text.facts(page))


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_a_site_changes_by_itself_is_no_edit(template: str) -> None:
    """Counters, adverts, comments, other articles, dates of now: in English, Japanese."""
    for article in ARTICLES[::3]:
        assert compare(read(article, template, 3), read(article, template, 17)) is None


def test_a_site_that_is_made_anew_edits_nothing() -> None:
    """From any template to any other one."""
    pairs = list(permutations(TEMPLATES, 2))
    for number, (old, new) in enumerate(pairs):
        article = ARTICLES[number % len(ARTICLES)]
        change = compare(read(article, old, 3), read(article, new, 17))
        assert change is None, f"{old} to {new}: {article.title}: {change}"


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_seen_in_any_clothes(name: str) -> None:
    """Also on the day on which the site is made anew."""
    rng = random.Random(name)
    for number, (old, new) in enumerate(permutations(TEMPLATES, 2)):
        article = ARTICLES[number % len(ARTICLES)]
        edited = EDITS[name](article, rng)
        if edited != replace(article):
            assert compare(read(article, old, 3), read(edited, new, 17))
