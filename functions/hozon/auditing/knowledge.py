"""What is known of all audits: the state that is kept, or what the log tells of it."""

from collections.abc import Iterator
from datetime import timedelta

from hozon.audits import audits
from hozon.audits.audits import CENSUS, PERIOD, Audits
from hozon.log import leaves, places
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Damaged, NotFound
from hozon.sealing import following

KEY = "search/audits.json"
"""Where the state is kept: with what else may be lost."""

DAY = timedelta(days=1)


def read(archive: Archive, *, of_copy: bool = False) -> Audits:
    """Return what all audits come to, from the state or from the log's notes."""
    return stored(archive, of_copy=of_copy)[0]


def is_due(archive: Archive) -> bool:
    """Tell whether the last audit was made a day ago, or none was."""
    at = _parsed(archive)[0].last_at
    return at is None or archive.clock() - at >= DAY


def last(archive: Archive) -> Audits:
    """Return what `read` does as far as the state says it: for whoever only shows it."""
    known, version = _parsed(archive)
    return known if version else Audits()


def stored(archive: Archive, *, of_copy: bool) -> tuple[Audits, str | None]:
    """Return what all audits come to, and the version of the state; None: there is none."""
    known, version = _parsed(archive)
    if known.last_at is None and not of_copy:
        known = audits.from_notes([*_noted(archive)])
    size = following.published(archive)
    if any(each.end > size for each in known.stretches):  # of a log that was lost
        known.stretches = []
    return known, version


def _parsed(archive: Archive) -> tuple[Audits, str | None]:
    try:
        data, version = archive.derived.get(KEY)
    except NotFound:
        return Audits(), None
    try:
        return audits.decoded(data), version
    except (ValueError, KeyError, TypeError, AttributeError):
        return Audits(), version


def _noted(archive: Archive) -> Iterator[dict[str, object]]:
    """Yield the notes of the audits that still say something, oldest first."""
    since = archive.clock() - PERIOD - CENSUS
    folder = places.NOTES
    for key in archive.log.keys(folder, after=f"{folder}{since:%Y/%m/%d}"):
        try:
            said = leaves.read(archive.log.read_all(key))
        except (Damaged, NotFound):
            continue
        if said["kind"] == "audit":
            yield said
