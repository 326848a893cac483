"""Bars: one a day, the tallest as tall as the plot, and words below that do not touch."""

from datetime import date, timedelta
from itertools import pairwise

from hozon.web import plots

LAST = date(2026, 12, 14)


def test_bars_are_as_tall_as_their_share() -> None:
    """The most is the whole height, half of it half; what is outside is not seen."""
    counts = {LAST: 10, LAST - timedelta(days=1): 5, LAST - timedelta(days=99): 50}

    drawn = plots.bars(counts, LAST, 10)

    assert 10 == drawn.most
    assert "M576.0 104v-49.0h57.6v49.0zM648.0 104v-98.0h57.6v98.0z" == drawn.path


def test_a_plot_of_nothing() -> None:
    """Has no bars, and divides by nothing."""
    drawn = plots.bars({}, LAST, 90)

    assert ("", 0) == (drawn.path, drawn.most)


def test_words_stand_apart() -> None:
    """On a phone they are as wide as a hundred units of the plot."""
    for days in (30, 60, 90, 365):
        for back in range(40):
            drawn = plots.bars({}, LAST - timedelta(days=back), days)
            places = [tick.x for tick in drawn.ticks]
            assert places[-1] <= plots.WIDTH - 100
            if days <= 90:
                assert all(b - a >= 100 for a, b in pairwise(places))
