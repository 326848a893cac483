"""What is shown of what was found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.search.matching import WIDTH, Matcher, Part
from hozon.search.query import parse


def shown(parts: tuple[Part, ...]) -> str:
    return "".join(f"[{p.text}]" if p.is_hit else p.text for p in parts)


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("free", "Free as in Free!", "[Free] as in [Free]!"),
        ('"ｆｒｅｅ software"', "Free\n  Software", "[Free Software]"),
        ("スパイ", "彼はｽﾊﾟｲだ", "彼は[ｽﾊﾟｲ]だ"),
        ("国会 会議", "国会議", "[国会議]"),
        ("soft*", "Software", "[Soft]ware"),
        ("strasse", "die Straße.", "die [Straße]."),
        ("a -b", "a b", "[a] b"),
        ("nowhere", "not here", "not here"),
    ],
)
def test_a_title(query: str, text: str, marked: str) -> None:
    """All of it, with what was asked for as it was written."""
    assert marked == shown(Matcher(parse(query)).marked(text))


def test_an_excerpt_of_a_long_text() -> None:
    """The place where it stands, with words around it, cut between words."""
    text = "Once upon a time. " * 40 + "The dragon slept. " + "They lived on. " * 40

    found = shown(Matcher(parse("dragon")).excerpt(text))

    assert "[dragon] slept" in found
    assert found.startswith("…")
    assert found.endswith("…")
    assert len(found) <= WIDTH + 20
    assert set("".join(found.split())) <= set("…[]" + "".join(text.split()))
    assert all(word.strip("…[].") in text for word in found.split())


def test_an_excerpt_of_japanese() -> None:
    """Half as many characters, for they are twice as wide; nothing to cut between."""
    text = "今日は晴れです。" * 40 + "竜が眠っていた。" + "明日も晴れです。" * 40

    found = shown(Matcher(parse("竜が眠")).excerpt(text))

    assert "[竜が眠]っていた" in found
    assert len(found) <= WIDTH // 2 + 5


def test_the_place_with_most_of_it() -> None:
    """Where several words are asked for, the place where they meet."""
    text = (
        "A dragon. " + "Nothing here. " * 60 + "A dragon and a knight. " + "End. " * 50
    )

    found = shown(Matcher(parse("knight dragon")).excerpt(text))

    assert "[dragon] and a [knight]" in found


def test_only_in_the_title() -> None:
    """Then the text is shown from its beginning."""
    text = "It begins. " * 60

    found = shown(Matcher(parse("title")).excerpt(text))

    assert found.startswith("It begins. It begins.")
    assert "[" not in found


@given(st.text(max_size=300), st.text(max_size=5), st.integers(1, 60))
def test_an_excerpt_is_of_the_text(before: str, behind: str, width: int) -> None:
    """Whatever the text is, an excerpt is on one line, and the hit is in it."""
    text = f"{before} dragon {behind}"

    parts = Matcher(parse("dragon")).excerpt(text, width=width)

    assert all(part.text for part in parts)
    assert not any(char in part.text for part in parts for char in "\n\t\r")
    if width > 10:
        hits = {part.text for part in parts if part.is_hit}
        assert any("dragon" in hit or hit in "dragon" for hit in hits)
