"""Answer a CDX query, with bounded work: who wants more goes on where this ended."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice, takewhile

from hozon.cdx import resuming, writing
from hozon.cdx.collapsing import Collapser
from hozon.cdx.fields import Row
from hozon.cdx.query import Query
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Misuse
from hozon.nouns.model import Capture
from hozon.nouns.places import Place, place_of

MOST_SCANNED = 50_000
"""Captures that one answer looks at: then it ends, whatever it has found."""

AT_ONCE = 1000
_NEAREST = 3000
_TICK = timedelta(milliseconds=1)
_NARROW = "name less of it with url, matchType, from and to"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The body of an answer, and the resume key of the next one, if there is more."""

    body: str
    more: str | None = None


@dataclass(slots=True, kw_only=True)
class _Collected:
    """The lines of an answer in the making; `last` is what was looked at last.

    `left`: a row was wanted and did not fit.
    """

    asked: Query
    room: int
    collapser: Collapser
    skip: int
    lines: list[str] = field(default_factory=list)
    last: Capture | None = None
    is_full: bool = False
    left: bool = False

    def take(self, row: Row) -> None:
        """Look at a row, and keep it if it is wanted."""
        remembered = list(self.collapser.last)
        if _wanted(self.asked, row) and self.collapser.keeps(row):
            if self.skip:
                self.skip -= 1
            elif not self._add(row):
                self.collapser.last = remembered
                return
        self.last = row.capture

    def _add(self, row: Row) -> bool:
        """Add a line if it fits: any number of bytes does where there is none yet."""
        line = writing.line(row, self.asked.output, self.asked.fields)
        self.room -= len(line) + 2
        self.left = self.is_full = bool(self.lines) and self.room < 0
        if self.left:
            return False
        self.lines.append(line)
        self.is_full = len(self.lines) == self.asked.limit
        return True


def look_up(asked: Query, archive: Archive, *, room: int) -> Answer:
    """Return the answer to a query without pages, in about `room` bytes at most."""
    rows = rows_of(_captures(asked, archive), asked, archive)
    found = collected(asked, islice(rows, MOST_SCANNED), room=room)
    ended = not found.left and next(rows, None) is None
    more = None if ended or asked.last or asked.order == "closest" else _key(found)
    if found.skip and not ended:
        raise Misuse(f"offset={asked.offset} is too far for one answer; {_NARROW}")
    lines = found.lines[::-1] if asked.last else found.lines
    shown = more if asked.shows_key else None
    body = writing.written(lines, asked.output, asked.fields, shown)
    return Answer(body=body, more=more)


def collected(asked: Query, rows: Iterable[Row], *, room: int) -> _Collected:
    """Return what is wanted of the rows, until there is enough."""
    found = _Collected(
        asked=asked,
        room=room,
        collapser=Collapser(asked.collapses, list(asked.collapsed)),
        skip=0 if asked.after else asked.offset,
    )
    for row in rows:
        found.take(row)
        if found.is_full:
            break
    return found


def _key(found: _Collected) -> str | None:
    if found.last is None:
        return None
    return resuming.resume_key(place_of(found.last), found.collapser.last)


def _wanted(asked: Query, row: Row) -> bool:
    at = row.capture.captured_at
    if (asked.since and at < asked.since) or (asked.until and at >= asked.until):
        return False
    return all(each.passes(row) for each in asked.filters)


def rows_of(
    captures: Iterator[Capture], asked: Query, archive: Archive
) -> Iterator[Row]:
    """Yield rows of the captures; those of revisits with their originals, if wanted."""
    if not asked.resolves:
        yield from (Row(capture=capture) for capture in captures)
        return
    while some := list(islice(captures, 100)):
        revisited = [c.payload_digest for c in some if c.record_type == "revisit"]
        held = archive.index.by_digest(dict.fromkeys(revisited)) if revisited else {}
        for capture in some:
            found = held.get(capture.payload_digest)
            is_revisit = found is not None and capture.record_type == "revisit"
            original = found.location if found is not None and is_revisit else None
            yield Row(capture=capture, original=original)


def _captures(asked: Query, archive: Archive) -> Iterator[Capture]:
    if asked.order == "closest":
        return iter(_nearest(asked, archive))
    if asked.last or asked.order == "reverse":
        return _descending(asked, archive)
    wanted = AT_ONCE if asked.filters or asked.collapses else asked.limit or AT_ONCE
    at_once = min(wanted + asked.offset + 1, AT_ONCE)
    return ascending(asked, archive, after=asked.after, at_once=at_once)


def ascending(
    asked: Query, archive: Archive, *, after: Place | None, at_once: int
) -> Iterator[Capture]:
    """Yield the captures in the query's scope, in order, behind a place."""
    if asked.scope.exact:
        yield from _of_one_uri(asked, archive, after, at_once)
        return
    for prefix in asked.scope.prefixes:
        if after and after.key > prefix and not after.key.startswith(prefix):
            continue  # all that have it come before
        yield from archive.index.captures(prefix=prefix, after=after, at_once=at_once)


def _of_one_uri(
    asked: Query, archive: Archive, after: Place | None, at_once: int
) -> Iterator[Capture]:
    [key] = asked.scope.prefixes
    if asked.since is not None:
        # No record id is empty: this is before all captures of that instant.
        start = Place(key, asked.since, "")
        after = max(after, start) if after else start
    found = archive.index.captures(prefix=key, after=after, at_once=at_once)
    yield from takewhile(lambda each: _is_of(each, key, asked), found)


def _is_of(capture: Capture, key: str, asked: Query) -> bool:
    at, *_ = place_of(capture)
    return at == key and not (asked.until and capture.captured_at >= asked.until)


def _nearest(asked: Query, archive: Archive) -> list[Capture]:
    """Return the captures of one URI around an instant, the nearest first."""
    wanted = asked.closest
    assert wanted is not None
    is_plain = not asked.filters and not asked.collapses
    size = (asked.limit or _NEAREST) + asked.offset if is_plain else _NEAREST
    size = min(size, _NEAREST)
    timemap, uri = archive.index.timemap, asked.scope.uri
    older = timemap(uri, since=asked.since, until=wanted, limit=size, latest=True)
    newer = timemap(uri, since=wanted, until=asked.until, limit=size)
    found = [*older, *newer]
    return sorted(found, key=lambda each: abs(each.captured_at - wanted))


def _descending(asked: Query, archive: Archive) -> Iterator[Capture]:
    """Yield the captures in the query's scope, the last one first.

    Of one URI they are read backwards; of many, all are read to come to the last.
    """
    if asked.scope.exact:
        yield from _backwards(asked, archive)
        return
    stream = ascending(asked, archive, after=None, at_once=AT_ONCE)
    held = deque(islice(stream, MOST_SCANNED + 1))
    if len(held) > MOST_SCANNED:
        raise Misuse(f"too many captures to find the last of them; {_NARROW}")
    behind = asked.after
    yield from (c for c in reversed(held) if behind is None or place_of(c) < behind)


def _backwards(asked: Query, archive: Archive) -> Iterator[Capture]:
    before = asked.after
    size = min((asked.limit or AT_ONCE) + asked.offset + 2, AT_ONCE)
    while True:
        until = asked.until
        if before is not None:
            # Others of that very instant may come before it.
            beyond = before.captured_at + _TICK
            until = min(until, beyond) if until else beyond
        found = archive.index.timemap(
            asked.scope.uri, since=asked.since, until=until, limit=size, latest=True
        )
        new = [c for c in reversed(found) if before is None or place_of(c) < before]
        yield from new
        if len(found) < size:
            return
        before = place_of(new[-1]) if new else before
        size = AT_ONCE if new else size * 2
