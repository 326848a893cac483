"""Settings of a deployed archive: the environment, read once; and of an embedded one.

The template sets exactly these variables; a test holds the two against each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from hozon import plans, uris
from hozon.errors import Misuse, Unusable
from hozon.events import KINDS, Filter
from hozon.model import RobotsPolicy

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
}


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
    `public_read`: anybody may read the archive.
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


def robots_policy(stated: str) -> RobotsPolicy:
    """Return the policy of this name, or raise `Unusable`."""
    for policy in ROBOTS_POLICIES:
        if stated.strip().lower() == policy:
            return policy
    raise Unusable(
        f"HOZON_ROBOTS must be {' or '.join(ROBOTS_POLICIES)}, not {stated!r}"
    )


def _public(stated: str) -> str:
    try:
        return uris.normal(stated) if stated else ""
    except Misuse as e:
        raise Unusable(f"HOZON_PUBLIC_URL: {e}") from None


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
    values = {field: environment[name] for field, name in ENVIRONMENT.items()}
    return Settings(
        enabled=_is_true(values.pop("enabled")),
        robots=robots_policy(values.pop("robots")),
        public_read=_is_true(values.pop("public_read")),
        recheck_plan=_plan(values.pop("recheck_plan")),
        recheck_budget=_count(values.pop("recheck_budget")),
        public_url=_public(values.pop("public_url")),
        **values,
    )


def _is_true(stated: str) -> bool:
    return stated.strip().lower() == "true"


def _plan(stated: str) -> str:
    try:
        plans.parse(stated)
    except Misuse as e:
        raise Unusable(f"HOZON_RECHECK_PLAN: {e}") from None
    return stated


def _count(stated: str) -> int:
    if not stated.isascii() or not stated.isdecimal():
        raise Unusable(f"HOZON_RECHECK_BUDGET must be a number, not {stated!r:.60}")
    return int(stated)


BUDGET = 20_000
"""Looks on one day, unless the operator says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What an operator has settled for one archive.

    `recheck_plan` and `recheck_budget` are those of `hozon.archive.Archive`; events are
    told to the `webhook` (a URI) and to the command `on_event`: those of `tell_feeds` (ids;
    none: of all), of `tell_kinds` (none: all), edits of `tell_min_change` at least.
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
