"""What a response's header fields ask of us and tell us. Pure."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from hozon.nouns import uris
from hozon.nouns.errors import Misuse
from hozon.nouns.instants import from_http_date
from hozon.nouns.model import Exchange, Headers

_LONGEST_VALIDATOR = 1024
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,10})")
_LONGEST_LINKS = 16_384
_LINK = re.compile(r"<([^<>]*)>((?:[^<>\",]++|\"[^\"]*+\")*+)")
_PARAMETER = re.compile(r";\s*([\w*-]+)\s*=\s*(?:\"([^\"]*)\"|([^\s\";,]+))")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that say something of the server's day and nothing of the resource."""


def retry_after_s(exchange: Exchange, *, now: datetime) -> float | None:
    """Return the wish of a Retry-After field in seconds (RFC 9110 §10.2.3), or None.

    Seconds or any of the three HTTP dates; a date in the past is no wish.
    """
    stated = (exchange.header("retry-after") or "").strip()
    if stated.isascii() and stated.isdecimal():
        return float(stated[:10])
    if not stated:
        return None
    try:
        return max(0.0, (from_http_date(stated) - now).total_seconds())
    except Misuse:
        return None


def permanent_target(exchanges: Sequence[Exchange]) -> str | None:
    """Return where a chain led, if every redirect on the way was permanent (301, 308)."""
    redirects = [exchange.status for exchange in exchanges[:-1]]
    if redirects and {301, 308}.issuperset(redirects):
        return exchanges[-1].target_uri
    return None


def fresh_s(exchange: Exchange) -> float:
    """Return for how many seconds an answer stays fresh, 0 if unsaid (`freshness_s`)."""
    return freshness_s(exchange.headers)


def freshness_s(fields: Headers) -> float:
    """Return for how many seconds an answer with these header fields stays fresh
    (RFC 9111 §4.2), 0 if unsaid.

    ``max-age`` less ``Age`` comes before ``Expires`` less ``Date``; ``no-cache`` and
    ``no-store`` say nothing of when to come back, and so does rubbish.
    """
    # The first value of each counts.
    said = {name.lower(): value for name, value in reversed(fields)}
    directives = said.get("cache-control", "").lower()
    if "no-cache" in directives or "no-store" in directives:
        return 0.0
    if stated := _MAX_AGE.search(directives):
        age = said.get("age", "").strip()
        return max(0.0, float(stated[1]) - (float(age[:10]) if age.isdecimal() else 0))
    if not said.get("expires"):
        return 0.0
    try:
        expires = from_http_date(said["expires"])
        date = from_http_date(said.get("date", ""))
    except Misuse:
        return 0.0
    return max(0.0, (expires - date).total_seconds())


def validator(exchange: Exchange, name: str) -> str | None:
    """Return a validator exactly as sent; None where there is none that can be sent back.

    That is one of more than 1 KB, or with control characters in it.
    """
    return _usable(exchange.header(name))


def validators(fields: Headers) -> Headers:
    """Return the request fields that ask conditionally for what came with these fields."""
    given = {name.lower(): value for name, value in reversed(fields)}
    asked = (
        ("If-None-Match", _usable(given.get("etag"))),
        ("If-Modified-Since", _usable(given.get("last-modified"))),
    )
    return tuple((name, value) for name, value in asked if value is not None)


def _usable(stated: str | None) -> str | None:
    if not stated or len(stated) > _LONGEST_VALIDATOR or _CONTROL.search(stated):
        return None
    return stated


def links(exchange: Exchange, relation: str) -> Iterator[str]:
    """Yield where the Link fields of an answer lead for a relation (RFC 8288), each once.

    Relative to the URI that answered; what is no http(s) URI is passed over.
    """
    stated = [v for name, v in exchange.headers if name.lower() == "link"]
    found: set[str] = set()
    for target, parameters in _LINK.findall(", ".join(stated)[:_LONGEST_LINKS]):
        if relation in _relations(parameters):
            with suppress(Misuse):
                uri = uris.lenient(target, base=exchange.target_uri)
                if uri not in found:
                    found.add(uri)
                    yield uri


def _relations(parameters: str) -> list[str]:
    """Return the relations of a link; only the first ``rel`` counts (RFC 8288 §3.3)."""
    named = _PARAMETER.findall(parameters)
    stated = (quoted or bare for name, quoted, bare in named if name.lower() == "rel")
    return next(stated, "").lower().split()


def media_type(exchange: Exchange) -> str:
    """Return the lower-case media type without parameters, ``""`` where none is named."""
    return (exchange.header("content-type") or "").partition(";")[0].strip().lower()
