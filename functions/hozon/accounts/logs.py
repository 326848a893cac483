"""Log lines that are never lost: one JSON object a line, whatever is in it.

A line that cannot be encoded is dropped by Python's own logging, and one that is too long
by CloudWatch; so a page with a lone surrogate in its address, or a title of megabytes,
could hide what was done with it. Every value goes through `line`, once, at this edge; it
is also where secrets are left out.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from hozon.reading import characters

LONGEST = 8_000
"""Most characters of one text in a log line."""

LONGEST_LINE = 200_000
"""Most bytes of a line; CloudWatch takes 256 KB with its own part."""

_DEEPEST = 8
_MOST = 200
_LARGEST = 10**18
_ESCAPED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")

_USER_INFO = re.compile(r"(?<=://)[^/?#\s]*@")
_SECRET_PARAMETER = re.compile(
    r"([?&;][^=&?#;,\s]{0,60}"
    r"(?:token|secret|passw|pwd|signature|credential|api[-_]?key|auth|session|sig)"
    r"[^=&?#;,\s]{0,60}=)[^&#;\s]+",
    re.IGNORECASE,
)
_SECRET_FIELD = re.compile(
    r"\b((?:proxy-)?authorization|cookie|set-cookie|x-amz-security-token)(\s*[:=]\s*)"
    r"[^\r\n]+",
    re.IGNORECASE,
)
_IS_SECRET = re.compile(
    r"secret|passw|token|authorization|cookie|credential|private_?key", re.IGNORECASE
)
_LEFT_OUT = "***"


def redacted(text: str) -> str:
    """Return the text without user names, passwords, tokens and signatures."""
    text = _USER_INFO.sub(f"{_LEFT_OUT}@", text)
    text = _SECRET_PARAMETER.sub(rf"\1{_LEFT_OUT}", text)
    return _SECRET_FIELD.sub(rf"\1\2{_LEFT_OUT}", text)


def line(record: Mapping[str, Any]) -> str:
    """Return a log record as one line of JSON in UTF-8. Never raises.

    Texts are cleaned and cut, secrets are left out, and characters that turn the direction
    of what follows are escaped. What JSON has no word for is told as text.
    """
    cleaned = _mapping(record, 1)
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
        return _mapping(value, depth + 1)
    if isinstance(value, list | tuple | set | frozenset) and depth < _DEEPEST:
        return [_value(each, depth + 1) for each in list(value)[:_MOST]]
    return _text(value if isinstance(value, str) else _told(value))


def _mapping(value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    return {
        _text(name): _LEFT_OUT if _IS_SECRET.search(name) else _value(each, depth)
        for name, each in _members(value)
    }


def _members(value: Mapping[Any, Any]) -> Iterable[tuple[str, Any]]:
    return [(_told(name), each) for name, each in list(value.items())[:_MOST]]


def _told(value: object) -> str:
    try:
        return str(value)
    except Exception:  # noqa: BLE001  whatever it is, the line is written
        return f"a {type(value).__name__} that cannot be told"


def _text(text: str) -> str:
    # Cut first: cleaning takes time in proportion to what is cleaned.
    whole = characters.shortened(text, LONGEST + 1)
    return characters.shortened(redacted(characters.cleaned(whole)), LONGEST)


def _is_short(value: object) -> bool:
    return len(_dumped(value)) <= LONGEST
