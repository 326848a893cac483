"""What is an edit and what is not, on articles as they are written."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hozon import text
from hozon.changes import Reading, compare, is_other, is_part_of
from hozon.changes.reading import of_page
from hozon.reading.encodings import decode_html
from hozon.reading.page import Page
from tests.histories import real

ENGLISH = """The north landing opened again on Thursday.
The first boat since 2015 tied up three minutes late, to the sound of one bicycle bell.
“It felt like coming home,” said Ida Penrow, 71, who had waited since dawn.
The harbour office counted 41 passengers. Most of them went straight back.
What comes next
A second boat will run from April, if the council agrees on 12 March."""

JAPANESE = """窓口の開く日が月、水、金だけになって半年がたった。
はじめは不便だという声ばかりだったが、いまは少し様子が違う。
利用者は一日に二十人ほど。局長の田中さんは「顔を覚えてもらえた」と話す。
市は来年四月に見直す方針だ。"""

ARTICLES = {"en": ENGLISH, "ja": JAPANESE}


def reading(said: str, **facts: Any) -> Reading:
    whole = Reading(title="The title", authors=("Ida Penrow",), text=said, whole=said)
    return replace(whole, **facts)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("41 passengers", "43 passengers", "correction"),
        ("Ida Penrow, 71,", "Ida Penrow", "removal"),
        ("three minutes late", "five minutes late", "correction"),
        ("coming home", "coming  home", None),
        ("“It felt like coming home,”", '"It felt like coming home,"', None),
        ("Most of them went straight back.", "", "removal"),
        ("12 March.", "12 March. Nobody else had asked for one.", "addition"),
        ("on 12 March", "on 13 March", "correction"),
        ("What comes next", "What comes now", "correction"),
    ],
)
def test_english_edits(old: str, new: str, kind: str | None) -> None:
    """A number is an edit; the set of the type is none."""
    change = compare(reading(ENGLISH), reading(ENGLISH.replace(old, new)))

    assert kind == (change and change.kind)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("二十人", "三十人", "correction"),
        ("不便だという声ばかりだったが、", "不便だという声もあったが、", "correction"),
        ("市は来年四月に見直す方針だ。", "", "removal"),
        ("方針だ。", "方針だ。市長が十日に発表した。", "addition"),
        ("だ。\n", "だ。\n\n", None),
        ("二十人", "２０人", "correction"),
        ("、", "、 ", None),
    ],
)
def test_japanese_edits(old: str, new: str, kind: str | None) -> None:
    """One character is an edit; white space is none."""
    change = compare(reading(JAPANESE), reading(JAPANESE.replace(old, new)))

    assert kind == (change and change.kind)


ROTATING = [
    ("1,234 views", "1,310 views"),
    ("Comments (12)", "Comments (15)"),
    ("3 hours ago", "5 hours ago"),
    ("Updated 10 minutes ago", "Updated 2 days ago"),
    ("Tuesday, November 24, 2026 10:15 UTC", "Wednesday, November 25, 2026 08:00 UTC"),
    ("Read more: A whale in the harbour", "Read more: Ten bicycles for sale"),
    (
        "You may also like\nA whale in the bay\nA new bell",
        "You may also like\nTen oars",
    ),
    (
        "Most read\n1. Whale seen\n2. Bell lost",
        "Most read\n1. Bell found\n2. Oars sold",
    ),
    ("Advertisement", ""),
    ("Share this article", "Share on X"),
    ("© 2025 The Landing Post. All rights reserved.", "© 2026 The Landing Post"),
    ("閲覧数 1,234回", "閲覧数 1,410回"),
    ("コメント 12件", "コメント 18件"),
    ("3時間前", "2日前"),
    ("2026年11月24日(火) 10:15", "2026年11月25日(水) 08:00"),
    ("関連記事\n港に鯨\n新しい鐘", "関連記事\n櫂を売ります"),
    ("【関連】港に鯨が来た日", "【関連】櫂を十本売ります"),
    (
        "アクセスランキング\n1 港に鯨\n2 鐘が消えた",
        "アクセスランキング\n1 鐘が見つかる",
    ),
    ("広告", ""),
    ("37人がいいね！しました", "41人がいいね！しました"),
]


@pytest.mark.parametrize(("old", "new"), ROTATING)
@pytest.mark.parametrize("language", ARTICLES)
@pytest.mark.parametrize("place", ["before", "inside", "behind"])
def test_what_changes_by_itself_is_no_edit(
    old: str, new: str, language: str, place: str
) -> None:
    """Counters, ages, offers, adverts, wherever the extraction left them."""
    said = ARTICLES[language]
    before, after = (_with(said, extra, place) for extra in (old, new))

    assert compare(reading(before), reading(after)) is None
    edited = reading(after.replace("41", "43").replace("二十人", "三十人"))
    assert compare(reading(before), edited)


def _with(said: str, extra: str, place: str) -> str:
    head, _, tail = said.partition("\n")
    parts = {
        "before": (extra, said),
        "inside": (head, extra, tail),
        "behind": (said, extra),
    }
    return "\n".join(parts[place])


def test_the_teasers_of_other_articles_are_links() -> None:
    """A list of links inside the text may say anything."""
    offers = ["The whale that came to stay", "Why we ring the bell at noon"]
    before = reading(_with(ENGLISH, offers[0], "inside"), linked=frozenset(offers[:1]))
    after = reading(_with(ENGLISH, offers[1], "inside"), linked=frozenset(offers[1:]))

    assert compare(before, after) is None


def test_what_only_the_extraction_missed_is_no_edit() -> None:
    """A sentence that the page has elsewhere has neither come nor gone."""
    caption = "The landing in 1957, when the bell was still a gun."
    before = reading(ENGLISH, whole=f"{ENGLISH}\n{caption}")
    after = reading(f"{ENGLISH}\n{caption}", whole=f"{ENGLISH}\n{caption}")

    assert compare(before, after) is None
    assert compare(after, before) is None
    assert compare(reading(ENGLISH), after)


def test_paragraphs_that_change_places_are_no_edit() -> None:
    """Nothing was said anew."""
    lines = ENGLISH.splitlines()

    assert (
        compare(reading(ENGLISH), reading("\n".join([*lines[2:], *lines[:2]]))) is None
    )


@pytest.mark.parametrize(
    ("facts", "verdict", "kind"),
    [
        ({"title": "Another title"}, "title", "title"),
        ({"title": "The title | The Landing Post"}, None, None),
        ({"title": None}, None, None),
        ({"authors": ("Noor Vandersteen",)}, "authors", "facts"),
        ({"authors": ()}, None, None),
        ({"authors": ("IDA PENROW",)}, None, None),
    ],
)
def test_facts(facts: dict[str, object], verdict: str | None, kind: str | None) -> None:
    """Each has its verdict; one that was not found has not changed."""
    change = compare(reading(ENGLISH), reading(ENGLISH, **facts))

    assert kind == (change and change.kind)
    if change and verdict:
        assert getattr(change, verdict)
        assert (0, 0, 0) == (change.size, change.added, change.removed)


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("https://a.example/boat.jpg", "https://a.example/bell.jpg", True),
        (
            "https://a.example/boat.jpg",
            "https://cdn.example/w/boat-1024x683.jpg?x=1",
            False,
        ),
        ("https://a.example/logo.png", "https://a.example/bell.jpg", False),
    ],
)
def test_lead_images(old: str, new: str, *, changed: bool) -> None:
    """Another picture, not another size of it; a site's logo is nobody's picture."""
    shown = frozenset({"https://a.example/boat.jpg", "https://a.example/bell.jpg"})
    before = reading(ENGLISH, lead_image=old, pictured=shown)
    after = reading(ENGLISH, lead_image=new, pictured=shown)
    change = compare(before, after)

    assert changed == (change is not None)
    if change:
        assert ("facts", True) == (change.kind, change.lead_image)


def test_a_canonical_link_alone_is_no_edit() -> None:
    """Sites move to https; it is told with an edit, and makes none."""
    before = reading(ENGLISH, canonical_uri="http://a.example/x/")
    other = reading(ENGLISH, canonical_uri="https://b.example/y")

    assert compare(before, other) is None
    change = compare(before, replace(other, text=ENGLISH.replace("41", "43"), whole=""))
    assert change is not None
    assert change.canonical


def test_a_rewrite_has_its_size() -> None:
    """Half of the text or more."""
    other = "\n".join(f"Line {n} says something else entirely." for n in range(8))
    kept = ENGLISH.splitlines()[0]
    change = compare(reading(ENGLISH), reading(f"{kept}\n{other}"))

    assert change is not None
    assert "rewrite" == change.kind
    assert change.size > 0.5


def test_another_article_in_its_place() -> None:
    """No sentence and no title in common."""
    page = {"title": "Ten bicycles for sale", "whole": ""}
    other = reading("Ten bicycles are for sale in the old school. " * 9, **page)

    assert is_other(reading(ENGLISH), other)
    assert not is_other(reading(ENGLISH), reading(ENGLISH.replace("41", "43")))
    assert is_other(reading(JAPANESE * 3), other)
    assert not is_other(reading(ENGLISH), reading("Short.", title="Other"))


def test_what_a_paywall_leaves() -> None:
    """Its beginning and an offer; a teaser of the article itself below it shows no more."""
    whole = ENGLISH + "\nThe north landing opened again on Thursday."
    offer = "\nTo read on, subscribe from £1 a week."
    beginning = ENGLISH.partition("The harbour")[0]

    assert is_part_of(reading(beginning + offer), reading(whole))
    assert not is_part_of(reading(whole), reading(beginning))
    assert not is_part_of(
        reading(ENGLISH.replace("“It felt", "“It is")), reading(whole)
    )


@pytest.mark.skipif(not real.SITES.exists(), reason="no corpora beside the repository")
def test_real_pages_over_the_years() -> None:
    """Two sites whose templates changed while some of their articles were edited."""
    wrong = [
        aged.name
        for aged in real.pages()
        if aged.is_edited != (compare(_read(aged.old), _read(aged.new)) is not None)
    ]

    assert [] == wrong


def _read(path: Path) -> Reading:
    html, _ = decode_html(path.read_bytes(), "text/html")
    page = Page.parse(html, f"https://site.example/{path.name}")
    return of_page(page, text.facts(page))
