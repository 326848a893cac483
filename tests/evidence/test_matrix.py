"""The detection matrix: each act is performed, and `hozon verify` names it.

What needs an auditor, a second copy or S3's locks is not here (docs/evidence.md lists it).
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hozon import wiring
from hozon.cli import cli
from hozon.log import leaves, places, tiles
from hozon.sealing import following, proving
from hozon.sealing.sealing import note, seal
from hozon.stored.holdings import read
from tests.fakes import NOON, a_warc_key
from tests.objects import a_snapshot_object
from tests.unit.usecases.conftest import Hands

NAMES = ("aa", "bb", "cc", "dd", "ee", "ff")


@dataclass(frozen=True, slots=True)
class Victim:
    """A sealed archive in a folder, whose files and key somebody has."""

    folder: Path
    kept: Path

    def verify(self, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
        """Run ``hozon verify``; return its exit code and what it found."""
        options = ["--archive", str(self.folder), "--json"]
        done = CliRunner().invoke(cli, [*options, "verify", *arguments])
        assert done.exception is None or isinstance(done.exception, SystemExit)
        *found, counts = map(json.loads, done.stdout.splitlines())
        assert counts["faults"] == sum(not each["is_doubt"] for each in found)
        return done.exit_code, found

    def acts(self, *arguments: str) -> set[str]:
        """Return the acts that ``hozon verify`` names; it ends with 4 if any is a fault."""
        code, found = self.verify(*arguments)
        assert code == (4 if any(not each["is_doubt"] for each in found) else 0)
        return {each["act"] for each in found}

    def file(self, name: str) -> Path:
        """Return the file of an object."""
        return self.folder / a_warc_key(name)

    def rebuild(self, change: Callable[[list[bytes]], None], *, sealed: int) -> None:
        """Be the operator: rewrite the log with other leaves, and sign it anew.

        `sealed` leaves are sealed first and the others later, as they were.
        """
        with wiring.embedded(self.folder) as opened:
            data = [each.data for each in following.since(0, opened.archive, limit=99)]
        change(data)
        for folder in ("batches", "tile", "checkpoints"):
            shutil.rmtree(self.folder / "log" / folder)
        with wiring.embedded(self.folder, clock=lambda: NOON) as opened:
            with opened.index.write() as db:
                db.execute("DELETE FROM log_head")
            log = opened.archive.log
            for start, some in ((0, data[:sealed]), (sealed, data[sealed:])):
                log.put(places.batch(start), tiles.bundle(some))
                seal(opened.archive, opened.signer)


def hold(opened: wiring.Embedded, name: str, at: datetime) -> None:
    key = a_warc_key(name)
    data = a_snapshot_object(key, id_=name, link=f"https://example.com/{name}", at=at)
    opened.archive.warcs.put(key, data)
    opened.archive.index.add(read(key, data))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an archive of six snapshots: four sealed, then two; a checkpoint was kept."""
    folder = tmp_path_factory.mktemp("sound") / "archive"
    clock = Hands(NOON)
    with wiring.embedded(folder, clock=clock, create=True) as opened:
        for number, name in enumerate(NAMES):
            clock.now = NOON + timedelta(seconds=number)
            hold(opened, name, clock.now)
            if number in {3, 5}:
                seal(opened.archive, opened.signer)
    return folder


@pytest.fixture
def victim(sound: Path, tmp_path: Path) -> Victim:
    """Return a copy, with the checkpoint of four leaves that an outsider has kept."""
    shutil.copytree(sound, tmp_path / "archive")
    kept = tmp_path / "kept.txt"
    shutil.copy(sound / places.checkpoint(4), kept)
    return Victim(tmp_path / "archive", kept)


def test_nothing_was_done(victim: Victim) -> None:
    """Nothing is found, alone and with what was kept."""
    assert (0, []) == victim.verify()
    assert (0, []) == victim.verify("--checkpoint", str(victim.kept))
    assert (0, []) == victim.verify(str(victim.folder))


def test_flip_a_byte(victim: Victim) -> None:
    """One bit of one WARC file."""
    data = bytearray(victim.file("cc").read_bytes())
    data[len(data) // 2] ^= 1
    victim.file("cc").write_bytes(data)

    assert {"changed"} == victim.acts()
    assert {"changed"} == victim.acts(str(victim.folder))


def test_truncate(victim: Victim) -> None:
    """A WARC file that lost its end."""
    victim.file("cc").write_bytes(victim.file("cc").read_bytes()[:-1])

    assert {"truncated"} == victim.acts()


def test_overwrite_with_a_sound_object(victim: Victim) -> None:
    """A WARC file in whose every digest is right, for another page."""
    key = a_warc_key("cc")
    victim.file("cc").write_bytes(a_snapshot_object(key, id_="cc", body=b"other"))

    assert {"changed"} == victim.acts()


def test_swap_two_objects(victim: Victim) -> None:
    """Each has the digest of the other's leaf."""
    one, other = victim.file("aa").read_bytes(), victim.file("bb").read_bytes()
    victim.file("aa").write_bytes(other)
    victim.file("bb").write_bytes(one)

    code, found = victim.verify()
    assert 4 == code
    assert {a_warc_key("aa"), a_warc_key("bb")} == {each["subject"] for each in found}


def test_delete_an_object(victim: Victim) -> None:
    """Its leaf says that it was there."""
    victim.file("cc").unlink()

    assert {"deleted"} == victim.acts()


def test_purge_an_object(victim: Victim) -> None:
    """With a leaf that says so, its absence is no fault; all other proofs hold."""
    key = a_warc_key("cc")
    with wiring.embedded(victim.folder) as opened:
        said = {"object": key, "reason": "order of a court", "authority": "the court"}
        note("purge", said, opened.archive)
        seal(opened.archive, opened.signer)
    victim.file("cc").unlink()

    assert set() == victim.acts(str(victim.folder), "--checkpoint", str(victim.kept))


def _change_row(victim: Victim, old: str, new: str) -> None:
    with wiring.embedded(victim.folder) as opened, opened.index.write() as db:
        for table, column in (("captures", "capture"), ("snapshots", "snapshot")):
            db.execute(
                f"UPDATE {table} SET {column} = replace({column}, ?, ?)", (old, new)
            )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2026-08-22T12:00:02", "2020-08-22T12:00:02"),
        ("https://example.com/cc", "https://example.com/cx"),
    ],
)
def test_change_a_row_of_the_index(victim: Victim, old: str, new: str) -> None:
    """Another time, another URI: no object holds that."""
    _change_row(victim, old, new)

    assert {"row forged", "row lost"} == victim.acts()


def test_delete_a_row_of_the_index(victim: Victim) -> None:
    """The objects make rows that are gone."""
    with wiring.embedded(victim.folder) as opened, opened.index.write() as db:
        db.execute("DELETE FROM snapshots WHERE id = 'cc'")

    assert {"row lost"} == victim.acts()


def test_add_a_row_without_an_object(victim: Victim) -> None:
    """An index may say anything; only objects are held."""
    key = a_warc_key("forged")
    forged = read(key, a_snapshot_object(key, id_="forged", at=NOON))
    with wiring.embedded(victim.folder) as opened:
        opened.archive.index.add(forged)

    assert {"row forged"} == victim.acts()


def test_add_an_object_without_a_leaf(victim: Victim) -> None:
    """One that claims to be of before the last seal."""
    at = NOON - timedelta(days=9)
    victim.file("forged").write_bytes(
        a_snapshot_object(a_warc_key("forged"), id_="forged", at=at)
    )

    assert "added" in victim.acts()


def test_what_was_just_captured_is_only_a_doubt(victim: Victim) -> None:
    """It waits for its seal, as all do for some minutes."""
    with wiring.embedded(victim.folder) as opened:
        hold(opened, "new", NOON + timedelta(minutes=1))

    assert {"unsealed"} == victim.acts()
    assert 0 == victim.verify()[0]


def test_backdate_a_record(victim: Victim) -> None:
    """The leaf says another instant than the one that was hashed."""

    def backdate(data: list[bytes]) -> None:
        data[2] = data[2].replace(b"2026-08-22T12:00:02", b"2020-08-22T12:00:02")

    batch = victim.folder / places.batch(0)
    found = tiles.leaves(batch.read_bytes())
    backdate(found)
    batch.write_bytes(tiles.bundle(found))

    assert {"rewritten", "misstated"} == victim.acts()


def test_append_with_an_old_date(victim: Victim) -> None:
    """A forged object is sealed properly, but claims to be old: its time is unbounded."""
    with wiring.embedded(
        victim.folder, clock=lambda: NOON + timedelta(minutes=5)
    ) as opened:
        hold(opened, "forged", NOON - timedelta(days=400))
        seal(opened.archive, opened.signer)

    assert {"late"} == victim.acts()
    code, found = victim.verify()
    assert (0, True) == (code, found[0]["is_doubt"])
    assert "dated back" in found[0]["says"]


def test_a_leaf_that_says_what_its_object_does_not(victim: Victim) -> None:
    """Whoever may sign can state anything; the object is what it is."""

    def misstate(data: list[bytes]) -> None:
        data[4] = data[4].replace(b"example.com/ee", b"example.org/ee")

    victim.rebuild(misstate, sealed=4)

    assert {"misstated"} == victim.acts(
        str(victim.folder), "--checkpoint", str(victim.kept)
    )


def test_delete_a_leaf_and_sign_anew(victim: Victim) -> None:
    """The operator has the key: only what was kept elsewhere tells."""
    victim.rebuild(lambda data: data.remove(data[1]), sealed=4)
    victim.file("bb").unlink()

    assert set() == victim.acts(str(victim.folder))
    assert {"rewritten", "forked"} == victim.acts(
        str(victim.folder), "--checkpoint", str(victim.kept)
    )


def test_alter_a_leaf_and_sign_anew(victim: Victim) -> None:
    """With an object to match."""
    key = a_warc_key("bb")
    data = a_snapshot_object(key, id_="bb", body=b"never published", at=NOON)
    victim.file("bb").write_bytes(data)

    def alter(found: list[bytes]) -> None:
        found[1] = leaves.made(key, data)

    victim.rebuild(alter, sealed=4)

    assert set() == victim.acts(str(victim.folder))
    assert {"rewritten", "forked"} == victim.acts(
        str(victim.folder), "--checkpoint", str(victim.kept)
    )


def test_insert_a_leaf_and_sign_anew(victim: Victim) -> None:
    """In the middle, with an old date, where it would have been."""
    key = a_warc_key("forged")
    data = a_snapshot_object(key, id_="forged", at=NOON)
    victim.file("forged").write_bytes(data)
    victim.rebuild(lambda found: found.insert(1, leaves.made(key, data)), sealed=5)

    assert set() == victim.acts(str(victim.folder))
    assert {"rewritten"} == victim.acts(
        str(victim.folder), "--checkpoint", str(victim.kept)
    )


def test_seal_one_object_twice(victim: Victim) -> None:
    """Two leaves for one object."""
    victim.rebuild(lambda data: data.append(data[0]), sealed=4)

    assert "sealed twice" in victim.acts(str(victim.folder))


def test_roll_the_log_back(victim: Victim) -> None:
    """The last seal never happened, nor what it sealed."""
    for name in ("ee", "ff"):
        victim.file(name).unlink()
    shutil.copy(victim.folder / places.checkpoint(6), victim.kept)
    for path in (places.checkpoint(6), places.batch(4), "log/tile/0/000.p/6"):
        (victim.folder / path).unlink()

    assert set() == victim.acts(str(victim.folder))
    assert {"rolled back"} == victim.acts(
        str(victim.folder), "--checkpoint", str(victim.kept)
    )


def test_cut_leaves_off(victim: Victim) -> None:
    """A batch is gone; the checkpoint here says that it was there."""
    (victim.folder / places.batch(4)).unlink()

    assert "rolled back" in victim.acts()


def test_cut_leaves_out(victim: Victim) -> None:
    """The first batch is gone, the second stands in the air."""
    (victim.folder / places.batch(0)).unlink()

    assert "rolled back" in victim.acts()


def test_show_two_logs(victim: Victim, tmp_path: Path) -> None:
    """One size, two trees, both signed: proof that the key was misused."""
    other = Victim(tmp_path / "other", victim.kept)
    shutil.copytree(victim.folder, other.folder)
    other.rebuild(lambda data: data.reverse(), sealed=4)

    assert "forked" in other.acts(str(other.folder), "--checkpoint", str(victim.kept))


def test_forge_a_checkpoint(victim: Victim, tmp_path: Path) -> None:
    """Signed by a key of one's own."""
    with wiring.embedded(tmp_path / "thief", clock=lambda: NOON, create=True) as thief:
        hold(thief, "x", NOON)
        seal(thief.archive, thief.signer)
    forged = tmp_path / "thief" / places.checkpoint(1)
    (victim.folder / places.checkpoint(6)).write_bytes(forged.read_bytes())

    assert {"not signed"} <= victim.acts()


def test_alter_a_checkpoint(victim: Victim) -> None:
    """Its size, its signature, its place."""
    path = victim.folder / places.checkpoint(6)
    text = path.read_text("utf-8")
    for old, new in (("\n6\n", "\n5\n"), (text[-9:-5], "AAAA")):
        path.write_text(text.replace(old, new), "utf-8")
        assert {"not signed"} <= victim.acts()
    path.write_text(text, "utf-8")
    path.rename(victim.folder / places.checkpoint(7))
    assert {"changed"} <= victim.acts()


def test_sign_with_a_key_that_the_log_does_not_announce(victim: Victim) -> None:
    """A new key in silence: somebody else goes on with the log."""
    (victim.folder / "log.key").unlink()
    (victim.folder / "log/keys").rename(victim.folder / "keys")
    with wiring.embedded(victim.folder, clock=lambda: NOON, new_key=True) as opened:
        opened.signer.public_key()
    with wiring.embedded(victim.folder, clock=lambda: NOON) as opened:
        hold(opened, "gg", NOON)
        from hozon.nouns.errors import Damaged  # noqa: PLC0415  of this act only

        with pytest.raises(Damaged, match="not signed"):
            seal(opened.archive, opened.signer)
    for path in (victim.folder / "keys").iterdir():
        path.rename(victim.folder / "log/keys" / path.name)

    assert {"key unannounced"} <= victim.acts()


def test_put_a_batch_beside_the_others(victim: Victim) -> None:
    """It is not of the log, and is named."""
    (victim.folder / places.batch(2)).write_bytes(tiles.bundle([b"{}"]))

    assert {"added"} == victim.acts(str(victim.folder))


def test_a_log_of_another_key(victim: Victim) -> None:
    """Who knows the key from elsewhere is not shown another log."""
    with wiring.embedded(victim.folder) as opened:
        [key] = following.keys(opened.archive.log)
    other = replace(key, public=bytes(32)).vkey

    assert set() == victim.acts(str(victim.folder), "--vkey", key.vkey)
    assert {"another key"} == victim.acts("--vkey", other)


@pytest.mark.parametrize("change", ["flip", "delete"])
@pytest.mark.parametrize("path", ["log/tile/0/000.p/4", "log/tile/0/000.p/6"])
def test_change_a_tile(victim: Victim, path: str, change: str) -> None:
    """What proofs are made of follows from the leaves."""
    tile = victim.folder / path
    data = bytearray(tile.read_bytes())
    data[0] ^= 1
    if change == "flip":
        tile.write_bytes(data)
    else:
        tile.unlink()

    assert {"tile changed"} == victim.acts()


def test_change_a_note(victim: Victim) -> None:
    """What is no WARC object is sealed as well."""
    with wiring.embedded(victim.folder) as opened:
        key = note("access", {"state": "dark"}, opened.archive)
        seal(opened.archive, opened.signer)
    path = victim.folder / key
    data = path.read_bytes()
    path.write_bytes(data.replace(b"dark", b"open"))
    assert {"changed"} == victim.acts()
    path.unlink()
    assert {"deleted"} == victim.acts()


def test_present_another_object_with_a_receipt(victim: Victim, tmp_path: Path) -> None:
    """A receipt is for the bytes of one object."""
    paper, warc = tmp_path / "r.json", tmp_path / victim.file("bb").name
    with wiring.embedded(victim.folder) as opened:
        paper.write_bytes(proving.of_id("bb", opened.archive))
    for data, acts in (
        (victim.file("bb").read_bytes(), set()),
        (victim.file("cc").read_bytes(), {"changed"}),
        (victim.file("bb").read_bytes()[:-9], {"changed", "truncated"}),
    ):
        warc.write_bytes(data)
        assert acts == victim.acts(str(paper), str(warc))
    other = tmp_path / "other.warc.gz"
    other.write_bytes(victim.file("cc").read_bytes())
    assert {"unsealed"} == victim.acts(str(paper), str(other))


def test_forge_a_receipt(victim: Victim, tmp_path: Path) -> None:
    """A changed leaf, another key than the one that is asked for, another log."""
    with wiring.embedded(victim.folder) as opened:
        made = json.loads(proving.of_id("bb", opened.archive))
        [key] = following.keys(opened.archive.log)
    paper = tmp_path / "r.json"
    paper.write_text(json.dumps(made), "utf-8")
    other = replace(key, public=bytes(32)).vkey

    assert set() == victim.acts(str(paper), "--vkey", key.vkey)
    assert {"another key"} == victim.acts(str(paper), "--vkey", other)
    made["leaf"] = made["leaf"].replace("12:00:01", "11:00:01")
    paper.write_text(json.dumps(made), "utf-8")
    assert {"no proof"} == victim.acts(str(paper))
    paper.write_text("{}", "utf-8")
    assert {"unreadable"} == victim.acts(str(paper))


def test_a_receipt_of_a_rewritten_log(victim: Victim, tmp_path: Path) -> None:
    """What a reader has kept is held against a receipt that is made later."""
    victim.rebuild(lambda data: data.reverse(), sealed=4)
    with wiring.embedded(victim.folder) as opened:
        index = following.since(0, opened.archive, limit=1)[0]
        opened.archive.seals.mark({index.key: 0})
        paper = tmp_path / "r.json"
        name = index.key.rpartition("-")[2].partition(".")[0]
        paper.write_bytes(proving.of_id(name, opened.archive))

    assert set() == {a for a in victim.acts(str(paper)) if a != "late"}
    assert "forked" in victim.acts(str(paper), "--checkpoint", str(victim.kept))
