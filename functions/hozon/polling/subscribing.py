"""Follow a feed: look whether it is one, keep what was seen, and let polling go on."""

from asyncio import to_thread
from collections.abc import Callable
from dataclasses import replace

from hozon.nouns import uris
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Conflict, Misuse, NotAFeed
from hozon.nouns.model import Feed
from hozon.nouns.ports import Fetcher
from hozon.nouns.work import PollJob
from hozon.polling.discovering import instead
from hozon.polling.polling import ask, read_document, store
from hozon.stored import naming


def new_feed(uri: str, archive: Archive) -> Feed:
    """Return the feed at `uri` as it is before its first poll, which is due now."""
    href = uris.normal(uri)
    now = archive.clock()
    return Feed(id=naming.feed_id(href), uri=href, added_at=now, due_at=now)


def _nobody(_: str) -> None:
    """Tell nobody."""


async def subscribe(
    uri: str,
    archive: Archive,
    fetcher: Fetcher,
    *,
    tell: Callable[[str], None] = _nobody,
) -> Feed:
    """Add the feed at `uri` after a look at it, and return it.

    What the look brought is stored as the feed's first poll, so the publisher is not
    asked twice: `polling.poll` finds the object and goes on from there. What is odd
    but no error (a feed without entries) goes to `tell`. Raises `Misuse`
    (no URI, known already), `NotAFeed` (says what it is, and which feeds were found by
    it), `Refused`, `Unreachable`.
    """
    feed = new_feed(uri, archive)
    for known in await to_thread(archive.feeds.all):
        if feed.id == known.id or feed.uri == known.uri:
            raise Misuse(f"already followed: {known.uri}")
    exchanges = await ask(feed, archive, fetcher)
    found = await read_document(exchanges[-1], archive)
    if isinstance(found, NotAFeed):
        if found.feeds:
            raise found
        raise await instead(found, exchanges[-1], fetcher, archive.reader)
    feed = replace(
        feed,
        title=found.title or None,
        site_uri=found.site_uri,
        self_uri=found.self_uri,
        older_uri=found.older_uri,
        is_complete=found.is_complete,
    )
    try:
        await to_thread(archive.feeds.add, feed)
    except Conflict:
        raise Misuse(f"already followed: {feed.uri}") from None
    job = PollJob(feed_id=feed.id, due_at=feed.due_at)
    await to_thread(store, job, feed, exchanges, found, archive)
    if not found.entries:
        tell(f"{feed.uri} is a feed ({found.kind}) without any entry so far")
    return feed
