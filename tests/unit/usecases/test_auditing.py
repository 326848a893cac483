"""Audits: what they read and when, what they find, and what they mend."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hozon import wiring
from hozon.auditing import auditing, knowledge
from hozon.auditing.auditing import Budget
from hozon.audits.audits import PERIOD, Report, encoded
from hozon.guarding.purging import purge
from hozon.log import leaves, places
from hozon.nouns.errors import Conflict
from hozon.nouns.model import Holdings
from hozon.operating.standing import audited
from hozon.sealing import following, verifying
from hozon.sealing.sealing import note, seal
from hozon.stored.holdings import read
from tests.archives import BEGAN, stocked
from tests.fakes import a_warc_key, an_entry
from tests.objects import a_snapshot_object
from tests.unit.usecases.conftest import Hands

DAY = timedelta(days=1)
NOW = BEGAN + 5 * DAY
ALL = Budget(is_beyond=True, is_census_due=True)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a sealed archive of twelve polls and twelve snapshots."""
    folder = tmp_path_factory.mktemp("audited") / "archive"
    with wiring.embedded(folder, clock=lambda: NOW, create=True) as opened:
        stocked(opened.archive, 12)
        seal(opened.archive, opened.signer)
    return folder


@pytest.fixture
def clock() -> Hands:
    return Hands(NOW)


@pytest.fixture
def opened(sound: Path, tmp_path: Path, clock: Hands) -> Iterator[wiring.Embedded]:
    """Open a copy of the archive; a second copy of it is the module's."""
    shutil.copytree(sound, tmp_path / "archive")
    with wiring.embedded(tmp_path / "archive", clock=clock) as found:
        yield found


def _audit(
    opened: wiring.Embedded, budget: Budget = ALL, copy: Path | None = None
) -> Report:
    remedies = None if copy is None else opened.remedies(copy)
    done = auditing.audit(
        opened.archive, budget, custody=opened.custody, remedies=remedies
    )
    seal(opened.archive, opened.signer)
    return done


def _acts(report: Report) -> set[str]:
    return {str(each.act) for each in report.findings}


def _victim(opened: wiring.Embedded, number: int = 7) -> Path:
    key = list(opened.archive.warcs.keys())[number]
    return opened.directory / key


def test_all_is_well(opened: wiring.Embedded) -> None:
    """Everything is read, every row and key is counted, and nothing is found."""
    report = _audit(opened)

    assert [] == report.findings
    assert 24 == report.read == report.size
    counts = opened.archive.index.counts()
    counted = {"rows": counts["captures"], "objects": 24, "leaves": 24}
    assert counted == report.counted
    assert report.sentence().endswith("no fault found")


def test_each_audit_is_a_leaf(opened: wiring.Embedded) -> None:
    """What it has read and found stands in the log, which verifies as before."""
    report = _audit(opened)
    [leaf] = following.since(24, opened.archive, limit=9)

    assert ("audit", report.note) == (leaf.said["kind"], leaf.key)
    assert 24 == leaf.said["objects"]
    assert [{"begin": 0, "end": 24}] == [
        {k: each[k] for k in ("begin", "end")} for each in leaf.said["read"]
    ]
    archive = opened.archive
    found = verifying.verify_archive(archive.warcs, archive.log, index=archive.index)
    assert [] == found.findings


def test_what_is_not_due_is_not_read(opened: wiring.Embedded, clock: Hands) -> None:
    """Right after the seal, which has read everything, nothing is due, nor noted."""
    report = _audit(opened, Budget())
    assert (0, "") == (report.read, report.note)
    clock.now = NOW + 9 * DAY
    assert 0 < _audit(opened, Budget(is_census_due=False)).read < 24


@pytest.mark.parametrize("growing", [False, True])
def test_everything_is_read_within_ninety_days(
    opened: wiring.Embedded, clock: Hands, *, growing: bool
) -> None:
    """By audits of what is due every five days, in an archive that grows, or does not."""
    last = dict.fromkeys(range(24), BEGAN)
    budget = Budget(is_census_due=False)
    for day in range(1, 190, 5):
        clock.now = NOW + day * DAY
        if growing:
            key = a_warc_key(f"day{day}")
            data = a_snapshot_object(key, id_=f"d{day}", at=clock.now)
            opened.archive.warcs.put(key, data)
            opened.archive.index.add(read(key, data))
        report = _audit(opened, budget)
        for stretch in report.stretches:
            for index in range(stretch.begin, stretch.end):
                assert clock.now - last.get(index, clock.now) <= PERIOD
                last[index] = clock.now
        for index in range(following.published(opened.archive)):
            assert clock.now - last.setdefault(index, clock.now) <= PERIOD


def test_a_budget_is_kept_and_gone_on_from(opened: wiring.Embedded) -> None:
    """Ten objects at a time: three audits read all of them once."""
    budget = Budget(objects=10, is_beyond=True, is_census_due=False)
    read_ = [
        (s.begin, s.end) for _ in range(3) for s in _audit(opened, budget).stretches
    ]

    assert (0, 10) == read_[0]
    assert (10, 20) == read_[1]
    assert 20 == read_[2][0]


def test_bytes_and_time_are_budgets_too(opened: wiring.Embedded) -> None:
    """Who has no time reads nothing; who has read enough begins nothing more."""
    late = Budget(is_beyond=True, has_time=lambda: False, is_census_due=True)
    assert (0, {}) == ((done := _audit(opened, late)).read, done.counted)
    few = Budget(is_beyond=True, octets=1, is_census_due=False)
    assert 24 == _audit(opened, few).read  # they are read 64 at a time


def test_a_lost_state_is_told_by_the_log(opened: wiring.Embedded) -> None:
    """The notes of audits say what was read, and when."""
    _audit(opened, Budget(objects=10, is_beyond=True))
    known = knowledge.read(opened.archive)
    opened.archive.derived.discard(knowledge.KEY)
    told = knowledge.read(opened.archive)

    assert [(10, 24)] == known.unread(24) == told.unread(24)
    assert known.stretches == told.stretches
    assert (known.census_at, known.root) == (told.census_at, told.root)


def test_damaged_state_is_as_if_lost(opened: wiring.Embedded) -> None:
    """It is derived, and never stops an audit."""
    opened.archive.derived.replace(knowledge.KEY, b"[]", version=None)

    assert 24 == _audit(opened).read


def test_two_audits_at_once(opened: wiring.Embedded) -> None:
    """The second one is told, and its state does not replace the first one's."""
    archive = opened.archive

    def meanwhile(_: int) -> None:
        auditing.audit(archive, Budget(is_census_due=False))

    with pytest.raises(Conflict):
        auditing.audit(archive, ALL, progress=meanwhile)


@pytest.mark.parametrize(
    ("act", "by"), [("changed", "flip"), ("truncated", "cut"), ("deleted", "delete")]
)
def test_what_happens_to_an_object(
    opened: wiring.Embedded, sound: Path, clock: Hands, act: str, by: str
) -> None:
    """It is found and named; it stands until it is mended, from the second copy."""
    path = _victim(opened)
    key = str(path.relative_to(opened.directory))
    good = path.read_bytes()
    _harm(path, by)

    first = _audit(opened)
    assert {act} == _acts(first)
    assert 1 == first.faults
    assert [act] == [each["act"] for each in audited(opened.archive)["damaged"]]

    clock.now = NOW + DAY
    mended = _audit(opened, Budget(is_census_due=False), copy=sound)
    assert ([key], 0) == (mended.mended, mended.faults)
    assert good == path.read_bytes()
    aside = list((opened.directory / "damaged").rglob("*.warc.gz.1"))
    assert (by != "delete") == bool(aside)
    assert [] == audited(opened.archive)["damaged"]
    clock.now = NOW + 2 * DAY
    assert [] == _audit(opened).findings


def _harm(path: Path, by: str) -> None:
    if by == "delete":
        path.unlink()
    elif by == "cut":
        path.write_bytes(path.read_bytes()[:-1])
    else:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)


def test_what_somebody_mends_is_forgotten(opened: wiring.Embedded, sound: Path) -> None:
    """Whoever puts the right file back needs to tell nobody."""
    path = _victim(opened)
    good = path.read_bytes()
    path.write_bytes(b"wrong")
    assert 1 == _audit(opened).faults
    path.write_bytes(good)

    assert 0 == _audit(opened, Budget(is_census_due=False)).faults


def test_a_copy_that_is_damaged_too_mends_nothing(
    opened: wiring.Embedded, sound: Path, tmp_path: Path
) -> None:
    """What is put back has to be what the log says; else all stays as it is."""
    copy = tmp_path / "copy"
    shutil.copytree(sound, copy)
    path = _victim(opened)
    key = str(path.relative_to(opened.directory))
    (copy / key).write_bytes(b"also wrong")
    path.write_bytes(b"wrong")

    report = _audit(opened, copy=copy)
    assert 1 == report.faults
    assert "neither is the one in" in report.findings[0].says
    assert b"wrong" == path.read_bytes()
    assert not (opened.directory / "damaged").exists()


def test_a_held_object_is_held_when_it_is_mended(
    opened: wiring.Embedded, sound: Path
) -> None:
    """A legal hold is of what is stored, whichever copy of it that is."""
    path = _victim(opened)
    key = str(path.relative_to(opened.directory))
    path.write_bytes(b"wrong")
    opened.custody.keep(key)

    assert [key] == _audit(opened, copy=sound).mended
    assert opened.custody.keeps(key)


def test_a_purged_object_is_neither_missed_nor_put_back(
    opened: wiring.Embedded, sound: Path
) -> None:
    """Its tombstone says why it is gone; the second copy does not bring it back."""
    path = _victim(opened)
    key = str(path.relative_to(opened.directory))
    purge([key], opened.archive, opened.remove, reason="a court's order", by="me")
    seal(opened.archive, opened.signer)
    opened.reindex(progress=lambda _: None)

    report = _audit(opened, copy=sound)
    assert (set(), []) == (_acts(report), report.mended)
    assert not path.exists()


def test_a_note_is_mended_as_well(opened: wiring.Embedded, tmp_path: Path) -> None:
    """What has a leaf is read, WARC object or not."""
    key = note("access", {"state": "dark"}, opened.archive)
    seal(opened.archive, opened.signer)
    shutil.copytree(opened.directory, tmp_path / "copy")
    path = opened.directory / key
    path.write_bytes(path.read_bytes().replace(b"dark", b"open"))

    assert [key] == _audit(opened, copy=tmp_path / "copy").mended
    assert b"dark" in path.read_bytes()


def test_an_object_that_nobody_sealed(opened: wiring.Embedded) -> None:
    """One that claims to be older than the last seal was added later."""
    key = a_warc_key("forged")
    data = a_snapshot_object(key, id_="forged", at=NOW - 9 * DAY)
    opened.archive.warcs.put(key, data)

    assert {"added"} == _acts(_audit(opened))


def test_what_was_just_stored_is_no_fault(opened: wiring.Embedded) -> None:
    """It waits for its seal; its rows are held against the object itself."""
    key = a_warc_key("new")
    data = a_snapshot_object(key, id_="new", at=NOW)
    opened.archive.warcs.put(key, data)
    opened.archive.index.add(read(key, data))

    assert set() == _acts(auditing.audit(opened.archive, ALL))


def _rows(opened: wiring.Embedded, statement: str, *values: str) -> None:
    with opened.index.write() as db:
        db.execute(statement, values)


def test_rows_that_are_gone(opened: wiring.Embedded, clock: Hands) -> None:
    """Of captures and of snapshots; `hozon reindex` brings them back."""
    _rows(opened, "DELETE FROM captures WHERE capture LIKE '%/3.html%'")
    assert {"row lost"} == _acts(_audit(opened))
    opened.reindex(progress=lambda _: None)
    assert set() == _acts(_audit(opened))
    clock.now = NOW + DAY
    _rows(opened, "DELETE FROM snapshots WHERE snapshot LIKE '%/3.html%'")
    assert "row lost" in _acts(_audit(opened))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/3.html", "/x.html"),
        ("2026-09-29", "2020-09-29"),
        ('"status":200', '"status":404'),
    ],
)
def test_rows_that_were_changed(opened: wiring.Embedded, old: str, new: str) -> None:
    """Another URI, another time, another answer: neither leaf nor object says so."""
    statement = (
        "UPDATE captures SET capture = replace(capture, ?, ?) "
        "WHERE capture LIKE '%/3.html%'"
    )
    _rows(opened, statement, old, new)

    assert "row forged" in _acts(_audit(opened))


def test_a_row_of_an_object_that_is_not_there(opened: wiring.Embedded) -> None:
    """An index may say anything; only objects are held."""
    key = a_warc_key("forged")
    opened.archive.index.add(read(key, a_snapshot_object(key, id_="forged", at=NOW)))

    assert "row forged" in _acts(_audit(opened))


def test_a_leaf_without_room_for_all_captures(opened: wiring.Embedded) -> None:
    """The rows that it does not name are held against its object."""
    key = a_warc_key("large")
    others = [f"https://example.com/{'x' * 500}/{n}" for n in range(60)]
    data = a_snapshot_object(key, id_="large", at=NOW, others=others)
    opened.archive.warcs.put(key, data)
    opened.archive.index.add(read(key, data))
    seal(opened.archive, opened.signer)
    [leaf] = following.since(24, opened.archive, limit=9)
    assert len(leaf.said["captures"]) < 61

    assert set() == _acts(_audit(opened))


def test_the_log_was_rolled_back(opened: wiring.Embedded) -> None:
    """What an audit has seen is a checkpoint that was kept."""
    _audit(opened)
    for path in (places.checkpoint(25), places.batch(24), "log/tile/0/000.p/25"):
        (opened.directory / path).unlink()
    _rows(opened, "DELETE FROM log_head")

    report = auditing.audit(opened.archive, Budget(is_census_due=True))
    assert set() == _acts(report)  # the audit saw 24: its own note came after
    known = knowledge.read(opened.archive)
    data = encoded(replace(known, size=25, root="00" * 32))
    version = opened.archive.derived.get(knowledge.KEY).version
    opened.archive.derived.replace(knowledge.KEY, data, version=version)
    assert "rolled back" in _acts(auditing.audit(opened.archive, ALL))


def test_a_leaf_was_altered_and_signed_anew(opened: wiring.Embedded) -> None:
    """The operator has the key; the audit before knows the root."""
    _audit(opened)
    known = knowledge.read(opened.archive)
    data = encoded(replace(known, root="00" * 32))
    version = opened.archive.derived.get(knowledge.KEY).version
    opened.archive.derived.replace(knowledge.KEY, data, version=version)

    assert "rewritten" in _acts(_audit(opened))


def test_a_log_that_cannot_be_read(opened: wiring.Embedded) -> None:
    """That is a finding; the audit goes on."""
    (opened.directory / places.checkpoint(24)).write_text("forged", "utf-8")

    assert "unreadable" in _acts(auditing.audit(opened.archive, ALL))


def test_what_feeds_listed_and_nobody_captured(
    opened: wiring.Embedded, clock: Hands
) -> None:
    """Polls are sealed with all that they found: an archive cannot leave out in silence."""
    for number in range(2):
        entry = an_entry(f"o{number}", link=f"https://example.com/o{number}")
        seen = replace(entry, first_seen_at=NOW, seen_at=NOW, river_at=NOW)
        opened.archive.index.add(Holdings(entries=(seen,)))
    clock.now = NOW + DAY
    assert [] == _audit(opened).findings
    clock.now = NOW + 3 * DAY
    report = _audit(opened)

    [found] = report.findings
    assert ("not captured", True, 0) == (found.act, found.is_doubt, report.faults)
    assert found.says.startswith("2 entries")


def test_the_census_is_weekly(opened: wiring.Embedded, clock: Hands) -> None:
    """Daily audits of what is due take one a week."""
    taken = []
    for day in range(22):
        clock.now = NOW + day * DAY
        if _audit(opened, Budget()).counted:
            taken.append(day)

    assert [7, 14, 21] == taken


class Hourglass:
    """Gives time for so many questions."""

    def __init__(self, left: int) -> None:
        self.left = left

    def __call__(self) -> bool:
        """Tell whether there is time."""
        self.left -= 1
        return self.left >= 0


def _daily(
    opened: wiring.Embedded, clock: Hands, *, steps: int, copy: Path | None = None
) -> Iterator[Report]:
    """Audit once a day, with a moment's time each."""
    for day in range(8, 100):
        clock.now = NOW + day * DAY
        budget = Budget(has_time=Hourglass(steps), has_half=lambda: False)
        yield _audit(opened, budget, copy)


def test_a_census_goes_on_the_next_day(opened: wiring.Embedded, clock: Hands) -> None:
    """It is told, noted and dated when it has ended, and is of the tree it began with."""
    _audit(opened, Budget(is_census_due=False))
    size = following.published(opened.archive)
    for report in _daily(opened, clock, steps=2):
        if report.counted:
            break
        assert knowledge.read(opened.archive).census_at is None

    assert clock.now > NOW + 12 * DAY
    assert ([], size) == (report.findings, report.counted["leaves"])
    known = knowledge.read(opened.archive)
    assert (clock.now, size) == (known.census_at, known.size)
    opened.archive.derived.discard(knowledge.KEY)
    told = knowledge.read(opened.archive)
    assert (known.size, known.root) == (told.size, told.root)
    clock.now += DAY
    assert {} == _audit(opened, Budget()).counted


def test_what_is_due_leaves_half_of_the_time(
    opened: wiring.Embedded, clock: Hands
) -> None:
    """An archive that is read all the time takes its census all the same."""
    _audit(opened, Budget(is_census_due=False))
    clock.now = NOW + 100 * DAY
    half = Budget(has_half=lambda: False)
    report = _audit(opened, half)

    assert 0 == report.read
    assert report.counted
    clock.now += DAY
    assert 24 <= _audit(opened, half).read


def test_all_that_is_gone_is_put_back_in_the_end(
    opened: wiring.Embedded, sound: Path, clock: Hands
) -> None:
    """A census that finds more than there is time for hands the rest to the next audit."""
    _audit(opened, Budget(is_census_due=False))
    keys = list(opened.archive.warcs.keys())[:9]
    for key in keys:
        (opened.directory / key).unlink()
    mended: list[str] = []
    for report in _daily(opened, clock, steps=4, copy=sound):
        mended += report.mended
        assert {"deleted"} >= _acts(report)
        if report.counted:
            break

    assert sorted(keys) == sorted(mended)
    assert 0 == report.faults
    assert keys == list(opened.archive.warcs.keys())[:9]


def test_who_asks_for_a_census_gets_one_of_today(
    opened: wiring.Embedded, clock: Hands
) -> None:
    """One that was begun days ago has read what may have changed since."""
    _audit(opened, Budget(is_census_due=False))
    for _, report in zip(range(4), _daily(opened, clock, steps=2), strict=False):
        assert not report.counted
    _rows(opened, "DELETE FROM captures WHERE capture LIKE '%/3.html%'")
    _rows(opened, "UPDATE captures SET captured_at = '2020' WHERE rowid < 3")
    clock.now += 2 * DAY

    assert {"row lost", "row forged"} <= _acts(_audit(opened))


def test_a_note_fits_into_a_leaf_whatever_was_found(
    opened: wiring.Embedded, clock: Hands
) -> None:
    """It names the first findings, and counts all."""
    for number in range(30):
        key = a_warc_key(f"forged{number}")
        data = a_snapshot_object(key, id_=f"f{number}", at=NOW - 9 * DAY)
        opened.archive.warcs.put(key, data)

    report = _audit(opened)
    assert 30 == len(report.findings) == report.faults
    [leaf] = following.since(24, opened.archive, limit=9)
    said = leaves.read(leaf.data)
    assert (20, {"added": 30}) == (len(said["findings"]), said["found"])
    assert 30 == len(json.loads(json.dumps(report.said()))["findings"])
