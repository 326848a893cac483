"""What gives way first as feeds and articles grow: ``python -m benchmarks.scale``.

A simulation of two days, minute by minute, of what the template deploys: ticks queue the
polls that are due, polls find articles, captures are worked off by so many invocations,
the sealer takes what was stored. Arrivals follow a day with a peak. The service times and
the writes of an article are parameters; their defaults are assumed, not measured: compare
them with what `make costs` counts. Looks at what was captured are left out.

For each size it prints the concurrency that keeps up, the deepest queues, the longest
waits, the hottest partition of the table (DynamoDB takes 1 000 writes a second of one),
and what the day costs. Limits that are passed are named. Pure arithmetic: nothing here has
been tried on AWS at that size.
"""

import argparse
import json
import math
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from hozon.accounts.prices import PRICES
from hozon.adapters.aws.keys import FEEDS, JOBS, RIVER, SHARDS
from hozon.working.scheduling import BATCH

MINUTES = 1440
PARTITION_WRITES = 1000
"""Write units a second that DynamoDB takes of one partition."""

SWING = 3.0
"""How many times the usual minute the busiest one of a day is; the quietest, a third."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a piece of work takes: seconds of an invocation that does many, and writes."""

    poll_s: float = 8.0
    polls_at_once: int = 10
    article_s: float = 60.0
    articles_at_once: int = 32
    article_writes: float = 12.0
    poll_writes: float = 2.0
    seal_s: float = 0.05
    sealed_at_once: int = 4
    memory_gb: float = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much there is: feeds, polls of each in a day, articles in all."""

    feeds: int
    articles: int
    polls_each: float = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one size comes to; `limits` names what it passes."""

    size: Size
    tick_minutes: int
    poll_concurrency: int
    capture_concurrency: int
    deepest_captures: int
    longest_wait_s: int
    due_writes: float
    river_writes: float
    unsealed_writes: float
    sealer_busy: float
    work_usd_day: float
    limits: tuple[str, ...]


def rate(minute: int) -> float:
    """Return how many times the mean this minute of a day is; the mean of all is 1."""
    return _shape(minute) / _MEAN


def _shape(minute: int) -> float:
    return math.exp(math.log(SWING) * math.sin(2 * math.pi * minute / MINUTES))


_MEAN = sum(map(_shape, range(MINUTES))) / MINUTES


def simulated(size: Size, service: Service) -> Found:
    """Return what two days of `size` come to, with the concurrency that keeps up."""
    mean = size.articles / MINUTES
    polls = size.feeds * size.polls_each / MINUTES
    peak = max(map(rate, range(MINUTES)))
    each = 60 / service.article_s * service.articles_at_once
    # Enough for nine tenths of the peak: what is over waits for some minutes.
    capturing = max(2, math.ceil(0.9 * mean * peak / each))
    depth, deepest, waits = 0.0, 0.0, 0.0
    for minute in range(2 * MINUTES):
        depth += mean * rate(minute)
        depth = max(0.0, depth - capturing * each)
        deepest = max(deepest, depth)
        waits = max(waits, depth / (capturing * each) * 60)
    polling = max(
        2, math.ceil(polls * peak * service.poll_s / 60 / service.polls_at_once)
    )
    tick = next((t for t in (5, 2, 1) if polls * peak * t < BATCH), 1)
    a_second = mean * peak / 60
    found = Found(
        size=size,
        tick_minutes=tick,
        poll_concurrency=polling,
        capture_concurrency=capturing,
        deepest_captures=round(deepest),
        longest_wait_s=round(waits + service.article_s),
        # A feed's place among what is due is left and taken anew: two writes.
        due_writes=round(2 * polls * peak / 60 / SHARDS[FEEDS], 1),
        river_writes=round(a_second / SHARDS[RIVER], 1),
        unsealed_writes=round(2 * (a_second + polls * 0.1 * peak / 60), 1),
        sealer_busy=round(
            (mean + polls * 0.1) * peak / 60 * service.seal_s / service.sealed_at_once,
            3,
        ),
        work_usd_day=round(_cost(size, service), 2),
        limits=(),
    )
    return _judged(found, polls * peak)


def _cost(size: Size, service: Service) -> float:
    polls = size.feeds * size.polls_each
    seconds = size.articles * service.article_s / service.articles_at_once
    seconds += polls * service.poll_s / service.polls_at_once
    writes = size.articles * service.article_writes + polls * service.poll_writes
    puts = size.articles + 0.1 * polls
    return (
        PRICES["lambda_gb_s"].of(seconds * service.memory_gb)
        + PRICES["dynamodb_writes"].of(writes)
        + PRICES["s3_puts"].of(puts)
        + PRICES["sqs_requests"].of(1.2 * (size.articles + polls))
    )


def _judged(found: Found, polls_a_minute: float) -> Found:
    passed = []
    if polls_a_minute * found.tick_minutes > BATCH:
        passed.append(f"a tick queues {BATCH:,} polls at most")
    for name, writes in (
        (f"{FEEDS} (due)", found.due_writes),
        (f"{RIVER} and {JOBS}", found.river_writes),
        ("UNSEALED", found.unsealed_writes),
    ):
        if writes > 0.8 * PARTITION_WRITES:
            passed.append(f"partition {name}: {writes:,.0f} writes a second")
    if found.sealer_busy > 0.8:
        passed.append(
            f"one sealer would be busy {found.sealer_busy:.1f} times its time"
        )
    for name, wanted in (
        ("PollConcurrency", found.poll_concurrency),
        ("CaptureConcurrency", found.capture_concurrency),
    ):
        if wanted > 100:
            passed.append(f"{name} {wanted} is over the template's 100")
    return replace(found, limits=tuple(passed))


SIZES = (
    Size(feeds=100, articles=1_000),
    Size(feeds=1_000, articles=10_000),
    Size(feeds=10_000, articles=100_000),
    Size(feeds=100_000, articles=1_000_000),
    Size(feeds=100_000, articles=10_000_000),
)


def table(all_: Sequence[Found]) -> str:
    """Return the figures as a table for people."""
    rows = [
        "| feeds | articles a day | tick min | polls at once | captures at once "
        "| deepest queue | longest wait s | due | river | unsealed | sealer | $ a day |",
        "| ---: " * 12 + "|",
    ]
    rows += [
        f"| {f.size.feeds:,} | {f.size.articles:,} | {f.tick_minutes} "
        f"| {f.poll_concurrency} | {f.capture_concurrency} | {f.deepest_captures:,} "
        f"| {f.longest_wait_s:,} | {f.due_writes:g} | {f.river_writes:g} "
        f"| {f.unsealed_writes:g} | {f.sealer_busy:.0%} | {f.work_usd_day:,.2f} |"
        for f in all_
    ]
    return "\n".join(rows)


def main(arguments: Sequence[str]) -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale")
    parser.add_argument("--article-s", type=float, default=Service().article_s)
    parser.add_argument(
        "--polls-each", type=float, default=24.0, help="a day, of a feed"
    )
    given = parser.parse_args(arguments)
    service = Service(article_s=given.article_s)
    all_ = [
        simulated(
            Size(feeds=s.feeds, articles=s.articles, polls_each=given.polls_each),
            service,
        )
        for s in SIZES
    ]
    print(table(all_))
    for f in all_:
        for limit in f.limits:
            print(f"{f.size.articles:,} articles a day: {limit}")
    print(json.dumps([asdict(f) for f in all_]))


if __name__ == "__main__":
    main(sys.argv[1:])
