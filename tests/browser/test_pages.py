"""The pages in a browser: from the river to an entry, its difference, its search; what
keeps nobody out; and that nothing is asked for but what is there.
"""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from hozon import wiring
from hozon.cli.servers import served as both
from tests.browser import axe
from tests.browser.chromium import CHROMIUM, Answered, running
from tests.browser.reading import reader
from tests.exhibits import BLOCKED, EDITED, ENGLISH, GONE, REWRITTEN, exhibit
from tests.unit.usecases.conftest import Hands, a_desk
from tests.unit.web.conftest import Door
from tests.unit.web.test_pages import keys

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine"),
    pytest.mark.xdist_group("chromium"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
DAYS = 9


class Served(Door):
    """An archive that is served at `base`."""

    base: str = ""

    def pages(self) -> list[str]:
        """Return the paths of one page of each kind."""
        known, feed = keys(self), self.archive.feeds.all()[0].id
        return [
            "/",
            "/?change=any",
            "/sources",
            f"/sources/{feed}",
            f"/entries/{known[EDITED]}",
            f"/entries/{known[GONE]}",
            f"/entries/{known[BLOCKED]}",
            f"/entries/{known[EDITED]}/diff?from=1&to=3",
            f"/entries/{known[REWRITTEN]}/diff?view=inline&whole=1",
            "/search?q=ferry",
            f"/captures?uri={EDITED}",
            "/status",
            "/web/20260101000000/https://nothing.example.org/",
            f"/replay/{EDITED}",
            f"/replay/{ENGLISH}/1",
        ]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve an archive with something of everything, on loopback."""
    place = tmp_path_factory.mktemp("exhibit") / "archive"
    with a_desk(place) as desk:
        asyncio.run(exhibit(desk, DAYS))
    clock = Hands()
    clock.advance(days=DAYS, minutes=30)
    with (
        wiring.embedded(place, clock=clock) as opened,
        both(opened.archive, "127.0.0.1", 0) as serving,
    ):
        threading.Thread(target=serving.pages.serve_forever, daemon=True).start()
        found = Served(opened.archive)
        found.base = f"http://127.0.0.1:{serving.pages.server_address[1]}"
        yield found
        serving.pages.shutdown()


async def test_from_an_entry_to_its_replay(served: Served, tmp_path: Path) -> None:
    """The page is framed as it was, with its neighbours in time a step away, and what
    is to be said of it outside of the frame.
    """
    known = keys(served)
    async with running(tmp_path / "profile") as browser:
        tab = await reader(browser)
        await tab.see()
        await tab.open(f"{served.base}/entries/{known[REWRITTEN]}")
        await tab.click('.tools a[href^="/replay/"]')
        assert "八兆五千億円" in await tab.framed("document.body.innerText")
        assert "2 of 2" in await tab.text("header")
        await tab.click("a[rel=prev]")
        assert "1 of 2" in await tab.text("header")
        assert "八兆五千億円" not in await tab.framed("document.body.innerText")
        await tab.click("a[hreflang=ja]")
        assert "静止表示" in await tab.text("header")

        await tab.open(f"{served.base}/replay/{GONE}")
        assert "not there any more" in await tab.text("header .note")
        await tab.open(f"{served.base}/replay/{ENGLISH}/1")
        assert "Not captured: 1" in await tab.text("header summary")
        await tab.open(f"{served.base}/replay/{BLOCKED}")
        assert "in the place of the page" in await tab.text("header .note")


async def test_from_the_river_to_the_search(served: Served, tmp_path: Path) -> None:
    """A reader goes from page to page by what is on them, and arrives."""
    entry = f"/entries/{keys(served)[EDITED]}"
    async with running(tmp_path / "profile") as browser:
        tab = await reader(browser)
        await tab.see()
        await tab.open(f"{served.base}/")
        assert "Council hears about the ferry timetable" in await tab.text()

        await tab.click(f'a[href="{entry}"]')
        assert "The north landing is open" == await tab.text("h1")
        assert "43 passengers" in await tab.text(".text")

        await tab.click(f'a[href="{entry}/diff?to=2"]')
        assert "41" == await tab.text("del")
        assert "43" == await tab.text("ins")
        columns = (
            "getComputedStyle(document.querySelector('.split')).gridTemplateColumns"
        )
        assert 2 == len((await tab.evaluate(columns)).split())

        await tab.fill('header input[name="q"]', "八兆五千億円")
        await tab.click("header form button")
        assert "八兆五千億円" == await tab.text("mark")
        await tab.click("article h2 a")
        assert "八兆五千億円" in await tab.text(".text")

        await tab.click("a[hreflang=ja]")
        assert "ja" == await tab.evaluate("document.documentElement.lang")
        await tab.click("header nav a")
        assert "記事" == await tab.text("h1")
        assert "前" in await tab.text("time")


async def test_nothing_keeps_anybody_out(served: Served, tmp_path: Path) -> None:
    """axe-core finds no violation of WCAG 2.2 AA, nor of its own good practice: on all
    pages, in both languages, light and dark, on a desk and on a phone, where no page is
    wider than the screen.
    """
    script = axe.script() if axe.NPM else None
    if script is None:
        pytest.skip("npm does not have axe-core here")
    found: dict[tuple[str, str], list[str]] = {}
    async with running(tmp_path / "profile") as browser:
        tab = await reader(browser)
        for width, dark, wish in ((1180, False, "en"), (390, True, "ja")):
            await tab.see(width=width, dark=dark, wish=wish)
            for path in served.pages():
                await tab.open(served.base + path)
                await tab.evaluate(f"{script};0")
                violations = await tab.evaluate(axe.RUN)
                across = await tab.evaluate("document.documentElement.scrollWidth")
                if across > width:
                    violations.append(f"{across} wide")
                if violations:
                    found[path, wish] = violations
        await tab.evaluate("document.querySelector('main').append(new Image())")
        assert "image-alt: img" in await tab.evaluate(axe.RUN)
    assert {} == found


async def test_a_page_is_one_request(served: Served, tmp_path: Path) -> None:
    """Style and plots are in it; besides itself it asks for its icon at most."""
    async with running(tmp_path / "profile") as browser:
        for path in served.pages()[::3]:
            visit = await browser.visit(
                served.base + path, lambda _: Answered(body=None)
            )
            asked = [urlsplit(each.uri).path for each in visit.asked]
            assert visit.is_whole
            assert urlsplit(path).path == asked[0]
            assert {*asked[1:]} <= {"/icon.svg"}
