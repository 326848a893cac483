"""Ask hubs to tell us of news, and act on what they say (WebSub).

The state is saved before a hub is asked, because it may ask back before it answers. The
web face only checks and queues what a hub says (`receive`); the worker that takes the
job changes the feed (`hear`), so what faces the Internet writes nothing.
"""

import secrets
from asyncio import to_thread
from collections.abc import Callable, Mapping
from dataclasses import replace

from hozon.entries import websub
from hozon.nouns import uris
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Conflict, Misuse, NotFound, Refused, Unreachable
from hozon.nouns.model import Exchange, Feed, Subscription
from hozon.nouns.ports import Limits, Poster
from hozon.nouns.work import HubJob, PollJob

_LIMITS = Limits(total_s=30, payload_bytes=100_000)
_TRIES = 5
_HOPS = 3
_KEEP_METHOD = frozenset({307, 308})
_LONGEST_REASON = 500


def new_chance() -> str:
    """Return a text that nobody can guess."""
    return secrets.token_urlsafe(24)


async def tend(
    feed: Feed,
    archive: Archive,
    poster: Poster,
    *,
    chance: Callable[[], str] = new_chance,
) -> None:
    """Ask the feed's hub for a subscription, or for more of it, if it is time to.

    What goes wrong is noted with the subscription, and tried again at a later poll.
    """
    wished = websub.wanted(feed, archive.public_uri, now=archive.clock(), chance=chance)
    if wished is None:
        return
    try:
        await to_thread(
            archive.feeds.save, replace(feed, hub=wished), due_at=feed.due_at
        )
    except Conflict:
        return
    if problem := await _asked(wished, "subscribe", poster):
        await to_thread(_note, feed.id, wished, problem, archive)


async def leave(feed: Feed, archive: Archive, poster: Poster) -> str | None:
    """Remove a feed, and tell its hub that we want no more of it.

    Returns what went wrong with that: then the lease runs out by itself. In this order,
    because the hub may ask whether we mean it before it answers. Raises `NotFound`.
    """
    known = feed.hub
    if known is None or not websub.is_active(known, now=archive.clock()):
        await to_thread(archive.feeds.remove, feed.id)
        return None
    await to_thread(archive.feeds.part, feed.id, known)
    await to_thread(archive.feeds.remove, feed.id)
    return await _asked(known, "unsubscribe", poster)


async def _asked(wished: Subscription, mode: str, poster: Poster) -> str | None:
    """Send a request to the hub; return what is wrong with its answer, if anything is."""
    try:
        answer = await _posted(wished.hub, websub.form(wished, mode), poster)
    except (Refused, Unreachable, Misuse) as e:
        return str(e)
    if 200 <= answer.status < 300:
        return None
    said = " ".join(
        bytes(answer.payload[:_LONGEST_REASON]).decode("utf-8", "replace").split()
    )
    return f"status {answer.status}" + (f": {said}" if said else "")


async def _posted(hub: str, form: bytes, poster: Poster) -> Exchange:
    """POST to the hub; where it has moved, there (§5.1: 307 and 308 are followed)."""
    answer = await poster.post(hub, form=form, limits=_LIMITS)
    for _ in range(_HOPS):
        location = answer.header("location")
        if answer.status not in _KEEP_METHOD or not location:
            break
        target = uris.lenient(location, base=answer.target_uri)
        answer = await poster.post(target, form=form, limits=_LIMITS)
    return answer


def _note(feed_id: str, wished: Subscription, problem: str, archive: Archive) -> None:
    def noted(feed: Feed) -> Feed:
        if feed.hub is None or feed.hub.callback != wished.callback:
            return feed
        return replace(feed, hub=replace(feed.hub, reason=problem[:_LONGEST_REASON]))

    _change(feed_id, noted, archive)


def _change(
    feed_id: str, change: Callable[[Feed], Feed], archive: Archive
) -> Feed | None:
    """Change a feed that others may be changing too; None if it is gone, or too busy."""
    for _ in range(_TRIES):
        try:
            feed = archive.feeds.get(feed_id)
            changed = change(feed)
            if changed != feed:
                archive.feeds.save(changed, due_at=feed.due_at)
        except Conflict:
            continue
        except NotFound:
            return None
        return changed
    return None


def receive(token: str, asked: Mapping[str, str], archive: Archive) -> str:
    """Return the answer to a hub's question about the callback `token` (§5.2, §5.3).

    What it says of a subscription is queued. Raises `NotFound` for what we did not ask.
    """
    feed_id, known, is_parted = _found(token, archive)
    answer = websub.question(known, asked, is_parted=is_parted)
    if answer is None:
        raise NotFound("nobody here has asked for that")
    if not is_parted:
        is_denied = asked.get("hub.mode") == "denied"
        job = HubJob(
            feed_id=feed_id,
            token=token,
            event="denied" if is_denied else "verified",
            at=archive.clock(),
            lease_s=websub.lease_s(asked.get("hub.lease_seconds")),
            reason=asked.get("hub.reason", "")[:_LONGEST_REASON] or None,
        )
        archive.queue.send([job])
    return answer


def receive_news(
    token: str, signature: str | None, body: bytes, archive: Archive
) -> bool:
    """Queue that a hub has told of news; return False where it is not proven to be it.

    Raises `NotFound` where nobody waits for news at `token` (any more).
    """
    feed_id, known, is_parted = _found(token, archive)
    if is_parted:
        raise NotFound("this feed is no longer followed")
    if not websub.is_signed(known, signature, body):
        return False
    at = archive.clock()
    job = HubJob(feed_id=feed_id, token=token, event="told", at=at, lease_s=0)
    archive.queue.send([job])
    return True


def _found(token: str, archive: Archive) -> tuple[str, Subscription, bool]:
    """Return the feed's id and the subscription of a token, and whether it is over."""
    feed_id = websub.feed_id(token)
    if feed_id is not None:
        try:
            known = archive.feeds.get(feed_id).hub
        except NotFound:
            known = None
        if known is not None and websub.is_of(known, token):
            return feed_id, known, False
        parted = archive.feeds.parted(feed_id)
        if parted is not None and websub.is_of(parted, token):
            return feed_id, parted, True
    raise NotFound("there is no such callback")


async def hear(job: HubJob, archive: Archive) -> PollJob | None:
    """Change the feed as its hub says; return the poll that is to be done at once."""
    now = archive.clock()

    def changed(feed: Feed) -> Feed:
        return websub.heard(feed, job, now=now)

    feed = await to_thread(_change, job.feed_id, changed, archive)
    if feed is None or job.event != "told" or feed.paused or feed.due_at > now:
        return None
    return PollJob(feed_id=feed.id, due_at=feed.due_at)
