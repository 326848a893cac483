from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hozon.nouns.digests import sha256
from hozon.nouns.model import Capture, Location
from hozon.serving import memento
from hozon.serving.timemaps import Timemap

T0 = datetime(2026, 8, 22, 10, 15, tzinfo=UTC)


def capture(
    hours: float, status: int = 200, uri: str = "https://example.org/a"
) -> Capture:
    return Capture(
        target_uri=uri,
        captured_at=T0 + timedelta(hours=hours),
        record_id=f"urn:uuid:{hours}",
        record_type="response",
        status=status,
        media_type="text/html",
        payload_digest=sha256(b""),
        payload_length=0,
        location=Location(warc_key="warcs/a.warc.gz", offset=0, length=1),
    )


def test_the_closest_and_the_older_on_a_tie() -> None:
    """The nearest in time is chosen, of two as near the older."""
    captures = [capture(0), capture(2), capture(10)]

    assert captures[0] == memento.closest(captures, T0 + timedelta(hours=1))
    assert captures[2] == memento.closest(captures, T0 + timedelta(hours=7))
    assert captures[2] == memento.closest(captures, None)
    assert memento.closest([], T0) is None


def test_what_stood_then_is_never_of_the_future() -> None:
    """Of several captures it is the latest that is not later, or none."""
    captures = [capture(0), capture(10)]

    assert captures[0] == memento.standing(captures, T0 + timedelta(hours=9.9))
    assert captures[1] == memento.standing(captures, T0 + timedelta(hours=10))
    assert memento.standing(captures, T0 - timedelta(seconds=1)) is None


def test_a_missing_page_is_chosen_only_where_there_is_nothing_else() -> None:
    """A reader wants the page, not the day it was missing; who names its second gets it."""
    gone = capture(5, 404)

    assert capture(0) == memento.closest([capture(0), gone], T0 + timedelta(hours=4))
    assert capture(0) == memento.closest([capture(0), gone], None)
    assert gone == memento.closest([capture(0), gone], T0 + timedelta(hours=5))
    assert gone == memento.closest([gone], T0)


def test_a_block_page_is_chosen_only_where_there_is_nothing_else() -> None:
    """What came in the page's place is no better, though it came with status 200."""
    blocked = replace(capture(5), kind="challenge")

    assert capture(0) == memento.closest([capture(0), blocked], None)
    assert blocked == memento.closest([capture(0), blocked], blocked.captured_at)
    assert blocked == memento.closest([blocked], None)


@given(
    st.lists(st.integers(0, 10_000), min_size=1, unique=True), st.integers(-100, 11_000)
)
def test_nothing_is_nearer_than_the_closest(hours: list[int], wanted: int) -> None:
    """No other capture lies nearer to the instant wanted."""
    instant = T0 + timedelta(hours=wanted)

    chosen = memento.closest([capture(h) for h in hours], instant)

    assert chosen is not None
    best = min(abs(h - wanted) for h in hours)
    assert timedelta(hours=best) == abs(chosen.captured_at - instant)


def test_timemap() -> None:
    """A TimeMap names the original, itself, the TimeGate and each memento once."""
    text = Timemap(
        base="https://h",
        original="https://example.org/a",
        captures=[capture(0), capture(1)],
    ).written("link")

    assert [
        '<https://example.org/a>; rel="original",',
        '<https://h/web/timemap/link/https://example.org/a>; rel="self"; '
        'type="application/link-format"; from="Sat, 22 Aug 2026 10:15:00 GMT"; '
        'until="Sat, 22 Aug 2026 11:15:00 GMT",',
        '<https://h/web/https://example.org/a>; rel="timegate",',
        '<https://h/web/20260822101500/https://example.org/a>; rel="first memento"; '
        'datetime="Sat, 22 Aug 2026 10:15:00 GMT",',
        '<https://h/web/20260822111500/https://example.org/a>; rel="last memento"; '
        'datetime="Sat, 22 Aug 2026 11:15:00 GMT"',
    ] == text.splitlines()


def test_the_link_header_names_neighbours() -> None:
    """A memento says what came before and after it."""
    captures = [capture(h) for h in range(4)]

    link = memento.link_header(
        "https://h", "https://example.org/a", captures, captures[2]
    )

    rels = [part.split('"')[1] for part in link.split(", <")]
    assert [
        "original",
        "timegate",
        "timemap",
        "first memento",
        "prev memento",
        "memento",
        "last next memento",
    ] == rels


def test_http_and_https_are_told_apart_where_both_are_held() -> None:
    """Captures of exactly the URI asked for come before others of its key."""
    secure, plain = capture(0), capture(1, uri="http://example.org/a")

    assert [plain] == memento.best_spelling([secure, plain], "http://example.org/a")
    assert [secure] == memento.best_spelling([secure], "http://www.example.org/a")
