"""The restore drill: the table, or the index, is lost, and made anew from WARC objects and
log alone, equal in every row.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from examples.replies import Reply
from hozon import wiring
from hozon.auditing import auditing
from hozon.auditing.auditing import Budget
from hozon.cli import cli
from hozon.guarding import deciding
from hozon.log import receipts
from hozon.nouns.archive import Archive
from hozon.sealing import proving
from hozon.sealing.sealing import seal
from tests.archives import stocked
from tests.aws.rehearsal import Rehearsal
from tests.aws.stack import Stack
from tests.contract.conftest import SCHEMA
from tests.sites import Site, page, rss
from tests.unit.usecases.conftest import Hands

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEXT = "<p>" + "The north landing opened again, after eleven years. " * 40 + "</p>"
PICTURE = '<img src="/picture.png">'


def _state(archive: Archive) -> dict[str, list[Any]]:
    """Return all that can be derived: of the index, of the seals, of access."""
    return {
        "index": list(archive.index.dump()),
        "seals": list(archive.seals.dump()),
        "originals": _originals(archive),
        "access": list(archive.access.all()),
        "head": [archive.seals.head()],
    }


def _originals(archive: Archive) -> list[Any]:
    """Return what revisits stand for: the payload of each is found by its digest."""
    captures = list(archive.index.captures())
    revisited = {c.payload_digest for c in captures if c.record_type == "revisit"}
    found = archive.index.by_digest(revisited)
    assert revisited == found.keys()
    return sorted(found.items())


def _lived_in(stack: Stack, site: Site, clock: Hands) -> Rehearsal:
    """Archive two articles, look at them again when one was edited twice, hide one."""
    rehearsal = Rehearsal.of(stack, allow=[site.authority], interval_s=0, clock=clock)
    rehearsal.follow([site.uri("/feed")])
    rehearsal.work(at=clock.now)
    for hours, years in ((2, "twelve"), (8, "twelve"), (30, "thirteen")):
        edited = TEXT.replace("eleven", years) + PICTURE
        site.routes["/a"] = page("An article", edited)
        clock.now = NOW + timedelta(hours=hours)
        rehearsal.work(at=clock.now)
    archive = rehearsal.deployed.archive
    deciding.decide("page", site.uri("/b"), "dark", archive, reason="asked for")
    rehearsal.work(at=clock.now)
    rehearsal.work(at=clock.now)
    return rehearsal


def test_the_table_is_lost(stack: Stack) -> None:
    """Dropped with all that is in it; what comes back is equal, and proves as before."""
    clock = Hands(NOW)
    answers = {
        "/feed": rss("/a", "/b"),
        "/a": page("An article", TEXT + PICTURE),
        "/b": page("Another", TEXT.replace("north", "south")),
        "/picture.png": Reply(b"\x89PNG" + bytes(2000), media_type="image/png"),
    }
    with Site(answers) as site:
        rehearsal = _lived_in(stack, site, clock)
    archive = rehearsal.deployed.archive
    before, feeds = _state(archive), archive.feeds.all()
    assert 1 == len(before["originals"]), "the picture, which came again"
    watched = {k: w.due_at for k, w in _watches(archive, site).items()}
    table = rehearsal.deployed.settings.table
    client: Any = stack.place.client("dynamodb")
    client.update_table(TableName=table, DeletionProtectionEnabled=False)
    client.delete_table(TableName=table)
    client.create_table(TableName=table, **SCHEMA)
    assert {**{kind: [] for kind in before}, "head": [None]} == _state(archive)

    # Somebody else than who lost it, who remembers nothing. The operator's own backup
    # comes first: from it follows when pages are looked at.
    rehearsal = Rehearsal.of(stack, clock=clock)
    archive = rehearsal.deployed.archive
    archive.feeds.add_all(feeds)
    done = rehearsal.deployed.reindex(progress=lambda _: None)

    assert () == done.damaged
    assert done.objects == len(list(archive.warcs.keys()))
    assert before == _state(archive)
    assert watched == {k: w.due_at for k, w in _watches(archive, site).items()}
    assert {"entry", "capture", "snapshot", "finding"} <= {
        line[2:].partition('"')[0] for line in before["index"]
    }
    assert (
        []
        == auditing.audit(archive, Budget(is_beyond=True, is_census_due=True)).findings
    )
    receipt = receipts.decoded(proving.of_uri(site.uri("/a"), archive))
    assert [] == receipts.checked(receipt).faults


def _watches(archive: Archive, site: Site) -> Any:
    return archive.watches.get_all([site.uri("/a"), site.uri("/b")])


def test_a_second_reindex_changes_nothing(stack: Stack) -> None:
    """What is there already stays: the drill may be held on a table that is sound."""
    rehearsal = Rehearsal.of(stack)
    archive = rehearsal.deployed.archive
    stocked(archive, 3)
    seal(archive, rehearsal.deployed.signer)
    before = _state(archive)

    rehearsal.deployed.reindex(progress=lambda _: None)
    assert before == _state(archive)


def test_the_index_of_a_folder_is_lost(tmp_path: Path) -> None:
    """With what search uses, and what is known of hosts: `hozon reindex` is enough."""
    folder = tmp_path / "archive"
    with wiring.embedded(folder, create=True) as opened:
        archive = stocked(opened.archive, 8)
        deciding.decide("site", "https://other.example.net/", "unlisted", archive)
        seal(opened.archive, opened.signer)
        before = _state(archive)
    run = CliRunner()
    options = ["--archive", str(folder), "--json"]
    assert 0 == run.invoke(cli, [*options, "reindex"]).exit_code
    found = run.invoke(cli, [*options, "search", "本文"]).stdout
    assert found
    for name in ("index.sqlite", "hosts.sqlite", "search"):
        for path in [folder / name, *folder.glob(f"{name}-*")]:
            _remove(path)

    assert 0 == run.invoke(cli, [*options, "reindex"]).exit_code
    with wiring.embedded(folder) as opened:
        assert before == _state(opened.archive)
    assert found == run.invoke(cli, [*options, "search", "本文"]).stdout


def _remove(path: Path) -> None:
    if path.is_dir():
        for each in path.iterdir():
            _remove(each)
        path.rmdir()
    elif path.exists():
        path.unlink()
