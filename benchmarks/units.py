"""DynamoDB's request units, by the rules of its documentation. Pure.

Emulators do not know them. A write is billed by the larger of what an item was and is,
by the kilobyte, in the table and in each index that it is in or leaves; a read by what
was read, by 4 KB, half if it may be a moment old.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

Item = Mapping[str, Any]

INDEXES = {"due": ("due", "due_at"), "river": ("river", "river_at")}
"""The secondary indexes of the table, with their keys; each holds whole items."""

_WRITE_UNIT, _READ_UNIT = 1024, 4096


def size(item: Item) -> int:
    """Return the bytes of an item: names and values."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    # Kinds that our table does not use are refused: no count is better than a wrong one.
    [(kind, content)] = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "B":
            return len(content)
        case "SS":
            return sum(len(each.encode()) for each in content)
        case "N":
            digits = len(str(content).lstrip("-").replace(".", ""))
            return math.ceil(digits / 2) + 1
        case _:
            raise NotImplementedError(f"the size of {kind}")


def write_units(old: Item | None, new: Item | None) -> int:
    """Return the units of a write that made `new` of `old` (None: not there)."""
    table = _units(max(_size(old), _size(new)))
    return table + sum(_index_units(keys, old, new) for keys in INDEXES.values())


def _index_units(keys: tuple[str, str], old: Item | None, new: Item | None) -> int:
    before = old if old and all(k in old for k in keys) else None
    after = new if new and all(k in new for k in keys) else None
    if before == after:
        return 0
    if before is None or after is None:
        return _units(_size(before or after))
    if all(before[k] == after[k] for k in keys):
        return _units(max(_size(before), _size(after)))
    # Another key: the entry is deleted and written anew.
    return _units(_size(before)) + _units(_size(after))


def _size(item: Item | None) -> int:
    return size(item) if item else 0


def _units(bytes_: int) -> int:
    return max(1, math.ceil(bytes_ / _WRITE_UNIT))


def read_units(items: Iterable[Item], *, consistent: bool, together: bool) -> float:
    """Return the units of a read that found `items`.

    `together`: of a query, whose items are added up before they are rounded; else each
    was asked for by its key.
    """
    sizes = [size(item) for item in items] or [0]
    if together:
        sizes = [sum(sizes)]
    whole = sum(max(1, math.ceil(each / _READ_UNIT)) for each in sizes)
    return whole if consistent else whole / 2
