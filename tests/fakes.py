"""Small nouns for tests: whole and plausible, so that a test names only what matters."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hozon.nouns import digests
from hozon.nouns.access import Decision
from hozon.nouns.events import Event
from hozon.nouns.findings import Finding
from hozon.nouns.hosts import Robots
from hozon.nouns.model import (
    Capture,
    Entry,
    Facts,
    Feed,
    Holdings,
    Location,
    Snapshot,
    Subscription,
    Trouble,
)
from hozon.nouns.payloads import Payload, Reference
from hozon.nouns.signins import SignIn
from hozon.nouns.work import BackfillJob, CaptureJob, HubJob, LookJob, PollJob

NOON = datetime(2026, 8, 22, 12, tzinfo=UTC)


def after(seconds: float) -> datetime:
    """Return the instant so many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def a_warc_key(name: str = "0123456789abcdef") -> str:
    """Return the key of a WARC object of noon."""
    return f"warcs/2026/08/22/hozon-20260822120000-{name}.warc.gz"


def a_location(offset: int = 0, length: int = 100) -> Location:
    """Return a place in the object of `a_warc_key`."""
    return Location(warc_key=a_warc_key(), offset=offset, length=length)


def a_capture(target_uri: str = "https://example.com/", **fields: Any) -> Capture:
    """Return a response of noon whose record id and payload follow from its fields."""
    at = fields.get("captured_at", NOON)
    told = digests.identifier(
        target_uri, at.isoformat(), str(sorted(fields.items())), size=32
    )
    capture = Capture(
        target_uri=target_uri,
        captured_at=NOON,
        record_id=f"urn:uuid:{told}",
        record_type="response",
        status=200,
        media_type="text/html",
        payload_digest=digests.sha256(target_uri.encode()),
        payload_length=1234,
        location=a_location(),
    )
    return replace(capture, **fields)


def payload(capture: Capture) -> Payload:
    """Return the payload of a capture, as it comes anew from the same URI."""
    return Payload(
        target_uri=capture.target_uri,
        digest=capture.payload_digest,
        length=capture.payload_length,
    )


def revisiting(response: Capture, days: int) -> Holdings:
    """Return what an object holds in which `response` is revisited, days later."""
    revisit = a_capture(
        response.target_uri,
        captured_at=response.captured_at + timedelta(days=days),
        record_type="revisit",
        payload_digest=response.payload_digest,
        payload_length=0,
    )
    refers_to = Reference(
        target_uri=response.target_uri,
        captured_at=response.captured_at,
        record_id=response.record_id,
        payload_digest=response.payload_digest,
    )
    return Holdings(captures=(revisit,), references=(refers_to,))


def an_entry(key: str = "e1", **fields: Any) -> Entry:
    """Return an entry of feed ``f1``, published, first and last seen at noon."""
    entry = Entry(
        feed_id="f1",
        key=key,
        id=f"https://example.com/{key}",
        link=f"https://example.com/{key}",
        title=f"Title of {key}",
        authors=("Ann", "Bob"),
        summary="Summary",
        language="en",
        published="Sat, 22 Aug 2026 12:00:00 GMT",
        published_at=NOON,
        updated_at=None,
        river_at=NOON,
        first_seen_at=NOON,
        seen_at=NOON,
        fingerprint="fingerprint",
    )
    return replace(entry, **fields)


def a_snapshot(id_: str = "s1", **fields: Any) -> Snapshot:
    """Return a snapshot of entry ``e1`` of noon."""
    snapshot = Snapshot(
        id=id_,
        feed_id="f1",
        entry_key="e1",
        link="https://example.com/e1",
        page_uri="https://example.com/e1",
        captured_at=NOON,
        status=200,
        warc_key=a_warc_key(id_),
        warc_length=4321,
        warc_digest=digests.sha256(id_.encode()),
        metadata=a_location(offset=200),
        facts=Facts(title="Title", authors=("Ann",), text="Text"),
        requisites=7,
    )
    return replace(snapshot, **fields)


def a_feed(id_: str = "f1", **fields: Any) -> Feed:
    """Return a feed that was added, and is due, at noon."""
    uri = f"https://example.com/{id_}.xml"
    return replace(Feed(id=id_, uri=uri, added_at=NOON, due_at=NOON), **fields)


def a_trouble(entry_key: str = "e1", **fields: Any) -> Trouble:
    """Return a note of noon that an entry could not be captured."""
    trouble = Trouble(
        entry_key=entry_key,
        feed_id="f1",
        link=f"https://example.com/{entry_key}",
        reason="the server answered 503",
        at=NOON,
        attempts=2,
        final=False,
    )
    return replace(trouble, **fields)


def a_poll_job(feed_id: str = "f1", **fields: Any) -> PollJob:
    """Return the job to poll a feed that is due at noon."""
    return replace(PollJob(feed_id=feed_id, due_at=NOON), **fields)


def a_capture_job(id_: str = "s1", **fields: Any) -> CaptureJob:
    """Return the job to capture entry ``e1``."""
    job = CaptureJob(
        id=id_,
        feed_id="f1",
        entry_key="e1",
        link="https://example.com/e1",
        title="Title",
        due_at=NOON,
    )
    return replace(job, **fields)


def a_look_job(**fields: Any) -> LookJob:
    """Return the job to look again at the page of entry ``e1``, due at noon."""
    job = LookJob(
        link="https://example.com/e1", feed_id="f1", entry_key="e1", due_at=NOON
    )
    return replace(job, **fields)


def a_finding(id_: str = "l1", **fields: Any) -> Finding:
    """Return what a look at the page of entry ``e1`` found at noon: all is as it was."""
    finding = Finding(
        id=id_,
        link="https://example.com/e1",
        at=NOON,
        outcome="same",
        feed_id="f1",
        entry_key="e1",
        status=200,
        page_uri="https://example.com/e1",
        warc_key=a_warc_key(id_),
    )
    return replace(finding, **fields)


def an_event(id_: str = "ev1", **fields: Any) -> Event:
    """Return the event of an edit that was found at noon."""
    event = Event(
        id=id_,
        kind="changed",
        at=NOON,
        feed_id="f1",
        entry_key="e1",
        link="https://example.com/e1",
        title="Title of e1",
        state="live",
        version=2,
        change="correction",
        size=0.0123,
    )
    return replace(event, **fields)


def a_decision(**fields: Any) -> Decision:
    """Return the decision of noon that the page of entry ``e1`` is dark."""
    decision = Decision(
        scope="page",
        subject="https://example.com/e1",
        state="dark",
        decided_at=NOON,
        by="me",
    )
    return replace(decision, **fields)


def a_signin(**fields: Any) -> SignIn:
    """Return the sign-in of noon whose link nobody has used yet."""
    signin = SignIn(
        id="0123456789ab",
        name="Ann",
        holder="person",
        issued_at=NOON,
        until=after(86_400),
        lasts_s=2_592_000,
        link="sha256:LINK",
    )
    return replace(signin, **fields)


def a_backfill_job(feed_id: str = "f1", **fields: Any) -> BackfillJob:
    """Return the job to fetch the first older page of a feed."""
    job = BackfillJob(
        feed_id=feed_id,
        asked_at=NOON,
        uri="https://example.com/f1.xml?page=2",
        page=1,
        left=100,
    )
    return replace(job, **fields)


def a_hub_job(feed_id: str = "f1", **fields: Any) -> HubJob:
    """Return the job that a hub's news of noon make."""
    job = HubJob(feed_id=feed_id, token=f"{feed_id}.token", event="told", at=NOON)
    return replace(job, **fields)


def a_subscription(**fields: Any) -> Subscription:
    """Return a subscription of feed ``f1`` that was asked for at noon."""
    subscription = Subscription(
        hub="https://hub.example.com/",
        topic="https://example.com/f1.xml",
        callback="https://archive.example.org/websub/f1f1.0123456789abcdef0123",
        secret="secret",
        asked_at=NOON,
    )
    return replace(subscription, **fields)


def a_robots(host_key: str = "https://example.com", **fields: Any) -> Robots:
    """Return a robots.txt that was fetched at noon and is good for a day."""
    robots = Robots(
        host_key=host_key,
        fetched_at=NOON,
        status=200,
        document=b"User-agent: *\nDisallow: /private/\n",
        expires_at=NOON + timedelta(days=1),
    )
    return replace(robots, **fields)
