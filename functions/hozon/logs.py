"""Log lines that are never lost: one JSON object a line, whatever is in it.

A line that cannot be encoded is dropped by the logging library, and one that is too long
by CloudWatch; so a page with a lone surrogate in its address, or a title of megabytes,
could hide what was done with it. Every value goes through `line`, once, at this edge.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from aws_lambda_powertools import Logger

from hozon import plain

LONGEST = 8_000
"""Most characters of one text in a log line."""

LONGEST_LINE = 200_000
"""Most bytes of a line; CloudWatch takes 256 KB with its own part."""

_DEEPEST = 8
_MOST = 200
_LARGEST = 10**18
_ESCAPED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_CREDENTIALS = re.compile(r"(?<=://)[^/?#@\s]{1,200}@")


def logger() -> Logger:
    """Return the logger of a function, whose lines are made by `line`."""
    return Logger(json_serializer=line)


def line(record: Mapping[str, Any]) -> str:
    """Return a log record as one line of JSON in UTF-8. Never raises.

    Texts are cleaned and cut, credentials in URIs are left out, and characters that turn
    the direction of what follows are escaped. What JSON has no word for is told as text.
    """
    cleaned = {_text(name): _value(value, 1) for name, value in _members(record)}
    whole = _dumped(cleaned)
    if len(whole.encode()) <= LONGEST_LINE:
        return whole
    short = {name: value for name, value in cleaned.items() if _is_short(value)}
    return _dumped({**short, "left_out": sorted(cleaned.keys() - short.keys())})


def _dumped(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _value(value: object, depth: int) -> Any:
    """Return what JSON can hold of a value."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value if -_LARGEST < value < _LARGEST else "a number out of range"
    if isinstance(value, Mapping) and depth < _DEEPEST:
        return {_text(k): _value(v, depth + 1) for k, v in _members(value)}
    if isinstance(value, list | tuple | set | frozenset) and depth < _DEEPEST:
        return [_value(each, depth + 1) for each in list(value)[:_MOST]]
    return _text(value if isinstance(value, str) else _told(value))


def _members(value: Mapping[Any, Any]) -> Iterable[tuple[str, Any]]:
    return [(str(name), each) for name, each in list(value.items())[:_MOST]]


def _told(value: object) -> str:
    try:
        return str(value)
    except Exception:  # noqa: BLE001  whatever it is, the line is written
        return f"a {type(value).__name__} that cannot be told"


def _text(text: str) -> str:
    # Cut first: cleaning takes time in proportion to what is cleaned.
    whole = plain.shortened(text, LONGEST + 1)
    return plain.shortened(_CREDENTIALS.sub("…@", plain.cleaned(whole)), LONGEST)


def _is_short(value: object) -> bool:
    return len(_dumped(value)) <= LONGEST
