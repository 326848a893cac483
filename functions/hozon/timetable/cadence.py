"""How often a feed is worth asking, judged by the arrival of its entries. Pure.

Two wishes, the shorter wins: to be there within half the usual gap between two
*occasions* (entries within half an hour are one: a burst is news once), and to be back
before the document's window has rolled over at the fastest pace of the last days.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

SHORTEST_S = 15 * 60
LONGEST_S = 24 * 3600
UNCONDITIONAL_S = 3600
"""The shortest wish where a server gives no validators: each poll costs it a document."""

REMEMBERED = 40
_MEMORY = timedelta(days=60)
_GROWTH = 1.25
_OCCASION = timedelta(seconds=2 * SHORTEST_S)
_OF_WINDOW = 0.75
_AT_ONCE_S = 60
_FRESH_PACE = timedelta(days=10)
_PACE_FADES = timedelta(days=5)


def arrivals(
    known: Sequence[datetime], new: Iterable[datetime], *, now: datetime
) -> tuple[datetime, ...]:
    """Return the instants of the latest entries, newest first, at most `REMEMBERED`.

    What lies ahead of `now` or further back than sixty days says nothing of today; of
    that, only the very latest is kept.
    """
    past = sorted((at for at in (*known, *new) if at <= now), reverse=True)
    recent = [at for at in past[:REMEMBERED] if at >= now - _MEMORY]
    return tuple(recent or past[:1])


def undated(
    count: int, *, since: datetime | None, now: datetime, rolled: bool
) -> Iterator[datetime]:
    """Yield likely arrivals of entries without dates: evenly since the last poll.

    Where the window `rolled` over, more came than are seen: twice as many, say. At the
    first poll (`since` is None) nobody knows: none.
    """
    if since is None:
        return
    start = now - (now - since) / 2 if rolled else since
    for n in range(count):
        yield start + (now - start) * (n + 0.5) / count


def usual_gap_s(arrived: Sequence[datetime], *, now: datetime) -> float | None:
    """Return the mean seconds between occasions; a longer silence since counts as well.

    None where nothing is known to have arrived.
    """
    occasions = _occasions(arrived)
    if not occasions:
        return None
    until_now = (now - occasions[-1]).total_seconds() / len(occasions)
    return max(until_now, past_gap_s(arrived) or 0)


def past_gap_s(arrived: Sequence[datetime]) -> float | None:
    """Return the mean seconds between the occasions known, None of fewer than two."""
    occasions = _occasions(arrived)
    if len(occasions) < 2:
        return None
    return (occasions[0] - occasions[-1]).total_seconds() / (len(occasions) - 1)


def interval_s(
    arrived: Sequence[datetime],
    *,
    window: int,
    before_s: float,
    rolled: bool,
    now: datetime,
    conditional: bool = True,
    bounds_s: tuple[int, int] = (SHORTEST_S, LONGEST_S),
) -> int:
    """Return the seconds to wait, within `bounds_s`.

    `window` is the number of entries in the document, `before_s` the interval until
    now: it grows by a quarter at a time and shrinks at once. `rolled` says that nothing
    of the document before was left: then be back as soon as may be. `conditional` is
    whether the server can be asked for news only.
    """
    shortest_s, longest_s = bounds_s
    if rolled:
        return shortest_s
    gap_s = usual_gap_s(arrived, now=now)
    wanted = longest_s if gap_s is None else gap_s / 2
    if not conditional:
        wanted = max(wanted, UNCONDITIONAL_S)
    wanted = min(wanted, _window_s(arrived, window, now), before_s * _GROWTH)
    return round(max(min(wanted, longest_s), shortest_s))


def silent(arrived: Sequence[datetime], *, now: datetime) -> bool:
    """Tell whether a feed has been silent for longer than it usually is.

    That is, for more than four of its usual gaps before the last entry, for longer than
    it ever was in memory, and two days.
    """
    occasions = _occasions(arrived)
    gap_s = past_gap_s(arrived)
    if gap_s is None or len(occasions) < 3:
        return False
    longest = max(newer - older for newer, older in pairwise(occasions))
    usual = max(4 * timedelta(seconds=gap_s), longest, timedelta(days=2))
    return now - arrived[0] > usual


def _occasions(arrived: Sequence[datetime]) -> Sequence[datetime]:
    """Return the starts of the times at which something came, newest first."""
    found: list[datetime] = []
    for at in reversed(arrived):
        if not found or at - found[-1] >= _OCCASION:
            found.append(at)
    return found[::-1]


def _window_s(arrived: Sequence[datetime], window: int, now: datetime) -> float:
    """Return the shortest time in which three quarters of a window have arrived.

    A pace that was not seen again for ten days fades: its time doubles every five days.
    Entries within one minute came by a bulk import, or bear no date of their own.
    """
    most = max(int(window * _OF_WINDOW), 1)
    spans = (
        (arrived[n], (arrived[n] - arrived[n + most]).total_seconds())
        for n in range(len(arrived) - most)
    )
    faded = (
        span_s * 2.0 ** (max(now - at - _FRESH_PACE, timedelta()) / _PACE_FADES)
        for at, span_s in spans
        if span_s >= _AT_ONCE_S
    )
    return min(faded, default=float("inf"))
