"""RFC 9110 §13: entity tags and the conditions that name them."""

import pytest

from hozon.serving import validating

TAG = validating.etag("a", "b")
WEAK = validating.weak_etag("a", "b")


def test_tags_say_what_they_are_made_of() -> None:
    """The same parts give the same tag, others another one, however they are cut."""
    assert TAG == validating.etag("a", "b")
    assert 3 == len({TAG, validating.etag("ab"), validating.etag("b", "a")})
    assert WEAK == "W/" + TAG


@pytest.mark.parametrize(
    ("field", "tag", "expected"),
    [
        (TAG, TAG, True),
        (WEAK, TAG, True),
        (TAG, WEAK, True),
        (f'"x", {TAG} , W/"y"', TAG, True),
        ("*", TAG, True),
        (" * ", WEAK, True),
        ('"x"', TAG, False),
        (TAG.strip('"'), TAG, False),
        ("", TAG, False),
        (None, TAG, False),
    ],
)
def test_if_none_match(field: str | None, tag: str, expected: object) -> None:
    """Any of the tags, weak or not, or an asterisk."""
    assert expected is validating.is_unchanged(field, tag)


@pytest.mark.parametrize(
    ("field", "tag", "expected"),
    [
        (None, TAG, True),
        (TAG, TAG, True),
        ('"x"', TAG, False),
        (WEAK, WEAK, False),
        ("Sat, 22 Aug 2026 12:00:00 GMT", TAG, False),
    ],
)
def test_if_range(field: str | None, tag: str, expected: object) -> None:
    """Only the very tag lets a download go on; else it begins anew (§13.1.5)."""
    assert expected is validating.may_continue(field, tag)
