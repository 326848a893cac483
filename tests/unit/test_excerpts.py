"""What the index keeps of a text: its opening."""

from hypothesis import given
from hypothesis import strategies as st

from hozon.stored.excerpts import excerpt, opening

TEXTS = st.text(st.sampled_from("ab日本 \n\t\u3000"), max_size=400)


@given(TEXTS, st.integers(3, 40))
def test_an_opening_is_the_excerpt_of_the_folded_text(text: str, size: int) -> None:
    """However little of a text is looked at, the same is shown of it."""
    assert excerpt(" ".join(text.split()), size) == opening(text, size)


def test_gaps_do_not_shorten_it() -> None:
    """Words far behind the start are found over any number of blanks."""
    assert "one two" == opening("one" + " " * 5_000 + "two", 400)
