"""robots.txt and one worker at a time for each host, with real processes and sockets."""

import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from tests.e2e.conftest import Hozon, environment
from tests.sites import Reply, Site, page, rss

pytestmark = pytest.mark.e2e

WORKER = """
import asyncio, sys
from pathlib import Path

from hozon import wiring
from hozon.fetch import AllowedHosts

folder, site, name, times, interval_s = sys.argv[1:]

async def work(opened):
    allowed = AllowedHosts.parse([site])
    how = wiring.Fetching(allowed=allowed, interval_s=float(interval_s))
    async with opened.fetcher(how) as fetcher:
        await asyncio.gather(*(
            fetcher.fetch(f"http://{site}/{name}/{n}") for n in range(int(times))
        ))

with wiring.embedded(Path(folder), create=True) as opened:
    asyncio.run(work(opened))
"""


def worker(
    folder: Path, site: Site, name: str, *, times: int, interval_s: float
) -> "subprocess.Popen[bytes]":
    """Start a process that asks the site so many times."""
    told = (str(folder), site.authority, name, str(times), str(interval_s))
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, *told],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize(("interval_s", "latency_s"), [(0.3, 0.0), (0.1, 0.25)])
def test_two_processes_on_one_host(
    directory: Path, interval_s: float, latency_s: float
) -> None:
    """Two processes of an archive are never at a host at once, nor closer than agreed."""
    with Site(otherwise=lambda _: Reply(b"x", latency_s=latency_s)) as site:
        names = ("one", "other")
        workers = [
            worker(directory, site, name, times=15, interval_s=interval_s)
            for name in names
        ]
        for each in workers:
            _, said = each.communicate(timeout=100)
            assert 0 == each.returncode, said.decode()
        log = sorted(site.log, key=lambda request: request.at_s)

    assert 30 == len(log)
    gaps = [other.at_s - one.at_s for one, other in pairwise(log)]
    assert min(gaps) >= max(interval_s - 0.03, latency_s)
    assert {"one", "other"} == {request.path.split("/")[1] for request in log}


def test_a_process_that_is_killed_holds_up_nobody_for_long(directory: Path) -> None:
    """Kill -9 in the middle of an exchange: the lease runs out, and the next one goes."""
    with Site(
        otherwise=lambda r: Reply(b"x", latency_s=30 * ("dead" in r.path))
    ) as site:
        dying = worker(directory, site, "dead", times=1, interval_s=0.3)
        while not site.log:
            assert dying.poll() is None
        dying.send_signal(signal.SIGKILL)
        dying.communicate()
        alive = worker(directory, site, "alive", times=2, interval_s=0.3)
        _, said = alive.communicate(timeout=60)

        assert 0 == alive.returncode, said.decode()
        dead, first, _ = site.log
    assert 5 < first.at_s - dead.at_s < 14


ARTICLE = page("An article", '<img src="/i/open.png"><img src="/i/closed/x.png">')
RULES = Reply(
    b"User-agent: hozon\nDisallow: /closed/\nDisallow: /i/closed/\n",
    media_type="text/plain",
)
ROUTES = {
    "/feed.xml": rss("/a", "/closed/b"),
    "/a": ARTICLE,
    "/closed/b": page("Closed"),
    "/i/open.png": Reply(b"\x89PNG open", media_type="image/png"),
    "/i/closed/x.png": Reply(b"\x89PNG closed", media_type="image/png"),
    "/robots.txt": RULES,
}


def test_a_publishers_no_is_a_no(directory: Path) -> None:
    """What robots.txt disallows is not fetched, and every view of the archive says so."""
    with Site(ROUTES) as site:
        hozon = Hozon(directory=directory, allow=(site.authority,))
        hozon("feeds", "add", site.uri("/feed.xml"))
        assert [] == site.requests("/robots.txt")
        done = hozon("--json", "run", code=1)

        asked = {request.path for request in site.log}
        assert {"/feed.xml", "/robots.txt", "/a", "/i/open.png"} == asked
        assert 1 == len(site.requests("/robots.txt"))
        closed, open_ = site.uri("/closed/b"), site.uri("/a")
    assert b"rule Disallow: /closed/" in done.stderr

    entries = {e["link"]: e for e in hozon.json("entries", "list", "--long")}
    assert ("refused", "held") == (entries[closed]["state"], entries[open_]["state"])
    assert "rule Disallow: /closed/" in entries[closed]["trouble"]
    assert "policy respect" in entries[open_]["robots"][0]["said"]
    assert 1 == entries[open_]["missing"]
    assert b"refused  robots.txt of" in hozon("entries", "list", "--long").stdout
    [status] = hozon.json("status")
    assert [("refused", closed)] == [(t["kind"], t["uri"]) for t in status["trouble"]]
    [known] = hozon.json("get", open_, "--format", "json")
    said = known["metadata"]["robots"]
    assert [True, False] == [verdict["allowed"] for verdict in said]
    assert said[1]["uri"].endswith("/i/closed/x.png")
    rules = hozon("get", open_.replace("/a", "/robots.txt"))
    assert RULES.body == rules.stdout


def test_record_only(directory: Path) -> None:
    """The other policy captures all, and puts on record what the publisher said."""
    with Site(ROUTES) as site:
        hozon = Hozon(directory=directory, allow=(site.authority,))
        hozon("feeds", "add", site.uri("/feed.xml"))
        hozon("--robots", "record-only", "run")
        closed = site.uri("/closed/b")

    entries = {e["link"]: e for e in hozon.json("entries", "list", "--long")}
    assert {"held"} == {e["state"] for e in entries.values()}
    [verdict] = entries[closed]["robots"]
    assert (False, "record-only", "Disallow: /closed/") == (
        verdict["allowed"],
        verdict["policy"],
        verdict["rule"],
    )
    hozon("--robots", "obey", "status", code=2)
