"""What people type is read as they mean it."""

import pytest

from hozon.nouns.errors import Misuse
from hozon.search.query import Clause, parse
from tests.unit.search.shelf import Shelf, a_document


def texts(query: str) -> list[str]:
    return [each.text for each in parse(query).required]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("Free Software", ["free", "software"]),
        ('"Free  Software"', ["free software"]),
        ("“Free Software” now", ["free software", "now"]),
        ('"no end', ["no end"]),
        ("東京　大阪", ["東京", "大阪"]),
        ("serial*", ["serial"]),
        ('"free soft"*', ["free soft"]),
        ('"free soft*"', ["free soft"]),
        ("well-known C++", ["well-known", "c++"]),
        ("a - b & c", ["a", "b", "c"]),
        ("twice twice", ["twice"]),
    ],
)
def test_what_is_required(query: str, wanted: list[str]) -> None:
    """Words, phrases, beginnings; punctuation alone is not looked for."""
    assert wanted == texts(query)


def test_what_is_excluded() -> None:
    """A dash before a word or phrase, and not within one."""
    found = parse('budget -draft -"first draft" well-known')

    assert ["draft", "first draft"] == [each.text for each in found.excluded]
    assert ["budget", "well-known"] == [each.text for each in found.required]


@pytest.mark.parametrize("query", ["", " ", "-draft", '""', "*", "-", "!?。", '-"a b"'])
def test_nothing_to_look_for(query: str) -> None:
    """It is said what can be asked for."""
    with pytest.raises(Misuse, match="nothing to look for"):
        parse(query)


@pytest.mark.parametrize("query", ["a" * 1001, " ".join(map(str, range(50)))])
def test_too_much(query: str) -> None:
    """A query is bounded."""
    with pytest.raises(Misuse, match="at most"):
        parse(query)


@pytest.mark.parametrize(
    ("query", "text", "is_there"),
    [
        ("soft", "software", False),
        ("soft*", "software", True),
        ("ware*", "software", False),
        ("software", "free software.", True),
        ("linux", "linuxカーネル", True),
        ("京都", "東京都", True),
        ("3.14", "it is 3.14", True),
        ("3.14", "it is 3 14", False),
        ("c", "c++", True),
        ("c++", "c and c++", True),
        ("c++", "c and c+", False),
        ("node", "node.js", True),
        ("snake", "snake_case", True),
        ("年", "2026年度", True),
        ("2026年", "2026年度", True),
        ("026年", "2026年度", False),
    ],
)
def test_words_and_characters(query: str, text: str, *, is_there: bool) -> None:
    """A word is a whole word; dense text stands anywhere; marks are as typed."""
    [clause] = parse(query).clauses

    assert is_there is clause.stands_in(text)
    shelf = Shelf.of([a_document(text=text)])
    assert is_there is bool(shelf.keys(query))


@pytest.mark.parametrize(
    ("query", "is_sure"),
    [
        ("word", True),
        ("word*", True),
        ("東京", True),
        ("国", True),
        ("🎉", True),
        ("東京都", False),
        ("c++", False),
        ('"two words"', False),
        ("a" * 41, False),
    ],
)
def test_what_terms_alone_tell(query: str, *, is_sure: bool) -> None:
    """Where they tell all, no more texts are read than are shown."""
    [clause] = parse(query).clauses

    assert is_sure is clause.is_sure


def test_few_terms_are_looked_up() -> None:
    """Of a long phrase those are taken that fewest texts have."""
    [clause] = parse('"しました。そして東京電力株式会社はお知らせをしました"').clauses

    assert isinstance(clause, Clause)
    assert 6 == len(clause.wanted)
    assert {"東京", "電力", "株式"} <= {each.term for each in clause.wanted}
