"""What looks found, as it stands in the metadata of their WARC objects. Pure.

A ``look/1`` record says it by itself; a ``snapshot/1`` that was made by a look says it in
its member ``look``. Either way a finding comes out as it went in.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, get_args

from hozon.nouns.errors import Damaged
from hozon.nouns.findings import ChangeKind, Finding, Outcome
from hozon.nouns.instants import from_iso, iso
from hozon.nouns.model import Exchange, Kind
from hozon.nouns.work import CaptureJob
from hozon.stored import rows

if TYPE_CHECKING:  # who reads what an object holds would start later for them
    from hozon.changes import Change
    from hozon.lives.looks import Judgement

_OUTCOMES = frozenset(get_args(Outcome))
_CHANGES = frozenset({None, *get_args(ChangeKind)})


def look_metadata(
    job: CaptureJob,
    judgement: "Judgement",
    *,
    at: datetime,
    compared: str | None,
    last: Exchange | None = None,
    status: int | None = None,
    vouched: bool = False,
    kind: Kind | None = None,
    head: str | None = None,
    payload: Mapping[str, Any] | None = None,
    robots: Sequence[Mapping[str, Any]] = (),
    notes: Sequence[str] = (),
) -> bytes:
    """Return the metadata of a look that made no snapshot.

    `last` is the exchange at which the redirects ended, None where nothing was answered;
    `compared` the id of the snapshot that it was compared with. `head` is that of an
    answer of which no record is made, `payload` what is known of what it brought; `kind`
    is the verdict on what came in the article's place.
    """
    stated = {
        "hozon": "look/1",
        "id": job.id,
        "feed_id": job.feed_id,
        "entry_key": job.entry_key,
        "link": job.link,
        "at": iso(at),
        **found(judgement, compared=compared),
        "status": last.status if last else status,
        "page_uri": last and last.target_uri,
        "vouched": vouched or None,
        "kind": kind,
        "head": head,
        "payload": payload,
        "robots": list(robots) or None,
        "notes": list(notes) or None,
    }
    return encoded({k: v for k, v in stated.items() if v is not None})


def found(judgement: "Judgement", *, compared: str | None) -> dict[str, Any]:
    """Return what a look found as JSON: in both kinds of metadata the same members."""
    stated = {
        "outcome": judgement.outcome,
        "reason": judgement.reason,
        "compared": compared,
        "change": judgement.change and _changed(judgement.change),
    }
    return {k: v for k, v in stated.items() if v is not None}


def _changed(change: "Change") -> dict[str, Any]:
    """Return a change: its kind and size, the characters, and the facts that differ."""
    facts = ("title", "authors", "lead_image", "canonical")
    return {
        "kind": change.kind,
        "size": change.size,
        "added": change.added,
        "removed": change.removed,
        "facts": [name for name in facts if getattr(change, name)],
    }


def read(said: Mapping[str, Any], warc_key: str) -> Iterator[Finding]:
    """Yield the finding that a metadata record states, if it does. Raises `Damaged`."""
    try:
        if said["hozon"] == "look/1":
            yield _finding(said, said, warc_key, at=said["at"], held=False)
        elif said["hozon"] == "snapshot/1" and "look" in said:
            at = said["captured_at"]
            yield _finding(said, said["look"], warc_key, at=at, held=True)
    except (KeyError, TypeError, ValueError) as e:
        raise Damaged(f"{warc_key}: a look that says nothing: {e!r:.200}") from e


def _finding(
    about: Mapping[str, Any],
    stated: Mapping[str, Any],
    warc_key: str,
    *,
    at: str,
    held: bool,
) -> Finding:
    change = stated.get("change") or {}
    outcome, kind = stated["outcome"], change.get("kind")
    if outcome not in _OUTCOMES or kind not in _CHANGES:
        raise ValueError(f"{outcome} {kind}")
    return Finding(
        id=about["id"],
        link=about["link"],
        at=from_iso(at),
        outcome=outcome,
        feed_id=about["feed_id"],
        entry_key=about["entry_key"],
        status=about.get("status"),
        reason=_cut(stated.get("reason")),
        change=kind,
        size=float(change.get("size", 0.0)),
        page_uri=about.get("page_uri"),
        vouched=bool(about.get("vouched")),
        held=held,
        warc_key=warc_key,
    )


def _cut(reason: str | None) -> str | None:
    """Return a reason as an index keeps it, so that it is the same from either."""
    return reason and rows.cut(reason, limit=rows.LIMITS["reason"])


def encoded(said: Mapping[str, Any]) -> bytes:
    """Encode as canonical JSON: sorted, compact, UTF-8; lone surrogates become ``?``."""
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "replace")
