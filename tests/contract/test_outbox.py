"""What every `Outbox` promises."""

from hozon.nouns.events import Outbox
from tests.fakes import NOON, after, an_event


def test_events_wait_until_they_are_told(outbox: Outbox) -> None:
    """Longest waiting first; once told, never again."""
    for n in (2, 1, 3):
        outbox.put(an_event(f"e{n}"), at=after(n))

    assert ["e1", "e2"] == [event.id for event in outbox.due(after(2), limit=9)]
    assert ["e1"] == [event.id for event in outbox.due(after(9), limit=1)]
    outbox.told(an_event("e1"))
    assert ["e2", "e3"] == [event.id for event in outbox.due(after(9), limit=9)]


def test_an_event_comes_back_as_it_was(outbox: Outbox) -> None:
    """With every field."""
    event = an_event(
        title="見出し",
        since=after(1),
        status=404,
        reason="status 404",
        warc_key="warcs/x",
        page_uri="https://example.com/e1",
        feed_uri="https://example.com/f1.xml",
        feed_title="Feed",
    )
    outbox.put(event, at=NOON)

    assert [event] == outbox.due(NOON, limit=9)


def test_an_event_that_could_not_be_told_waits_again(outbox: Outbox) -> None:
    """It is the same event, later."""
    outbox.put(an_event(), at=NOON)
    outbox.put(an_event(), at=after(600))

    assert [] == outbox.due(after(599), limit=9)
    assert 1 == len(outbox.due(after(600), limit=9))
