"""Captures of one key, or of many host groups in the order of their keys.

Each group is one partition, in order. Groups overlap (``com,example`` holds
``com,example)/`` and ``com,example:8080)/``, with ``com,example-b)/`` between them),
so they are merged; but a group is not opened before its name, which all its keys
begin with, is reached. So only a few are open at any time.
"""

from collections import deque
from collections.abc import Iterator
from datetime import datetime
from heapq import heappop, heappush
from itertools import count as counter
from itertools import groupby, islice

from hozon.adapters.aws import items, keys
from hozon.adapters.aws.table import Item, Table, Values
from hozon.adapters.capturekeys import place
from hozon.nouns import instants
from hozon.nouns.errors import Misuse
from hozon.nouns.model import Capture
from hozon.nouns.places import Cursor, Place, Row

_BETWEEN = "pk = :pk AND sk BETWEEN :lower AND :upper"
_AFTER_ALL = "\U0010ffff"
"""Greater than all that may follow in a key."""


def timemap(
    table: Table,
    uri_key: str,
    since: datetime | None,
    until: datetime | None,
    *,
    limit: int | None,
    latest: bool,
    consistent: bool = True,
) -> list[Capture]:
    """Return the earliest (or latest) captures with one key, in the order they are read.

    Instants stand in the range key, so this reads what it returns and nothing else. What
    is not `consistent` may lag, and costs half.
    """
    pk, begin = keys.timemap(uri_key)
    found = _between(
        table,
        pk,
        begin + (instants.iso(since) if since else ""),
        begin + (instants.iso(until) if until else _AFTER_ALL),
        ConsistentRead=consistent,
        ScanIndexForward=not latest,
        **({} if limit is None else {"Limit": limit}),
    )
    return [items.noun(Capture, item, "capture") for item in islice(found, limit)]


def captures(
    table: Table, prefix: str, after: Place | None, at_once: int
) -> Iterator[Capture]:
    """Yield the captures whose key starts with `prefix`, by place, behind `after`."""
    known = keys.group_of_prefix(prefix)
    waiting = deque(_group_names(table, prefix, after) if known is None else [known])
    numbers = counter()
    heads: list[tuple[Place, int, Capture, Iterator[tuple[Place, Capture]]]] = []
    while waiting or heads:
        if waiting and (not heads or waiting[0] <= heads[0][0].key):
            rest = _group(table, waiting.popleft(), prefix, after, at_once)
        else:
            _, _, capture, rest = heappop(heads)
            yield capture
        if head := next(rest, None):
            heappush(heads, (head[0], next(numbers), head[1], rest))


def count(table: Table, prefix: str, most: int) -> int:
    """Return how many captures have a key that starts with `prefix`, up to `most`."""
    known = keys.group_of_prefix(prefix)
    found = 0
    for name in [known] if known else _group_names(table, prefix, None):
        pk, begin = keys.captures(name, prefix)
        values = _span(pk, begin or "!", begin + _AFTER_ALL)
        found += table.count(_BETWEEN, values, most=most - found)
        if found >= most:
            return most
    return found


def rows(table: Table, after: Cursor) -> Iterator[Row]:
    """Yield all that is stored of captures: cursors are a group and a range key."""
    first, behind = after or ("", "")
    for mark in _between(table, keys.GROUPS, first or "!", _AFTER_ALL):
        name = mark["sk"]["S"]
        pk, _ = keys.captures(name, "")
        given = behind if name == first else "!"
        for item in _between(table, pk, given, _AFTER_ALL):
            cursor = name, item["sk"]["S"]
            if cursor > after:
                capture = items.noun(Capture, item, "capture")
                yield Row(cursor, capture, _is_at(capture, pk, cursor[1]))


def _is_at(capture: Capture, pk: str, sk: str) -> bool:
    try:
        return keys.capture(capture) == (pk, sk)
    except Misuse:
        return False


def _group_names(table: Table, prefix: str, after: Place | None) -> Iterator[str]:
    """Yield the groups that may have keys with this prefix, behind a place."""
    names = _between(table, keys.GROUPS, prefix or "!", prefix + _AFTER_ALL)
    if after is None:
        return (item["sk"]["S"] for item in names)
    # A group begins before a place and ends behind it if the place's key begins with
    # its name: then what follows the name may still be less than a port.
    within = [after.key[:end] for end in range(1, len(after.key.partition(")")[0]) + 1)]
    marks = table.get_all(keys.group(name) for name in within if name >= prefix)
    begun = sorted(item["sk"]["S"] for item in marks)
    lower = max(prefix, after.key.partition(")")[0]) or "!"
    names = _between(table, keys.GROUPS, lower, prefix + _AFTER_ALL)
    later = (item["sk"]["S"] for item in names)
    return iter([*begun, *(name for name in later if name not in begun)])


def _group(
    table: Table, name: str, prefix: str, after: Place | None, at_once: int
) -> Iterator[tuple[Place, Capture]]:
    """Yield the captures of one group, in order, with their places."""
    pk, begin = keys.captures(name, prefix)
    lower = max(begin, keys.behind(after)) if after else begin
    read = _between(table, pk, lower or "!", begin + _AFTER_ALL, Limit=at_once)
    found = (items.noun(Capture, item, "capture") for item in read)
    for at, capture in _in_order((place(each), each) for each in found):
        if at.key.startswith(prefix) and (after is None or at > after):
            yield at, capture


def _in_order(
    placed: Iterator[tuple[Place, Capture]],
) -> Iterator[tuple[Place, Capture]]:
    """Yield captures in order, as they come: so they are but for keys that were cut.

    Those that were cut alike stand together, and are sorted.
    """
    for is_cut, some in groupby(placed, key=lambda each: keys.is_cut(each[0].key)):
        if is_cut:
            for _, alike in groupby(some, key=lambda each: keys.uncut(each[0].key)):
                yield from sorted(alike, key=lambda each: each[0])
        else:
            yield from some


def _between(
    table: Table, pk: str, lower: str, upper: str, **options: object
) -> Iterator[Item]:
    """Yield the items of a partition with range keys from `lower` to `upper`."""
    if lower > upper:
        return iter(())
    return table.query(_BETWEEN, _span(pk, lower, upper), **options)


def _span(pk: str, lower: str, upper: str) -> Values:
    return {":pk": {"S": pk}, ":lower": {"S": lower}, ":upper": {"S": upper}}
