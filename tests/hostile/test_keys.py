"""Row 49: keys and items are made of hashes and times, whatever they are of."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.adapters import warckeys
from hozon.adapters.aws import items, keys
from hozon.nouns import uris
from hozon.nouns.errors import Misuse
from hozon.stored import naming, rows
from tests.fakes import (
    a_backfill_job,
    a_capture,
    a_capture_job,
    a_feed,
    a_poll_job,
    a_snapshot,
    a_trouble,
    an_entry,
)
from tests.hostile.naughty import STRINGS

_OURS = re.compile(r"warcs/\d{4}/\d\d/\d\d/hozon-\d{14}-[0-9a-f]{16,24}\.warc\.gz")
_LONGEST_PK, _LONGEST_SK, _LARGEST_ITEM = 2048, 1024, 400 * 1024
INSTANTS = st.integers(946_684_800, 7_258_118_400).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)


@pytest.mark.museum(49)
@given(st.text(), INSTANTS)
def test_an_objects_key_says_nothing_of_what_it_is_of(text: str, at: datetime) -> None:
    """Feed ids, links, URIs of any text: the key is a day, an instant and a hash."""
    for job in (
        a_poll_job(text, due_at=at),
        a_backfill_job(text, asked_at=at, uri=text),
        a_capture_job(
            naming.later_capture_id("https://e.example.org/", text), due_at=at
        ),
    ):
        key = naming.warc_key(job)
        assert _OURS.fullmatch(key)
        assert warckeys.is_key(key)


CLIMBING = (
    "../../etc/passwd",
    "warcs/../../etc/passwd.warc.gz",
    "warcs/a/../b.warc.gz",
    "warcs/./a.warc.gz",
    "warcs//a.warc.gz",
    "warcs/.hidden.warc.gz",
    "warcs/a.warc.gz\x00",
    "warcs/a.warc.gz\n",
    "warcs/%2e%2e/a.warc.gz",
    "warcs/\uff0e\uff0e/a.warc.gz",
    "warcs\\a.warc.gz",
    "/warcs/a.warc.gz",
    "warcs/" + "a" * 1_020 + ".warc.gz",
    "",
    *STRINGS,
)


@pytest.mark.museum(49)
@pytest.mark.parametrize("key", CLIMBING, ids=range(len(CLIMBING)))
def test_what_climbs_is_no_key(key: str) -> None:
    """No key can leave the folder, hide in it, or be longer than a store takes."""
    with pytest.raises(Misuse):
        warckeys.checked(key)


def size(item: dict[str, dict[str, str | bytes]]) -> int:
    """Return about how many bytes DynamoDB counts for an item."""
    return sum(
        len(name) + len(value if isinstance(value, bytes) else str(value).encode())
        for name, attribute in item.items()
        for value in attribute.values()
    )


LONG = "x\u00e9\U0001f600" * 200_000


@pytest.mark.museum(49)
def test_no_item_is_too_large() -> None:
    """Texts of megabytes are cut; the object has all of them."""
    huge = an_entry(
        title=LONG,
        summary=LONG,
        authors=(LONG,) * 100,
        categories=(LONG,) * 100,
        published=LONG,
        language=LONG,
        id=LONG,
    )
    feed = a_feed(title=LONG, trouble=LONG, hubs=(LONG,) * 50, folder=(LONG,) * 50)
    for item in (
        items.entry(huge),
        items.feed(feed),
        items.capture(a_capture(f"https://e.example.org/{'a' * 4_000}", media_type=LONG)),
        items.snapshot("l", "s", items.packed(rows.to_json(a_snapshot(link=LONG)))),
        {"pk": {"S": "x"}, "trouble": items.packed(rows.to_json(a_trouble(reason=LONG)))},
    ):  # fmt: skip
        assert size(item) < _LARGEST_ITEM / 4


@pytest.mark.museum(49)
@given(st.text("abc/?&=%é.~-", max_size=4_000), st.text(max_size=2_000))
def test_no_key_of_the_table_is_too_long(path: str, record_id: str) -> None:
    """Long URIs and ids of others still are keys, each its own."""
    try:
        uri = uris.lenient(f"https://e.example.org/{path}")
    except Misuse:
        return
    pk, sk = keys.capture(a_capture(uri, record_id=record_id))

    assert len(pk.encode()) <= _LONGEST_PK
    assert len(sk.encode("utf-8", "surrogatepass")) <= _LONGEST_SK


@pytest.mark.museum(49)
@given(
    st.lists(
        st.text("ab/", min_size=1, max_size=6), min_size=2, max_size=2, unique=True
    )
)
def test_two_of_anything_have_two_keys(pair: list[str]) -> None:
    """Ids are made of parts whose boundaries cannot be shifted."""
    one, other = pair

    assert naming.feed_id(one) != naming.feed_id(other)
    assert naming.warc_key(a_poll_job(one)) != naming.warc_key(a_poll_job(other))
