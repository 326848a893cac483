"""Pulling: the second copy is the archive, to the byte, and nothing false gets into it."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hozon import wiring
from hozon.auditing import auditing
from hozon.auditing.auditing import Budget
from hozon.auditing.pulling import Pulled, pull
from hozon.cli import cli
from hozon.guarding import deciding, preserving
from hozon.guarding.purging import purge
from hozon.log import places, tiles
from hozon.nouns.copies import SecondCopy
from hozon.nouns.errors import Damaged, Misuse, Unusable
from hozon.sealing import following, verifying
from hozon.sealing.sealing import note, seal
from hozon.stored.holdings import read
from tests.archives import BEGAN, OTHER, stocked
from tests.fakes import a_warc_key
from tests.objects import a_snapshot_object

NOW = BEGAN.replace(month=10, day=20)


class Killed(BaseException):
    """The process ends here."""


@dataclass(slots=True)
class Watched:
    """Counts what is asked of a store, and dies when told to."""

    store: Any
    calls: list[str] = field(default_factory=list)
    dies_at: int = -1

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.store, name)

        def watched(*args: Any, **kwargs: Any) -> Any:
            self.calls.append(f"{name} {args[0] if args else ''}")
            if len(self.calls) == self.dies_at:
                raise Killed
            return method(*args, **kwargs)

        return watched


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an archive that was sealed in several rounds."""
    folder = tmp_path_factory.mktemp("source") / "archive"
    with wiring.embedded(folder, clock=lambda: NOW, create=True) as opened:
        stocked(opened.archive, 6)
        note("settings", {"robots": "respect"}, opened.archive)
        seal(opened.archive, opened.signer)
        for name in ("aa", "bb", "cc"):
            _capture(opened, name)
            seal(opened.archive, opened.signer)
    return folder


def _capture(opened: wiring.Embedded, name: str) -> str:
    key = a_warc_key(name)
    link = f"https://example.com/{name}"
    data = a_snapshot_object(key, id_=name, link=link, at=NOW)
    opened.archive.warcs.put(key, data)
    opened.archive.index.add(read(key, data))
    return key


@pytest.fixture
def source(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "source")
    return tmp_path / "source"


@pytest.fixture
def target(tmp_path: Path) -> Iterator[wiring.Embedded]:
    with wiring.embedded(tmp_path / "copy", clock=lambda: NOW, create=True) as opened:
        yield opened


def _pull(
    source: Path, target: wiring.Embedded, *, dies_at: int = -1, **options: Any
) -> tuple[Pulled, list[str]]:
    warcs, log = wiring.stores(source)
    calls: list[str] = []
    copy = SecondCopy(
        what="there",
        warcs=Watched(warcs, calls, dies_at),
        log=Watched(log, calls, dies_at),
    )
    mender = target.remedies().mender
    assert mender is not None
    return pull(copy, target.archive, mender, **options), calls


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for part in ("warcs", "log")
        for path in (folder / part).rglob("*")
        if path.is_file()
    }


def _verified(opened: wiring.Embedded) -> list[Any]:
    archive = opened.archive
    found = verifying.verify_archive(archive.warcs, archive.log, index=archive.index)
    return found.findings


def test_the_copy_is_the_archive(source: Path, target: wiring.Embedded) -> None:
    """Objects, log and index are equal; it verifies; all stands sealed."""
    done, _ = _pull(source, target)

    assert _files(source) == _files(target.directory)
    with wiring.embedded(source) as opened:
        assert [*opened.archive.index.dump()] == [*target.archive.index.dump()]
        assert [*opened.archive.seals.dump()] == [*target.archive.seals.dump()]
    assert [] == _verified(target)
    assert 16 == done.size == done.leaves == done.objects
    assert [] == done.lacking


def test_a_second_pull_asks_for_little(source: Path, target: wiring.Embedded) -> None:
    """A handful of requests tell that there is nothing new."""
    _pull(source, target)
    done, calls = _pull(source, target)

    assert (0, 0) == (done.leaves, done.objects)
    assert len(calls) <= 5


def test_only_what_is_new_is_fetched(source: Path, target: wiring.Embedded) -> None:
    """One object more: itself, its batch, its checkpoint."""
    _pull(source, target)
    with wiring.embedded(source, clock=lambda: NOW) as opened:
        _capture(opened, "dd")
        seal(opened.archive, opened.signer)
    done, calls = _pull(source, target)

    assert (1, 1) == (done.leaves, done.objects)
    assert len(calls) <= 8
    assert _files(source) == _files(target.directory)


@pytest.mark.parametrize("dies_at", range(1, 30, 3))
def test_who_is_killed_goes_on(
    source: Path, target: wiring.Embedded, dies_at: int
) -> None:
    """Wherever it was: what is there is not fetched again, and the copy is whole."""
    with pytest.raises(Killed):
        _pull(source, target, dies_at=dies_at)
    done, _ = _pull(source, target)

    assert _files(source) == _files(target.directory)
    assert done.objects + done.present <= 16
    with wiring.embedded(source) as opened:
        assert [*opened.archive.index.dump()] == [*target.archive.index.dump()]
    assert [] == _verified(target)


def test_a_false_object_is_not_taken(source: Path, target: wiring.Embedded) -> None:
    """It is named, all others come, and it is asked for again when it is mended."""
    path = source / a_warc_key("bb")
    good = path.read_bytes()
    path.write_bytes(good[:-1])
    done, _ = _pull(source, target)

    assert ["truncated"] == [f.act for f in done.findings]
    assert [a_warc_key("bb")] == done.lacking
    assert not target.archive.warcs.holds(a_warc_key("bb"))
    path.write_bytes(good)
    again, _ = _pull(source, target)
    assert (1, []) == (again.objects, again.lacking)
    assert [] == _verified(target)


def test_an_object_that_is_gone_there(source: Path, target: wiring.Embedded) -> None:
    """A leaf without an object is named, until it comes."""
    (source / a_warc_key("bb")).unlink()
    done, _ = _pull(source, target)

    assert ["deleted"] == [f.act for f in done.findings]
    assert [a_warc_key("bb")] == _pull(source, target)[0].lacking


def test_a_damaged_object_here_is_fetched_anew(
    source: Path, target: wiring.Embedded
) -> None:
    """What a killed pull, or a disk, has left is no object; it is set aside."""
    path = target.directory / a_warc_key("bb")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"half")
    _pull(source, target)

    assert _files(source) == _files(target.directory)
    assert [b"half"] == [p.read_bytes() for p in target.directory.rglob("*.gz.1")]


def test_leaves_that_were_not_signed_are_not_taken(
    source: Path, target: wiring.Embedded
) -> None:
    """A batch was altered: neither it nor what comes behind it gets into the copy."""
    path = source / places.batch(14)
    found = tiles.leaves(path.read_bytes())
    found[0] = found[0].replace(b"12:00", b"11:00").replace(b"/bb", b"/xx")
    path.write_bytes(tiles.bundle(found))

    with pytest.raises(Damaged, match="do not make the tree"):
        _pull(source, target)
    assert 14 == following.newest(target.archive.log)
    assert [] == _verified(target)


def test_a_log_of_another_key_is_not_taken(
    source: Path, target: wiring.Embedded
) -> None:
    """Who knows the key pins it."""
    [key] = following.keys(wiring.stores(source)[1])
    with pytest.raises(Damaged, match="not the key asked for"):
        _pull(source, target, vkeys=["another+00000000+AA"])
    assert 16 == _pull(source, target, vkeys=[key.vkey])[0].size


def test_a_log_that_was_rolled_back(source: Path, target: wiring.Embedded) -> None:
    """The copy knows what was signed, and is not cut short after it."""
    _pull(source, target)
    for path in (places.checkpoint(16), places.batch(15)):
        (source / path).unlink()

    with pytest.raises(Damaged, match="rolled back"):
        _pull(source, target)
    assert 16 == following.newest(target.archive.log)


def test_a_forked_log(source: Path, target: wiring.Embedded, made: Path) -> None:
    """Two archives that went on from one: the copy of one is not mixed with the other."""
    with wiring.embedded(source, clock=lambda: NOW) as opened:
        _capture(opened, "ours")
        seal(opened.archive, opened.signer)
    _pull(source, target)
    other = source.parent / "other"
    shutil.copytree(made, other)
    with wiring.embedded(other, clock=lambda: NOW) as opened:
        _capture(opened, "theirs")
        seal(opened.archive, opened.signer)

    with pytest.raises(Damaged, match="forked"):
        _pull(other, target)


def test_a_folder_that_is_no_copy(source: Path, target: wiring.Embedded) -> None:
    """An archive of its own is not overwritten."""
    _capture(target, "own")
    seal(target.archive, target.signer)

    with pytest.raises(Misuse, match="an archive of its own"):
        _pull(source, target)


def test_nothing_is_sealed_there(tmp_path: Path, target: wiring.Embedded) -> None:
    """There is nothing to prove it by; it says what is so."""
    (tmp_path / "empty" / "log").mkdir(parents=True)

    with pytest.raises(Unusable, match="nothing is sealed"):
        _pull(tmp_path / "empty", target)


def test_a_change_of_keys_is_followed(source: Path, target: wiring.Embedded) -> None:
    """A new key that the log announces; one that it does not announce is not trusted."""
    _pull(source, target)
    (source / "log.key").unlink()
    with wiring.embedded(source, clock=lambda: NOW, new_key=True) as opened:
        _capture(opened, "dd")
        seal(opened.archive, opened.signer)
    done, _ = _pull(source, target)

    assert 2 == done.leaves
    assert _files(source) == _files(target.directory)
    assert [] == _verified(target)


def test_the_copy_mends_the_archive(source: Path, target: wiring.Embedded) -> None:
    """What home is for."""
    _pull(source, target)
    path = source / a_warc_key("bb")
    good = path.read_bytes()
    path.unlink()
    with wiring.embedded(source, clock=lambda: NOW) as opened:
        report = auditing.audit(
            opened.archive,
            Budget(is_beyond=True, is_census_due=True),
            remedies=opened.remedies(target.directory),
        )

    assert ([a_warc_key("bb")], 0) == (report.mended, report.faults)
    assert good == path.read_bytes()


def _run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--archive", str(folder), *arguments])


def test_decisions_holds_purges_and_feeds_come_along(
    source: Path, tmp_path: Path
) -> None:
    """The copy hides, keeps and lacks what the archive does; it follows nothing."""
    copy = tmp_path / "home"
    assert 0 == _run(copy, "pull", "--from", str(source)).exit_code
    with wiring.embedded(source, clock=lambda: NOW) as opened:
        archive = opened.archive
        deciding.decide("page", "https://example.com/aa", "dark", archive)
        purge([a_warc_key("bb")], archive, opened.remove, reason="order", by="me")
        preserving.place(
            f"{OTHER}/feed.xml", archive, opened.custody, reason="r", by="b"
        )
        seal(archive, opened.signer)
        opened.reindex(progress=lambda _: None)
        index = [*archive.index.dump()]
    done = _run(copy, "pull", "--from", str(source))

    assert 0 == done.exit_code, done.output
    assert not (copy / a_warc_key("bb")).exists()
    with wiring.embedded(copy) as opened:
        assert index == [*opened.archive.index.dump()]
        assert ["dark"] == [d.state for d in opened.archive.access.all()]
        [_] = opened.custody.holds()
        assert any(map(opened.custody.keeps, opened.archive.warcs.keys()))
        assert [True, True] == [feed.paused for feed in opened.archive.feeds.all()]
        assert [] == _verified(opened)
    with wiring.embedded(source, clock=lambda: NOW) as opened:
        preserving.lift(
            f"{OTHER}/feed.xml", opened.archive, opened.custody, reason="x", by="b"
        )
    assert 0 == _run(copy, "pull", "--from", str(source)).exit_code
    with wiring.embedded(copy) as opened:
        assert not opened.custody.holds()[0].stands
        assert not any(map(opened.custody.keeps, opened.archive.warcs.keys()))


def test_what_is_held_at_home_is_not_purged(source: Path, tmp_path: Path) -> None:
    """A purge there does not take away here what a court wants kept here."""
    copy = tmp_path / "home"
    _run(copy, "pull", "--from", str(source))
    with wiring.embedded(copy) as opened:
        opened.custody.keep(a_warc_key("bb"))
    with wiring.embedded(source, clock=lambda: NOW) as opened:
        purge([a_warc_key("bb")], opened.archive, opened.remove, reason="o", by="me")
        seal(opened.archive, opened.signer)
    done = _run(copy, "pull", "--from", str(source))

    assert "is on legal hold here" in done.stderr
    assert (copy / a_warc_key("bb")).exists()


def test_the_copy_is_browsed(source: Path, tmp_path: Path) -> None:
    """Pages, searches, time maps and receipts come from it as from the archive."""
    copy = tmp_path / "home"
    _run(copy, "pull", "--from", str(source))
    uri = "https://example.com/aa"

    assert "<p>Text</p>" in _run(copy, "get", uri).stdout
    assert uri in _run(copy, "timemap", uri).stdout
    assert "本文" in _run(copy, "search", "本文").stdout
    assert 0 == _run(copy, "receipt", uri).exit_code
    assert 0 == _run(copy, "verify").exit_code
    audit = _run(copy, "--json", "audit")
    assert (0, "") == (audit.exit_code, json.loads(audit.stdout)["note"])
    assert _files(source) == _files(copy)


def test_a_copy_is_not_sealed_by_accident(source: Path, tmp_path: Path) -> None:
    """Its log is the other one's; whoever goes on with it says so (`seal --new-key`)."""
    copy = tmp_path / "home"
    _run(copy, "pull", "--from", str(source))
    with wiring.embedded(copy, clock=lambda: NOW) as opened:
        note("settings", {"a": "b"}, opened.archive)
    assert isinstance(_run(copy, "seal").exception, Unusable)
    assert 0 == _run(copy, "seal", "--new-key").exit_code
    with wiring.embedded(source, clock=lambda: NOW) as opened:
        _capture(opened, "dd")
        seal(opened.archive, opened.signer)

    done = _run(copy, "pull", "--from", str(source))
    assert isinstance(done.exception, Damaged)


def test_pull_from_where(source: Path, tmp_path: Path) -> None:
    """From one place, and not from itself."""
    home = tmp_path / "home"
    assert isinstance(_run(home, "pull").exception, Misuse)
    assert isinstance(_run(source, "pull", "--from", str(source)).exception, Misuse)
    both = ("--stack", "x", "pull", "--from", str(source))
    assert isinstance(_run(home, *both).exception, Misuse)
    assert not home.exists()
