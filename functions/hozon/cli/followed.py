"""The feed that a person means, among those that are followed."""

from hozon.nouns import uris
from hozon.nouns.errors import NotFound
from hozon.nouns.model import Feed
from hozon.nouns.ports import FeedBook
from hozon.stored import naming


def find(book: FeedBook, uri: str) -> Feed:
    """Return the feed at `uri`, or that was there when it was added, or say how to find it.

    Raises `NotFound`.
    """
    href = uris.normal(uri)
    named = naming.feed_id(href)
    for feed in book.all():
        if href == feed.uri or named == feed.id:
            return feed
    raise NotFound(
        f"no such feed: {href}; `hozon feeds list` shows those that are followed"
    )
