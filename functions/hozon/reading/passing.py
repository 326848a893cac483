"""Values passed between a process and its child: JSON that is checked field by field.

Nothing is cut and nothing is guessed: `loads` returns exactly what `dumps` was given, or
raises `Damaged`. What a child says is as little trusted as what it was given to read.
Frozen dataclasses of texts, numbers, instants, tuples and one another can be passed.
"""

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import IntEnum
from functools import cache
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from hozon.nouns import instants
from hozon.nouns.errors import Damaged

T = TypeVar("T")
_Reader = Callable[[Any], Any]
_PLAIN = (str, int, bool)


def dumps(value: object) -> bytes:
    """Return a frozen dataclass as JSON in UTF-8; lone surrogates become ``?``."""
    text = json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def loads(kind: type[T], data: bytes) -> T:
    """Return the value of that kind that `dumps` wrote, or raise `Damaged`."""
    try:
        return read(kind, json.loads(data))
    except (ValueError, KeyError, TypeError, RecursionError) as e:
        raise Damaged(f"no {kind.__name__}: {e!r:.200}") from e


def read(kind: type[T], said: object) -> T:
    """Return the value of that kind that `plain` made `said` of, or raise `ValueError`,
    `KeyError` or `TypeError`.
    """
    found: T = _reader_of(kind)(said)
    return found


def plain(value: object) -> Any:
    """Return what JSON can hold of a frozen dataclass."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    if is_dataclass(value):
        kind: Any = type(value)
        return {name: plain(getattr(value, name)) for name in _names(kind)}
    return value


def _reader_of(kind: Any) -> _Reader:
    return _reader(kind)


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


@cache
def _reader(hint: Any) -> _Reader:
    """Return what reads a value of an annotated type, or raises `ValueError`."""
    origin, members = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        (inner,) = (_reader(each) for each in members if each is not type(None))
        return lambda value: None if value is None else inner(value)
    if origin is tuple:
        return _tuple(_reader(members[0]))
    if origin is Literal:
        return lambda value: _one_of(members, value)
    if is_dataclass(hint):
        return _dataclass(hint)
    return _scalar(hint)


def _scalar(hint: Any) -> _Reader:
    if hint in _PLAIN:
        return lambda value: _exact(hint, value)
    if hint is float:
        return lambda value: float(
            _exact(int if isinstance(value, int) else float, value)
        )
    if hint is datetime:
        return lambda value: instants.from_iso(_exact(str, value))
    if isinstance(hint, type) and issubclass(hint, IntEnum):
        return lambda value: hint(_exact(int, value))
    raise TypeError(f"cannot be passed: {hint!r}")


def _dataclass(kind: Any) -> _Reader:
    hints = get_type_hints(kind)
    readers = {name: _reader(hints[name]) for name in _names(kind)}

    def read(value: object) -> Any:
        said = _exact(dict, value)
        return kind(**{name: one(said[name]) for name, one in readers.items()})

    return read


def _tuple(inner: _Reader) -> _Reader:
    return lambda value: tuple(inner(each) for each in _exact(list, value))


def _exact(kind: type[T], value: object) -> T:
    if type(value) is not kind:  # True is an int to isinstance
        raise ValueError(f"{kind.__name__} expected, found {value!r:.100}")
    return value


def _one_of(members: tuple[object, ...], value: object) -> object:
    if value not in members:
        raise ValueError(f"one of {members} expected, found {value!r:.100}")
    return value
