"""Extracts as JSON: all comes back, and what is none is refused."""

from datetime import UTC, datetime
from typing import Any

import pytest

from hozon.nouns.claims import Claim, Extract
from hozon.nouns.errors import Damaged
from hozon.nouns.model import Facts
from hozon.nouns.work import CaptureJob
from hozon.reading.claiming import with_feed
from hozon.reading.page import Page
from hozon.stored import extracts
from hozon.text import extract

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
WHOLE = Extract(
    facts=Facts(
        title="T\ud800", authors=("A", "B"), published_at=NOON, text="Text " * 999
    ),
    markdown="**Text**",
    confidence=0.5,
    claims=(
        Claim(fact="title", value="T", origins=("json-ld", "feed")),
        Claim(fact="title", value="U", origins=("meta",)),
    ),
    notes=("text: cut",),
)


def test_all_comes_back() -> None:
    """Nothing is cut on the way, and what no store can hold becomes a ``?``."""
    found = extracts.loads(extracts.dumps(WHOLE))

    assert found.facts.title == "T?"
    assert found.facts.text == WHOLE.facts.text
    assert (WHOLE.claims, WHOLE.notes, 0.5, "**Text**") == (
        found.claims,
        found.notes,
        found.confidence,
        found.markdown,
    )


def test_older_snapshots_have_facts_alone() -> None:
    """What was stored before there was Markdown still reads."""
    said = {"facts": extracts.to_json(WHOLE)["facts"]}

    assert Extract(facts=WHOLE.facts) == extracts.from_json(said)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"facts": []},
        {"facts": {"title": 7}},
        {"facts": {}, "extract": []},
        {"facts": {}, "extract": {"confidence": "high"}},
        {"facts": {}, "extract": {"claims": {"title": [{"value": "x"}]}}},
        {"facts": {}, "extract": {"claims": 7}},
    ],
    ids=range(7),
)
def test_what_is_no_extract_is_refused(said: dict[str, Any]) -> None:
    """A child that was taken over cannot plant a value of another type."""
    with pytest.raises(Damaged):
        extracts.from_json(said)


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b"[" * 100_000, b"\xff"], ids=range(5)
)
def test_nonsense_is_refused(data: bytes) -> None:
    """Whatever a child writes."""
    with pytest.raises(Damaged):
        extracts.loads(data)


def test_claims_agree_or_differ_visibly() -> None:
    """One claim per value, the one taken first, with all who state it."""
    html = (
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Gates",'
        '"datePublished":"2026-11-23T21:00:00+09:00","author":{"name":"Ada Potter"}}'
        "</script><meta property=og:title content='Gates!'>"
        "<meta property=article:published_time content='2026-11-23T12:00:00Z'>"
        "<meta name=twitter:title content='Gates that open'><h1>Gates</h1>"
    )
    job = CaptureJob(
        id="i",
        feed_id="f",
        entry_key="k",
        link="https://e.example/a",
        title="Gates",
        due_at=NOON,
        authors=("Ben Turner",),
        published_at=NOON,
    )

    made = extract(Page.parse(html, "https://e.example/a"))

    assert {
        Claim(
            fact="title",
            value="Gates!",
            origins=("json-ld", "opengraph", "markup", "feed"),
        ),
        Claim(fact="title", value="Gates that open", origins=("meta",)),
        Claim(fact="authors", value="Ada Potter", origins=("json-ld",)),
        Claim(fact="authors", value="Ben Turner", origins=("feed",)),
        Claim(
            fact="published_at",
            value="2026-11-23T12:00:00.000Z",
            origins=("json-ld", "opengraph", "feed"),
        ),
    } == set(with_feed(made, job))
