"""Archives made without a network: WARC objects of polls and snapshots, and their index.

What `stocked` makes is always the same, to the byte: feeds of several days, pages that
share a style sheet behind a redirect, and pictures of which later ones are revisits.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from hozon.nouns import digests
from hozon.nouns.archive import Archive
from hozon.nouns.claims import Extract
from hozon.nouns.model import Capture, Entry, Facts, Feed, Holdings, Snapshot, Verdict
from hozon.nouns.work import CaptureJob, PollJob
from hozon.polling.subscribing import new_feed
from hozon.stored import holdings, naming
from hozon.stored.holdings import Reading, Requirement, poll_metadata, snapshot_metadata
from hozon.stored.recording import Recorder
from tests.fakes import a_capture, a_snapshot, an_entry
from tests.fetching import Answer, exchange, html, redirect

BEGAN = datetime(2026, 9, 28, 6, tzinfo=UTC)
EVERY = timedelta(hours=7)
ORIGIN = "https://news.example.org"
OTHER = "https://other.example.net"
STYLE, SHEET = f"{ORIGIN}/style.css", f"{ORIGIN}/sheet-2.css"
PICTURE = f"{ORIGIN}/%E7%B5%B5.png"
_SHEET = Answer(b"p { color: green } " * 40, 200, (("Content-Type", "text/css"),))
_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63f8ffff3f0300080000030101a5f645400000000049454e44ae426082"
)
_PICTURE = Answer(_PIXEL + bytes(600), 200, (("Content-Type", "image/png"),))


def ids() -> Iterator[str]:
    """Yield record ids, the same in each test."""
    for number in count(1):
        yield f"urn:uuid:00000000-0000-4000-8000-{number:012x}"


@dataclass(slots=True)
class Maker:
    """Makes what an archive holds, and remembers what later snapshots may refer to."""

    archive: Archive
    style_at: str = ""
    style_id: str = ""
    picture: Capture | None = None

    def poll(self, feed: Feed, entries: list[Entry], at: datetime) -> str:
        """Store a feed document with entries, and return its key."""
        key = naming.warc_key(PollJob(feed_id=feed.id, due_at=at))
        recorder = Recorder.of(self.archive, key, at)
        document = Answer(
            f"<rss><channel><title>{at}</title></channel></rss>".encode(),
            200,
            (("Content-Type", "application/rss+xml"),),
        )
        came = exchange(feed.uri, document, at)
        record_id = recorder.exchange(came)
        reading = Reading(uri=feed.uri, digest=digests.sha256(document.body))
        said = poll_metadata(feed, polled_at=at, reading=reading, entries=entries)
        recorder.metadata(said, about=came, record_id=record_id)
        self._store(key, recorder.encoded())
        return key

    def snapshot(
        self,
        entry: Entry,
        at: datetime,
        *,
        kind: Verdict | None = None,
        text: str = "",
    ) -> Snapshot:
        """Store a snapshot of an entry's page, and return it."""
        assert entry.link is not None
        job = CaptureJob(
            id=naming.first_capture_id(entry.link),
            feed_id=entry.feed_id,
            entry_key=entry.key,
            link=entry.link,
            title=entry.title,
            due_at=at,
        )
        key = naming.warc_key(job)
        recorder = Recorder.of(self.archive, key, at)
        body = f"<link rel=stylesheet href={STYLE}><img src={PICTURE}><h1>{entry.key}"
        page = exchange(entry.link, html(f"{body}</h1><p>{text}</p>"), at)
        page_id = recorder.exchange(page)
        recorder.metadata(
            snapshot_metadata(
                job,
                page_uri=entry.link,
                captured_at=at,
                status=200,
                extract=Extract(
                    facts=Facts(title=f"Page {entry.key}", text=text, language="ja")
                ),
                requirements=[
                    self._style(recorder, key, at),
                    self._picture(recorder, at),
                ],
                notes=(),
                verdict=kind,
            ),
            about=page,
            record_id=page_id,
        )
        held = self._store(key, recorder.encoded())
        for capture in held.captures:
            if capture.media_type == "image/png" and self.picture is None:
                self.picture = capture
        return held.snapshots[0]

    def _style(self, recorder: Recorder, key: str, at: datetime) -> Requirement:
        if self.style_at:
            return Requirement(
                uri=STYLE,
                kind="style",
                outcome="shared",
                record_id=self.style_id,
                warc_key=self.style_at,
            )
        recorder.exchange(exchange(STYLE, redirect("/sheet-2.css"), at))
        self.style_id = recorder.exchange(exchange(SHEET, _SHEET, at))
        self.style_at = key
        return Requirement(
            uri=STYLE, kind="style", outcome="captured", record_id=self.style_id
        )

    def _picture(self, recorder: Recorder, at: datetime) -> Requirement:
        record_id = recorder.exchange(
            exchange(PICTURE, _PICTURE, at), held=self.picture
        )
        return Requirement(
            uri=PICTURE, kind="image", outcome="captured", record_id=record_id
        )

    def _store(self, key: str, data: bytes) -> Holdings:
        self.archive.warcs.put(key, data)
        held = holdings.read(key, data)
        self.archive.index.add(held)
        return held


def numbered(feed: Feed, number: int, at: datetime) -> Entry:
    """Return the entry of a feed with this number, published at an instant."""
    origin = feed.uri.rpartition("/")[0]
    return an_entry(
        digests.identifier("entry", feed.id, str(number), size=24),
        feed_id=feed.id,
        id=f"{origin}/{number}",
        link=f"{origin}/{number}.html",
        title=f"記事 {number} & <more>",
        language="ja",
        published_at=at,
        river_at=at,
        first_seen_at=at,
        seen_at=at,
    )


def followed(archive: Archive) -> list[Feed]:
    """Follow the two feeds of all archives made here, and return them."""
    feeds = [new_feed(f"{origin}/feed.xml", archive) for origin in (ORIGIN, OTHER)]
    feeds = [replace(f, title=f"ニュース {n}") for n, f in enumerate(feeds)]
    archive.feeds.add_all(feeds)
    return feeds


def listed(archive: Archive, entries: int) -> None:
    """Fill an index, and no store: one entry with snapshot and capture every 20 minutes."""
    feeds = followed(archive)
    written, held, captures = [], [], []
    for number in range(entries):
        at = BEGAN + number * timedelta(minutes=20)
        entry = numbered(feeds[number % 2], number, at)
        link = entry.link or ""
        written.append(entry)
        held.append(a_snapshot(entry.key, link=link, page_uri=link, captured_at=at))
        captures.append(a_capture(link, captured_at=at))
    archive.index.add(
        Holdings(
            entries=tuple(written), snapshots=tuple(held), captures=tuple(captures)
        )
    )


def prose(number: int, words: int) -> str:
    """Return a text of so many words of 17 bytes, which hardly gets smaller."""
    return " ".join(digests.identifier(str(number), str(n)) for n in range(words))


def stocked(archive: Archive, snapshots: int, *, words: int = 0) -> Archive:
    """Fill an archive: one entry with its snapshot each 7 hours, two feeds by turns.

    Returns it with the ids that the next records would have. A tenth of the pages come
    with the verdict that they are none. Their texts have so many `words` (0: a few lines).
    """
    given = ids()
    made = replace(archive, new_id=lambda: next(given))
    feeds = followed(made)
    maker = Maker(made)
    for number in range(snapshots):
        at = BEGAN + number * EVERY
        feed = feeds[number % 2]
        entry = numbered(feed, number, at)
        maker.poll(feed, [entry], at + timedelta(minutes=1))
        kind = Verdict(kind="challenge", confidence=1.0) if number % 10 == 9 else None
        text = f"本文 {number}。" * 40 if not words else prose(number, words)
        maker.snapshot(entry, at + timedelta(minutes=2), kind=kind, text=text)
    return made
