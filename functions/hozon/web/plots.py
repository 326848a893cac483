"""Bars as SVG, drawn by the server: a number a day. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT = 720, 120
_BASE = 104
_TOP = 6
_GAP = 0.2
_APART = 110


@dataclass(frozen=True, slots=True)
class Tick:
    """A word below the bars, and where it begins."""

    x: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A plot: `path` draws all bars (SVG 2 §9.3), the tallest of which is `most`."""

    path: str
    ticks: Sequence[Tick]
    days: int
    most: int
    width: int = WIDTH
    height: int = HEIGHT
    base: int = _BASE


def bars(counts: Mapping[date, int], last: date, days: int) -> Drawn:
    """Draw one bar for each of the `days` until `last`; the first of a month is named."""
    shown = [last - timedelta(days=n) for n in range(days - 1, -1, -1)]
    most = max((counts.get(day, 0) for day in shown), default=0)
    step = WIDTH / days
    path = "".join(
        _bar(at * step, step, counts[day] / most)
        for at, day in enumerate(shown)
        if counts.get(day, 0)
    )
    ticks = [
        Tick(round(at * step), f"{day:%Y-%m-%d}")
        for at, day in enumerate(shown)
        if at == 0 or (day.day == 1 and _APART < at * step < WIDTH - _APART)
    ]
    return Drawn(path=path, ticks=ticks, days=days, most=most)


def _bar(x: float, step: float, share: float) -> str:
    height = max(1.0, share * (_BASE - _TOP))
    wide = step * (1 - _GAP)
    return f"M{x:.1f} {_BASE}v-{height:.1f}h{wide:.1f}v{height:.1f}z"
