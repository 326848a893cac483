"""kill -9 at any moment: nothing lost, nothing twice, the index equal to one made anew."""

import random
import time
from pathlib import Path

import pytest

from examples.serve import bundled, feed_uris
from hozon import wiring
from tests.e2e.conftest import Hozon

pytestmark = pytest.mark.e2e
KILLS = 20


def test_twenty_kills(directory: Path) -> None:
    """A run that is killed twenty times ends with all there is, once each."""
    moments = random.Random(20261123)
    with bundled(latency_s=0.02) as site:
        hozon = Hozon(directory=directory, allow=(site.authority,))
        hozon("feeds", "add", *feed_uris(site))
        for _ in range(KILLS):
            running = hozon.start("run")
            time.sleep(0.35 + moments.random() * 0.5)
            running.kill()
            running.communicate()
        hozon("run")
        whole = Hozon(directory=directory.with_name("whole"), allow=hozon.allow)
        whole("feeds", "add", *feed_uris(site))
        whole("run")

    assert held(whole) == held(hozon)
    before = dump(hozon)
    hozon("reindex")
    assert before == dump(hozon)
    assert not list(directory.glob("tmp/*"))


def held(hozon: Hozon) -> list[tuple[str, int]]:
    """Return each page held and how many captures of it there are."""
    links = {e["link"] for e in hozon.json("entries", "list") if e["state"] == "held"}
    return sorted((link, len(hozon.json("timemap", link))) for link in links)


def dump(hozon: Hozon) -> list[str]:
    with wiring.embedded(hozon.directory, create=False) as opened:
        return list(opened.archive.index.dump())
