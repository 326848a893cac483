"""Signing in and out in a browser: what the cookie's prefix, the policy of the page and
the fields that browsers add make of it, nobody else can say.
"""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hozon import wiring
from hozon.cli.servers import server
from hozon.guarding import admitting
from tests.browser.chromium import CHROMIUM, running
from tests.browser.reading import reader

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine"),
    pytest.mark.xdist_group("chromium"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[wiring.Embedded]:
    """Yield an empty archive."""
    with wiring.embedded(tmp_path / "archive", create=True) as archive:
        yield archive


async def test_in_and_out(opened: wiring.Embedded, tmp_path: Path) -> None:
    """The link's button lets in, the cookie stays, and signing out ends it."""
    archive, book = opened.archive, opened.signins
    link = admitting.issue("Ann", "person", book, now=archive.clock()).text
    with server(archive, "127.0.0.1", 0, signins=book) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{serving.server_address[1]}"
        async with running(tmp_path / "profile") as browser:
            tab = await reader(browser)
            await tab.open(f"{base}/status")
            assert "not open to everybody" in await tab.text()

            await tab.open(f"{base}/signin?link={link}&lang=ja")
            assert "サインイン" in await tab.text("h1")
            await tab.open(f"{base}/signin?link={link}")
            await tab.click("main button")
            assert "Nothing is archived yet" in await tab.text()
            await tab.open(f"{base}/status")
            assert "Intake" in await tab.text()

            await tab.click("footer button")
            assert "Sign in" in await tab.text("h1")
            await tab.open(f"{base}/status")
            assert "not open to everybody" in await tab.text()
        serving.shutdown()
    [signin] = book.all()
    assert "revoked" == signin.state(archive.clock())
