"""Sealing, following, receipts, step by step."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hozon import wiring
from hozon.lambdas import ticks
from hozon.log import leaves, notes, places, receipts, tiles, tree
from hozon.nouns.errors import Conflict, Damaged, NotFound, Unavailable, Unusable
from hozon.nouns.seals import Head, LogStore
from hozon.sealing import following, proving, sealing, verifying
from hozon.sealing.sealing import Sealed, note, seal
from hozon.stored.holdings import read
from hozon.stored.naming import object_id
from tests.fakes import a_warc_key
from tests.logs import Shelf, shelf
from tests.objects import a_snapshot_object


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Shelf]:
    """An archive in memory."""
    with shelf(tmp_path) as found:
        yield found


def sealed_keys(desk: Shelf) -> list[str]:
    return desk.sealed_keys()


def sealed(desk: Shelf) -> Sealed:
    return desk.seal()


def hold(desk: Shelf, *names: str) -> list[str]:
    return desk.hold(*names)


def test_what_is_held_gets_one_leaf(desk: Shelf) -> None:
    """Each object one, in the order of their captures; a second seal finds nothing."""
    keys = hold(desk, "aa", "bb")
    desk.clock.advance(hours=1)
    keys += hold(desk, "cc")

    assert Sealed(size=3, leaves=3) == sealed(desk)
    assert Sealed(size=3) == sealed(desk)
    assert keys == sealed_keys(desk)
    assert {key: n for n, key in enumerate(keys)} == dict(
        desk.archive.seals.leaves(keys)
    )


def test_an_archive_without_anything(desk: Shelf) -> None:
    """Has no log."""
    assert Sealed(size=0) == sealed(desk)
    assert [] == list(desk.archive.log.keys("log/"))


def test_the_checkpoint_is_signed(desk: Shelf) -> None:
    """By the log's key, over the root of its leaves, at the instant of sealing."""
    hold(desk, "aa", "bb")
    sealed(desk)
    log = desk.archive.log
    [key] = following.keys(log)
    text = notes.opened(following.checkpoint(2, log), [key])
    found = [leaf.data for leaf in following.since(0, desk.archive, limit=9)]

    assert tree.root(map(tree.leaf_hash, found)) == notes.checkpoint(text.text).root
    assert desk.clock() == notes.made_at(text, key)
    assert key.name == log.read_all(places.ORIGIN).decode().strip()


def test_a_log_of_several_bundles(desk: Shelf) -> None:
    """Batches end where bundles do; bundles and tiles are there once they are full."""
    desk.fill(200)
    sealed(desk)
    desk.clock.advance(minutes=5)
    desk.fill(400)
    sealed(desk)
    log = desk.archive.log

    assert [0, 200, 256, 512] == [places.number(k) for k in log.keys(places.BATCHES)]
    assert 600 == len(sealed_keys(desk)) == len(set(sealed_keys(desk)))
    for path in (
        "tile/entries/000",
        "tile/entries/001",
        "tile/0/001",
        "tile/1/000.p/2",
    ):
        assert log.read_all(f"log/{path}")
    with pytest.raises(NotFound):
        log.read_all("log/tile/entries/002")
    assert 88 == len(tiles.leaves(following.bundle(log, 2, 88)))


def test_followers_go_on_where_they_were(desk: Shelf) -> None:
    """Position by position, and never beyond what is signed."""
    hold(desk, "aa", "bb", "cc")
    sealed(desk)
    hold(desk, "dd")
    archive = desk.archive
    first = following.since(0, archive, limit=2)
    rest = following.since(2, archive, limit=2)

    assert [0, 1] == [leaf.index for leaf in first]
    assert [2] == [leaf.index for leaf in rest]
    assert [] == following.since(3, archive, limit=2)
    assert "snapshot" == rest[0].said["kind"]


def test_a_note_is_sealed(desk: Shelf) -> None:
    """What is no WARC object: durable at once, in the log with the next seal."""
    key = note("access", {"uri": "https://example.com/", "state": "dark"}, desk.archive)
    leaf = desk.archive.log.read_all(key)
    sealed(desk)

    assert [key] == sealed_keys(desk)
    assert leaf == following.leaf(0, desk.archive.log).data
    assert "dark" == leaves.read(leaf)["state"]


@pytest.mark.parametrize("broken", [None, b"", b"not a WARC"])
def test_what_cannot_be_read_holds_up_no_other(
    desk: Shelf, broken: bytes | None
) -> None:
    """It is named, waits, and is sealed once it is there again."""
    gone, there = hold(desk, "aa", "bb")
    data = desk.warcs.objects.pop(gone)
    if broken is not None:
        desk.warcs.objects[gone] = broken

    assert Sealed(size=1, leaves=1, unreadable=(gone,)) == sealed(desk)
    assert [there] == sealed_keys(desk)
    desk.warcs.objects[gone] = data
    assert Sealed(size=2, leaves=1) == sealed(desk)


class Stop(BaseException):
    """The process dies."""


class Mortal:
    """A log store whose process dies at the n-th put, before it or behind it."""

    def __init__(self, log: LogStore, dies_at: int, *, behind: bool) -> None:
        self._log = log
        self._left = dies_at
        self._behind = behind

    def put(self, key: str, data: bytes) -> None:
        self._left -= 1
        if self._left == 0 and not self._behind:
            raise Stop
        self._log.put(key, data)
        if self._left == 0:
            raise Stop

    def read_all(self, key: str) -> bytes:
        return self._log.read_all(key)

    def keys(self, folder: str, *, after: str = "") -> Iterator[str]:
        return self._log.keys(folder, after=after)


@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize("dies_at", range(1, 11))
def test_dying_at_every_put(desk: Shelf, dies_at: int, *, behind: bool) -> None:
    """The next sealer ends what was begun: one log, no leaf twice, none missing."""
    desk.fill(250)
    sealed(desk)
    keys = hold(desk, *(f"b{n:02}" for n in range(20)))
    archive = desk.archive
    mortal = replace(archive, log=Mortal(archive.log, dies_at, behind=behind))
    with suppress(Stop):
        seal(mortal, desk.signer)
    hold(desk, "c")

    sealed(desk)

    found = sealed_keys(desk)
    assert 271 == len(found) == len(set(found))
    assert {*keys, a_warc_key("c")} <= set(found)
    assert [] == desk.archive.seals.pending(limit=9)
    assert [] == verified(desk)


def verified(desk: Shelf) -> list[str]:
    """Return what `hozon verify` finds, a line each."""
    return [f"{each.act}: {each.subject}" for each in desk.findings()]


class Meddling:
    """A log store in which another sealer is faster, at the first put of a batch."""

    def __init__(self, log: LogStore, meddle: Callable[[], object]) -> None:
        self._log = log
        self._meddle: Callable[[], object] | None = meddle

    def put(self, key: str, data: bytes) -> None:
        meddle, self._meddle = self._meddle, None
        if meddle is not None and key.startswith(places.BATCHES):
            meddle()
        self._log.put(key, data)

    def read_all(self, key: str) -> bytes:
        return self._log.read_all(key)

    def keys(self, folder: str, *, after: str = "") -> Iterator[str]:
        return self._log.keys(folder, after=after)


def test_two_sealers_at_once(desk: Shelf) -> None:
    """One commits, the other goes on behind it: one log, no leaf twice."""
    hold(desk, "aa", "bb")
    sealed(desk)
    hold(desk, "cc", "dd")

    def other_sealer() -> None:
        hold(desk, "ee")
        assert 3 == sealed(desk).leaves

    archive = desk.archive
    slow = replace(archive, log=Meddling(archive.log, other_sealer))

    assert 5 == seal(slow, desk.signer).size
    assert 5 == len(sealed_keys(desk)) == len(set(sealed_keys(desk)))
    assert [] == verified(desk)


def test_it_stops_between_rounds(desk: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """When its time is over; what is left waits for the next."""
    monkeypatch.setattr(sealing, "ROUND", 2)
    hold(desk, "aa", "bb", "cc", "dd", "ee")
    rounds = iter([True, True, False])
    archive = desk.archive

    first = seal(archive, desk.signer, goes_on=lambda: next(rounds))

    assert (4, 5) == (first.size, sealed(desk).size)
    assert [2, 4, 5] == [places.number(k) for k in archive.log.keys(places.CHECKPOINTS)]


def test_a_lost_index_is_made_anew(desk: Shelf) -> None:
    """From the WARC objects and the log alone: the same rows, the same seals."""
    desk.fill(290)
    hold(desk, *(f"a{n}" for n in range(10)))
    key = note("settings", {"robots": "respect"}, desk.archive)
    sealed(desk)
    hold(desk, "bb")
    later = note("settings", {"robots": "record-only"}, desk.archive)
    before = desk.dump()

    desk.forget()

    assert before == desk.dump()
    assert {key} == desk.archive.seals.leaves([key, later]).keys()
    assert Head(published=301, marked=301) == desk.archive.seals.head()
    assert 303 == sealed(desk).size


def test_a_table_that_was_lost_is_caught_up_with(desk: Shelf) -> None:
    """Though all objects were noted anew before anybody looked at the log."""
    keys = hold(desk, "aa", "bb")
    sealed(desk)
    with desk.index.write() as db:
        db.execute("DELETE FROM seals")
        db.execute("DELETE FROM log_head")
    for key in keys:
        desk.archive.seals.note(key, at=desk.clock())
    hold(desk, "cc")

    assert Sealed(size=3, leaves=1) == sealed(desk)


def test_what_was_marked_is_remembered_step_by_step(
    desk: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long the log is."""
    monkeypatch.setattr(sealing, "MARKED_AT_ONCE", 3)
    hold(desk, *(f"a{n:03}" for n in range(10)))
    sealed(desk)
    before = desk.dump()
    desk.forget()

    assert before == desk.dump()
    assert Head(published=10, marked=10) == desk.archive.seals.head()


def test_an_index_of_before_the_log(tmp_path: Path) -> None:
    """Its objects wait for their leaves once it is opened by this version."""
    with shelf(tmp_path) as older:
        keys = older.hold("aa", "bb")
        with older.index.write() as db:
            for table in ("seals", "log_head", "findings", "watches"):
                db.execute(f"DROP TABLE {table}")
            db.execute("PRAGMA user_version = 2")
    with shelf(tmp_path) as newer:
        assert keys == sorted(newer.archive.seals.pending(limit=9))


def test_an_older_head_is_caught_up_with(desk: Shelf) -> None:
    """The head is a note: where it is behind, nothing is done twice."""
    hold(desk, "aa", "bb")
    sealed(desk)
    hold(desk, "cc")
    sealed(desk)
    with desk.index.write() as db:
        db.execute("UPDATE log_head SET published = 2, marked = 0")
        db.execute("UPDATE seals SET leaf = NULL")
    hold(desk, "dd")

    assert Sealed(size=4, leaves=1) == sealed(desk)
    assert 4 == len(set(sealed_keys(desk)))


def test_a_log_that_lost_its_checkpoint(desk: Shelf) -> None:
    """Nothing is signed that what was published does not lead to."""
    hold(desk, "aa")
    sealed(desk)
    del desk.log.objects[places.checkpoint(1)]
    hold(desk, "bb")

    with pytest.raises(Damaged, match="newest copy"):
        sealed(desk)


def test_a_tile_that_was_changed(desk: Shelf) -> None:
    """Is seen before the tree that grows on it is signed."""
    hold(desk, "aa", "bb")
    sealed(desk)
    tile = desk.log.objects["log/tile/0/000.p/2"]
    desk.log.objects["log/tile/0/000.p/2"] = tile[32:] + tile[:32]
    hold(desk, "cc")

    with pytest.raises(Damaged, match="not those that were signed"):
        sealed(desk)
    assert [2] == [places.number(k) for k in desk.archive.log.keys(places.CHECKPOINTS)]


def test_a_tile_that_is_gone(desk: Shelf) -> None:
    """Is damage, and no empty tree."""
    hold(desk, "aa", "bb")
    sealed(desk)
    del desk.log.objects["log/tile/0/000.p/2"]
    hold(desk, "cc")

    with pytest.raises(Damaged, match="is gone from the log"):
        sealed(desk)


def test_a_lost_key(tmp_path: Path) -> None:
    """Is not replaced unasked; where it is, the log says so before the key is used."""
    folder = tmp_path / "archive"
    with wiring.embedded(folder, create=True) as opened:
        note("settings", {"n": 1}, opened.archive)
        assert 1 == seal(opened.archive, opened.signer).size
        note("settings", {"n": 2}, opened.archive)
    (folder / "log.key").unlink()
    with wiring.embedded(folder) as opened, pytest.raises(Unusable, match="--new-key"):
        seal(opened.archive, opened.signer)

    with wiring.embedded(folder, new_key=True) as opened:
        assert 3 == seal(opened.archive, opened.signer).size
        vkeys = {key.vkey for key in following.keys(opened.archive.log)}
        said = [leaf.said for leaf in following.since(0, opened.archive, limit=9)]
        found = verifying.verify_archive(opened.archive.warcs, opened.archive.log)
    [change] = [one for one in said if one["kind"] == "keychange"]
    assert vkeys == {*change["old"], change["new"]}
    assert 1 == len({vkey.partition("+")[0] for vkey in vkeys})
    assert [] == found.findings


def test_a_receipt(desk: Shelf) -> None:
    """Proves itself, and says in sentences what it shows."""
    hold(desk, "aa", "bb", "cc")
    sealed(desk)
    desk.clock.advance(minutes=5)
    hold(desk, "dd", "ee")
    sealed(desk)
    desk.clock.advance(minutes=5)
    hold(desk, "ff")
    sealed(desk)
    archive = desk.archive
    made = receipts.decoded(proving.of_uri("https://example.com/dd", archive))
    checked = receipts.checked(made)

    assert ([], 3) == (checked.faults, checked.index)
    assert checked.after is not None
    assert checked.before is not None
    assert [3, 5, 6] == [
        each.checkpoint.size for each in (checked.before, checked.after, *checked.later)
    ]
    assert made == receipts.decoded(proving.of_id("dd", archive))
    assert receipts.statement(checked) == made["statement"]
    said = " ".join(made["statement"])
    assert "not later than 2026-11-23T12:05:00.000Z" in said
    assert "not in the log yet at 2026-11-23T12:00:00.000Z" in said
    assert "captured at 2026-11-23T12:05:00.000Z" in said
    assert "Mon, 23 Nov 2026 12:05:00 GMT" in said
    assert "does not show that the server sent" in said
    assert [] == receipts.doubts(checked)


def test_receipts_of_a_long_log(desk: Shelf) -> None:
    """Of first and last leaves, in bundles that are full and not."""
    desk.fill(200)
    sealed(desk)
    desk.clock.advance(minutes=5)
    desk.fill(400)
    sealed(desk)
    for index in (0, 199, 200, 255, 256, 511, 512, 599):
        key = following.leaf(index, desk.log).key
        made = receipts.decoded(proving.of_id(object_id(key), desk.archive))
        checked = receipts.checked(made)

        assert ([], index) == (checked.faults, checked.index)
        assert (index >= 200) == (checked.before is not None)


def test_no_receipt_yet(desk: Shelf) -> None:
    """Of what is not sealed, or not held."""
    hold(desk, "aa")
    archive = desk.archive

    with pytest.raises(Unavailable, match="not sealed yet"):
        proving.of_uri("https://example.com/aa", archive)
    with pytest.raises(Unavailable, match="not sealed yet"):
        proving.of_id("aa", archive)
    with pytest.raises(NotFound):
        proving.of_id("bb", archive)
    with pytest.raises(NotFound):
        proving.of_uri("https://example.com/bb", archive)


def test_no_receipt_of_a_broken_log(desk: Shelf) -> None:
    """What does not prove is not handed out."""
    hold(desk, "aa", "bb")
    sealed(desk)
    tile = desk.log.objects["log/tile/0/000.p/2"]
    desk.log.objects["log/tile/0/000.p/2"] = tile[32:] + tile[:32]

    with pytest.raises(Damaged, match="not in the tree"):
        proving.of_id("aa", desk.archive)


@pytest.mark.parametrize(
    ("member", "change", "fault"),
    [
        ("leaf", lambda leaf: leaf.replace("aa", "ab"), "not in the tree"),
        ("leaf", lambda leaf: leaf + " ", "not a leaf"),
        ("proof", lambda text: text.replace("index 0", "index 1"), "not in the tree"),
        ("proof", lambda text: text.replace("hozon/", "other/"), "not signed"),
        ("vkeys", lambda _: [], "not signed"),
        ("vkeys", lambda _: ["x"], "is not what it should be"),
        ("proof", lambda _: None, "is not what it should be"),
        ("stamps", lambda _: ["AAAA"], "time stamp"),
    ],
)
def test_a_receipt_that_was_changed(
    desk: Shelf, member: str, change: Callable[[object], object], fault: str
) -> None:
    """Proves nothing, and says why."""
    hold(desk, "aa", "bb")
    sealed(desk)
    made = receipts.decoded(proving.of_id("aa", desk.archive))
    changed = {**made, member: change(made[member])}

    assert fault in receipts.checked(changed).faults[0]
    with pytest.raises(Damaged):
        receipts.decoded(json.dumps({"hozon": "receipt/2"}).encode())


def test_checkpoints_that_do_not_fit(desk: Shelf) -> None:
    """Those before and after are part of the proof."""
    hold(desk, "aa")
    sealed(desk)
    hold(desk, "bb", "cc")
    sealed(desk)
    made = receipts.decoded(proving.of_id("bb", desk.archive))
    [before] = made["checkpoints"]
    forged = {**before, "consistency": before["consistency"][1:]}

    assert [] == receipts.checked(made).faults
    assert (
        "was rewritten" in receipts.checked({**made, "checkpoints": [forged]}).faults[0]
    )


def test_a_capture_that_was_sealed_late(desk: Shelf) -> None:
    """Its instant is not bounded from below, and the receipt says so."""
    hold(desk, "aa")
    archive = desk.archive
    desk.clock.advance(hours=-5)
    key = a_warc_key("bb")
    data = a_snapshot_object(key, id_="bb", at=desk.clock())
    desk.clock.advance(hours=5)
    sealed(desk)
    archive.warcs.put(key, data)
    archive.index.add(read(key, data))
    desk.clock.advance(minutes=5)
    sealed(desk)
    checked = receipts.checked(receipts.decoded(proving.of_id("bb", archive)))

    assert [] == checked.faults
    assert ["sealed late, or is dated back" in d for d in receipts.doubts(checked)] == [
        True
    ]


def test_a_note_that_is_stored_already(desk: Shelf) -> None:
    """Said again at the same instant it is the same note."""
    archive = desk.archive
    one = note("purge", {"object": "x"}, archive)

    assert one == note("purge", {"object": "x"}, archive)
    with pytest.raises(Conflict):
        archive.log.put(one, b"")
    desk.clock.now += timedelta(seconds=1)
    assert one != note("purge", {"object": "x"}, archive)


def test_what_waits_is_told(desk: Shelf) -> None:
    """How long the oldest object waits for its seal; nothing waits: 0."""
    assert ticks.unsealed_s(desk.archive) == 0.0
    hold(desk, "aa")
    desk.clock.advance(minutes=16)
    hold(desk, "bb")
    assert ticks.unsealed_s(desk.archive) == 960.0
    sealed(desk)
    assert ticks.unsealed_s(desk.archive) == 0.0
