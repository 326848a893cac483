"""Rows 48, 50 and 51: the web's doors, with whatever anybody may send."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.adapters import cursors
from hozon.cli.servers import server
from hozon.feeds import jsonfeed
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Misuse, NotAFeed
from hozon.stored import jobs
from tests.events import url_event
from tests.fakes import an_entry
from tests.hostile import torture
from tests.hostile.asking import asked, encoded, hold
from tests.hostile.corpora import needed, strings
from tests.hostile.naughty import STRINGS
from tests.unit.usecases.conftest import Desk
from tests.unit.usecases.test_running import FEED, A, site
from tests.unit.usecases.test_web import archived, body

PATHS = (
    "/{}",
    "/web/{}",
    "/web/20261123120000/{}",
    "/web/{}/https://news.example.org/a",
    "/web/timemap/link/{}",
    "/warc/{}",
    "/entries/{}",
    "/api/{}",
    "/api/v1/{}",
    "/websub/{}",
)
PARAMETERS = (
    ("/", "before"),
    ("/", "lang"),
    ("/api/v1/entries", "before"),
    ("/api/v1/entries", "feed"),
    ("/api/v1/entries", "since"),
    ("/api/v1/entries", "until"),
    ("/api/v1/entries", "limit"),
    ("/api/v1/captures", "uri"),
    ("/websub/a.b", "hub.mode"),
)
FIELDS = (
    "accept",
    "accept-datetime",
    "accept-language",
    "cookie",
    "host",
    "range",
    "user-agent",
    "x-forwarded-proto",
    "x-hub-signature",
)
PLACES = (
    "/",
    "/nowhere",
    "/health.atom",
    f"/web/{A}",
    f"/web/20261123120000/{A}",
    f"/web/timemap/link/{A}",
    "/warc/warcs/2026/11/23/x.warc.gz",
    "/api/v1/status",
)


def knock(archive: Archive, text: str, *, places: tuple[str, ...] = PLACES) -> None:
    """Put a text at every place of a request; what comes back is held by `asked`."""
    for path in PATHS:
        asked(archive, url_event(path.format(encoded(text))))
    for path, name in PARAMETERS:
        asked(archive, url_event(path, f"{name}={encoded(text)}"))
    for name in FIELDS:
        for path in places:
            asked(archive, url_event(path, headers={name: text}))
    asked(archive, url_event("/websub/a.b", method="POST", body=text))
    asked(archive, url_event("/", method=text or "X"))


def knock_raw(archive: Archive, text: str) -> None:
    """Put a text into paths and queries as it is: no gateway lets that through."""
    for path in PATHS:
        asked(archive, url_event(path.format(text)))
    for path, name in PARAMETERS:
        asked(archive, url_event(path, f"{name}={text}"))


@pytest.mark.museum(48, 51)
async def test_naughty_texts_at_every_door(desk: Desk) -> None:
    """An answer that may go out, 400 and 404 mostly; never 500, never a stack trace,
    never a header field that we did not write.
    """
    await archived(desk)
    for number, text in enumerate(STRINGS):
        knock(desk.opened.archive, text, places=PLACES[number % 4 :: 4])
        knock_raw(desk.opened.archive, text)


@pytest.mark.corpus
@pytest.mark.museum(48, 51)
@needed
async def test_the_big_list_at_every_door(desk: Desk) -> None:
    """All 515 strings of the Big List of Naughty Strings, the same way."""
    await archived(desk)
    assert 515 == len(strings())
    for number, text in enumerate(strings()):
        knock(desk.opened.archive, text, places=(PLACES[number % len(PLACES)],))


TRICKS = (
    "/warc/../../etc/passwd",
    "/warc/..%2f..%2fetc%2fpasswd",
    "/warc/%2e%2e/state.sqlite",
    "/warc/warcs/../state.sqlite",
    "/warc/warcs/./x.warc.gz",
    "/warc//etc/passwd",
    "/warc/warcs/2026/11/23/x.warc.gz%00",
    "/warc/state.sqlite",
    "/warc/run.lock",
    "/warc/WARCS/x.warc.gz",
    "/warc/warcs/" + "a" * 2_000 + ".warc.gz",
    "/web/file:///etc/passwd",
    "/web/20261123120000/file:///etc/passwd",
    "/web/http:%2f%2f127.0.0.1/",
    "/web/timemap/link/../../..",
    "/../../etc/passwd",
    "//etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/static/../state.sqlite",
    "/\x00",
    "",
)


@pytest.mark.museum(49, 51)
@pytest.mark.parametrize("path", TRICKS, ids=range(len(TRICKS)))
async def test_no_path_leads_out_of_the_archive(desk: Desk, path: str) -> None:
    """Paths that climb, hide or end early are refused or not found; no file's content."""
    await archived(desk)
    answer = asked(desk.opened.archive, url_event(path))

    assert answer["statusCode"] in {400, 404}
    assert b"root:" not in body(answer)
    assert b"SQLite" not in body(answer)


FORGED = ("e30", "bnVsbA", "MjAyNi0xMS0yM1QxMjowMDowMC4wMDBafGE=", "~", "a|b", "=" * 99)


@pytest.mark.museum(51)
@pytest.mark.parametrize("cursor", FORGED)
async def test_a_forged_cursor_is_the_readers_mistake(desk: Desk, cursor: str) -> None:
    """400 with a sentence that says how to begin again, on the page and in the API."""
    await archived(desk)
    for path in ("/", "/api/v1/entries"):
        answer = asked(desk.opened.archive, url_event(path, f"before={cursor}"))
        assert 400 == answer["statusCode"]
        assert b"begin at the first page" in body(answer)


@pytest.mark.museum(51)
@given(st.text() | st.from_regex(r"[A-Za-z0-9_-]{1,80}", fullmatch=True))
def test_any_text_is_a_cursor_or_not(text: str) -> None:
    """What is taken for one is exactly one that we could have made."""
    try:
        river_at, key = cursors.position(text)
    except Misuse:
        return
    assert text == cursors._cursor(river_at, key)


@pytest.mark.museum(51)
@given(
    st.text(
        st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=60
    )
)
def test_our_cursors_come_back(key: str) -> None:
    """Whatever an entry's key is made of."""
    entry = an_entry(key)

    assert cursors.position(cursors.behind(entry)) == ("2026-08-22T12:00:00.000Z", key)


@pytest.mark.museum(50)
@pytest.mark.parametrize("name", torture.ALL)
async def test_json_that_nobody_asked_for(desk: Desk, name: str) -> None:
    """The API takes no bodies: whatever is sent is no failure of ours."""
    said = torture.ALL[name].decode("utf-8", "surrogateescape")
    for path in ("/api/v1/entries", "/api/v1/nowhere", "/", "/websub/a.b"):
        for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            answer = asked(
                desk.opened.archive, url_event(path, method=method, body=said)
            )
            assert 400 <= answer["statusCode"] < 500 or method == "OPTIONS"


@pytest.mark.museum(50)
@pytest.mark.parametrize("name", torture.ALL)
def test_json_is_a_feed_or_not_and_a_job_or_not(name: str) -> None:
    """Where JSON of others is read, it is read or refused; nothing else is raised."""
    text = torture.ALL[name].decode("utf-8", "replace")
    with pytest.raises(NotAFeed):
        jsonfeed.read(text, uri=FEED)
    with pytest.raises(Misuse):
        jobs.from_json(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["version", "items", "id", "url", "title", "poll", "capture", ""]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@pytest.mark.museum(50)
@given(JSON)
def test_json_of_any_shape(value: object) -> None:
    """A feed with a version and items of any types is read, or refused with a sentence."""
    shaped: object = value
    if isinstance(value, dict):
        shaped = {**value, "version": "https://jsonfeed.org/version/1.1"}
    for said in (value, shaped):
        try:
            jsonfeed.read(json.dumps(said), uri=FEED)
        except NotAFeed as refusal:
            assert str(refusal)  # noqa: PT017  either will do


@pytest.fixture
def address(desk: Desk) -> Iterator[tuple[str, int]]:
    """The archive as `hozon serve` serves it, on loopback."""
    serving = server(desk.opened.archive, "127.0.0.1", 0)
    thread = threading.Thread(
        target=serving.serve_forever, kwargs={"poll_interval": 0.05}
    )
    thread.start()
    try:
        yield ("127.0.0.1", serving.server_address[1])
    finally:
        serving.shutdown()
        serving.server_close()
        thread.join()


SPOKEN = (
    b"GET / HTTP/1.1\r\nHost: a\r\n b\r\nConnection: close\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: <script>\r\nConnection: close\r\n\r\n",
    b"GET /web/" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
    b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET /<script> HTTP/9.9\r\n\r\n",
    b"GET\r\n\r\n",
    b"\x16\x03\x01\x00\x05hello\r\n\r\n",
    b"PUT / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
    b"POST /websub/a.b HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    b"POST /websub/a.b HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 300 + b"\r\n",
    b"GET / HTTP/1.1\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
)


@pytest.mark.museum(51)
@pytest.mark.parametrize("spoken", SPOKEN, ids=range(len(SPOKEN)))
def test_what_is_no_request_is_answered_guarded(
    address: tuple[str, int], spoken: bytes
) -> None:
    """Whatever comes to `hozon serve`, the answer has our header fields, no words of the
    request, and no stack trace.
    """
    with socket.create_connection(address, timeout=20) as sock:
        sock.sendall(spoken)
        answer = http.client.HTTPResponse(sock)
        answer.begin()
        said = answer.read()
    fields = {name.lower(): value for name, value in answer.getheaders()}
    shown: dict[str, Any] = {
        "statusCode": answer.status,
        "headers": {k: v for k, v in fields.items() if k not in {"server", "date"}},
        "body": said.decode(),
    }

    hold({**shown, "statusCode": min(answer.status, 499)}, url_event("/"))
    assert answer.status not in {500, 502, 503}
    assert b"<script>" not in said
    assert "Hozon" == fields["server"]


async def test_an_answer_names_no_host_but_a_likely_one(desk: Desk) -> None:
    """What cannot be a host gets into no link: the links are relative then."""
    await desk.run(desk.fetcher(site()))
    desk.follow(FEED)
    await desk.run(desk.fetcher(site()))
    for host in ("evil/<script>", "a b", "a\r\nb", "[::1", "\u202e", "x" * 300):
        answer = asked(
            desk.opened.archive,
            url_event(f"/web/timemap/link/{A}", headers={"host": host}),
        )
        assert b"</web/timemap/link/" in body(answer)
