"""Rows 39 and 48: texts of strangers, from a feed to every view."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon import opml, settings, wiring
from hozon.nouns.errors import Misuse, Unusable
from hozon.reading import characters, plain
from hozon.retrieving import retrieval
from hozon.settings import ENVIRONMENT
from tests.events import url_event
from tests.fakes import NOON, a_feed
from tests.fetching import Answer
from tests.hostile.asking import asked
from tests.hostile.corpora import strings
from tests.hostile.naughty import STRINGS
from tests.unit.usecases.conftest import Desk
from tests.unit.usecases.test_running import FEED
from tests.unit.usecases.test_web import body

NAUGHTY = [
    pytest.param(STRINGS, id="ours"),
    pytest.param(tuple(strings()), id="the big list", marks=pytest.mark.corpus),
]
STEERING = set("\x00\x07\x08\x0b\x1b\x7f\x85\x9b\u2028\u2029\u202a\u202e\u2066\ufffe")


def feed_of(texts: tuple[str, ...]) -> bytes:
    """Return a JSON Feed that has each text in every field there is."""
    items = [
        {
            "id": f"{number} {text}",
            "title": text,
            "summary": text,
            "authors": [{"name": text}],
            "tags": [text],
            "language": text,
            "date_published": text,
            "url": f"https://news.example.org/{number}?{text}",
            "attachments": [{"url": text, "mime_type": text}],
        }
        for number, text in enumerate(texts)
    ]
    version = "https://jsonfeed.org/version/1.1"
    title = texts[-1] if texts else ""
    return json.dumps({"version": version, "title": title, "items": items}).encode()


@pytest.mark.museum(39, 48)
@pytest.mark.parametrize("texts", NAUGHTY)
async def test_naughty_texts_in_a_feed(desk: Desk, texts: tuple[str, ...]) -> None:
    """The document is kept to the byte; every entry is there, in the river, the API and
    the feed of troubles; the index is what the objects say; no view fails.
    """
    if not texts:
        pytest.skip("no corpora, see CORPORA")
    document = feed_of(texts)
    fields = (("Content-Type", "application/feed+json"),)
    desk.follow(FEED)
    await desk.run(desk.fetcher({FEED: Answer(document, 200, fields)}))
    archive = desk.opened.archive
    shown: list[dict[str, Any]] = []
    before = ""
    while before is not None:
        answer = asked(
            archive,
            url_event(
                "/api/v1/entries",
                f"limit=200&before={before}" if before else "limit=200",
            ),
        )
        page = json.loads(body(answer))
        shown += page["entries"]
        before = page["before"]

    assert document == retrieval.follow(FEED, archive).content()
    assert len(texts) == len(shown)
    assert {plain.of_title(text)[:80] for text in texts} >= {
        one["title"][:80] for one in shown
    }
    assert desk.dump() == desk.rebuilt()
    for path in ("/", "/sources", "/health.atom", "/feeds.opml"):
        assert 200 == asked(archive, url_event(path))["statusCode"]


@pytest.mark.museum(39)
async def test_no_title_is_markup_or_turns_the_page(desk: Desk) -> None:
    """Markup, templates and overrides are text, each within its own element."""
    evil = "\u202eabc <script>alert(1)</script> {{7*7}} \"onload=x'"
    document = feed_of((evil,))
    fields = (("Content-Type", "application/feed+json"),)
    desk.follow(FEED)
    await desk.run(desk.fetcher({FEED: Answer(document, 200, fields)}))
    for path in ("/", "/sources"):
        page = body(asked(desk.opened.archive, url_event(path))).decode()
        assert "<script" not in page
        assert "{{7*7}}" in page
        assert '<h2 dir="auto">' in page


@pytest.mark.museum(39, 48)
@given(st.text())
def test_what_is_legible_steers_nothing(text: str) -> None:
    """Whatever it was, a terminal shows it and does nothing else."""
    shown = characters.legible(text)

    assert not STEERING & set(shown)
    assert "\r" not in shown
    assert shown == characters.legible(shown)
    assert shown.encode() is not None


@pytest.mark.museum(48)
@pytest.mark.parametrize("texts", NAUGHTY)
def test_naughty_texts_in_a_list(texts: tuple[str, ...]) -> None:
    """A list with each as title, folder and site is written, and read again, but for
    what XML cannot hold.
    """
    feeds = [
        a_feed(
            f"f{number}",
            title=text,
            folder=tuple(filter(None, [characters.folded(text)])),
        )
        for number, text in enumerate(texts)
    ]
    found = opml.read(opml.write(feeds, now=NOON))

    assert {feed.uri for feed in feeds} == {outline.uri for outline in found}
    assert len(feeds) == len(found)
    assert not [outline.problem for outline in found if outline.problem]


LISTS = [
    b'<opml version="2.0"><body>%s</body></opml>' % inner
    for inner in (
        b'<outline xmlUrl="file:///etc/passwd"/>',
        b'<outline xmlUrl="http://[" text="\xff"/>',
        b'<outline type="rss"/>' * 500,
        b"<outline text='a'>" * 40,
        b'<outline xmlUrl="https://e.example.org/" hozon:paused="maybe"/>',
        b'<outline xmlUrl="javascript:alert(1)" title="&#0;"/>',
        b"\x00" * 1000,
    )
]


@pytest.mark.museum(48)
@pytest.mark.parametrize("document", LISTS, ids=range(len(LISTS)))
def test_a_hostile_list_is_told_line_by_line(document: bytes) -> None:
    """Outlines that cannot be used say so, or the list as a whole does; no more."""
    try:
        found = opml.read(document)
    except Misuse as refusal:
        assert str(refusal)  # noqa: PT017  either will do
        return
    assert all(outline.problem or outline.uri for outline in found)


@pytest.mark.museum(48)
@pytest.mark.parametrize("texts", NAUGHTY)
def test_naughty_settings(texts: tuple[str, ...]) -> None:
    """An environment of any texts gives settings, or a sentence that names the wrong."""
    plainly = dict.fromkeys(ENVIRONMENT.values(), "0")
    plainly |= {"HOZON_ROBOTS": "respect", "HOZON_PUBLIC_URL": ""}
    plainly |= {"HOZON_RECHECK_PLAN": "none", "HOZON_REPLAY_URL": ""}
    for text in texts:
        for name in ENVIRONMENT.values():
            try:
                found = settings.from_environment({**plainly, name: text})
            except Unusable as refusal:
                assert name in str(refusal)  # noqa: PT017  either will do
                continue
            assert isinstance(wiring.served_at(found.public_url), frozenset)
