"""What ails a feed, in words. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hozon import cadence
from hozon.instants import iso
from hozon.model import Feed

Kind = Literal["failing", "gone", "silent", "rolled", "moving", "deaf", "empty"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ailment:
    """One thing that is wrong with a feed, since when or seen when, and in words."""

    kind: Kind
    at: datetime
    text: str


def ailments(feed: Feed, *, now: datetime) -> Iterator[Ailment]:
    """Yield what is wrong with a feed: failing, gone, silent, rolled over, moving,
    empty, or not told of by its hub.

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
    yield from _of_its_document(feed, seen)
    if feed.moved_uri is not None:
        yield Ailment(
            kind="moving",
            at=feed.moved_at or seen,
            text=f"redirects for good to {feed.moved_uri} ({feed.moves} polls so far)",
        )


def _of_its_document(feed: Feed, seen: datetime) -> Iterator[Ailment]:
    if feed.succeeded_at is not None and not feed.window:
        yield Ailment(
            kind="empty", at=seen, text="a feed without any entry when it was last read"
        )
    if feed.hub is not None and feed.hub.missed:
        times = "once" if feed.hub.missed == 1 else f"{feed.hub.missed} times in a row"
        yield Ailment(
            kind="deaf",
            at=seen,
            text=f"its hub {feed.hub.hub} has not told of news {times}: polled as before",
        )
