"""A request as the routes see it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from hozon.nouns.archive import Archive
from hozon.web import words
from hozon.web.words import Language

_MOST_FIELDS = 50
_HOST = re.compile(r"(?:[A-Za-z0-9._~-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")
_CODING = re.compile(r"\s*([a-z-]+)\s*(?:;\s*q=([0-9.]{1,5})\s*)?", re.IGNORECASE)


@dataclass(slots=True)
class Outlet:
    """Takes the body of an answer in pieces, where whoever serves can send it so."""

    pieces: Iterator[bytes] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """Where replays are shown: an origin (``https://host``), or only the port of one at
    the same host (``:8081``); nothing: nowhere. `runs`: full replays are offered.
    """

    origin: str = ""
    runs: bool = False

    def at(self, base: str) -> str:
        """Return the origin, for a request to the pages' origin `base`."""
        if not self.origin.startswith(":"):
            return self.origin.rstrip("/")
        return re.sub(r":\d{1,5}\Z", "", base) + self.origin if base else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, with the archive it is for. `path` and `query` are not decoded.

    `is_signed_in` tells whether a person has signed in for it (`hozon.web.signin`).
    `base` is what our URIs begin with: nothing, where the request names no host that
    could be one, for what it names instead must not get into an answer. `replay` is the
    replay's origin; nothing: there is none. `runs_replays`: it may run their scripts, too.
    """

    event: dict[str, Any]
    archive: Archive
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    base: str
    largest: int
    outlet: Outlet | None = None
    is_signed_in: bool = False
    replay: str = ""
    runs_replays: bool = False

    @classmethod
    def of(
        cls,
        event: Mapping[str, Any],
        archive: Archive,
        *,
        largest: int,
        outlet: Outlet | None = None,
        replay: "Replay | None" = None,
    ) -> "Request":
        """Read a function URL event (payload format 2.0); HEAD is turned into GET."""
        there = replay or Replay()
        fields = {k.lower(): v for k, v in (event.get("headers") or {}).items()}
        http = event["requestContext"]["http"]
        method = "GET" if http["method"] == "HEAD" else http["method"]
        as_get = {**event["requestContext"], "http": {**http, "method": method}}
        query = event.get("rawQueryString") or ""
        return cls(
            event={
                **event,
                "requestContext": as_get,
                "queryStringParameters": dict(_parameters(query)),
            },
            archive=archive,
            method=http["method"],
            path=event["rawPath"],
            query=query,
            headers=fields,
            base=_base(fields),
            largest=largest,
            outlet=outlet,
            replay=there.at(_base(fields)),
            runs_replays=there.runs,
        )

    def parameter(self, name: str) -> str | None:
        """Return the first value of a query parameter, decoded, or None."""
        return next((v for k, v in _parameters(self.query) if k == name and v), None)

    @property
    def codings(self) -> frozenset[str]:
        """The content codings that the reader accepts by name (RFC 9110 §12.5.3).

        Who names none gets none: most who do not are not prepared for any.
        """
        stated = self.headers.get("accept-encoding", "").split(",")
        read = [found for each in stated if (found := _CODING.fullmatch(each))]
        refused = frozenset({"0", "0.", "0.0", "0.00", "0.000"})
        return frozenset(one[1].lower() for one in read if one[2] not in refused)

    @property
    def language(self) -> Language:
        """The language of the interface: the reader's choice, else the browser's."""
        chosen = self.chosen_language
        return chosen or words.preferred(self.headers.get("accept-language", ""))

    @property
    def chosen_language(self) -> Language | None:
        """The language that the reader has chosen by ``lang``, which links carry on."""
        wanted = (self.parameter("lang") or "").lower().partition("-")[0]
        return next((each for each in words.LANGUAGES if each == wanted), None)


def _base(fields: Mapping[str, str]) -> str:
    host = fields.get("host", "localhost")
    scheme = "http" if fields.get("x-forwarded-proto") == "http" else "https"
    return f"{scheme}://{host}" if _HOST.fullmatch(host) else ""


@lru_cache(maxsize=64)
def _parameters(query: str) -> tuple[tuple[str, str], ...]:
    """Read a query ourselves: what Lambda makes of it joins values with commas."""
    try:
        return tuple(parse_qsl(query, max_num_fields=_MOST_FIELDS))
    except ValueError:
        return ()
