"""What a text is found by."""

import pytest

from hozon.search.folding import folded
from hozon.search.terms import LONGEST, terms


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Free software, free!", {"free", "software"}),
        ("国会", {"国会", "会"}),
        ("色", {"色"}),
        ("東京都 の", {"東京", "京都", "都", "の"}),
        ("スパイ・ゾルゲ", {"スパ", "パイ", "イ", "ゾル", "ルゲ", "ゲ"}),
        ("Linuxカーネル", {"linux", "カー", "ーネ", "ネル", "ル"}),
        ("한국", {"한국", "국"}),
        ("สวัสดี", {"สว", "วั", "ัส", "สด", "ดี", "ี"}),
        ("Привет мир", {"привет", "мир"}),
        ("5 € → 🎉", {"5", "€", "→", "🎉"}),
        ("snake_case node.js", {"snake", "case", "node", "js"}),
        ("", set()),
    ],
)
def test_terms(text: str, found: set[str]) -> None:
    """Words where they are spaced, pairs where they are not, symbols alone."""
    assert found == terms(folded(text))


def test_long_words_are_cut() -> None:
    """A word that no person typed is no term of its own length."""
    assert {"a" * LONGEST} == terms("a" * 100_000)
