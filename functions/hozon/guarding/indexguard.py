"""The index as a reader gets it (`guarding`)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TypeVar

from hozon.guarding.seeing import Guard, hidden, is_listed, let
from hozon.nouns import uris
from hozon.nouns.access import Decision
from hozon.nouns.digests import Digest
from hozon.nouns.findings import Finding, Step
from hozon.nouns.model import Capture, Entry, Holdings, RiverEntry, Snapshot, Trouble
from hozon.nouns.payloads import Payload
from hozon.nouns.places import Cursor, Place, Row
from hozon.nouns.ports import Index
from hozon.nouns.watches import Planner
from hozon.nouns.work import CaptureJob

_ROUNDS = 20
"""Pages that are read for one, at most, where much of them is not to be seen."""

_AT_ONCE = 100

N = TypeVar("N", RiverEntry, Step)
Page = tuple[Sequence[N], str | None]


class GuardedIndex:
    """An `Index` in which nothing is found that is out of sight.

    Lists have what may be listed; who names a URI, an entry or a feed gets what may be
    had, or `Hidden` where that is nothing. A page of a list may be short and still have
    a next one. `count` counts everything: it is for numbers of pages, and says nothing.
    """

    def __init__(self, index: Index, guard: Guard) -> None:
        self._index = index
        self._guard = guard
        self._asked: set[str] = set()

    # --- captures ------------------------------------------------------------------

    def by_digest(self, digests: Iterable[Digest]) -> Mapping[Digest, Capture]:
        """Return the captures with these payloads: for captures that refer to them."""
        return self._index.by_digest(digests)

    def held(self, payloads: Iterable[Payload]) -> Mapping[Digest, Capture]:
        """Return the captures with these payloads: for who stores them."""
        return self._index.held(payloads)

    def timemap(
        self,
        target_uri: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
        latest: bool = False,
    ) -> Sequence[Capture]:
        """Return the captures of a URI that may be had; `Hidden` if none of them may."""
        self._guard.uri(target_uri)
        asked = limit
        while True:
            found = self._index.timemap(
                target_uri, since=since, until=until, limit=asked, latest=latest
            )
            decided = self._guard.of_captures(found)
            shown = [c for c, d in zip(found, decided, strict=True) if not _hides(d)]
            if limit is None or asked is None:
                break
            if len(found) < asked or len(shown) >= limit:
                shown = shown[-limit:] if latest else shown[:limit]
                break
            asked *= 4
        if found and not shown:
            raise hidden(next(each for each in decided if each is not None))
        return shown

    def latest(
        self, target_uris: Iterable[str], *, since: datetime
    ) -> Mapping[str, Capture]:
        """Return those of the latest captures that may be had."""
        found = self._index.latest(target_uris, since=since)
        decided = self._guard.of_captures([*found.values()])
        pairs = zip(found.items(), decided, strict=True)
        return {uri: capture for (uri, capture), d in pairs if not _hides(d)}

    def captures(
        self, *, prefix: str = "", after: Place | None = None, at_once: int = 1000
    ) -> Iterator[Capture]:
        """Yield captures that may be listed, and of the very key `prefix` all that may
        be had.
        """
        found = self._index.captures(prefix=prefix, after=after, at_once=at_once)
        while some := list(islice(found, min(at_once, _AT_ONCE))):
            for capture, decision in zip(
                some, self._guard.of_captures(some), strict=True
            ):
                if is_listed(decision) or (
                    not _hides(decision) and uris.key(capture.target_uri) == prefix
                ):
                    yield capture

    def rows(self, *, after: Cursor = ()) -> Iterator[Row]:
        """Yield the rows of captures that may be listed."""
        found = self._index.rows(after=after)
        while some := list(islice(found, _AT_ONCE)):
            decided = self._guard.of_captures([row.capture for row in some])
            yield from (r for r, d in zip(some, decided, strict=True) if is_listed(d))

    def count(self, *, prefix: str, most: int) -> int:
        """Return how many captures there are."""
        return self._index.count(prefix=prefix, most=most)

    # --- entries -------------------------------------------------------------------

    def entry(self, key: str) -> Entry:
        """Return one entry, or raise `Hidden`: also for where its link has led."""
        found = self._index.entry(key)
        let(self._guard.of_entry(found))
        if found.link is not None:
            for held in self._index.snapshots(found.link)[-1:]:
                self._guard.uri(held.page_uri)
        self._asked.add(key)
        return found

    def entries(self, keys: Iterable[str]) -> Mapping[str, Entry]:
        """Return those of the entries that may be had."""
        found = self._index.entries(keys)
        return {k: e for k, e in found.items() if not _hides(self._guard.of_entry(e))}

    def linked(self, link: str) -> Sequence[Entry]:
        """Return the entries with this link that may be had."""
        found = self._index.linked(link)
        return [each for each in found if not _hides(self._guard.of_entry(each))]

    def recent(self, feed_id: str, *, limit: int) -> Sequence[Entry]:
        """Return those of the latest entries of a feed that may be had."""
        found = self._index.recent(feed_id, limit=limit)
        return [each for each in found if not _hides(self._guard.of_entry(each))]

    def river(
        self,
        *,
        limit: int,
        before: str | None = None,
        feed_id: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> tuple[Sequence[RiverEntry], str | None]:
        """Return entries that may be listed, and those that were asked for by key.
        Of a feed that is named: `Hidden` for it.
        """

        def page(room: int, behind: str | None) -> Page[RiverEntry]:
            return self._index.river(
                limit=room, before=behind, feed_id=feed_id, since=since, until=until
            )

        def is_shown(shown: RiverEntry) -> bool:
            decision = self._guard.of_shown(shown)
            if shown.entry.key in self._asked:
                return not _hides(decision)
            return _is_of(decision, feed_id)

        return self._filled(page, is_shown, limit, before, feed_id)

    def changes(
        self,
        *,
        limit: int,
        before: str | None = None,
        feed_id: str | None = None,
        since: datetime | None = None,
    ) -> tuple[Sequence[Step], str | None]:
        """Return what is to be told of pages that may be listed; as `river`."""

        def page(room: int, behind: str | None) -> Page[Step]:
            return self._index.changes(
                limit=room, before=behind, feed_id=feed_id, since=since
            )

        def is_shown(step: Step) -> bool:
            return _is_of(self._guard.of_finding(step.finding), feed_id)

        return self._filled(page, is_shown, limit, before, feed_id)

    def _filled(
        self,
        page: Callable[[int, str | None], Page[N]],
        is_shown: Callable[[N], bool],
        limit: int,
        before: str | None,
        feed_id: str | None,
    ) -> Page[N]:
        if feed_id is not None:
            let(self._guard.of_feed(feed_id))
        shown: list[N] = []
        for _ in range(_ROUNDS):
            found, before = page(limit - len(shown), before)
            shown += filter(is_shown, found)
            if before is None or len(shown) >= limit:
                break
        return shown, before

    # --- pages ---------------------------------------------------------------------

    def snapshots(self, link: str) -> Sequence[Snapshot]:
        """Return the snapshots of a page that may be had, or raise `Hidden`."""
        self._guard.uri(link)
        found = self._index.snapshots(link)
        return [each for each in found if not _hides(self._guard.of_snapshot(each))]

    def findings(self, link: str) -> Sequence[Finding]:
        """Return what looks at a page have found, or raise `Hidden`."""
        self._guard.uri(link)
        found = self._index.findings(link)
        return [each for each in found if not _hides(self._guard.of_finding(each))]

    def troubles(self) -> Iterator[Trouble]:
        """Yield the notes on pages that may be listed."""
        for each in self._index.troubles():
            if self._guard.lists_page([each.link], each.feed_id):
                yield each

    # --- what readers do not ask for -------------------------------------------------

    def add(
        self,
        holdings: Holdings,
        *,
        held: Mapping[Digest, Capture] | None = None,
        planner: Planner | None = None,
    ) -> None:
        """Add what one WARC object holds."""
        self._index.add(holdings, held=held, planner=planner)

    def claim(self, job: CaptureJob, *, now: datetime) -> CaptureJob | None:
        """Return the job to do when this one is handed out."""
        return self._index.claim(job, now=now)

    def trouble(self, trouble: Trouble) -> None:
        """Note why a page could not be captured."""
        self._index.trouble(trouble)

    def counts(self) -> Mapping[str, int]:
        """Return how much there is of everything."""
        return self._index.counts()

    def dump(self) -> Iterator[str]:
        """Yield every derived row, whatever was decided."""
        return self._index.dump()


def _hides(decision: Decision | None) -> bool:
    return decision is not None and decision.is_hiding


def _is_of(decision: Decision | None, feed_id: str | None) -> bool:
    """Tell whether something may be in a list: of everything, or of a named feed."""
    if decision is not None and decision.state == "unlisted":
        return decision.scope == "feed" and decision.subject == feed_id
    return is_listed(decision)
