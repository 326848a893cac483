"""Facts: what a page says, out of all the places where pages say it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.nouns.model import Facts
from hozon.reading.page import Page
from hozon.text import extract, facts
from tests import effort

URI = "https://e.example/dir/page.html"
PARAGRAPH = "The harbour master opened the gate at dawn and counted every boat. " * 3
ENGLISH = f"<article>{f'<p>{PARAGRAPH}</p>' * 6}</article>"
SENTENCE = "港の管理人は夜明けに水門を開け、舟を一艘ずつ数えた。それから日誌に書いた。"
JAPANESE = f"<article>{f'<p>{SENTENCE * 3}</p>' * 6}</article>"
NOON = datetime(2025, 10, 24, 12, tzinfo=UTC)


def said(html: str, uri: str = URI) -> Facts:
    return facts(Page.parse(html, uri))


def json_ld(body: str) -> str:
    return f'<script type="application/ld+json">{body}</script>'


def test_all_facts_of_a_well_marked_page() -> None:
    """Everything that a careful publisher states is found."""
    page = (
        "<html lang=en-GB><head><title>Gates | The Pier</title>"
        '<meta property="og:title" content="Gates">'
        '<meta property="og:site_name" content="The Pier">'
        '<meta property="og:image" content="/lead.jpg">'
        '<link rel=canonical href="/gates">'
        + json_ld(
            '{"@context":"https://schema.org","@graph":[{"@type":"NewsArticle",'
            '"headline":"Gates","author":[{"@type":"Person","name":"Ada Potter"},'
            '{"@type":"Person","name":"Ben Turner"}],'
            '"datePublished":"2025-10-24T12:00:00Z",'
            '"dateModified":"2025-10-24T21:00:00+09:00"}]}'
        )
        + f"</head><body><nav>Home News</nav><h1>Gates</h1>{ENGLISH}"
        "<footer>Imprint</footer></body></html>"
    )

    found = said(page)

    assert found.text.startswith("The harbour master")
    assert found.text.count("\n") >= 5
    assert "Imprint" not in found.text
    assert (
        Facts(
            title="Gates",
            authors=("Ada Potter", "Ben Turner"),
            published_at=NOON,
            modified_at=NOON,
            language="en-GB",
            site="The Pier",
            canonical_uri="https://e.example/gates",
            lead_image="https://e.example/lead.jpg",
            text=found.text,
            extractor="hozon",
        )
        == found
    )


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Gates | The Pier</title><h1>Gates</h1>", "Gates"),
        (
            "<title>Gates - The Pier</title>"
            "<meta name=application-name content='The Pier'>",
            "Gates",
        ),
        ("<title>The Pier: Gates</title>", "The Pier: Gates"),
        ("<title>Rock - and - Roll</title>", "Rock - and - Roll"),
        (
            "<meta property=og:title content='Gates｜港新聞'>"
            "<meta property=og:site_name content='港新聞'>",
            "Gates",
        ),
        (
            "<meta property=og:title content='For machines'>"
            + json_ld('{"@type":"Article","headline":"As shown"}')
            + "<h1>As shown</h1>",
            "As shown",
        ),
        (
            "<title>The Pier</title><meta property=og:site_name content='The Pier'>"
            "<h1>Gates</h1>",
            "Gates",
        ),
        ("<title>A &amp;amp; B</title>", "A & B"),
        ("<h1><ruby>港<rt>みなと</rt></ruby>の朝</h1>", "港の朝"),
        ("<title> </title>", None),
        ("<svg><title>logo</title></svg>", "logo"),
    ],
)
def test_titles(head: str, title: str | None) -> None:
    """The site's name is cut off where something proves that it is one."""
    assert title == said(head).title


@pytest.mark.parametrize(
    ("html", "authors"),
    [
        (json_ld('{"@type":"Article","author":"Ada Potter"}'), ("Ada Potter",)),
        (
            json_ld('{"@type":"BlogPosting","author":{"name":"Ada Potter"}}'),
            ("Ada Potter",),
        ),
        (
            json_ld('{"@type":["Article"],"author":[{"name":"A B"},"C D"],}'),
            ("A B", "C D"),
        ),
        (
            "<meta property=og:site_name content='The Pier'>"
            + json_ld(
                '{"@type":"Article","author":{"@type":"Organization",'
                '"name":"The Pier"}}'
            )
            + "<a rel=author>Ada Potter</a>",
            ("Ada Potter",),
        ),
        (
            json_ld(
                '{"@type":"Article","author":{"@type":"Organization","name":"Wire"}}'
            ),
            ("Wire",),
        ),
        (
            "<meta name=author content='Ada Potter, Ben Turner'>",
            ("Ada Potter", "Ben Turner"),
        ),
        ("<meta property=article:author content='https://fb.example/ada'>", ()),
        (
            "<meta name=twitter:label1 content='Written by'>"
            "<meta name=twitter:data1 content='Ada Potter'>",
            ("Ada Potter",),
        ),
        (
            "<span class=byline>By <a href=/ada>Ada Potter</a> | 12:30</span>",
            ("Ada Potter",),
        ),
        (
            "<p class=author>Written by Ada Potter and Ben Turner</p>",
            ("Ada Potter", "Ben Turner"),
        ),
        ("<div class=comment-author>Troll</div>", ()),
        ("<p class=author>文＝岬 花子</p>", ("岬 花子",)),
        (f"<article><p>文＝岬花子、写真＝港太郎</p>{JAPANESE}</article>", ("岬花子",)),
        (f"<article><p>著者：岬花子</p>{JAPANESE}</article>", ("岬花子",)),
        (
            f"<article>{JAPANESE}<p>日誌は続く。（岬花子記者）</p></article>",
            ("岬花子",),
        ),
        ("<span class=author-name>[岬花子，港新聞]</span>", ("岬花子", "港新聞")),
        ("<meta name=author content=admin>", ()),
    ],
)
def test_authors(html: str, authors: tuple[str, ...]) -> None:
    """Machines are told first, readers next; a site is no person."""
    assert authors == said(html).authors


@pytest.mark.parametrize(
    "html",
    [
        json_ld('{"@type":"Article","datePublished":"2025-10-24T12:00:00Z"}'),
        json_ld(
            '\n//<![CDATA[\n{"@type":"Article",\n"datePublished":"2025-10-24T12:00Z",}'
            "\n//]]>"
        ),
        "<meta property=article:published_time content=2025-10-24T12:00:00Z>",
        "<meta itemprop=datePublished content='Fri, 24 Oct 2025 12:00:00 GMT'>",
        "<article><time datetime=2025-10-24T12:00Z>yesterday</time></article>",
        "<p class=post-date>24 October 2025, 12:00</p>",
        "<html lang=ja><p class=date>2025年10月24日（金）21:00</p>" + JAPANESE,
        "<html lang=ja><p>公開日：２０２５年１０月２４日 ２１時００分</p>" + JAPANESE,
        "<html lang=ja><h1>港の朝</h1><p>令和7年10月24日 午後9時</p>" + JAPANESE,
    ],
)
def test_published(html: str) -> None:
    """Dates are found where they are stated, and Japan's are in Japan's time."""
    assert NOON == said(html).published_at


@pytest.mark.parametrize(
    ("uri", "published_at"),
    [
        ("https://e.example/2025/10/24/gates", datetime(2025, 10, 24, tzinfo=UTC)),
        ("https://e.example/20251024/gates", datetime(2025, 10, 24, tzinfo=UTC)),
        ("https://e.example/2025/13/24/gates", None),
        ("https://e.example/gates", None),
    ],
)
def test_published_by_its_uri(uri: str, published_at: datetime | None) -> None:
    """A date in the path is better than none."""
    assert published_at == said(ENGLISH, uri).published_at


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ("<html lang=en>" + ENGLISH, "en"),
        ("<html lang=en_US>" + ENGLISH, "en-US"),
        ("<meta property=og:locale content=de_DE>" + ENGLISH, "de-DE"),
        (ENGLISH, None),
        (JAPANESE, "ja"),
        ("<html lang=ja-JP>" + JAPANESE, "ja-JP"),
        ("<html lang=en>" + JAPANESE, "ja"),
        ("<html lang=zh-TW><p>" + "天地玄黃宇宙洪荒日月盈昃辰宿列張" * 20, "zh-TW"),
        ("<p>" + "항구의 관리인은 새벽에 문을 열었다. " * 20, "ko"),
        ("<html lang='javascript:x'>" + ENGLISH, None),
    ],
)
def test_language(html: str, language: str | None) -> None:
    """Kana beat a template's ``lang=en``."""
    assert language == said(html).language


def test_ruby_readings_are_no_text() -> None:
    """The base is kept and its reading dropped, so that a search finds the word."""
    html = JAPANESE.replace(
        "水門", "<ruby>水門<rp>(</rp><rt>すいもん</rt><rp>)</rp></ruby>"
    )

    assert "夜明けに水門を開け" in said(html).text


def test_the_page_stays_as_it_is() -> None:
    """Others ask the same tree: for requisites, for what kind of page it is."""
    html = JAPANESE.replace("水門", "<ruby>水門<rt>すいもん</rt></ruby>")
    page = Page.parse(f"<nav><a href=/>x</a></nav>{html}", URI)
    before = page.tree.html

    extract(page)

    assert before == page.tree.html
    assert "すいもん" not in page.words
    assert before == page.tree.html


def test_a_page_without_an_article_has_its_text() -> None:
    """Search finds such pages too; who found the text says what it is."""
    found = said("<b>" * 600 + "Tide</b> 4.2 m")

    assert (["Tide", "4.2", "m"], "whole page") == (found.text.split(), found.extractor)


def test_an_empty_page_says_nothing() -> None:
    """No fact is made up."""
    assert said("") == Facts()


@pytest.mark.museum(41)
@pytest.mark.parametrize(
    "html",
    [
        *(
            pattern * 100_000
            for pattern in ("<div>", "<b>", "<font>", "<table>", "<", "&")
        ),
        *(pattern * 100_000 for pattern in ("<a href=x>y</a>", "<h1>x</h1>", "<p>x")),
        "<a " + " ".join(f"a{n}=1" for n in range(100_000)) + ">",
        *(pattern * 20_000 for pattern in ("<span>a </span>", "<li><a href=x>b</a>")),
        "<title>" + "a - " * 200_000 + "</title>",
        json_ld("[" * 100_000),
        json_ld('{"a":' * 100_000),
        json_ld('{"@type":"Article","author":[' + '{"name":"x"},' * 30_000 + '"y"]}'),
        "<div class=author>" + "(" * 150,
        "<p>" + " " * 1_000_000,
        "<p>" + "公開" * 500_000,
    ],
    ids=range(19),
)
def test_hostile_pages_end(html: str) -> None:
    """Soon, whatever they are made of."""
    with effort.at_most(seconds=10):
        said(html)


@given(
    st.text()
    | st.lists(
        st.sampled_from(
            [
                "<h1>",
                "<p>",
                "</p>",
                "<time datetime=2025>",
                "<ruby>",
                "<rt>",
                "文＝",
                "著者：",
                "記者）",
                "2025年1月1日",
                json_ld('{"@type":"Article","author":null,"headline":[1]}'),
                "a b ",
                "（",
                json_ld('[{"@type":7,"datePublished":{},"image":[[]]}]'),
                "<meta name=author content='|'>",
            ]
        )
    ).map("".join)
)
def test_any_page_has_facts(html: str) -> None:
    """Nothing raises, whatever a page says in whatever type."""
    found = said(html)

    assert found.title is None or found.title == " ".join(found.title.split())
    assert found.text.encode("utf-8") is not None
