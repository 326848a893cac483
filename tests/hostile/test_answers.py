"""Rows 24 to 27 and 40: what servers say beside the document."""

import subprocess
import sys
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.nouns.errors import Unreachable
from hozon.reading import answers
from hozon.reading.codings import LIMIT, decode
from hozon.retrieving import retrieval
from tests.fakes import NOON
from tests.fetching import Answer, exchange, html
from tests.hostile import bombs
from tests.unit.usecases.conftest import Desk
from tests.unit.usecases.test_running import FEED, A, rss, site

XML = ("Content-Type", "application/rss+xml")
SENSELESS = [
    ("Expires", "Fri, 31 Dec 9999 23:59:59 -1400"),
    ("Expires", "Thu, 01 Jan 0001 00:00:00 +1400"),
    ("Expires", "0"),
    ("Date", "Fri, 31 Dec 9999 23:59:59 -1400"),
    ("Cache-Control", "max-age=9999999999"),
    ("Cache-Control", "max-age=" + "9" * 5000),
    ("Age", "٣" * 10),
    ("Retry-After", "9999999999"),
    ("Retry-After", "Fri, 31 Dec 9999 23:59:59 -1400"),
    ("Link", "<" * 10_000),
    ("Link", '<x>; rel="' * 5_000),
    ("Link", "<http://[>; rel=hub"),
    ("Set-Cookie", "a=" + "b" * 60_000),
    ("Content-Type", "application/rss+xml; charset=" + "x" * 10_000),
    ("Last-Modified", "never"),
    ("Last-Modified", "x" * 100_000),
    ("ETag", '"' + "x" * 100_000 + '"'),
    ("ETag", '"a\x01b"'),
    ("Content-Encoding", "gzip, " * 2_000),
]


@pytest.mark.museum(27)
@pytest.mark.parametrize("field", SENSELESS, ids=range(len(SENSELESS)))
async def test_senseless_fields_cost_nothing(
    desk: Desk, field: tuple[str, str]
) -> None:
    """A feed and a page with them are archived, and the next poll is like any other."""
    desk.follow(FEED)
    feed = Answer(rss(A).body, 200, (XML, field))
    page = Answer(html("<p>x").body, 200, (("Content-Type", "text/html"), field))
    run = await desk.run(desk.fetcher(site({FEED: feed, A: page})))
    (state,) = desk.opened.archive.feeds.all()

    assert (1, 0) == (run.counts["snapshots"], run.counts["failed"])
    assert state.succeeded_at == desk.clock.now
    assert state.due_at - desk.clock.now < timedelta(days=8)
    assert len(state.etag or "") + len(state.last_modified or "") <= 2048


@pytest.mark.museum(27)
async def test_a_304_with_a_body_is_still_a_304(desk: Desk) -> None:
    """What comes with it is neither stored nor read; what is held stays as it was."""
    desk.follow(FEED)
    tagged = Answer(rss(A).body, 200, (XML, ("ETag", '"one"')))
    await desk.run(desk.fetcher(site({FEED: tagged})))
    before = desk.dump()
    desk.clock.advance(days=1)
    evil = Answer(rss(A, "https://evil.example.org/").body, 304, (XML,))
    fetcher = desk.fetcher(site({FEED: evil}))
    await desk.run(fetcher)
    (state,) = desk.opened.archive.feeds.all()

    assert before == desk.dump()
    assert '"one"' == state.etag
    assert [FEED] == [uri for uri, _ in fetcher.asked]


@pytest.mark.museum(27)
async def test_cookies_are_not_kept(desk: Desk) -> None:
    """What a server sets it never sees again."""
    desk.follow(FEED)
    setting = ("Set-Cookie", "id=1")
    fetcher = desk.fetcher(site({FEED: Answer(rss(A).body, 200, (XML, setting))}))
    await desk.run(fetcher)
    desk.clock.advance(days=1)
    await desk.run(fetcher)

    assert 3 < len(fetcher.asked)
    assert not [h for _, headers in fetcher.asked for h in headers if "ookie" in h[0]]


@pytest.mark.museum(27)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted({name for name, _ in SENSELESS})),
            st.text(st.characters(max_codepoint=255), max_size=60)
            | st.sampled_from([value for _, value in SENSELESS]),
        ),
        max_size=5,
    )
)
def test_any_header_fields_are_read(fields: list[tuple[str, str]]) -> None:
    """Whatever they say, nothing raises, and nothing is endless."""
    said = exchange(A, Answer(b"x", 200, tuple(fields)), NOON)

    assert 0 <= answers.fresh_s(said) < float("inf")
    assert 0 <= (answers.retry_after_s(said, now=NOON) or 0) < float("inf")
    assert len(answers.validator(said, "etag") or "") <= 1024
    assert len(list(answers.links(said, "hub"))) < 10_000
    assert answers.media_type(said) == answers.media_type(said).strip().lower()


@pytest.mark.museum(24)
async def test_what_does_not_answer_is_tried_again(desk: Desk) -> None:
    """A reset, a refused certificate: noted with the reason, and asked again by plan."""
    desk.follow(FEED)
    broken = Unreachable("TLS with news.example.org failed: certificate not accepted")
    run = await desk.run(desk.fetcher(site({A: broken})))
    (trouble,) = desk.opened.archive.index.troubles()
    desk.clock.advance(days=1)
    again = await desk.run(desk.fetcher(site()))

    assert 1 == run.counts["failed"]
    assert ("certificate" in trouble.reason, trouble.final) == (True, False)
    assert 1 == again.counts["snapshots"]
    assert [] == list(desk.opened.archive.index.troubles())


MEASURED = """
import resource, sys
from hozon.reading.codings import decode
from tests.hostile import bombs
coded = bombs.coded()
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
before = peak()
for payload, coding in coded.values():
    decode(payload, coding)
print(before, peak())
"""


@pytest.mark.museum(25)
def test_bombs_take_no_memory() -> None:
    """All of them, one after the other, make a process grow by less than 160 MB: twice
    what is kept of one.
    """
    import_path = {"PYTHONPATH": ":".join(sys.path)}
    told = subprocess.check_output(
        [sys.executable, "-c", MEASURED], text=True, env=import_path
    )
    before, after = map(int, told.split())

    assert after - before < 160


@pytest.mark.museum(25)
@pytest.mark.parametrize("name", bombs.coded(1).keys())
def test_what_a_bomb_leaves(name: str) -> None:
    """The content up to a limit, or the payload as it came; and why, in words."""
    payload, coding = bombs.coded(70)[name]
    decoded = decode(payload, coding)

    assert decoded.problem
    assert len(decoded.data) <= LIMIT


@pytest.mark.museum(25)
async def test_a_bomb_is_stored_as_it_came(desk: Desk) -> None:
    """The wire's bytes are kept, whatever they would become."""
    desk.follow(FEED)
    payload = bombs.gzipped(70)
    fields = ("Content-Type", "text/html"), ("Content-Encoding", "gzip")
    await desk.run(desk.fetcher(site({A: Answer(payload, 200, fields)})))
    document = retrieval.follow(A, desk.opened.archive)
    said = retrieval.metadata(document.capture, desk.opened.archive)

    assert payload == document.payload
    assert ["not read: 64000000 bytes of HTML are too many"] == said["notes"]


@pytest.mark.museum(40)
async def test_a_feed_that_moves_is_not_taken_over(desk: Desk) -> None:
    """Who answers a feed's URI with a redirect is followed; the feed stays whose it was,
    until the move has held for days.
    """
    elsewhere = "https://evil.example.org/feed"
    desk.follow(FEED)
    moved = Answer(b"", 301, (("Location", elsewhere),))
    await desk.run(desk.fetcher(site({FEED: moved, elsewhere: rss(A)})))
    (state,) = desk.opened.archive.feeds.all()

    assert (FEED, elsewhere) == (state.uri, state.moved_uri)
    assert 1 == desk.opened.archive.index.counts()["entries"]
