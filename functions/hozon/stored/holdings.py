"""What a WARC object of ours holds: written into its metadata records, read back.

Three kinds of object, told apart by the ``hozon`` member of their JSON metadata record:

``poll/1``      a feed document as polled, and the entries new or changed in it
``snapshot/1``  one entry's page with its redirects and requisites, and the page's facts;
                where it was made by a later look, also what that found (``look``)
``look/1``      what a later look at a page found that made no snapshot (`sightings`)

The index is made from `read` and from nothing else: right after an object is stored,
when a worker meets an object that another has stored, and by `reindexing`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal, TypeVar

from hozon.nouns.claims import Extract
from hozon.nouns.digests import Digest, sha256
from hozon.nouns.errors import Damaged
from hozon.nouns.instants import from_iso, iso
from hozon.nouns.model import (
    Capture,
    Enclosure,
    Entry,
    Feed,
    Hints,
    Holdings,
    Kind,
    Location,
    Snapshot,
    Verdict,
)
from hozon.nouns.payloads import Reference
from hozon.nouns.work import CaptureJob
from hozon.stored import extracts, naming, rows, sightings
from hozon.stored.excerpts import opening
from hozon.warc import reader

_EXCERPT_BYTES = rows.LIMITS["text"]
_LISTED = "again", "hubs", "notes", "relinked", "touched"
_KNOWN = frozenset({"poll/1", "snapshot/1", "look/1"})
_INSTANTS = frozenset(
    {
        "published_at",
        "updated_at",
        "modified_at",
        "river_at",
        "first_seen_at",
        "seen_at",
    }
)


N = TypeVar("N", Entry, Snapshot)

Outcome = Literal["captured", "shared", "refused", "failed", "skipped", "foreign"]
_MISSING = frozenset({"refused", "failed", "skipped"})
_NOT_OURS = KeyError, TypeError, ValueError, AttributeError, RecursionError
"""What JSON of another shape raises wherever it is read as ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What became of one requisite of a page.

    ``captured``: a record in this WARC; ``shared``: an earlier capture that still
    counts, at `warc_key`; ``refused`` and ``failed`` say why in `reason`, and so does
    ``skipped``: a limit of the page left it out. ``foreign`` is a document of another
    site in a frame, which is never fetched.
    """

    uri: str
    kind: str
    outcome: Outcome
    record_id: str | None = None
    warc_key: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read from a feed document when it was polled.

    `problem` says why it could not be read as a feed; `etag` and `last_modified` are
    the validators the server sent, `digest` is that of the payload as received. `window`
    is how many entries it has, `known` how many of them were known before. `fresh_s` is
    how long the answer stays fresh, `moved_uri` where permanent redirects led. `hubs`,
    `self_uri`, `older_uri` and `is_complete` are as in `model.Feed`. `relinked` and
    `again` are the keys of entries whose pages are to be captured though they were
    known, or though their link was, and `touched` of those that say they were updated
    (`identity.Told`).
    """

    uri: str
    digest: Digest
    kind: str | None = None
    title: str | None = None
    site_uri: str | None = None
    language: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    fresh_s: int = 0
    moved_uri: str | None = None
    window: int = 0
    known: int = 0
    hints: Hints = Hints()
    relinked: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()
    hubs: tuple[str, ...] = ()
    self_uri: str | None = None
    older_uri: str | None = None
    is_complete: bool = False
    problem: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def rolled(self) -> bool:
        """Whether no entry was left that was known before."""
        return self.window > 0 and self.known == 0


def poll_metadata(
    feed: Feed, *, polled_at: datetime, reading: Reading, entries: Sequence[Entry]
) -> bytes:
    """Return the metadata of a poll: what was read from the feed document then."""
    return _encoded(
        {
            "hozon": "poll/1",
            "feed": {"id": feed.id, "uri": feed.uri},
            "polled_at": iso(polled_at),
            "document": asdict(reading),
            "entries": [_plain(asdict(entry)) for entry in entries],
        }
    )


def snapshot_metadata(
    job: CaptureJob,
    *,
    page_uri: str,
    captured_at: datetime,
    status: int,
    extract: Extract,
    requirements: Sequence[Requirement],
    notes: Sequence[str],
    verdict: Verdict | None = None,
    robots: Sequence[Mapping[str, Any]] = (),
    pages: Sequence[str] = (),
    look: Mapping[str, Any] | None = None,
    entries: Sequence[Entry] = (),
) -> bytes:
    """Return the metadata of a snapshot: which entry, which page, what it says.

    `verdict` and `again` are optional members (docs/verdicts.md): snapshots of before
    have none. `robots` is what robots.txt said of the page, and of whatever else it
    disallows. `pages` are those of an article of several, in their order; of one it is
    not stated. `look` is what a later look found (`sightings.found`), `entries` are those
    that no feed states.
    """
    return _encoded(
        {
            "hozon": "snapshot/1",
            "id": job.id,
            "feed_id": job.feed_id,
            "entry_key": job.entry_key,
            "link": job.link,
            "title": job.title,
            "page_uri": page_uri,
            "captured_at": iso(captured_at),
            "status": status,
            **extracts.to_json(extract),
            "requisites": [
                {k: v for k, v in asdict(r).items() if v is not None}
                for r in requirements
            ],
            "notes": list(notes),
            **({"again": job.again} if job.again else {}),
            **({"verdict": asdict(verdict)} if verdict else {}),
            **({"robots": list(robots)} if robots else {}),
            **({"pages": list(pages)} if len(pages) > 1 else {}),
            **({"look": look} if look else {}),
            **({"entries": [_plain(asdict(e)) for e in entries]} if entries else {}),
        }
    )


def read(warc_key: str, data: bytes) -> Holdings:
    """Return what the stored bytes of a WARC object hold.

    Raises `Damaged` if it is no readable WARC or its metadata is not ours.
    """
    try:
        return _read(warc_key, data)
    except _NOT_OURS as e:
        raise Damaged(f"{warc_key}: metadata that is not Hozon's: {e!r:.200}") from e


def _read(warc_key: str, data: bytes) -> Holdings:
    captures: list[Capture] = []
    entries: list[Entry] = []
    snapshots: list[Snapshot] = []
    findings = []
    contents: dict[str | None, Location] = {}
    references = dict[str, Reference]()
    for record in reader.records(data):
        if record.type == "metadata":
            said = metadata(bytes(record.block))
            entries += [_entry(e, contents) for e in said.get("entries", ())]
            findings += list(sightings.read(said, warc_key))
            if said["hozon"] == "snapshot/1":
                snapshot = _snapshot(said, _place(warc_key, record), data)
                snapshots.append(snapshot)
                kind = None if snapshot.accepted else snapshot.kind
                captures = _judged(captures, kind, record)
            elif said["hozon"] == "look/1":
                captures = _seen(captures, said, record)
        elif record.type == "conversion":
            contents[naming.stated_key(record.target_uri)] = _place(warc_key, record)
        elif (found := reader.capture(warc_key, record)) is not None:
            captures.append(found)
            if (revisited := reader.reference(record)) is not None:
                references[record.record_id] = revisited
    return Holdings(
        captures=tuple(captures),
        entries=tuple(entries),
        snapshots=tuple(snapshots),
        findings=tuple(findings),
        references=tuple(
            references[each.record_id]
            for each in captures
            if each.record_id in references
        ),
        warc_key=warc_key,
    )


def _judged(
    captures: list[Capture], kind: Kind | None, about: reader.StoredRecord
) -> list[Capture]:
    """Mark the captures of the page and its redirects, where the page was not accepted.

    They are the first ones of the object; the metadata record names the last of them.
    """
    if kind is None:
        return captures
    page_id = (about.field("WARC-Concurrent-To") or "").strip("<>")
    ids = [capture.record_id for capture in captures]
    count = ids.index(page_id) + 1 if page_id in ids else 0
    marked = (replace(capture, kind=kind) for capture in captures[:count])
    return [*marked, *captures[count:]]


def _seen(
    captures: list[Capture], said: dict[str, Any], about: reader.StoredRecord
) -> list[Capture]:
    """Return the captures of a look: what came in the article's place.

    Where the article was there, the look says so, and what it saw is captured already
    (decision 18).
    """
    if said["outcome"] == "same":
        return []
    return _judged(captures, said.get("kind") or "missing", about)


def reading(data: bytes) -> Reading:
    """Return what was read from the feed document that a poll's WARC object holds."""
    for record in reader.records(data):
        if record.type == "metadata":
            try:
                return _reading(metadata(bytes(record.block))["document"])
            except _NOT_OURS as e:
                raise Damaged(f"no reading of a feed document: {e!r:.200}") from e
    raise Damaged("a WARC object without the metadata of a poll")


def _reading(stated: dict[str, Any]) -> Reading:
    said = stated["hints"]
    hints = Hints(
        period_s=said["period_s"],
        skip_hours=tuple(said["skip_hours"]),
        skip_days=tuple(said["skip_days"]),
    )
    listed = {name: tuple(stated.get(name, ())) for name in _LISTED}
    return Reading(**{**stated, **listed, "hints": hints})


def _place(warc_key: str, record: reader.StoredRecord) -> Location:
    return Location(warc_key=warc_key, offset=record.offset, length=record.length)


def metadata(block: bytes) -> dict[str, Any]:
    """Parse the block of a metadata record of ours, or raise `Damaged`."""
    try:
        said = json.loads(block)
        if said["hozon"] in _KNOWN:
            return dict(said)
    except _NOT_OURS:
        pass
    raise Damaged("a metadata record that is not Hozon's, or of a newer version")


def extract(said: dict[str, Any]) -> Extract:
    """Return the extract of a snapshot's metadata, with the whole text."""
    return extracts.from_json(said)


def _snapshot(said: dict[str, Any], location: Location, data: bytes) -> Snapshot:
    whole = extract(said).facts
    outcomes = [o for r in said["requisites"] if (o := r["outcome"]) != "foreign"]
    snapshot = Snapshot(
        id=said["id"],
        feed_id=said["feed_id"],
        entry_key=said["entry_key"],
        link=said["link"],
        page_uri=said["page_uri"],
        captured_at=from_iso(said["captured_at"]),
        status=said["status"],
        warc_key=location.warc_key,
        warc_length=len(data),
        warc_digest=sha256(data),
        metadata=location,
        facts=replace(whole, text=opening(whole.text, _EXCERPT_BYTES)),
        requisites=len(outcomes),
        missing=sum(o in _MISSING for o in outcomes),
        kind=_kind(said),
    )
    return _of_its_types(snapshot)


def _of_its_types(noun: N) -> N:
    """Return `noun`, or raise what its row cannot be made or read for."""
    rows.from_row(type(noun), rows.to_row(noun))
    return noun


def reason(said: dict[str, Any]) -> str:
    """Return in words what weighed most in the verdict of a snapshot's metadata."""
    clues = said.get("verdict", {}).get("clues", ())
    own = (clue["says"] for clue in clues if clue["kind"] == _kind(said))
    return next(own, f"status {said['status']}")


def _kind(said: dict[str, Any]) -> Kind:
    """Return the verdict; where none was made, the status says what can be said."""
    if "verdict" in said:
        kind: Kind = said["verdict"]["kind"]
        return kind
    status = said["status"]
    if status in {404, 410}:
        return "missing"
    return "article" if status < 400 else "error"


def _entry(stated: dict[str, Any], contents: Mapping[str | None, Location]) -> Entry:
    enclosures = tuple(Enclosure(**one) for one in stated.get("enclosures", ()))
    listed = {name: tuple(stated.get(name, ())) for name in ("authors", "categories")}
    listed["enclosures"] = enclosures
    place = contents.get(stated["key"])
    entry = Entry(**{**_instants(stated), **listed, "content": place})
    return _of_its_types(entry)


def _instants(stated: dict[str, Any]) -> dict[str, Any]:
    return {
        name: from_iso(value) if name in _INSTANTS and value is not None else value
        for name, value in stated.items()
    }


def _plain(stated: dict[str, Any]) -> dict[str, Any]:
    return {
        name: iso(value) if isinstance(value, datetime) else value
        for name, value in stated.items()
    }


def _encoded(said: dict[str, Any]) -> bytes:
    return sightings.encoded(said)
