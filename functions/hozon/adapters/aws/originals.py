"""Which response has a payload: what the table is told of that, and how it is found.

A large payload is found by its digest: its earliest response has an item of its own. Of
a smaller one nothing is written until it comes again (decision 48). Then the last capture
of its URI says what it was, the revisit refers to that, and an item says so under the
digest. The second time is soon enough: who asks by digest has met a revisit.

That item is made of revisits alone, so whatever comes first, it ends the same. It names a
few of the responses that are revisited: one may be purged that another is the same as.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from hozon.adapters.aws import items, keys, listing
from hozon.adapters.aws.keys import Key
from hozon.adapters.aws.table import Item, Table, key_of
from hozon.adapters.capturekeys import capture_key
from hozon.nouns.digests import Digest
from hozon.nouns.errors import Conflict
from hozon.nouns.model import Capture, Holdings
from hozon.nouns.payloads import LARGE, Payload, Reference

MOST = 8
"""How many responses of one payload an item names: it is to stay small."""

_REMEMBERED = 10_000
_REMEMBERED_S = 120.0
"""As long as it counts what was the last capture of a URI: from when it is asked whether
to fetch that, until what came is stored.
"""


class Originals:
    """The responses of one table, by their payloads.

    Remembers what it has seen, so that nothing is asked or written twice in a row.
    """

    def __init__(
        self, table: Table, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._table = table
        self._monotonic = monotonic
        self._last: dict[str, tuple[float, Capture | None]] = {}
        self._named: set[tuple[Digest, Key]] = set()

    def by_digest(
        self, digests: Iterable[Digest], *, consistent: bool = True
    ) -> dict[Digest, Capture]:
        """Return the earliest responses that are known by these digests: one read, and
        one for all that are referred to.
        """
        known = self._table.get_all(map(keys.digest, digests), consistent=consistent)
        places = {key for item in known for key in items.referred(item)}
        there = self._table.get_all(places, consistent=consistent)
        by_key = {key_of(item): row(item) for item in there}
        found: dict[Digest, Capture] = {}
        for item in known:
            named = items.referred(item)
            held = filter(None, [row(item), *(by_key.get(key) for key in named)])
            if first := min(held, key=items.place, default=None):
                found[first.payload_digest] = first
                self._remember((first.payload_digest, key) for key in named)
        return found

    def held(self, payloads: Iterable[Payload]) -> Mapping[Digest, Capture]:
        """Return the responses that payloads which have come are the same as."""
        found, wanted = dict[Digest, Capture](), set[Digest]()
        for each in payloads:
            last = None if each.length >= LARGE else self._before(each.target_uri)
            is_same = last is not None and last.payload_digest == each.digest
            if last is not None and is_same and last.record_type == "response":
                found[each.digest] = last
            elif is_same or each.length >= LARGE:
                wanted.add(each.digest)
        return found | self.by_digest(wanted, consistent=False)

    def last(self, target_uri: str) -> Capture | None:
        """Return the last capture with the key of a URI; it may lag by a second."""
        some = listing.timemap(
            self._table,
            capture_key(target_uri),
            None,
            None,
            limit=1,
            latest=True,
            consistent=False,
        )
        last = next(iter(some), None)
        if len(self._last) >= _REMEMBERED:
            self._last = {}
        self._last[target_uri] = self._monotonic(), last
        return last

    def _before(self, target_uri: str) -> Capture | None:
        """Return what `last` has just said of a URI, or ask that."""
        said = self._last.pop(target_uri, None)
        if said is None or self._monotonic() - said[0] > _REMEMBERED_S:
            return self.last(target_uri)
        return said[1]

    def name(self, holdings: Holdings, held: Mapping[Digest, Capture]) -> None:
        """Let those be found by their digests that revisits refer to: a write for each
        that is not known to be.

        `held` are the responses that are known, and so are those of this object.
        """
        large = earliest(holdings.captures)
        for each in dict.fromkeys(holdings.references):
            digest, key = each.payload_digest, keys.capture(each)
            known = large.get(digest) or held.get(digest)
            is_large = known is not None and known.payload_length >= LARGE
            if not is_large and (digest, key) not in self._named:
                self._name(each)
                self._remember([(digest, key)])

    def _name(self, reference: Reference) -> None:
        # What is there already stays in place; where there is no room, others are named.
        with suppress(Conflict):
            self._table.update(
                keys.digest(reference.payload_digest),
                "ADD refers :refers",
                condition="attribute_not_exists(refers) OR size(refers) < :most",
                values={
                    ":refers": items.references([keys.capture(reference)]),
                    ":most": {"N": str(MOST)},
                },
            )

    def _remember(self, named: Iterable[tuple[Digest, Key]]) -> None:
        if len(self._named) >= _REMEMBERED:
            self._named = set()
        self._named.update(named)


def earliest(captures: Iterable[Capture]) -> Mapping[Digest, Capture]:
    """Return the earliest response of each payload that is large."""
    found: dict[Digest, Capture] = {}
    for each in captures:
        if each.record_type == "response" and each.payload_length >= LARGE:
            first = found.setdefault(each.payload_digest, each)
            found[each.payload_digest] = min(first, each, key=items.place)
    return found


def unasked(holdings: Holdings) -> Sequence[Digest]:
    """Return of which payloads it matters what is held, before `holdings` are added."""
    return [
        *earliest(holdings.captures),
        *(each.payload_digest for each in holdings.references),
    ]


def new_earliest(holdings: Holdings, held: Mapping[Digest, Capture]) -> Iterator[Item]:
    """Yield the items of large responses that are earlier than what is held."""
    for digest, each in earliest(holdings.captures).items():
        old = held.get(digest)
        if old is None or items.place(each) < items.place(old):
            yield items.digest(each)


def rows(digests: Iterable[Digest], known: Mapping[Key, Item]) -> dict[Digest, Capture]:
    """Return the responses that items of the table hold themselves."""
    found = {each: row(known.get(keys.digest(each), {})) for each in digests}
    return {digest: held for digest, held in found.items() if held is not None}


def row(item: Item) -> Capture | None:
    """Return the response that an item holds itself, if it does."""
    return items.noun(Capture, item, "capture") if "capture" in item else None
