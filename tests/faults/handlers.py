"""A fault run of the real handlers: from the tick to the sealed snapshot, in foul weather.

Each run follows a feed with a few articles on a stack on moto. For some ticks requests to
AWS are refused, throttled or done without a reply, and processes die in front of a
request or behind it (Lambda calls again; SQS delivers again). Then the weather is calm.
In the end:

* each article is held as its site sent it, whatever was acknowledged on the way;
* nothing is left on the queues, and nothing is among the dead letters;
* each stored object is in the log, once;
* the index is what the objects make it.

    python -m tests.faults.handlers --runs 1000 [--seed 1] [--planted]

`--planted` tells all that a WARC object is stored, and stores none: that has to be found.
"""

import argparse
import random
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from moto import mock_aws

from hozon import settings, wiring
from hozon.adapters.aws.index import DynamoDbIndex
from hozon.adapters.aws.seals import DynamoDbSeals
from hozon.auditing.reindexing import reindex
from hozon.fetch import AllowedHosts
from hozon.log import places
from hozon.nouns.archive import Archive
from hozon.polling.subscribing import new_feed
from hozon.retrieving import retrieval
from hozon.sealing import following
from hozon.wiring.fetching import Fetching
from tests.aws import guard
from tests.aws.atomic import make_atomic
from tests.aws.edwards import make_edwards
from tests.aws.functions import Function
from tests.aws.place import Place
from tests.aws.pump import Pump
from tests.aws.stack import TEMPLATE, Stack, deploy
from tests.faults.plans import Crash
from tests.faults.weather import Weather
from tests.manners.town import Standing
from tests.sites import Reply, Site, page, rss

BORN = datetime(2026, 11, 1, 9, tzinfo=UTC)
OUTCOMES = ("ok",) * 8 + ("fail", "throttle", "lost", "crash", "die")
RUNS_A_STACK = 20
ARTICLES = 2
_FOUL_TICKS = 3
_CALM_TICKS = 15
_STACKS = count(1)


class Gone(Exception):
    """What Lambda sees of a process that died."""


@dataclass(slots=True, kw_only=True)
class World:
    """One stack, a site for its runs, and the weather over both."""

    stack: Stack
    site: Site
    weather: Weather
    clock: Standing
    is_foul: bool = False
    pump: Pump = field(init=False)

    def __post_init__(self) -> None:
        """Deploy the handlers' first processes."""
        self.pump = _Pump(self.stack, self)
        self.begin_anew()

    def begin_anew(self) -> None:
        """Let the next invocation find a cold start: nothing is remembered."""
        self.weather.reborn()
        environment = self.pump.functions["CaptureEntry"].environment
        found = replace(settings.from_environment(environment), recheck_plan="none")
        how = Fetching(
            allowed=AllowedHosts.parse([self.site.authority]),
            interval_s=0,
            contact=found.contact,
            clock=self.clock,
        )
        wiring.use(wiring.connect(found, clock=self.clock, fetching=how))

    @property
    def archive(self) -> Archive:
        """The archive, with the rights of whoever looks."""
        return wiring.deployed().archive

    def run(self, number: int, chance: random.Random) -> None:
        """Follow a feed through foul weather, and look at what came of it."""
        self.archive.feeds.add(new_feed(self.site.uri(f"/{number}"), self.archive))
        self.weather.outcomes = chance.choices(OUTCOMES, k=chance.randint(10, 60))
        self.is_foul = True
        for _ in range(_FOUL_TICKS):
            self.step()
        self.is_foul = False
        for _ in range(_CALM_TICKS):
            self.step()
            if self.is_held(number) and not self.waits():
                break
        self.step()
        self.look(number)

    def step(self) -> None:
        """Tick all that ticks, and deliver what is on the queues."""
        self.clock.now += timedelta(minutes=20)
        by_arn = {each.arn: each for each in self.pump.functions.values()}
        for _, resource in self.stack.of_type("AWS::Scheduler::Schedule"):
            target = resource.properties["Target"]["Arn"]
            with suppress(Exception):  # the next tick is the retry
                self.pump.invoke(by_arn[target], {})
        self.pump.drain()

    def is_held(self, number: int) -> bool:
        """Tell whether all articles of a run are held."""
        index = self.archive.index
        return all(index.snapshots(self.site.uri(p)) for p in paths(number))

    def waits(self) -> bool:
        """Tell whether there is a message on a queue, or an object without a seal."""
        queues = self.stack.of_type("AWS::SQS::Queue")
        return any(self.messages(made.made.ref) for _, made in queues) or any(
            True for _ in self.unsealed()
        )

    def messages(self, url: str) -> int:
        """Return how many messages are on a queue."""
        said = self.stack.place.client("sqs").get_queue_attributes(
            QueueUrl=url, AttributeNames=["All"]
        )["Attributes"]
        return sum(int(said[name]) for name in said if "NumberOfMessages" in name)

    def unsealed(self) -> Iterator[str]:
        """Yield the keys of objects that are not in the log."""
        known = {leaf.key for leaf in following.since(0, self.archive, limit=1 << 20)}
        for key in self.archive.warcs.keys():  # noqa: SIM118 (a store)
            if key not in known:
                yield key

    def look(self, number: int) -> None:
        """Raise `AssertionError` for what should not be after a run."""
        for path in paths(number):
            uri = self.site.uri(path)
            held = self.archive.index.timemap(uri)
            assert held, f"run {number}: {uri} is not held"
            found = retrieval.read(held[0], self.archive)
            assert found.content() == article(path).body, f"{uri} is held otherwise"
        assert not list(self.unsealed()), "an object is not in the log"
        keys = [
            leaf.key
            for leaf in following.since(0, self.archive, limit=1 << 20)
            if not leaf.key.startswith(places.NOTES)
        ]
        assert len(keys) == len(set(keys)), "an object has two leaves"
        for name, made in self.stack.of_type("AWS::SQS::Queue"):
            assert not self.messages(made.made.ref), (
                f"run {number}: {name} is not empty"
            )

    def compare(self) -> None:
        """Make the index anew in another table: it has to be the same."""
        from tests.contract.conftest import SCHEMA  # noqa: PLC0415 (slow)

        dynamodb, name = (
            self.stack.place.client("dynamodb"),
            f"{self.stack.place.name}-2",
        )
        dynamodb.create_table(TableName=name, **SCHEMA)
        anew = replace(
            self.archive,
            index=DynamoDbIndex(dynamodb, name),
            seals=DynamoDbSeals(dynamodb, name),
        )
        reindex(anew)
        assert sorted(self.archive.index.dump()) == sorted(anew.index.dump())


class _Pump(Pump):
    """A pump whose functions may die, and are started again."""

    def __init__(self, stack: Stack, around: World) -> None:
        super().__init__(stack, guarded=False)
        self._around = around

    def invoke(self, function: Function, event: Any) -> Any:
        """Call a function; where its process died, begin another one."""
        around = self._around
        try:
            with around.weather.blowing() if around.is_foul else nullcontext():
                answer = super().invoke(function, event)
        except BaseException as e:
            if not _died(e):
                raise
            around.begin_anew()
            raise Gone(function.name) from e
        if around.weather.is_dead:
            # What it did behind its death, it did not do.
            around.begin_anew()
            raise Gone(function.name)
        return answer


def _died(e: BaseException) -> bool:
    if isinstance(e, BaseExceptionGroup):
        return any(map(_died, e.exceptions))
    return isinstance(e, Crash)


def paths(number: int) -> list[str]:
    """Return the paths of the articles of a run."""
    return [f"/{number}/{n}" for n in range(ARTICLES)]


def article(path: str) -> Reply:
    """Return what stands at such a path."""
    return page(f"Article {path}", f"<p>What is said at {path}, and nowhere else.</p>")


def routes(numbers: range) -> dict[str, Reply]:
    """Return a feed and its articles for each run."""
    found: dict[str, Reply] = {}
    for number in numbers:
        found[f"/{number}"] = rss(*paths(number))
        found |= {path: article(path) for path in paths(number)}
    return found


def play(runs: int, *, seed: int, planted: bool = False) -> int:
    """Play so many runs; return how many faults they met. Raises `AssertionError`."""
    make_atomic()
    make_edwards()
    met = 0
    for begin in range(0, runs, RUNS_A_STACK):
        numbers = range(begin, min(begin + RUNS_A_STACK, runs))
        with mock_aws(), Site(routes(numbers)) as site:
            met += _on_a_stack(numbers, site, seed, planted=planted)
    return met


def _on_a_stack(numbers: range, site: Site, seed: int, *, planted: bool) -> int:
    guard.watch()
    weather = Weather(swallows=planted)
    weather.watch()
    place = Place(name=f"weather-{next(_STACKS)}")
    stack = deploy(TEMPLATE, place, parameters={"Contact": "a@b.example"})
    try:
        played = World(
            stack=stack,
            site=site,
            weather=weather,
            clock=Standing(BORN),
        )
        for number in numbers:
            played.run(number, random.Random(f"{seed}/{number}"))
        played.compare()
    finally:
        wiring.use(None)
        weather.leave()
    return weather.met


def main() -> int:
    """Run it from a shell; say how it went."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--planted", action="store_true")
    wished = parser.parse_args()
    began, cpu = time.monotonic(), time.process_time()
    try:
        met = play(wished.runs, seed=wished.seed, planted=wished.planted)
    except AssertionError as found:
        print(f"found: {str(found).splitlines()[0]}")
        return 1
    print(f"{wished.runs} runs, {met} faults: nothing is lost")
    took, spent = time.monotonic() - began, time.process_time() - cpu
    print(f"{took:.0f} s, {spent:.0f} s of CPU", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
