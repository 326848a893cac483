"""Who publishes: every habit that a polite reader has to cope with, and why.

Numbers of polls are per day, on average after the first three days. Behind them stands
what publishers say of readers (rachelbythebay.com/w/feed, ctrl.blog/entry/feed-caching)
and what good readers do: between a quarter of an hour and a day, twice as often as
there is news.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from hozon.nouns.instants import http_date
from tests.manners import documents
from tests.manners.documents import DAY, HOUR
from tests.manners.evidence import Article, Truth
from tests.manners.publishers import (
    Flapping,
    Liar,
    Literal304,
    Moving,
    Publisher,
    Spell,
    churning,
    date,
    seconds,
)

DAILY = 8.0
DAILY_BECAUSE = "one entry a day: two polls find it, eight find it within three hours"
CLOSED = b"User-agent: *\nAllow: /\nDisallow: /closed/\n"


@dataclass(frozen=True, slots=True)
class Span:
    """The time that is simulated."""

    since: datetime
    until: datetime

    def on(self, day: float) -> datetime:
        """Return the instant so many days after the start."""
        return self.since + day * DAY

    def every(
        self,
        name: str,
        gap: timedelta,
        *,
        history: int = 5,
        first: timedelta = timedelta(hours=7),
    ) -> tuple[Article, ...]:
        """Return articles `gap` apart (see `documents.every`)."""
        return documents.every(
            name, gap, since=self.since, until=self.until, history=history, first=first
        )

    def daily(self, name: str) -> Truth:
        """Return the truth of a feed with one entry a day."""
        return Truth(
            name=name,
            articles=self.every(name, DAY),
            polls_a_day=DAILY,
            because=DAILY_BECAUSE,
        )


def rhythms(span: Span) -> Iterator[Publisher]:
    """Yield those who publish in different rhythms, and do all else as it should be."""
    yield Publisher(truth=span.daily("daily"), gzip=True, dated="yes")
    hourly = Truth(
        name="hourly",
        articles=span.every("hourly", HOUR, history=24, first=timedelta(minutes=5)),
        polls_a_day=48,
        because="one entry an hour: two polls for each",
    )
    yield Publisher(truth=hourly, gzip=True, dated="yes")
    for window, polls, because in (
        (30, 24, "the document keeps a whole burst for a week: once an hour is plenty"),
        (15, 48, "a burst rolls it over in 45 minutes: every half hour misses nothing"),
    ):
        name = f"bursty-{window}"
        bursty = Truth(
            name=name,
            articles=documents.bursts(name, since=span.since, until=span.until),
            polls_a_day=polls,
            because=because,
            may_lose=window < 20,
        )
        yield Publisher(truth=bursty, window=window)
    weekly = Truth(
        name="weekly",
        articles=span.every("weekly", 7 * DAY, first=timedelta(days=3)),
        polls_a_day=3,
        because="one entry a week: three a day find it within eight hours",
    )
    yield Publisher(truth=weekly, writes="atom", latency_s=0.05)
    yield Publisher(truth=quiet(span, "quiet"), dated="yes")


def quiet(span: Span, name: str) -> Truth:
    """Return the truth of a feed that has said nothing for two months, and goes on so."""
    return Truth(
        name=name,
        articles=span.every(name, 60 * DAY, first=timedelta(days=59), history=4),
        polls_a_day=2,
        because="no entry for two months: one poll a day is plenty",
    )


def validators(span: Span) -> Iterator[Publisher]:
    """Yield those who give one validator, none, or such as mislead."""
    yield Publisher(truth=span.daily("etag-only"))
    yield Literal304(truth=span.daily("last-modified-only"))
    yield Publisher(truth=span.daily("same-second"), dated="stuck")
    lying = replace(span.daily("lying"), found_within=timedelta(hours=36))
    yield Liar(truth=lying)
    yield Publisher(truth=span.daily("no-validators"), tagged=False)
    yield Publisher(truth=span.daily("churn"), channel=churning)


def moves(span: Span) -> Iterator[Publisher]:
    """Yield those whose feeds move, seem to move, or end."""

    def going(name: str, move: Literal["holds", "flaps", "temporary"]) -> Truth:
        return replace(span.daily(name), moved_to="/moved/feed.xml", move=move)

    for status in (301, 308):
        truth = going(f"moved-{status}", "holds")
        yield Moving(truth=truth, moves_at=span.on(5), status=status)
    yield Flapping(truth=going("flapping", "flaps"), moves_at=span.on(5))
    for status in (302, 307):
        truth = going(f"elsewhere-{status}", "temporary")
        yield Moving(truth=truth, moves_at=span.since, status=status)
    yield Publisher(
        truth=span.daily("gone"),
        spells=(Spell(span.on(6), span.until, 410, pages_too=False),),
    )
    yield Publisher(
        truth=span.daily("lost-and-found"),
        spells=(Spell(span.on(6), span.on(16), 404, pages_too=False),),
    )


def overload(span: Span) -> Iterator[Publisher]:
    """Yield those who cannot, or will not, answer for a while."""
    yield Publisher(
        truth=span.daily("busy-seconds"),
        spells=tuple(
            Spell(span.on(day), span.on(day + 1), 429, wish=seconds(7200))
            for day in (6, 14)
        ),
    )
    forms: tuple[Literal["imf", "asctime", "rfc850"], ...] = (
        "imf",
        "asctime",
        "rfc850",
    )
    yield Publisher(
        truth=span.daily("busy-date"),
        spells=tuple(
            Spell(
                span.on(6 + n * 6), span.on(7 + n * 6), 429, wish=date(10 * HOUR, form)
            )
            for n, form in enumerate(forms)
        ),
    )
    yield Publisher(
        truth=span.daily("maintained"),
        spells=(Spell(span.on(9), span.on(11), 503, wish=seconds(90_000)),),
    )
    yield Publisher(
        truth=span.daily("unwell"), spells=(Spell(span.on(6), span.on(8), 503),)
    )


def wishes(span: Span) -> Iterator[Publisher]:
    """Yield those who say when to come back."""

    def markup(text: str, _: datetime) -> str:
        return text

    ttl = replace(span.daily("ttl-720"), asked_gap=timedelta(minutes=720))
    yield Publisher(truth=ttl, channel=partial(markup, "<ttl>720</ttl>"))
    night, weekend = frozenset({0, 1, 2, 3, 4, 5, 22, 23}), frozenset({5, 6})
    skipping = replace(span.daily("skipping"), skip_hours=night, skip_days=weekend)
    hours = "".join(f"<hour>{hour}</hour>" for hour in sorted(night))
    skips = (
        f"<skipHours>{hours}</skipHours>"
        "<skipDays><day>Saturday</day><day>Sunday</day></skipDays>"
    )
    yield Publisher(truth=skipping, channel=partial(markup, skips))
    weekly = Truth(
        name="sy-weekly",
        articles=span.every("sy-weekly", 7 * DAY, first=timedelta(days=2)),
        polls_a_day=1,
        because="it says weekly; once a day is the least that we promise our reader",
        asked_gap=DAY,
    )
    period = "<sy:updatePeriod>weekly</sy:updatePeriod>"
    yield Publisher(truth=weekly, channel=partial(markup, period))
    yield Publisher(
        truth=span.daily("max-age"),
        headers=lambda _: (("Cache-Control", "public, max-age=21600"),),
    )
    yield Publisher(
        truth=span.daily("expires"),
        headers=lambda now: (("Expires", http_date(now + 5 * HOUR)),),
    )


def neighbours(span: Span) -> Iterator[Publisher]:
    """Yield three feeds of one host, one of which is told to wait, and a closed host."""
    for name, spells in (
        ("north", (Spell(span.on(8), span.on(8.5), 429, wish=seconds(10_800)),)),
        ("east", ()),
        ("south", ()),
    ):
        truth = replace(span.daily(name), path=f"/{name}.xml")
        yield Publisher(truth=truth, house="platform", spells=spells)
    closed = replace(span.daily("closed"), closed=True)
    yield Publisher(truth=closed, robots=CLOSED)


def twins(span: Span) -> Iterator[Publisher]:
    """Yield ten quiet feeds, alike but for their hosts."""
    for number in range(10):
        yield Publisher(truth=replace(quiet(span, f"twin-{number}"), twins=True))


def everybody(span: Span) -> tuple[Publisher, ...]:
    """Return all publishers, each house on a host of its own."""
    groups = (rhythms, validators, moves, overload, wishes, neighbours, twins)
    return settled([publisher for group in groups for publisher in group(span)])


def settled(publishers: Sequence[Publisher]) -> tuple[Publisher, ...]:
    """Return the publishers with hosts: loopback addresses, one for each house."""
    houses = list(dict.fromkeys(p.house or p.truth.name for p in publishers))
    return tuple(
        replace(p, truth=replace(p.truth, host=f"127.77.0.{number + 1}"))
        for p in publishers
        for number in (houses.index(p.house or p.truth.name),)
    )
