"""Sentences are aligned first, then words or Japanese characters."""

from hypothesis import given
from hypothesis import strategies as st

from hozon.changes import sentences
from hozon.changes.diffing import Line, Part, diff, words
from hozon.changes.words import tokens
from tests import effort

TEXTS = st.text(
    st.sampled_from([*"abc. ABC。」「日本語カナ12,!?\n \t", "…", "\u3000", "é"]),
    max_size=120,
)


def test_words_of_a_sentence() -> None:
    """What stays is not told again."""
    assert words("12 people died.", "15 people have died.") == (
        Part("removed", "12"),
        Part("added", "15"),
        Part("same", " people"),
        Part("added", " have"),
        Part("same", " died."),
    )


def test_characters_of_japanese() -> None:
    """A wrong character is one character, not a line."""
    assert words("死者は十二人と発表した。", "死者は十五人と発表した。") == (
        Part("same", "死者は十"),
        Part("removed", "二"),
        Part("added", "五"),
        Part("same", "人と発表した。"),
    )


def test_sentences_are_paired_by_likeness() -> None:
    """A sentence that came between does not push the others apart."""
    before = "The mayor said no. The council met on Monday. It was cold."
    after = (
        "The mayor said yes. Nobody had asked. The council met on Tuesday. It was cold."
    )

    assert ["changed", "added", "changed", "same"] == [
        line.op for line in diff(before, after)
    ]


def test_quotes_spaces_and_dashes_are_no_difference() -> None:
    """A site that sets its type anew has edited nothing."""
    before = 'He said: "no" - twice.\nＡＢＣ１２３'
    after = "He said:  “no” – twice.\nABC123"

    assert {"same"} == {line.op for line in diff(before, after)}


def test_sentences_end_where_people_end_them() -> None:
    """Abbreviations, numbers and quotations are inside."""
    text = "Dr. A. Smith paid 3.5 m. He left."
    text += " 彼は「行く。」と言った。「え？」「はい。」次。"

    assert sentences.of_block(text) == [
        "Dr. A. Smith paid 3.5 m.",
        "He left.",
        "彼は「行く。」と言った。",
        "「え？」",
        "「はい。」次。",
    ]


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_off(before: str, after: str) -> None:
    """Nothing is lost or invented, in either direction."""
    lines = diff(before, after)

    assert bare(after) == "".join(bare(line.after) for line in lines)
    assert sentences.folded(bare(before)) == sentences.folded(
        "".join(bare(line.before) for line in lines)
    )


@given(TEXTS)
def test_a_text_equals_itself(text: str) -> None:
    """No line of it is anything but the same."""
    assert all(line.op == "same" for line in diff(text, text))


@given(st.text(max_size=80))
def test_tokens_join_to_the_text(text: str) -> None:
    """Whatever the script, nothing falls between two tokens."""
    assert text == "".join(tokens(text))


def test_texts_that_have_nothing_in_common_end_soon() -> None:
    """20 000 sentences against 20 000 others: bounded work, not a matrix of them."""
    before = "\n".join(f"Sentence number {n} of the one." for n in range(20_000))
    after = "\n".join(f"Line {n} in the other text." for n in range(20_000))
    with effort.at_most(seconds=30):
        lines = diff(before, after)

        assert 40_000 == len(lines)
        assert isinstance(lines[0], Line)


def bare(text: str) -> str:
    return "".join(text.split())
