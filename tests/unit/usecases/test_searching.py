"""From what is stored to what is found: updates, merges, purges, and what goes wrong."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from hozon.adapters.embedded.workspace import FolderWorkspace
from hozon.nouns.errors import Conflict, Damaged, Misuse
from hozon.nouns.model import Entry, Facts
from hozon.sealing import following
from hozon.search import manifest
from hozon.search.documents import Document
from hozon.search.finding import Filters
from hozon.searching import searching
from hozon.searching.searching import Hits, Updated
from hozon.searching.shelving import read as listed
from hozon.stored.holdings import read
from tests.fakes import a_warc_key, after, an_entry
from tests.logs import Shelf, shelf
from tests.objects import a_poll_object, a_snapshot_object

EMPTY = Updated()


@dataclass(slots=True, kw_only=True)
class Library:
    """An archive of a few objects, and its search."""

    desk: Shelf
    folder: Path

    def hold(self, name: str, text: str, *, at: int = 0, page: str = "") -> str:
        """Store a snapshot of a page, captured so many seconds after noon."""
        key, entry_key = a_warc_key(name), page or name
        data = a_snapshot_object(
            key,
            id_=name,
            link=f"https://example.com/{entry_key}",
            entry_key=entry_key,
            at=after(at),
            facts=Facts(title=f"Title {name}", text=text),
        )
        return self._store(key, data)

    def poll(self, name: str, *entries: Entry, at: int = 0) -> str:
        """Store a feed document with entries."""
        key = a_warc_key(name)
        return self._store(key, a_poll_object(key, entries=entries, at=after(at)))

    def _store(self, key: str, data: bytes) -> str:
        archive = self.desk.archive
        archive.warcs.put(key, data)
        archive.index.add(read(key, data))
        return key

    def update(self, **how: object) -> Updated:
        """Make findable what was sealed."""
        with FolderWorkspace() as room:
            return searching.update(self.desk.archive, room, **how)  # type: ignore[arg-type]

    def learn(self) -> Updated:
        """Seal all, and make it findable."""
        self.desk.seal()
        return self.update()

    def rebuild(self) -> Updated:
        """Make all findable anew."""
        with FolderWorkspace() as room:
            return searching.rebuild(self.desk.archive, room)

    def forget(self, *ids: str) -> None:
        """Purge."""
        with FolderWorkspace() as room:
            searching.forget(ids, self.desk.archive, room)

    def search(self, text: str, **filters: object) -> Hits:
        """Return the first ten hits."""
        wanted = Filters(**filters)  # type: ignore[arg-type]
        return searching.search(text, self.desk.archive, limit=10, filters=wanted)

    def found(self, text: str, **filters: object) -> list[str]:
        """Return the ids of the snapshots that are found, or else of the entries."""
        hits = self.search(text, **filters).hits
        return [h.document.snapshot_id or h.document.entry_key for h in hits]

    def segments(self) -> list[Path]:
        """Return the files of the segments."""
        return sorted((self.folder / "search/segments").glob("*.seg"))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with shelf(tmp_path) as desk:
        yield Library(desk=desk, folder=tmp_path)


def test_what_is_sealed_is_found(library: Library) -> None:
    """And not before: the log says what is new."""
    library.hold("aa", "Free software for all. 東京都知事は予算案を発表した。")
    library.hold("bb", "Some other text about softwares.")
    assert EMPTY == library.update()

    assert (2, 2) == (library.learn().objects, library.search("text").searched)

    assert ["aa"] == library.found("software")
    assert ["aa"] == library.found("京都")
    assert ["aa"] == library.found("案")
    assert ["aa"] == library.found('"free software"')
    assert {"aa", "bb"} == set(library.found("softw*"))
    assert {"aa", "bb"} == set(library.found("title"))
    assert [] == library.found("知事 -予算")


def test_why_it_was_found(library: Library) -> None:
    """A hit shows where in the text that stands, as it was written."""
    library.hold("aa", "Ｆｒｅｅ　software, and the rest of it.")
    library.learn()

    [hit] = library.search("free").hits

    assert ["Ｆｒｅｅ"] == [part.text for part in hit.excerpt if part.is_hit]
    assert "Title aa" == "".join(part.text for part in hit.title)
    assert "https://example.com/aa" == hit.document.page_uri


def test_the_versions_of_an_entry(library: Library) -> None:
    """Each can be found; of those that match the latest one is shown."""
    library.poll("p1", an_entry("e1"))
    library.hold("aa", "The old word stands here.", at=60, page="e1")
    library.hold("bb", "The new word stands here.", at=90, page="e1")
    library.learn()

    assert ["aa"] == library.found("old")
    assert ["bb"] == library.found("new")
    assert ["bb"] == library.found("word")


def test_what_a_feed_says(library: Library) -> None:
    """It is found as long as no page was captured; then with the page."""
    library.poll("p1", an_entry("e1", summary="Only the feed says zebra."))
    library.learn()
    [hit] = library.search("zebra").hits
    assert None is hit.document.snapshot_id

    library.hold("aa", "The page says nothing of it.", at=60, page="e1")
    library.learn()

    assert ["aa"] == library.found("zebra") == library.found("nothing")
    assert ["aa"] == library.found("zebra", feed_id="f1")
    assert [] == library.found("zebra", feed_id="f2")


@pytest.mark.parametrize("is_late", [False, True])
def test_a_page_of_two_feeds(library: Library, *, is_late: bool) -> None:
    """It is found once in all, and in each feed, whichever came first."""
    link = "https://example.com/e1"
    second = an_entry(
        "e2", feed_id="f2", link=link, first_seen_at=after(99), seen_at=after(99)
    )
    library.poll("p1", an_entry("e1"))
    if not is_late:
        library.poll("p2", second)
    library.hold("aa", "A word.", at=60, page="e1")
    library.learn()
    if is_late:
        library.poll("p2", second, at=99)
        library.learn()

    assert ["aa"] == library.found("word")
    assert ["aa"] == library.found("word", feed_id="f1")
    assert ["aa"] == library.found("word", feed_id="f2")


def test_bounded_by_time(library: Library) -> None:
    """From an instant on, and up to before another."""
    for n in range(3):
        library.hold(f"a{n}", "A word.", at=60 * n)
    library.learn()

    assert ["a1"] == library.found("word", since=after(60), until=after(120))
    assert ["a2", "a1", "a0"] == library.found("word")


def test_page_by_page(library: Library) -> None:
    """The cursor of a page leads to the next one; nothing comes twice."""
    for n in range(25):
        library.hold(f"a{n:02}", f"A word, {n}.", at=n)
    library.learn()
    found, before = list[str](), None
    while True:
        page = library.search("word", before=before)
        found += [hit.document.snapshot_id or "" for hit in page.hits]
        before = page.before
        if before is None:
            break

    assert [f"a{n:02}" for n in reversed(range(25))] == found


def test_updates_in_any_portions(library: Library) -> None:
    """Many small ones find what one large one does, in few segments."""
    for n in range(40):
        library.hold(f"a{n:02}", f"A word, and number{n}.", at=n)
        library.learn()
    known = listed(library.desk.archive.derived)

    assert len(known.segments) <= 5
    assert 40 == sum(each.documents for each in known.segments)
    for n in (0, 17, 39):
        assert [f"a{n:02}"] == library.found(f"number{n}")
    before = [library.found("word", until=after(n + 1)) for n in range(40)]
    library.rebuild()
    assert before == [library.found("word", until=after(n + 1)) for n in range(40)]
    assert following.published(library.desk.archive) == known.position


def test_what_counts_no_more_goes_after_an_hour(library: Library) -> None:
    """Queries under way may still read it."""
    library.hold("aa", "A word.")
    library.learn()
    [old] = library.segments()
    library.hold("bb", "A word.")
    library.learn()
    assert old in library.segments()

    library.desk.clock.advance(hours=2)
    library.update()

    assert 1 == len(library.segments())
    assert old not in library.segments()


def test_nothing_new_changes_nothing(library: Library) -> None:
    """An idle update writes no object."""
    library.hold("aa", "A word.")
    library.learn()
    derived = library.desk.archive.derived
    before = derived.get(manifest.KEY)

    assert EMPTY == library.update()
    assert before == derived.get(manifest.KEY)


def test_no_time(library: Library) -> None:
    """Without time nothing is done, and nothing lost."""
    library.hold("aa", "A word.")
    library.desk.seal()

    assert EMPTY == library.update(has_time=lambda: False)
    assert 1 == library.update().objects


def test_what_is_purged_is_not_found(library: Library) -> None:
    """From that moment on; the next update takes its text out of the segments."""
    library.hold("aa", "A secret word.")
    library.hold("bb", "A word.")
    library.learn()

    library.forget("aa")

    assert [] == library.found("secret")
    assert ["bb"] == library.found("word")
    library.update()
    known = listed(library.desk.archive.derived)
    assert {} == known.gone
    assert 1 == sum(each.documents for each in known.segments)
    assert [] == library.found("secret")


def test_a_purge_outlives_what_is_made_anew(library: Library) -> None:
    """Segments that are lost right after it do not bring back what it took."""
    library.hold("aa", "A secret word.")
    library.hold("bb", "A word.")
    library.learn()
    library.forget("aa")

    library.rebuild()

    assert [] == library.found("secret")
    assert ["bb"] == library.found("word")


def test_what_may_not_be_shown(library: Library) -> None:
    """Whoever asks says what may be, right before it is returned."""
    library.hold("aa", "A word.", at=1)
    library.hold("bb", "A word.", at=2)
    library.learn()

    def shown(found: Sequence[Document]) -> Collection[tuple[str, str]]:
        return {each.id for each in found if each.snapshot_id != "bb"}

    page = searching.search("word", library.desk.archive, limit=10, shown=shown)

    assert ["aa"] == [hit.document.snapshot_id for hit in page.hits]


def test_two_at_once(library: Library) -> None:
    """The second one is told so; what is new is found, once."""
    library.hold("aa", "A word.")
    library.desk.seal()
    others = iter([True, False])

    def meanwhile() -> bool:
        if next(others, False):
            library.update()
        return True

    with pytest.raises(Conflict):
        library.update(has_time=meanwhile)

    assert ["aa"] == library.found("word")
    assert EMPTY == library.update()


def test_a_manifest_that_is_none(library: Library) -> None:
    """A reader is told what to do; the next update makes all anew."""
    library.hold("aa", "A word.")
    library.learn()
    (library.folder / manifest.KEY).write_bytes(b"{}")
    with pytest.raises(Damaged, match="reindex --search"):
        library.found("word")

    assert 1 == library.update().documents
    assert ["aa"] == library.found("word")


def test_a_segment_that_is_damaged(library: Library) -> None:
    """Is noticed when it is read: a merge makes all anew from the archive."""
    library.hold("aa", "A word.")
    library.learn()
    [path] = library.segments()
    path.write_bytes(bytes(path.stat().st_size))
    with pytest.raises(Damaged):
        library.found("word")
    library.hold("bb", "A word.", at=9)

    library.learn()

    assert ["bb", "aa"] == library.found("word")


def test_a_segment_that_is_gone(library: Library) -> None:
    """A reader is told what to do, and that helps."""
    library.hold("aa", "A word.")
    library.learn()
    library.segments()[0].unlink()
    with pytest.raises(Damaged, match="reindex --search"):
        library.found("word")

    library.rebuild()

    assert ["aa"] == library.found("word")


def test_a_log_that_began_anew(library: Library) -> None:
    """It says less than is known of it: all is read again."""
    library.hold("aa", "A word.")
    library.hold("bb", "A word.")
    library.learn()
    for key in list(library.desk.log.objects):
        del library.desk.log.objects[key]
    library.desk.warcs.objects.pop(a_warc_key("bb"))
    library.desk.forget()

    assert 1 == library.learn().objects
    assert ["aa"] == library.found("word")


def test_more_than_is_sealed(library: Library) -> None:
    """What is made anew has all that is stored, sealed or not."""
    library.hold("aa", "A word.")

    assert 1 == library.rebuild().documents
    assert ["aa"] == library.found("word")
    library.hold("bb", "A word.", at=9)
    library.learn()
    assert ["bb", "aa"] == library.found("word")
    assert 2 == library.search("word").searched


def test_an_object_that_is_damaged(library: Library) -> None:
    """It is named and passed over; one that was purged is passed over."""
    broken, gone = library.hold("aa", "A word."), library.hold("bb", "A word.")
    library.hold("cc", "A word.")
    library.desk.seal()
    library.desk.warcs.objects[broken] = b"no WARC"
    del library.desk.warcs.objects[gone]

    done = library.update()

    assert (3, 1, (broken,)) == (done.objects, done.documents, done.damaged)
    assert ["cc"] == library.found("word")


def test_notes_of_the_log_are_no_documents(library: Library) -> None:
    """They are passed over, and not asked for again."""
    library.desk.fill(3)

    assert EMPTY == library.learn()
    assert 3 == listed(library.desk.archive.derived).position


def test_what_cannot_be_asked(library: Library) -> None:
    """A person is told what can be."""
    with pytest.raises(Misuse, match="nothing to look for"):
        library.found("-word")
    assert [] == library.found("word")
