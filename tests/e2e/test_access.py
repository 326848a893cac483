"""``hozon access`` and ``hozon purge`` as their users see them: as a process."""

import json
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import veiled
from tests.e2e.conftest import Hozon
from tests.sites import Site
from tests.veiled import LINK, OPEN, SECRET

pytestmark = pytest.mark.e2e

FORMATS = "wacz", "warc", "atom", "jsonfeed", "jsonl", "opml", "bagit"


@pytest.fixture
def site() -> Iterator[Site]:
    """Yield the town, served."""
    with veiled.town() as served:
        veiled.opened(served)
        yield served


@pytest.fixture
def hozon(site: Site, directory: Path) -> Hozon:
    """Return the program on an archive of the town."""
    made = Hozon(directory=directory, allow=(site.authority,))
    made("feeds", "add", site.uri("/feed"))
    made("run")
    return made


def exported(hozon: Hozon, form: str, number: int, *options: str) -> bytes:
    """Return all that an export has in it, whatever was left out."""
    out = hozon.directory.parent / f"out-{form}-{number}"
    done = subprocess.run(
        hozon.command(*options, "export", "--format", form, "-o", str(out)),
        capture_output=True,
        check=False,
    )
    assert done.returncode in {0, 4}, done.stderr
    files = [out] if out.is_file() else [p for p in out.rglob("*") if p.is_file()]
    return b"".join(map(inflated, files))


def inflated(path: Path) -> bytes:
    """Return what is in a file, without its compression."""
    data = path.read_bytes()
    if data.startswith(b"PK"):
        with zipfile.ZipFile(path) as package:
            names = package.namelist()
            return b"".join(members(package.read(name)) for name in names)
    return members(data)


def members(data: bytes) -> bytes:
    """Return the bytes of all gzip members, or those of what has none."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    import gzip  # noqa: PLC0415 (here alone)

    return gzip.decompress(data)


def test_every_state_on_every_command(hozon: Hozon, site: Site) -> None:
    """What each command gives of a page in each state, and with --unguarded."""
    uri = site.uri(LINK)
    [entry] = [e for e in hozon.json("entries", "list") if e["link"] == uri]
    exact = [
        ["get", uri],
        ["get", uri, "--format", "text"],
        ["get", uri, "--format", "warc"],
        ["get", uri, "--format", "json"],
        ["timemap", uri],
        ["receipt", uri],
        ["entries", "diff", entry["id"]],
        ["entries", "show", entry["id"]],
        ["entries", "show", uri],
        ["entries", "versions", entry["id"]],
    ]
    lists = [["entries", "list"], ["search", "visitors"]]

    def told() -> set[int]:
        return {
            number
            for number, command in enumerate(lists)
            if veiled.names(hozon(*command).stdout.decode())
        }

    assert {0, 1} == told()
    [decided] = hozon.json("access", uri, "--state", "unlisted")
    assert ("page", "unlisted") == (decided["scope"], decided["state"])
    assert set() == told()
    for command in exact[-3:]:
        hozon(*command)
    until = ("--until", "2099-01-01")
    for number, options in enumerate((("embargoed", *until), ("dark",))):
        hozon("access", uri, "--state", *options, "--reason", "a reason")
        assert set() == told()
        for command in exact if options == ("dark",) else exact[:1]:
            done = hozon(*command, code=5)
            assert b"" == done.stdout
            assert SECRET.encode() not in done.stderr
        for form in FORMATS if options == ("dark",) else ():
            data = exported(hozon, form, number)
            assert SECRET.encode() not in data, form
            assert LINK.encode() not in data, form
            assert form == "opml" or OPEN.encode() in data, form
        assert SECRET in hozon("--unguarded", "get", uri).stdout.decode()
        assert SECRET in hozon("--unguarded", "entries", "list").stdout.decode()
        [stands] = hozon.json("access", uri)
        assert (options[0], "a reason") == (stands["state"], stands["reason"])
        hozon("get", site.uri("/offen"))

    hozon("access", uri, "--state", "public")
    assert {0, 1} == told()


def test_the_log_brings_decisions_back(hozon: Hozon, site: Site) -> None:
    """A lost state.sqlite loses feeds, and no decision: they are leaves of the log."""
    uri = site.uri(LINK)
    hozon("access", uri, "--state", "dark", "--reason", "命令", "--by", "Ann")
    hozon("access", site.uri("/x/*"), "--state", "unlisted")
    hozon("access", site.uri("/feed"), "--state", "unlisted")
    hozon("access", site.uri("/feed"), "--state", "public")
    known = hozon.json("access")
    assert 3 == len(known)
    for path in hozon.directory.glob("state.sqlite*"):
        path.unlink()
    hozon("reindex")

    assert known == hozon.json("access")
    hozon("get", uri, code=5)
    hozon("seal")
    hozon("verify")


def test_what_cannot_be_decided(hozon: Hozon, site: Site) -> None:
    """Each mistake is told, with what to do."""
    uri = site.uri(LINK)
    for options in (
        ("--state", "embargoed"),
        ("--state", "dark", "--until", "2099-01-01"),
        ("--state", "embargoed", "--until", "2001-01-01"),
        ("--state", "hidden"),
        ("--state", "dark", "--reason", "x" * 1001),
    ):
        hozon("access", uri, *options, code=2)
    hozon("access", "nonsense", "--state", "dark", code=2)
    assert b"all is public" in hozon("access").stderr


def test_a_purge_leaves_a_tombstone(hozon: Hozon, site: Site) -> None:
    """The bytes are gone, of the archive and of what is derived; the log says why, every
    proof of what is left verifies, also after a reindex, and offline by the receipt.
    """
    uri, other = site.uri(LINK), site.uri("/offen")
    receipt = hozon.directory.parent / "other.receipt.json"
    hozon("receipt", other, "-o", str(receipt))
    before = hozon("verify").stdout
    [held] = hozon.json("timemap", uri)
    path = hozon.directory / held["warc"]
    assert path.is_file()
    assert b"remove" in hozon("purge", uri, "--reason", "order", code=130).stderr
    assert path.is_file()

    [gone] = hozon.json("purge", uri, "--reason", "order 12/34", "--by", "Ann", "--yes")

    assert held["warc"] == gone["warc"]
    assert not path.exists()
    assert b"no fault found" in before
    assert b"no fault found" in hozon("verify").stdout
    hozon("verify", str(receipt))
    notes = map(Path.read_bytes, (hozon.directory / "log/notes").rglob("*.json"))
    [tomb] = [said for each in notes if (said := json.loads(each))["kind"] == "purge"]
    assert (held["warc"], "order 12/34", "Ann") == (
        tomb["object"],
        tomb["reason"],
        tomb["by"],
    )
    assert uri not in json.dumps(tomb)
    hozon("get", uri, code=5)
    hozon("--unguarded", "get", uri, code=3)
    hozon("get", other)
    assert [] == hozon.json("search", f"{SECRET} opened")
    hozon("reindex")
    hozon("verify")
    hozon("run")
    assert not path.exists()


def test_nothing_on_legal_hold_is_purged(hozon: Hozon, site: Site) -> None:
    """A court's hold stands above the operator's purge, until it is lifted."""
    uri = site.uri(LINK)
    feed = hozon.json("feeds", "list")[0]["uri"]
    hozon("hold", "place", feed, "--reason", "case 4711")

    refused = hozon("purge", uri, "--reason", "order", "--yes", code=1)

    assert b"case 4711" in refused.stderr
    assert b"lifted by" in refused.stderr
    hozon("verify")
    hozon("get", uri)
    hozon("hold", "lift", feed, "--reason", "settled")
    hozon("purge", uri, "--reason", "order", "--yes")


def test_without_the_tombstone_it_is_a_deletion(hozon: Hozon, site: Site) -> None:
    """What is only removed is found."""
    [held] = hozon.json("timemap", site.uri(LINK))
    (hozon.directory / held["warc"]).unlink()

    assert b"deleted" in hozon("verify", code=4).stdout
