"""The log of a function: one line of JSON for each event, whatever is in it.

Pages decide what stands in our logs: their URIs, titles and errors. So no text may break
a line, make it too long for CloudWatch, keep it from being written (half a surrogate
pair does that to Python's own logging), or carry a secret into it.

Fields that every line has: ``timestamp``, ``level``, ``event``, and of whoever logs
(`EventLog.of`): ``function``, ``request_id``, ``stack``, ``trace`` where it is traced.
"""

import json
import math
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hozon.instants import Clock, iso, utcnow

LONGEST_TEXT = 2_000
"""Most characters of one text in a line."""

LONGEST_LINE = 32_000
"""Most characters of a line; one of more than 256 KB would be cut by CloudWatch."""

_MANY = 100
"""Most members of a list or mapping in a line, and most fields of one."""

_DEEP = 6

_LARGEST_BITS = 64
"""Python refuses to write integers of more than 4 300 digits."""

_LEVELS = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40}

_SEPARATORS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
"""What some readers of lines take for the end of one."""

_USER_INFO = re.compile(r"(?<=://)[^/?#\s@]*@")
_SECRET_PARAMETER = re.compile(
    r"([?&;][^=&?#;,\s]*"
    r"(?:token|secret|passw|pwd|signature|credential|api[-_]?key|auth|session|sig)"
    r"[^=&?#;,\s]*=)[^&#;\s]+",
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


def redacted(text: str) -> str:
    """Return the text without user names, passwords, tokens and signatures."""
    text = _USER_INFO.sub("***@", text)
    text = _SECRET_PARAMETER.sub(r"\1***", text)
    return _SECRET_FIELD.sub(r"\1\2***", text)


def line(fields: Mapping[str, Any]) -> str:
    """Return the fields as one line of JSON that any store of UTF-8 can hold.

    Never raises: what JSON does not know is written as Python would show it.
    """
    some = list(fields.items())[:_MANY]
    shown = {_name(k): _shown(k, v) for k, v in some}
    text = _encoded(shown)
    if len(text) > LONGEST_LINE:
        text = _encoded({k: _cut(v, 200) for k, v in shown.items()})
    if len(text) > LONGEST_LINE:
        text = _encoded({"event": "a line too long to log", "length": len(text)})
    return text


def _encoded(shown: Mapping[str, Any]) -> str:
    text = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    # Half a surrogate pair is no character of UTF-8; as an escape it is JSON.
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text.translate(_SEPARATORS)


def _shown(name: object, value: Any, depth: int = 0) -> Any:
    """Return what a line says of a value: short, without secrets, known to JSON."""
    if _IS_SECRET.search(_name(name)):
        return "***"
    if _is_plain(value):
        return value
    if isinstance(value, Mapping) and depth < _DEEP:
        some = list(value.items())[:_MANY]
        return {_name(k): _shown(k, v, depth + 1) for k, v in some}
    if isinstance(value, list | tuple | set | frozenset) and depth < _DEEP:
        return [_shown("", each, depth + 1) for each in list(value)[:_MANY]]
    text = value if isinstance(value, str) else _repr(value)
    return _cut(redacted(text[: 4 * LONGEST_TEXT]), LONGEST_TEXT)


def _is_plain(value: Any) -> bool:
    """Tell whether JSON has a word for the value as it is."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return value.bit_length() <= _LARGEST_BITS
    return value is None


def _name(key: Any) -> str:
    return redacted(key if isinstance(key, str) else _repr(key))[:100]


def _repr(value: Any) -> str:
    if isinstance(value, int):
        return "(a very large number)"
    try:
        return repr(value)
    except Exception as e:  # noqa: BLE001  whatever it raises, the line is written
        return f"({type(value).__name__} that cannot be shown: {type(e).__name__})"


def _cut(value: Any, length: int) -> Any:
    if not isinstance(value, str) or len(value) <= length:
        return value
    return f"{value[:length]}… ({len(value) - length} more)"


def _print(text: str) -> None:
    # In bytes: what Python takes for the encoding of stdout must not matter.
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode() + b"\n")
    sys.stdout.buffer.flush()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLog:
    """Writes events with the `fields` of whoever logs."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    write: Callable[[str], None] = _print
    clock: Clock = utcnow
    least: str = "INFO"

    @classmethod
    def of(cls, context: Any, *, stack: str) -> "EventLog":
        """Return the log of one invocation; `context` is Lambda's."""
        trace = os.environ.get("_X_AMZN_TRACE_ID")
        return cls(
            fields={
                "stack": stack,
                "function": context.function_name,
                "request_id": context.aws_request_id,
                **({"trace": trace} if trace else {}),
            },
            least=os.environ.get("AWS_LAMBDA_LOG_LEVEL", "INFO"),
        )

    def info(self, event: str, **fields: Any) -> None:
        """Say what was done."""
        self._log("INFO", event, fields)

    def warning(self, event: str, **fields: Any) -> None:
        """Say what did not go as it should, and was dealt with."""
        self._log("WARNING", event, fields)

    def fault(self, event: str, **fields: Any) -> None:
        """Say what somebody has to look at."""
        self._log("ERROR", event, fields)

    def _log(self, level: str, event: str, fields: Mapping[str, Any]) -> None:
        if _LEVELS[level] >= _LEVELS.get(self.least, 20):
            head = {"timestamp": iso(self.clock()), "level": level, "event": event}
            self.write(line({**head, **self.fields, **fields}))
