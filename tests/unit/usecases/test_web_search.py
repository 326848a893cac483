"""``/search`` and ``/api/v1/search``: words in, entries out."""

import json
from typing import Any

from hozon.adapters.embedded.workspace import FolderWorkspace
from hozon.sealing.sealing import seal
from hozon.searching import searching
from tests.fetching import html
from tests.unit.usecases.conftest import Desk
from tests.unit.usecases.test_running import FEED, A, B, rss, site
from tests.unit.usecases.test_web import archived, ask, body

TEXT = "<p>" + "東京都知事は予算案を発表した。" * 40 + "</p>"
EVIL = "<p>" + "Words of an article &lt;script&gt;alert(1)&lt;/script&gt; here. " * 40


async def learned(desk: Desk) -> None:
    """Archive a page of two scripts, and index it."""
    await archived(desk, {A: html(f"<article>{EVIL}</article>"), B: html(TEXT)})
    seal(desk.opened.archive, desk.opened.signer)
    with FolderWorkspace() as room:
        searching.update(desk.opened.archive, room)


def asked(desk: Desk, query: str) -> dict[str, Any]:
    answer = ask(desk, f"/api/v1/search?{query}")
    assert 200 == answer["statusCode"], answer
    said: dict[str, Any] = json.loads(body(answer))
    return said


async def test_the_api(desk: Desk) -> None:
    """Hits with their place in the text; newest first; a page and a cursor."""
    await learned(desk)

    said = asked(desk, "q=%E4%BA%88%E7%AE%97")

    [hit] = said["hits"]
    begin, end = hit["hits"][0]
    assert "予算" == hit["excerpt"][begin:end]
    assert (B, "News", None, 2) == (
        hit["link"],
        hit["source"],
        said["before"],
        said["searched"],
    )
    assert hit["memento"] == f"/web/20261123120000/{B}"
    first = asked(desk, "q=about&limit=1")
    second = asked(desk, f"q=about&limit=1&before={first['before']}")
    assert {A, B} == {first["hits"][0]["link"], second["hits"][0]["link"]}


async def test_the_api_bounds_what_is_asked(desk: Desk) -> None:
    """A feed and a span of time; what is no query or no cursor is said to be none."""
    await learned(desk)
    [feed] = desk.opened.archive.feeds.all()

    assert 2 == len(asked(desk, f"q=about&feed={feed.id}")["hits"])
    assert [] == asked(desk, "q=about&feed=other")["hits"]
    assert [] == asked(desk, "q=about&since=2027-01-01")["hits"]
    assert 2 == len(asked(desk, "q=about&until=2027-01-01")["hits"])
    for wrong in ("q=", "q=-a", "q=a&before=forged", "q=a&since=never", "q=a&limit=0"):
        answer = ask(desk, f"/api/v1/search?{wrong}")
        assert answer["statusCode"] in {400, 422}, wrong


async def test_the_page(desk: Desk) -> None:
    """It marks what was asked for, and takes nothing that was written for markup."""
    await learned(desk)

    empty = body(ask(desk, "/search")).decode()
    shown = body(ask(desk, "/search?q=%E4%BA%88%E7%AE%97")).decode()
    evil = body(ask(desk, "/search?q=alert+%3Cscript")).decode()
    none = body(ask(desk, "/search?q=%22%3E%3Cscript%3Ezebra")).decode()

    assert '<input type="search" name="q"' in empty
    assert "<mark>予算</mark>" in shown
    assert 'href="/entries/' in shown
    assert "<mark>alert</mark>" in evil
    assert "<script" not in evil + none
    assert "Nothing was found" in none
    assert "検索" in body(ask(desk, "/search?lang=ja")).decode()
    assert 'action="/search"' in body(ask(desk, "/")).decode()


async def test_pages_of_pages(desk: Desk) -> None:
    """The link to older ones keeps what was asked for."""
    links = [f"https://news.example.org/{n}" for n in range(25)]
    pages = {link: html("<p>Words.</p>") for link in links}
    desk.follow(FEED)
    await desk.run(desk.fetcher(site({FEED: rss(*links), **pages})))
    seal(desk.opened.archive, desk.opened.signer)
    with FolderWorkspace() as room:
        searching.update(desk.opened.archive, room)

    first = body(ask(desk, "/search?q=about+news&lang=en")).decode()
    older = first.partition('rel="next" href="')[2].partition('"')[0]
    second = body(ask(desk, older.replace("&amp;", "&"))).decode()

    assert "q=about+news" in older
    assert (20, 5) == (first.count("<article"), second.count("<article"))
