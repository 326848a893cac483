"""What a judge of manners is given: truth, the log of requests, what was archived.

Instants are simulated ones, unless a name ends in ``_s``: those are seconds of the
world's own monotonic clock.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

Fields = tuple[tuple[str, str], ...]
Target = tuple[str, str]
"""Host and request target."""

SLACK = timedelta(seconds=60)
"""What the clocks of both sides may differ by, and how long one poll may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One entry that a publisher publishes: `id` is its guid, unique among all."""

    id: str
    at: datetime
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is true of one feed, and what may be expected of who polls it.

    `host` may have several feeds. A redirect leads from `path` to `moved_to` as `move`
    says: it ``holds``, it ``flaps`` (comes and goes), or it is ``temporary``.

    `polls_a_day` is the most that is polite, on average after the first three days,
    `because` of this. `asked_gap` is what the document asks for by ``ttl`` or
    ``sy:updatePeriod``, `skip_hours` and `skip_days` (Monday is 0) are GMT.
    `found_within` is how old an entry may be when it is found at last, where that is
    judged; `may_lose` that the document's window is too short to promise anything.
    `closed` says that robots.txt forbids the articles; `twins` are alike and were added
    at once.
    """

    name: str
    articles: tuple[Article, ...]
    polls_a_day: float
    because: str
    host: str = ""
    path: str = "/feed.xml"
    moved_to: str | None = None
    move: Literal["holds", "flaps", "temporary"] | None = None
    asked_gap: timedelta = timedelta()
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    found_within: timedelta | None = None
    may_lose: bool = False
    closed: bool = False
    twins: bool = False

    @property
    def target(self) -> Target:
        """Where the feed was when it was added."""
        return self.host, self.path

    @property
    def targets(self) -> tuple[Target, ...]:
        """Where the feed's document may be asked for."""
        moved = () if self.moved_to is None else ((self.host, self.moved_to),)
        return (self.target, *moved)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request with its answer, as the publisher's log has it.

    It came `at` a simulated instant and at `at_s` of the real clock; answering it took
    `latency_s`. `given` are the fields of the answer.
    """

    at: datetime
    host: str
    target: str
    fields: Fields
    status: int
    given: Fields
    at_s: float = 0.0
    latency_s: float = 0.0

    def asked(self, name: str) -> str | None:
        """Return the first value of a field of the request, or None."""
        return _first(self.fields, name)

    def gave(self, name: str) -> str | None:
        """Return the first value of a field of the answer, or None."""
        return _first(self.given, name)

    @property
    def conditional(self) -> bool:
        """Whether the request carries a validator."""
        both = (self.asked("If-None-Match"), self.asked("If-Modified-Since"))
        return both != (None, None)

    def __str__(self) -> str:
        return f"{self.at:%d %b %H:%M} {self.host}{self.target} ({self.status})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One entry of the archive: its guid, and when it was first seen."""

    id: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All that is judged, from `since` to `until`.

    `spacing_s` are the seconds that were to lie between two requests to one host, None
    where the run was rehearsed too fast to tell. `rolled` counts per feed how often the
    archive noticed that a window had rolled over, None where it has no such gauge.
    """

    visits: tuple[Visit, ...]
    feeds: tuple[Truth, ...]
    entries: tuple[Seen, ...]
    since: datetime
    until: datetime
    spacing_s: float | None = None
    rolled: Mapping[str, int] | None = None

    @cached_property
    def by_target(self) -> Mapping[Target, Sequence[Visit]]:
        """The visits of each target, in order."""
        found: dict[Target, list[Visit]] = defaultdict(list)
        for visit in self.visits:
            found[visit.host, visit.target].append(visit)
        return found

    @cached_property
    def by_host(self) -> Mapping[str, Sequence[Visit]]:
        """The visits of each host, in order."""
        found: dict[str, list[Visit]] = defaultdict(list)
        for visit in self.visits:
            found[visit.host].append(visit)
        return found

    @cached_property
    def first_seen(self) -> Mapping[str, datetime]:
        """When each guid was first seen."""
        return {seen.id: seen.at for seen in reversed(self.entries)}

    @cached_property
    def feed_targets(self) -> frozenset[Target]:
        """All targets that are documents of feeds."""
        return frozenset(target for feed in self.feeds for target in feed.targets)

    @cached_property
    def articles(self) -> Mapping[Target, Truth]:
        """The targets of all articles, and whose they are."""
        return {(f.host, a.path): f for f in self.feeds for a in f.articles}

    def of(self, feed: Truth) -> Sequence[Visit]:
        """Return the visits to all targets of one feed, in order."""
        if len(feed.targets) == 1:
            return self.by_target.get(feed.target, ())
        found = [v for t in feed.targets for v in self.by_target.get(t, ())]
        return sorted(found, key=lambda visit: visit.at)

    def polls(self, feed: Truth) -> list[Visit]:
        """Return the first visit of each poll: hops of one redirect are one poll."""
        polls: list[Visit] = []
        last = None
        for visit in self.of(feed):
            hop = last is not None and 300 <= last.status < 400 and last.status != 304
            if last is None or not hop or visit.at - last.at > SLACK:
                polls.append(visit)
            last = visit
        return polls

    def spells(self, feed: Truth, *statuses: int) -> Iterator[Sequence[Visit]]:
        """Yield the visits of each time that a feed failed with one of these statuses."""
        spell: list[Visit] = []
        for visit in self.of(feed):
            if visit.status in statuses:
                spell.append(visit)
            elif spell:
                yield spell
                spell = []
        if spell:
            yield spell


def _first(fields: Fields, name: str) -> str | None:
    wanted = name.lower()
    return next((value for key, value in fields if key.lower() == wanted), None)
