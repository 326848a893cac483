"""What came for an entry: the article, or something in its place."""

import gzip
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon import text, verdicts
from hozon.confined import child
from hozon.nouns.model import ACCEPTED, Exchange, Verdict
from hozon.nouns.opened import Occasion, OpenedPage
from hozon.reading import encodings, passing
from hozon.reading.page import Page
from tests import effort
from tests.fakes import NOON, a_capture_job
from tests.pages import Labelled, labelled

CASES = list(labelled())
ARTICLES = Path(__file__).parents[4] / "shared" / "corpora"
REFUSED_AT_MOST = 0.01
CPU_S = 0.003


def names(case: Labelled) -> str:
    return case.name


def an_answer(payload: bytes, *, status: int = 200, **fields: str) -> Exchange:
    """Return an answer to the request for ``https://example.com/e1``."""
    stated = {"Content-Type": "text/html; charset=utf-8"} | {
        name.replace("_", "-"): value for name, value in fields.items()
    }
    return Exchange(
        target_uri="https://example.com/e1",
        started_at=NOON,
        request=b"",
        status=status,
        head=b"",
        headers=tuple(stated.items()),
        payload=payload,
        ip="192.0.2.1",
    )


def judged(
    html: str, *, uri: str = "https://example.com/e1", title: str = ""
) -> Verdict:
    page = Page.parse(html, uri)
    said = text.Statements(page.tree)
    facts = text.facts(page, said)
    job = a_capture_job(link=uri, title=title)
    return verdicts.judge(job, [an_answer(html.encode())], page, facts, said)


@pytest.mark.parametrize("case", CASES, ids=names)
def test_labelled_pages_are_told_apart(case: Labelled) -> None:
    """Each page of the labelled set is taken for what it is."""
    assert case.kind == case.verdict().kind


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.kind not in ACCEPTED], ids=names
)
def test_a_block_page_is_known_by_itself(case: Labelled) -> None:
    """Where the feed says nothing of the entry, block pages are known all the same."""
    needs_the_feed = {"missing-home-served-in-place"}
    verdict = case.verdict(promised=False)

    assert (verdict.kind in ACCEPTED) == (case.name in needs_the_feed)


def is_html(case: Labelled) -> bool:
    last = case.exchanges[-1]
    return bool(last.payload) and "html" in (last.header("content-type") or "")


@pytest.mark.parametrize("case", [c for c in CASES if is_html(c)], ids=names)
def test_who_reads_a_page_judges_it_as_well(case: Labelled) -> None:
    """The child that has the page says of it what anybody else would say."""
    last = case.exchanges[-1]
    occasion = Occasion(job=case.job, status=last.status, headers=last.headers)
    header = {
        "ask": "page",
        "uri": last.target_uri,
        "content_type": last.header("content-type"),
        "first": last.target_uri,
        "number": 1,
        "leads": last.status < 400,
        "occasion": passing.plain(occasion),
    }
    said = passing.dumps(child.answered(header, bytes(last.payload)))

    assert case.verdict() == passing.loads(OpenedPage, said).verdict


def test_there_are_enough_labelled_pages() -> None:
    """Every kind is there, most of them many times, in English and Japanese."""
    blocks = [c for c in CASES if c.kind not in ACCEPTED]

    assert len(blocks) >= 100
    assert len({c.kind for c in CASES}) == 10
    assert sum("ja" in c.name for c in blocks) >= 25


@pytest.mark.parametrize("case", CASES, ids=names)
def test_reasons_are_given(case: Labelled) -> None:
    """A verdict against an article names what weighed for it, heaviest first."""
    verdict = case.verdict()
    weights = [clue.weight for clue in verdict.clues]

    assert sorted(weights, reverse=True) == weights
    assert 0 < verdict.confidence <= 1
    if verdict.kind not in ACCEPTED:
        assert any(clue.kind == verdict.kind for clue in verdict.clues)


def test_an_article_about_missing_pages_is_one() -> None:
    """What the feed itself says is no evidence against its entry."""
    html = "<title>Page not found</title><h1>Page not found</h1><p>A short film.</p>"

    assert "missing" == judged(html).kind
    assert "article" == judged(html, title="Page not found").kind


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("cf_mitigated", "challenge", True),
        ("x_amzn_waf_action", "captcha", True),
        ("Server", "ddos-guard", True),
        ("Server", "cloudflare", False),
        ("Server", "nginx", False),
    ],
)
def test_a_busy_server_is_no_bot_check(
    field: str, value: str, *, expected: bool
) -> None:
    """A 503 is tried again soon, unless somebody says that it is a challenge."""
    assert expected == verdicts.is_challenged(
        an_answer(b"", status=503, **{field: value})
    )


@given(st.text(max_size=2000), st.text(max_size=200))
def test_any_page_is_judged(body: str, title: str) -> None:
    """No text can break it."""
    verdict = judged(f"<title>{title}</title><h1>{body[:50]}</h1>{body}", title=title)

    assert 0 <= verdict.confidence <= 1


@pytest.mark.parametrize(
    "hostile",
    [
        "<p>" + "we and our " * 50_000,
        "<h1>" + "page " * 100_000,
        "<div id=root>" * 20_000,
        "<p>" + "この記事" * 60_000,
        "<script>" + "x" * 5_000_000 + "</script>",
        "<iframe src=x>" + "<input type=password>" * 30_000,
    ],
    ids=["phrases", "headings", "mounts", "japanese", "script", "fields"],
)
def test_hostile_pages_cost_little(hostile: str) -> None:
    """A verdict takes milliseconds of any page that was parsed."""
    page = Page.parse(hostile, "https://example.com/e1")
    said = text.Statements(page.tree)
    facts = text.facts(page, said)
    answer = an_answer(b"x")
    with effort.at_most(seconds=5):
        verdicts.judge(a_capture_job(), [answer], page, facts, said)


def real_pages() -> Iterator[tuple[str, bytes]]:
    """Yield real pages, all of them articles or other pages worth keeping."""
    for path in sorted(ARTICLES.glob("articles/**/*.html*")):
        if path.stem.removesuffix(".html") != "expected":
            data = path.read_bytes()
            yield path.name, gzip.decompress(data) if path.suffix == ".gz" else data


@pytest.mark.skipif(not ARTICLES.exists(), reason="the corpora are not here")
def test_real_articles_are_accepted_and_cost_little() -> None:
    """At most one of a hundred real pages is refused, even if the feed says nothing."""
    refused, count, cpu_s = list[str](), 0, 0.0
    for name, data in real_pages():
        html, _ = encodings.decode_html(data, None)
        page = Page.parse(html, "https://example.com/e1")
        said = text.Statements(page.tree)
        facts = text.facts(page, said)
        began = time.process_time()
        verdict = verdicts.judge(
            a_capture_job(title=""), [an_answer(data)], page, facts, said
        )
        cpu_s += time.process_time() - began
        count += 1
        if verdict.kind not in ACCEPTED:
            refused.append(f"{name}: {verdict.kind}, {verdict.reason}")

    assert count > 500
    assert len(refused) <= REFUSED_AT_MOST * count, refused
    assert cpu_s / count < CPU_S * effort.slowness()
