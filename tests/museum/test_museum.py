"""The tables are whole, and what they name is there."""

import re

import pytest

from tests.faults.broken_cases import ROWS as BY_CASE
from tests.hostile.test_uris import REFUSED as BY_HOST
from tests.museum.naming import NAME, ROOT, is_there, marked
from tests.museum.requirements import REQUIREMENTS
from tests.museum.rows import AREAS, ROWS

SECURITY = (ROOT / "SECURITY.md").read_text("utf-8")


def test_there_are_fifty_two_rows() -> None:
    """Numbered through, each of an area."""
    assert list(range(1, 53)) == [row.number for row in ROWS]
    assert AREAS.keys() == {row.area for row in ROWS}


def test_every_row_has_a_test() -> None:
    """No row is shown that nothing stands for."""
    shown = {row for _, row in marked()} | BY_CASE.keys() | BY_HOST.keys()

    assert {row.number for row in ROWS} == shown


def test_every_requirement_is_held_or_says_why_not() -> None:
    """R1 to R32, each with tests, or with an honest word."""
    assert list(range(1, 33)) == list(REQUIREMENTS)
    assert [] == [
        n for n, one in REQUIREMENTS.items() if not one.tests and not one.not_yet
    ]


@pytest.mark.parametrize("number", REQUIREMENTS)
def test_the_tests_of_a_requirement_are_there(number: int) -> None:
    """A test that was renamed is renamed in the table."""
    assert [] == [name for name in REQUIREMENTS[number].tests if not is_there(name)]


def test_the_tests_that_security_names_are_there() -> None:
    """`SECURITY.md` promises nothing that no test holds."""
    named = NAME.findall(SECURITY)

    assert len(named) > 20
    assert [] == [name for name in named if not is_there(name)]


def test_each_threat_has_a_test() -> None:
    """Every row of its table of threats names at least one."""
    table = SECURITY.split("## Threats")[1].split("\n## ")[0]
    rows = [
        line for line in table.splitlines() if re.match(r"\| (?!---|Whoever)", line)
    ]

    assert len(rows) > 12
    assert [] == [row for row in rows if not NAME.search(row) and "Not yet" not in row]
