"""One page, one snapshot: whoever links to it, and however."""

import pytest

from hozon.nouns.errors import NotFound
from hozon.nouns.model import RiverEntry
from hozon.retrieving import retrieval
from hozon.retrieving.listing import entries_of
from tests.fetching import Answer, FakeFetcher, Reply, down, html, redirect
from tests.unit.usecases.conftest import Desk

SITE = "https://news.example.org"
ALL, CULTURE, PLANET = f"{SITE}/feed", f"{SITE}/culture", "https://planet.example/feed"
A = f"{SITE}/a"
TRACKED = f"{A}?utm_source=planet&utm_medium=rss"
PAGE = html("<h1>A</h1><p>" + "Words of an article. " * 40)


def feed(*items: tuple[str, str]) -> Answer:
    """Return an RSS feed of items with these guids and links."""
    stated = "".join(
        f"<item><title>Title of {guid}</title><link>{link.replace('&', '&amp;')}</link>"
        f"<guid isPermaLink='false'>{guid}</guid></item>"
        for guid, link in items
    )
    document = f"<rss version='2.0'><channel><title>F</title>{stated}</channel></rss>"
    return Answer(document.encode(), 200, (("Content-Type", "application/rss+xml"),))


def river(desk: Desk) -> list[RiverEntry]:
    return list(entries_of(desk.opened.archive.index))


def asked(fetcher: FakeFetcher, uri: str) -> int:
    return sum(each == uri for each, _ in fetcher.asked)


async def test_one_page_in_three_feeds(desk: Desk) -> None:
    """It is asked for once, is one object, and every entry is held by it."""
    for uri in (ALL, CULTURE, PLANET):
        desk.follow(uri)
    fetcher = desk.fetcher(
        {
            ALL: feed(("1", A)),
            CULTURE: feed(("c-1", f"{A}#comments")),
            PLANET: feed(("tag:1", TRACKED)),
            A: PAGE,
            TRACKED: PAGE,
        }
    )
    run = await desk.run(fetcher)

    assert (3, 3, 1) == tuple(
        run.counts[k] for k in ("polls", "entries_new", "snapshots")
    )
    assert 1 == asked(fetcher, A) + asked(fetcher, TRACKED)
    shown = river(desk)
    assert 3 == len(shown)
    assert 1 == len({each.snapshot.id for each in shown if each.snapshot})
    assert all(each.snapshot for each in shown)
    assert {A, TRACKED} == {each.entry.link for each in shown}
    assert desk.dump() == desk.rebuilt()
    assert shown == river(desk)


async def test_a_page_another_feed_had_long_ago(desk: Desk) -> None:
    """A feed that states a link a year later is held by what was captured then."""
    desk.follow(ALL)
    await desk.run(desk.fetcher({ALL: feed(("1", A)), A: PAGE}))
    desk.clock.advance(days=365)
    desk.follow(PLANET)
    fetcher = desk.fetcher({ALL: feed(("1", A)), PLANET: feed(("x", TRACKED))})
    run = await desk.run(fetcher)

    assert 0 == run.counts["snapshots"]
    assert [] == desk.problems()
    assert 2 == sum(each.snapshot is not None for each in river(desk))


LINKS = [A, f"{A}#top", TRACKED, f"{A}?fbclid=1", "http://news.example.org/a"]


@pytest.mark.parametrize("stated", [A, TRACKED])
@pytest.mark.parametrize("wanted", LINKS)
async def test_a_page_is_found_by_any_of_its_links(
    desk: Desk, stated: str, wanted: str
) -> None:
    """As published, without tracking parameters, or with those of somebody else."""
    desk.follow(ALL)
    await desk.run(desk.fetcher({ALL: feed(("1", stated)), stated: PAGE}))
    archive = desk.opened.archive

    assert PAGE.body == retrieval.follow(wanted, archive).content()
    assert [stated] == [c.target_uri for c in retrieval.timemap(wanted, archive)]
    with pytest.raises(NotFound):
        retrieval.timemap(f"{A}?page=2", archive)


async def test_a_page_is_found_by_where_redirects_ended(desk: Desk) -> None:
    """Link, link without tracking parameters, and final URI lead to one document."""
    desk.follow(ALL)
    final = f"{SITE}/2026/a"
    site: dict[str, Reply] = {
        ALL: feed(("1", TRACKED)),
        TRACKED: redirect(final),
        final: PAGE,
    }
    await desk.run(desk.fetcher(site))

    for wanted in (TRACKED, A, final):
        document = retrieval.follow(wanted, desk.opened.archive)
        assert (final, PAGE.body) == (document.capture.target_uri, document.content())


async def test_the_canonical_link_is_recorded(desk: Desk) -> None:
    """What the page says its own link is stands in the facts of its snapshot."""
    desk.follow(ALL)
    page = html(f"<link rel=canonical href={SITE}/canonical>" + "<p>Words. " * 60)
    await desk.run(desk.fetcher({ALL: feed(("1", A)), A: page}))

    [shown] = river(desk)
    assert shown.snapshot is not None
    assert f"{SITE}/canonical" == shown.snapshot.facts.canonical_uri


async def test_trouble_is_that_of_the_page(desk: Desk) -> None:
    """A page that cannot be had is trouble of all its entries, and one job's."""
    for uri in (ALL, PLANET):
        desk.follow(uri)
    site: dict[str, Reply] = {
        ALL: feed(("1", A)),
        PLANET: feed(("x", f"{A}#x")),
        A: down(),
    }
    fetcher = desk.fetcher(site)
    await desk.run(fetcher)

    assert 1 == asked(fetcher, A)
    assert [1, 1] == [each.trouble.attempts for each in river(desk) if each.trouble]

    desk.clock.advance(hours=1)
    await desk.run(desk.fetcher({**site, A: PAGE}))

    assert [None, None] == [each.trouble for each in river(desk)]
    assert all(each.snapshot for each in river(desk))


async def test_an_entry_that_moves_is_captured_there(desk: Desk) -> None:
    """A known entry with another link has another page; the first one is kept."""
    desk.follow(ALL)
    await desk.run(desk.fetcher({ALL: feed(("1", A)), A: PAGE}))
    desk.clock.advance(days=2)
    moved = f"{SITE}/moved"
    run = await desk.run(desk.fetcher({ALL: feed(("1", moved)), moved: html("B")}))

    assert (0, 1) == (run.counts["entries_new"], run.counts["snapshots"])
    [shown] = river(desk)
    assert moved == shown.entry.link
    assert shown.snapshot is not None
    assert moved == shown.snapshot.link
    assert PAGE.body == retrieval.follow(A, desk.opened.archive).content()
    assert desk.dump() == desk.rebuilt()


async def test_a_change_of_words_captures_nothing(desk: Desk) -> None:
    """An entry that says something new is news and neither new nor a job."""
    desk.follow(ALL)
    await desk.run(desk.fetcher({ALL: feed(("1", A)), A: PAGE}))
    desk.clock.advance(days=2)
    document = feed(("1", A)).body.replace(b"Title of 1", b"Another title")
    fetcher = desk.fetcher({ALL: Answer(document, 200), A: PAGE})
    run = await desk.run(fetcher)

    assert (0, 0) == (run.counts["entries_new"], run.counts["snapshots"])
    assert ["Another title"] == [each.entry.title for each in river(desk)]
    assert 0 == asked(fetcher, A)


async def test_the_same_page_told_of_again(desk: Desk) -> None:
    """A feed that tells anew of a page has it captured anew, and holds both."""
    desk.follow(ALL)
    await desk.run(desk.fetcher({ALL: feed(("1", A)), A: PAGE}))
    desk.clock.advance(days=2)
    later = html("<p>" + "What is new. " * 60)
    await desk.run(desk.fetcher({ALL: feed(("2", A), ("1", A)), A: later}))

    archive = desk.opened.archive
    assert 2 == len(archive.index.snapshots(A))
    assert later.body == retrieval.follow(A, archive).content()
    assert 1 == len({each.snapshot.id for each in river(desk) if each.snapshot})
    assert desk.dump() == desk.rebuilt()
