"""Looking again, as its users see it: the program as a process, on loopback."""

import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hozon import wiring
from hozon.nouns.instants import iso
from tests.e2e.conftest import Hozon
from tests.sites import Reply, Site, page, redirect, rss

pytestmark = pytest.mark.e2e

TEXT = (
    "<p>The north landing opened again on Thursday, after eleven years.</p>"
    "<p>The harbour office counted 41 passengers. Most of them went straight back.</p>"
    "<p>A second boat will run from April, if the council agrees on 12 March.</p>"
)
JAPANESE = "<p>窓口の開く日が月、水、金だけになって半年がたった。</p>" * 2 + (
    "<p>利用者は一日に二十人ほど。局長は「顔を覚えてもらえた」と話す。</p>"
)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site({"/feed.xml": rss("/a"), "/a": page("The landing", TEXT)}) as served:
        yield served


@pytest.fixture
def hozon(site: Site, directory: Path) -> Hozon:
    made = Hozon(directory=directory, allow=(site.authority,))
    made("feeds", "add", site.uri("/feed.xml"))
    made("run")
    return made


def ahead(**by: float) -> str:
    """Return an instant so long from now, as an argument."""
    return iso(datetime.now(UTC) + timedelta(**by))


def entry(hozon: Hozon) -> dict[str, Any]:
    (only,) = hozon.json("entries", "list")
    return only


@dataclass(frozen=True, slots=True)
class Lived:
    """What was served before an edit and after it, what each run said, what was told."""

    served: tuple[Reply, Reply]
    runs: list[dict[str, Any]]
    told: list[dict[str, Any]]


@pytest.fixture
def lived(site: Site, hozon: Hozon) -> Lived:
    """A page that is left alone, edited, gone, still gone, and there again."""
    heard = hozon.directory / "heard.jsonl"
    first = page("The landing", TEXT)
    second = page("The landing", TEXT.replace("41 pass", "43 pass"))
    gone = Reply(b"<title>Gone</title>", status=410)
    runs = []
    for days, reply in (
        (0.1, first),
        (0.3, second),
        (2, gone),
        (3, gone),
        (40, second),
    ):
        site.routes["/a"] = reply
        now = ("--now", ahead(days=days))
        runs += hozon.json("run", *now, "--on-event", f"cat >> {heard}")
    told = [json.loads(line) for line in heard.read_text().splitlines()]
    return Lived((first, second), runs, told)


def test_from_edit_to_return(hozon: Hozon, lived: Lived) -> None:
    """Each run says what it found, each event is told, and the list shows the state."""
    quiet, edited, missing, gone, back = lived.runs

    assert [1, 1, 1, 1, 1] == [run["looks"] for run in lived.runs]
    assert 0 == quiet["snapshots"]
    assert 0 < quiet["bytes_stored"] <= 2048
    assert (1, 1, 1, 1) == (
        edited["changed"],
        missing["missing"],
        gone["gone"],
        back["restored"],
    )
    assert ("restored", 2) == (entry(hozon)["state"], entry(hozon)["versions"])
    assert ["changed", "missing", "gone", "restored"] == [
        t["event"] for t in lived.told
    ]
    assert "correction" == lived.told[0]["change"]["kind"]


def test_versions_and_their_bytes(site: Site, hozon: Hozon, lived: Lived) -> None:
    """The exact bytes of each instant; all of it again from what is stored."""
    link = site.uri("/a")
    versions = hozon.json("entries", "versions", entry(hozon)["id"])
    assert [(1, None), (2, "correction")] == [
        (v["version"], v["kind"]) for v in versions
    ]
    assert [] == hozon.json("entries", "versions", link, "--min-change", "50%")[1:]
    for version, reply in zip(versions, lived.served, strict=True):
        assert reply.body == hozon("get", link, "--at", version["at"]).stdout
    (details,) = hozon.json("entries", "show", link)
    assert ["new", "same", "changed", "gone-410", "gone-410", "same"] == [
        look["outcome"] for look in details["looks"]
    ]
    before = dump(hozon)
    hozon("reindex")
    assert before == dump(hozon)
    assert details == hozon.json("entries", "show", link)[0]


def test_looks_are_sealed_and_verified(hozon: Hozon, lived: Lived) -> None:
    """Each look has its leaf; a row that says otherwise than its object is found."""
    assert all(run["sealed"] for run in lived.runs)
    looks = hozon.json("entries", "show", entry(hozon)["id"])[0]["looks"]
    hozon("verify")
    with wiring.embedded(hozon.directory) as opened:
        leaves = opened.archive.seals.leaves(look["warc"] for look in looks)
        with opened.index.write() as db:
            db.execute(
                "UPDATE findings SET finding = replace(finding, 'gone-410', 'same')"
            )
    assert len(looks) == len(leaves)

    hozon("verify", code=4)


def dump(hozon: Hozon) -> list[str]:
    with wiring.embedded(hozon.directory, create=False) as opened:
        return list(opened.archive.index.dump())


def test_diffs(site: Site, hozon: Hozon) -> None:
    """As text and as JSON; the latest edit, or between any two versions."""
    link = site.uri("/a")
    second = TEXT.replace("41 pass", "43 pass")
    site.routes["/a"] = page("The landing", second)
    hozon("run", "--now", ahead(hours=2))
    site.routes["/a"] = page("The landing closes", second)
    hozon("run", "--now", ahead(hours=8))

    text = hozon("entries", "diff", link, "--from", "1", "--to", "2").stdout.decode()
    assert "-The harbour office counted 41 passengers." in text
    assert "+The harbour office counted 43 passengers." in text
    assert "\x1b" not in text
    (latest,) = hozon.json("entries", "diff", link)
    assert ("title", 2, 3) == (
        latest["kind"],
        latest["from"]["version"],
        latest["to"]["version"],
    )
    title = {"before": "The landing", "after": "The landing closes"}
    assert {"title": title} == latest["facts"]
    (whole,) = hozon.json("entries", "diff", link, "--from", "1")
    assert (1, 3, "correction") == (
        whole["from"]["version"],
        whole["to"]["version"],
        whole["kind"],
    )
    changed = [line for line in whole["lines"] if line["op"] == "changed"]
    assert [["41", "43"]] == [
        [part["text"] for part in line["parts"] if part["op"] != "same"]
        for line in changed
    ]
    assert b"no version 9" in hozon("entries", "diff", link, "--to", "9", code=3).stderr


def test_one_off_captures(site: Site, hozon: Hozon) -> None:
    """A page that no feed has is captured, listed, looked at again, and diffed."""
    site.routes["/alone"] = page("郵便局の窓口", JAPANESE)
    link = site.uri("/alone")
    (held,) = hozon.json("capture", link)
    site.routes["/alone"] = page("郵便局の窓口", JAPANESE.replace("二十人", "三十人"))
    (looked,) = hozon.json("recheck", held["id"])
    (again,) = hozon.json("recheck", link)

    assert ("held", 1, None) == (held["state"], held["versions"], held["problem"])
    assert ("changed", 2) == (looked["outcome"], looked["versions"])
    assert ("same", 2) == (again["outcome"], again["versions"])
    titles = [each["title"] for each in hozon.json("entries", "list")]
    assert "郵便局の窓口" in titles
    text = hozon("entries", "diff", held["id"]).stdout.decode()
    assert "二十人" in text
    assert "三十人" in text
    assert 2 == len(hozon.json("timemap", link))
    (missed,) = hozon.json("capture", site.uri("/nothing"), code=1)
    assert "missing" == missed["state"]


def test_all_of_a_feed(site: Site, hozon: Hozon) -> None:
    """`recheck --feed` asks for each page, whole; it needs an entry or a feed."""
    site.routes["/feed.xml"] = rss("/b", "/a")
    site.routes["/b"] = redirect("/a")
    hozon("run", "--now", ahead(days=2))
    site.log.clear()
    found = hozon.json("recheck", "--feed", site.uri("/feed.xml"))

    assert [site.uri("/a"), site.uri("/b")] == sorted(each["link"] for each in found)
    asked = [r for r in site.log if r.target == "/a"]
    assert 2 == len(asked)
    assert not any(request.header("if-none-match") for request in asked)
    assert b"--feed" in hozon("recheck", code=2).stderr


def test_plans(site: Site, hozon: Hozon, tmp_path: Path) -> None:
    """Of the archive, of a feed, of one page; a list goes out and comes in with them."""
    link, feed = site.uri("/a"), site.uri("/feed.xml")

    def due() -> str | None:
        next_look: str | None = hozon.json("entries", "show", link)[0]["next_look_at"]
        return next_look

    usual = due()
    hozon("settings", "--recheck-plan", "none")
    assert due() is None
    hozon("feeds", "set", feed, "--plan", "news")
    assert due() is not None
    (watched,) = hozon.json("entries", "watch", link, "--plan", "2d,+9d")
    assert "2d,+9d" == watched["plan"]
    assert watched["next_look_at"] > str(usual)
    hozon("entries", "watch", link, "--plan", "default")
    assert "news" == hozon.json("entries", "show", link)[0]["plan"]
    opml = tmp_path / "feeds.opml"
    hozon("feeds", "export", "-o", str(opml))
    assert 'plan="news"' in opml.read_text()
    other = Hozon(directory=tmp_path / "other")
    other("feeds", "import", str(opml))
    assert ["news"] == [each["plan"] for each in other.json("feeds", "list")]
    for wrong in (("feeds", "set", feed, "--plan", "5m"), ("settings", "--tell", "x")):
        assert b"write one of" in hozon(*wrong, code=2).stderr or b"no such kind" in (
            hozon(*wrong, code=2).stderr
        )
    (kept,) = hozon.json("settings")
    assert ("none", 20_000) == (kept["recheck_plan"], kept["recheck_budget"])


def test_a_budget_that_bites(site: Site, directory: Path) -> None:
    """What is left over for another day is said, and made then."""
    pages = [f"/p{n}" for n in range(5)]
    site.routes |= {path: page(f"Page {path}", TEXT) for path in pages}
    site.routes["/feed.xml"] = rss(*pages)
    hozon = Hozon(directory=directory, allow=(site.authority,))
    hozon("feeds", "add", site.uri("/feed.xml"))
    hozon("run")
    day = datetime.now(UTC).replace(hour=12) + timedelta(days=2)
    limited = ("--recheck-budget", "2")

    done = hozon("--json", "run", "--now", iso(day), *limited)
    again = hozon.json("run", "--now", iso(day + timedelta(hours=1)), *limited)
    (rest,) = hozon.json("run", "--now", iso(day + timedelta(days=1)), *limited)

    summary = json.loads(done.stdout)
    assert (2, 3) == (summary["looks"], summary["looks_left"])
    assert b"budget" in done.stderr
    assert (0, 3) == (again[0]["looks"], again[0]["looks_left"])
    assert 2 == rest["looks"]


def test_killed_while_it_looks_and_tells(site: Site, directory: Path) -> None:
    """Kill -9 at any moment: every event is told, with one id however often."""
    moments = random.Random(20261124)
    pages = [f"/p{n}" for n in range(12)]
    for path in pages:
        site.routes[path] = page(f"Page {path}", TEXT)
    site.routes["/feed.xml"] = rss(*pages)
    site.latency_s = 0.02
    hozon = Hozon(directory=directory, allow=(site.authority,))
    hozon("feeds", "add", site.uri("/feed.xml"))
    hozon("run")
    for path in pages:
        site.routes[path] = page(f"Page {path}", TEXT.replace("41", "43"))
    heard = directory / "heard.jsonl"
    arguments = ("run", "--now", ahead(hours=2), "--on-event", f"cat >> {heard}")
    for _ in range(8):
        running = hozon.start(*arguments)
        time.sleep(0.6 + moments.random() * 0.8)
        running.kill()
        running.communicate()
    hozon(*arguments)

    told = [json.loads(line) for line in heard.read_text().splitlines()]
    by_link = {t["entry"]["link"]: t["id"] for t in told if t["event"] == "changed"}
    assert {site.uri(path) for path in pages} == by_link.keys()
    assert len(by_link) == len({t["id"] for t in told})
    for path in pages:
        assert 2 == len(hozon.json("entries", "versions", site.uri(path)))
    before = dump(hozon)
    hozon("reindex")
    assert before == dump(hozon)
