"""The nouns of Hozon: plain frozen values, no I/O.

``docs/vocabulary.md`` defines each of them; use those words and no synonyms.
Instants are aware UTC datetimes in whole milliseconds and their fields end in ``_at``.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hozon.nouns.digests import Digest
from hozon.nouns.findings import Finding, Life
from hozon.nouns.payloads import Reference

RobotsPolicy = Literal["respect", "record-only"]
"""What an archive does where a robots.txt disallows a page (see `capturing.permission`)."""

Payload = bytes | memoryview
"""The entity body of a message; a large one is a view of a file without a name."""

Headers = tuple[tuple[str, str], ...]
"""HTTP header fields in wire order: names in the case they had, values as Latin-1."""

Kind = Literal[
    "article",
    "part",
    "document",
    "challenge",
    "consent",
    "login",
    "missing",
    "parked",
    "shell",
    "error",
]
"""What came when an entry's page was fetched (docs/verdicts.md)."""

TroubleKind = Literal[Kind, "failed", "refused"]

ACCEPTED: frozenset[Kind] = frozenset({"article", "part", "document"})
"""The kinds that may be an entry's snapshot of record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One HTTP request with its response, as it went over the wire.

    `head` is the response's status line and header fields to the byte, with the
    empty line that ends them; `payload` is the entity body: transfer coding removed,
    content coding kept. `truncated` says why the payload is not whole (the words of
    ISO 28500 §5.15); `anomalies` says what was wrong with the response, in words.
    """

    target_uri: str
    started_at: datetime
    request: bytes
    status: int
    head: bytes
    headers: Headers
    payload: Payload
    ip: str
    protocol: tuple[str, ...] = ("http/1.1",)
    cipher_suite: str | None = None
    truncated: Literal["length", "time", "disconnect", "unspecified"] | None = None
    anomalies: tuple[str, ...] = ()

    def header(self, name: str) -> str | None:
        """Return the first value of header field `name` (any case), or None."""
        wanted, size = name.lower(), len(name)
        for stated, value in self.headers:
            if len(stated) == size and stated.lower() == wanted:
                return value
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where one record lies: a byte range of one WARC object."""

    warc_key: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One target URI at one instant, held as one ``response`` or ``revisit`` record.

    `status` is the HTTP status, `media_type` the lower-case type of the payload
    ("unk" where the server named none), `payload_length` its length in bytes with
    content coding. A revisit's `payload_digest` is that of the capture it refers to.
    `kind` is the verdict where this came in the place of an entry's page. `stale_at` is
    until when it is fresh by its own header fields (RFC 9111 §4.2), a day at most; None
    where they do not say so.
    """

    target_uri: str
    captured_at: datetime
    record_id: str
    record_type: Literal["response", "revisit"]
    status: int
    media_type: str
    payload_digest: Digest
    payload_length: int
    location: Location
    truncated: str | None = None
    kind: Kind | None = None
    stale_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that goes with an entry (RSS ``enclosure``, Atom ``rel=enclosure``).

    `type` and `length` (bytes) are the publisher's word; recorded, never fetched.
    """

    uri: str
    type: str | None = None
    length: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a feed, as the feed stated it when we last saw it change.

    `key` identifies it: made from feed and `id`. `link` is None where the feed gives
    none that can be fetched: there is nothing to capture then. `river_at` places it in
    the river: the published instant, never later than we first saw it, so that order
    is stable. `fingerprint` changes when the statement does. `published` and `updated`
    are the raw dates, kept also where nobody can read them. `content` is where the
    record of the article's text lies, if the feed carries more of it than a summary.
    """

    feed_id: str
    key: str
    id: str
    link: str | None
    title: str
    authors: tuple[str, ...]
    summary: str
    language: str | None
    published: str | None
    published_at: datetime | None
    updated_at: datetime | None
    river_at: datetime
    first_seen_at: datetime
    seen_at: datetime
    fingerprint: str
    updated: str | None = None
    categories: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    content: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a page says of itself: extracted, never evidence by itself.

    `text` is the main text in reading order; `extractor` names who found it.
    """

    title: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    modified_at: datetime | None = None
    language: str | None = None
    site: str | None = None
    canonical_uri: str | None = None
    lead_image: str | None = None
    text: str = ""
    extractor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """One piece of evidence of what a page is: how much it weighs, and in words."""

    kind: Kind
    weight: float
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came when an entry's page was fetched, and why we think so.

    `confidence` is the share of `kind` in all that was weighed, from 0 to 1; `clues`
    are the heaviest ones of all kinds, heaviest first.
    """

    kind: Kind
    confidence: float
    clues: tuple[Clue, ...] = ()

    @property
    def reason(self) -> str:
        """What weighed most for this verdict, in words."""
        return next((c.says for c in self.clues if c.kind == self.kind), self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All captures that preserve one page at one time: exactly one WARC object.

    It is a snapshot of every entry whose link leads there (`naming.link_id`).
    `feed_id`, `entry_key` and `link` are those of the entry it was captured for. `id`
    is the id of the capture job that made it. `page_uri` is where the redirects
    ended; `facts.text` is cut to an excerpt here, the whole text lies at `metadata`.
    `missing` counts requisites that could not be captured. `kind` is the verdict on the
    page: only those that are `ACCEPTED` may be the entry's snapshot of record.
    """

    id: str
    feed_id: str
    entry_key: str
    link: str
    page_uri: str
    captured_at: datetime
    status: int
    warc_key: str
    warc_length: int
    warc_digest: Digest
    metadata: Location
    facts: Facts
    requisites: int = 0
    missing: int = 0
    kind: Kind = "article"

    @property
    def accepted(self) -> bool:
        """Whether this may be the entry's snapshot of record."""
        return self.kind in ACCEPTED and self.status < 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What one WARC object holds, read back from its stored bytes.

    The index is the sum of the holdings of all WARC objects, in any order. `findings`
    are those of looks; what a first capture found is said by its snapshot
    (`hozon.lives.looks.of_snapshot`). `references` are what its revisits refer to.
    `warc_key` is the object's, which is to be sealed.
    """

    captures: tuple[Capture, ...] = ()
    entries: tuple[Entry, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    findings: tuple[Finding, ...] = ()
    references: tuple[Reference, ...] = ()
    warc_key: str | None = None

    @property
    def held_at(self) -> datetime | None:
        """When the last of the captures was made; of a look without one, when it was made;
        None where there is neither.
        """
        captured = [each.captured_at for each in self.captures]
        return max(captured or [each.at for each in self.findings], default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """When a feed document says that it is worth asking for again.

    `period_s` is the longest of RSS ``ttl`` and ``sy:updatePeriod``, in seconds;
    `skip_hours` (``0`` to ``23``, GMT) and `skip_days` (``Monday``…) are those of RSS.
    """

    period_s: int = 0
    skip_hours: tuple[str, ...] = ()
    skip_days: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A hub's promise to tell of news about `topic` at `callback` (WebSub), or our wish.

    `secret` signs what it sends. ``asked`` since `asked_at`; ``active`` once the hub has
    verified it, without a break since `since` and until `lease_until`; ``denied`` for
    `reason`, which else says what went wrong with the last request. `told_at` is when
    the hub last told of news, `is_told` that no poll has ended since; `is_proven` that
    it does tell, `missed` how many polls in a
    row found news of which it had not told.
    """

    hub: str
    topic: str
    callback: str
    secret: str
    asked_at: datetime
    state: Literal["asked", "active", "denied"] = "asked"
    reason: str | None = None
    since: datetime | None = None
    lease_until: datetime | None = None
    told_at: datetime | None = None
    is_told: bool = False
    is_proven: bool = False
    missed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A subscribed feed: the operator's wish, and what is known between two polls.

    `due_at` is the instant of the next poll, and the identity of that poll. `etag` and
    `last_modified` are the last document's validators exactly as sent by `document_uri`
    (where its redirects ended), `document_digest` is that of its payload, `whole_at`
    when the server last sent it whole, `vouched` how often it answered 304 since,
    `candid` whether it has been seen to answer a conditional request with news, `window`
    how many entries the document had.

    `folder` is where the operator keeps it, outermost first; `every_min_s` and
    `every_max_s` bound the interval between two polls as the operator wishes; `plan` is
    the re-check plan of its articles, None: the archive's.

    `arrivals` are the instants of the latest entries, newest first; `rolled` counts the
    polls at which no entry of the document before was left, last at `rolled_at`: some may
    have been missed.
    `failures` counts in a row, `trouble` says why. `moved_uri` is where permanent
    redirects have led for `moves` polls since `moved_at`; `gone_at` is when the server
    first said 410, and has said it since.

    `hubs` tell of news about `self_uri` (WebSub), as the last document or the header
    fields it came with state; `older_uri` is where the entries before it are;
    `is_complete` says that there are none. `hub` is the subscription with one of them.
    """

    id: str
    uri: str
    added_at: datetime
    due_at: datetime
    title: str | None = None
    site_uri: str | None = None
    language: str | None = None
    folder: tuple[str, ...] = ()
    every_min_s: int | None = None
    every_max_s: int | None = None
    plan: str | None = None
    interval_s: int = 3600
    paused: bool = False
    document_uri: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    document_digest: Digest | None = None
    whole_at: datetime | None = None
    vouched: int = 0
    candid: bool = False
    window: int = 0
    hints: Hints = Hints()
    hubs: tuple[str, ...] = ()
    self_uri: str | None = None
    older_uri: str | None = None
    is_complete: bool = False
    hub: Subscription | None = None
    arrivals: tuple[datetime, ...] = ()
    rolled: int = 0
    rolled_at: datetime | None = None
    moved_uri: str | None = None
    moved_at: datetime | None = None
    moves: int = 0
    gone_at: datetime | None = None
    polled_at: datetime | None = None
    succeeded_at: datetime | None = None
    failures: int = 0
    trouble: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a page has no snapshot of record (yet): the last failure of its capture job.

    It stands on every entry whose link leads there; `entry_key` is that of the job.
    `kind` is the verdict on what came in the page's place; where nothing came,
    ``refused`` (we will not fetch it: an address, its publisher's robots.txt) or
    ``failed`` (it could not be had).
    """

    entry_key: str
    feed_id: str
    link: str
    reason: str
    at: datetime
    attempts: int
    final: bool
    kind: TroubleKind = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RiverEntry:
    """An entry as the river shows it: with its latest snapshot and trouble, if any, and
    the life of its page.
    """

    entry: Entry
    snapshot: Snapshot | None = None
    trouble: Trouble | None = None
    life: Life | None = None
