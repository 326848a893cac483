"""Run the museum and print its tables: ``python -m tests.museum [options of pytest]``."""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pytest

from tests.museum.naming import marked
from tests.museum.requirements import REQUIREMENTS
from tests.museum.rows import ROWS


@dataclass(eq=False)
class Tally:
    """A plugin of pytest that leaves out what no table names, and counts the rest."""

    rows: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    held: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    outcomes: dict[str, str] = field(default_factory=dict)

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Keep the tests that stand for a row or a requirement."""
        kept = [item for item in items if self._is_shown(item)]
        left = [item for item in items if item not in set(kept)]
        config.hook.pytest_deselected(items=left)
        items[:] = kept

    def _is_shown(self, item: pytest.Item) -> bool:
        for mark in item.iter_markers("museum"):
            self.rows[item.nodeid] |= set(mark.args)
        bare = item.nodeid.partition("[")[0]
        for number, requirement in REQUIREMENTS.items():
            if {bare, bare.partition("::")[0]} & set(requirement.tests):
                self.held[item.nodeid].add(number)
        return item.nodeid in self.rows or item.nodeid in self.held

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember how a test ended; what failed in any phase has failed."""
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[report.nodeid] = report.outcome

    def counted(self, by: dict[str, set[int]], number: int) -> Counter[str]:
        """Return how many tests of a row or requirement ended how."""
        named = (name for name, numbers in by.items() if number in numbers)
        return Counter(self.outcomes[name] for name in named if name in self.outcomes)


def _told(counts: Counter[str]) -> str:
    total = counts.total()
    skipped = f" ({counts['skipped']} skipped)" if counts["skipped"] else ""
    return f"{total:5} {counts['passed']:6}{skipped}"


def _is_well(counts: Counter[str]) -> bool:
    return counts["passed"] > 0 and counts["failed"] == 0


def _rows(tally: Tally) -> Iterator[str]:
    yield "row    cases passed  input, and what comes of it"
    for row in ROWS:
        counts = tally.counted(tally.rows, row.number)
        mark = " " if _is_well(counts) else "!"
        told = f"{row.given}: {row.outcome}"
        yield f"{row.number:2} {row.area} {mark} {_told(counts)}  {told}"


def _requirements(tally: Tally) -> Iterator[str]:
    yield "       cases passed  what is asked for"
    for number, one in REQUIREMENTS.items():
        counts = tally.counted(tally.held, number)
        mark = " " if not one.tests or _is_well(counts) else "!"
        yield f"R{number:<3} {mark} {_told(counts)}  {one.text}"
        yield from (f"{'':22}{name}" for name in one.tests)
        if one.not_yet:
            yield f"{'':22}not yet: {one.not_yet}"


def _files() -> list[str]:
    named = {
        name.partition("::")[0] for one in REQUIREMENTS.values() for name in one.tests
    }
    shown = {file for file, _ in marked()}
    return sorted(named | shown | {"tests/hostile/test_uris.py"})


def main(options: Iterable[str]) -> None:
    """Run what the tables name; end with 1 where a row or requirement is not held."""
    tally = Tally()
    pytest.main(["-q", "--no-header", "-r", "f", *_files(), *options], plugins=[tally])
    well = sum(_is_well(tally.counted(tally.rows, row.number)) for row in ROWS)
    stated = [n for n, one in REQUIREMENTS.items() if one.tests]
    held = sum(_is_well(tally.counted(tally.held, n)) for n in stated)
    print("\n" + "\n".join(_rows(tally)))
    print("\n" + "\n".join(_requirements(tally)))
    print(
        f"\n{well} of {len(ROWS)} rows; {held} of {len(REQUIREMENTS)} requirements are held"
    )
    sys.exit(0 if (well, held) == (len(ROWS), len(stated)) else 1)


if __name__ == "__main__":
    main(sys.argv[1:])
