"""From feeds to retrieved snapshots, on the bundled site and as a process."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from fastwarc.warc import ArchiveIterator
from warcio.checker import Checker

from examples.serve import bundled, feed_uris
from hozon import wiring
from tests.e2e.conftest import Hozon
from tests.sites import Reply, Site, page, rss

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("main job")]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with bundled() as served:
        yield served


@pytest.fixture(scope="module")
def archived(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Hozon:
    """An archive of the bundled site."""
    folder = tmp_path_factory.mktemp("bundled") / "archive"
    hozon = Hozon(directory=folder, allow=(site.authority,))
    hozon("feeds", "add", *feed_uris(site))
    hozon("run")
    return hozon


def warcs(hozon: Hozon) -> list[Path]:
    return sorted(hozon.directory.glob("warcs/**/*.warc.gz"))


def test_every_entry_with_a_link_is_held(archived: Hozon) -> None:
    """All entries of English and Japanese feeds in five encodings are captured."""
    entries = archived.json("entries", "list")

    assert {"held", "linkless"} == {e["state"] for e in entries}
    assert all(e["state"] == "held" for e in entries if e["link"])
    assert {"en", "ja"} <= {e["language"][:2] for e in entries}


def test_what_comes_back_is_what_the_site_sends(archived: Hozon) -> None:
    """`get --format raw` is byte-equal to the document, whatever its encoding."""
    for entry in archived.json("entries", "list"):
        if entry["link"]:
            got = archived("get", entry["page"]).stdout
            with urlopen(entry["page"], timeout=10) as answer:
                assert answer.read() == got


def test_readers_accept_every_file(archived: Hozon) -> None:
    """Both warcio and fastwarc read each file and find all digests right, in SHA-256."""
    assert len(warcs(archived)) > 30
    for path in warcs(archived):
        assert [] == warcio_problems(path)
        with path.open("rb") as file:
            for record in ArchiveIterator(file, parse_http=False):
                assert record.headers["WARC-Block-Digest"].startswith("sha256:")
                assert record.verify_block_digest()


def warcio_problems(path: Path) -> list[str]:
    class Quiet:
        inputs = (str(path),)
        verbose = False

    checker = Checker(Quiet())
    checker.process_one(str(path))
    return [str(path)] if checker.exit_value else []


def test_main_text_and_facts(archived: Hozon) -> None:
    """The page's text comes back without its navigation; title and language are known."""
    entries = archived.json("entries", "list")
    japanese = next(e for e in entries if "①図書館" in e["title"])

    text = archived("get", japanese["link"], "--format", "text").stdout.decode()
    (known,) = archived.json("get", japanese["link"], "--format", "json")
    marked = archived("get", japanese["link"], "--format", "markdown").stdout.decode()

    assert "避難所" in text
    assert marked.startswith("# ①図書館")
    assert "避難所" in marked
    assert "ja" == known["metadata"]["facts"]["language"]
    assert "①図書館" in known["metadata"]["facts"]["title"]


def test_a_second_run_asks_conditionally_and_captures_nothing(
    archived: Hozon, site: Site
) -> None:
    """Once due again, each feed is asked with its validators; nothing is stored."""
    archived("settings", "--recheck-plan", "none")
    before, asked = len(warcs(archived)), len(site.log)

    (summary,) = archived.json("run", "--now", "2026-12-24")

    polls = list(site.log)[asked:]
    assert (6, 0, 0) == tuple(
        summary[k] for k in ("polls", "snapshots", "bytes_stored")
    )
    assert 6 == len(polls)
    assert all(poll.header("if-none-match") for poll in polls)
    assert before == len(warcs(archived))


def test_timemap_and_status(archived: Hozon) -> None:
    """What is held of a URI is listed, and the archive says how it is."""
    link = next(e["link"] for e in archived.json("entries", "list") if e["link"])

    (capture,) = archived.json("timemap", link)
    (status,) = archived.json("status")

    assert (200, "response") == (capture["status"], capture["record"])
    assert (6, 0, 0) == tuple(status[k] for k in ("feeds", "waiting", "troubles"))


def test_the_river_as_its_readers_know_it(archived: Hozon) -> None:
    """Title, age in two units, text, then author or source; newest first."""
    text = archived("entries", "list").stdout.decode()
    instants = [e["river_at"] for e in archived.json("entries", "list")]

    blocks = text.split("\n\n")
    assert "The Saltmarsh Courier" in text
    assert "か月" in text
    assert " ago" in text
    assert "\n" not in blocks[0]
    assert sorted(instants, reverse=True) == instants


def test_a_miss_says_what_is_near(archived: Hozon, site: Site) -> None:
    """Nothing held: exit code 3, and the nearest that is held."""
    link = next(e["link"] for e in archived.json("entries", "list") if e["link"])

    done = archived("get", link + "x", code=3)

    assert f"the nearest that is held: {link}" in done.stderr.decode()
    assert b"" == done.stdout


def test_reindex_gives_the_same_index(archived: Hozon) -> None:
    """The index is made anew from the WARC files alone, equal to the last row."""
    before = dump(archived)

    archived("reindex")

    assert before
    assert before == dump(archived)


def test_a_lost_index_is_made_anew(archived: Hozon) -> None:
    """An index that is gone is no empty archive: the way out is told, and works."""
    before = dump(archived)
    for file in archived.directory.glob("index.sqlite*"):
        file.unlink()

    assert b"hozon reindex" in archived("entries", "list", code=5).stderr
    archived("reindex")

    assert before == dump(archived)


def dump(hozon: Hozon) -> list[str]:
    with wiring.embedded(hozon.directory, create=False) as opened:
        return list(opened.archive.index.dump())


def test_one_bad_feed_or_page_stops_no_other(directory: Path) -> None:
    """The run ends with exit code 1 and a line for each thing that failed."""
    pages = {
        "/news": rss("/good", "/gone", "/down"),
        "/html": page("No feed"),
        "/good": page("Good"),
        "/down": Reply(b"", status=503),
    }
    with Site(pages) as site:
        hozon = Hozon(directory=directory, allow=(site.authority,))
        refused = hozon("feeds", "add", site.uri("/news"), site.uri("/html"), code=1)
        done = hozon("run", code=1)
        lines = done.stderr.decode()

    assert "HTML" in refused.stderr.decode()
    assert f"{site.uri('/gone')}: status 404 (missing;" in lines
    assert f"{site.uri('/down')}: status 503" in lines
    states = {e["link"]: e["state"] for e in hozon.json("entries", "list")}
    assert "held" == states[site.uri("/good")]


def test_one_article_in_two_feeds(directory: Path) -> None:
    """The server is asked for the page once; two entries are held by one snapshot."""
    pages = {
        "/all": rss("/a", "/b"),
        "/culture": rss("/a?utm_source=culture#top"),
        "/a": page("A"),
        "/a?utm_source=culture": page("A"),
        "/b": page("B"),
    }
    with Site(pages) as site:
        hozon = Hozon(directory=directory, allow=(site.authority,))
        hozon("feeds", "add", site.uri("/all"), site.uri("/culture"))
        (summary,) = hozon.json("run")
        asked = [r.target for r in site.log if r.target.startswith("/a")]
    known = hozon.json("entries", "list")

    assert 1 == sum(target != "/all" for target in asked)
    assert (3, 2) == (summary["entries_new"], summary["snapshots"])
    assert ["held"] * 3 == [each["state"] for each in known]
    assert 2 == len({each["page"] for each in known})
    for link in (site.uri("/a"), site.uri("/a?utm_campaign=x"), known[0]["link"]):
        assert b"<h1>" in hozon("get", link).stdout
        assert 1 == len(hozon.json("timemap", link))
    before = dump(hozon)
    hozon("reindex")
    assert before == dump(hozon)


def test_private_addresses_need_to_be_allowed(directory: Path) -> None:
    """Without --allow-host nothing on this machine is reached."""
    with Site({"/feed.xml": rss("/a"), "/a": page("A")}) as site:
        done = Hozon(directory=directory)("feeds", "add", site.uri("/feed.xml"), code=1)

        assert 0 == len(site.log)
    assert b"--allow-host" in done.stderr


def test_errors_say_what_to_do(directory: Path, tmp_path: Path) -> None:
    """No archive, no such feed, no OPML, a newer archive: each with its way out."""
    hozon = Hozon(directory=directory)
    assert b"hozon feeds add" in hozon("status", code=5).stderr
    opml = tmp_path / "list.opml"
    opml.write_text("<html>no</html>")
    assert b"not OPML" in hozon("feeds", "import", str(opml), code=2).stderr
    assert (
        b"hozon feeds list"
        in hozon("feeds", "pause", "https://example.org/", code=3).stderr
    )
    assert b"did you forget https://" in hozon("get", "example.org", code=2).stderr
    assert b"--host-interval" in hozon("run", "--host-interval", "0", code=2).stderr
    with sqlite3.connect(directory / "state.sqlite") as state:
        state.execute("PRAGMA user_version = 999")
    state.close()
    assert b"newer" in hozon("status", code=5).stderr


def test_opml_in_and_out(directory: Path, tmp_path: Path) -> None:
    """Nested and broken lists are imported as far as they go; what goes out comes in."""
    opml = tmp_path / "list.opml"
    opml.write_text(
        "<opml version='1.0'><body><outline text='News'>\n"
        "<outline type='rss' text='A' xmlUrl='feed://a.example.org/x'/>\n"
        "<outline type='rss' text='B' xmlUrl='https://b.example.org/'/>\n"
        "<outline type='rss' text='B again' xmlUrl='https://b.example.org/'/>\n"
        "<outline type='rss' text='C' xmlUrl='javascript:alert(1)'/>\n"
        "</outline></body></opml>"
    )
    hozon = Hozon(directory=directory)

    done = hozon("feeds", "import", str(opml), code=1)
    hozon("feeds", "export", "-o", str(tmp_path / "out.opml"))
    other = Hozon(directory=tmp_path / "other")
    other("feeds", "import", str(tmp_path / "out.opml"))

    said = done.stderr.decode()
    assert "list.opml:4: already followed" in said
    assert "list.opml:5: not an http or https URI" in said
    uris = ["https://a.example.org/x", "https://b.example.org/"]
    assert uris == [f["uri"] for f in hozon.json("feeds", "list")]
    assert uris == [f["uri"] for f in other.json("feeds", "list")]
