"""The captures of one URI around an instant, however many there are of it.

A page that is looked at a dozen times has all its captures in one query. A feed document
that changes all day has tens of thousands; of these the ones near the instant are read,
with the first and the last of all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hozon.nouns import uris
from hozon.nouns.archive import Archive
from hozon.nouns.model import Capture
from hozon.serving import memento

MOST = 1000
"""Captures of one URI that are read whole."""

_SIDE = 200
"""Of more, those that are read on either side of the instant."""

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """Captures of one URI, oldest first; `first` and `last` are those of all of them.

    Where `whole`, `captures` are all there are; else those around the instant wanted.
    """

    captures: Sequence[Capture]
    whole: bool = True

    @property
    def first(self) -> Capture:
        """The oldest of all."""
        return self.captures[0]

    @property
    def last(self) -> Capture:
        """The newest of all."""
        return self.captures[-1]


def nearby(uri: str, wanted: datetime | None, archive: Archive) -> Nearby:
    """Return captures of `uri`, all of them or those around `wanted` (None: the latest).

    Captures of exactly this spelling come before others of its key
    (`memento.best_spelling`). There may be none.
    """
    href = uris.normal(uri)
    found = archive.index.timemap(href, limit=MOST + 1, latest=True)
    if len(found) <= MOST:
        return Nearby(captures=memento.best_spelling(found, href))
    some = found if wanted is None else _around(href, wanted, archive)
    first = archive.index.timemap(href, limit=1)
    joined = _joined([*first, *some, found[-1]])
    return Nearby(captures=memento.best_spelling(joined, href), whole=False)


def _around(href: str, wanted: datetime, archive: Archive) -> Sequence[Capture]:
    """Return the captures around an instant; those of its very second are among them."""
    second = wanted.replace(microsecond=0)
    timemap = archive.index.timemap
    before = timemap(href, until=second, limit=_SIDE, latest=True)
    after = timemap(href, since=second, limit=_SIDE)
    return [*before, *after]


def _joined(captures: Sequence[Capture]) -> list[Capture]:
    by_id = {each.record_id: each for each in captures}
    return sorted(by_id.values(), key=lambda each: (each.captured_at, each.record_id))


def page(
    uri: str, since: datetime | None, archive: Archive, *, most: int
) -> tuple[Sequence[Capture], datetime | None]:
    """Return about `most` captures of `uri` from `since` on, and where more begin.

    A page ends with a whole second, so that the next one is known by its timestamp.
    """
    href = uris.normal(uri)
    found = archive.index.timemap(href, since=since, limit=most + 1)
    if len(found) <= most:
        return memento.best_spelling(found, href), None
    following = found[-1].captured_at.replace(microsecond=0)
    kept = [each for each in found if each.captured_at < following]
    if not kept:  # more than a page in one second
        kept, following = [*found], following + _SECOND
    return memento.best_spelling(kept, href), following
