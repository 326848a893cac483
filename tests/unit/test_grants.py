"""Grants: leave to see one snapshot, for five minutes, which nobody else can give."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.nouns.errors import Refused
from hozon.serving import grants

NOW = datetime(2026, 11, 23, 12, 0, 1, 500_000, tzinfo=UTC)
KEY, OTHER = b"k" * grants.KEY_BYTES, b"o" * grants.KEY_BYTES
OBJECT = "warcs/2026/11/23/hozon-20261123120000-0123.warc.gz"
PAGES = "https://pages.example:8443"


def opened(
    text: str, *, key: bytes = KEY, object_: str = OBJECT, later_s: float = 0
) -> grants.Grant:
    """Hold a grant against a key, and return what it says."""
    said, mac = grants.read(text, object_, NOW + timedelta(seconds=later_s))
    grants.check(said, mac, key)
    return said


def signed(key: bytes = KEY, pages: str = PAGES) -> str:
    """Return a grant that is given now."""
    return grants.signed(grants.given(OBJECT, pages, NOW), key)


def test_a_grant_says_what_was_given() -> None:
    """For this object, from these pages, for five minutes and not a second more."""
    said = opened(signed())

    assert (OBJECT, PAGES) == (said.warc_key, said.pages)
    assert timedelta(minutes=5) >= said.until - NOW > timedelta(minutes=4.9)
    assert NOW.date() == said.day
    assert opened(signed(), later_s=298) == said


@pytest.mark.parametrize("later_s", [300, 3600, -3600, -2])
def test_it_ends(later_s: float) -> None:
    """What is over is refused, and what claims to hold longer than any grant does."""
    with pytest.raises(Refused, match="ended"):
        opened(signed(), later_s=later_s)


def test_it_is_for_one_object() -> None:
    """The same words for another snapshot are no grant for it."""
    with pytest.raises(Refused, match="no grant"):
        opened(signed(), object_=OBJECT.replace("0123", "4567"))


def test_nobody_else_can_give_one() -> None:
    """Neither with another key, nor by changing what one says."""
    until, pages, mac = signed().split(".")
    later = f"{int(until) - 1}"
    evil = grants.signed(grants.given(OBJECT, "https://evil.example", NOW), OTHER)

    for forged in (
        signed(OTHER),
        f"{later}.{pages}.{mac}",
        f"{until}.{evil.split('.')[1]}.{mac}",
        f"{until}.{pages}.{mac[:-1]}",
        f"{until}.{pages}.{'A' * 43}",
    ):
        with pytest.raises(Refused):
            opened(forged)


@pytest.mark.parametrize(
    "pages",
    ["javascript:1", "https://a.example/path", "https://a.example; script-src *"],
)
def test_pages_are_an_origin(pages: str) -> None:
    """Nothing else gets into a policy or a link, even from who has the key."""
    with pytest.raises(Refused):
        opened(signed(pages=pages))


@given(st.text(max_size=200))
def test_whatever_else_is_none(text: str) -> None:
    """Any text is refused, and nothing else is raised."""
    with pytest.raises(Refused):
        opened(text)


def test_a_grant_at_midnight_is_of_the_day_it_was_given() -> None:
    """Its key is found by that day, though it ends on the next."""
    late = datetime(2026, 11, 23, 23, 58, tzinfo=UTC)
    given_late = grants.given(OBJECT, PAGES, late)

    assert late.date() == given_late.day
    assert late.date() < given_late.until.date()
    assert given_late == replace(given_late)
