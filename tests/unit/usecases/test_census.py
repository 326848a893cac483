"""A census in steps: what it finds is what one in one go would, whatever comes between."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hozon.auditing import census
from hozon.auditing.census import RUNS, STEADY, Census, Pace
from hozon.audits import counting, stated
from hozon.audits.audits import Audits
from hozon.guarding.purging import purge
from hozon.log import leaves, places, tree
from hozon.nouns.archive import Archive
from hozon.nouns.derived import DerivedStore, Range, Stored
from hozon.nouns.digests import sha256
from hozon.nouns.errors import Conflict, Damaged, NotFound, Unavailable
from hozon.nouns.model import Holdings
from hozon.sealing import following
from hozon.stored.holdings import read
from tests.fakes import a_capture, a_warc_key
from tests.logs import Shelf, shelf
from tests.objects import a_snapshot_object

DAY = timedelta(days=1)
TINY = Pace(run=5, part=3, look=1, doubts=2)
LARGE = tuple(f"https://example.com/{'x' * 500}/{n}" for n in range(60))
"""So many that no leaf has room for all of them."""

Found = tuple[set[tuple[str, str, str]], list[int], int, int, int, str]


@dataclass(slots=True)
class MemoryDerived:
    """A `DerivedStore` in memory: no test here is one of the disk."""

    objects: dict[str, bytes] = field(default_factory=dict)

    def put(self, key: str, data: bytes | BinaryIO) -> None:
        """Write a new object, or raise `Conflict`."""
        if key in self.objects:
            raise Conflict(key)
        self.objects[key] = data if isinstance(data, bytes) else data.read()

    def replace(self, key: str, data: bytes, *, version: str | None) -> str:
        """Write an object in the place of a version, or raise `Conflict`."""
        if version != (self.get(key).version if key in self.objects else None):
            raise Conflict(key)
        self.objects[key] = data
        return self.get(key).version

    def get(self, key: str) -> Stored:
        """Return an object, or raise `NotFound`."""
        if key not in self.objects:
            raise NotFound(key)
        return Stored(self.objects[key], sha256(self.objects[key]))

    def read(self, ranges: Sequence[Range]) -> Sequence[bytes]:
        """Return ranges of objects; `NotFound`, or `Damaged` if one ends before."""
        found = [self.get(each.key).data[each.offset : each.end] for each in ranges]
        if [each.length for each in ranges] != list(map(len, found)):
            raise Damaged("an object ends before")
        return found

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield keys in ascending order."""
        return iter([key for key in sorted(self.objects) if key.startswith(prefix)])

    def discard(self, key: str) -> None:
        """Remove an object."""
        self.objects.pop(key, None)


@contextmanager
def _shelf(folder: Path) -> Iterator[Shelf]:
    """Yield an empty archive."""
    with shelf(folder) as kept:
        kept.archive = replace(kept.archive, derived=MemoryDerived())
        yield kept


class Hourglass:
    """Gives time for so many steps."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def __call__(self) -> bool:
        """Tell whether there is time for another one."""
        self.left -= 1
        return self.left >= 0


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Shelf]:
    """Yield a sealed archive of eight snapshots."""
    with _shelf(tmp_path) as found:
        _fill(found)
        yield found


def _fill(kept: Shelf, count: int = 8) -> None:
    for number in range(count):
        _hold(kept, f"n{number}")
    kept.seal()


def _hold(kept: Shelf, name: str, *, others: Sequence[str] = ()) -> str:
    """Store and index a snapshot, a second later than the one before."""
    kept.clock.advance(seconds=1)
    key, link = a_warc_key(name), f"https://example.com/{name}/"
    at = kept.clock()
    data = a_snapshot_object(key, id_=name, link=link, at=at, others=others)
    kept.archive.warcs.put(key, data)
    kept.archive.index.add(read(key, data))
    return key


def _sql(kept: Shelf, statement: str, *values: str) -> None:
    with kept.index.write() as db:
        db.execute(statement, values)


def _told(taken: Census) -> Found:
    """Return all that a census has come to."""
    return (
        {(str(f.act), f.subject, f.says) for f in taken.findings},
        sorted(taken.gone),
        taken.leaves,
        taken.rows,
        taken.objects,
        taken.root,
    )


def _in_steps(
    archive: Archive,
    *,
    known: Audits | None = None,
    steps: int = 1,
    pace: Pace = TINY,
    between: Callable[[int], None] = lambda _: None,
) -> tuple[Census, int]:
    """Take a census in invocations of so many steps; return it, and how many there were."""
    for number in range(1, 5000):
        taken = census.go_on(
            archive, known or Audits(), has_time=Hourglass(steps), pace=pace
        )
        if taken is not None:
            return taken, number
        between(number)
    raise AssertionError("this census does not end")


def _whole(archive: Archive) -> Census:
    """Take a census in one go."""
    taken = census.go_on(archive, Audits(), anew=True)
    assert taken is not None
    return taken


# --- the same as in one go --------------------------------------------------------


def _naively(archive: Archive) -> Found:
    """Take a census with sets that hold everything, of an archive that stands still."""
    size = following.published(archive)
    log = list(following.between(archive.log, 0, size))
    said = [leaves.read(data) for data in log]
    objects = {key: archive.warcs.read_all(key) for key in list(archive.warcs.keys())}
    rows = list(archive.index.rows())
    stored = [stated.of_row(row.capture) for row in rows]
    purged = {s["object"] for s in said if s["kind"] == "purge"}
    keys = {s["key"] for s in said if not s["key"].startswith(places.NOTES)}
    held = {facts for s in said for facts in stated.of_leaf(s)}
    for key, data in objects.items():
        held |= set(map(stated.of_row, read(key, data).captures))
    gone = [n for n, s in enumerate(said) if s["key"] in keys - purged - objects.keys()]
    lost = sum(
        facts not in stored
        for data, s in zip(log, said, strict=True)
        if s["key"] in objects and len(data) < leaves.LONGEST - 4096
        for facts in stated.of_leaf(s)
    )
    found = {
        ("row forged", f"{row.capture.target_uri} of", "lies")
        for row in rows
        if not row.is_in_place
    }
    found |= {
        ("row forged", f"{row.capture.target_uri} of", "no object")
        for row, facts in zip(rows, stored, strict=True)
        if facts not in held
    }
    late = {key for key in objects.keys() - keys if "old" in key}
    found |= {("added", key, "later") for key in late}
    if lost:
        found.add(("row lost", "the index", f"{lost} rows"))
    root = tree.root(map(tree.leaf_hash, log)).hex()
    return found, gone, size, len(rows), len(objects), root


def _alike(exact: Found, rough: Found) -> bool:
    """Tell whether what was told is what was expected, whatever its words."""
    told, expected = sorted(exact[0]), sorted(rough[0])
    return (
        exact[1:] == rough[1:]
        and len(told) == len(expected)
        and all(
            act == act_ and subject.startswith(subject_) and word in says
            for (act, subject, says), (act_, subject_, word) in zip(
                told, expected, strict=True
            )
        )
    )


def _delete(kept: Shelf, name: str) -> None:
    kept.warcs.objects.pop(a_warc_key(name), None)


def _drop(kept: Shelf, name: str) -> None:
    _sql(kept, "DELETE FROM captures WHERE capture LIKE ?", f"%/{name}/%")


def _forge(kept: Shelf, name: str) -> None:
    forged = a_capture(f"https://forged.example.com/{name}")
    kept.archive.index.add(Holdings(captures=(forged,)))


def _misplace(kept: Shelf, name: str) -> None:
    moved = "UPDATE captures SET key = 'a' || key WHERE capture LIKE ?"
    _sql(kept, moved, f"%/{name}/%")


def _sneak(kept: Shelf, name: str) -> None:
    """Put an object there that says it is older than the last seal."""
    key = a_warc_key(f"old{name}")
    data = a_snapshot_object(key, id_=f"old{name}", at=kept.clock() - 9 * DAY)
    with suppress(Conflict):
        kept.archive.warcs.put(key, data)


def _purge(kept: Shelf, name: str) -> None:
    key = a_warc_key(name)
    if key in kept.warcs.objects:
        remove: Any = kept.warcs.objects.pop
        purge([key], kept.archive, remove, reason="an order", by="me")
        _drop(kept, name)
        kept.seal()


HARMS = (_delete, _drop, _forge, _misplace, _sneak, _purge)
harms = st.lists(
    st.tuples(st.sampled_from(HARMS), st.sampled_from([f"n{n}" for n in range(8)])),
    max_size=5,
)
paces = st.builds(
    Pace,
    run=st.integers(1, 30),
    part=st.integers(1, 30),
    look=st.integers(1, 4),
    doubts=st.integers(1, 4),
)


@settings(max_examples=25, deadline=None)
@given(done=harms, pace=paces, steps=st.integers(1, 9), is_large=st.booleans())
def test_steps_find_what_one_go_finds(
    done: list[tuple[Callable[[Shelf, str], None], str]],
    pace: Pace,
    steps: int,
    *,
    is_large: bool,
) -> None:
    """Whatever was done to the archive, and however small the steps are."""
    with TemporaryDirectory() as folder, _shelf(Path(folder)) as kept:
        _fill(kept)
        if is_large:
            _hold(kept, "large", others=LARGE)
            kept.seal()
        for harm, name in done:
            harm(kept, name)
        whole = _told(_whole(kept.archive))
        census.settle(kept.archive, _whole(kept.archive))
        taken, _ = _in_steps(kept.archive, steps=steps, pace=pace)
        assert whole == _told(taken)
        assert _alike(whole, _naively(kept.archive))


def test_a_step_at_a_time(kept: Shelf) -> None:
    """So little time that it takes many invocations; then nothing is left of it."""
    taken, invocations = _in_steps(kept.archive)

    assert invocations > 30
    assert ([], [], 8, 8, 8) == (
        taken.findings,
        taken.gone,
        taken.leaves,
        taken.rows,
        taken.objects,
    )
    assert list(kept.archive.derived.keys(RUNS))
    census.settle(kept.archive, taken)
    assert [] == list(kept.archive.derived.keys(RUNS))
    assert census.begun_at(kept.archive, Audits()) is None


def test_without_time_nothing_is_begun(kept: Shelf) -> None:
    """Nor is anything written down."""
    assert census.go_on(kept.archive, Audits(), has_time=lambda: False) is None
    assert census.begun_at(kept.archive, Audits()) is None


def test_an_empty_archive(tmp_path: Path) -> None:
    """Of nothing sealed there is nothing to count."""
    with _shelf(tmp_path) as kept:
        assert _told(_whole(kept.archive))[:5] == (set(), [], 0, 0, 0)


# --- while the archive lives on ---------------------------------------------------


def test_what_comes_meanwhile_is_no_fault(kept: Shelf) -> None:
    """Stored, indexed and sealed, or waiting for a seal, before and behind the reader."""
    root = tree.root(map(tree.leaf_hash, following.between(kept.log, 0, 8)))

    def live(number: int) -> None:
        if number % 3 == 0 and number < 100:
            _hold(kept, f"m{number}", others=[f"https://b.example.org/{number}"])
        if number % 7 == 0 and number < 90:
            kept.seal()

    taken, invocations = _in_steps(kept.archive, between=live)

    assert invocations > 100
    assert ([], [], 8, root.hex()) == (
        taken.findings,
        taken.gone,
        taken.leaves,
        taken.root,
    )


def test_a_large_page_that_comes_meanwhile(kept: Shelf) -> None:
    """Its leaf has not all of its captures; the object is asked."""

    def live(number: int) -> None:
        if number in {1, 20}:
            _hold(kept, f"large{number}", others=LARGE)
            kept.seal()

    taken, _ = _in_steps(kept.archive, between=live)
    assert [] == taken.findings


@pytest.mark.parametrize("is_sealed", [False, True])
@pytest.mark.parametrize("at", range(1, 40, 3))
def test_a_purge_meanwhile_is_no_loss(kept: Shelf, at: int, *, is_sealed: bool) -> None:
    """Wherever the reader is: whoever takes the census knows tombstones, and it is no row
    that was lost.
    """

    def live(number: int) -> None:
        if number == at:
            key = a_warc_key("n3")
            remove: Any = kept.warcs.objects.pop
            purge([key], kept.archive, remove, reason="an order", by="me")
            _drop(kept, "n3")
            if is_sealed:
                kept.seal()

    taken, invocations = _in_steps(kept.archive, between=live)
    assert invocations > at
    assert [] == taken.findings
    assert taken.gone in ([], [3])


def test_an_index_that_is_made_anew_meanwhile(kept: Shelf) -> None:
    """What is missing for a moment is there when it is looked at closely."""
    lost: list[Any] = []

    def live(number: int) -> None:
        stage = counting.decoded(kept.archive.derived.get(census.KEY).data).stage
        if stage == "rows" and not lost:
            lost.append(number)
            _sql(kept, "DELETE FROM captures")
        elif stage == "comparing" and len(lost) == 1:
            lost.append(number)
            kept.forget()

    taken, _ = _in_steps(kept.archive, between=live)
    assert (2, []) == (len(lost), taken.findings)


def test_rows_that_lead_the_reader_astray(kept: Shelf) -> None:
    """Copies of the last row lie everywhere: who went on behind what a row says of itself
    would skip all between.
    """
    _forge(kept, "between")
    copy = (
        "INSERT INTO captures SELECT substr(key, 1, 5) || '~' || rowid, captured_at, "
        "record_id, response_digest, "
        "(SELECT capture FROM captures ORDER BY key DESC LIMIT 1) FROM captures"
    )
    _sql(kept, copy)

    taken, _ = _in_steps(kept.archive)
    forged = {f.subject for f in taken.findings if "no object" in f.says}
    assert 1 == len(forged)
    assert any("lies where another belongs" in f.says for f in taken.findings)


# --- crashes ----------------------------------------------------------------------


@dataclass(slots=True)
class Dying:
    """A derived store that fails once: at a write, before it or after it is durable."""

    store: DerivedStore
    at: int
    is_after: bool
    writes: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def put(self, key: str, data: bytes | BinaryIO) -> None:
        """Write an object, or die."""
        self._die(partial(self.store.put, key, data))

    def replace(self, key: str, data: bytes, *, version: str | None) -> str:
        """Write a version, or die."""
        write = partial(self.store.replace, key, data, version=version)
        return str(self._die(write))

    def _die(self, write: Callable[[], Any]) -> Any:
        self.writes += 1
        done = write() if self.is_after or self.writes != self.at else None
        if self.writes == self.at:
            raise Unavailable("the process died")
        return done


@pytest.mark.parametrize("is_after", [False, True])
def test_a_crash_at_every_write(kept: Shelf, *, is_after: bool) -> None:
    """The next invocation goes on, and what comes of it is the same."""
    for harm, name in ((_delete, "n1"), (_drop, "n2"), (_forge, "x"), (_sneak, "s")):
        harm(kept, name)
    pace = Pace(run=9, part=9, look=2, doubts=2)
    whole = _told(_whole(kept.archive))
    for at in range(1, 500):
        dying = Dying(kept.archive.derived, at, is_after)
        derived: Any = dying
        archive = replace(kept.archive, derived=derived)
        with suppress(Unavailable):
            census.go_on(archive, Audits(), anew=True, pace=pace)
        taken, _ = _in_steps(kept.archive, steps=3, pace=pace)
        assert whole == _told(taken)
        if dying.writes < at:
            break
    assert at > 15


def test_a_census_whose_outcome_is_stored_is_not_told_twice(kept: Shelf) -> None:
    """Who died before it was settled has told it: the next one begins anew."""
    taken, _ = _in_steps(kept.archive)
    known = Audits(census_at=kept.clock() + timedelta(seconds=1))

    assert census.begun_at(kept.archive, Audits()) is not None
    assert census.begun_at(kept.archive, known) is None
    assert census.go_on(kept.archive, known, has_time=Hourglass(1)) is None
    assert taken.version != kept.archive.derived.get(census.KEY).version


@pytest.mark.parametrize("lost", ["state", "run", "damaged run", "forged state"])
def test_what_it_remembers_is_lost(kept: Shelf, lost: str) -> None:
    """It is derived: then it begins anew, and ends."""
    _forge(kept, "x")
    derived = kept.archive.derived

    def lose(number: int) -> None:
        if number != 30:
            return
        key = next(derived.keys(RUNS)) if "run" in lost else census.KEY
        version = derived.get(key).version
        if "damaged" in lost or "forged" in lost:
            derived.replace(key, b"[1]", version=version)
        else:
            derived.discard(key)

    taken, invocations = _in_steps(kept.archive, between=lose)
    assert invocations > 60
    assert ["row forged"] == [f.act for f in taken.findings]


def test_two_at_once(kept: Shelf) -> None:
    """One goes on; the other meets its steps, and loses nothing but its own."""
    archive, steps = kept.archive, iter([True] * 5)

    def meanwhile() -> bool:
        census.go_on(archive, Audits(), has_time=Hourglass(2), pace=TINY)
        return next(steps, False)

    with pytest.raises(Conflict):
        census.go_on(archive, Audits(), has_time=meanwhile, pace=TINY)
    assert [] == _in_steps(archive)[0].findings


# --- the log ----------------------------------------------------------------------


def test_a_log_that_is_rolled_back_meanwhile(kept: Shelf) -> None:
    """The census has seen more of it than there is now; it tells, and counts what is."""
    _hold(kept, "later")
    kept.seal()

    def rolled(number: int) -> None:
        if number == 20:
            for key in [k for k in kept.log.objects if k.endswith(("0009", ".p/9"))]:
                del kept.log.objects[key]
            del kept.log.objects[places.batch(8)]
            _sql(kept, "DELETE FROM log_head")

    taken, _ = _in_steps(kept.archive, between=rolled)
    assert ("rolled back", 8) == (taken.findings[0].act, taken.leaves)


def test_a_leaf_that_is_altered_behind_the_reader(kept: Shelf) -> None:
    """All leaves make the tree that was signed, those that were read before as well."""
    known = Audits(size=4, root="00" * 32)
    taken, _ = _in_steps(kept.archive, known=known)
    assert {"rewritten"} == {f.act for f in taken.findings}

    census.settle(kept.archive, taken)
    [first] = [key for key in kept.log.objects if key == places.batch(0)]
    data = kept.log.objects[first]
    kept.log.objects[first] = data.replace(b"/n5/", b"/n6/")
    assert "rewritten" in {f.act for f in _in_steps(kept.archive)[0].findings}


# --- what is bounded --------------------------------------------------------------


def test_so_much_is_wrong(kept: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not look closely at everything where all is wrong, and says so."""
    monkeypatch.setattr(counting, "MOST_FINDINGS", 5)
    for number in range(40):
        _forge(kept, str(number))

    taken, _ = _in_steps(kept.archive)
    assert 6 == len(taken.findings)
    assert "looked no closer" in taken.findings[-1].says


def test_only_what_differs_is_read_again(kept: Shelf) -> None:
    """Where one row is wrong, the part it was read in is looked at, and no other."""
    _forge(kept, "x")
    asked: list[tuple[str, ...]] = []

    @dataclass(slots=True)
    class Asked:
        index: Any

        def __getattr__(self, name: str) -> Any:
            return getattr(self.index, name)

        def rows(self, *, after: tuple[str, ...] = ()) -> Iterator[Any]:
            asked.append(after)
            return iter(self.index.rows(after=after))

    index: Any = Asked(kept.archive.index)
    pace = replace(STEADY, run=3)
    taken, _ = _in_steps(replace(kept.archive, index=index), steps=99, pace=pace)

    assert 1 == len(taken.findings)
    assert 1 == len(asked) - len(set(asked))


def test_a_secret_of_its_own(kept: Shelf) -> None:
    """No two hash alike: nobody can write rows that meet another's hash."""
    runs = []
    for _ in range(2):
        taken, _ = _in_steps(kept.archive, pace=STEADY, steps=99)
        runs.append(set(kept.archive.derived.keys(RUNS)))
        census.settle(kept.archive, taken)
    assert not runs[0] & runs[1]


def _ranges(derived: DerivedStore, wanted: Sequence[Range]) -> Sequence[bytes]:
    return derived.read(wanted)


def test_what_is_read_at_once_is_bounded(kept: Shelf) -> None:
    """A part of all runs, however many there are: not all hashes."""
    read_: list[int] = []

    @dataclass(slots=True)
    class Read:
        store: DerivedStore

        def __getattr__(self, name: str) -> Any:
            return getattr(self.store, name)

        def get(self, key: str) -> Stored:
            return self.store.get(key)

        def read(self, ranges: Sequence[Range]) -> Sequence[bytes]:
            found = _ranges(self.store, ranges)
            if not any(each.offset == 0 for each in ranges):
                read_.append(sum(map(len, found)) // 8)
            return found

    for number in range(40):
        _hold(kept, f"more{number}")
    kept.seal()
    derived: Any = Read(kept.archive.derived)
    pace = Pace(run=20, part=16, look=5)
    taken, _ = _in_steps(replace(kept.archive, derived=derived), steps=99, pace=pace)

    assert [] == taken.findings
    assert 4 * 48 == sum(read_)
    assert max(read_) <= 16
