"""What a CDX query asks for, read from its parameters."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, get_args

from hozon.cdx import collapsing, fields, filters, resuming
from hozon.cdx.collapsing import Collapse
from hozon.cdx.filters import Filter
from hozon.cdx.scope import Scope, scope
from hozon.nouns import instants
from hozon.nouns.errors import Misuse
from hozon.nouns.places import Place

Output = Literal["text", "json", "cdxj"]
Order = Literal["ascending", "reverse", "closest"]

LINES = 3000
"""Captures in a block, of which ``pageSize`` says how many make a page: clients count
on the number of the Internet Archive.
"""
MOST_BLOCKS = 3
_MOST = 10**9
_NUMBER = re.compile(r"-?[0-9]{1,10}")
_DIGITS = re.compile(r"[0-9]{1,14}")
_FIRST, _LAST = "00000101000000", "99991231235959"
_REPEATED = {"filter": re.compile(r"filter\d*"), "collapse": re.compile(r"collapse\d*")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question to the index of captures.

    `since` is inclusive, `until` exclusive. `last`: of more than `limit` the last ones
    are wanted. `page` is the number of a page of `page_captures` captures before any of
    them is filtered out; `counts_pages` asks for the number of pages only. `after` and
    `collapsed` are where an earlier answer ended.
    """

    scope: Scope
    since: datetime | None = None
    until: datetime | None = None
    filters: tuple[Filter, ...] = ()
    collapses: tuple[Collapse, ...] = ()
    order: Order = "ascending"
    closest: datetime | None = None
    limit: int | None = None
    last: bool = False
    offset: int = 0
    page: int | None = None
    page_captures: int = LINES
    counts_pages: bool = False
    after: Place | None = None
    collapsed: list[str] = field(default_factory=list)
    shows_key: bool = False
    resolves: bool = False
    output: Output = "text"
    fields: tuple[str, ...] = fields.IA


class Parameters:
    """The parameters of a query as they came: decoded, in order, names repeated."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._pairs = list(pairs)

    def first(self, *names: str) -> str | None:
        """Return the first value under one of the names; empty ones count as absent."""
        return next((v for k, v in self._pairs if k in names and v), None)

    def every(self, name: str) -> Sequence[str]:
        """Return all values of a name that may be repeated, also as ``name0 name1 …``."""
        numbered = _REPEATED[name]
        return [v for k, v in self._pairs if numbered.fullmatch(k) and v]

    def flag(self, name: str) -> bool:
        """Tell whether a parameter is ``true`` or ``1``."""
        return (self.first(name) or "").lower() in {"true", "1"}

    def number(self, name: str, *, least: int, most: int = _MOST) -> int | None:
        """Return a whole number, None where it is not stated, or raise `Misuse`."""
        stated = self.first(name)
        if stated is None:
            return None
        if not _NUMBER.fullmatch(stated) or not least <= int(stated) <= most:
            raise Misuse(f"{name} is a number from {least} to {most}: {stated!r:.50}")
        return int(stated)


def query(pairs: Iterable[tuple[str, str]]) -> Query:
    """Return what the parameters ask for, or raise `Misuse` with what would be right.

    Parameters that are not known are passed over.
    """
    said = Parameters(pairs)
    limit = said.number("limit", least=-_MOST)
    if limit == 0:
        raise Misuse("limit=0 asks for nothing; leave it out, or take 1 or more")
    after, collapsed = _resumed(said.first("resumeKey"))
    closest = said.first("closest")
    return _consistent(
        Query(
            scope=scope(said.first("url") or "", said.first("matchType")),
            since=earliest(said.first("from", "from_ts")),
            until=_behind(said.first("to")),
            filters=filters.filters(said.every("filter")),
            collapses=collapsing.collapses(
                said.every("collapse"), said.first("collapseTime")
            ),
            order=_order(said, closest),
            closest=earliest(closest),
            limit=None if limit is None else abs(limit),
            last=limit is not None and limit < 0,
            offset=said.number("offset", least=0) or 0,
            page=said.number("page", least=0),
            page_captures=_page_captures(said),
            counts_pages=said.flag("showNumPages"),
            after=after,
            collapsed=collapsed,
            shows_key=said.flag("showResumeKey"),
            resolves=said.flag("resolveRevisits"),
            output=(output := _output(said.first("output"))),
            fields=_fields(said, output),
        )
    )


def _consistent(asked: Query) -> Query:
    """Return the query, or raise `Misuse` for wishes that exclude each other.

    Around many URIs nothing is closest: pywb asks so all the same, and sorts itself.
    """
    if asked.order == "closest" and not asked.scope.exact:
        return replace(asked, order="ascending")
    if asked.page is not None and (asked.last or asked.order != "ascending"):
        raise Misuse("pages are in ascending order: leave out page, sort or the minus")
    if asked.after and (asked.last or asked.order == "closest"):
        raise Misuse("such an answer has no next one: leave out resumeKey")
    return asked


def earliest(digits: str | None) -> datetime | None:
    """Return the first instant that 1 to 14 digits of a timestamp name, or `Misuse`."""
    if digits is None:
        return None
    if not _DIGITS.fullmatch(digits):
        raise Misuse(f"not a timestamp of up to 14 digits: {digits!r:.50}")
    return instants.from_timestamp(digits + _FIRST[len(digits) :])


def _behind(digits: str | None) -> datetime | None:
    """Return the first instant after all that the digits name: 2026 ends with 2027."""
    if digits is None:
        return None
    if not _DIGITS.fullmatch(digits):
        raise Misuse(f"not a timestamp of up to 14 digits: {digits!r:.50}")
    full = digits + _LAST[len(digits) :]
    for day in ("", "30", "29", "28"):
        last = full[:6] + (day or full[6:8]) + full[8:]
        try:
            return instants.from_timestamp(last) + timedelta(seconds=1)
        except OverflowError:
            return None
        except Misuse:
            if len(digits) > 7:
                raise
    raise Misuse(f"no such instant: {digits!r:.50}")


def _order(said: Parameters, closest: str | None) -> Order:
    sort = said.first("sort")
    if sort not in {None, "default", *get_args(Order)}:
        raise Misuse(f"sort is closest or reverse, not {sort!r:.50}")
    if closest and sort in {None, "closest"}:
        return "closest"
    if sort == "reverse" or said.flag("reverse"):
        return "reverse"
    return "ascending"


def _page_captures(said: Parameters) -> int:
    blocks = said.number("pageSize", least=0, most=_MOST) or 1
    return LINES * min(blocks, MOST_BLOCKS)


def _resumed(key: str | None) -> tuple[Place | None, list[str]]:
    return (None, []) if key is None else resuming.resumed(key)


def _output(stated: str | None) -> Output:
    for each in get_args(Output):
        if stated in {None, each}:
            found: Output = each
            return found
    raise Misuse(f"output is one of {', '.join(get_args(Output))}, not {stated!r:.50}")


def _fields(said: Parameters, output: Output) -> tuple[str, ...]:
    if stated := said.first("fl", "fields"):
        return fields.names(stated.split(","))
    own = {"text": fields.IA, "json": fields.PLACED, "cdxj": fields.PYWB}[output]
    return (*own, *(fields.ORIGINALS if said.flag("resolveRevisits") else ()))
