import pytest

from hozon.feeds import hinting
from hozon.nouns.model import Hints
from tests import effort


@pytest.mark.parametrize(
    ("markup", "period_s"),
    [
        ("<ttl>720</ttl>", 720 * 60),
        ("<TTL> 60 </TTL>", 3600),
        ("<ttl>soon</ttl>", 0),
        ("<ttl>-5</ttl>", 0),
        ("<ttl>9999999</ttl>", hinting.LONGEST_S),
        ("<sy:updatePeriod>weekly</sy:updatePeriod>", 7 * 86400),
        ("<x:updatePeriod>dayly</x:updatePeriod>", 86400),
        ("<sy:updatePeriod>always</sy:updatePeriod>", 0),
        (
            "<sy:updatePeriod>daily</sy:updatePeriod>"
            "<sy:updateFrequency>4</sy:updateFrequency>",
            6 * 3600,
        ),
        (
            "<sy:updatePeriod>hourly</sy:updatePeriod>"
            "<sy:updateFrequency>0</sy:updateFrequency>",
            3600,
        ),
        ("<title>&lt;ttl&gt;5&lt;/ttl&gt;</title>", 0),
        ("", 0),
    ],
)
def test_periods(markup: str, period_s: int) -> None:
    """The longest period that is stated and sensible counts, a week at most."""
    assert period_s == hinting.hints(markup).period_s


def test_hours_and_days() -> None:
    """Hours 0 to 23 (24 is midnight) and days by their English names."""
    markup = (
        "<skipHours><hour>0</hour><hour> 24</hour><hour>7</hour><hour>99</hour>"
        "<hour>x</hour></skipHours><hour>3</hour>"
        "<skipDays><day>Sunday</day><day>monday</day><day>Doomsday</day></skipDays>"
    )

    expected = Hints(skip_hours=("0", "0", "7"), skip_days=("Sunday", "Monday"))
    assert expected == hinting.hints(markup)


@pytest.mark.parametrize(
    "pattern", ["<ttl ", "<a:", "<skipHours>", "<hour>", "<ttl" + " " * 50]
)
def test_no_markup_takes_long(pattern: str) -> None:
    """A hostile document of a megabyte is read in a moment."""
    with effort.at_most(seconds=5):
        hinting.hints(pattern * (1_000_000 // len(pattern)))
