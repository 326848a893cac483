"""Settings of a deployed archive: the environment, read once; and of an embedded one.

The template sets exactly these variables; a test holds the two against each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from hozon.nouns import uris
from hozon.nouns.errors import Misuse, Unusable
from hozon.nouns.events import KINDS, Filter
from hozon.nouns.model import RobotsPolicy
from hozon.nouns.tallies import Quota, Quotas
from hozon.timetable import plans

ROBOTS_POLICIES: tuple[RobotsPolicy, ...] = get_args(RobotsPolicy)

ENVIRONMENT = {
    "bucket": "HOZON_BUCKET",
    "derived_bucket": "HOZON_DERIVED_BUCKET",
    "table": "HOZON_TABLE",
    "poll_queue_url": "HOZON_POLL_QUEUE",
    "capture_queue_url": "HOZON_CAPTURE_QUEUE",
    "contact": "HOZON_CONTACT",
    "enabled": "HOZON_ENABLED",
    "robots": "HOZON_ROBOTS",
    "public_url": "HOZON_PUBLIC_URL",
    "recheck_plan": "HOZON_RECHECK_PLAN",
    "recheck_budget": "HOZON_RECHECK_BUDGET",
    "event_bus": "HOZON_EVENT_BUS",
    "signing_key": "HOZON_SIGNING_KEY",
    "tsa": "HOZON_TSA",
    "public_read": "HOZON_PUBLIC_READ",
    "name": "HOZON_STACK",
    "feed_captures": "HOZON_FEED_CAPTURES",
    "feed_megabytes": "HOZON_FEED_MEGABYTES",
    "captures": "HOZON_CAPTURES",
    "megabytes": "HOZON_MEGABYTES",
    "replica": "HOZON_REPLICA",
    "replay_url": "HOZON_REPLAY_URL",
    "full_replay": "HOZON_FULL_REPLAY",
}
_NUMBERS = (
    "recheck_budget",
    "feed_captures",
    "feed_megabytes",
    "captures",
    "megabytes",
)
_MEGABYTE = 1_000_000
_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where a deployed archive keeps its things, and who answers for it.

    `contact` (a URI or mail address) goes into the User-Agent; `enabled` is the kill
    switch: where it is false, nothing new is scheduled. `robots` is what is done where a
    robots.txt disallows a page, `public_url` where hubs can reach the archive; empty:
    they cannot. `recheck_plan` is the plan by which articles are looked at again,
    `recheck_budget` how many looks are made on one day at most (0: as many as are due);
    `event_bus` is the bus that is told what was found. `signing_key` is the KMS key that
    signs the log, `tsa` the URIs of time stamping authorities, with spaces between them.
    `public_read`: anybody may read the archive. `name` is the stack's. The other numbers
    are the quotas of a day, for each feed and in all; 0: none. `replica` is the ARN of the
    bucket of the second copy; empty: there is none. `replay_url` is the origin where pages
    are replayed, `full_replay` whether their scripts may run there.
    """

    bucket: str
    derived_bucket: str
    table: str
    poll_queue_url: str
    capture_queue_url: str
    contact: str
    enabled: bool
    robots: RobotsPolicy
    public_url: str = ""
    recheck_plan: str = "standard"
    recheck_budget: int = 0
    event_bus: str = ""
    signing_key: str = ""
    tsa: str = ""
    public_read: bool = False
    name: str = "hozon"
    feed_captures: int = 0
    feed_megabytes: int = 0
    captures: int = 0
    megabytes: int = 0
    replica: str = ""

    @property
    def replica_bucket(self) -> str:
        """The name of the bucket of the second copy; empty: there is none."""
        return self.replica.rpartition(":")[2]

    replay_url: str = ""
    full_replay: bool = False

    @property
    def quotas(self) -> Quotas:
        """The quotas of a day."""
        return quotas(
            self.feed_captures, self.feed_megabytes, self.captures, self.megabytes
        )


def quotas(
    feed_captures: int, feed_megabytes: int, captures: int, megabytes: int
) -> Quotas:
    """Return the quotas of a day: of each feed, and in all; 0: none."""
    return Quotas(
        feed=Quota(captures=feed_captures, bytes=feed_megabytes * _MEGABYTE),
        whole=Quota(captures=captures, bytes=megabytes * _MEGABYTE),
    )


def robots_policy(stated: str) -> RobotsPolicy:
    """Return the policy of this name, or raise `Unusable`."""
    for policy in ROBOTS_POLICIES:
        if stated.strip().lower() == policy:
            return policy
    raise Unusable(
        f"HOZON_ROBOTS must be {' or '.join(ROBOTS_POLICIES)}, not {stated!r}"
    )


def _public(stated: str, name: str) -> str:
    try:
        return uris.normal(stated) if stated else ""
    except Misuse as e:
        raise Unusable(f"{name}: {e}") from None


def environment_names() -> frozenset[str]:
    """Return the names of all variables that `from_environment` reads."""
    return frozenset(ENVIRONMENT.values())


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Read the settings, or raise `Unusable` naming every variable that is missing."""
    missing = sorted(v for v in ENVIRONMENT.values() if v not in environment)
    if missing:
        raise Unusable(
            f"not set in the environment: {', '.join(missing)}; "
            "the SAM template sets them for each function"
        )
    values: dict[str, Any] = {
        field: environment[name] for field, name in ENVIRONMENT.items()
    }
    for field in _NUMBERS:
        values[field] = number(values[field], ENVIRONMENT[field])
    for field in ("enabled", "public_read", "full_replay"):
        values[field] = values[field].strip().lower() == "true"
    values["robots"] = robots_policy(values["robots"])
    values["recheck_plan"] = _plan(values["recheck_plan"])
    for field in ("public_url", "replay_url"):
        values[field] = _public(values[field], ENVIRONMENT[field])
    return Settings(**values)


def of_stack(outputs: Mapping[str, str], parameters: Mapping[str, str]) -> Settings:
    """Return the settings of a deployed stack, or raise `Unusable` if it is none of ours.

    They are what the template gives to its functions; a test compares.
    """
    given = {name: parameters.get(name, "") for name in _OF_PARAMETERS.values()}
    made = {name: outputs.get(name, "") for name in _OF_OUTPUTS.values()}
    optional = {_OF_OUTPUTS["replay_url"]}
    if lacking := sorted(
        n for n, value in made.items() if not (value or n in optional)
    ):
        raise Unusable(f"that is no stack of hozon: it has no {', '.join(lacking)}")
    environment = {
        ENVIRONMENT[field]: {**given, **made}[name]
        for field, name in {**_OF_PARAMETERS, **_OF_OUTPUTS}.items()
    }
    return from_environment(environment)


_OF_OUTPUTS = {
    "bucket": "ArchiveBucket",
    "derived_bucket": "DerivedBucket",
    "table": "Table",
    "poll_queue_url": "PollQueueUrl",
    "capture_queue_url": "CaptureQueueUrl",
    "event_bus": "EventBusName",
    "name": "Name",
    "signing_key": "SigningKeyArn",
    "replay_url": "ReplayUrl",
}
_OF_PARAMETERS = {
    "contact": "Contact",
    "enabled": "Enabled",
    "robots": "RobotsPolicy",
    "public_url": "PublicUrl",
    "recheck_plan": "RecheckPlan",
    "recheck_budget": "RecheckBudget",
    "tsa": "TimeStampAuthorities",
    "public_read": "PublicRead",
    "feed_captures": "FeedCapturesPerDay",
    "feed_megabytes": "FeedMegabytesPerDay",
    "captures": "CapturesPerDay",
    "megabytes": "MegabytesPerDay",
    "replica": "ReplicaBucketArn",
    "full_replay": "FullReplay",
}


def number(stated: str, name: str) -> int:
    """Return a number that is not negative, or raise `Unusable`: no quota is guessed."""
    if not (stated.isascii() and stated.isdecimal() and len(stated) <= _DIGITS):
        raise Unusable(f"{name} must be a number, 0 for no limit, not {stated!r:.60}")
    return int(stated)


def _plan(stated: str) -> str:
    try:
        plans.parse(stated)
    except Misuse as e:
        raise Unusable(f"HOZON_RECHECK_PLAN: {e}") from None
    return stated


BUDGET = 20_000
"""Looks on one day, unless the operator says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What an operator has settled for one archive.

    `recheck_plan` and `recheck_budget` are those of `hozon.nouns.archive.Archive`.
    Events are told to the `webhook` (a URI) and to the command `on_event`: those of
    `tell_feeds` (ids; none: of all), of `tell_kinds` (none: all), edits of
    `tell_min_change` at least.
    """

    recheck_plan: str = "standard"
    recheck_budget: int = BUDGET
    webhook: str | None = None
    on_event: str | None = None
    tell_feeds: tuple[str, ...] = ()
    tell_kinds: tuple[str, ...] = ()
    tell_min_change: float = 0.0

    @property
    def filter(self) -> Filter:
        """Which events are told."""
        return Filter(
            feeds=frozenset(self.tell_feeds),
            kinds=frozenset(self.tell_kinds),
            min_size=self.tell_min_change,
        )

    def checked(self) -> "Kept":
        """Return these settings, or raise `Misuse` where one cannot be."""
        plans.parse(self.recheck_plan)
        known = {
            *KINDS,
            "title",
            "correction",
            "addition",
            "removal",
            "rewrite",
            "facts",
        }
        if unknown := sorted(set(self.tell_kinds) - known):
            raise Misuse(
                f"no such kind of event: {', '.join(unknown)}; "
                f"there are {', '.join(sorted(known))}"
            )
        return self
