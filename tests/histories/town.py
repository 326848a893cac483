"""A site that plays scripts: it answers each request as the site did at that instant."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from itertools import count

from examples.replies import message
from hozon.nouns.instants import http_date, iso
from tests.histories.scripts import Script, State
from tests.histories.templates import TEMPLATES, Moment
from tests.sites import Reply, Request, Site, not_found, redirect

_CHECK = (
    b"<!doctype html><title>Just a moment...</title><h1>Checking your browser</h1>"
    b"<script src=/cdn-cgi/challenge-platform/h/b/orchestrate/jsch/v1></script>"
)
_CONSENT = (
    b"<!doctype html><title>We value your privacy</title><div id=consent><h1>We value your "
    b"privacy</h1><p>We and our 812 partners store and access information on your device. "
    b"Please accept cookies to continue.</p><form action=/consent><button>Accept all"
    b"</button><button>Reject all</button></form></div>"
)
_NOT_FOUND = (
    b"<!doctype html><title>Page not found</title><h1>Page not found</h1><p>The page you "
    b"were looking for does not exist. It may have been moved or deleted.</p>"
)
_LOGIN = (
    b"<!doctype html><title>Log in</title><h1>Log in</h1><form method=post><label>User"
    b"<input name=user></label><label>Password<input type=password name=password></label>"
    b"<button>Log in</button></form>"
)

_GONE = {
    "404": Reply(_NOT_FOUND, status=404, etag=None),
    "410": Reply(b"<title>Gone</title>", status=410, etag=None),
    "soft": Reply(_NOT_FOUND, etag=None),
    "login": Reply(_LOGIN, status=401, etag=None),
}

_TROUBLE = {
    "503": Reply(b"busy", status=503, etag=None),
    "429": Reply(b"slow down", status=429, etag=None),
    "down": Reply(wire=b""),
    "challenge": Reply(
        _CHECK, status=403, headers=(("cf-mitigated", "challenge"),), etag=None
    ),
    "consent": Reply(_CONSENT, etag=None),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What was served for an article, and when."""

    at: datetime
    path: str
    status: int
    body: bytes


@dataclass(slots=True)
class Town:
    """One site with its articles, its feed, and a log of what it served."""

    scripts: Sequence[Script]
    clock: Callable[[], datetime]
    log: list[Served] = field(default_factory=list)
    moments: "count[int]" = field(default_factory=lambda: count(1))

    def site(self) -> Site:
        """Return the site, to be served."""
        return Site(otherwise=self.answer)

    def answer(self, request: Request) -> Reply:
        """Answer a request as the site does now."""
        now = self.clock()
        if request.path == "/feed.xml":
            return Reply(self._feed(now), media_type="application/rss+xml")
        if request.path == "/robots.txt":
            return Reply(self._robots(now), media_type="text/plain")
        if request.path == "/":
            return Reply(self._home(now), etag=None)
        for script in self.scripts:
            state = script.at(now)
            if state is not None and request.path in {script.path, state.path}:
                reply = self._article(request, state, script.manner)
                return self._logged(request, reply, now)
        return not_found(request)

    def _logged(self, request: Request, reply: Reply, now: datetime) -> Reply:
        wire = message(reply, request)
        status = int(wire.split(b" ", 2)[1]) if wire else 0
        self.log.append(
            Served(at=now, path=request.path, status=status, body=reply.body)
        )
        return reply

    def _article(self, request: Request, state: State, manner: str) -> Reply:
        if state.trouble:
            return _TROUBLE[state.trouble]
        if state.away:
            return self._away(request, state)
        if request.path != state.path:
            return redirect(state.path, status=state.moved)
        moment = Moment(next(self.moments) if manner == "noisy" else 7)
        body = self.shown(state, moment)
        return Reply(body, etag=None if manner == "bare" else "auto")

    def shown(self, state: State, moment: Moment) -> bytes:
        """Return the article's page as the site shows it at a moment."""
        html = TEMPLATES[state.template](state.article, moment)
        return (_walled(html) if state.is_walled else html).encode()

    def _away(self, request: Request, state: State) -> Reply:
        match state.away:
            case "home":
                return redirect("/", status=302)
            case "replaced":
                return Reply(_another(state), etag=None)
            case kind:
                return _GONE.get(kind) or not_found(request)

    def _feed(self, now: datetime) -> bytes:
        items = []
        for script in self.scripts:
            state = script.at(now)
            if state is None:
                continue
            updated = script.edited_at(now) if script.tells else None
            said = f"<atom:updated>{iso(updated)}</atom:updated>" if updated else ""
            items.append(
                f"<item><title>{escape(script.article.title)}</title>"
                f"<link>{script.path}</link><guid>{script.path}</guid>"
                f"<pubDate>{http_date(script.born_at)}</pubDate>{said}</item>"
            )
        return (
            '<?xml version="1.0"?><rss version="2.0" '
            'xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Town</title>'
            f"<link>/</link><description>.</description>{''.join(items)}</channel></rss>"
        ).encode()

    def _robots(self, now: datetime) -> bytes:
        closed = [
            script.path
            for script in self.scripts
            if (state := script.at(now)) and state.away == "robots"
        ]
        rules = "".join(f"Disallow: {path}\n" for path in closed)
        return f"User-agent: *\nDisallow: /never\n{rules}".encode()

    def _home(self, now: datetime) -> bytes:
        teasers = "".join(
            f"<h2><a href={s.path}>{escape(s.article.title)}</a></h2>"
            f"<p>{escape(s.article.blocks[0])}</p>"
            for s in self.scripts
            if s.born_at <= now
        )
        return (
            f"<!doctype html><title>The Town</title><h1>The Town</h1>{teasers}"
            f"<p>{Moment(next(self.moments)).tip()}</p>"
        ).encode()


def _walled(html: str) -> str:
    """Return the page as those see it who have not paid: its beginning, and an offer."""
    paragraphs = html.split("<p>")
    kept = max(2, len(paragraphs) // 2)
    offer = (
        '<script type="application/ld+json">{"@type": "NewsArticle", '
        '"isAccessibleForFree": false}</script><div class=paywall><p>To read on, '
        "subscribe from £1 a week.</p><a href=/subscribe>Subscribe</a></div>"
    )
    return f"{'<p>'.join(paragraphs[:kept])}{offer}</body></html>"


def _another(state: State) -> bytes:
    title = "十台の自転車" if state.article.is_japanese else "Ten bicycles for sale"
    text = (
        "古い校舎に残されていた自転車が十台、土曜の朝から売りに出される。値段は一台二千円からである。"
        if state.article.is_japanese
        else "Ten bicycles that were left at the old school are for sale on Saturday "
        "morning, from twenty pounds each, says the caretaker who has mended all of them."
    )
    body = f"<p>{text}</p>" * 6
    return (
        f"<!doctype html><title>{title}</title><article><h1>{title}</h1>{body}</article>"
    ).encode()
