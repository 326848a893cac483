"""The shapes of the API's answers, for its description; tests hold answers to them."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
"""RFC 3339 in UTC, with milliseconds."""


class Problem(BaseModel):
    """What went wrong, in a sentence that says what to do."""

    error: str


class Enclosure(BaseModel):
    """A file that goes with an entry: the publisher's word, never fetched."""

    uri: str
    type: str | None
    length: int | None


class Snapshot(BaseModel):
    """All captures that preserve one page at one time, and what the page says of itself."""

    id: str
    feed: str
    entry: str
    link: str
    page: str = Field(description="where the redirects ended")
    captured_at: Instant
    status: int
    kind: str
    accepted: bool = Field(description="whether it may stand for its entries")
    title: str | None
    authors: list[str]
    published_at: Instant | None
    modified_at: Instant | None
    language: str | None
    excerpt: str
    requisites: int
    missing: int = Field(description="requisites that could not be captured")
    warc: str
    warc_length: int
    warc_digest: str
    memento: str


class Life(BaseModel):
    """What all looks at a page so far come to."""

    state: str
    since: Instant | None = Field(description="when the state began")
    version: int
    first_at: Instant | None
    seen_at: Instant | None
    changed_at: Instant | None
    looked_at: Instant | None
    page: str | None
    missed: int = Field(description="looks in a row that did not find it")
    reason: str | None


class Edit(BaseModel):
    """Of which kind an edit is, and the share of the text that it changed."""

    kind: str
    size: float


class Look(BaseModel):
    """One look at a page: what it found, and the state and version behind it."""

    id: str
    at: Instant
    outcome: str
    event: str | None
    state: str
    version: int
    status: int | None
    reason: str | None
    change: Edit | None
    page: str | None
    vouched: bool = Field(description="the server said so (304), and sent nothing")
    snapshot: bool
    warc: str


class Version(BaseModel):
    """One text that an article has had."""

    version: int
    at: Instant
    until: Instant = Field(description="when a look last found it")
    kind: str | None
    size: float
    title: str | None
    page: str | None
    captured_at: Instant | None
    snapshot: str | None
    warc: str


class Versions(BaseModel):
    """The versions of an article, oldest first."""

    versions: list[Version]


class Side(BaseModel):
    """One of the two versions that are compared."""

    version: int
    at: Instant


class Part(BaseModel):
    """A stretch of text that is the ``same``, was ``removed`` or ``added``."""

    op: str
    text: str


class Line(BaseModel):
    """One sentence of either version; `block` numbers the paragraphs."""

    op: str
    block: int
    parts: list[Part]


class Difference(BaseModel):
    """How one version became another: facts that differ, and sentences."""

    before: Side = Field(alias="from")
    after: Side = Field(alias="to")
    kind: str | None
    size: float
    added: int
    removed: int
    facts: dict[str, Any]
    lines: list[Line]


class Entry(BaseModel):
    """One item of a feed, with what is held of its page."""

    id: str
    feed: str
    source: str
    title: str
    link: str | None
    authors: list[str]
    language: str
    categories: list[str]
    published: str | None
    published_at: Instant | None
    updated: str | None
    updated_at: Instant | None
    first_seen_at: Instant
    river_at: Instant
    summary: str
    enclosures: list[Enclosure]
    state: str
    captured_at: Instant | None
    status: int | None
    kind: str | None
    page: str | None
    requisites: int | None
    missing: int | None
    trouble: str | None
    versions: int = Field(description="how many texts the article has had")
    life: Life | None


class WholeEntry(Entry):
    """An entry with all snapshots of its page, and what looks found, oldest first."""

    snapshots: list[Snapshot]
    plan: str | None = Field(description="the plan by which it is looked at again")
    next_look_at: Instant | None
    looks: list[Look]


class Entries(BaseModel):
    """A page of the river; `before` is the cursor of the next one, null: the last."""

    entries: list[Entry]
    before: str | None


class Capture(BaseModel):
    """One target URI at one instant: one record of a WARC object."""

    uri: str
    captured_at: Instant
    status: int
    media_type: str
    digest: str
    length: int
    record: str
    record_id: str
    truncated: str | None
    kind: str | None
    warc: str
    offset: int
    record_length: int


class Captures(BaseModel):
    """Captures, oldest first; `next` is the `since` of the next page, null: the last."""

    captures: list[Capture]
    next: Instant | None


class Known(Capture):
    """A capture with the metadata of the snapshot or the poll that it belongs to."""

    metadata: dict[str, Any]


class Hub(BaseModel):
    """A subscription of a feed with a hub (WebSub)."""

    uri: str
    topic: str
    state: str
    lease_until: Instant | None
    told_at: Instant | None
    proven: bool
    missed: int
    reason: str | None


class Feed(BaseModel):
    """A feed that is followed, and how it does."""

    id: str
    uri: str
    title: str | None
    site: str | None
    language: str | None
    added_at: Instant
    polled_at: Instant | None
    succeeded_at: Instant | None
    due_at: Instant
    interval_s: int
    folder: list[str]
    every_min_s: int | None
    every_max_s: int | None
    plan: str | None
    paused: bool
    failures: int
    trouble: str | None
    window: int
    rolled: int
    rolled_at: Instant | None
    last_entry_at: Instant | None
    moving_to: str | None
    hubs: list[str]
    hub: Hub | None
    older: str | None
    complete: bool
    ailments: list[str]


class Feeds(BaseModel):
    """All feeds that are followed."""

    feeds: list[Feed]


class Trouble(BaseModel):
    """A feed or a page that could not be had, and why."""

    uri: str
    reason: str | None
    kind: str


class Damaged(BaseModel):
    """What an audit found that is not as the log says."""

    subject: str = Field(description="the key of an object, or the index")
    act: str = Field(description="what it looks like was done, see docs/evidence.md")
    says: str


class Status(BaseModel):
    """How the archive is."""

    now: Instant
    feeds: int
    feeds_due: int
    feeds_failing: int
    feeds_silent: int
    windows_rolled: int
    last_success_at: Instant | None
    next_poll_at: Instant | None
    last_audit_at: Instant | None
    last_census_at: Instant | None
    audited: int
    faults: int
    damaged: list[Damaged]
    entries_blocked: int
    done: dict[str, dict[str, int]] = Field(
        description="what was done today, and in the last 7 and 30 days (UTC)"
    )
    trouble: list[Trouble]


Span = Annotated[list[int], Field(min_length=2, max_length=2)]
"""From the first to before the second: numbers of characters."""


class Hit(BaseModel):
    """An entry that was found, in the latest version that matches."""

    id: str
    feed: str
    source: str
    title: str
    title_hits: list[Span] = Field(description="where in the title it stands")
    link: str | None
    authors: list[str]
    language: str | None
    river_at: Instant
    snapshot: str | None = Field(description="null: it is what the feed says")
    captured_at: Instant | None
    memento: str | None = Field(description="path of the page as it was then")
    excerpt: str
    hits: list[Span] = Field(description="where in the excerpt it stands")


class Hits(BaseModel):
    """Entries that were found, newest first; a page may have fewer than were asked for."""

    hits: list[Hit]
    before: str | None = Field(
        description="cursor of the next page; null: that was all"
    )
    searched: int = Field(description="documents there are to be found")
