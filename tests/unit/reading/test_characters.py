"""What is kept of the characters of strings that strangers wrote."""

import pytest

from hozon.reading import characters


@pytest.mark.parametrize(
    ("stated", "cleaned"),
    [
        ("a\0b\x1bc\x7f\x9b", "abc"),
        ("a\ud800b", "a\N{REPLACEMENT CHARACTER}b"),
        ("か\u3099", "が"),
        ("tab\tline\n", "tab\tline\n"),
    ],
)
def test_cleaned(stated: str, cleaned: str) -> None:
    """Controls and lone surrogates never reach a log, a key or a database."""
    assert cleaned == characters.cleaned(stated)


def test_folded_is_cut_to_its_limit() -> None:
    """A cut text says that it was cut."""
    assert characters.folded("word " * 10, limit=12) == "word word w…"
