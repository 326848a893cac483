"""What header fields tell us: links, and wishes to wait."""

from datetime import UTC, datetime

import pytest

from hozon.reading.answers import links, retry_after_s
from tests.fakes import NOON
from tests.fetching import Answer, exchange

URI = "https://example.com/dir/feed"


@pytest.mark.parametrize(
    ("fields", "hubs"),
    [
        (['<https://hub.example/>; rel="hub"'], ["https://hub.example/"]),
        (["</hub>;rel=hub, <../b>; rel=HUB"], ["/hub", "/b"]),
        (['<a>; rel="self hub"; type="x"', "<b>; rel=self"], ["/dir/a"]),
        (["<a>; title=\"x, <b>; rel=hub\"; rel='hub'"], []),
        (['<a>; title="x, y; rel=no"; rel="hub"'], ["/dir/a"]),
        (["<javascript:x>; rel=hub", "<a>; rel=hubs", "rubbish"], []),
        (["<a>; rel=hub", "<a>; rel=hub"], ["/dir/a"]),
        (["<" * 20_000 + '"' * 20_000], []),
    ],
)
def test_links_of_a_relation(fields: list[str], hubs: list[str]) -> None:
    """RFC 8288: several fields, several links, several relations, quoted strings."""
    answer = Answer(headers=tuple(("Link", field) for field in fields))

    found = list(links(exchange(URI, answer, NOON), "hub"))

    assert [
        h if h.startswith("https") else f"https://example.com{h}" for h in hubs
    ] == (found)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (None, None),
        ("120", 120),
        (" 7 ", 7),
        ("0", 0),
        ("99999999999999999999", 9_999_999_999),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("soon", None),
        ("", None),
        ("Sat, 22 Aug 2026 10:16:00 GMT", 60),
        ("Sat, 22 Aug 2026 10:14:00 GMT", 0),
    ],
)
def test_a_wish_to_wait_is_understood(said: str | None, seconds: float | None) -> None:
    """Retry-After is seconds or a date; anything else is no wish."""
    fields = () if said is None else (("Retry-After", said),)
    now = datetime(2026, 8, 22, 10, 15, tzinfo=UTC)
    answered = exchange(URI, Answer(status=503, headers=fields), now)

    assert seconds == retry_after_s(answered, now=now)
