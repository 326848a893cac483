"""An embedded archive in a temporary folder, at an instant of the test's choosing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hozon import wiring
from hozon.capturing.sharing import Commons
from hozon.confined.reader import ConfinedReader
from hozon.nouns.outcomes import Outcome
from hozon.polling.subscribing import new_feed
from hozon.wiring import Embedded
from hozon.working.running import Run
from tests.fetching import FakeFetcher, Reply


@dataclass(slots=True)
class Hands:
    """A clock that stands until it is moved."""

    now: datetime = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Tell the instant."""
        return self.now

    def advance(self, **by: float) -> None:
        """Move on by so many `hours`, `days` …"""
        self.now += timedelta(**by)


@dataclass(slots=True)
class Desk:
    """An archive, its clock, and what its runs told."""

    opened: Embedded
    clock: Hands
    told: list[Outcome]

    def fetcher(self, site: dict[str, Reply]) -> FakeFetcher:
        """Return a fetcher for a site that is a dictionary."""
        return FakeFetcher(site, self.clock)

    def follow(self, uri: str) -> None:
        """Follow a feed without a look at it."""
        self.opened.archive.feeds.add(new_feed(uri, self.opened.archive))

    async def run(self, fetcher: FakeFetcher) -> Run:
        """Do all that is due, and return the run."""
        run = Run(
            archive=self.opened.archive,
            inbox=self.opened.inbox,
            fetcher=fetcher,
            tell=self.told.append,
        )
        await run.to_the_end()
        return run

    @property
    def commons(self) -> Commons:
        """A fresh set of shared requisites."""
        return Commons(clock=self.clock)

    def problems(self) -> list[tuple[str, str]]:
        """Return what went wrong: subject and sentence."""
        return [(o.subject, o.problem) for o in self.told if o.problem]

    def rebuilt(self) -> list[str]:
        """Return the dump of an index made anew from the WARC objects."""
        self.opened.reindex(progress=lambda _: None)
        return self.dump()

    def dump(self) -> list[str]:
        """Return the dump of the index."""
        return list(self.opened.archive.index.dump())


class _WarmReader(ConfinedReader):
    """A reader whose children serve one archive after another."""

    def close(self) -> None:
        """Let them wait: they end with this process."""


_READER = _WarmReader()


@contextmanager
def a_desk(directory: Path, **settled: Any) -> Iterator[Desk]:
    """Yield a desk whose archive has these settings besides the usual ones."""
    clock = Hands()
    with wiring.embedded(
        directory,
        clock=clock,
        create=True,
        settled=lambda kept: replace(kept, **settled),
    ) as opened:
        archive = replace(opened.archive, reader=_READER)
        yield Desk(replace(opened, archive=archive), clock, [])


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Yield a desk at which no page is looked at again."""
    with a_desk(tmp_path / "archive", recheck_plan="none") as made:
        yield made
