"""What every `Index` promises of the entries that lead to a page."""

from dataclasses import replace

from hozon.nouns.model import Entry, Holdings
from hozon.nouns.ports import Index
from tests.fakes import a_snapshot, after, an_entry

LINK = "https://example.com/e1"


def stated(*entries: Entry) -> Holdings:
    return Holdings(entries=entries)


def test_all_whose_links_lead_there(index: Index) -> None:
    """Of every feed, with whichever tracking parameters; first seen first."""
    later = an_entry(
        "e2", feed_id="f2", first_seen_at=after(9), link=f"{LINK}?utm_id=1"
    )
    first = an_entry("e1")
    other = an_entry("e3")
    unlinked = an_entry("e4", link=None)
    index.add(stated(later, other, unlinked))
    index.add(stated(first))
    index.add(Holdings(snapshots=(a_snapshot(),)))

    assert [first, later] == index.linked("http://www.example.com/e1#top")
    assert [other] == index.linked("https://example.com/e3")
    assert [] == index.linked("https://example.com/none")


def test_a_link_that_changed(index: Index) -> None:
    """An entry leads where it says last, in whichever order that was added."""
    old = an_entry("e1")
    new = replace(old, link="https://example.com/new", seen_at=after(5))
    index.add(stated(new))
    index.add(stated(old))

    assert [] == index.linked(LINK)
    assert ["e1"] == [each.key for each in index.linked("https://example.com/new")]

    index.add(stated(replace(old, seen_at=after(6))))

    assert ["e1"] == [each.key for each in index.linked(LINK)]
    assert [] == index.linked("https://example.com/new")


def test_its_snapshots_and_troubles_are_no_entries(index: Index) -> None:
    """What else is known of the page does not come with it."""
    index.add(stated(an_entry("e1")))
    index.add(Holdings(snapshots=(a_snapshot("s1"), a_snapshot("s2"))))

    assert 1 == len(index.linked(LINK))
    assert 2 == len(index.snapshots(LINK))
