"""By which rules a statement with an unknown id may be a known entry's. Pure.

The entries that are compared have left the document: what stands beside its like in one
document is not its like.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

from hozon.entries.statements import Statement, continues, folded, page_of
from hozon.nouns.model import Entry

Rule = Callable[[Statement], Iterable[Entry]]
"""Gives the entries that a statement may be one of, the likeliest first."""


def drifts(stated: Sequence[Statement], recent: Sequence[Entry]) -> tuple[Rule, ...]:
    """Return the rules by which a statement may be one of the `recent` entries."""
    ids = _grouped(recent, lambda each: each.id)
    bare = _grouped(recent, lambda each: folded(each.id))
    alike = _alike(recent)
    headed = _grouped(recent, _heading)
    once = Counter(_heading(each.entry) for each in stated)

    def same_id(each: Statement) -> Iterable[Entry]:
        if each.id_shared:
            return ()
        found = (e for e in ids.get(each.entry.id, ()) if continues(each, e))
        other = bare.get(folded(each.entry.id), ())
        return (*found, *(e for e in other if e.id != each.entry.id))

    def same_place(each: Statement) -> Iterable[Entry]:
        likenesses = _likenesses(each.entry)
        return (e for one in likenesses for e in alike.get(one, ()))

    def same_heading(each: Statement) -> Iterable[Entry]:
        heading = _heading(each.entry)
        found = headed.get(heading, ())
        return found if once[heading] == len(found) == 1 else ()

    return same_id, same_place, same_heading


def renamed(stated: Sequence[Statement], recent: Sequence[Entry]) -> Rule:
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


def _alike(entries: Iterable[Entry]) -> Mapping[Hashable, list[Entry]]:
    groups: dict[Hashable, list[Entry]] = {}
    for each in entries:
        for likeness in _likenesses(each):
            groups.setdefault(likeness, []).append(each)
    return groups


def _likenesses(entry: Entry) -> Iterator[Hashable]:
    """Yield what two entries have one of in common if they are at one place, by link or
    path of the id, and have one date or the same words.
    """
    words = entry.title, entry.summary
    for place in (("page", page_of(entry)), ("path", _path(entry.id))):
        if place[1] is not None and entry.published_at is not None:
            yield place, entry.published_at
        if place[1] is not None and any(words):
            yield place, words


def _heading(entry: Entry) -> Hashable:
    if not entry.title or entry.published_at is None:
        return None
    return entry.title, entry.published_at


def _path(id_: str) -> str | None:
    """Return the link key of an id without its host; None where it has no path."""
    whole = folded(id_)
    path = whole.partition(")")[2] if whole else ""
    return path if len(path) > 1 else None
