"""The versions that an article has had, and how one became the other."""

from collections.abc import Sequence
from typing import get_args

from hozon.changes import Reading, compare, shown
from hozon.changes.diffing import diff
from hozon.lives import histories, lifecycle
from hozon.lives.histories import Compared, Version
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Misuse, NotFound
from hozon.nouns.findings import ChangeKind, Step
from hozon.retrieving import readings

CHANGES: tuple[str, ...] = get_args(ChangeKind)


def steps(link: str, archive: Archive) -> list[Step]:
    """Return what each look at a page came to, oldest first."""
    return list(lifecycle.steps(archive.index.findings(link)))


def versions(link: str, archive: Archive) -> list[Version]:
    """Return the versions of the article that a link leads to, oldest first."""
    return histories.versions(steps(link, archive), archive.index.snapshots(link))


def compared(
    known: Sequence[Version], archive: Archive, *, before: int, after: int
) -> Compared:
    """Return how one version became another. Raises `NotFound` where one is not held."""
    other, one = (_version(number, known) for number in (after, before))
    old, new = _reading(one, archive, at=-1), _reading(other, archive, at=0)
    return Compared(
        before=one,
        after=other,
        change=compare(old, new),
        readings=(old, new),
        lines=diff(shown(old), shown(new)),
    )


def wanted(
    known: Sequence[Version],
    before: int | None,
    after: int | None,
    *,
    min_size: float = 0.0,
) -> tuple[int, int] | None:
    """Return which two versions to compare: those named, else the latest edit of at least
    this size. None: there is none.
    """
    if before is None and after is None:
        return latest(known, min_size=min_size)
    last = known[-1].number if known else 1
    to = after or max(last, (before or 0) + 1)
    return before or max(to - 1, 1), to


def latest(
    known: Sequence[Version], *, min_size: float = 0.0
) -> tuple[int, int] | None:
    """Return the numbers of the latest edit of at least this size: from and to."""
    for version in reversed(known):
        if version.number > 1 and is_large(version, min_size):
            return version.number - 1, version.number
    return None


def is_large(version: Version, min_size: float) -> bool:
    """Tell whether an edit is of at least this size; another title is never too small."""
    return version.found.change == "title" or version.found.size >= min_size


def _version(number: int, known: Sequence[Version]) -> Version:
    for version in known:
        if version.number == number:
            return version
    there = f"there are {len(known)}" if known else "there is none yet"
    raise NotFound(f"no version {number} of this article; {there}")


def _reading(version: Version, archive: Archive, *, at: int) -> Reading:
    """Return what a version says: an older one by its last snapshot, which is what the
    newer one was compared with.
    """
    if not version.snapshots:
        raise NotFound(f"no snapshot of version {version.number} is held")
    return readings.stored(readings.record(version.snapshots[at], archive))


def checked_size(text: str) -> float:
    """Return a share of a text, written ``0.02`` or ``2%``, or raise `Misuse`."""
    try:
        percent = text.strip().endswith("%")
        size = float(text.strip().rstrip("%")) / (100 if percent else 1)
    except ValueError:
        size = -1.0
    if not 0 <= size <= 1:
        raise Misuse(f"not a share of a text: {text!r}; write 0.02 or 2%")
    return size
