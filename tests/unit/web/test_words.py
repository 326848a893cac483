"""Every text of the pages is there in both languages, and none stands beside the table."""

import re
import string
from pathlib import Path
from typing import get_args

import pytest

from hozon.nouns.findings import ChangeKind, EventKind, Outcome, State
from hozon.nouns.model import ACCEPTED, Kind, RiverEntry, TroubleKind
from hozon.serving.describing import state
from hozon.web import views, words
from hozon.web.problems import _STATUS
from hozon.web.words import LANGUAGES, Language
from tests.fakes import a_trouble, an_entry

WEB = Path(words.__file__).parent
TEMPLATES = sorted((WEB / "templates").glob("*.html"))
JAPANESE = re.compile("[\u3041-\u30ff\u4e00-\u9fff]")
NAMES = frozenset(
    {"wayback", "archive_today", "api", "page_markdown", "api_entry", "other_language"}
)
"""Texts that are names, the same in every language; and the one in the other."""


def fields(text: str) -> int:
    """Return how many values a text takes."""
    found = [
        name for _, name, _, _ in string.Formatter().parse(text) if name is not None
    ]
    numbers = {int(name) if name else at for at, name in enumerate(found)}
    return len(numbers)


@pytest.mark.parametrize("key", sorted(words.words("en")))
def test_both_languages_say_it(key: str) -> None:
    """Neither is empty, each is what it should be, and both take the same values."""
    english, japanese = (words.words(language)[key] for language in LANGUAGES)

    assert english
    assert japanese
    assert fields(english) == fields(japanese)
    if key not in NAMES:
        assert JAPANESE.search(japanese)
        assert not JAPANESE.search(english)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_say_nothing_by_themselves(path: Path) -> None:
    """What stands in a template is markup and marks: no word that is not in the table."""
    source = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", path.read_text("utf-8"))
    text = re.sub(r"<[^<>]*>", " ", source)

    assert [] == re.findall(r"[^\W\d_]+", text)
    for name in ("alt", "title", "aria-label", "placeholder"):
        said = re.findall(rf'\b{name}="([^"]*)"', source)
        assert [""] * len(said) == [re.sub(r"[\W\d]", "", each) for each in said]


@pytest.mark.parametrize("path", [*TEMPLATES, *sorted(WEB.glob("*view.py"))], ids=str)
def test_what_is_asked_for_is_there(path: Path) -> None:
    """No page asks for a text that nobody wrote."""
    source = path.read_text("utf-8")
    asked = {*re.findall(r"\bwords\.([a-z_]+)\b", source)}
    asked |= {*re.findall(r"\bsaid\[\"([a-z_]+)\"\]", source)}

    assert set() == asked - {*words.words("en"), "items", "words"}


def test_every_state_has_a_name() -> None:
    """Whatever a finding or a state can be is called something."""
    said = words.words("en")
    states = {*get_args(State), *get_args(EventKind), "held", "waiting", "linkless"}
    troubles = {"failed", "refused", "blocked"}

    assert states | troubles <= said.keys()
    assert {f"outcome_{each}" for each in get_args(Outcome)} <= said.keys()
    assert {f"change_{each}" for each in get_args(ChangeKind)} <= said.keys()
    assert {f"problem_{status.value}" for _, status in _STATUS} <= said.keys()


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("ja", "ja"),
        ("ja-JP,ja;q=0.9,en-US;q=0.8,en;q=0.7", "ja"),
        ("en-US,en;q=0.9,ja;q=0.8", "en"),
        ("en;q=0.5, ja", "ja"),
        ("fr, ja;q=0.4", "ja"),
        ("fr, de", "en"),
        ("ja;q=0", "en"),
        ("en, ja", "en"),
        ("ja, en", "ja"),
        ("*", "en"),
        ("ja;q=x,en;q=0.1", "en"),
        (";;;,,,=q", "en"),
    ],
)
def test_the_language_of_a_browser(accepted: str, language: Language) -> None:
    """The one with the greater weight; of two with the same, the first."""
    assert language == words.preferred(accepted)


@pytest.mark.parametrize(
    "kind", sorted({*get_args(Kind), "failed", "refused"} - ACCEPTED)
)
def test_every_kind_of_trouble_is_told(kind: TroubleKind) -> None:
    """A verdict that stands on an entry is shown under a state that has a name."""
    stands = state(RiverEntry(entry=an_entry(), trouble=a_trouble(kind=kind)))

    waiting = {words.words(language)["waiting"] for language in LANGUAGES}
    assert not waiting & {words.state(language, stands) for language in LANGUAGES}


@pytest.mark.parametrize(
    "text", ["<" * 30, '"' * 60, "<>&\"'" * 100, "あ<" * 80, "x" * 500]
)
@pytest.mark.parametrize("size", [12, 40, 160])
def test_what_is_nothing_but_escapes_fits(text: str, size: int) -> None:
    """A title of few characters may take much of a page; it is cut, and that ends."""
    assert views.weight(views.fitting(text, size)) <= size
