"""TimeMaps (RFC 7089 §5) in three formats, in pages where there are very many mementos.

Pages are told apart by the instant they begin at, which stands in their URIs before the
original's. Each names the next one (``rel="timemap"``, §5.1) with its first instant.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hozon.nouns.instants import http_date, iso, timestamp
from hozon.nouns.model import Capture
from hozon.serving import memento

MEDIA_TYPES: Mapping[str, str] = {
    "link": "application/link-format; charset=utf-8",
    "json": "application/json",
    "cdxj": "application/cdxj+ors; charset=utf-8",
}
_LINK_FORMAT = "application/link-format"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timemap:
    """A page of the mementos of `original`, oldest first, as it is found below `base`.

    `since` is where it begins (None: it is the first), `next_at` where the next one
    does (None: it is the last).
    """

    base: str
    original: str
    captures: Sequence[Capture]
    since: datetime | None = None
    next_at: datetime | None = None

    def written(self, form: str) -> str:
        """Return it in one of the formats of `MEDIA_TYPES`."""
        if form == "json":
            return json.dumps(self._json(), ensure_ascii=False) + "\n"
        return self._cdxj() if form == "cdxj" else self._link()

    def _uri(self, form: str, since: datetime | None) -> str:
        page = f"{timestamp(since)}/" if since else ""
        return f"{self.base}/web/timemap/{form}/{page}{memento.linked(self.original)}"

    @property
    def _timegate(self) -> str:
        return f"{self.base}/web/{memento.linked(self.original)}"

    def _relation(self, position: int) -> str:
        first = "first " if position == 0 and self.since is None else ""
        is_last = position == len(self.captures) - 1 and self.next_at is None
        return f"{first}{'last ' if is_last else ''}memento"

    def _link(self) -> str:
        lines = [
            f'<{memento.linked(self.original)}>; rel="original"',
            f'<{self._uri("link", self.since)}>; rel="self"; type="{_LINK_FORMAT}"'
            + self._span(),
            f'<{self._timegate}>; rel="timegate"',
            *(
                f'<{self._uri("link", at)}>; rel="timemap"; type="{_LINK_FORMAT}"{since}'
                for at, since in self._pages()
            ),
            *(
                f'<{memento.uri_m(self.base, c)}>; rel="{self._relation(n)}"; '
                f'datetime="{http_date(c.captured_at)}"'
                for n, c in enumerate(self.captures)
            ),
        ]
        return ",\n".join(lines) + "\n"

    def _span(self) -> str:
        if not self.captures:
            return ""
        since, until = (http_date(self.captures[n].captured_at) for n in (0, -1))
        return f'; from="{since}"; until="{until}"'

    def _pages(self) -> list[tuple[datetime | None, str]]:
        """Return the first page and the next one, where this is neither."""
        first = [] if self.since is None else [(None, "")]
        if self.next_at is None:
            return [*first]
        return [*first, (self.next_at, f'; from="{http_date(self.next_at)}"')]

    def _timemaps(self) -> dict[str, str]:
        return {f"{form}_format": self._uri(form, self.since) for form in MEDIA_TYPES}

    def _json(self) -> dict[str, Any]:
        listed = [
            {"datetime": iso(c.captured_at), "uri": memento.uri_m(self.base, c)}
            for c in self.captures
        ]
        ends = {
            name: one
            for name, one, has in (
                ("first", listed[:1], self.since is None),
                ("last", listed[-1:], self.next_at is None),
            )
            if has and one
        }
        following = self._uri("json", self.next_at) if self.next_at else None
        return {
            "original_uri": self.original,
            "self": self._uri("json", self.since),
            "timegate_uri": self._timegate,
            "timemap_uri": self._timemaps(),
            "mementos": {"list": listed, **{n: one[0] for n, one in ends.items()}},
            **({"next": following} if following else {}),
        }

    def _cdxj(self) -> str:
        following = self._uri("cdxj", self.next_at) if self.next_at else None
        said: list[tuple[str, Any]] = [
            ("!context", ["http://tools.ietf.org/html/rfc7089"]),
            ("!id", {"uri": self._uri("cdxj", self.since)}),
            ("!keys", ["memento_datetime_YYYYMMDDhhmmss"]),
            ("!meta", {"original_uri": self.original}),
            ("!meta", {"timegate_uri": self._timegate}),
            ("!meta", {"timemap_uri": self._timemaps()}),
            *([("!meta", {"next": following})] if following else []),
            *(
                (
                    timestamp(c.captured_at),
                    {
                        "uri": memento.uri_m(self.base, c),
                        "rel": self._relation(n),
                        "datetime": http_date(c.captured_at),
                    },
                )
                for n, c in enumerate(self.captures)
            ),
        ]
        return "".join(f"{k} {json.dumps(v, ensure_ascii=False)}\n" for k, v in said)
