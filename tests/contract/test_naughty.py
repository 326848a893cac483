"""Row 48 at the stores: whatever texts nouns have, each backend gives them back."""

import json

import pytest

from hozon.adapters import cursors
from hozon.nouns.model import Holdings
from hozon.nouns.ports import FeedBook, Index
from tests.fakes import a_capture, a_feed, a_snapshot, a_trouble, after, an_entry
from tests.hostile.naughty import STRINGS


@pytest.mark.museum(48, 49)
def test_naughty_texts_come_back_from_an_index(index: Index) -> None:
    """Entries, captures, snapshots and troubles with each text in every field: all are
    there, the same on every backend, one after the other and page by page.
    """
    texts = [text for text in STRINGS if text]
    entries = tuple(
        an_entry(
            f"e{n:03}",
            id=text,
            title=text,
            summary=text,
            authors=(text,),
            categories=(text,),
            published=text,
            language=text,
            fingerprint=text,
            river_at=after(n),
        )
        for n, text in enumerate(texts)
    )
    captures = tuple(
        a_capture(media_type=text, captured_at=after(n)) for n, text in enumerate(texts)
    )
    index.add(Holdings(captures=captures, entries=entries, snapshots=(a_snapshot(),)))
    for n, text in enumerate(texts):
        index.trouble(a_trouble(f"t{n}", link=f"https://example.com/t{n}", reason=text))

    found: list[str] = []
    before = None
    while True:
        page, before = index.river(limit=20, before=before)
        found += [one.entry.key for one in page]
        if before is None:
            break
        assert cursors.position(before)
    assert [each.key for each in reversed(entries)] == found
    assert len(texts) == sum(1 for _ in index.troubles())
    assert len(captures) == len(index.timemap("https://example.com/"))
    for line in index.dump():
        assert json.loads(line)


@pytest.mark.museum(48)
def test_naughty_texts_come_back_from_a_feed_book(feedbook: FeedBook) -> None:
    """What is known of a feed is kept, whatever it says of itself."""
    for n, text in enumerate(STRINGS):
        feedbook.add(
            a_feed(f"f{n}", title=text or None, trouble=text or None, folder=(text,))
        )

    assert len(STRINGS) == len(feedbook.all())
    for n, text in enumerate(STRINGS):
        kept = feedbook.get(f"f{n}").title or ""
        assert text.encode("utf-8", "surrogatepass").startswith(
            kept.encode("utf-8", "surrogatepass")
        )
