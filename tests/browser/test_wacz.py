"""An exported WACZ opens in ReplayWeb.page, and looks as the page did."""

from datetime import timedelta
from pathlib import Path

import pytest

from hozon import wiring
from hozon.nouns.instants import timestamp
from tests.archives import BEGAN, EVERY, OTHER, stocked
from tests.browser import replaying
from tests.browser.chromium import CHROMIUM, running
from tests.shelves import NOW, Shelf

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine"),
    pytest.mark.skipif(not replaying.NPM, reason="no npm on this machine"),
    pytest.mark.xdist_group("chromium"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


async def test_replay(tmp_path: Path) -> None:
    """A page of one feed, with the style sheet and the picture that others hold.

    The sheet is behind a redirect, in a snapshot of the other feed; the picture is a
    revisit here, of a response there.
    """
    found = replaying.scripts()
    if found is None:
        pytest.skip("npm does not have ReplayWeb.page here")
    folder = tmp_path / "archive"
    with wiring.embedded(folder, clock=lambda: NOW, create=True) as opened:
        shelf = Shelf(stocked(opened.archive, 20), tmp_path)
        package = shelf.export("wacz", shelf.feed(), name="feed.wacz")
    captured = BEGAN + 3 * EVERY + timedelta(minutes=2)
    uri = f"{OTHER}/3.html"

    with replaying.served(package, uri, timestamp(captured), found) as at:
        async with running(tmp_path / "profile") as browser:
            shown = await replaying.shown(browser, at)

    assert shown["words"].startswith("本文 3。")
    assert "rgb(0, 128, 0)" == shown["color"]
    assert 1 == shown["width"]
