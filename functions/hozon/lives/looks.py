"""What one look at an article found, judged by what came and by what is on record. Pure."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from hozon.changes import (
    Change,
    Reading,
    compare,
    is_other,
    is_part_of,
)
from hozon.nouns import uris
from hozon.nouns.errors import Misuse
from hozon.nouns.findings import Finding, Outcome
from hozon.nouns.model import ACCEPTED, Kind, Snapshot, Verdict
from hozon.nouns.uris import Uri
from hozon.reading.homes import is_home

_OF_KIND: Mapping[Kind, Outcome] = {
    "challenge": "blocked",
    "consent": "blocked",
    "error": "failing",
    "login": "withdrawn",
    "missing": "soft-404",
    "parked": "replaced",
    "shell": "blocked",
}
_OF_STATUS: Mapping[int, Outcome] = {404: "missing", 410: "gone-410", 451: "withdrawn"}
_MOVED_LIKE = 0.5
"""A redirect is followed as the same article where less of the text than this is other."""

_BARE_PATH = re.compile(
    r";[^/]*|/(?:amp|index\.\w{2,5})/?$|\.amp(?=\.html?$)|/+$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What stands there now, where it is to be compared with what is on record.

    `page_uri` is where the redirects ended, `kind` the verdict on what came.
    """

    reading: Reading
    page_uri: str
    kind: Kind = "article"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a look comes to: the outcome, with the change where it is ``changed``.

    `better` says that the page shows more of the article than the one on record, though
    nobody has edited it: it is worth a snapshot.
    """

    outcome: Outcome
    reason: str | None = None
    change: Change | None = None
    better: bool = False


def absence(
    verdict: Verdict, status: int, *, link: str, page_uri: str
) -> Judgement | None:
    """Return what a page that is no article comes to; None: it may be the article."""
    if verdict.kind in ACCEPTED and status < 400:
        return None
    outcome = _OF_KIND.get(verdict.kind, "failing")
    if outcome != "blocked":
        outcome = _OF_STATUS.get(status, outcome)
    if outcome == "soft-404" and _is_led_home(link, page_uri):
        outcome = "redirected-home"
    return Judgement(outcome=outcome, reason=verdict.reason)


def replaced(before: Sight, now: Sight) -> Judgement:
    """Return what it comes to that a document stands there with other bytes in it."""
    change = compare(before.reading, now.reading)
    if not before.reading.text or not now.reading.text:
        change = Change(kind="rewrite", size=1.0)
    if change is None:
        return Judgement(outcome="same")
    return Judgement(outcome="changed", change=change)


def judged(
    before: Sight, now: Sight, *, link: str, common: Collection[str] = ()
) -> Judgement:
    """Return what the comparison with what is on record comes to.

    `common` are sentences, folded, that other pages of the site have as well: they are
    the site's, not the article's.
    """
    change = compare(before.reading, now.reading, common=common)
    elsewhere = _elsewhere(before, now, link)
    if change is not None:
        return _differing(before, now, change, link=link, elsewhere=elsewhere)
    if elsewhere is not None:
        return Judgement(outcome="moved", reason=f"it is at {elsewhere} now")
    return Judgement(outcome="same")


def _differing(
    before: Sight, now: Sight, change: Change, *, link: str, elsewhere: str | None
) -> Judgement:
    """Return what it comes to that a text stands there that is not to the word the old."""
    if elsewhere is not None and _is_another(before, now, change):
        to_home = _is_led_home(link, now.page_uri)
        outcome: Outcome = "redirected-home" if to_home else "replaced"
        return Judgement(outcome=outcome, reason=f"it leads to {elsewhere}")
    if is_other(before.reading, now.reading):
        return Judgement(outcome="replaced", reason=_titled(now))
    if _is_part(now, before):
        return Judgement(outcome="same", reason="only a part of it can be read")
    if _is_part(before, now):
        return Judgement(outcome="same", reason="all of it can be read", better=True)
    return Judgement(outcome="changed", change=change, reason=elsewhere)


def of_snapshot(snapshot: Snapshot) -> Finding:
    """Return what a capture found of which nothing else is said: the article, or not.

    A redirect that was not followed says nothing.
    """
    outcome: Outcome = "new"
    if not snapshot.accepted:
        of_kind = _OF_KIND.get(snapshot.kind, "failing")
        outcome = _OF_STATUS.get(snapshot.status, of_kind)
    elif snapshot.status >= 300:
        outcome = "blocked"
    return Finding(
        id=snapshot.id,
        link=snapshot.link,
        at=snapshot.captured_at,
        outcome=outcome,
        feed_id=snapshot.feed_id,
        entry_key=snapshot.entry_key,
        status=snapshot.status,
        page_uri=snapshot.page_uri,
        held=True,
        warc_key=snapshot.warc_key,
    )


def _is_another(before: Sight, now: Sight, change: Change) -> bool:
    """Tell whether what a new redirect leads to is not the article."""
    return change.size >= _MOVED_LIKE or is_other(before.reading, now.reading)


def _is_led_home(link: str, page_uri: str) -> bool:
    asked, came = _parsed(link), _parsed(page_uri)
    if asked is None or came is None:
        return False
    return is_home(came) and not is_home(asked)


def _is_part(one: Sight, other: Sight) -> bool:
    """Tell whether one page shows a beginning only of what the other shows whole."""
    return one.kind == "part" and is_part_of(one.reading, other.reading)


def _titled(now: Sight) -> str:
    title = now.reading.title
    return (
        f"another text stands there: {title}" if title else "another text stands there"
    )


def _elsewhere(before: Sight, now: Sight, link: str) -> str | None:
    """Return where the article is, if that is neither where it was nor where it links.

    Tracking parameters, sessions, AMP and the like make no other place, and neither
    does a query alone; and where both pages name one place as their own, it is that.
    """
    known = {_bare(uri) for uri in (before.page_uri, link)}
    if _bare(now.page_uri) in known:
        return None
    own = {_bare(each.reading.canonical_uri or "") for each in (before, now)}
    return None if len(own) == 1 and own <= known else now.page_uri


def _bare(uri: str) -> str:
    parsed = _parsed(uri)
    if parsed is None:
        return ""
    path = _BARE_PATH.sub("", _BARE_PATH.sub("", parsed.path))
    return parsed.authority.removeprefix("www.").removeprefix("amp.") + path


def _parsed(uri: str) -> Uri | None:
    try:
        return uris.parse(uri) if uri else None
    except Misuse:
        return None
