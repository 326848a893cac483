"""CDX by pages that are numbered: clients count up until one is refused.

A page is so many captures of the scope, before any is filtered out. Where a page begins
is noted when the one before it is read (`scratch`), so that going through them reads
each capture once, whoever answers. A page whose beginning nobody knows is walked to.
"""

import json
from collections.abc import Iterator
from itertools import islice

from hozon.cdx import writing
from hozon.cdx.query import Query
from hozon.nouns.archive import Archive
from hozon.nouns.digests import identifier
from hozon.nouns.errors import Misuse
from hozon.nouns.instants import from_iso, iso
from hozon.nouns.model import Capture
from hozon.nouns.places import Place, place_of
from hozon.retrieving.lookup import AT_ONCE, Answer, ascending, collected, rows_of

MOST_COUNTED = 1_500_000
_ENDED = b"null"


def page(asked: Query, archive: Archive) -> Answer:
    """Return one page of an answer; `Misuse` for a page behind the last one.

    The first page is there even if nothing is in it.
    """
    number = asked.page or 0
    begin = _begin(asked, number, archive)
    size = asked.page_captures
    stream = ascending(asked, archive, after=begin, at_once=size + 1)
    found = list(islice(stream, size))
    if not found and number:
        raise _beyond(number)
    ended = next(stream, None) is None
    _note(asked, number + 1, None if ended else place_of(found[-1]), archive)
    rows = rows_of(iter(found), asked, archive)
    lines = collected(asked, rows, room=1 << 62).lines
    body = writing.written(lines, asked.output, asked.fields, None)
    return Answer(body=body)


def page_count(asked: Query, archive: Archive) -> int:
    """Return how many pages the captures of a query's scope make, at least one."""
    size = asked.page_captures
    count = archive.index.count
    if asked.scope.exact:
        held = sum(1 for _ in ascending(asked, archive, after=None, at_once=AT_ONCE))
    else:
        held = sum(count(prefix=p, most=MOST_COUNTED) for p in asked.scope.prefixes)
    if held >= MOST_COUNTED:
        raise Misuse("too many captures to count; go through them with showResumeKey")
    return max(1, -(-held // size))


def _beyond(number: int) -> Misuse:
    return Misuse(
        f"there is no page {number}; the first is 0, and this is behind the last"
    )


def _begin(asked: Query, number: int, archive: Archive) -> Place | None:
    """Return the place behind which a page begins; None is the very beginning."""
    if not number:
        return None
    noted = archive.scratch.kept(_name(asked, number))
    if noted == _ENDED:
        raise _beyond(number)
    if noted is not None:
        key, at, record_id = json.loads(noted)
        return Place(key, from_iso(at), record_id)
    before = _last(
        islice(
            ascending(asked, archive, after=None, at_once=AT_ONCE),
            number * asked.page_captures,
        )
    )
    if before is None or before[1] < number * asked.page_captures:
        raise _beyond(number)
    return place_of(before[0])


def _last(captures: Iterator[Capture]) -> tuple[Capture, int] | None:
    """Return the last of the captures, and how many there were."""
    last: tuple[Capture, int] | None = None
    for n, capture in enumerate(captures, start=1):
        last = capture, n
    return last


def _note(asked: Query, number: int, behind: Place | None, archive: Archive) -> None:
    """Note where a page begins, or that there is none."""
    noted = _ENDED
    if behind is not None:
        noted = json.dumps(
            [behind.key, iso(behind.captured_at), behind.record_id]
        ).encode()
    archive.scratch.keep(_name(asked, number), noted)


def _name(asked: Query, number: int) -> str:
    span = [at.isoformat() if at else "" for at in (asked.since, asked.until)]
    said = identifier(
        *asked.scope.prefixes,
        str(asked.scope.exact),
        *(span if asked.scope.exact else ()),
        str(asked.page_captures),
        size=32,
    )
    return f"cdx/{said}/{number}"
