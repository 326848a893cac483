"""The full replay of a snapshot that is larger than an answer of Lambda's may be.

A stack on moto, both function URLs on loopback, and its bucket as strangers reach it: by
TLS at its own name, with what is signed and nothing else.
"""

import asyncio
import json
import random
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from moto import mock_aws

from hozon import settings, web, wiring
from hozon.adapters.aws.lending import SECONDS
from hozon.lambdas.doors import LARGEST
from hozon.nouns.access import State
from hozon.nouns.archive import Archive
from hozon.stored import holdings
from hozon.warc.reader import verify
from hozon.web import replay
from hozon.web.replay.worker import Worker
from tests.aws import guard
from tests.aws.atomic import make_atomic
from tests.aws.edwards import make_edwards
from tests.aws.functions import functions
from tests.aws.lender import Lender, lending, trusting
from tests.aws.place import Place
from tests.aws.stack import TEMPLATE, Stack, deploy
from tests.aws.urls import function_url
from tests.browser.chromium import CHROMIUM, running
from tests.browser.reading import reader
from tests.events import url_event
from tests.exhibits import HTML, feed
from tests.fakes import a_decision
from tests.fetching import Answer
from tests.unit.usecases.conftest import Hands, a_desk
from tools import replayweb

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine"),
    pytest.mark.xdist_group("chromium"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
SITE = "https://large.example.org"
CACHE = Path(__file__).parents[2] / ".cache" / f"worker-{replayweb.PACKAGE}"
WORDS = "<p>What this page says by itself is not much, but it is enough.</p>" * 4
PAGE = (
    f"<!doctype html><meta charset=utf-8><title>Large</title><h1>Waiting</h1>{WORDS}"
    "<img src=/wide.png><img src=/high.png><video src=/film.wav preload=auto></video>"
    "<script src=/a.js></script>"
)
WIDE, HIGH = (1300, 1000), (500, 700)
SAMPLES = 5_000_000
LONG_S = SAMPLES / 48_000
SCRIPT = "document.querySelector('h1').textContent = 'Running'"
# What a document has loaded, in pixels; and how long its film is, which is wound to its
# last second.
PICTURES = "JSON.stringify([...d.images].map((i) => [i.naturalWidth, i.naturalHeight]))"
WOUND = """((film) => {
  if (!film?.readyState) return '';
  if (film.currentTime < film.duration - 1) film.currentTime = film.duration - 1;
  else return !film.seeking && film.readyState > 1 && `${film.duration}`;
})(d.querySelector('video'))"""
_NOISE = random.Random(1)


def png(width: int, height: int) -> bytes:
    """Return a picture of noise, which nothing makes smaller."""
    rows = b"".join(b"\0" + _NOISE.randbytes(3 * width) for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 0)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data))
        + name
        + data
        + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


def wav(samples: int) -> bytes:
    """Return so many samples of noise, 48 000 a second, 8 bits each."""
    about = struct.pack("<IHHIIHH", 16, 1, 1, 48_000, 48_000, 1, 8)
    head = struct.pack("<4sI4s4s", b"RIFF", 36 + samples, b"WAVE", b"fmt ") + about
    return head + struct.pack("<4sI", b"data", samples) + _NOISE.randbytes(samples)


def typed(body: bytes, media_type: str) -> Answer:
    """Return an answer of a media type."""
    return Answer(body, 200, (("Content-Type", media_type),))


def site() -> dict[str, Any]:
    """Return what the site answers."""
    return {
        f"{SITE}/1": Answer(PAGE.encode(), 200, HTML),
        f"{SITE}/a.js": typed(SCRIPT.encode(), "text/javascript"),
        f"{SITE}/wide.png": typed(png(*WIDE), "image/png"),
        f"{SITE}/high.png": typed(png(*HIGH), "image/png"),
        f"{SITE}/film.wav": typed(wav(SAMPLES), "audio/wav"),
        f"{SITE}/feed": feed("Large", "en", [(f"{SITE}/1", "Large", "It is.", "x")]),
    }


@dataclass(slots=True)
class Town:
    """A deployed archive, its clock, both its origins, and its bucket of scratch."""

    archive: Archive
    clock: Hands
    stack: Stack
    worker: Worker
    lender: Lender
    trusted: Path
    stage: replay.Stage
    pages_at: str = ""
    stage_at: str = ""

    def pages(self, event: dict[str, Any]) -> dict[str, Any]:
        """Answer as the pages' function, with the rights of its role."""
        there = web.Replay(origin=self.stage_at, runs=True)
        with self._as("ServeArchive"):
            return web.respond(event, None, self.archive, largest=LARGEST, replay=there)

    def staged(self, event: dict[str, Any]) -> dict[str, Any]:
        """Answer as the replay's function, with the rights of its role."""
        with self._as("ReplayArchive"):
            return replay.respond(event, self.archive, self.stage)

    def _as(self, function: str) -> Any:
        found = functions(self.stack)[function]
        return guard.assumed(guard.role(self.stack, found.role_arn))

    def framed(self) -> str:
        """Return the path of the shell of the full replay, as the pages frame it."""
        answer = self.pages(url_event(f"/replay/20261123120000js_/{SITE}/1"))
        found = re.search(f'src="{self.stage_at}(/r/[^"]+)"', answer["body"])
        assert found is not None, answer
        return unescape(found[1])

    def ask(self, path: str, method: str = "GET", **fields: str) -> dict[str, Any]:
        """Ask the replay's origin."""
        return self.staged(url_event(path, method=method, headers=fields))

    def lent(self) -> str:
        """Return the URI that is signed for the WARC of the full replay."""
        answer = self.ask(self.framed().replace("/x_/", "/w_/"))
        assert 307 == answer["statusCode"], answer
        uri: str = answer["headers"]["location"]
        return uri

    def got(self, uri: str, method: str = "GET", **fields: str) -> Any:
        """Ask the bucket, and return the answer with its whole body in `data`."""
        parts = urlsplit(uri)
        there = HTTPSConnection(
            "127.0.0.1", self.lender.port, context=self._trusting(), timeout=60
        )
        headers = {"Host": parts.netloc, **fields}
        there.request(method, f"{parts.path}?{parts.query}", headers=headers)
        answer: Any = there.getresponse()
        answer.data = answer.read()
        there.close()
        return answer

    def _trusting(self) -> Any:
        context = trusting(self.trusted)
        context.check_hostname = False  # by its address; Chromium asks by its name
        return context


def policy_of(answer: dict[str, Any]) -> str:
    """Return the content security policy of an answer."""
    stated: str = answer["headers"]["content-security-policy"]
    return stated


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Deploy an archive with such a page, and serve it."""
    try:
        worker = Worker(replayweb.fetch(CACHE))
    except replayweb.Unavailable as e:
        pytest.skip(str(e))
    folder = tmp_path_factory.mktemp("large")
    with ExitStack() as open_, pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        make_atomic()
        make_edwards()
        open_.enter_context(mock_aws())
        stack = deploy(
            TEMPLATE,
            Place(name="hozon-lent"),
            parameters={
                "Contact": "me@example.org",
                "PublicRead": "true",
                "FullReplay": "true",
            },
        )
        guard.watch()
        found = functions(stack)["ServeArchive"].environment
        clock = Hands()
        archive = wiring.connect(settings.from_environment(found), clock=clock).archive
        _filled(archive, folder / "archive")
        clock.advance(minutes=30)
        bucket = found["HOZON_DERIVED_BUCKET"]
        lender = open_.enter_context(lending(bucket, "eu-west-1", folder))
        made = Town(
            archive=archive,
            clock=clock,
            stack=stack,
            worker=worker,
            lender=lender,
            trusted=folder,
            stage=replay.Stage(largest=LARGEST, worker=worker),
        )
        made.stage_at = open_.enter_context(function_url(made.staged))
        made.pages_at = open_.enter_context(function_url(made.pages))
        yield made


def _filled(archive: Archive, folder: Path) -> None:
    """Capture the site into a folder, and take its objects over."""
    with a_desk(folder, recheck_plan="none") as desk:
        desk.follow(f"{SITE}/feed")
        asyncio.run(desk.run(desk.fetcher(site())))
        assert [] == desk.problems()
        for key in desk.opened.archive.warcs.keys():  # noqa: SIM118 (a store)
            data = desk.opened.archive.warcs.read_all(key)
            archive.warcs.put(key, data)
            archive.index.add(holdings.read(key, data))


async def test_it_shows_all_its_pictures(town: Town, tmp_path: Path) -> None:
    """Its page runs, its pictures are whole, its film can be wound; the bucket is asked
    for one object, and gives it once.
    """
    town.lender.got.clear()
    hosts = {town.lender.host: town.lender.port}
    async with running(tmp_path / "profile", hosts) as browser:
        tab = await reader(browser)
        await tab.see()
        await tab.open(f"{town.pages_at}/replay/20261123120000js_/{SITE}/1")
        runs = "d?.querySelector('h1')?.innerText === 'Running'"
        found = await tab.framed(f"((d) => {runs} && {PICTURES})(frames[0]?.document)")
        assert [[*WIDE], [*HIGH]] == json.loads(found)
        wound = await tab.framed(f"((d) => {WOUND})(frames[0].document)")
        assert LONG_S == pytest.approx(float(wound), abs=0.1)
    [got] = town.lender.got
    assert ("GET", 206, town.stage_at) == (got.method, got.status, got.origin)


async def test_a_still_view_needs_no_bucket(town: Town, tmp_path: Path) -> None:
    """Of film as much is answered as fits, and players go on from there; a picture that
    does not fit is not shown.
    """
    town.lender.got.clear()
    async with running(tmp_path / "profile") as browser:
        tab = await reader(browser)
        await tab.see()
        await tab.open(f"{town.pages_at}/replay/20261123120000/{SITE}/1")
        found = await tab.framed(f"((d) => {PICTURES})(document)")
        assert [*HIGH] == json.loads(found)[1]
        wound = await tab.framed(f"((d) => {WOUND})(document)")
        assert LONG_S == pytest.approx(float(wound), abs=0.1)
    assert [] == town.lender.got


def test_what_is_signed(town: Town) -> None:
    """One object, to be read, in parts as well, by any page, for a quarter of an hour."""
    uri = town.lent()
    whole, origin = town.got(uri), {"Origin": town.stage_at}
    part = town.got(uri, Range="bytes=-9", **origin)

    assert 200 == whole.status
    assert [] == verify(whole.data)
    assert "application/warc" == whole.headers["content-type"]
    assert (206, whole.data[-9:]) == (part.status, part.data)
    assert "*" == part.headers["access-control-allow-origin"]
    assert "Content-Range" in part.headers["access-control-expose-headers"]
    asked = {**origin, "Access-Control-Request-Headers": "range"}
    for method, status in (("GET", 200), ("HEAD", 200), ("PUT", 403)):
        fields = {**asked, "Access-Control-Request-Method": method}
        assert status == town.got(uri, "OPTIONS", **fields).status
    for method in ("HEAD", "PUT", "DELETE"):
        assert 403 == town.got(uri, method).status
    path = urlsplit(uri).path
    assert 403 == town.got(uri.replace(path, "/tmp/replay/key-2026-11-23")).status
    town.lender.late = timedelta(seconds=SECONDS + 1)
    try:
        assert 403 == town.got(uri).status
    finally:
        town.lender.late = timedelta()


def test_only_the_bucket_may_be_asked_besides(town: Town) -> None:
    """The shell and the worker may connect to their origin and the bucket's; HEAD is
    answered as GET is, and what leads to the bucket is not kept.
    """
    shell = town.framed()
    for path in (shell, "/full/sw.js", "/full/load.js"):
        for method in ("GET", "HEAD"):
            answer = town.ask(path, method)
            assert 200 == answer["statusCode"]
            connects = f"connect-src 'self' https://{town.lender.host};"
            assert connects in policy_of(answer)
    assert "frame-ancestors https://h.example.org" in policy_of(town.ask(shell))
    for method in ("GET", "HEAD"):
        led = town.ask(shell.replace("/x_/", "/w_/"), method)
        assert (307, "no-store") == (led["statusCode"], led["headers"]["cache-control"])
        assert "connect-src" not in policy_of(led)


@pytest.mark.parametrize(("state", "status"), [("dark", 451), ("embargoed", 403)])
def test_what_is_out_of_sight_is_not_signed(
    town: Town, state: State, status: int
) -> None:
    """Neither for who asks the pages, nor with a grant that was given before."""
    shell = town.framed()
    town.clock.advance(seconds=1)
    now = town.clock.now
    decision = a_decision(
        subject=f"{SITE}/1", state=state, until=now + timedelta(hours=1), decided_at=now
    )
    town.archive.access.put(decision)
    try:
        for path in (shell, shell.replace("/x_/", "/w_/")):
            for method in ("GET", "HEAD"):
                answer = town.ask(path, method)
                assert status == answer["statusCode"]
                assert "location" not in answer["headers"]
                assert "X-Amz" not in str(answer)
        page = town.pages(url_event(f"/replay/20261123120000js_/{SITE}/1"))
        assert status == page["statusCode"]
        assert "/r/" not in page["body"]
    finally:
        town.clock.advance(seconds=1)
        again = replace(decision, state="public", until=None)
        town.archive.access.put(replace(again, decided_at=town.clock.now))
    assert town.lent()
