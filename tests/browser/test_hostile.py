"""Pages that mean no good, in a browser: no script of theirs runs, and nobody outside is
asked, on either origin, whole or framed, on pages that tell of errors as well.
"""

import asyncio
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlsplit
from urllib.request import urlopen

import pytest

from hozon import wiring
from hozon.cli.servers import served
from hozon.serving.memento import linked
from tests.browser.attacks import KINDS, OUTSIDE, PIECES, STOPPER, batches
from tests.browser.chromium import CHROMIUM, Answered, Asked, Browser, Visit, running
from tests.exhibits import HTML, feed
from tests.fetching import Answer
from tests.unit.usecases.conftest import Hands, a_desk

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine"),
    pytest.mark.xdist_group("chromium"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
BAD = "https://bad.example.org"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63f8ffff3f0300080000030101a5f645400000000049454e44ae426082"
)


@dataclass(frozen=True, slots=True)
class Town:
    """An archive of such pages, served: both origins, and the pages' URIs."""

    pages: str
    replays: str
    uris: list[str]

    @property
    def mementos(self) -> list[str]:
        """Those that are looked at as mementos, too; what has no type is a download."""
        return [each for each in self.uris[:12] if not each.endswith("/untyped")]

    def framed(self, uri: str) -> str:
        """Return where a page is replayed."""
        return f"{self.pages}/replay/{linked(uri)}"

    def staged(self, uri: str) -> str:
        """Return what the frame of its replay shows, or nothing."""
        with urlopen(self.framed(uri)) as answer:
            found = re.search('<iframe [^>]*src="([^"]+)"', answer.read().decode())
        return unescape(found[1]) if found else ""

    def is_ours(self, uri: str) -> bool:
        """Tell whether a request is to one of both origins."""
        return uri.startswith((f"{self.pages}/", f"{self.replays}/"))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Capture them all, and serve them on loopback."""
    place = tmp_path_factory.mktemp("town") / "archive"
    site = {
        f"{BAD}/own.css": Answer(
            b"h1{color:rgb(0, 128, 0)}body{background:url(/own.png)}",
            200,
            (("Content-Type", "text/css"),),
        ),
        f"{BAD}/own.png": Answer(PIXEL, 200, (("Content-Type", "image/png"),)),
        f"{BAD}/last.png": Answer(PIXEL, 200, (("Content-Type", "image/png"),)),
        **{f"{BAD}/{name}": answer for name, answer in KINDS.items()},
    }
    for number, text in enumerate(batches()):
        site[f"{BAD}/batch-{number}"] = Answer(text.encode(), 200, HTML)
    uris = [uri for uri in site if not uri.endswith((".css", ".png"))]
    entries = [(uri, PIECES[0], PIECES[7], "x") for uri in uris]
    site[f"{BAD}/feed"] = feed("Bad", "en", entries)
    with a_desk(place, recheck_plan="none") as desk:
        desk.follow(f"{BAD}/feed")
        asyncio.run(desk.run(desk.fetcher(site)))  # type: ignore[arg-type]  # all are replies
    clock = Hands()
    clock.advance(minutes=30)
    with (
        wiring.embedded(place, clock=clock) as opened,
        served(opened.archive, "127.0.0.1", 0) as serving,
    ):
        threading.Thread(target=serving.pages.serve_forever, daemon=True).start()
        both = [f"http://127.0.0.1:{each.server_address[1]}" for each in serving]
        yield Town(both[0], both[1], uris)
        serving.pages.shutdown()


async def visited(browser: Browser, town: Town, uri: str, **how: object) -> Visit:
    """Open a page, and return what came of it; whoever outside is asked answers kindly."""

    def site(asked: Asked) -> Answered:
        return Answered(body=None) if town.is_ours(asked.uri) else Answered(body=b"ok")

    return await browser.visit(uri, site, scripts=True, settle_s=0.15, **how)  # type: ignore[arg-type]  # as it takes them


# What the browser shows in the place of a frame that it has blocked.
_OWN = "chrome-error:"


def harm(visit: Visit, town: Town) -> dict[str, list[str]]:
    """Return what a page has done that it must not."""
    found = {
        "scripts": [each for each in visit.scripts if not each.startswith(_OWN)],
        "dialogs": visit.dialogs,
        "asked": [each.uri for each in visit.asked if not town.is_ours(each.uri)],
    }
    return {what: done for what, done in found.items() if done}


def sent(visit: Visit) -> list[str]:
    """Return what was asked for, but for the icon, which browsers fetch when they like."""
    return [each.uri for each in visit.asked if not each.uri.endswith("/icon.svg")]


async def test_the_watch_sees_what_it_is_to_see(town: Town, tmp_path: Path) -> None:
    """The same pages on an origin that guards nothing run scripts and ask outside: what
    is found nowhere else in this module can be found.
    """
    page = next(batches()).encode()

    def bare(asked: Asked) -> Answered:
        is_page = asked.uri == f"{BAD}/bare"
        return Answered(body=page if is_page else b"", media_type="text/html")

    async with running(tmp_path / "profile") as browser:
        visit = await browser.visit(f"{BAD}/bare", bare, scripts=True)
    assert {"scripts", "dialogs", "asked"} == harm(visit, town).keys()
    assert any(each.uri.startswith(OUTSIDE) for each in visit.asked)


async def test_no_page_does_harm(town: Town, tmp_path: Path) -> None:
    """Each page framed by its banner, alone on the replay's origin, and as a memento."""
    found: dict[str, dict[str, list[str]]] = {}
    shown = 0
    async with running(tmp_path / "profile") as browser:
        for uri in town.uris:
            alone = await asyncio.to_thread(town.staged, uri)
            places = [town.framed(uri), alone]
            if uri in town.mementos:
                places.append(f"{town.pages}/web/20261123id_/{uri}")
            for where in places:
                visit = await visited(browser, town, where)
                assert visit.is_whole, where
                if done := harm(visit, town):
                    found[where] = done
                parts = [urlsplit(each.uri).path for each in visit.asked]
                shown += any(each.endswith("/last.png") for each in parts)
        targets = await browser.call("Target.getTargets")
    assert {} == found
    kinds = {each["type"] for each in targets["targetInfos"]}
    assert "service_worker" not in kinds
    # The pages were there: their last picture was asked for, behind all the rest.
    assert shown >= 2 * len(list(batches()))


async def test_no_error_does_harm(town: Town, tmp_path: Path) -> None:
    """What is not held, not asked for rightly, or over is told without markup."""
    stage = (await asyncio.to_thread(town.staged, town.uris[0])).partition("/p_/")[0]
    asked = []
    for piece in (PIECES[0], PIECES[7], PIECES[23], STOPPER + PIECES[1]):
        evil = quote(piece, safe="<>'\"=/:()")
        asked += [
            f"{town.pages}/replay/20260101000000/https://not.example/{evil}",
            f"{town.pages}/captures?uri=https://not.example/{quote(piece)}",
            f"{stage}/p_/https://not.example/{evil}",
            f"{town.replays}/{evil}",
            f"{town.replays}/r/{evil}/warcs/a.warc.gz/p_/{BAD}/",
        ]
    found = {}
    async with running(tmp_path / "profile") as browser:
        for uri in asked:
            visit = await visited(browser, town, uri.replace(" ", "%20"))
            if done := harm(visit, town):
                found[uri] = done
    assert {} == found


async def test_no_form_is_sent(town: Town, tmp_path: Path) -> None:
    """Whoever presses a button of a page that was captured sends nothing to anybody."""
    uri = f"{BAD}/form"
    alone = await asyncio.to_thread(town.staged, uri)
    async with running(tmp_path / "profile") as browser:
        for where, at in ((town.framed(uri), (400, 700)), (alone, (400, 400))):
            before = await visited(browser, town, where)
            after = await visited(browser, town, where, click=at)
            assert {} == harm(after, town)
            assert sent(before) == sent(after)
