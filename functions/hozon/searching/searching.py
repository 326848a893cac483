"""Make what is stored findable, and find it.

What is new is what the log has sealed since (`following`). One writer at a time: whoever
replaces the manifest has read the one before, and a second one is told so. What a crash
leaves is objects that no manifest names; they fade.

| update | crash behind it |
| --- | --- |
| 0 nothing | again: the position stands |
| 1 a segment of what is new is stored | again: another one; this one fades |
| 2 the manifest names it, with the position behind it | done |
| 3 several segments are stored as one | again: another one; this one fades |
| 4 the manifest names that one; the others fade | done |
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from hozon.log import places
from hozon.nouns.access import Sight
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Conflict, Damaged, NotFound
from hozon.nouns.workspace import Workspace
from hozon.sealing import following
from hozon.search import finding, query
from hozon.search.candidates import Segment
from hozon.search.documents import Document
from hozon.search.finding import Filters, Found, Shown
from hozon.search.manifest import Manifest
from hozon.search.matching import Matcher, Part
from hozon.search.query import Query
from hozon.searching import searchable, shelving
from hozon.searching.shelving import Shelf

AT_ONCE = 500
"""Objects that are read for one segment, at most: it is made in memory."""

_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Updated:
    """What an update came to: objects read, documents made of them, merges done, and
    the keys of objects that could not be read.
    """

    objects: int = 0
    documents: int = 0
    merges: int = 0
    damaged: tuple[str, ...] = ()


def update(
    archive: Archive,
    workspace: Workspace,
    *,
    has_time: Callable[[], bool] = lambda: True,
) -> Updated:
    """Make findable what was sealed since the last update, as long as there is time.

    With nothing new it reads the manifest and the head of the log. A damaged object is
    passed over and named; a segment that is damaged or gone has all of them made anew.
    Raises `Conflict` where another update was at work meanwhile; nothing is lost.
    """
    shelf = Shelf(store=archive.derived, workspace=workspace, clock=archive.clock)
    shelf.open()
    before = shelf.manifest
    work = _Update(archive, shelf, has_time)
    try:
        work.all()
    except (Damaged, NotFound):
        shelf.clear()
        work.all()
    if shelf.manifest != before or shelf.manifest.fading:
        shelf.tidy()
    return work.done


@dataclass(slots=True)
class _Update:
    archive: Archive
    shelf: Shelf
    has_time: Callable[[], bool]
    done: Updated = Updated()

    def all(self) -> None:
        """Read what is new, merge what is to be merged, cleanse what was purged."""
        end = following.published(self.archive)
        if self.shelf.manifest.position > end:
            # The log was lost, and begun anew: there is no telling what is known of it.
            self.shelf.clear()
        while (
            self.shelf.manifest.position < end and self.has_time() and self._read_on()
        ):
            self.merge()
        new_id = self.archive.new_id
        while self.has_time() and self.shelf.cleanse(new_id()):
            self.done = replace(self.done, merges=self.done.merges + 1)

    def _read_on(self) -> bool:
        position = self.shelf.manifest.position
        leaves = following.since(position, self.archive, limit=AT_ONCE)
        keys = [each.key for each in leaves if not each.key.startswith(places.NOTES)]
        if leaves:
            self.add(keys, position=position + len(leaves))
        return bool(leaves)

    def add(self, keys: Collection[str], *, position: int) -> None:
        """Make a segment of WARC objects, and remember how far the log is read."""
        documents, damaged = _documents(keys, self.archive)
        self.shelf.add(documents, position=position, name=self.archive.new_id())
        self.done = replace(
            self.done,
            objects=self.done.objects + len(keys),
            documents=self.done.documents + len(documents),
            damaged=(*self.done.damaged, *damaged),
        )

    def merge(self) -> None:
        """Merge what is to be merged now."""
        while self.has_time() and self.shelf.merge(self.archive.new_id()):
            self.done = replace(self.done, merges=self.done.merges + 1)


def _documents(
    keys: Iterable[str], archive: Archive
) -> tuple[list[Document], list[str]]:
    """Return the documents of WARC objects, and the keys of those that are damaged.

    Objects that are gone were purged.
    """
    found: list[Document] = []
    damaged: list[str] = []
    for key in keys:
        try:
            found += searchable.documents(key, archive)
        except Damaged:
            damaged.append(key)
        except NotFound:
            continue
    return found, damaged


def rebuild(
    archive: Archive,
    workspace: Workspace,
    *,
    progress: Callable[[int], None] = lambda _: None,
) -> Updated:
    """Make all that is stored findable anew, beside what is findable meanwhile.

    That is more than the log knows, if something waits for its seal, or the log is lost.
    `progress` is called with the number of objects done.
    """
    position, keys = following.published(archive), archive.warcs.keys()
    shelf = Shelf(store=archive.derived, workspace=workspace, clock=archive.clock)
    shelf.open()
    shelf.aside = True
    shelf.clear()
    work = _Update(archive, shelf, lambda: True)
    while some := list(islice(keys, AT_ONCE)):
        work.add(some, position=position)
        work.merge()
        progress(work.done.objects)
    shelf.publish()
    shelf.tidy()
    return work.done


def forget(ids: Sequence[str], archive: Archive, workspace: Workspace) -> None:
    """Let snapshots and entries with these ids not be found any more, at once.

    The next update takes what there is of their texts out of the segments.
    """
    for last in range(_TRIES):
        shelf = Shelf(store=archive.derived, workspace=workspace, clock=archive.clock)
        shelf.open()
        try:
            return shelf.forget(ids)
        except Conflict:
            if last == _TRIES - 1:
                raise
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A document that was found, with its title and the place of its text that tell why,
    in parts.
    """

    document: Document
    title: tuple[Part, ...]
    excerpt: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """A page of what was found, newest first; an entry each, in the latest version that
    matches. `before` is the cursor of the next page (None: that was all), `searched` how
    many documents there are to be found.
    """

    hits: tuple[Hit, ...]
    before: str | None
    searched: int


def search(
    text: str,
    archive: Archive,
    *,
    limit: int,
    filters: Filters | None = None,
    shown: Shown | None = None,
) -> Hits:
    """Return the newest entries that have what `text` asks for (`search.query`).

    `shown` says which documents may be, besides those that are out of sight: it is asked
    about what was found, right before it is returned. A page may have fewer hits than
    `limit` and still have a next one. Raises `Misuse` for what cannot be asked,
    `Damaged` for a store that is.
    """
    wanted = query.parse(text)
    known, found = _found(wanted, archive, limit, filters or Filters(), shown)
    matcher = Matcher(wanted)
    hits = tuple(
        Hit(
            document=each,
            title=matcher.marked(each.title),
            excerpt=matcher.excerpt(each.text),
        )
        for each in found.documents
    )
    searched = sum(each.documents for each in known.segments)
    return Hits(hits=hits, before=found.before, searched=searched)


def _found(
    wanted: Query,
    archive: Archive,
    limit: int,
    filters: Filters,
    shown: Shown | None,
) -> tuple[Manifest, Found]:
    """Find by the manifest that counts; again, if it was replaced while we read."""
    for _ in range(_TRIES):
        known = shelving.read(archive.derived)
        segments = [Segment(each.key, each.directory) for each in known.segments]
        try:
            return known, finding.find(
                wanted,
                segments,
                archive.derived.read,
                limit=limit,
                filters=filters,
                shown=_unless_gone(known, archive.sight, shown),
            )
        except NotFound as e:
            gone = e
    raise Damaged(f"{gone}; run hozon reindex --search") from gone


def _unless_gone(known: Manifest, sight: Sight, shown: Shown | None) -> Shown:
    """Return what may be shown, without what was purged, and what is out of sight."""

    def may_be(documents: Sequence[Document]) -> Collection[tuple[str, str]]:
        kept = [
            each
            for each in documents
            if not each.is_of(known.gone)
            and sight.lists_page(filter(None, (each.link, each.page_uri)), each.feed_id)
        ]
        return shown(kept) if shown else {each.id for each in kept}

    return may_be
