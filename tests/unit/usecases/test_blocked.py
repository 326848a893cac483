"""Pages that are no article: kept aside, and captured again."""

from dataclasses import replace

import pytest

from hozon.entries import health
from hozon.entries.entries import next_job
from hozon.nouns.model import Clue, Kind, RiverEntry, Verdict
from hozon.nouns.opened import OpenedPage
from hozon.retrieving.listing import entries_of
from hozon.serving.describing import state
from hozon.stored import naming
from hozon.stored.holdings import read
from hozon.timetable.schedule import again_at
from tests.fakes import NOON, a_capture_job, a_snapshot, a_trouble, after, an_entry
from tests.fetching import Answer, Reply, html
from tests.readers import TextlessReader
from tests.unit.usecases.conftest import Desk
from tests.unit.usecases.test_running import FEED, A, rss

CHECK = Answer(
    b"<title>Just a moment...</title>",
    503,
    (("Content-Type", "text/html"), ("cf-mitigated", "challenge")),
)
ARTICLE = html("<title>A day out</title><h1>A day out</h1><p>We went by train.</p>")


async def test_a_bot_check_is_kept_and_the_page_captured_again(desk: Desk) -> None:
    """Even a 503 is stored, if it is a bot check; an hour later we look again."""
    desk.follow(FEED)
    run = await desk.run(desk.fetcher({FEED: rss(A), A: CHECK}))
    index = desk.opened.archive.index
    [blocked] = entries_of(index)
    desk.clock.advance(minutes=59)
    early = desk.fetcher({A: ARTICLE})
    await desk.run(early)
    desk.clock.advance(minutes=2)
    await desk.run(desk.fetcher({A: ARTICLE}))
    [held] = entries_of(index)

    assert (1, 1) == (run.counts["snapshots"], run.counts["blocked"])
    assert ("blocked", "held") == (state(blocked), state(held))
    assert "challenge" == (blocked.trouble and blocked.trouble.kind)
    assert A not in [uri for uri, _ in early.asked]
    assert held.trouble is None
    assert ["challenge", "article"] == [
        s.kind for s in index.snapshots(held.entry.link or "")
    ]


class Suspicious(TextlessReader):
    """Takes every page for one that asks for a password."""

    async def page(self, document: bytes, **how: object) -> OpenedPage:
        """Return that, and nothing else."""
        del document, how
        clue = Clue(kind="login", weight=3.0, says="its reader says so")
        return OpenedPage(verdict=Verdict(kind="login", confidence=0.75, clues=(clue,)))


async def test_what_its_reader_takes_a_page_for_it_is(desk: Desk) -> None:
    """The verdict of who has read the page is stored; it is not judged a second time."""
    archive = replace(desk.opened.archive, reader=Suspicious())
    papers = replace(desk, opened=replace(desk.opened, archive=archive))
    papers.follow(FEED)
    await papers.run(papers.fetcher({FEED: rss(A), A: ARTICLE}))
    [shown] = entries_of(archive.index)

    assert ["login"] == [s.kind for s in archive.index.snapshots(A)]
    assert "its reader says so" in ((shown.trouble and shown.trouble.reason) or "")


async def test_it_ends(desk: Desk) -> None:
    """A page that stays away is asked for a few times, then never again."""
    desk.follow(FEED)
    pages: dict[str, Reply] = {FEED: rss(A), A: Answer(b"gone", 410)}
    await desk.run(desk.fetcher(pages))
    for _ in range(9):
        desk.clock.advance(days=8)
        await desk.run(desk.fetcher(pages))
    index = desk.opened.archive.index
    [shown] = entries_of(index)

    assert 4 == len(index.snapshots(shown.entry.link or ""))
    assert shown.trouble is not None
    assert shown.trouble.final
    assert 4 == shown.trouble.attempts
    assert 0 == desk.opened.inbox.depth()


async def test_a_rebuilt_index_is_the_same(desk: Desk) -> None:
    """Verdicts are read back from the stored records, for snapshots and captures."""
    desk.follow(FEED)
    await desk.run(desk.fetcher({FEED: rss(A), A: CHECK}))
    archive = desk.opened.archive
    before = list(archive.index.dump())
    desk.opened.reindex(progress=lambda _: None)
    [shown] = entries_of(archive.index)
    assert shown.snapshot is not None
    key = shown.snapshot.warc_key
    holdings = read(key, archive.warcs.read_all(key))

    assert before == list(archive.index.dump())
    assert ["challenge"] == [capture.kind for capture in holdings.captures]


def test_the_next_job_is_the_same_whoever_asks() -> None:
    """It is made of the job and of what was stored, and has an object of its own."""
    job = a_capture_job()
    snapshot = a_snapshot(kind="challenge", captured_at=after(5))
    one, other = next_job(job, snapshot), next_job(job, snapshot)

    assert one == other
    assert one is not None
    assert naming.warc_key(one) != naming.warc_key(job)
    second = next_job(one, snapshot)
    assert second is not None
    assert len({job.id, one.id, second.id}) == 3
    assert (0, 1, 2) == (job.again, one.again, second.again)
    assert one.due_at == after(5 + 3600)


@pytest.mark.parametrize("kind", ["challenge", "missing", "shell", "login", "error"])
def test_each_wait_is_longer(kind: Kind) -> None:
    """Back-off: no wait is shorter than the one before, and there is an end."""
    waits = [again_at(kind, n, NOON) for n in range(9)]
    found = [at for at in waits if at is not None]

    assert found == sorted(found)
    assert 2 <= len(found) <= 5
    assert waits[len(found) :] == [None] * (9 - len(found))


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        ("article", 200, "held"),
        ("part", 200, "held"),
        ("document", 200, "held"),
        ("challenge", 403, "blocked"),
        ("consent", 200, "blocked"),
        ("shell", 200, "blocked"),
        ("missing", 200, "missing"),
        ("parked", 200, "missing"),
    ],
)
def test_the_state_of_an_entry(kind: Kind, status: int, expected: str) -> None:
    """One word says whether the article is held."""
    snapshot = a_snapshot(kind=kind, status=status)

    assert expected == state(RiverEntry(entry=an_entry(), snapshot=snapshot))


def test_blocked_feeds_are_ill() -> None:
    """The health of a feed says how many of its entries were blocked, and by what."""
    troubles = [
        replace(a_trouble("e1"), kind="challenge", at=after(2)),
        replace(a_trouble("e2"), kind="challenge", at=after(1)),
        replace(a_trouble("e3"), kind="login"),
        replace(a_trouble("e4"), kind="failed"),
    ]
    found = health.blocked(troubles)["f1"]

    assert ("blocked", after(2)) == (found.kind, found.at)
    assert "3 entries (challenge 2, login 1)" in found.text
    assert {} == health.blocked([a_trouble("e4")])
