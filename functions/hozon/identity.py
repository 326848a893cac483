"""Which entries the statements of a feed document are. Pure.

An entry is (feed, id). Ids are what publishers make of them, so before a statement
counts as one of an entry, three things are asked (decision 7):

* An id that stands on several links of a document is none: id and link are, and where
  those are several entries' too, id, link and title.
* An id that is known with another link, another title and another date is another
  entry's by now.
* An id that is not known may be the new one of an entry that has left the document:
  where scheme or ``www.`` of the id alone have changed; where the link or the path of
  the id is the same, and the date or all of the words; or where title and date are
  the same and nobody else's; or where none of several ids is known, but link and title
  of all of them are.

Where it cannot be told, there are two entries: one too many is a nuisance, one too few
a loss.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hozon import uris
from hozon.digests import identifier
from hozon.errors import Misuse
from hozon.model import Entry

_KEY_DIGITS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """An entry as a document states it, before it is known which entry that is.

    Its key may be made of its id (that is `entry.key`), of id and page (`paged`), or of
    these and the title (`titled`). `page` is what its link leads to (`uris.link_key`).
    `id_shared` and `page_shared`: another entry of the document has the same id, or the
    same id on the same page.
    """

    entry: Entry
    page: str | None
    paged: str
    titled: str
    id_shared: bool
    page_shared: bool

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are to be looked up."""
        if self.id_shared:
            return self.entry.key, self.paged, self.titled
        return (self.entry.key,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a document tells: its `entries`, each once, in its order.

    `known` counts those that were known before; `news` are new or say something new. Of
    these, `relinked` names the keys of known ones whose link leads to another page than
    before, `again` those of new ones whose link an earlier entry of the feed has.
    """

    entries: tuple[Entry, ...]
    news: tuple[Entry, ...]
    known: int
    relinked: tuple[str, ...] = ()
    again: tuple[str, ...] = ()


def statements(entries: Iterable[Entry]) -> list[Statement]:
    """Return the statements of a document, whose `entries` have the keys of their ids.

    What has one id, one link and one title is one entry: the statement that was updated
    last counts, in the place of the first (RFC 4287 §4.1.1).
    """
    found: dict[tuple[str, str | None, str], Entry] = {}
    for each in entries:
        same = each.id, page_of(each), each.title or each.summary
        found[same] = _updated_last(found.get(same), each)
    ids = Counter(id_ for id_, _, _ in found)
    pages = Counter((id_, page) for id_, page, _ in found)
    return [
        Statement(
            entry=entry,
            page=page,
            paged=_key(entry, page or ""),
            titled=_key(entry, page or "", title),
            id_shared=ids[id_] > 1,
            page_shared=pages[id_, page] > 1,
        )
        for (id_, page, title), entry in found.items()
    ]


def are_known(stated: Iterable[Statement], known: Mapping[str, Entry]) -> bool:
    """Tell whether `known` entries, found by `Statement.keys`, account for all."""
    return all(_by_key(each, known) for each in stated)


def told(
    stated: Sequence[Statement],
    known: Mapping[str, Entry],
    recent: Sequence[Entry] = (),
) -> Told:
    """Return which entries the statements are.

    `known` are the entries that have one of the `Statement.keys`, by key; `recent` are
    the latest of the feed, newest first, wanted if not all `are_known`.
    """
    by_key = {**{each.key: each for each in recent}, **known}
    matching = _Matching()
    matching.match(stated, lambda each: filter(None, [_by_key(each, by_key)]))
    # An entry whose id still stands in the document has not got another.
    stay = {key for each in stated for key in (each.entry.key, each.paged)}
    stay |= matching.taken
    left = [e for e in recent if e.key not in stay]
    for rule in _drifts(stated, left):
        matching.match(stated, rule)
    if not matching.before and len(stated) > 1:
        matching.match(stated, _renamed(stated, left))
    return _told(stated, matching.before, by_key)


def page_of(entry: Entry) -> str | None:
    """Return the key of the page that an entry links to, None if it links to none."""
    return _folded(entry.link) if entry.link else None


@dataclass(slots=True)
class _Matching:
    """The entry that each statement was `before`, by its place; each `taken` once."""

    before: dict[int, Entry] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def match(
        self,
        stated: Sequence[Statement],
        candidates: Callable[[Statement], Iterable[Entry]],
    ) -> None:
        """Give each statement that has none the first candidate that is left."""
        for n, each in enumerate(stated):
            if n in self.before:
                continue
            for found in candidates(each):
                if found.key not in self.taken:
                    self.before[n] = found
                    self.taken.add(found.key)
                    break


def _by_key(stated: Statement, known: Mapping[str, Entry]) -> Entry | None:
    """Return the entry that a statement's keys lead to, and that it continues.

    An id that is nobody else's in its document comes first: `known` may lack the rest.
    """
    by_id = known.get(stated.entry.key)
    if by_id and not _continues(stated, by_id):
        by_id = None
    if by_id and not stated.id_shared:
        return by_id
    if found := known.get(stated.titled):
        return found
    found = known.get(stated.paged)
    if found and (not stated.page_shared or found.title == stated.entry.title):
        return found
    return by_id


def _continues(stated: Statement, known: Entry) -> bool:
    """Tell whether an id still is that of the entry which is known by it."""
    entry = stated.entry
    same_page = stated.page == page_of(known)
    same_title = bool(entry.title) and entry.title == known.title
    if stated.id_shared:
        return same_page and (same_title or not stated.page_shared)
    return same_page or same_title or _same_date(entry, known)


def _drifts(
    stated: Sequence[Statement], recent: Sequence[Entry]
) -> Iterable[Callable[[Statement], Iterable[Entry]]]:
    """Yield the rules by which a statement may be one of the `recent` entries."""
    ids = _grouped(recent, lambda each: each.id)
    folded = _grouped(recent, lambda each: _folded(each.id))
    pages = _grouped(recent, page_of)
    paths = _grouped(recent, lambda each: _path(each.id))
    headed = _grouped(recent, _heading)
    once = Counter(_heading(each.entry) for each in stated)

    def same_id(each: Statement) -> Iterable[Entry]:
        if each.id_shared:
            return ()
        found = (e for e in ids.get(each.entry.id, ()) if _continues(each, e))
        other = folded.get(_folded(each.entry.id), ())
        return (*found, *(e for e in other if e.id != each.entry.id))

    def same_place(each: Statement) -> Iterable[Entry]:
        there = (*pages.get(each.page, ()), *paths.get(_path(each.entry.id), ()))
        return (e for e in there if _alike(each.entry, e))

    def same_heading(each: Statement) -> Iterable[Entry]:
        heading = _heading(each.entry)
        found = headed.get(heading, ())
        return found if once[heading] == len(found) == 1 else ()

    return same_id, same_place, same_heading


def _renamed(
    stated: Sequence[Statement], recent: Sequence[Entry]
) -> Callable[[Statement], Iterable[Entry]]:
    """Return the rule for feeds that give all their entries new ids, and new dates."""
    named = _grouped(recent, lambda each: (page_of(each), each.title))
    wanted = [(each.page, each.entry.title) for each in stated]
    if not all(page and title and (page, title) in named for page, title in wanted):
        return lambda _: ()
    return lambda each: named[each.page, each.entry.title]


def _grouped(
    entries: Iterable[Entry], of: Callable[[Entry], Hashable]
) -> Mapping[Hashable, list[Entry]]:
    groups: dict[Hashable, list[Entry]] = {}
    for each in entries:
        if (name := of(each)) is not None:
            groups.setdefault(name, []).append(each)
    return groups


def _told(
    stated: Sequence[Statement],
    before: Mapping[int, Entry],
    by_key: Mapping[str, Entry],
) -> Told:
    pages = {page_of(each) for each in by_key.values()} - {None}
    entries, news, relinked, again = [], [], [], []
    for n, each in enumerate(stated):
        old = before.get(n)
        entry = _placed(each.entry, old) if old else _new(each, by_key)
        entries.append(entry)
        if old is None or _says_news(entry, old):
            news.append(entry)
        if old is None and each.page in pages:
            again.append(entry.key)
        if old and each.page and each.page != page_of(old):
            relinked.append(entry.key)
    return Told(
        entries=tuple(entries),
        news=tuple(news),
        known=len(before),
        relinked=tuple(relinked),
        again=tuple(again),
    )


def _placed(entry: Entry, old: Entry) -> Entry:
    return replace(
        entry, key=old.key, first_seen_at=old.first_seen_at, river_at=old.river_at
    )


def _new(stated: Statement, known: Mapping[str, Entry]) -> Entry:
    """Return the statement as that of a new entry, whose key nobody has."""
    keys = [stated.entry.key, stated.paged, stated.titled]
    if stated.id_shared:
        keys = keys[2:] if stated.page_shared else keys[1:]
    free = next((key for key in keys if key not in known), keys[-1])
    return replace(stated.entry, key=free)


def _says_news(entry: Entry, old: Entry) -> bool:
    return (entry.fingerprint, entry.id) != (old.fingerprint, old.id)


def _updated_last(one: Entry | None, other: Entry) -> Entry:
    if one is None:
        return other
    is_later = other.updated_at and (
        one.updated_at is None or other.updated_at > one.updated_at
    )
    return other if is_later else one


def _key(entry: Entry, *more: str) -> str:
    return identifier(entry.feed_id, entry.id, *more, size=_KEY_DIGITS)


def _same_date(one: Entry, other: Entry) -> bool:
    return one.published_at is not None and one.published_at == other.published_at


def _alike(one: Entry, other: Entry) -> bool:
    """Tell whether two statements have one date, or else say the same in words."""
    words = one.title, one.summary
    return _same_date(one, other) or (
        any(words) and words == (other.title, other.summary)
    )


def _heading(entry: Entry) -> Hashable:
    if not entry.title or entry.published_at is None:
        return None
    return entry.title, entry.published_at


def _folded(uri: str) -> str | None:
    """Return the link key of an id or a link; None if it is none of ours."""
    try:
        return uris.link_key(uri)
    except Misuse:
        return None


def _path(id_: str) -> str | None:
    """Return the link key of an id without its host; None where it has no path."""
    folded = _folded(id_)
    path = folded.partition(")")[2] if folded else ""
    return path if len(path) > 1 else None
