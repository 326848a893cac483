"""Rules about what a request says: validators, codings, and who is asking."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.manners.evidence import SLACK, Evidence, Visit

WHOLE_AFTER = timedelta(hours=24)
"""How often a server that gives validators may be asked for everything again."""

_PRODUCT = re.compile(r"[A-Za-z][\w.-]*/\d[\w.]* \(.*(?:https?://\S+|\S+@\S+).*\)")


@dataclass(slots=True)
class _Standing:
    """The validators that stand for one target, as a careful client keeps them."""

    etag: str | None = None
    last_modified: str | None = None
    required: bool = False
    whole_at: datetime | None = None

    def take(self, visit: Visit) -> None:
        """Learn from an answer: 200 replaces both, 304 each that it carries."""
        if visit.status == 200:
            self.etag, self.last_modified = (
                visit.gave("ETag"),
                visit.gave("Last-Modified"),
            )
            if not visit.conditional:
                self.whole_at = visit.at
        elif visit.status == 304:
            self.etag = visit.gave("ETag") or self.etag
            self.last_modified = visit.gave("Last-Modified") or self.last_modified
        if visit.status in {200, 304}:
            self.required = bool(self.etag or self.last_modified)
        elif 300 <= visit.status < 400:
            self.required = False  # the document is elsewhere now


def asks_conditionally(evidence: Evidence) -> Iterator[str]:
    """Where a validator was given, it is sent; but for one whole answer in 24 hours."""
    for target in evidence.feed_targets:
        standing = _Standing()
        for visit in evidence.by_target.get(target, ()):
            recent = (
                standing.whole_at and visit.at - standing.whole_at < WHOLE_AFTER - SLACK
            )
            if standing.required and recent and not visit.conditional:
                yield f"{visit}: no validator, the last whole answer is of today"
            standing.take(visit)


def repeats_validators_exactly(evidence: Evidence) -> Iterator[str]:
    """Both validators go back, byte for byte as they came last."""
    for target in evidence.feed_targets:
        standing = _Standing()
        for visit in evidence.by_target.get(target, ()):
            if visit.conditional:
                yield from _differences(visit, standing)
            standing.take(visit)


def _differences(visit: Visit, standing: _Standing) -> Iterator[str]:
    for name, stands in (
        ("If-None-Match", standing.etag),
        ("If-Modified-Since", standing.last_modified),
    ):
        sent = visit.asked(name)
        if sent != stands:
            yield f"{visit}: {name} is {sent!r}, what was given last is {stands!r}"


def accepts_gzip(evidence: Evidence) -> Iterator[str]:
    """Every request accepts gzip."""
    for visit in evidence.visits:
        if not re.search(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\b)", _said(visit)):
            yield f"{visit}: Accept-Encoding is {_said(visit)!r}"


def _said(visit: Visit) -> str:
    return (visit.asked("Accept-Encoding") or "").lower()


def sends_no_cookie_and_no_referer(evidence: Evidence) -> Iterator[str]:
    """Nothing is sent by which a reader could be followed."""
    for visit in evidence.visits:
        for name in ("Cookie", "Referer"):
            if visit.asked(name) is not None:
                yield f"{visit}: {name}: {visit.asked(name)}"


def says_who_it_is(evidence: Evidence) -> Iterator[str]:
    """The User-Agent has name and version, and how to reach the operator."""
    for visit in evidence.visits:
        said = visit.asked("User-Agent") or ""
        if not _PRODUCT.match(said):
            yield f"{visit}: User-Agent is {said!r}"


def asks_only_what_is_offered(evidence: Evidence) -> Iterator[str]:
    """No target is made up: no added query, no guess; robots.txt is everybody's."""
    offered = evidence.feed_targets | evidence.articles.keys()
    for visit in evidence.visits:
        if visit.target != "/robots.txt" and (visit.host, visit.target) not in offered:
            yield f"{visit}: nobody has named this target"
