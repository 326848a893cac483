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

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hozon.entries import drifting
from hozon.entries.drifting import Rule
from hozon.entries.statements import Statement, continues, page_of
from hozon.nouns.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a document tells: its `entries`, each once, in its order.

    `known` counts those that were known before; `news` are new or say something new. Of
    these, `relinked` names the keys of known ones whose link leads to another page than
    before, `again` those of new ones whose link an earlier entry of the feed has. `touched`
    are the keys of known ones that say something else, or a later date of update.
    """

    entries: tuple[Entry, ...]
    news: tuple[Entry, ...]
    known: int
    relinked: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()


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
    for rule in drifting.drifts(stated, left):
        matching.match(stated, rule)
    if not matching.before and len(stated) > 1:
        matching.match(stated, drifting.renamed(stated, left))
    return _told(stated, matching.before, by_key)


@dataclass(slots=True)
class _Matching:
    """The entry that each statement was `before`, by its place; each `taken` once."""

    before: dict[int, Entry] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def match(
        self,
        stated: Sequence[Statement],
        candidates: Rule,
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
    if by_id and not continues(stated, by_id):
        by_id = None
    if by_id and not stated.id_shared:
        return by_id
    if found := known.get(stated.titled):
        return found
    found = known.get(stated.paged)
    if found and (not stated.page_shared or found.title == stated.entry.title):
        return found
    return by_id


def _told(
    stated: Sequence[Statement],
    before: Mapping[int, Entry],
    by_key: Mapping[str, Entry],
) -> Told:
    pages = {page_of(each) for each in by_key.values()} - {None}
    entries, news, relinked, again, touched = [], [], [], [], []
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
        elif old and _is_touched(entry, old):
            touched.append(entry.key)
    return Told(
        entries=tuple(entries),
        news=tuple(news),
        known=len(before),
        relinked=tuple(relinked),
        again=tuple(again),
        touched=tuple(touched),
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


def _is_touched(entry: Entry, old: Entry) -> bool:
    """Tell whether an entry says that its article is another by now."""
    if entry.fingerprint != old.fingerprint:
        return True
    if entry.updated_at is None:
        return False
    return old.updated_at is None or entry.updated_at > old.updated_at


def _says_news(entry: Entry, old: Entry) -> bool:
    return (entry.fingerprint, entry.id) != (old.fingerprint, old.id)
