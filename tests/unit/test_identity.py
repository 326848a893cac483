"""Which entries the statements of feed documents are, from one poll to the next."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.entries import entries, identity, statements
from hozon.feeds import FeedDocument, StatedEntry
from hozon.nouns.model import Entry
from tests.fakes import NOON, a_feed, after

FEED = a_feed()
SITE = "https://example.com"


class History:
    """The entries of one feed as an index would know them, poll after poll."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.polls = 0

    def poll(self, *stated: StatedEntry) -> identity.Told:
        """Return what a document with these items tells, and remember it."""
        document = FeedDocument(
            kind="rss20", title="F", site_uri=None, language=None, entries=stated
        )
        seen_at = NOON + timedelta(hours=self.polls)
        self.polls += 1
        said = statements.statements(entries.stated(FEED, document, seen_at=seen_at))
        wanted = {key for each in said for key in each.keys}
        known = {k: e for k, e in self.entries.items() if k in wanted}
        recent: list[Entry] = []
        if not identity.are_known(said, known):
            newest = sorted(self.entries.values(), key=lambda e: (e.river_at, e.key))
            recent = newest[::-1]
        told = identity.told(said, known, recent)
        self.entries |= {each.key: each for each in told.news}
        return told


def item(n: int | str, **fields: object) -> StatedEntry:
    """Return an item with its own guid, link, title and date."""
    at = after(60 * n) if isinstance(n, int) else None
    stated = StatedEntry(
        id=f"{SITE}/{n}",
        link=f"{SITE}/{n}",
        title=f"Title {n}",
        summary=f"About {n}",
        published=at.isoformat() if at else None,
        published_at=at,
    )
    return replace(stated, **fields)  # type: ignore[arg-type]  # of the dataclass


def undated(n: int | str, **fields: object) -> StatedEntry:
    """Return an item without a date."""
    return item(n, **{"published": None, "published_at": None, **fields})


def new(told: identity.Told) -> list[str]:
    """Return the titles of the new entries."""
    return [each.title for each in told.news if entries.is_new(each)]


def test_the_same_again_is_no_news() -> None:
    """A document that says what the last one said tells nothing."""
    history = History()
    first = history.poll(item(1), item(2))
    again = history.poll(item(1), item(2))

    assert (2, 0) == (len(first.news), first.known)
    assert (0, 2) == (len(again.news), again.known)


def test_an_entry_that_changes_stays_one() -> None:
    """Title, text and date may change: the id says which entry it is, and where."""
    history = History()
    [first] = history.poll(item(1)).news
    [changed] = history.poll(item(1, title="Other", summary="Other")).news

    assert first.key == changed.key
    assert (first.first_seen_at, first.river_at) == (
        changed.first_seen_at,
        changed.river_at,
    )
    assert not entries.is_new(changed)


def test_a_new_link_is_to_be_captured() -> None:
    """A known entry whose link leads elsewhere has a page that nobody has captured."""
    history = History()
    history.poll(item(1))
    moved = history.poll(item(1, link=f"{SITE}/one"))
    same = history.poll(item(1, link=f"{SITE}/one?utm_source=rss"))

    [entry] = moved.entries
    assert (entry.key,) == moved.relinked
    assert [f"{SITE}/one"] == [
        job.link for job in entries.capture_jobs(moved.news, relinked=moved.relinked)
    ]
    assert () == same.relinked
    assert [] == entries.capture_jobs(same.news, relinked=same.relinked)


SHARED_IDS = [
    pytest.param({"id": "42"}, id="one-id-on-all"),
    pytest.param({"id": "42", "link": f"{SITE}/"}, id="one-id-and-link-on-all"),
    pytest.param({"id": None, "link": f"{SITE}/"}, id="no-id-and-one-link-on-all"),
]


@pytest.mark.museum(36)
@pytest.mark.parametrize("fields", SHARED_IDS)
def test_an_id_on_all_items(fields: dict[str, object]) -> None:
    """It is no id: each item is an entry, and the same one at every poll."""
    history = History()
    items = [item(n, **fields) for n in range(5)]
    polls = [
        history.poll(items[0], items[1]),
        history.poll(items[2], items[0], items[1]),
        history.poll(items[4], items[3], items[2]),
        history.poll(items[4]),
        history.poll(items[1], items[4]),
    ]

    assert [0, 2, 1, 1, 2] == [told.known for told in polls]
    assert 5 == len(history.entries)
    assert {f"Title {n}" for n in range(5)} == {
        each.title for each in history.entries.values()
    }


def test_an_id_that_turns_out_to_be_on_all_items() -> None:
    """Where a feed began with one item, that keeps its key."""
    history = History()
    [first] = history.poll(item(1, id="x")).entries
    both = history.poll(item(2, id="x"), item(1, id="x"))

    assert ["Title 2"] == new(both)
    assert first.key == both.entries[1].key


@pytest.mark.museum(36)
def test_an_id_used_again_later() -> None:
    """A window of one item whose id never changes still loses nothing."""
    history = History()
    for n in range(4):
        assert [f"Title {n}"] == new(history.poll(item(n, id="latest")))

    assert 1 == history.poll(item(3, id="latest")).known
    assert 4 == len(history.entries)


def test_two_versions_of_one_entry() -> None:
    """Of one id, link and title the statement counts that was updated last."""
    old = item(1, summary="Old", updated_at=after(1))
    latest = item(1, summary="New", updated_at=after(2))
    [entry] = History().poll(item(1, summary="None"), latest, old).entries

    assert "New" == entry.summary


DRIFTS = [
    pytest.param({"id": "http://example.com/1"}, id="scheme"),
    pytest.param({"id": "https://www.example.com/1"}, id="www"),
    pytest.param(
        {"id": "https://new.example.org/1", "link": "https://new.example.org/1"},
        id="host",
    ),
    pytest.param({"id": "urn:uuid:1"}, id="another-kind-of-id"),
    pytest.param({"id": None}, id="no-id-any-more"),
    pytest.param({"id": None, "link": f"{SITE}/1?utm_medium=x"}, id="tracking"),
    pytest.param({"id": f"{SITE}/uno", "link": f"{SITE}/uno"}, id="slug"),
    pytest.param({"id": "urn:uuid:1", "title": "Mended"}, id="id-and-title"),
]


@pytest.mark.museum(36)
@pytest.mark.parametrize("fields", DRIFTS)
def test_an_id_that_drifts(fields: dict[str, object]) -> None:
    """The same article under a new id stays one entry, now and ever after."""
    history = History()
    history.poll(item(1), item(2))
    keys = set(history.entries)
    drifted = history.poll(item(3), item(1, **fields), item(2))
    again = history.poll(item(3), item(1, **fields), item(2))

    assert ["Title 3"] == new(drifted)
    assert (2, 3) == (drifted.known, again.known)
    assert () == again.news
    assert keys < set(history.entries)


UNDATED_DRIFTS = [
    {"id": "urn:uuid:1"},
    {"id": "http://example.com/1", "title": "Mended"},
    {"id": "https://new.example.org/1", "link": "https://new.example.org/1"},
]


@pytest.mark.parametrize("fields", UNDATED_DRIFTS, ids=["urn", "scheme", "host"])
def test_an_id_that_drifts_without_a_date(fields: dict[str, object]) -> None:
    """Without dates the words have to be the same."""
    history = History()
    history.poll(undated("1"), undated("2"))

    assert [] == new(history.poll(undated("1", **fields), undated("2")))


def test_new_ids_and_dates_at_every_poll() -> None:
    """A feed that makes its ids up anew, and its dates, has no new entries for that."""
    history = History()
    for n in range(5):
        items = [
            item(1, id=f"{n}-1", published_at=after(9000 + n), summary=f"{n}"),
            item(2, id=f"{n}-2", published_at=after(9001 + n), summary=f"{n}"),
        ]
        history.poll(*items)

    assert 2 == len(history.entries)


NOT_THE_SAME = [
    pytest.param(item(1), item(2), id="nothing-in-common"),
    pytest.param(
        item(1), item(2, link=f"{SITE}/1"), id="one-link-another-title-and-date"
    ),
    pytest.param(
        item(1),
        item(2, link=f"{SITE}/1", title="Title 1"),
        id="one-link-and-title-another-date",
    ),
    pytest.param(item(1), item(2, title="Title 1"), id="one-title-another-date"),
    pytest.param(item(1), item(2, published_at=after(60)), id="one-date-another-title"),
    pytest.param(
        item(1, id="https://a.example.com/?p=1"),
        item(2, id="https://b.example.com/?p=1"),
        id="one-path-on-two-hosts",
    ),
    pytest.param(
        undated("1", title="", summary=""),
        undated("2", title="", summary=""),
        id="nothing-said",
    ),
]


@pytest.mark.parametrize(("before", "after_"), NOT_THE_SAME)
def test_another_entry(before: StatedEntry, after_: StatedEntry) -> None:
    """Where a window holds one item, the next one is not taken for it."""
    history = History()
    history.poll(before)
    told = history.poll(after_)

    assert 0 == told.known
    assert 2 == len(history.entries)


def test_titles_that_tell_nothing() -> None:
    """Of several with one title and date, none is taken for another."""
    history = History()
    history.poll(*(item(n, title="Note", published_at=NOON) for n in range(3)))
    told = history.poll(item(7, title="Note", published_at=NOON))

    assert ["Note"] == new(told)
    assert 4 == len(history.entries)


def test_what_stands_beside_its_like_is_not_its_like() -> None:
    """An entry that is still in the document is not the one that is new."""
    history = History()
    history.poll(item(1))
    told = history.poll(item(2, title="Title 1", published_at=after(60)), item(1))

    assert 1 == told.known
    assert 2 == len(history.entries)


def test_a_link_that_is_told_of_again() -> None:
    """A new entry on the page of an earlier one captures that anew; at once, once."""
    history = History()
    log = f"{SITE}/changes"
    first = history.poll(item(1, link=log), item(2, link=f"{log}#two"))
    later = history.poll(item(3, link=log), item(1, link=log), item(2, link=log))

    jobs = entries.capture_jobs(first.news, again=first.again)
    [anew] = entries.capture_jobs(later.news, again=later.again)
    assert [log] == [job.link for job in jobs]
    assert (later.entries[0].key, log) == (anew.entry_key, anew.link)
    assert anew.id != jobs[0].id


def test_jobs_of_two_feeds_are_one() -> None:
    """The id of a job is made of the link alone, tracking parameters off."""
    ids = set()
    for feed_id, link in (("f1", f"{SITE}/1"), ("f2", f"{SITE}/1?utm_source=f2#x")):
        document = FeedDocument(
            kind="rss20",
            title="",
            site_uri=None,
            language=None,
            entries=(item(1, link=link),),
        )
        stated = entries.stated(a_feed(feed_id), document, seen_at=NOON)
        ids |= {job.id for job in entries.capture_jobs(stated)}

    assert 1 == len(ids)


def test_no_link_no_job() -> None:
    """Without a link there is nothing to capture."""
    told = History().poll(item(1, link=None))

    assert [] == entries.capture_jobs(told.news)


few = st.sampled_from
items = st.builds(
    StatedEntry,
    id=few([None, "a", "b", f"{SITE}/a", "http://example.com/a"]),
    link=few([None, f"{SITE}/a", f"{SITE}/b", f"{SITE}/a?utm_id=1"]),
    title=few(["", "one", "two"]),
    summary=few(["", "words"]),
    published_at=few([None, NOON, after(9)]),
    updated_at=few([None, after(1), after(2)]),
)
polls = st.lists(st.lists(items, max_size=6), min_size=1, max_size=6)


@pytest.mark.museum(36)
@given(polls=polls)
def test_nothing_is_lost(polls: list[list[StatedEntry]]) -> None:
    """Whatever is stated, each id, link and title of a document is one entry of its
    own, and every link that was ever stated is captured.
    """
    history = History()
    captured: set[str | None] = set()
    stated_: set[str | None] = set()
    for document in polls:
        told = history.poll(*document)
        distinct = {
            (s.id or s.link or s.title + s.summary, page(s), s.title or s.summary)
            for s in document
        }
        assert len(distinct) == len(told.entries)
        assert len(told.entries) == len({each.key for each in told.entries})
        jobs = entries.capture_jobs(told.news, relinked=told.relinked, again=told.again)
        captured |= {statements.page_of(known(job.link)) for job in jobs}
        stated_ |= {page(s) for s in document if s.link}
    assert stated_ == captured


@pytest.mark.museum(36)
@given(polls=polls)
def test_the_same_poll_twice(polls: list[list[StatedEntry]]) -> None:
    """Asked again, a document tells of entries that are known, and of all of them."""
    history = History()
    for document in polls:
        history.poll(*document)
        before = set(history.entries)
        again = history.poll(*document)
        assert len(again.entries) == again.known
        assert before == set(history.entries)


def page(stated: StatedEntry) -> str | None:
    """Return the key of the page that an item leads to."""
    return statements.page_of(known(stated.link)) if stated.link else None


def known(link: str) -> Entry:
    """Return an entry with this link."""
    [entry] = entries.stated(
        FEED,
        FeedDocument(
            kind="",
            title="",
            site_uri=None,
            language=None,
            entries=(item(1, link=link),),
        ),
        seen_at=datetime.fromisoformat("2026-08-22T12:00:00+00:00"),
    )
    return entry
