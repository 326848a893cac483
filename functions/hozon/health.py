"""What ails a feed, in words. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hozon import cadence
from hozon.instants import iso
from hozon.model import Feed, Trouble

Kind = Literal["failing", "gone", "silent", "rolled", "moving", "blocked"]
LOOKED_AT = 500
"""How many of the latest troubles are looked at to tell which feeds are blocked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ailment:
    """One thing that is wrong with a feed, since when or seen when, and in words."""

    kind: Kind
    at: datetime
    text: str


def ailments(feed: Feed, *, now: datetime) -> Iterator[Ailment]:
    """Yield what is wrong with a feed: failing, gone, silent, rolled over, moving.

    A feed that is paused has no ailments: that is its operator's wish.
    """
    if feed.paused:
        return
    seen = feed.polled_at or feed.added_at
    if feed.gone_at is not None:
        yield Ailment(
            kind="gone", at=feed.gone_at, text=f"gone since {iso(feed.gone_at)}"
        )
    elif feed.failures:
        times = "once" if feed.failures == 1 else f"{feed.failures} times in a row"
        yield Ailment(kind="failing", at=seen, text=f"failed {times}: {feed.trouble}")
    if cadence.silent(feed.arrivals, now=now):
        last = feed.arrivals[0]
        yield Ailment(
            kind="silent",
            at=last,
            text=f"nothing new since {iso(last)}, which is longer than usual",
        )
    if feed.rolled:
        times = "once" if feed.rolled == 1 else f"{feed.rolled} times"
        yield Ailment(
            kind="rolled",
            at=seen,
            text=f"the feed's window has rolled over {times}: entries may have been missed",
        )
    if feed.moved_uri is not None:
        yield Ailment(
            kind="moving",
            at=feed.moved_at or seen,
            text=f"redirects for good to {feed.moved_uri} ({feed.moves} polls so far)",
        )


def blocked(troubles: Iterable[Trouble]) -> Mapping[str, Ailment]:
    """Return by feed what came in the place of its entries' pages, latest first given.

    Only the first `LOOKED_AT` troubles are looked at.
    """
    found: dict[str, list[Trouble]] = {}
    for trouble, _ in zip(troubles, range(LOOKED_AT), strict=False):
        if trouble.kind is not None:
            found.setdefault(trouble.feed_id, []).append(trouble)
    return {feed_id: _blocked(some) for feed_id, some in found.items()}


def _blocked(troubles: list[Trouble]) -> Ailment:
    counts = Counter(trouble.kind for trouble in troubles)
    kinds = ", ".join(f"{kind} {count}" for kind, count in counts.most_common())
    some = "one entry" if len(troubles) == 1 else f"{len(troubles)} entries"
    return Ailment(
        kind="blocked",
        at=troubles[0].at,
        text=f"something else came in the place of {some} ({kinds}): {troubles[0].link}",
    )
