"""The river and what changed in it, filtered: bounded work, and cursors that are stable.

What no index knows (language, kind of change) is looked for entry by entry: a page ends
where enough was found, or where enough was looked at, and its cursor leads on from there.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from hozon.nouns.archive import Archive
from hozon.nouns.findings import Step
from hozon.nouns.model import Entry, Feed, RiverEntry
from hozon.serving.river import language

READS = 12
"""Pages of the index that are read for one page of ours, at most."""

_FEWEST = 10

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a reader wants to see; None and nothing: all.

    `language` is a primary subtag (BCP 47), `changes` are kinds of event or of change.
    """

    feed_id: str | None = None
    language: str | None = None
    changes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One change, with the entry that it is told of (None: the index has lost it)."""

    step: Step
    entry: Entry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """A page of what was found, and the cursor of the next one; None: that was all."""

    items: Sequence[Item]
    before: str | None


def entries(
    archive: Archive, wanted: Wanted, *, limit: int, before: str | None
) -> Page[RiverEntry]:
    """Return entries, newest first, at most `limit`. `Misuse` for a forged cursor."""

    def read(count: int, cursor: str | None) -> tuple[Sequence[RiverEntry], str | None]:
        found, behind = archive.index.river(
            limit=count, before=cursor, feed_id=wanted.feed_id
        )
        return [each for each in found if _speaks(language(each), wanted)], behind

    return _filled(read, limit=limit, before=before)


def changes(
    archive: Archive,
    wanted: Wanted,
    feeds: Collection[Feed],
    *,
    limit: int,
    before: str | None,
) -> Page[Changed]:
    """Return what became of entries, latest first, as `entries` does.

    An entry whose language nobody states has that of its feed.
    """
    spoken = {feed.id: feed.language or "en" for feed in feeds}

    def read(count: int, cursor: str | None) -> tuple[Sequence[Changed], str | None]:
        steps, behind = archive.index.changes(
            limit=count, before=cursor, feed_id=wanted.feed_id
        )
        steps = [step for step in steps if _is_kind(step, wanted)]
        known = archive.index.entries(step.finding.entry_key for step in steps)
        found = [
            Changed(step=step, entry=known.get(step.finding.entry_key))
            for step in steps
        ]
        return [one for one in found if _speaks(_said(one, spoken), wanted)], behind

    return _filled(read, limit=limit, before=before)


def _filled(
    read: Callable[[int, str | None], tuple[Sequence[Item], str | None]],
    *,
    limit: int,
    before: str | None,
) -> Page[Item]:
    """Read until there is enough: so that none is left out between two pages, no more
    is read at once than there is room for.
    """
    found: list[Item] = []
    for _ in range(READS):
        items, before = read(limit - len(found), before)
        found += items
        if before is None or len(found) > limit - _FEWEST:
            break
    return Page(items=found, before=before)


def _is_kind(step: Step, wanted: Wanted) -> bool:
    named = {step.event or "", step.finding.change or ""}
    return not wanted.changes or bool(wanted.changes & named)


def _said(one: Changed, spoken: dict[str, str]) -> str:
    of_feed = spoken.get(one.step.finding.feed_id, "en")
    return (one.entry and one.entry.language) or of_feed


def _speaks(tag: str, wanted: Wanted) -> bool:
    return wanted.language in {None, tag.lower().replace("_", "-").partition("-")[0]}
