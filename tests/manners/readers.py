"""A reader in a few lines that keeps every rule, and can be made to break each.

It judges the judge: that a full score can be had, and that no rule is kept by whoever
does not keep it. It asks a town without a network, and has no clock but the town's.
"""

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from zlib import crc32

from hozon.nouns.instants import from_http_date, from_iso
from tests.manners.documents import DAY, HOUR, MINUTE
from tests.manners.evidence import Evidence, Fields, Seen, Target, Truth, Visit
from tests.manners.town import Standing, Town
from tests.sites import Request

_ITEM = re.compile(r"<item>.*?</item>|<entry>.*?</entry>", re.DOTALL)
_ID = re.compile(r"<(?:guid[^>]*|id)>(.*?)<")
_LINK = re.compile(r"<link>(.*?)<|<link href=\"(.*?)\"")
_DATED = re.compile(r"<(pubDate|updated)>(.*?)<")
_TTL = re.compile(r"<ttl>(\d+)<")
_SKIPPED = re.compile(r"<hour>(\d+)<|<day>(\w+)<")
_PERMANENT = (301, 308)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """What a reader does: polite by default, each field can make it a rude one."""

    agent: str = "Reader/1.0 (+https://reader.example.org/about)"
    codings: str = "gzip"
    cookie: str | None = None
    query: str = ""
    conditional: bool = True
    both_validators: bool = True
    whole_after: timedelta = DAY
    shortest: timedelta = 15 * MINUTE
    eagerness: float = 1.0
    heeds_freshness: bool = True
    heeds_ttl: bool = True
    heeds_skips: bool = True
    heeds_retry_after: bool = True
    heeds_host: bool = True
    backs_off: bool = True
    gives_up: bool = False
    jitter: float = 0.1
    held_polls: int = 4
    adopts_temporary: bool = False
    stops_at_410: bool = True
    reads_robots: bool = True
    robots_kept: timedelta = DAY
    page_times: int = 1
    entry_times: int = 1
    skips_pages: bool = False
    counts_rolled: bool = True
    pause_s: float = 2.0


@dataclass(slots=True, kw_only=True)
class Followed:
    """One feed, and what is known of it between two polls."""

    truth: Truth
    path: str
    dates: list[datetime] = field(default_factory=list)
    validators: dict[str, Fields] = field(default_factory=dict)
    whole_at: dict[str, datetime] = field(default_factory=dict)
    least: timedelta = timedelta()
    skips: frozenset[str] = frozenset()
    failures: int = 0
    moves: int = 0
    gone: int = 0
    listed: frozenset[str] = frozenset()


@dataclass(slots=True, kw_only=True)
class Reader:
    """A reader of all feeds of a town, which its `clock` belongs to."""

    town: Town
    clock: Standing
    manners: Manners
    entries: list[Seen] = field(default_factory=list)
    _plan: list[tuple[datetime, int, Followed | Target]] = field(default_factory=list)
    _number: Iterator[int] = field(default_factory=count)
    _known: set[str] = field(default_factory=set)
    _held: dict[str, datetime] = field(default_factory=dict)
    _robots: dict[str, tuple[datetime, bool]] = field(default_factory=dict)
    _rolled: Counter[str] = field(default_factory=Counter)
    _seconds: float = 0.0

    def read(self, until: datetime) -> Evidence:
        """Follow all feeds until then, and return what is to be judged."""
        since = self.clock.now
        for truth in self.town.feeds:
            self._at(since, Followed(truth=truth, path=truth.path))
        while self._plan and self._plan[0][0] < until:
            self.clock.now, _, what = heappop(self._plan)
            self._do(what)
        return Evidence(
            visits=tuple(self.town.log),
            feeds=self.town.feeds,
            entries=tuple(self.entries),
            since=since,
            until=until,
            spacing_s=1.0,
            rolled=self._rolled,
        )

    def _at(self, instant: datetime, what: Followed | Target) -> None:
        heappush(self._plan, (instant, next(self._number), what))

    def _do(self, what: Followed | Target) -> None:
        host = what.truth.host if isinstance(what, Followed) else what[0]
        held = self._held.get(host, self.clock.now)
        if self.manners.heeds_host and held > self.clock.now:
            self._at(held, what)
        elif isinstance(what, Followed):
            self._poll(what)
        else:
            self._page(what)

    def _page(self, target: Target) -> None:
        """Capture a page, where robots.txt allows it."""
        read_at, closed = self._robots.get(target[0], (None, False))
        old = read_at is None or self.clock.now - read_at >= self.manners.robots_kept
        if self.manners.reads_robots and old:
            _, body = self._ask((target[0], "/robots.txt"), ())
            closed = b"Disallow: /closed/" in body
            self._robots[target[0]] = self.clock.now, closed
        if closed or self.manners.skips_pages:
            return
        visit, _ = self._ask(target, ())
        if visit.status in {429, 503}:
            self._at(max(self._held.get(target[0], visit.at), visit.at + HOUR), target)

    def _poll(self, feed: Followed) -> None:
        """Ask for a feed's document, following redirects, and plan the next poll."""
        path, permanent = feed.path, True
        visit, body = self._conditionally(feed, path)
        while visit.status in {301, 302, 307, 308}:
            permanent &= visit.status in _PERMANENT or self.manners.adopts_temporary
            path = re.sub(r"^https?://[^/]*", "", visit.gave("Location") or "")
            visit, body = self._conditionally(feed, path)
        feed.moves = feed.moves + 1 if path != feed.path and permanent else 0
        if feed.moves >= self.manners.held_polls:
            feed.path, feed.moves = path, 0
        if visit.status in {200, 304}:
            self._succeeded(feed, path, visit, body)
        else:
            self._failed(feed, visit)

    def _conditionally(self, feed: Followed, path: str) -> tuple[Visit, bytes]:
        whole_at = feed.whole_at.get(path, self.clock.now)
        whole = self.clock.now - whole_at >= self.manners.whole_after
        conditions = feed.validators.get(path, ())
        if whole or not self.manners.conditional:
            conditions = ()
        return self._ask((feed.truth.host, path + self.manners.query), conditions)

    def _ask(self, target: Target, conditions: Fields) -> tuple[Visit, bytes]:
        self._seconds += self.manners.pause_s
        cookie = self.manners.cookie
        request = Request(
            method="GET",
            target=target[1],
            headers=(
                ("Host", target[0]),
                ("User-Agent", self.manners.agent),
                ("Accept-Encoding", self.manners.codings),
                *([("Cookie", cookie)] if cookie else []),
                *conditions,
            ),
            body=b"",
            host=target[0],
            at_s=self._seconds,
        )
        wire = self.town.answer(request).wire or b""
        visit = self.town.log[-1]
        wish = visit.gave("Retry-After")
        if wish is not None:
            seconds = timedelta(seconds=int(wish)) if wish.isdecimal() else None
            until = visit.at + seconds if seconds else from_http_date(wish)
            self._held[target[0]] = until
        body = wire.partition(b"\r\n\r\n")[2]
        return visit, gzip.decompress(body) if visit.gave("Content-Encoding") else body

    def _succeeded(self, feed: Followed, path: str, visit: Visit, body: bytes) -> None:
        feed.failures = feed.gone = 0
        if visit.status == 200:
            feed.validators[path] = tuple(self._given(visit))
            if not visit.conditional:
                feed.whole_at[path] = visit.at
            self._document(feed, body.decode())
        fresh = min(_fresh(visit), DAY) if self.manners.heeds_freshness else timedelta()
        least = feed.least if self.manners.heeds_ttl else timedelta()
        span = (visit.at - min(feed.dates, default=visit.at - DAY)) / 2
        interval = span / max(1, len(feed.dates)) * self.manners.eagerness
        wait = max(min(interval, DAY), self.manners.shortest, fresh, least)
        due = visit.at + wait * (1 + self.manners.jitter * _share(feed))
        whole_by = feed.whole_at.get(path, visit.at) + self.manners.whole_after
        latest = max(whole_by + 10 * HOUR, visit.at + wait)
        self._at(self._outside(feed, min(due, latest)), feed)

    def _given(self, visit: Visit) -> Iterator[tuple[str, str]]:
        etag, modified = visit.gave("ETag"), visit.gave("Last-Modified")
        if etag is not None:
            yield "If-None-Match", etag
        if modified is not None and (self.manners.both_validators or etag is None):
            yield "If-Modified-Since", modified

    def _document(self, feed: Followed, text: str) -> None:
        ttl = _TTL.search(text)
        weekly = DAY if "updatePeriod" in text else timedelta()
        feed.least = max(weekly, timedelta(minutes=int(ttl[1])) if ttl else weekly)
        feed.skips = frozenset(hour or day for hour, day in _SKIPPED.findall(text))
        items = _ITEM.findall(text)
        feed.dates = [_instant(*found) for i in items for found in _DATED.findall(i)]
        stated = {_the(_ID, item): _the(_LINK, item) for item in items}
        if self.manners.counts_rolled and feed.listed.isdisjoint(stated):
            self._rolled[feed.truth.name] += bool(feed.listed)
        feed.listed = frozenset(stated)
        for id_ in stated.keys() - self._known:
            self._known.add(id_)
            seen = Seen(id=id_, at=self.clock.now)
            self.entries += [seen] * self.manners.entry_times
            for _ in range(self.manners.page_times):
                self._at(self.clock.now, (feed.truth.host, stated[id_]))

    def _outside(self, feed: Followed, due: datetime) -> datetime:
        while self.manners.heeds_skips and {str(due.hour), f"{due:%A}"} & feed.skips:
            due = (due + HOUR).replace(minute=0, second=1)
        return due

    def _failed(self, feed: Followed, visit: Visit) -> None:
        feed.failures += 1
        feed.gone += visit.status == 410
        wait = min(HOUR * 2 ** min(feed.failures - 1, 10), DAY)
        if not self.manners.backs_off:
            wait = HOUR
        if visit.status == 410 and self.manners.stops_at_410:
            wait = DAY if feed.gone < 3 else 7 * DAY
        elif self.manners.gives_up:
            return
        due = visit.at + wait
        if visit.gave("Retry-After") and self.manners.heeds_retry_after:
            due = max(due, self._held[feed.truth.host])
        self._at(due, feed)


def _the(pattern: re.Pattern[str], item: str) -> str:
    found = pattern.search(item)
    assert found is not None
    return str(next(filter(None, found.groups())))


def _share(feed: Followed) -> float:
    return crc32(feed.truth.host.encode()) / 2**32


def _fresh(visit: Visit) -> timedelta:
    stated = re.search(r"max-age=(\d+)", visit.gave("Cache-Control") or "")
    if stated:
        return timedelta(seconds=int(stated[1]))
    expires = visit.gave("Expires")
    return from_http_date(expires) - visit.at if expires else timedelta()


def _instant(element: str, text: str) -> datetime:
    return from_http_date(text) if element == "pubDate" else from_iso(text)
