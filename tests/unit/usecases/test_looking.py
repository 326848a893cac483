"""Looking again: what each look finds, keeps and costs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hozon.nouns.findings import Finding, Life, Outcome
from hozon.nouns.model import Headers
from hozon.nouns.watches import Watch
from hozon.retrieving import retrieval
from hozon.stored.holdings import read
from tests.fetching import Answer, Reply, down
from tests.unit.usecases.conftest import Desk, a_desk
from tests.unit.usecases.test_running import FEED, A, rss

TEXT = """<p>The north landing opened again on Thursday, after eleven years.</p>
<p>The first boat tied up three minutes late, to the sound of one bicycle bell.</p>
<p>The harbour office counted 41 passengers. Most of them went straight back.</p>
<p>A second boat will run from April, if the council agrees on 12 March.</p>"""
EDITED = TEXT.replace("41 passengers", "43 passengers")
HTML = "text/html; charset=utf-8"


def article(body: str = TEXT, *, etag: str | None = '"1"', extra: str = "") -> Reply:
    """Return what a site does that has an article, and honours its validator."""
    page = (
        "<!doctype html><html lang=en><title>The landing opens | The Post</title>"
        f"<body><nav><a href=/>Home</a></nav><article><h1>The landing opens</h1>{body}"
        f"</article><footer>{extra}</footer></html>"
    )
    fields: Headers = (("Content-Type", HTML), *([("ETag", etag)] if etag else []))

    def answer(asked: Headers) -> Answer:
        if etag and ("If-None-Match", etag) in asked:
            return Answer(b"", 304, (("ETag", etag),))
        return Answer(page.encode(), 200, fields)

    return answer


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Yield a desk at which pages are looked at again by the standard plan."""
    with a_desk(tmp_path / "archive") as made:
        yield made


async def followed(desk: Desk, reply: Reply) -> dict[str, Reply]:
    """Have one article captured, and return its site."""
    site: dict[str, Reply] = {FEED: rss(A), A: reply}
    desk.follow(FEED)
    await desk.run(desk.fetcher(site))
    return site


async def later(desk: Desk, site: dict[str, Reply], **by: float) -> dict[str, int]:
    """Move on and do all that is due; return what was counted."""
    desk.clock.advance(**by)
    run = await desk.run(desk.fetcher(site))
    return {name: count for name, count in run.counts.items() if count}


def findings(desk: Desk) -> list[Finding]:
    return list(desk.opened.archive.index.findings(A))


def watch(desk: Desk) -> Watch:
    found = desk.opened.archive.watches.get(A)
    assert found is not None
    return found


def outcomes(desk: Desk) -> list[Outcome]:
    return [found.outcome for found in findings(desk)]


async def test_the_first_look_is_planned_with_the_capture(desk: Desk) -> None:
    """An hour later, or a little more: articles captured at once are spread."""
    await followed(desk, article())

    due = watch(desk).due_at
    assert due is not None
    assert timedelta(hours=1) <= due - desk.clock.now <= timedelta(hours=1.1)
    assert 1 == watch(desk).life.version


async def test_a_page_that_was_not_modified(desk: Desk) -> None:
    """304: one small object, and nothing else is asked for or kept."""
    site = await followed(desk, article(extra="<img src=/i.png>"))
    fetcher = desk.fetcher(site)
    desk.clock.advance(hours=2)
    run = await desk.run(fetcher)

    assert [A] == [
        uri for uri, _ in fetcher.asked if uri != FEED and "robots" not in uri
    ]
    assert 1 == run.counts["looks"]
    assert 0 == run.counts["snapshots"]
    assert ["new", "same"] == outcomes(desk)
    assert findings(desk)[-1].vouched
    assert 0 < run.counts["bytes_stored"] <= 2048
    assert 1 == len(desk.opened.archive.index.snapshots(A))
    assert 1 == len(retrieval.timemap(A, desk.opened.archive))


NOISES = {
    "identical": (article(etag=None), article(etag=None)),
    "a counter": (
        article(etag=None, extra="1,234 views"),
        article(etag=None, extra="1,310 views"),
    ),
    "a token": (
        article(etag='"1"', extra="<input type=hidden value=8f3a>"),
        article(etag='"2"', extra="<input type=hidden value=77b0>"),
    ),
}


@pytest.mark.parametrize("name", NOISES)
async def test_what_is_no_edit_is_the_same(desk: Desk, name: str) -> None:
    """Other bytes with the same article in them: a kilobyte, and no version."""
    before, after = NOISES[name]
    site = await followed(desk, before)
    counts = await later(desk, {**site, A: after}, hours=2)

    assert ["new", "same"] == outcomes(desk)
    assert 1 == watch(desk).life.version
    assert counts["bytes_stored"] <= 2048


async def test_an_edit_is_a_version(desk: Desk) -> None:
    """The whole page is kept anew; its metadata say how the article has changed."""
    site = await followed(desk, article())
    counts = await later(desk, {**site, A: article(EDITED, etag='"2"')}, hours=2)
    archive = desk.opened.archive

    assert (1, 1, 1) == tuple(counts[k] for k in ("looks", "changed", "snapshots"))
    assert ["new", "changed"] == outcomes(desk)
    last = findings(desk)[-1]
    assert ("correction", True) == (last.change, last.held)
    assert 0 < last.size < 0.05
    snapshots = archive.index.snapshots(A)
    assert 2 == watch(desk).life.version == len(snapshots)
    assert b"43 passengers" in retrieval.follow(A, archive).content()
    then = retrieval.follow(A, archive, at=snapshots[0].captured_at)
    assert b"41 passengers" in then.content()


async def test_after_an_edit_the_new_text_counts(desk: Desk) -> None:
    """The next look asks with the new validator, and finds the same."""
    site = await followed(desk, article())
    edited = {**site, A: article(EDITED, etag='"2"')}
    await later(desk, edited, hours=2)
    await later(desk, edited, hours=6)

    assert ["new", "changed", "same"] == outcomes(desk)
    assert findings(desk)[-1].vouched


GONE: dict[str, tuple[Reply, Outcome]] = {
    "404": (Answer(b"<title>Not found</title>", 404), "missing"),
    "410": (Answer(b"<title>Gone</title>", 410), "gone-410"),
    "soft 404": (
        Answer(b"<title>Page not found</title><h1>Page not found</h1>", 200),
        "soft-404",
    ),
    "a login": (
        Answer(
            b"<title>Log in</title><h1>Log in</h1><form><input type=password></form>",
            401,
        ),
        "withdrawn",
    ),
    "another article": (
        Answer(
            b"<title>Ten bicycles</title><article><h1>Ten bicycles</h1>"
            + b"<p>Ten bicycles are for sale at the old school near the mill.</p>" * 9,
            200,
            (("Content-Type", HTML),),
        ),
        "replaced",
    ),
}


@pytest.mark.parametrize("name", GONE)
async def test_an_article_that_is_not_there(desk: Desk, name: str) -> None:
    """What stands in its place is kept as evidence, and is not the article."""
    reply, outcome = GONE[name]
    site = await followed(desk, article())
    counts = await later(desk, {**site, A: reply}, hours=2)
    archive = desk.opened.archive

    assert 1 == counts["missing"]
    assert ["new", outcome] == outcomes(desk)
    assert ("missing", 1) == (watch(desk).life.state, watch(desk).life.version)
    held = retrieval.timemap(A, archive)
    assert [None, True] == [c.kind and True for c in held]
    assert b"41 passengers" in retrieval.follow(A, archive).content()


async def test_from_missing_to_gone_and_back(desk: Desk) -> None:
    """After a fortnight and five looks it is gone; when it returns, it is restored."""
    site = await followed(desk, article())
    absent = {**site, A: GONE["404"][0]}
    states = []
    for _ in range(24):
        await later(desk, absent, days=1)
        states.append(watch(desk).life.state)
    gone_after = states.index("gone")
    counts = await later(desk, site, days=31)

    assert 14 <= gone_after <= 16
    assert {"missing"} == set(states[:gone_after])
    assert 1 == counts["restored"]
    assert ("restored", 1) == (watch(desk).life.state, watch(desk).life.version)


async def test_trouble_is_no_deletion(desk: Desk) -> None:
    """A server that cannot be reached is asked a few times; then nobody knows."""
    site = await followed(desk, article())
    for _ in range(12):
        await later(desk, {**site, A: down()}, hours=8)

    assert "live" == watch(desk).life.state
    assert "unreachable" in outcomes(desk)
    counts = await later(desk, site, days=8)
    assert "same" == outcomes(desk)[-1]
    assert "restored" not in counts


async def test_a_moved_article_is_followed(desk: Desk) -> None:
    """A redirect to the same text: the same entry at another place, and no version."""
    site = await followed(desk, article())
    place = "https://news.example.org/archive/a-2"
    moved = {**site, A: Answer(b"", 301, (("Location", place),)), place: article()}
    counts = await later(desk, moved, hours=2)
    lost = {**site, A: Answer(b"", 404), place: article()}
    await later(desk, lost, hours=6)

    assert 1 == counts["moved"]
    assert ["new", "moved", "same"] == outcomes(desk)
    assert (1, place) == (watch(desk).life.version, watch(desk).life.page_uri)
    assert b"41" in retrieval.follow(place, desk.opened.archive).content()


async def test_a_redirect_to_the_home_page(desk: Desk) -> None:
    """What is led home is not there, even where the home page quotes it."""
    home = "https://news.example.org/"
    quoted = Answer(
        b"<title>The Post</title><h1>The Post</h1><h2>The landing opens</h2>"
        b"<p>The north landing opened again on Thursday, after eleven years.</p>"
        + b"<p>Many other things have happened in this town today, say some.</p>"
        * 20,
        200,
        (("Content-Type", HTML),),
    )
    site = await followed(desk, article())
    away = {**site, A: Answer(b"", 302, (("Location", home),)), home: quoted}
    await later(desk, away, hours=2)

    assert "redirected-home" == outcomes(desk)[-1]


async def test_robots_that_change_their_mind(desk: Desk) -> None:
    """A publisher who forbids the page later has withdrawn it: we ask no more."""
    site = await followed(desk, article())
    rules = Answer(
        b"User-agent: *\nDisallow: /a\n", 200, (("Content-Type", "text/plain"),)
    )
    forbidding = {**site, "https://news.example.org/robots.txt": rules}
    fetcher = desk.fetcher(forbidding)
    desk.clock.advance(days=2)
    await desk.run(fetcher)

    assert "withdrawn" == outcomes(desk)[-1]
    assert A not in [uri for uri, _ in fetcher.asked]
    last = findings(desk)[-1]
    assert "robots.txt" in (last.reason or "")
    held = read(last.warc_key, desk.opened.archive.warcs.read_all(last.warc_key))
    assert ["https://news.example.org/robots.txt"] == [
        c.target_uri for c in held.captures
    ]


async def test_a_server_that_answers_304_for_ever(desk: Desk) -> None:
    """Now and then the page is asked for whole, so that an edit is found."""

    def liar(asked: Headers) -> Answer:
        if any(name == "If-None-Match" for name, _ in asked):
            return Answer(b"", 304)
        reply = article(EDITED, etag='"1"')
        assert callable(reply)
        return reply(asked)

    site = await followed(desk, article())
    for _ in range(9):
        await later(desk, {**site, A: liar}, days=1)

    assert "changed" in outcomes(desk)


async def test_a_feed_that_says_so(desk: Desk) -> None:
    """An entry that was updated has its page looked at with that poll."""
    site = await followed(desk, article())
    for hours in (2, 6, 20, 60, 100):
        await later(desk, site, hours=hours)
    due = watch(desk).due_at
    said = len(outcomes(desk))
    document = site[FEED]
    assert isinstance(document, Answer)
    assert due is not None
    assert due - desk.clock.now > timedelta(days=10)
    updated = replace(
        document, body=document.body.replace(b"<title>", b"<title>New: ", 2)
    )
    await later(desk, {FEED: updated, A: article(EDITED, etag='"2"')}, days=2)

    assert said + 1 == len(outcomes(desk))
    assert "changed" == outcomes(desk)[-1]


async def test_a_rebuilt_index_is_the_same(desk: Desk) -> None:
    """All states and versions come back from the objects, and when to look next."""
    site = await followed(desk, article())
    await later(desk, {**site, A: article(EDITED, etag='"2"')}, hours=2)
    await later(desk, {**site, A: GONE["404"][0]}, hours=6)
    await later(desk, {**site, A: GONE["soft 404"][0]}, hours=9)
    before, due = desk.dump(), watch(desk).due_at
    after = desk.rebuilt()

    assert before == after
    assert any('"life"' in line for line in before)
    assert due == watch(desk).due_at
    assert watch(desk).life != Life()
