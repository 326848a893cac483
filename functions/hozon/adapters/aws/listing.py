"""All captures of many host groups, in the order of their keys.

Each group is one partition, in order. Groups overlap (``com,example`` holds
``com,example)/`` and ``com,example:8080)/``, with ``com,example-b)/`` between them),
so they are merged; but a group is not opened before its name, which all its keys
begin with, is reached. So only a few are open at any time.
"""

from collections import deque
from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import count, groupby

from hozon import instants
from hozon.adapters.aws import items, keys
from hozon.adapters.aws.table import Table
from hozon.adapters.capturekeys import capture_key
from hozon.model import Capture

Place = tuple[str, str, str]


def captures(table: Table, prefix: str) -> Iterator[Capture]:
    """Yield the captures whose key starts with `prefix`, by key and instant."""
    known = keys.group_of_prefix(prefix)
    waiting = deque(_group_names(table, prefix) if known is None else [known])
    numbers = count()
    heads: list[tuple[Place, int, Capture, Iterator[tuple[Place, Capture]]]] = []
    while waiting or heads:
        if waiting and (not heads or waiting[0] <= heads[0][0][0]):
            rest = _group(table, waiting.popleft(), prefix)
        else:
            _, _, capture, rest = heappop(heads)
            yield capture
        if head := next(rest, None):
            heappush(heads, (head[0], next(numbers), head[1], rest))


def _group_names(table: Table, prefix: str) -> Iterator[str]:
    condition, values = "pk = :pk", {":pk": {"S": keys.GROUPS}}
    if prefix:
        condition += " AND begins_with(sk, :prefix)"
        values[":prefix"] = {"S": prefix}
    return (item["sk"]["S"] for item in table.query(condition, values))


def _group(table: Table, name: str, prefix: str) -> Iterator[tuple[Place, Capture]]:
    """Yield the captures of one group, in order, with their places.

    Range keys are in order but for those that were cut; these stand together.
    """
    pk, begin = keys.captures(name, prefix)
    condition, values = "pk = :pk", {":pk": {"S": pk}}
    if begin:
        condition += " AND begins_with(sk, :begin)"
        values[":begin"] = {"S": begin}
    found = (
        items.noun(Capture, item, "capture") for item in table.query(condition, values)
    )
    placed = ((_place(each), each) for each in found)
    for _, alike in groupby(placed, key=lambda each: keys.uncut(each[0][0])):
        for place, capture in sorted(alike, key=lambda each: each[0]):
            if place[0].startswith(prefix):
                yield place, capture


def _place(capture: Capture) -> Place:
    at = instants.iso(capture.captured_at)
    return capture_key(capture.target_uri), at, capture.record_id
