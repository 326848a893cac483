"""A site that shows a bot check, and then the article."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.conftest import Hozon
from tests.sites import Reply, Request, Site, page, redirect, rss

pytestmark = pytest.mark.e2e

CHECK = Reply(
    b"<!doctype html><html><head><title>Just a moment...</title></head><body>"
    b"<p>Checking your browser before accessing the site.</p></body></html>",
    status=403,
    headers=(("cf-mitigated", "challenge"),),
)
ARTICLE = page("Item /a", "<p>The council has approved the tram line at last.</p>")


class Checking:
    """Answers the first `checks` requests with a bot check."""

    def __init__(self, checks: int) -> None:
        self.left = checks

    def __call__(self, _: Request) -> Reply:
        self.left -= 1
        return CHECK if self.left >= 0 else ARTICLE


def entry(hozon: Hozon) -> dict[str, object]:
    [found] = hozon.json("entries", "list")
    return found


def test_a_bot_check_twice_then_the_article(tmp_path: Path) -> None:
    """Both checks are kept aside; the article that comes later is the one of record."""
    site = Site(
        {"/feed": rss("/a"), "/a": Checking(2), "/robots.txt": Reply(status=404)}
    )
    with site:
        hozon = Hozon(directory=tmp_path / "archive", allow=(site.authority,))
        hozon("feeds", "add", site.uri("/feed"))
        hozon("settings", "--recheck-plan", "none")
        seen = []
        for at, code in (("30m", 1), ("2h", 1), ("3h", 0), ("12h", 0), ("40d", 0)):
            hozon("run", "--now", later(at), code=code)
            seen.append(entry(hozon)["state"])

        uri = site.uri("/a")
        asked = len(site.requests("/a"))
    assert ["blocked", "blocked", "blocked", "held", "held"] == seen
    assert 3 == asked
    assert entry(hozon)["kind"] == "article"
    assert entry(hozon)["trouble"] is None
    held = hozon.json("timemap", uri)
    assert ["challenge", "challenge", None] == [each["kind"] for each in held]
    assert ARTICLE.body == hozon("get", uri).stdout
    first = str(held[0]["captured_at"])
    assert CHECK.body == hozon("get", uri, "--at", first).stdout
    known = json.loads(hozon("get", uri, "--at", first, "--format", "json").stdout)
    assert "challenge" == known["metadata"]["verdict"]["kind"]
    assert known["metadata"]["verdict"]["clues"]
    before = hozon.json("entries", "list"), held
    hozon("reindex")
    assert before == (hozon.json("entries", "list"), hozon.json("timemap", uri))


def test_what_is_shown_of_a_block_page(tmp_path: Path) -> None:
    """The terminal and the status say what came instead, and when we look again."""
    with Site({"/feed": rss("/a"), "/a": redirect("/"), "/": page("Welcome")}) as site:
        hozon = Hozon(directory=tmp_path / "archive", allow=(site.authority,))
        hozon("feeds", "add", site.uri("/feed"))
        hozon("run", code=1)
    shown = hozon("entries", "list", "--long").stdout.decode()
    [status] = hozon.json("status")

    assert "state    missing" in shown
    assert "it led to the home page (missing; kept, again at" in shown
    assert 1 == status["entries_blocked"]
    assert "missing" == status["trouble"][0]["kind"]


def later(age: str) -> str:
    """Return the instant that is `age` ahead of now."""
    unit = {"m": "minutes", "h": "hours", "d": "days"}[age[-1]]
    ahead = datetime.now(UTC) + timedelta(**{unit: int(age[:-1])})
    return ahead.isoformat()
