"""Audit an archive: read it again bit by bit, and hold all of it against its log.

Each audit reads the objects that nobody has read for the longest time: as many as an even
pace asks for, all that are due, and more if it is told to. Once a week it takes a census.
What is wrong is mended from the second copy where there is one. Each audit that did
something leaves a note in the log, which is a leaf as any other.

1  what was found wrong before is read again: mended by somebody, it is forgotten
2  objects are read, in the order of the log, and mended
3  a census is taken, if one is due: in as many audits as it needs, each of which keeps
   half of its time for that
4  the note is durable
5  the state is stored; where that is lost, the notes tell it
6  a census that has ended is settled
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from hozon.auditing import census, knowledge, mending, rehashing
from hozon.auditing.census import Census
from hozon.auditing.rehashing import Reread
from hozon.audits import audits
from hozon.audits.audits import AGE, CENSUS, PERIOD, Report, Stretch
from hozon.log import leaves, places
from hozon.log.findings import Finding
from hozon.nouns.archive import Archive
from hozon.nouns.copies import Remedies
from hozon.nouns.custody import Custody
from hozon.nouns.errors import Damaged, NotFound
from hozon.sealing import following, sealing
from hozon.sealing.following import Leaf
from hozon.stored import naming
from hozon.working import redriving

AT_ONCE = 4
"""Objects read at the same time; each may be some ten megabytes."""

OMITTED = timedelta(days=2)
"""After which an entry that was neither captured nor tried is told; queues take hours."""

_CHUNK = 64
_HELD = ("warcs/", places.NOTES)
_BROKEN = frozenset({"rewritten", "rolled back"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much one audit reads: of what is due, or (`is_beyond`) of all, up to so many
    `objects` and `octets`, as long as it `has_time`; where a census waits, as long as it
    `has_half` of it. `is_census_due`: take one now (go on with one that was begun within a
    day), take none, or (None) take one if the last is a week old, and go on with any. An
    audit `of_copy`, whose log is another archive's, leaves no note in that.
    """

    objects: int = 100_000
    octets: int = 50_000_000_000
    is_beyond: bool = False
    has_time: Callable[[], bool] = lambda: True
    has_half: Callable[[], bool] = lambda: True
    is_census_due: bool | None = None
    of_copy: bool = False


def audit(
    archive: Archive,
    budget: Budget,
    *,
    custody: Custody | None = None,
    remedies: Remedies | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Report:
    """Audit the archive within a budget, and return what came of it.

    With `custody` it is seen whether objects are locked; with `remedies` they are mended.
    Raises `Conflict` if another audit ends meanwhile, `Damaged` where the log cannot be
    read at all.
    """
    return _Audit(archive, budget, custody, remedies or Remedies(), progress).all()


class _Audit:
    def __init__(
        self,
        archive: Archive,
        budget: Budget,
        custody: Custody | None,
        remedies: Remedies,
        progress: Callable[[int], None],
    ) -> None:
        self._archive = archive
        self._budget = budget
        self._custody = custody
        self._remedies = remedies
        self._progress = progress
        self._now = archive.clock()
        self._size = following.published(archive)
        self._known, self._version = knowledge.stored(archive, of_copy=budget.of_copy)
        self._report = Report(at=self._now, size=self._size)
        self._begun_at = census.begun_at(archive, self._known)
        self._taken: Census | None = None

    def all(self) -> Report:
        self._faulty()
        self._round()
        if self._is_census_due:
            self._census()
        report, known = self._report, self._known
        standing = [f for f in known.faults.values() if not f.is_doubt]
        report.faults = len(standing)
        did = report.read or report.cold or report.findings or report.counted
        if did and not self._budget.of_copy:
            report.note = sealing.note("audit", report.note_of(), self._archive)
        known.last_at = self._now
        known.begun_at = known.begun_at or self._now
        known.read, known.octets = report.read, report.octets
        data = audits.encoded(known)
        self._archive.derived.replace(knowledge.KEY, data, version=self._version)
        if self._taken is not None:
            census.settle(self._archive, self._taken)
        return report

    # --- what was wrong before --------------------------------------------------------

    def _faulty(self) -> None:
        """Read again what was wrong; forget what is right now."""
        keys = [k for k in self._known.faults if k.startswith(_HELD)]
        found = self._archive.seals.leaves(keys)
        for key in keys:
            if key not in found:
                if not self._archive.warcs.holds(key):
                    del self._known.faults[key]
                continue
            leaf = following.leaf(found[key], self._archive.log)
            self._take(leaf, rehashing.reread(leaf, self._archive, self._custody))

    # --- the objects ------------------------------------------------------------------

    def _round(self) -> None:
        pace = self._known.due(self._size, self._now)
        done = 0
        with ThreadPoolExecutor(AT_ONCE) as pool:
            while self._has_room(done) and (next_ := self._longest_unread()):
                at, begin, end = next_
                if not self._budget.is_beyond:
                    if done >= pace and self._now - at < AGE:
                        break
                    end = min(end, begin + pace - done) if done < pace else end
                end = min(end, begin + min(_CHUNK, self._budget.objects - done))
                some = self._leaves(begin, end)
                self._read(some, pool.map(self._reread, some))
                done += end - begin
                self._progress(self._report.read)
        if next_ := self._longest_unread():
            self._report.unread_days = (self._now - next_[0]).days

    def _has_room(self, done: int) -> bool:
        budget = self._budget
        return (
            done < budget.objects
            and self._report.octets < budget.octets
            and budget.has_time()
            and (budget.has_half() or not self._is_census_due)
        )

    def _longest_unread(self) -> tuple[datetime, int, int] | None:
        """Return the stretch that nobody has read for the longest time, and since when.
        None: all was read by this audit.
        """
        known = self._known
        found = [(s.at, s.begin, s.end) for s in known.stretches if s.at < self._now]
        for begin, end in known.unread(self._size):
            [first] = self._leaves(begin, begin + 1)
            found.append((rehashing.sealed_about(first), begin, end))
        return min(found, default=None)

    def _leaves(self, begin: int, end: int) -> list[Leaf]:
        found = following.between(self._archive.log, begin, end)
        leaves_ = [
            Leaf(index=index, data=data, said=leaves.read(data))
            for index, data in enumerate(found, begin)
        ]
        if len(leaves_) != end - begin:
            raise Damaged(f"the log has lost leaves between {begin} and {end}")
        return leaves_

    def _reread(self, leaf: Leaf) -> Reread:
        return rehashing.reread(leaf, self._archive, self._custody)

    def _read(self, some: Sequence[Leaf], came: Iterable[Reread]) -> None:
        for leaf, each in zip(some, came, strict=True):
            self._take(leaf, each)
        begin, end = some[0].index, some[-1].index + 1
        stretch = Stretch(begin=begin, end=end, at=self._now)
        self._known.add(stretch)
        self._report.stretches = audits.merged([*self._report.stretches, stretch])

    def _take(self, leaf: Leaf, came: Reread) -> None:
        """Count what came of reading an object, mend it, and remember what is wrong."""
        report, faults = self._report, self._known.faults
        report.read += not came.is_cold
        report.cold += came.is_cold
        report.octets += came.octets
        faults.pop(leaf.key, None)
        if self._is_purged(leaf, came):
            return
        for found in came.findings:
            self._find(found, leaf)

    def _is_purged(self, leaf: Leaf, came: Reread) -> bool:
        is_gone = any(each.act == "deleted" for each in came.findings)
        return is_gone and leaf.key in self._purged

    @cached_property
    def _purged(self) -> set[str]:
        """The keys of objects that are gone for a reason that the log states."""
        log, found = self._archive.log, set[str]()
        for key in log.keys(places.NOTES):
            with suppress(Damaged, NotFound):
                said = leaves.read(log.read_all(key))
                if said["kind"] == "purge":
                    found.add(str(said.get("object")))
        return found

    def _find(self, found: Finding, leaf: Leaf | None = None) -> None:
        report = self._report
        if leaf is not None and found.act in rehashing.BODILY:
            why = mending.mend(leaf, self._archive, self._remedies)
            if not why:
                report.mended.append(leaf.key)
                says = f"{found.says}; mended from {self._mended_from()}"
                found = Finding(act=found.act, subject=found.subject, says=says)
                report.findings.append(found)
                return
            says = f"{found.says}; {why}"
            found = Finding(act=found.act, subject=found.subject, says=says)
        if not any(f.subject == found.subject for f in report.findings):
            report.findings.append(found)
        self._known.faults[found.subject] = found

    def _mended_from(self) -> str:
        return self._remedies.copy.what if self._remedies.copy else ""

    # --- all rows and keys ------------------------------------------------------------

    def _omitted(self) -> None:
        """Doubt where feeds have listed what was neither captured nor tried: that is what
        an archive that leaves something out looks like.
        """
        since = self._now - PERIOD
        found = redriving.uncaptured(self._archive, older=OMITTED, since=since)
        purged = {naming.object_id(key) for key in self._purged}
        if count := sum(job.id not in purged for job in found):
            says = (
                f"{count} entries of the last {PERIOD.days} days were neither captured "
                "nor tried: hozon run, or hozon redrive --uncaptured"
            )
            self._find(
                Finding(act="not captured", subject="entries", says=says, is_doubt=True)
            )

    @cached_property
    def _is_census_due(self) -> bool:
        if self._budget.is_census_due is not None:
            return self._budget.is_census_due
        if self._begun_at is not None:
            return True
        since = self._known.census_at or self._known.begun_at
        return since is not None and self._now - since >= CENSUS

    def _census(self) -> None:
        """Go on with a census; see to what is gone where it has ended, then to the rest."""
        asked, begun_at = self._budget.is_census_due, self._begun_at
        is_old = begun_at is not None and self._now - begun_at >= knowledge.DAY
        try:
            self._taken = census.go_on(
                self._archive,
                self._known,
                has_time=self._budget.has_time,
                anew=bool(asked and is_old),
            )
        except Damaged as e:
            self._find(Finding(act="unreadable", subject="log/", says=str(e)))
            return
        taken = self._taken
        while taken and taken.gone and self._budget.has_time():
            leaf = following.leaf(taken.gone.pop(), self._archive.log)
            self._take(leaf, self._reread(leaf))
        if taken and not taken.gone:
            self._counted(taken)

    def _counted(self, taken: Census) -> None:
        """Report what a census has counted and found."""
        known = self._known
        for subject in [s for s in known.faults if not s.startswith(_HELD)]:
            del known.faults[subject]
        for found in taken.findings:
            self._find(found)
        self._omitted()
        self._report.counted = taken.counts
        self._report.root = taken.root
        if not any(each.act in _BROKEN for each in taken.findings):
            known.size, known.root = taken.leaves, taken.root
        known.census_at = self._now
