"""The main text: what is taken, what is left out, and how it looks as Markdown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.nouns.claims import Extract
from hozon.reading.page import Page
from hozon.text import extract

URI = "https://e.example/dir/page.html"
WORDS = "The harbour master opened the gate at dawn and counted every boat. " * 2
BODY = f"<p>{WORDS}</p>" * 5
JAPANESE = "港の管理人は夜明けに水門を開け、舟を一艘ずつ数えた。" * 2


def found(html: str) -> Extract:
    return extract(Page.parse(html, URI))


def test_what_follows_a_long_listing() -> None:
    """Code is within the article, and is never the article itself."""
    code = "".join(f"<span>value_{n} = reader({n})</span><br>" for n in range(60))
    listing = f"<figure><table><tr><td><pre>{code}</pre></td></tr></table></figure>"
    text = found(
        f"<main><div><p>{WORDS}</p>{listing}<p>Read on tomorrow.</p></div></main>"
    ).facts.text

    assert WORDS.strip() in text
    assert "Read on tomorrow." in text


@pytest.mark.parametrize(
    "around",
    [
        "<nav><a href=/a>LEFT OUT</a></nav>",
        "<footer><p>LEFT OUT</p></footer>",
        "<aside><p>LEFT OUT, whatever it says and however long it may be.</p></aside>",
        "<div class=share-buttons>LEFT OUT</div>",
        "<div class='article__related'><p>LEFT OUT</p></div>",
        "<div id=comments><p>LEFT OUT, said a reader who had much to say of it.</p></div>",
        "<div role=navigation>LEFT OUT</div>",
        "<div hidden>LEFT OUT</div>",
        "<div style='display: none'>LEFT OUT</div>",
        "<ul><li><a href=/1>LEFT OUT</a><li><a href=/2>and this</a></ul>",
        "<figure><img src=/i.jpg><figcaption>LEFT OUT</figcaption></figure>",
        "<div>LEFT OUT</div>",
        "<button>LEFT OUT</button>",
        "<script>LEFT OUT</script>",
        "<h1>LEFT OUT</h1>",
    ],
)
def test_left_out_of_the_text(around: str) -> None:
    """What stands among the paragraphs and is none of them."""
    text = found(f"<div id=x><article>{BODY}{around}{BODY}</article></div>").facts.text

    assert "LEFT OUT" not in text
    assert 20 == text.count("harbour")


@pytest.mark.parametrize(
    "part",
    [
        "<h2>KEPT</h2>",
        "<ul><li>KEPT<li>two</ul>",
        "<blockquote>KEPT</blockquote>",
        "<table><tr><td>KEPT<td>4.2 m</table>",
        "<pre>KEPT = 1</pre>",
        "<p>KEPT</p>",
        "<p><a href=/x>KEPT</a> is a word.</p>",
        "<p class=lead>KEPT</p>",
        "<div class=commentary>KEPT, and it is as long as a paragraph ought to be.</div>",
    ],
)
def test_kept_in_the_text_in_its_place(part: str) -> None:
    """All that an article is made of, in reading order."""
    text = found(f"<article>{BODY}{part}{BODY}</article>").facts.text
    before, kept, after = text.partition("KEPT")

    assert kept
    assert before.count("harbour") == after.count("harbour") == 10


def test_what_leads_to_the_article_is_part_of_it() -> None:
    """The first paragraph often stands in a header of its own."""
    lead = "What the harbour did at dawn, and what became of every single boat there."
    html = (
        f"<article><header><h1>T</h1><div>Kicker</div><p>{lead}</p></header>"
        f"<div class=article-body>{BODY}</div></article>"
    )

    assert [lead, WORDS.strip()] == found(html).facts.text.split("\n\n")[:2]


@pytest.mark.parametrize("name", ["widget", "social", "field-label-hidden", "promo"])
def test_a_name_that_costs_most_of_the_page_was_none_of_chrome(name: str) -> None:
    """Builders of sites call everything a widget, the article too."""
    html = f"<div class={name}>{BODY}</div><div class=ad><p>{WORDS}</p></div>"

    assert 10 == found(html).facts.text.count("harbour")


def test_comments_are_never_the_article() -> None:
    """However many there are: the article is what they are about."""
    html = f"<div>{BODY}</div><section id=comments>{BODY * 9}</section>"

    assert 10 == found(html).facts.text.count("harbour")


def test_a_page_in_one_form_has_its_text() -> None:
    """Old frameworks put all of a page into a form."""
    assert 10 == found(f"<form><div>{BODY}</div></form>").facts.text.count("harbour")


def test_japanese_in_old_tables() -> None:
    """Ten characters say what twenty-five letters do; tables are no reason to stop."""
    cell = "<br>".join([JAPANESE] * 4)
    html = (
        "<table><tr><td><a href=/>ホーム</a><a href=/b>戻る</a></td>"
        f"<td><font size=2>{cell}</font></td></tr></table>"
    )

    assert 4 == len(found(html).facts.text.splitlines())
    assert JAPANESE in found(html).markdown


def test_markdown_has_what_the_text_has_and_its_structure() -> None:
    """Headings, lists, links, stress, quotes, tables, code and pictures."""
    html = (
        f"<base href=/base/><article><p>{WORDS}</p><h2>Two</h2>"
        "<p>A <em>b</em> <strong>c</strong> <a href=d>link</a> "
        "<a href='javascript:alert(1)'>bad</a> &lt;script&gt; and words to end it.</p>"
        "<ol><li>one<li>two</ol><blockquote><p>Said so.</p></blockquote>"
        "<table><tr><th>a<th>b<tr><td>1<td>2</table><pre><code>x = 1</code></pre>"
        "<figure><img src='data:image/gif;base64,AA' data-src=/i.jpg alt=Pier>"
        f"<figcaption>The pier</figcaption></figure><p>{WORDS}</p></article>"
    )

    marked = found(html).markdown

    assert [
        "## Two",
        "A *b* **c** [link](https://e.example/base/d) bad "
        r"\<script> and words to end it.",
        "1. one\n2. two",
        "> Said so.",
        "| a | b |\n| --- | --- |\n| 1 | 2 |",
        "```\nx = 1\n```",
        "![Pier](https://e.example/i.jpg)",
        "The pier",
    ] == marked.split("\n\n")[1:-1]


@pytest.mark.parametrize("part", ["table", "tbody", "tr", "td", "li", "dd", "caption"])
def test_any_part_of_a_table_may_hold_the_article(part: str) -> None:
    """Turbohtml reads outside its memory there; we hand it whole tables."""
    html = f"<table><tbody><tr><td>x<tr><td>{BODY}<tr><td>{BODY}</table>"
    html = html if part[0] == "t" else f"<{part}>{BODY}{BODY}</{part}>"

    assert 20 == found(html).markdown.count("harbour")


def test_confidence() -> None:
    """A long text in one place is to be trusted, a short one beside others is not."""
    sure = found(f"<nav>Home</nav><article>{BODY * 2}</article>").confidence
    unsure = found("".join(f"<div><p>{WORDS}</p></div>" for _ in range(3))).confidence

    assert sure is not None
    assert unsure is not None
    assert sure > 0.9 > unsure > 0
    assert 0 == found("<b>4.2 m</b>").confidence


def test_a_text_without_end_is_cut_and_says_so() -> None:
    """A million characters are more than any article has."""
    html = f"<p>{'a ' * 700_000}</p>"

    assert (1_000_000, ("text: cut to 1000000 characters",)) == (
        len(found(html).facts.text),
        found(html).notes,
    )


def test_a_page_of_very_many_elements() -> None:
    """It is not measured by us; its text is turbohtml's choice."""
    html = f"<article>{BODY}</article>" + "<i></i>" * 50_000

    assert ("turbohtml", 10) == (
        found(html).facts.extractor,
        found(html).facts.text.count("harbour"),
    )


PIECES = [
    *("<table>", "<tr>", "<td>", "</table>", "<li>", "<ul>", "</ul>", "<blockquote>"),
    *("<div class=widget>", "</div>", "<p>", "</p>", "<pre>", "<a href=x>", "</a>"),
    *(
        "<img src=a>",
        "<ruby>港<rt>みなと</rt></ruby>",
        WORDS,
        JAPANESE,
        "<h1>",
        "<form>",
    ),
    *("<select>", "<template>", "<svg>", "<math>", "<figcaption>", "<caption>", "<b>"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_page_has_an_extract_and_stays_as_it_is(html: str) -> None:
    """Nothing raises, nothing is changed, and where text was found is Markdown."""
    page = Page.parse(html, URI)
    before = page.tree.html

    made = extract(page)

    assert before == page.tree.html
    if made.facts.extractor in {"hozon", "turbohtml"}:
        assert made.facts.text
        assert made.markdown
    else:
        assert made.confidence == 0
