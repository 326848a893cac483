"""Take the census of an archive: all its rows and all its keys against all its leaves.

It is taken in steps, over as many invocations as it needs, and is of one tree: that of
the checkpoint it began with. What is read is the log, the keys of the store and the rows
of the index, each once; nothing of the objects, unless a leaf has no room for all of its
captures or an object has to decide. It is written down as hashes, under a secret of this
census, in sorted runs (`hashruns`), which are compared part by part.

| step | crash behind it |
| --- | --- |
| 0 a part of a source is read | nothing happened; again |
| 1 its run of hashes is stored | again: another run, and nobody names this one |
| 2 the state names it, and how far the source is read | gone on from there |
| 3 parts of all runs are compared; the state says how far | gone on from there |
| 4 what differs is looked at (`recounting`); the state says how far | gone on from there |
| 5 what came of it is stored by whoever took it, and it is settled | the next settles it |

What is sealed, stored and indexed while it is taken raises no alarm: leaves that came
later allow what they state, and before anything is said to be wrong, the archive is asked
how it is now. State and runs are derived, and trusted as far as those are: where one is
lost, the census begins anew.
"""

import hashlib
from array import array
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from hozon.auditing import inventory
from hozon.auditing.inventory import Inventory
from hozon.auditing.recounting import Recount
from hozon.audits import counting, hashruns
from hozon.audits.audits import Audits
from hozon.audits.counting import Progress, Run, Source
from hozon.audits.hashruns import BUCKETS, HEADER
from hozon.log import tree
from hozon.log.findings import Finding
from hozon.nouns.archive import Archive
from hozon.nouns.derived import Range
from hozon.nouns.errors import Conflict, Damaged, NotFound
from hozon.sealing import following

Meant = TypeVar("Meant")

KEY = "search/census.json"
RUNS = "search/census/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How much a step is: hashes in a `run` (8 bytes each, 68 while it is made) and
    in a `part` that is compared at once (some 60 bytes each), things that are read before
    there is a `look` at the time, and differences (`doubts`) before they are decided.
    """

    run: int = 1_000_000
    part: int = 500_000
    look: int = 256
    doubts: int = 100_000


STEADY = Pace()


@dataclass(slots=True, kw_only=True)
class Census:
    """What was counted: `leaves` of the tree, `rows` of captures, `objects` in the store.
    `root` is the hash of the tree (64 hex digits); `gone` are the indexes of leaves whose
    objects are not there. `version` is that of its state.
    """

    leaves: int = 0
    rows: int = 0
    objects: int = 0
    root: str = ""
    gone: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    version: str = ""

    @property
    def counts(self) -> dict[str, int]:
        """What a note says of it."""
        return {"rows": self.rows, "objects": self.objects, "leaves": self.leaves}


class _Lost(Exception):
    """A run is gone, or is none: this census cannot be gone on with."""


def go_on(
    archive: Archive,
    known: Audits,
    *,
    has_time: Callable[[], bool] = lambda: True,
    anew: bool = False,
    pace: Pace = STEADY,
) -> Census | None:
    """Go on with the census that is under way, or begin one; return it when it is ended.

    None: the time was not enough, and it is to be gone on with. `anew` gives up what is
    under way. Raises `Conflict` where another goes on with it at the same time, `Damaged`
    where there is no reading the log; then it goes on when that is mended.
    """
    return _Census(archive, known, has_time, pace).all(anew=anew)


def begun_at(archive: Archive, known: Audits) -> datetime | None:
    """Return since when a census is under way; None: none is."""
    found, _ = _stored(archive)
    return found.begun_at if found and _is_open(found, known) else None


def settle(archive: Archive, taken: Census) -> None:
    """Be done with a census whose outcome is stored: but for the leaves that are still in
    `gone`, with which it is ended again next time.
    """
    found, version = _stored(archive)
    if found is None or version != taken.version:
        return
    rest = replace(found, gone=taken.gone, is_settled=not taken.gone)
    if rest.is_settled:
        rest = replace(rest, runs=[], findings=[], growing=tree.Growing())
    with suppress(Conflict):
        archive.derived.replace(KEY, counting.encoded(rest), version=version)
        if rest.is_settled:
            _sweep(archive)


def _stored(archive: Archive) -> tuple[Progress | None, str | None]:
    try:
        data, version = archive.derived.get(KEY)
    except NotFound:
        return None, None
    try:
        return counting.decoded(data), version
    except (ValueError, KeyError, TypeError, AttributeError):
        return None, version


def _is_open(found: Progress, known: Audits) -> bool:
    """Tell whether nobody has settled a census, nor stored what came of it."""
    is_told = known.census_at is not None and found.begun_at < known.census_at
    return not found.is_settled and not is_told


def _sweep(archive: Archive) -> None:
    """Give up the runs of all censuses."""
    for key in list(archive.derived.keys(RUNS)):
        archive.derived.discard(key)


class _Census:
    def __init__(
        self, archive: Archive, known: Audits, has_time: Callable[[], bool], pace: Pace
    ) -> None:
        self._archive = archive
        self._known = known
        self._has_time = has_time
        self._pace = pace
        self._begins: list[hashruns.Header] = []
        self._version: str | None = None

    def all(self, *, anew: bool) -> Census | None:
        found, self._version = _stored(self._archive)
        if found and not _is_open(found, self._known):
            found = None
        if found and not anew and found.size <= following.published(self._archive):
            self._use(found)
        elif self._has_time():
            self._begin(seen=found.size if found else 0)
        else:
            return None
        while self._progress.stage != "ended" and self._has_time():
            try:
                self._step()
            except _Lost:
                self._begin(seen=self._progress.size)
        return self._taken() if self._progress.stage == "ended" else None

    def _begin(self, *, seen: int) -> None:
        """Begin a census of the tree that was signed last; no smaller one was `seen`."""
        progress = self._new()
        size, most = progress.size, max(self._known.size, seen)
        if size < most:
            says = (
                f"the log has {size} leaves, and an audit has seen "
                f"{most}: leaves were removed from its end"
            )
            progress.find(Finding(act="rolled back", subject="log/", says=says))
        if not size:
            progress.stage = "ended"
        self._use(progress)
        self._save()
        _sweep(self._archive)

    def _use(self, progress: Progress) -> None:
        self._progress = progress
        self._inventory = Inventory(self._archive, self._known, progress)
        self._recount = Recount(self._archive, progress)
        self._begins = []

    def _new(self) -> Progress:
        now, size = self._archive.clock(), following.published(self._archive)
        root = inventory.signed(size, self._archive) if size else b""
        secret = self._archive.new_id().encode()
        salt = hashlib.blake2b(secret, key=root, digest_size=32).digest()
        return Progress(begun_at=now, salt=salt, size=size, root=root.hex())

    def _save(self) -> None:
        data = counting.encoded(self._progress)
        derived = self._archive.derived
        self._version = derived.replace(KEY, data, version=self._version)

    def _step(self) -> None:
        stage = self._progress.stage
        if stage == "comparing":
            self._compare()
        elif stage == "deciding":
            self._decide()
        elif stage != "ended":
            self._scan(stage)
        self._save()

    def _taken(self) -> Census:
        progress = self._progress
        findings = list(progress.findings)
        if progress.lost:
            says = f"{progress.lost} rows that objects make are gone: hozon reindex"
            findings.append(Finding(act="row lost", subject="the index", says=says))
        return Census(
            leaves=progress.size,
            rows=progress.rows,
            objects=progress.objects,
            root=progress.root,
            gone=list(progress.gone),
            findings=findings,
            version=self._version or "",
        )

    # --- reading ------------------------------------------------------------------

    def _scan(self, source: Source) -> None:
        """Read on in a source, until a run is full or the time is over."""
        progress, pace = self._progress, self._pace
        after, found, is_over = progress.at, array("Q"), True
        for count, each in enumerate(self._inventory.read(source, after), start=1):
            found.extend(each.hashes)
            progress.at = each.at
            is_time = each.is_slow or count % pace.look == 0
            if len(found) >= pace.run or (is_time and not self._has_time()):
                is_over = False
                break
        if found:
            key, until = self._store(found), progress.at
            run = Run(key=key, source=source, after=after, until=until)
            progress.runs.append(run)
        if is_over:
            self._inventory.finish(source)
            progress.at = ()
            progress.stage = counting.BEHIND[source]

    def _store(self, found: Sequence[int]) -> str:
        data = hashruns.run(found)
        key = f"{RUNS}{hashlib.sha256(data).hexdigest()}"
        with suppress(Conflict):  # the same bytes
            self._archive.derived.put(key, data)
        return key

    # --- comparing ----------------------------------------------------------------

    def _compare(self) -> None:
        """Compare one part of all runs."""
        progress = self._progress
        first = progress.bucket
        end = hashruns.part(self._headers(), first, most=self._pace.part)
        parts = self._parts(first, end)
        if found := hashruns.differing(parts):
            progress.differing |= found
            again = (n for n, part in enumerate(parts) if not found.isdisjoint(part))
            progress.doubtful = sorted({*progress.doubtful, *again})
        progress.bucket = end
        is_much = len(progress.differing) >= self._pace.doubts
        if end == BUCKETS or is_much:
            progress.stage = "deciding" if progress.doubtful else "ended"

    def _headers(self) -> list[hashruns.Header]:
        """Read where the buckets of all runs are: they stay where they are from now on."""
        if not self._begins:
            wanted = [Range(run.key, 0, HEADER) for run in self._progress.runs]
            self._begins = self._read(wanted, hashruns.header)
        return self._begins

    def _parts(self, first: int, end: int) -> list[Sequence[int]]:
        runs = zip(self._progress.runs, self._headers(), strict=True)
        wanted = [Range(r.key, *hashruns.stretch(h, first, end)) for r, h in runs]
        return self._read(wanted, hashruns.hashes)

    def _read(
        self, wanted: Sequence[Range], meaning: Callable[[bytes], Meant]
    ) -> list[Meant]:
        try:
            return list(map(meaning, self._archive.derived.read(wanted)))
        except (Damaged, NotFound, ValueError) as e:
            raise _Lost from e

    # --- deciding -----------------------------------------------------------------

    def _decide(self) -> None:
        """Look closer at what was read into the first of the doubtful runs."""
        progress, pace = self._progress, self._pace
        run, is_over = progress.runs[progress.doubtful[0]], True
        recount = self._recount.of(run, progress.at or run.after)
        for count, looked in enumerate(recount, start=1):
            progress.at = looked.at
            is_time = looked.is_slow or count % pace.look == 0
            if progress.is_full or (is_time and not self._has_time()):
                is_over = False
                break
        if is_over:
            progress.at = ()
            progress.doubtful.pop(0)
        if progress.is_full:
            progress.give_up()
        elif not progress.doubtful:
            progress.differing = set()
            progress.stage = "ended" if progress.bucket == BUCKETS else "comparing"
