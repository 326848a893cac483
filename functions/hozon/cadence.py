"""How often a feed is worth asking, judged by the arrival of its entries. Pure.

Two wishes, the shorter wins: to be there within half the usual gap between entries, and
to be back before half of the document's window has rolled over at the fastest pace seen.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

SHORTEST_S = 15 * 60
LONGEST_S = 24 * 3600
REMEMBERED = 40
_MEMORY = timedelta(days=60)
_GROWTH = 1.25


def arrivals(
    known: Sequence[datetime], new: Iterable[datetime], *, now: datetime
) -> tuple[datetime, ...]:
    """Return the instants of the latest entries, newest first, at most `REMEMBERED`.

    What lies ahead of `now` or further back than sixty days says nothing of today.
    """
    kept = (at for at in (*known, *new) if now - _MEMORY <= at <= now)
    return tuple(sorted(kept, reverse=True)[:REMEMBERED])


def usual_gap_s(arrived: Sequence[datetime], *, now: datetime) -> float | None:
    """Return the mean seconds between entries, the gap since the last one included.

    None where nothing has arrived in memory: nobody knows.
    """
    if not arrived:
        return None
    return (now - arrived[-1]).total_seconds() / len(arrived)


def interval_s(
    arrived: Sequence[datetime],
    *,
    window: int,
    before_s: float,
    rolled: bool,
    now: datetime,
) -> int:
    """Return the seconds to wait, `SHORTEST_S` to `LONGEST_S`.

    `window` is the number of entries in the document, `before_s` the interval until
    now: it grows by a quarter at a time and shrinks at once. `rolled` says that nothing
    of the document before was left: then be back as soon as may be.
    """
    if rolled:
        return SHORTEST_S
    gap_s = usual_gap_s(arrived, now=now)
    wanted = LONGEST_S if gap_s is None else gap_s / 2
    wanted = min(wanted, _half_window_s(arrived, window), before_s * _GROWTH)
    return round(min(max(wanted, SHORTEST_S), LONGEST_S))


def silent(arrived: Sequence[datetime], *, now: datetime) -> bool:
    """Tell whether a feed has been silent for longer than it usually is.

    That is, for more than four of its usual gaps before the last entry, and two days.
    """
    if len(arrived) < 3:
        return False
    gap = (arrived[0] - arrived[-1]) / (len(arrived) - 1)
    return now - arrived[0] > max(4 * gap, timedelta(days=2))


def _half_window_s(arrived: Sequence[datetime], window: int) -> float:
    """Return the shortest time in which half a window of entries has ever arrived.

    Entries within one minute came by a bulk import, or bear no date of their own.
    """
    half = max(window // 2, 1)
    spans = (
        (arrived[n] - arrived[n + half]).total_seconds()
        for n in range(len(arrived) - half)
    )
    return min((span for span in spans if span >= 60), default=float("inf"))
