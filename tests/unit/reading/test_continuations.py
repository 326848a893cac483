"""Articles of several pages: the next one is found, the next article never."""

import pytest

from hozon.reading.continuations import belongs, following, whole
from hozon.reading.page import Page

SITE = "https://e.example"
URI = f"{SITE}/news/story"
ARTICLE = "<meta property=og:type content=article>"


def a_page(body: str, uri: str = URI, head: str = ARTICLE) -> Page:
    return Page.parse(f"<html><head>{head}</head><body>{body}", uri)


@pytest.mark.parametrize(
    ("uri", "link"),
    [
        ("/news/story", "<a href='/news/story?page=2'>次へ</a>"),
        ("/news/story", "<a href='?page=2'>2</a>"),
        ("/news/story?id=7", "<a href='?page=2&id=7'>次のページへ ›</a>"),
        ("/news/story/", "<a href='/news/story/2/' rel=next>Fortsetzung: Lob</a>"),
        ("/news/story/", "<link rel=next href='/news/story/page/2'>"),
        ("/news/a089.html", "<a href=a089_2.html>次のページへ</a>"),
        ("/news/a089.html", "<a href=a089.html>1</a><a href=a089_2.html>»next«</a>"),
        ("/news/s?P=1", "<a href='?P=2'>続きを読む</a>"),
        ("/news/story/index.html", "<a href=index2.html>Next page</a>"),
    ],
)
def test_the_next_page(uri: str, link: str) -> None:
    """The same URI but for a number one higher, and a link that says so."""
    page = a_page(link, f"https://e.example{uri}")

    found = following(page, first=page.uri, number=1)

    assert found is not None
    assert belongs(found, first=page.uri)


def test_the_page_after_the_next() -> None:
    """Pages are counted from the first, whatever the second links to."""
    second = a_page("<a href=a_2.html>2</a><a href=a_3.html>3</a>", f"{SITE}/a_2.html")

    first = f"{SITE}/a.html"
    assert f"{SITE}/a_3.html" == following(second, first=first, number=2)
    assert following(second, first=first, number=20) is None


@pytest.mark.parametrize(
    ("uri", "link"),
    [
        ("/news/story", "<link rel=next href=/news/another-story>"),
        ("/news/story-1", "<a rel=next href=/news/story-2>次へ</a>"),
        ("/news/10.html", "<a href=11.html>次へ</a>"),
        ("/2026/story", "<a rel=next href='/2026/2'>2</a>"),
        ("/news/story", "<a href='/news/story?page=3'>次へ</a>"),
        ("/news/story", "<a href='/news/story?page=2'>All comments</a>"),
        ("/news/story", "<a rel=next href='/news/story?page=2#comments'>Next</a>"),
        ("/news/story", "<a rel=next href='/news/story/comment-page-2'>Next</a>"),
        ("/news/story", "<a rel=next href='https://o.example/news/story/2'>Next</a>"),
        ("/news/story", "<a rel=next href='/news/story?page=2&x=1'>Next</a>"),
        ("/", "<a rel=next href='/?page=2'>次へ</a>"),
        ("/news/s/20", "<a rel=next href='/news/s/21'>Next</a>"),
        ("/fiction/7/chapter/1", "<a rel=next href=/fiction/7/chapter/2/b>Next</a>"),
    ],
)
def test_what_is_not_the_next_page(uri: str, link: str) -> None:
    """Another article, a list, comments, another host, a page that is skipped."""
    page = a_page(link, f"https://e.example{uri}")

    assert following(page, first=page.uri, number=1) is None


def test_lists_are_not_followed() -> None:
    """What does not call itself an article has next pages as well."""
    page = a_page("<a rel=next href='?page=2'>2</a>", head="")

    assert following(page, first=URI, number=1) is None


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("<a href='?page=all'>全文を読む</a>", "https://e.example/news/story?page=all"),
        (
            "<a href=story/full>この記事の全文を読む</a>",
            "https://e.example/news/story/full",
        ),
        (
            "<a href='?view=single'>Single page</a>",
            "https://e.example/news/story?view=single",
        ),
        ("<a href=other/full>全文を読む</a>", None),
        ("<a href='?page=all'>全文を読むには会員登録</a>", None),
        ("<a href=story/print>Print</a>", None),
        (
            "<a href=story/print>Print</a><a href='?page=2'>2</a>",
            "https://e.example/news/story/print",
        ),
    ],
)
def test_the_whole_on_one_page(link: str, target: str | None) -> None:
    """Preferred to its pages; the view for printing only where there are several."""
    assert target == whole(a_page(link))
