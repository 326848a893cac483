"""The lives of pages in ``index.sqlite``: findings, and what they come to.

Both are derived. A finding that is later than all others of its page only adds to the
page's life; for one that comes late, or where there is no life yet, it is folded anew.
"""

from collections.abc import Callable, Iterable, Sequence
from sqlite3 import Connection
from typing import Any

from hozon.lives import lifecycle, looks
from hozon.nouns import instants
from hozon.nouns.findings import Finding, Life, Step
from hozon.nouns.model import Holdings
from hozon.nouns.watches import Planner, Watch
from hozon.stored import naming, rows

Wish = Callable[[str], str | None]
"""Returns the operator's plan for a page (its link id)."""

_ADD = "INSERT OR IGNORE INTO findings VALUES (?, ?, ?, ?, ?, NULL, NULL, ?)"
_ALL = "SELECT finding FROM findings WHERE link_id = ? ORDER BY at, id"
_TOLD = "UPDATE findings SET event = ?, life = ? WHERE id = ?"
_WATCH = """
    SELECT link, feed_id, entry_key, due_at, tries, life
    FROM watches WHERE link_id = ?"""
_KEEP = "INSERT OR REPLACE INTO watches VALUES (?, ?, ?, ?, ?, ?, ?)"


def add(
    db: Connection, holdings: Holdings, planner: Planner | None, wish: Wish
) -> None:
    """Add the findings of holdings, inside the transaction of `db`."""
    looked = {found.id for found in holdings.findings}
    plain = (s for s in holdings.snapshots if s.id not in looked)
    stated = [
        *((found, True) for found in holdings.findings),
        *((looks.of_snapshot(snapshot), False) for snapshot in plain),
    ]
    new: dict[str, list[Finding]] = {}
    for found, is_look in stated:
        link_id = naming.link_id(found.link)
        if db.execute(_ADD, _values(link_id, found, is_look=is_look)).rowcount:
            new.setdefault(link_id, []).append(found)
    for link_id, some in new.items():
        _live(db, link_id, some, planner, wish)


def _live(
    db: Connection,
    link_id: str,
    new: Sequence[Finding],
    planner: Planner | None,
    wish: Wish,
) -> None:
    row = db.execute(_WATCH, (link_id,)).fetchone()
    known = watch(row) if row else None
    first, steps = known, _further(known.life, new) if known else None
    if steps is None or first is None:
        found = db.execute(_ALL, (link_id,)).fetchall()
        all_ = [rows.from_json(Finding, text) for (text,) in found]
        first, steps = _of(all_[0]), list(lifecycle.steps(all_))
    db.executemany(_TOLD, [_told(step) for step in steps])
    now = Watch(
        link=first.link,
        feed_id=first.feed_id,
        entry_key=first.entry_key,
        life=steps[-1].life,
        due_at=known.due_at if known else None,
        tries=known.tries if known else 0,
        plan=wish(link_id) if planner else None,
    )
    due_at, tries = (planner(now), 0) if planner else (now.due_at, now.tries)
    db.execute(
        _KEEP,
        (
            link_id,
            now.link,
            now.feed_id,
            now.entry_key,
            due_at and instants.iso(due_at),
            tries,
            rows.to_json(now.life),
        ),
    )


def _further(lived: Life, new: Iterable[Finding]) -> list[Step] | None:
    """Return what findings add that are later than all before; None: one is not."""
    steps: list[Step] = []
    for found in sorted(new, key=lambda f: f.place):
        if lived.looked_at and found.place <= (lived.looked_at, lived.last_id):
            return None
        steps.append(lifecycle.after(lived, found))
        lived = steps[-1].life
    return steps


def _of(first: Finding) -> Watch:
    return Watch(link=first.link, feed_id=first.feed_id, entry_key=first.entry_key)


def watch(row: tuple[Any, ...]) -> Watch:
    """Return the watch that the columns of `_WATCH` say."""
    link, feed_id, entry_key, due_at, tries, life = row
    return Watch(
        link=link,
        feed_id=feed_id,
        entry_key=entry_key,
        life=rows.from_json(Life, life),
        due_at=instants.from_iso(due_at) if due_at else None,
        tries=tries,
    )


def _told(step: Step) -> tuple[str | None, str | None, str]:
    life = rows.to_json(step.life) if step.event else None
    return step.event, life, step.finding.id


def _values(link_id: str, found: Finding, *, is_look: bool) -> tuple[Any, ...]:
    at = instants.iso(found.at)
    return found.id, link_id, at, found.feed_id, is_look, rows.to_json(found)
