"""Plain text: what is left of what strangers wrote."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.reading import plain


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("<b>Bold</b> &amp; plain", "Bold & plain"),
        ("Generic <T> in C++", "Generic <T> in C++"),
        ("a < b && c > d", "a < b && c > d"),
        ("Fish &amp; chips &#8211; now", "Fish & chips – now"),
        ("AT&T", "AT&T"),
        ("<img src=x onerror=alert(1)>Picture", "Picture"),
        ("<script>alert(1)</script>Safe", "Safe"),
        ("<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>の本", "漢字の本"),
        ("one<br>two", "one two"),
        (" two \n lines\u3000wide ", "two lines wide"),
        ("", ""),
    ],
)
def test_titles(stated: str, title: str) -> None:
    """Markup and one layer of escapes go; what only looks like markup stays."""
    assert title == plain.of_title(stated)


def test_blocks_are_lines() -> None:
    """The words of two blocks do not run into one."""
    assert plain.of_html("<p>one</p><p>two<br>three</p>").split() == [
        "one",
        "two",
        "three",
    ]


def test_scripts_and_styles_are_no_text() -> None:
    """What is not shown is not said."""
    assert plain.of_html("<style>a{}</style>x<script>y</script>") == "x"


@given(st.text())
def test_any_text_becomes_clean(text: str) -> None:
    """Titles are one line of encodable text in composed form, whatever went in."""
    title = plain.of_title(text)

    assert title.encode("utf-8").decode() == title
    assert title == " ".join(title.split())
    assert unicodedata.is_normalized("NFC", title)
