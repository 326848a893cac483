"""The river as feeds that are served, and what is older, month by month (RFC 5005 §4).

``/river.atom`` has the latest entries; ``prev-archive`` leads from it to all others. An
archive document is of one month, ``/river/2026-10.atom``: its entries from the latest,
or from a cursor, down to its first or to the most that a document holds; then the next
one begins there. So each entry is in one document of the chain. A month that is over
stays as it is, but for an entry that is found late, or looked at again: the document
that has it gets another ETag.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from hozon import __version__
from hozon.nouns.archive import Archive
from hozon.nouns.errors import NotFound
from hozon.nouns.model import Feed, RiverEntry
from hozon.publishing import atom, jsonfeed
from hozon.publishing.atom import Relation
from hozon.publishing.items import Item, item

LATEST = 50
"""Entries of the documents that are looked at again and again."""

MOST = 500
"""Entries of an archive document: about 1 MB."""

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_SOFTWARE = f"Hozon/{__version__}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A feed document as it is served; `changed_at` is when it last became another."""

    content: bytes
    media_type: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Whose documents are asked for: the river's, or of one feed, served at `base`."""

    archive: Archive
    base: str
    feed: Feed | None
    sources: dict[str, Feed]

    @property
    def title(self) -> str:
        """The title of all its documents."""
        return f"Hozon: {self.feed.title or self.feed.uri}" if self.feed else "Hozon"

    def uri(self, path: str, before: str | None = None) -> str:
        """Return the URI of a document."""
        stated = {"feed": self.feed and self.feed.id, "before": before}
        query = urlencode({name: value for name, value in stated.items() if value})
        return f"{self.base}{path}" + (f"?{query}" if query else "")

    def page(
        self, limit: int, before: str | None, month: "_Month | None" = None
    ) -> tuple[Sequence[RiverEntry], str | None]:
        """Return a page of the river, and the cursor of the next one."""
        return self.archive.index.river(
            limit=limit,
            before=before,
            feed_id=self.feed.id if self.feed else None,
            since=month.begins if month else None,
            until=month.ends if month else None,
        )

    def items(self, found: Sequence[RiverEntry]) -> list[Item]:
        """Return entries as feeds tell of them."""
        return [item(each, self.sources, base=self.base) for each in found]


@dataclass(frozen=True, slots=True)
class _Month:
    """A month in UTC."""

    begins: datetime

    @classmethod
    def named(cls, name: str) -> "_Month":
        """Return the month of a URI, or raise `NotFound`."""
        found = _MONTH.fullmatch(name)
        if found is None or not int(found[1]):
            raise NotFound(f"no month: {name}; one looks like 2026-10")
        return cls(datetime(int(found[1]), int(found[2]), 1, tzinfo=UTC))

    @classmethod
    def of(cls, instant: datetime) -> "_Month":
        """Return the month that an instant is in."""
        return cls(
            instant.astimezone(UTC).replace(
                day=1, hour=0, minute=0, second=0, microsecond=0
            )
        )

    @property
    def ends(self) -> datetime:
        """The first instant that is not in it."""
        year, month = self.begins.year, self.begins.month
        if (year, month) == (9999, 12):
            return datetime.max.replace(tzinfo=UTC)
        return self.begins.replace(year=year + month // 12, month=month % 12 + 1)

    @property
    def path(self) -> str:
        """The path of its archive document."""
        return f"/river/{self.begins:%Y-%m}.atom"


def latest(archive: Archive, *, base: str, feed_id: str | None = None) -> Document:
    """Return the Atom feed with the latest entries, served at `base`.

    Raises `NotFound` for a feed that is not followed.
    """
    asked = _asked(archive, base, feed_id)
    found, older = asked.page(LATEST, None)
    here = asked.uri("/river.atom")
    links: list[tuple[Relation, str]] = [("self", here), ("alternate", f"{base}/")]
    behind, _ = asked.page(1, older) if older is not None else ((), None)
    for each in behind:
        # It may be of an earlier month than the last one here: that is begun anew.
        month = _Month.of(each.entry.river_at)
        begins = older if month == _Month.of(found[-1].entry.river_at) else None
        links.append(("prev-archive", asked.uri(month.path, begins)))
    return _atom(asked, asked.items(found), links, is_archive=False)


def archived(
    archive: Archive,
    month: str,
    *,
    base: str,
    feed_id: str | None = None,
    before: str | None = None,
) -> Document:
    """Return the archive document of a month (``2026-10``), served at `base`.

    With the cursor `before`, what of the month comes behind it. It is marked as an
    archive if nothing new gets into it: the month is over, or a cursor is given. Raises
    `NotFound` for no such month, and `Misuse` for a cursor that was not made here.
    """
    asked, of = _asked(archive, base, feed_id), _Month.named(month)
    found, older = asked.page(MOST, before, of)
    links: list[tuple[Relation, str]] = [
        ("self", asked.uri(of.path, before)),
        ("current", asked.uri("/river.atom")),
    ]
    if older is not None:
        links.append(("prev-archive", asked.uri(of.path, older)))
    elif previous := _previous(asked, of):
        links.append(("prev-archive", asked.uri(previous.path)))
    is_over = of.ends <= archive.clock()
    changed = [of.ends] if is_over else []
    if before is None and is_over and (following := _following(asked, of)):
        links.append(("next-archive", asked.uri(following.path)))
        changed.append(following.ends)
    is_archive = is_over or before is not None
    made = _atom(asked, asked.items(found), links, is_archive=is_archive)
    return replace(made, changed_at=max(made.changed_at, *changed, _NEVER))


def as_json(
    archive: Archive,
    *,
    base: str,
    feed_id: str | None = None,
    before: str | None = None,
) -> Document:
    """Return the JSON Feed with the latest entries, or with those behind a cursor."""
    asked = _asked(archive, base, feed_id)
    found, older = asked.page(LATEST, before)
    items = asked.items(found)
    head = jsonfeed.head(
        title=asked.title,
        home=f"{base}/",
        feed=asked.uri("/river.json", before),
        next_uri=asked.uri("/river.json", older) if older else None,
    )
    body = jsonfeed.SEPARATOR.join(map(jsonfeed.item, items))
    return Document(
        content=head + body + jsonfeed.END,
        media_type=jsonfeed.MEDIA_TYPE,
        changed_at=_updated_at(items),
    )


def _asked(archive: Archive, base: str, feed_id: str | None) -> _Asked:
    sources = {feed.id: feed for feed in archive.feeds.all()}
    if feed_id is not None and feed_id not in sources:
        raise NotFound(f"no such feed: {feed_id}")
    feed = sources[feed_id] if feed_id is not None else None
    return _Asked(archive=archive, base=base, feed=feed, sources=sources)


def _previous(asked: _Asked, month: _Month) -> _Month | None:
    """Return the latest month before this one that has entries."""
    found, _ = asked.archive.index.river(
        limit=1, feed_id=asked.feed.id if asked.feed else None, until=month.begins
    )
    return _Month.of(found[0].entry.river_at) if found else None


def _following(asked: _Asked, month: _Month) -> _Month | None:
    """Return the month after this one, if it is over and its first document is all of it.

    Else the document that follows begins at a cursor, which only a walk would tell.
    """
    following = _Month(month.ends)
    if following.ends > asked.archive.clock():
        return None
    found, older = asked.page(MOST, None, following)
    return following if found and older is None else None


def _atom(
    asked: _Asked,
    items: Sequence[Item],
    links: list[tuple[Relation, str]],
    *,
    is_archive: bool,
) -> Document:
    updated_at = _updated_at(items)
    feed_id = f"urn:hozon:feed:{asked.feed.id}" if asked.feed else None
    head = atom.head(
        feed_id=feed_id or f"{asked.base}/river.atom",
        title=asked.title,
        updated_at=updated_at,
        links=links,
        software=_SOFTWARE,
        mark="archive" if is_archive else None,
    )
    return Document(
        content=head + b"".join(map(atom.entry, items)) + atom.END,
        media_type=atom.MEDIA_TYPE,
        changed_at=updated_at,
    )


def _updated_at(items: Sequence[Item]) -> datetime:
    return max((each.updated_at for each in items), default=_NEVER)
