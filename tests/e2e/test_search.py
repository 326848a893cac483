"""``hozon search`` as a process: what a run has stored is found by its text."""

import shutil
from pathlib import Path

import pytest

from tests.e2e.conftest import Hozon
from tests.sites import Site, page, rss

pytestmark = pytest.mark.e2e

ENGLISH = page("An article", "<p>" + "Words of free software. " * 100 + "</p>")
JAPANESE = page("記事", "<p>" + "東京都知事は予算案を発表した。" * 100 + "</p>")


def test_found_by_the_next_command(directory: Path) -> None:
    """Words, phrases, Japanese; bounded by feed and time; made anew from WARC files."""
    with Site({"/feed": rss("/a", "/b"), "/a": ENGLISH, "/b": JAPANESE}) as site:
        hozon = Hozon(directory=directory, allow=(site.authority,))
        feed, english, japanese = map(site.uri, ("/feed", "/a", "/b"))
        hozon("feeds", "add", feed)
        assert b"nothing is indexed" in hozon("search", "software").stderr
        hozon("run")

    def found(*arguments: str) -> list[str]:
        return [hit["link"] for hit in hozon.json("search", *arguments)]

    assert [english] == found('"free software"', "--feed", feed)
    assert [japanese] == found("予算") == found("都")
    assert [] == found("software", "--until", "2001-01-01")
    assert {english, japanese} == set(found("wor*")) | set(found("知事"))
    shown = hozon("search", "ｓｏｆｔｗａｒｅ").stdout.decode()
    assert "free software" in shown
    assert "\x1b" not in shown
    assert b"nothing to look for" in hozon("search", "-a", code=2).stderr
    assert 1 == len(hozon.json("search", "of", "--limit", "1"))

    shutil.rmtree(directory / "search")
    [done] = hozon.json("reindex", "--search")
    assert 2 == done["documents"]
    assert [japanese] == found("予算")
    [whole] = hozon.json("reindex")
    assert 2 == whole["documents"]
    assert [english] == found("software")
