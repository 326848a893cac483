"""Decide who may see what; every decision becomes a leaf of the log (`access`)."""

import getpass
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from hozon.log import leaves, places
from hozon.nouns import instants, uris
from hozon.nouns.access import Decision, Scope, State
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Damaged, Misuse, NotFound
from hozon.retrieving import retrieval
from hozon.sealing import sealing
from hozon.stored import rows

LONGEST_REASON = 1000
_TICK = timedelta(milliseconds=1)


def subject(stated: str, archive: Archive) -> tuple[Scope, str]:
    """Return what is meant: a followed feed (its URI or id), all below a URI that ends in
    ``*``, or a page. Raises `Misuse` for what is none of these.
    """
    if stated.endswith("*"):
        return "site", uris.normal(stated.rstrip("*"))
    if "://" not in stated:
        try:
            return "feed", archive.feeds.get(stated).id
        except NotFound:
            raise Misuse(
                f"neither a URI nor the id of a feed: {stated!r:.200}"
            ) from None
    href = uris.normal(stated)
    for feed in archive.feeds.all():
        if feed.uri == href:
            return "feed", feed.id
    return "page", href


def decide(
    scope: Scope,
    subject: str,
    state: State,
    archive: Archive,
    *,
    until: datetime | None = None,
    reason: str = "",
    by: str = "",
) -> Sequence[Decision]:
    """Decide, and return the decisions that were made; they count once this returns.

    Of a page that redirects have led to, the same is decided about the links that led
    there: their entries are entries of this page. Raises `Misuse` for an embargo without
    an end that is to come, or an end without an embargo.
    """
    now = archive.clock()
    _check(state, until, reason, now)
    subjects = [subject]
    if scope == "page":
        subjects += _leading_to(subject, archive)
    made = [
        Decision(
            scope=scope,
            subject=each,
            state=state,
            decided_at=now,
            reason=reason,
            by=by or archive.contact or _user(),
            until=until,
        )
        for each in subjects
    ]
    made = list(_later_than_known(made, archive))
    for decision in made:
        sealing.note("access", rows.to_row(decision), archive)
        archive.access.put(decision)
    return made


def _later_than_known(made: Sequence[Decision], archive: Archive) -> Iterator[Decision]:
    """Yield decisions as later than those before them, whatever a clock says."""
    known = {each.key: each.decided_at for each in archive.access.all()}
    for each in made:
        before = known.get(each.key)
        at = max(each.decided_at, before + _TICK) if before else each.decided_at
        yield replace(each, decided_at=at)


def _check(state: State, until: datetime | None, reason: str, now: datetime) -> None:
    if state == "embargoed" and until is None:
        raise Misuse("an embargo has an end; add --until INSTANT, or decide dark")
    if state != "embargoed" and until is not None:
        raise Misuse(f"--until is when an embargo ends; {state} has no end")
    if until is not None and until <= now:
        raise Misuse(f"{instants.iso(until)} is over; an embargo ends later than now")
    if len(reason.encode("utf-8", "surrogatepass")) > LONGEST_REASON:
        raise Misuse(f"a reason of at most {LONGEST_REASON} bytes is kept")


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "operator"


def _leading_to(uri: str, archive: Archive) -> list[str]:
    """Return the other links whose redirects were seen to lead to a page."""
    key, found = uris.link_key(uri), dict[str, None]()
    objects = {c.location.warc_key: c for c in archive.index.timemap(uri)}
    for capture in objects.values():
        try:
            said = retrieval.metadata(capture, archive)
        except (Damaged, NotFound):
            continue
        link, page = said.get("link"), said.get("page_uri")
        if isinstance(link, str) and isinstance(page, str):
            leads_here = uris.link_key(page) == key != uris.link_key(link)
            found |= {link: None} if leads_here else {}
    return list(found)


def standing(archive: Archive) -> Sequence[Decision]:
    """Return the decisions that count now, oldest first."""
    now = archive.clock()
    return [each for each in archive.access.all() if each.stands(now)]


def restore(archive: Archive) -> int:
    """Bring back what the log says was decided, and return how many decisions it has.

    Raises `Damaged` for a decision that cannot be read: it would not be respected.
    """
    found = list(_logged(archive))
    for decision in found:
        archive.access.put(decision)
    return len(found)


def _logged(archive: Archive) -> Iterator[Decision]:
    for key in archive.log.keys(places.NOTES):
        said = leaves.read(archive.log.read_all(key))
        if said["kind"] == "access":
            yield _read(key, said)


def _read(key: str, said: dict[str, Any]) -> Decision:
    named = {each.name for each in fields(Decision)}
    try:
        return rows.from_row(Decision, {n: v for n, v in said.items() if n in named})
    except ValueError as e:
        raise Damaged(f"{key} is no decision about access: {e}") from e
