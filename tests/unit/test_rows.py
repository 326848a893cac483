import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.nouns.errors import Damaged
from hozon.nouns.model import Capture, Entry, Facts, Feed, Location, Snapshot, Trouble
from hozon.stored import rows
from tests.fakes import (
    NOON,
    a_capture,
    a_capture_job,
    a_feed,
    a_location,
    a_poll_job,
    a_snapshot,
    a_trouble,
    after,
    an_entry,
)

NOUNS: list[rows.Noun] = [
    a_capture(truncated="time"),
    an_entry(),
    an_entry(link=None, authors=(), language=None, published_at=None, summary=""),
    a_snapshot(),
    a_snapshot(facts=Facts()),
    a_snapshot(facts=Facts(title="", authors=("",), published_at=after(-1))),
    a_feed(paused=True, etag='"e"', failures=0, polled_at=NOON),
    a_trouble(final=True),
    a_poll_job(),
    a_capture_job(),
    a_location(),
]


@pytest.mark.parametrize("noun", NOUNS)
def test_a_noun_comes_back(noun: rows.Noun) -> None:
    """Every noun is read from its text as it was, be its fields full or empty."""
    assert noun == rows.from_json(type(noun), rows.to_json(noun))


def test_the_text_of_an_entry() -> None:
    """The text of a row is a format that is kept: no spaces, ordered, nothing empty."""
    entry = an_entry(title="題", authors=(), language=None, updated_at=after(0.0015))

    assert (
        '{"feed_id":"f1","fingerprint":"fingerprint",'
        '"first_seen_at":"2026-08-22T12:00:00.000Z","id":"https://example.com/e1",'
        '"key":"e1","link":"https://example.com/e1",'
        '"published":"Sat, 22 Aug 2026 12:00:00 GMT",'
        '"published_at":"2026-08-22T12:00:00.000Z",'
        '"river_at":"2026-08-22T12:00:00.000Z","seen_at":"2026-08-22T12:00:00.000Z",'
        '"summary":"Summary","title":"題","updated_at":"2026-08-22T12:00:00.001Z"}'
    ) == rows.to_json(entry)


def test_empty_is_not_absent() -> None:
    """An empty title is another fact than no title."""
    rows_ = [rows.to_row(Facts(title="")), rows.to_row(Facts(title=None))]

    assert [{"title": ""}, {}] == rows_


def test_an_old_row() -> None:
    """A row from before a field was there reads with the field's default."""
    row = rows.to_row(a_feed(interval_s=900))
    del row["interval_s"]

    assert a_feed() == rows.from_row(Feed, row)


def test_a_newer_row() -> None:
    """A field that we do not know yet is passed over."""
    row = rows.to_row(a_feed()) | {"future": 1}

    assert a_feed() == rows.from_row(Feed, row)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        "{}",
        '"text"',
        '{"warc_key":"k","offset":0}',
        '{"warc_key":1,"offset":0,"length":1}',
        '{"warc_key":"k","offset":"0","length":1}',
        '{"warc_key":"k","offset":true,"length":1}',
        '{"warc_key":"k","offset":0.0,"length":1}',
    ],
)
def test_no_row(text: str) -> None:
    """A text that is no row of its kind is damage, whatever it is."""
    with pytest.raises(Damaged):
        rows.from_json(Location, text)


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (Capture, "record_type", "resource"),
        (Capture, "record_type", []),
        (Capture, "captured_at", "yesterday"),
        (Capture, "captured_at", "0001-01-01T00:00:00+09:00"),
        (Capture, "captured_at", 0),
        (Entry, "authors", "Ann"),
        (Entry, "authors", [1]),
        (Snapshot, "facts", []),
        (Trouble, "final", 1),
    ],
)
def test_a_wrong_field(kind: type[Capture], name: str, value: object) -> None:
    """A row with one field of another type is damage."""
    [noun] = [each for each in NOUNS if type(each) is kind][:1]
    row = rows.to_row(noun) | {name: value}

    with pytest.raises(Damaged):
        rows.from_json(kind, json.dumps(row))


@given(text=st.text(st.characters(categories=None), max_size=50))
def test_any_text_has_an_encoding(text: str) -> None:
    """Whatever stands in a title, its row can be encoded and says what stood there."""
    written = rows.to_json(an_entry(title=text)).encode()

    title = rows.from_json(Entry, written.decode()).title
    assert text.encode("utf-16", "surrogatepass") == title.encode(
        "utf-16", "surrogatepass"
    )


@given(text=st.text(st.characters(categories=None)), limit=st.integers(0, 40))
def test_a_text_is_cut_between_characters(text: str, limit: int) -> None:
    """What is kept fits, begins the text, and would not fit with one character more."""
    kept = rows.cut(text, limit=limit)
    size = len(kept.encode("utf-8", "surrogatepass"))

    assert size <= limit
    assert kept == rows.cut(kept, limit=limit)
    if not any("\ud800" <= each <= "\udfff" for each in text):
        assert text.startswith(kept)
        assert kept == text or size + len(text[len(kept)].encode()) > limit


statements = st.builds(
    an_entry,
    first_seen_at=st.integers(0, 2).map(lambda n: NOON + timedelta(seconds=n)),
    river_at=st.integers(0, 2).map(lambda n: NOON + timedelta(seconds=n)),
    seen_at=st.integers(0, 2).map(lambda n: NOON + timedelta(seconds=n)),
    title=st.sampled_from(["a", "b"]),
    language=st.sampled_from(["en", None]),
)


@given(one=statements, two=statements, three=statements)
def test_statements_merge_in_any_order(one: Entry, two: Entry, three: Entry) -> None:
    """Merging commutes, associates, and changes nothing the second time."""
    merged = rows.merged(one, two)

    assert merged == rows.merged(two, one)
    assert merged == rows.merged(merged, one)
    assert rows.merged(merged, three) == rows.merged(one, rows.merged(two, three))
