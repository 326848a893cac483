"""The log of a function: one line of JSON for each event, whatever is in it.

Pages decide what stands in our logs: their URIs, titles and errors. So `logs.line` makes
each line, and none is lost, broken, or carries a secret.

Fields that every line has: ``timestamp``, ``level``, ``event``, and of whoever logs
(`EventLog.of`): ``function``, ``request_id``, ``stack``, ``trace`` where it is traced.
"""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hozon.accounts.logs import line
from hozon.nouns.instants import Clock, iso, utcnow

_LEVELS = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40}


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
