"""The pages and the API, asked as a function URL is asked."""

import base64
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from hozon import web
from tests.events import url_event
from tests.fetching import Answer, Reply, html
from tests.unit.usecases.conftest import Desk
from tests.unit.usecases.test_running import FEED, A, B, rss, site

QUERY = "https://news.example.org/a?b=c&d=%E6%97%A5"


def ask(
    desk: Desk,
    path: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    largest: int = 4_400_000,
) -> dict[str, Any]:
    path, _, query = path.partition("?")
    event = url_event(
        path, query, method=method, headers={"host": "h.example", **(headers or {})}
    )
    return web.respond(event, None, desk.opened.archive, largest=largest)


def body(answer: Mapping[str, Any]) -> bytes:
    text: str = answer["body"]
    return base64.b64decode(text) if answer["isBase64Encoded"] else text.encode()


async def archived(desk: Desk, more: Mapping[str, Reply] | None = None) -> None:
    desk.follow(FEED)
    await desk.run(desk.fetcher(site(more)))


async def test_the_river(desk: Desk) -> None:
    """The river shows title, age and source, and leads to the mementos."""
    await archived(desk)

    page = body(ask(desk, "/")).decode()

    assert f"T {A}" in page
    assert "just now" in page
    assert "News" in page
    assert 'href="/entries/' in page


async def test_the_river_in_japanese(desk: Desk) -> None:
    """The reader's language is that of the interface; `lang` in the query wins."""
    await archived(desk)

    assert (
        "たった今"
        in body(ask(desk, "/", headers={"accept-language": "ja,en"})).decode()
    )
    assert "たった今" in body(ask(desk, "/?lang=ja")).decode()


@pytest.mark.museum(39)
async def test_what_a_publisher_writes_is_no_markup(desk: Desk) -> None:
    """Titles and summaries are text, whatever stands in them."""
    evil = rss(A)
    evil = Answer(
        evil.body.replace(b"<title>T", b"<title>&lt;script&gt;x"), 200, evil.headers
    )
    await archived(desk, {FEED: evil})

    assert "<script" not in body(ask(desk, "/")).decode()


async def test_a_river_of_pages(desk: Desk) -> None:
    """Fifty entries a page; the cursor leads to the older ones, each shown once."""
    links = [f"https://news.example.org/{n}" for n in range(60)]
    await archived(desk, {FEED: rss(*links), **{link: html("x") for link in links}})

    first = body(ask(desk, "/")).decode()
    older = first.partition('rel="next" href="')[2].partition('"')[0]
    second = body(ask(desk, older)).decode()

    assert 50 == first.count("<article")
    assert 10 == second.count("<article")
    assert 'rel="next"' not in second


async def test_the_timegate_leads_to_the_nearest(desk: Desk) -> None:
    """302, Vary, Link and the memento nearest to Accept-Datetime (RFC 7089)."""
    await archived(desk)

    answer = ask(
        desk,
        f"/web/{A}",
        headers={"accept-datetime": "Mon, 01 Jan 2024 00:00:00 GMT"},
    )

    assert 302 == answer["statusCode"]
    assert "accept-datetime" == answer["headers"]["vary"]
    assert answer["headers"]["location"].endswith(f"/web/20261123120000/{A}")
    assert 'rel="timemap"' in answer["headers"]["link"]
    assert "memento-datetime" not in answer["headers"]


@pytest.mark.museum(44, 45)
@pytest.mark.parametrize("flags", ["", "id_"])
async def test_a_memento_is_the_document_and_inert(desk: Desk, flags: str) -> None:
    """The bytes as they were, with headers under which nothing of it can run."""
    await archived(desk)

    answer = ask(desk, f"/web/20261123120000{flags}/{A}")

    assert site()[A] == Answer(body(answer))
    fields = answer["headers"]
    assert "Mon, 23 Nov 2026 12:00:00 GMT" == fields["memento-datetime"]
    assert "sandbox" in fields["content-security-policy"]
    assert "default-src 'none'" in fields["content-security-policy"]
    assert "nosniff" == fields["x-content-type-options"]
    assert "text/html; charset=utf-8" == fields["content-type"]


async def test_an_inexact_timestamp_leads_on(desk: Desk) -> None:
    """A timestamp of no capture is a wish: 302 to the nearest, flags kept."""
    await archived(desk)

    answer = ask(desk, f"/web/2020id_/{A}")

    assert 302 == answer["statusCode"]
    assert f"/web/20261123120000id_/{A}" in answer["headers"]["location"]
    assert "memento-datetime" not in answer["headers"]


@pytest.mark.museum(44)
async def test_captured_headers_have_no_effect(desk: Desk) -> None:
    """What the publisher's server set is told under other names and does nothing."""
    fields = (
        ("Content-Type", "text/html"),
        ("Set-Cookie", "a=b"),
        ("Content-Security-Policy", "default-src *"),
        ("Refresh", "0; url=https://evil.example/"),
        ("Link", "<https://evil.example/>; rel=preload"),
    )
    await archived(desk, {A: Answer(b"<p>x", 200, fields)})

    found = ask(desk, f"/web/20261123120000/{A}")["headers"]

    assert not {"set-cookie", "refresh"} & found.keys()
    assert "evil" not in found["link"]
    assert "default-src *" != found["content-security-policy"]
    assert "a=b" == found["x-archive-orig-set-cookie"]


async def test_an_archived_redirect_stays_in_the_archive(desk: Desk) -> None:
    """A captured redirect leads to the memento of its target."""
    await archived(desk, {A: Answer(b"", 301, (("Location", "/b"),))})

    answer = ask(desk, f"/web/20261123120000/{A}")

    assert 301 == answer["statusCode"]
    assert f"/web/20261123120000/{B}" in answer["headers"]["location"]


async def test_uris_with_queries(desk: Desk) -> None:
    """A whole URI in the path keeps its query, encoded or not."""
    await archived(desk, {FEED: rss(QUERY.replace("&", "&amp;")), QUERY: html("q")})

    plain = ask(desk, f"/web/timemap/link/{QUERY}")
    encoded = ask(
        desk,
        "/web/timemap/link/https%3A//news.example.org/a%3Fb=c%26d=%25E6%2597%25A5",
    )

    assert 200 == plain["statusCode"] == encoded["statusCode"]
    assert f'<{QUERY}>; rel="original"' in body(plain).decode()
    assert body(plain) == body(encoded)


async def test_ranges_of_a_warc(desk: Desk) -> None:
    """A WARC object is handed out as stored, whole or in part."""
    await archived(desk)
    key = next(iter(desk.opened.archive.warcs.keys()))
    stored = desk.opened.archive.warcs.read_all(key)

    part = ask(desk, f"/warc/{key}", headers={"range": "bytes=10-19"})

    assert stored == body(ask(desk, f"/warc/{key}"))
    assert (206, stored[10:20]) == (part["statusCode"], body(part))
    assert f"bytes 10-19/{len(stored)}" == part["headers"]["content-range"]


async def test_head_is_get_without_the_body(desk: Desk) -> None:
    """Memento clients ask with HEAD first."""
    await archived(desk)

    answer = ask(desk, f"/web/{A}", method="HEAD")

    assert (302, "") == (answer["statusCode"], answer["body"])
    assert "location" in answer["headers"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nope", 404),
        ("/web/https://nothing.example.org/", 404),
        ("/web/http://", 400),
        ("/web/20261399000000/https://news.example.org/a", 400),
        ("/web/javascript:alert(1)", 400),
        ("/warc/../state.sqlite", 400),
        ("/warc/warcs/none.warc.gz", 404),
        ("/warc/etc/passwd", 400),
        ("/?before=forged", 400),
        ("/api/v1/captures", 400),
        ("/api/v1/captures?uri=x", 400),
        ("/api/v1/entries?limit=0", 400),
        ("/api/v1/entries?since=yesterday", 400),
        ("/api/v1/entries?before=forged", 400),
        ("/api/v1/nope", 404),
    ],
)
async def test_problems_are_answers(desk: Desk, path: str, status: int) -> None:
    """Whatever a reader sends gets 4xx, a sentence and the security headers."""
    await archived(desk)

    answer = ask(desk, path)

    assert status == answer["statusCode"]
    assert answer["body"]
    assert "nosniff" == answer["headers"]["x-content-type-options"]
    assert "frame-ancestors 'none'" in answer["headers"]["content-security-policy"]


async def test_problems_for_people_are_pages(desk: Desk) -> None:
    """A browser gets a page that leads back; what was asked for is no markup in it."""
    await archived(desk)

    answer = ask(
        desk, "/web/https://x.example/<script>", headers={"accept": "text/html,*/*"}
    )

    page = body(answer).decode()
    assert "<script" not in page
    assert 'href="/"' in page


async def test_too_large_for_an_answer(desk: Desk) -> None:
    """What does not fit is said, with another way."""
    await archived(desk)

    answer = ask(desk, f"/web/20261123120000/{A}", largest=100)

    assert 400 == answer["statusCode"]
    assert "ask for ranges" in answer["body"]


async def test_the_api(desk: Desk) -> None:
    """Entries, captures, feeds and status as JSON, page by page."""
    await archived(desk)

    first = json.loads(ask(desk, "/api/v1/entries?limit=1")["body"])
    second = json.loads(ask(desk, f"/api/v1/entries?before={first['before']}")["body"])
    captures = json.loads(ask(desk, f"/api/v1/captures?uri={A}")["body"])
    feeds = json.loads(ask(desk, "/api/v1/feeds")["body"])
    status = json.loads(ask(desk, "/api/v1/status")["body"])

    links = [e["link"] for e in first["entries"] + second["entries"]]
    assert {A, B} == set(links)
    assert [200] == [c["status"] for c in captures["captures"]]
    assert [FEED] == [f["uri"] for f in feeds["feeds"]]
    assert 1 == status["feeds"]


async def test_a_uri_with_commas(desk: Desk) -> None:
    """A parameter is taken whole, commas and all."""
    uri = "https://news.example.org/a,b,c"
    await archived(desk, {FEED: rss(uri), uri: html("x")})

    answer = json.loads(ask(desk, f"/api/v1/captures?uri={uri}")["body"])

    assert [uri] == [c["uri"] for c in answer["captures"]]


async def test_sources_say_how_they_do(desk: Desk) -> None:
    """A feed that fails is shown with its reason, on the page and as a feed."""
    await archived(desk)
    desk.clock.advance(days=2)
    await desk.run(desk.fetcher(site({FEED: Answer(b"", 500)})))

    page = body(ask(desk, "/sources")).decode()
    atom = ET.fromstring(body(ask(desk, "/health.atom")))
    subscriptions = body(ask(desk, "/feeds.opml")).decode()

    assert "failed once: status 500" in page
    titles = [e.findtext("{*}title") for e in atom.iterfind("{*}entry")]
    assert ["News: failed once: status 500"] == titles
    assert f'xmlUrl="{FEED}"' in subscriptions


async def test_a_window_that_rolled_over(desk: Desk) -> None:
    """No entry of the last poll is left: it is counted, shown, and asked again soon."""
    await archived(desk)
    desk.clock.advance(days=2)
    newer = rss("https://news.example.org/c", "https://news.example.org/d")
    await desk.run(desk.fetcher(site({FEED: newer})))

    [feed] = desk.opened.archive.feeds.all()
    page = body(ask(desk, "/sources")).decode()
    atom = ET.fromstring(body(ask(desk, "/health.atom")))

    assert (1, desk.clock.now) == (feed.rolled, feed.rolled_at)
    assert feed.due_at - desk.clock.now < timedelta(minutes=17)
    assert "Rolled over: 1×" in page
    assert "1 of 1 need a look" in page
    titles = [str(e.findtext("{*}title")) for e in atom.iterfind("{*}entry")]
    [_] = [title for title in titles if "rolled over once" in title]
    refused = {f"not fetched: https://news.example.org/{name}" for name in "cd"}
    assert refused < {*titles}


async def test_an_ailment_is_one_entry_of_the_health_feed(desk: Desk) -> None:
    """While it goes on it is the same entry, so that readers are told once."""
    await archived(desk)
    seen = []
    for _ in range(3):
        desk.clock.advance(days=2)
        await desk.run(desk.fetcher(site({FEED: Answer(b"", 500)})))
        atom = ET.fromstring(body(ask(desk, "/health.atom")))
        seen.append([e.findtext("{*}id") for e in atom.iterfind("{*}entry")])

    assert 1 == len(seen[0])
    assert seen[0] == seen[1] == seen[2]


async def test_refused_pages_are_told(desk: Desk) -> None:
    """What a robots.txt closes is an entry of the health feed, with the rule."""
    closed = Answer(b"User-agent: *\nDisallow: /b\n", 200, ())
    await archived(desk, site({"https://news.example.org/robots.txt": closed}))

    atom = ET.fromstring(body(ask(desk, "/health.atom")))

    [entry] = atom.iterfind("{*}entry")
    assert f"not fetched: {B}" == entry.findtext("{*}title")
    assert "rule Disallow: /b" in (entry.findtext("{*}content") or "")
    river = body(ask(desk, "/")).decode()
    assert "rule Disallow: /b" in river


async def test_a_healthy_archive_has_an_empty_health_feed(desk: Desk) -> None:
    """Nothing wrong: a valid feed without entries."""
    await archived(desk)

    atom = ET.fromstring(body(ask(desk, "/health.atom")))

    assert [] == atom.findall("{*}entry")
    assert atom.findtext("{*}id")
