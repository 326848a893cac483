"""Texts are compared without regard to case, width, and how they are typeset."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.search.folding import Origin, folded


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("ＥＦＦ", "eff"),
        ("ｽﾊﾟｲ", "スパイ"),
        ("か\u3099", "が"),
        ("株式会社㈱", "株式会社(株)"),
        ("Straße", "STRASSE"),
        ("ﬁnal", "FINAL"),
        ("don’t", "DON'T"),
        ("“so”", '"so"'),
        ("1999–2003", "1999-2003"),
        ("〜", "～"),
        ("葛\U000e0100城", "葛城"),
        ("so\u00adft", "soft"),
        ("zero\u200bwidth", "zero width"),
        ("e\u0301t\u00e9", "été"),
        ("שָׁלוֹם", "שלום"),
        ("a\t\n\u3000 b ", "a b"),
        ("a\0b", "a b"),
    ],
)
def test_the_same(text: str, same: str) -> None:
    """What a reader takes for the same is the same."""
    assert folded(same) == folded(text)


@pytest.mark.parametrize(
    ("text", "other"), [("はは", "ハハ"), ("か", "が"), ("cafe", "café"), ("a b", "ab")]
)
def test_not_the_same(text: str, other: str) -> None:
    """What means something else is something else."""
    assert folded(other) != folded(text)


@given(st.text())
def test_no_white_space_but_spaces(text: str) -> None:
    """Folded text has no line ends, no two spaces side by side, none at its ends."""
    result = folded(text)

    assert " ".join(result.split()) == result
    assert "\0" not in result


@pytest.mark.parametrize(
    ("text", "wanted", "original"),
    [
        ("Ein Ｗort, ﬁnal", "wort", "Ｗort"),
        ("Ein Ｗort, ﬁnal", "final", "ﬁnal"),
        ("高い ｽﾊﾟｲ だ", "パ", "ﾊﾟ"),
        ("株式会社㈱です", "株)で", "㈱で"),
        ("a\n\n  b c", "b", "b"),
        ("İstanbul x", "x", "x"),
        ("か\u3099く", "く", "く"),
    ],
)
def test_the_way_back(text: str, wanted: str, original: str) -> None:
    """A place in folded text leads to the characters it was made of."""
    origin, begin = Origin(text), folded(text).index(wanted)
    found = origin.text[origin.place(begin) : origin.place(begin + len(wanted))]

    assert original == found.strip()


@given(st.text(), st.data())
def test_the_way_back_is_in_the_text(text: str, data: st.DataObject) -> None:
    """Whatever the text is, places are in it, and in order."""
    origin, size = Origin(text), len(folded(text))
    offsets = sorted(data.draw(st.lists(st.integers(0, size), max_size=5)))

    places = [origin.place(each) for each in offsets]

    assert sorted(places) == places
    assert all(0 <= each <= len(origin.text) for each in places)
