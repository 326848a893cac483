"""Tell others what was found: a bus, a command, a webhook. At least once each.

What is told stands in a WARC object, which is durable before; it is told before its job
is done, so a worker that dies in between tells it again, with the same id. Who cannot be
reached does not hold anything up: the event waits in the outbox until he can.
"""

import json
from asyncio import to_thread
from collections.abc import Iterable, Sequence
from datetime import timedelta

from hozon.lives import announcing
from hozon.lives.lifecycle import after
from hozon.nouns.archive import Archive
from hozon.nouns.errors import NotFound, Refused, Unavailable, Unreachable, Unusable
from hozon.nouns.events import Event
from hozon.nouns.findings import Finding, Life, Step
from hozon.nouns.model import Feed
from hozon.nouns.ports import Limits, Poster
from hozon.nouns.watches import Watch
from hozon.stored import naming

MEDIA_TYPE = "application/json"
_LIMITS = Limits(total_s=15, payload_bytes=65_536, spacing_s=0.25)
_AGAIN = timedelta(minutes=10)
_BATCH = 100


async def tell(
    events: Iterable[Event], archive: Archive, poster: Poster | None
) -> None:
    """Tell those of the events that somebody wants to be told of, in their order.

    Raises `Unavailable` only where they can neither be told nor kept to be told later.
    """
    telling = archive.telling
    wanted = [event for event in events if telling.filter.takes(event)]
    if not wanted or not telling.is_wanted:
        return
    if await _told(wanted, archive, poster):
        return
    for event in wanted:
        again = archive.clock() + _AGAIN
        await to_thread(archive.outbox.put, event, at=again)


async def tell_waiting(archive: Archive, poster: Poster | None = None) -> int:
    """Tell the events that wait in the outbox and are due; return how many.

    A webhook is told only with a `poster` that reaches it.
    """
    if not archive.telling.is_wanted:
        return 0
    done = 0
    waiting = await to_thread(archive.outbox.due, archive.clock(), limit=_BATCH)
    for event in waiting:
        if not await _told([event], archive, poster):
            again = archive.clock() + _AGAIN
            await to_thread(archive.outbox.put, event, at=again)
            break
        await to_thread(archive.outbox.told, event)
        done += 1
    return done


def tell_failing(feed: Feed, archive: Archive) -> None:
    """Put into the outbox that a feed is failing, if it is since this poll."""
    event = announcing.failing(feed)
    telling = archive.telling
    if event and telling.is_wanted and telling.filter.takes(event):
        archive.outbox.put(event, at=archive.clock())


def found(
    findings: Sequence[Finding], watch: Watch | None, archive: Archive
) -> list[Event]:
    """Return the events of what was found on one page, whose watch is as it was before.

    Reads what they name only where somebody wants to be told.
    """
    if not archive.telling.is_wanted:
        return []
    steps: list[Step] = []
    lived = watch.life if watch else Life()
    for finding in findings:
        if lived.looked_at and finding.place <= (lived.looked_at, lived.last_id):
            continue
        steps.append(after(lived, finding))
        lived = steps[-1].life
    return [event for step in steps if (event := _event(step, archive)) is not None]


def _event(step: Step, archive: Archive) -> Event | None:
    if step.event is None:
        return None
    key = step.finding.entry_key
    entry = archive.index.entries([key]).get(key)
    return announcing.of_step(step, entry=entry, feed=_feed(step.finding, archive))


def _feed(finding: Finding, archive: Archive) -> Feed | None:
    if finding.feed_id == naming.NO_FEED:
        return None
    try:
        return archive.feeds.get(finding.feed_id)
    except NotFound:
        return None


async def _told(
    events: Sequence[Event], archive: Archive, poster: Poster | None
) -> bool:
    """Tell all who listen; False: one of them could not be told."""
    telling = archive.telling
    try:
        if telling.crier is not None:
            await to_thread(telling.crier.tell, events)
        if telling.webhook is not None and poster is not None:
            for event in events:
                await _post(event, telling.webhook, poster)
    except (Unavailable, Unusable, Unreachable, Refused):
        return False
    return True


async def _post(event: Event, uri: str, poster: Poster) -> None:
    body = json.dumps(announcing.to_json(event), ensure_ascii=False).encode()
    answer = await poster.post(uri, form=body, media_type=MEDIA_TYPE, limits=_LIMITS)
    if not 200 <= answer.status < 300:
        raise Unreachable(f"the webhook answered {answer.status}")
