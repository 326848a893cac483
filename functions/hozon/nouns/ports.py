"""What the use cases need from the world, and what they may rely on.

Each port has two adapters, ``adapters/embedded`` and ``adapters/aws``; one contract
suite per port (``tests/contract``) holds both. All methods but `Fetcher.fetch` are
synchronous, may be called from any thread, and raise `Unavailable` when the backend
fails in a way that a later try may not (`NoSpace` when it is full). Who reads documents
is in `hozon.nouns.readers`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hozon.nouns.digests import Digest
from hozon.nouns.findings import Finding, Step
from hozon.nouns.model import (
    Capture,
    Entry,
    Exchange,
    Feed,
    Headers,
    Holdings,
    RiverEntry,
    Snapshot,
    Subscription,
    Trouble,
)
from hozon.nouns.payloads import Payload
from hozon.nouns.places import Cursor, Place, Row
from hozon.nouns.watches import Planner
from hozon.nouns.work import CaptureJob, Delivery, Job

CLAIM_S = 900
"""How long a worker who was handed a capture job is left alone with its page."""


class WarcStore(Protocol):
    """Holds WARC objects. A key is written once and never changes.

    When `put` returns, the object is durable and `read` on any machine sees it whole.
    Reading raises `Restoring` where the object lies in a storage class that must give
    it back first: that it does so has then been asked for.
    """

    def put(self, key: str, data: bytes) -> None:
        """Write a new object, or raise `Conflict` and leave the old one be."""

    def read(self, key: str, *, offset: int, length: int) -> bytes:
        """Return exactly `length` bytes; `NotFound` if there is no such object,
        `Damaged` if it ends before.
        """

    def read_all(self, key: str) -> bytes:
        """Return the whole object, or raise `NotFound`."""

    def pieces(self, key: str) -> Iterator[bytes]:
        """Yield the whole object in pieces of a megabyte at most, read as they are asked
        for; the first raises `NotFound` if there is no such object.
        """

    def holds(self, key: str) -> bool:
        """Tell whether the object exists."""

    def size(self, key: str) -> int:
        """Return the length of the object in bytes, or raise `NotFound`."""

    def lend(self, key: str) -> str | None:
        """Return a URI where a GET gets the object, or ranges of it, as an attachment,
        for a quarter of an hour. None: there is none, whoever has it serves it.
        """

    def keys(self, *, after: str = "") -> Iterator[str]:
        """Yield the keys of all WARC objects that are greater than `after`, in ascending
        order (oldest first).
        """

    def stored_at(self, key: str) -> datetime | None:
        """Return when the store took the object, by a clock that is not ours; None where
        it has none. `NotFound` if there is no such object.
        """


class Index(Protocol):
    """Finds captures, entries and snapshots: the sum of the WARC objects' holdings.

    `add` is idempotent and commutes: adding the same holdings twice, or several in
    another order, gives the same index. What `add` returned for is seen by every later
    read of a single key; lists may lag by a second. Entries, snapshots and troubles are
    joined by `naming.link_id` of their links.
    """

    def add(
        self,
        holdings: Holdings,
        *,
        held: Mapping[Digest, Capture] | None = None,
        planner: Planner | None = None,
    ) -> None:
        """Add what one WARC object holds.

        `held` is what `Index.held` has just said of all payloads in it, for a caller
        who has asked: it spares asking again. Where the life of a page changes by it,
        `planner` says when it is looked at next (None: as was said before).

        An entry that is known keeps its earliest `first_seen_at` (with that
        statement's `river_at`) and takes everything else from the statement with the
        latest `seen_at`. Captures and snapshots are the same or new.
        """

    def by_digest(self, digests: Iterable[Digest]) -> Mapping[Digest, Capture]:
        """Return for each payload digest held the earliest ``response`` capture of it
        that this index knows by it; digests not held are absent. It knows so at least
        what is `payloads.LARGE`, and what a revisit that was added refers to.
        """

    def held(self, payloads: Iterable[Payload]) -> Mapping[Digest, Capture]:
        """Return of payloads that have come, and are about to be stored, a ``response``
        capture with the same: of those that are `payloads.LARGE` the earliest, of others
        at least the one that their URI answered last, or that this was a revisit of. It
        may lag by a second: what is held may be stored twice.
        """

    def timemap(
        self,
        target_uri: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
        latest: bool = False,
    ) -> Sequence[Capture]:
        """Return the captures of URIs with the same key (`uris.key`), oldest first.

        `since` is inclusive, `until` exclusive. Of more than `limit` it is the earliest,
        or the `latest`, and not many more than so many are read.
        """

    def latest(
        self, target_uris: Iterable[str], *, since: datetime
    ) -> Mapping[str, Capture]:
        """Return the latest capture with each URI's key, if it is one of that very URI
        and of `since` or later. May lag by a second: it is for who would else do again
        what was just done.
        """

    def captures(
        self, *, prefix: str = "", after: Place | None = None, at_once: int = 1000
    ) -> Iterator[Capture]:
        """Yield captures whose `uris.key` starts with `prefix`, by their places.

        Begins behind `after`. About `at_once` are read whenever more are wanted, so who
        stops early has read little more than what was yielded.
        """

    def rows(self, *, after: Cursor = ()) -> Iterator[Row]:
        """Yield all that is stored of captures, in the order of cursors, behind one: each
        row once, wherever it lies and whatever it says. For who trusts none of it.
        """

    def count(self, *, prefix: str, most: int) -> int:
        """Return how many captures there are whose `uris.key` starts with `prefix`, or
        `most` where there are more. For who must know: all of them are counted.
        """

    def entry(self, key: str) -> Entry:
        """Return one entry, or raise `NotFound`."""

    def entries(self, keys: Iterable[str]) -> Mapping[str, Entry]:
        """Return those of the entries that are known, by their keys."""

    def linked(self, link: str) -> Sequence[Entry]:
        """Return the entries of all feeds whose link leads to the page that `link`
        leads to, by `first_seen_at`, then `key`.
        """

    def recent(self, feed_id: str, *, limit: int) -> Sequence[Entry]:
        """Return the latest entries of a feed by (`river_at`, `key`), newest first."""

    def river(
        self,
        *,
        limit: int,
        before: str | None = None,
        feed_id: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> tuple[Sequence[RiverEntry], str | None]:
        """Return entries by (`river_at`, `key`), newest first, and the cursor of the
        next page (None: that was all). `before` is such a cursor (`Misuse` if forged);
        `since` is inclusive, `until` exclusive, both of `river_at`.
        """

    def snapshots(self, link: str) -> Sequence[Snapshot]:
        """Return the snapshots of the page that a link leads to, oldest first."""

    def claim(self, job: CaptureJob, *, now: datetime) -> CaptureJob | None:
        """Return the job to do when this one is handed out; None: there is none.

        None if its snapshot is indexed, or if another worker was handed a job with this
        id less than `CLAIM_S` before: theirs comes again if they die. Where a job with
        this id was claimed earlier, the one to do has the `due_at` of that, so that it
        meets the object which may be stored. Operational, as troubles are.
        """

    def trouble(self, trouble: Trouble) -> None:
        """Note why a page could not be captured; replaces the page's last note.
        Operational, not part of the holdings; a snapshot added later clears it.
        """

    def troubles(self) -> Iterator[Trouble]:
        """Yield the notes that stand, latest first."""

    def counts(self) -> Mapping[str, int]:
        """Return ``entries``, ``snapshots``, ``captures``, ``troubles``."""

    def findings(self, link: str) -> Sequence[Finding]:
        """Return what all looks at the page that a link leads to have found, its first
        captures included, oldest first.
        """

    def changes(
        self,
        *,
        limit: int,
        before: str | None = None,
        feed_id: str | None = None,
        since: datetime | None = None,
    ) -> tuple[Sequence[Step], str | None]:
        """Return what is to be told of looks that came later than a first capture, newest
        first, and the cursor of the next page (as `river`). `since` is inclusive.
        """

    def dump(self) -> Iterator[str]:
        """Yield every derived row as one canonical JSON line, in ascending order.

        Two indexes are equal when their dumps are: what `reindex` is judged by.
        """


class FeedBook(Protocol):
    """The operator's feeds and their state between two polls. Not derivable."""

    def add(self, feed: Feed) -> None:
        """Add a feed, or raise `Conflict` if its id is there."""

    def add_all(self, feeds: Iterable[Feed]) -> Sequence[Feed]:
        """Add those feeds whose ids are not there, and return them."""

    def get(self, feed_id: str) -> Feed:
        """Return one feed, or raise `NotFound`."""

    def all(self) -> Sequence[Feed]:
        """Return all feeds, by `added_at`, then `uri`."""

    def save(self, feed: Feed, *, due_at: datetime) -> None:
        """Replace the state of a feed whose `due_at` still is the one given, else
        raise `Conflict`: another worker has finished this poll.
        """

    def remove(self, feed_id: str) -> None:
        """Forget a feed (its holdings stay), or raise `NotFound`."""

    def part(self, feed_id: str, subscription: Subscription) -> None:
        """Remember the subscription of a feed that is removed, for the hub's question.

        It outlives the feed, and is forgotten at the end of its lease, or later.
        """

    def parted(self, feed_id: str) -> Subscription | None:
        """Return what was remembered last of a feed that was removed, or None."""

    def due(self, now: datetime, *, limit: int) -> Sequence[Feed]:
        """Return feeds with `due_at` ≤ `now` that are not paused, longest due first.
        One indexed query.
        """


class JobQueue(Protocol):
    """Takes jobs and hands each out at least once, in no promised order."""

    def send(self, jobs: Sequence[Job], *, delay_s: float = 0) -> None:
        """Enqueue jobs; they are durable once this returns. `delay_s` ≥ 0 holds them
        back (AWS: at most 900 s are kept, a longer delay is cut to that).
        """

    def send_at(self, job: CaptureJob, at: datetime) -> None:
        """Enqueue a job at `at`, however far off; it is durable once this returns.
        A job (`id`) that is sent again before then is the same job.
        """

    def defer(self, job: CaptureJob, at: datetime) -> None:
        """Enqueue again, at `at`, a job that was handed out and is not done.

        Unlike with `send_at` it counts even if the same job was sent before.
        """

    def depths(self) -> Mapping[str, int]:
        """Return how many jobs are not done: of ``polls`` (all that asks feeds) and of
        ``captures``. Of a queue of many machines that is about right.
        """

    def release(self, now: datetime, *, limit: int) -> int:
        """Hand over to the queue up to `limit` jobs that `send_at` was to send by `now`,
        and return how many. A queue that holds jobs back by itself has none.
        """


class JobInbox(JobQueue, Protocol):
    """The receiving side, where no event source does that for us (embedded).

    A job sent again while it is not done is the same job, and so is a capture job with
    the id of one that is not done: the first stands.
    """

    def receive(self, *, now: datetime, limit: int) -> Sequence[Delivery]:
        """Hand out up to `limit` jobs that are available at `now`, oldest first.
        Nobody else gets them until `release_all`.
        """

    def done(self, receipt: str) -> None:
        """Forget a job."""

    def retry(self, receipt: str, *, at: datetime) -> None:
        """Give a job back; it is available again at `at`. Its count goes up."""

    def postpone(self, receipt: str, *, at: datetime) -> None:
        """Give a job back that was not tried; it is available at `at`, as if it was new."""

    def release_all(self) -> None:
        """Make jobs available again that were handed out by a process that died."""

    def next_at(self) -> datetime | None:
        """Return when the next job becomes available, or None if there is no job."""

    def depth(self) -> int:
        """Return the number of jobs that are not done."""


MEMORY_BYTES = 256 * 1024
"""Bytes of one payload that are held in memory: 64 exchanges may be under way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one exchange: seconds in all, bytes of payload on the wire.

    Of a payload at most `memory_bytes` are held in memory: a larger one lies in a file.
    `spacing_s` is how long after the last request to its host it may begin, where the
    fetcher's user has not said; None is the fetcher's own. `delay_s` is what the
    publisher asks for (``Crawl-delay``): that is kept whatever else was said.
    """

    total_s: float = 60.0
    payload_bytes: int = 25_000_000
    memory_bytes: int = MEMORY_BYTES
    spacing_s: float | None = None
    delay_s: float = 0.0


class Fetcher(Protocol):
    """Makes one exchange, safely and politely. The only way to the network."""

    async def fetch(
        self, uri: str, *, headers: Headers = (), limits: Limits = Limits()
    ) -> Exchange:
        """GET `uri` once, following nothing, with extra request `headers`.

        Waits for the host's turn, resolves once, connects to a vetted address only.
        Returns what arrived, even if it is cut (`Exchange.truncated`) or broken
        (`Exchange.anomalies`). Raises `Refused` (scheme, port, credentials, forbidden
        address…) or `Unreachable` (no whole response head before the deadline).
        """


FORM = "application/x-www-form-urlencoded"


class Poster(Fetcher, Protocol):
    """A `Fetcher` that can also ask for something to be done (hubs are asked so)."""

    async def post(
        self,
        uri: str,
        *,
        form: bytes,
        media_type: str = FORM,
        limits: Limits = Limits(),
    ) -> Exchange:
        """POST `form`, which is of that media type, as `fetch` does a GET."""
