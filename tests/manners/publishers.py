"""Publishers with habits: what each answers at an instant of simulated time.

A publisher knows no clock and no network: `Publisher.answer` is given both the request
and the instant. See `tests.manners.cast` for who there is, and why.
"""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from hozon.nouns.instants import http_date, iso
from tests.manners import documents
from tests.manners.evidence import SLACK, Article, Truth
from tests.sites import Fields, Reply, Request

OPEN = b"User-agent: *\nAllow: /\n"
COOKIE = ("Set-Cookie", "visitor=42; Path=/; Max-Age=99999999")
"""Who sends it back has let himself be tracked."""

RSS = "application/rss+xml; charset=utf-8"
HTML = "text/html; charset=utf-8"

DateForm = Literal["imf", "asctime", "rfc850"]
"""The three forms of an HTTP date (RFC 9110 §5.6.7)."""

Wish = Callable[[datetime], str]
"""Writes a Retry-After, given the instant."""


def seconds(number: int) -> Wish:
    """Wish to be left alone for so many seconds."""
    return lambda _: str(number)


def date(wait: timedelta, form: DateForm) -> Wish:
    """Wish to be left alone until an HTTP date in one of its forms."""
    forms = {"rfc850": "%A, %d-%b-%y %H:%M:%S GMT", "asctime": "%a %b %e %H:%M:%S %Y"}

    def written(now: datetime) -> str:
        until = now + wait
        return http_date(until) if form == "imf" else until.strftime(forms[form])

    return written


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in which a publisher answers with `status`, whatever it is asked."""

    begins: datetime
    ends: datetime
    status: int
    _: KW_ONLY
    wish: Wish | None = None
    pages_too: bool = True

    def reply(self, now: datetime) -> Reply:
        """Return the answer of this time."""
        wished = () if self.wish is None else (("Retry-After", self.wish(now)),)
        body = f"<!doctype html><title>{self.status}</title>".encode()
        return Reply(body, status=self.status, headers=wished, etag=None)


@dataclass(slots=True, kw_only=True)
class Publisher:
    """A publisher of one feed and its articles, who does all as it should be done.

    The document lists the latest `window` articles. `channel` writes more into its
    head; `headers` go with each answer that the feed gives. `dated` is whether there is
    a Last-Modified: that of the latest article, or one that is ``stuck`` for ever.
    Publishers of one `house` share a host.
    """

    truth: Truth
    window: int = 20
    house: str = ""
    writes: Literal["rss", "atom"] = "rss"
    channel: Callable[[datetime], str] = lambda _: ""
    headers: Callable[[datetime], Fields] = lambda _: ()
    tagged: bool = True
    dated: Literal["yes", "no", "stuck"] = "no"
    gzip: bool = False
    robots: bytes = OPEN
    latency_s: float = 0.0
    spells: tuple[Spell, ...] = ()
    _pages: dict[str, Article] = field(init=False)

    def __post_init__(self) -> None:
        self._pages = {article.path: article for article in self.truth.articles}

    def answer(self, request: Request, now: datetime) -> Reply | None:
        """Return the answer at an instant; None for what this publisher has not got."""
        article = self._pages.get(request.target)
        if article is None and request.target not in self._documents:
            return None
        for spell in self.spells:
            if spell.begins <= now < spell.ends and (
                article is None or spell.pages_too
            ):
                return spell.reply(now)
        if article is None:
            reply = self.feed(request, now)
            return reply and replace(reply, latency_s=self.latency_s)
        return self._page(article) if article.at <= now else None

    def feed(self, request: Request, now: datetime) -> Reply | None:
        """Return the answer to a request for a target of the feed."""
        return self.document(now) if request.target == self.truth.path else None

    def document(self, now: datetime) -> Reply:
        """Return the feed document as of an instant."""
        articles = self.listed(now)
        dated = None if self.dated == "no" else self._dated(articles)
        return Reply(
            self._written(articles, now),
            media_type=RSS if self.writes == "rss" else "application/atom+xml",
            headers=(COOKIE, *self.headers(now)),
            etag="auto" if self.tagged else None,
            last_modified=dated,
            gzip=self.gzip,
        )

    def listed(self, now: datetime) -> Sequence[Article]:
        """Return the articles that the document lists, newest first."""
        published = [a for a in self.truth.articles if a.at <= now]
        return published[: -self.window - 1 : -1]

    def _page(self, article: Article) -> Reply:
        return Reply(documents.page(article), media_type=HTML, headers=(COOKIE,))

    @property
    def _documents(self) -> tuple[str, ...]:
        return tuple(path for _, path in self.truth.targets)

    def _written(self, articles: Sequence[Article], now: datetime) -> bytes:
        if self.writes == "atom":
            return documents.atom(self.truth.name, articles)
        return documents.rss(self.truth.name, articles, channel=self.channel(now))

    def _dated(self, articles: Sequence[Article]) -> datetime:
        return (articles[0] if self.dated == "yes" else self.truth.articles[0]).at


@dataclass(slots=True, kw_only=True)
class Literal304(Publisher):
    """Answers 304 only to the very bytes it gave as Last-Modified, in an old form."""

    def feed(self, request: Request, now: datetime) -> Reply | None:
        """Compare as text: a date that was read and written anew is another one."""
        at = self.listed(now)[0].at
        given = ("Last-Modified", at.strftime("%A, %d-%b-%y %H:%M:%S GMT"))
        reply = replace(self.document(now), headers=(COOKIE, given))
        if request.header("If-Modified-Since") == given[1]:
            return replace(reply, body=b"", status=304, media_type=None)
        return reply


@dataclass(slots=True, kw_only=True)
class Liar(Publisher):
    """Has one ETag for all documents, and believes it."""

    etag: str = '"stuck-2026"'

    def feed(self, request: Request, now: datetime) -> Reply | None:
        """Answer 304 to whoever asks conditionally, whatever has changed."""
        headers = (COOKIE, ("ETag", self.etag))
        reply = replace(self.document(now), etag=None, headers=headers)
        asked = request.header("If-None-Match") or request.header("If-Modified-Since")
        if asked is not None:
            return replace(reply, body=b"", status=304, media_type=None)
        return reply


@dataclass(slots=True, kw_only=True)
class Moving(Publisher):
    """Redirects from `Truth.path` to `Truth.moved_to` once `moves_at` has come."""

    moves_at: datetime
    status: int

    def feed(self, request: Request, now: datetime) -> Reply | None:
        """Answer at the old place until then, and at the new one from then on."""
        here = request.target == self.truth.path
        if here and now >= self.moves_at:
            return leading(request, self.truth, self.status)
        return self.document(now) if here or now >= self.moves_at else None


@dataclass(slots=True, kw_only=True)
class Flapping(Publisher):
    """Redirects permanently for two polls by mistake; the new place is gone then."""

    moves_at: datetime
    led: list[datetime] = field(default_factory=list)

    def feed(self, request: Request, now: datetime) -> Reply | None:
        """Lead away twice; whoever was led just now finds the document there."""
        if request.target != self.truth.path:
            led_now = bool(self.led) and now - self.led[-1] < SLACK
            return self.document(now) if led_now else None
        if now >= self.moves_at and len(self.led) < 2:
            self.led.append(now)
            return leading(request, self.truth, 301)
        return self.document(now)


def leading(request: Request, truth: Truth, status: int) -> Reply:
    """Return a redirect to where a feed has moved to."""
    location = f"http://{request.header('Host')}{truth.moved_to}"
    return Reply(
        status=status,
        media_type=None,
        headers=(("Location", location), COOKIE),
        etag=None,
    )


def churning(now: datetime) -> str:
    """Write what changes each time and says nothing."""
    return f"<lastBuildDate>{http_date(now)}</lastBuildDate><!-- {iso(now)} -->"
