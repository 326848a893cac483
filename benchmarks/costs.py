"""What polls and articles cost on AWS: ``python -m benchmarks.costs``.

Deploys the real template on moto, in this process, and has the real handlers poll feeds
and capture what they list, with the manners that they have in the world: two seconds
before a page of the same host, a quarter of one between its requisites. The publishers
are loopback addresses with a site each; every answer takes 100 ms.

Counted: requests, DynamoDB's units by the rules of its documentation, bytes, and the time
of each invocation (so its gigabyte-seconds: who waits is billed). Priced by
`hozon.accounts.prices`. Prints a table, and one JSON object, last. What it cannot know
of AWS: the time that S3 and DynamoDB take there (moto takes some milliseconds of this
machine), the speed of arm64, and starts of the runtime.
"""

import argparse
import json
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from moto import mock_aws

from benchmarks import site
from benchmarks.metering import Meter, metered
from benchmarks.serve import BenchSite
from benchmarks.site import Generated
from examples.origin import Site
from examples.replies import Reply, Request
from hozon import settings, wiring
from hozon.accounts import costs
from hozon.accounts.costs import LOG_BYTES, RECEIVES
from hozon.accounts.prices import ALWAYS_FREE, PRICES, bill
from hozon.fetch import AllowedHosts
from hozon.nouns.tallies import WHOLE
from hozon.polling.subscribing import new_feed
from hozon.wiring import Deployed, Fetching
from tests.aws.edwards import make_edwards
from tests.aws.place import Place
from tests.aws.pump import Pump
from tests.aws.stack import TEMPLATE, Stack, deploy

_LATENCY_S = 0.1
_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-west-1",
}


@dataclass(slots=True)
class Spent:
    """What the invocations of one kind have used."""

    invocations: int = 0
    seconds: float = 0.0
    memory_mb: int = 0
    used: Counter[str] = field(default_factory=Counter)

    def usd(self) -> dict[str, float]:
        """Return what it costs, by the names of the price table."""
        gb_s = self.seconds * self.memory_mb / 1024
        amounts = {
            "lambda_requests": self.invocations,
            "lambda_gb_s": gb_s,
            **{name: self.used[name] for name in _PRICED},
        }
        return {name: PRICES[name].of(amount) for name, amount in amounts.items()}


_PRICED = (
    "s3_puts",
    "s3_gets",
    "dynamodb_writes",
    "dynamodb_reads",
    "sqs_requests",
    "logs_bytes",
    "kms_requests",
    "events_put",
)


class MeteredPump(Pump):
    """A pump that counts what each handler uses, and nothing that it uses itself."""

    def __init__(self, stack: Stack, meter: Meter) -> None:
        super().__init__(stack, guarded=False)
        self._meter = meter
        self.spent: dict[str, Spent] = {}

    def invoke(self, function: Any, event: Any) -> Any:
        name = function.name.rpartition("-")[2]
        spent = self.spent.setdefault(name, Spent(memory_mb=function.memory_mb))
        before, started = self._seen(), time.monotonic()
        self._meter.on = True
        try:
            return super().invoke(function, event)
        finally:
            self._meter.on = False
            spent.seconds += time.monotonic() - started
            spent.invocations += 1
            spent.used.update(self._seen() - before)
            if "Records" in event:
                spent.used["sqs_requests"] += RECEIVES
            spent.used["logs_bytes"] += LOG_BYTES

    def _seen(self) -> Counter[str]:
        requests = self._meter.requests
        reads = sum(
            n for name, n in requests.items() if name.startswith(("s3.Get", "s3.Head"))
        )
        s3 = sum(n for name, n in requests.items() if name.startswith("s3."))
        sqs = sum(n for name, n in requests.items() if name.startswith("sqs."))
        kms = sum(n for name, n in requests.items() if name.startswith("kms."))
        return Counter(
            events_put=self._meter.requests["eventbridge.PutEvents"],
            kms_requests=kms,
            s3_puts=s3 - reads,
            s3_gets=reads,
            dynamodb_writes=self._meter.write_units,
            dynamodb_reads=round(self._meter.read_units),
            sqs_requests=sqs,
        )


class Publishers:
    """Many publishers on one generated site: each lists articles of its own."""

    def __init__(self, generated: Generated, origin: Site, each: int) -> None:
        self._site = BenchSite(generated, _LATENCY_S)
        self._generated = generated
        self._origin = origin
        self._each = each

    def answer(self, request: Request) -> Reply:
        """Return the feed of the publisher that is asked, or what the site has."""
        if request.path != "/feed.xml":
            return self._site.reply(request)
        host = (request.header("Host") or "").partition(":")[0]
        number = self._origin.hosts.index(host) * self._each
        some = self._generated.articles[number : number + self._each]
        document = site.feed(some, self._origin.uri("", host=host))
        return Reply(document, media_type="application/rss+xml", gzip=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was counted: of polls with news and without, and of articles.

    `seal` is the share of an article in its seal, and in that of its feed's poll; `search`
    that in the making of search segments, of which a round has as many as came by then.
    """

    feeds: int
    articles: int
    bytes_stored: int
    poll_with_news: dict[str, float]
    poll_without: dict[str, float]
    article: dict[str, float]
    seal: dict[str, float]
    search: dict[str, float]
    tick: dict[str, float]
    seconds: dict[str, float]
    units_by_kind: dict[str, float]


def measured(feeds: int, each: int, *, polite: bool = True) -> Measured:
    """Poll `feeds` feeds of `each` articles, capture all, then poll them once more."""
    generated = site.generated(count=max(site.ARTICLES, feeds * each))
    hosts = tuple(f"127.77.0.{n}" for n in range(1, feeds + 1))
    origin = Site(hosts=hosts, latency_s=_LATENCY_S)
    origin.otherwise = Publishers(generated, origin, each).answer
    make_edwards()
    with origin, metered() as meter, mock_aws():
        stack = deploy(
            TEMPLATE, Place(name="bench"), parameters={"Contact": "b@example.org"}
        )
        pump = MeteredPump(stack, meter)
        allowed = AllowedHosts.parse([f"127.77.0.0/16:{origin.port}"])
        fetching = Fetching(allowed=allowed, interval_s=None if polite else 0.0)
        deployed = _deployed(pump, fetching)
        try:
            return _counted(pump, deployed, origin, meter)
        finally:
            wiring.use(None)


def _deployed(pump: Pump, fetching: Fetching) -> Deployed:
    found = settings.from_environment(pump.functions["CaptureEntry"].environment)
    deployed = wiring.connect(found, fetching=fetching)
    wiring.use(deployed)
    return deployed


def _counted(
    pump: MeteredPump, deployed: Deployed, origin: Site, meter: Meter
) -> Measured:
    archive = deployed.archive
    for host in origin.hosts:
        uri = origin.uri("/feed.xml", host=host)
        archive.feeds.add(new_feed(uri, archive))
    _work(pump)
    first = dict(pump.spent)
    kinds = Counter(meter.by_kind)
    pump.spent = {}
    later = replace(archive, clock=lambda: datetime.now(UTC) + timedelta(days=3))
    wiring.use(replace(deployed, archive=later))
    _work(pump)
    feeds, articles = len(origin.hosts), archive.index.counts()["snapshots"]
    tally = archive.tallies.of(archive.clock().date(), WHOLE)
    _log(first, tally)
    return Measured(
        feeds=feeds,
        articles=articles,
        bytes_stored=tally["bytes_stored"],
        poll_with_news=_per(first["PollFeed"], feeds),
        poll_without=_per(pump.spent["PollFeed"], feeds),
        article=_per(first["CaptureEntry"], articles),
        seal=_per(first["SealLog"], articles),
        search=_per(first["IndexSearch"], articles),
        tick=_per(first["ScheduleWork"], first["ScheduleWork"].invocations),
        seconds={name: round(spent.seconds, 2) for name, spent in first.items()},
        units_by_kind={k: round(n / articles, 2) for k, n in kinds.most_common()},
    )


def _log(spent: dict[str, Spent], tally: Any) -> None:
    """Share the bytes of log, which the tally has, among the invocations."""
    total = sum(each.invocations for each in spent.values())
    for each in spent.values():
        share = tally["log_bytes"] * each.invocations / total
        each.used["logs_bytes"] += round(share)


def _work(pump: MeteredPump) -> None:
    # As often as a tick comes within the time that a host's turn may take.
    for _ in range(20):
        pump.tick(at=datetime.now(UTC))
        drained = pump.drain()
        if drained.errors:
            raise RuntimeError(f"a handler failed: {drained.errors}")
        if not drained.invocations:
            return


def _per(spent: Spent, count: int) -> dict[str, float]:
    """Return what one of `count` used, and US dollars for it."""
    used = {name: spent.used[name] / count for name in _PRICED}
    gb_s = spent.seconds * spent.memory_mb / 1024 / count
    return {
        **{name: round(value, 3) for name, value in used.items()},
        "invocations": round(spent.invocations / count, 3),
        "gb_s": round(gb_s, 4),
        "usd_per_million": round(sum(spent.usd().values()) / count * 1e6, 3),
    }


def table(found: Measured) -> str:
    """Return the figures as a table for people."""
    columns = {
        "poll without news": found.poll_without,
        "poll with news": found.poll_with_news,
        "article": found.article,
        "its seal": found.seal,
        "search": found.search,
    }
    rows = ["| | " + " | ".join(columns) + " |", "| --- |" + " ---: |" * len(columns)]
    for name in found.article:
        values = (f"{column[name]:,.3f}" for column in columns.values())
        rows.append(f"| {name} | " + " | ".join(values) + " |")
    return "\n".join(rows)


def _rest() -> float:
    return sum(bill(costs.standing(), free=ALWAYS_FREE).values())


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.costs")
    parser.add_argument("--feeds", type=int, default=20)
    parser.add_argument("--each", type=int, default=3, help="articles of each feed")
    parser.add_argument("--hasty", action="store_true", help="wait for no host's turn")
    given = parser.parse_args(arguments)
    os.environ.update(_CREDENTIALS)
    logging.disable()
    stdout = sys.stdout
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123  a device
        sys.stdout = nowhere
        found = measured(given.feeds, given.each, polite=not given.hasty)
        sys.stdout = stdout
    print(table(found))
    print(f"at rest, a month: {costs.standing()}")
    print(f"beyond what each account has free: {_rest():.2f} $")
    print(json.dumps(asdict(found)))


if __name__ == "__main__":
    main(sys.argv[1:])
