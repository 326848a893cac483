"""Leaves: canonical, made of the stored bytes alone, and never too long."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.log import leaves
from hozon.nouns.errors import Damaged, Misuse
from hozon.stored import naming
from tests.fakes import NOON, a_warc_key
from tests.objects import a_poll_object, a_snapshot_object

KEY = a_warc_key("s1")
FOREIGN = Path(__file__).parents[2] / "data" / "warc" / "snapshot.warc.gz"


def test_the_leaf_of_a_snapshot() -> None:
    """Key, length and digest of the object; its captures; what it is of."""
    data = a_snapshot_object(KEY)
    said = leaves.read(leaves.made(KEY, data))

    assert ("leaf/1", "snapshot", KEY, len(data)) == (
        said["hozon"],
        said["kind"],
        said["key"],
        said["length"],
    )
    assert "2026-08-22T12:00:00.000Z" == said["captured_at"]
    assert {
        "id": "s1",
        "link": "https://example.com/e1",
        "verdict": "article",
    }.items() <= (said["about"].items())
    [page] = said["captures"]
    assert ("https://example.com/e1", 200, "response") == (
        page["uri"],
        page["status"],
        page["type"],
    )
    assert "Sat, 22 Aug 2026 12:00:00 GMT" == page["date"]
    assert page["block"].startswith("sha256:")
    assert page["payload"].startswith("sha256:")


def test_the_leaf_of_a_poll() -> None:
    """It names the feed."""
    said = leaves.read(leaves.made(KEY, a_poll_object(KEY)))

    assert ("poll", "f1") == (said["kind"], said["about"]["feed_id"])
    assert "https://example.com/f1.xml" == said["about"]["feed_uri"]


def test_anyone_makes_the_same_leaf() -> None:
    """Twice the same bytes; of another key, or one byte more, another leaf."""
    data = a_snapshot_object(KEY)

    assert leaves.made(KEY, data) == leaves.made(KEY, bytes(data))
    assert leaves.made(KEY, data) != leaves.made(a_warc_key("s2"), data)


def test_an_object_without_our_metadata() -> None:
    """Is sealed all the same: its bytes and its captures are what counts."""
    said = leaves.read(leaves.made(KEY, FOREIGN.read_bytes()))

    assert ("warc", {}) == (said["kind"], said["about"])


@pytest.mark.parametrize("data", [b"", b"no warc", b"\x1f\x8b broken"])
def test_what_is_no_object(data: bytes) -> None:
    """Has no leaf."""
    with pytest.raises(Damaged):
        leaves.made(KEY, data)


def test_a_leaf_has_room_for_what_fits() -> None:
    """300 requisites with long URIs: the first ones are named, all are counted."""
    others = [f"https://example.com/{n}/{'x' * 1500}" for n in range(300)]
    data = a_snapshot_object(KEY, others=others)
    leaf = leaves.made(KEY, data)
    said = leaves.read(leaf)

    assert leaves.LONGEST - 2_000 < len(leaf) <= leaves.LONGEST
    assert 604 == said["records"]
    assert 3 < len(said["captures"]) < 20
    assert "https://example.com/e1" == said["captures"][0]["uri"]


def test_long_texts_are_cut_for_good() -> None:
    """A URI of any length leaves a leaf of bounded length, and is still told apart."""
    one, other = (
        a_snapshot_object(KEY, link=f"https://example.com/{'é' * 3_900}{end}")
        for end in "ab"
    )

    assert len(leaves.made(KEY, one)) <= leaves.LONGEST
    assert (
        leaves.read(leaves.made(KEY, one))["about"]
        != leaves.read(leaves.made(KEY, other))["about"]
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text(min_size=1), JSON, max_size=4))
def test_a_note_is_its_own_leaf(said: dict[str, Any]) -> None:
    """What is stored is what is sealed, and its key follows from what it says."""
    key, data = leaves.note("settings", {"said": said}, at=NOON)

    assert data == leaves.made(key, data)
    assert said == leaves.read(data)["said"]
    assert (key, data) == leaves.note("settings", {"said": said}, at=NOON)
    assert key.startswith("log/notes/2026/08/22/hozon-20260822120000-")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("snapshot", {}),
        ("purge", {"key": "x"}),
        ("purge", {"share": 0.5}),
        ("purge", {"deep": [{"share": 0.5}]}),
        ("purge", {"text": "\ud800"}),
        ("purge", {"text": "x" * 17_000}),
        ("purge", {"set": {1}}),
    ],
)
def test_what_cannot_be_noted(kind: str, said: dict[str, Any]) -> None:
    """Another kind, a member of the log's own, a fraction, no text, too much."""
    with pytest.raises(Misuse):
        leaves.note(kind, said, at=NOON)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"hozon":"leaf/2","key":"k"}',
        b'{"key":"k", "hozon":"leaf/1"}',
        b'{"key":"k","hozon":"leaf/1"}',
        b'{"hozon":"leaf/1","key":"k","n":1.0}',
        b'{"hozon":"leaf/1","key":"k","n":NaN}',
        b'{"hozon":"leaf/1","key":"\\u00e9"}',
        b'{"hozon":"leaf/1","key":"k"}\n',
        b"[" * 100_000,
    ],
)
def test_what_is_no_leaf(data: bytes) -> None:
    """Only the canonical spelling is one."""
    with pytest.raises(Damaged):
        leaves.read(data)


def test_a_note_under_another_key() -> None:
    """Is not that note."""
    key, data = leaves.note("access", {"state": "dark"}, at=NOON)

    with pytest.raises(Damaged, match="is not the note"):
        leaves.made(key.replace("hozon-", "hozon-1"), data)


def test_canonical_is_what_rfc_8785_would_give_for_ours() -> None:
    """Ascending members, no white space, no escapes but those that JSON needs."""
    said = {"b": [1, "é\n"], "a": {"z": None, "y": True}}

    assert '{"a":{"y":true,"z":null},"b":[1,"é\\n"]}'.encode() == leaves.canonical(said)
    assert said == json.loads(leaves.canonical(said))


def test_keys_have_an_id_and_an_instant() -> None:
    """Those of WARC objects and of notes; those of others have none of ours."""
    note, _ = leaves.note("access", {"state": "dark"}, at=NOON)

    for key in (a_warc_key("abc"), note):
        assert NOON == naming.object_at(key)
    assert "abc" == naming.object_id(a_warc_key("abc"))
    assert 24 == len(naming.object_id(note))
    assert 1970 == naming.object_at("warcs/foreign.warc.gz").year
    assert "foreign" == naming.object_id("warcs/foreign.warc.gz")
