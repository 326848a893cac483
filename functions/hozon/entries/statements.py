"""What a feed document states, before it is known which entries that are. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from hozon.nouns import uris
from hozon.nouns.digests import identifier
from hozon.nouns.errors import Misuse
from hozon.nouns.model import Entry

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


def page_of(entry: Entry) -> str | None:
    """Return the key of the page that an entry links to, None if it links to none."""
    return folded(entry.link) if entry.link else None


def continues(stated: Statement, known: Entry) -> bool:
    """Tell whether an id still is that of the entry which is known by it."""
    entry = stated.entry
    same_page = stated.page == page_of(known)
    same_title = bool(entry.title) and entry.title == known.title
    if stated.id_shared:
        return same_page and (same_title or not stated.page_shared)
    return same_page or same_title or same_date(entry, known)


def same_date(one: Entry, other: Entry) -> bool:
    """Tell whether two statements were published at one instant."""
    return one.published_at is not None and one.published_at == other.published_at


def folded(uri: str) -> str | None:
    """Return the link key of an id or a link; None if it is none of ours."""
    try:
        return uris.link_key(uri)
    except Misuse:
        return None


def _updated_last(one: Entry | None, other: Entry) -> Entry:
    if one is None:
        return other
    is_later = other.updated_at and (
        one.updated_at is None or other.updated_at > one.updated_at
    )
    return other if is_later else one


def _key(entry: Entry, *more: str) -> str:
    return identifier(entry.feed_id, entry.id, *more, size=_KEY_DIGITS)
