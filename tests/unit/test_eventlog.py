"""The log of a function: who logs, what, at which level, and how that is written."""

import json
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from hozon.eventlog import EventLog
from tests.fakes import NOON


class Lines(list[str]):
    """What was logged, read back."""

    def said(self) -> list[dict[str, Any]]:
        return [json.loads(each) for each in self]


def test_who_logs_stands_in_every_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Function, request and stack, and the trace where there is one."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-2-3")
    context = SimpleNamespace(function_name="f", aws_request_id="r")
    lines = Lines()
    made = EventLog.of(context, stack="hozon")
    log = EventLog(fields=made.fields, write=lines.append, clock=_noon)

    log.info("job done", subject="x")
    log.fault("job failed")

    first, second = lines.said()
    assert first == {
        "timestamp": "2026-08-22T12:00:00.000Z",
        "level": "INFO",
        "event": "job done",
        "stack": "hozon",
        "function": "f",
        "request_id": "r",
        "trace": "Root=1-2-3",
        "subject": "x",
    }
    assert ("ERROR", "job failed") == (second["level"], second["event"])


def _noon() -> datetime:
    return NOON


@pytest.mark.parametrize(
    ("least", "told"), [("DEBUG", 3), ("INFO", 3), ("WARN", 3), ("ERROR", 1)]
)
def test_levels(least: str, told: int) -> None:
    """What is below the level that Lambda was told is not written."""
    lines = Lines()
    log = EventLog(write=lines.append, least=least)
    log.info("a")
    log.warning("b")
    log.fault("c")

    assert told == len(lines)


def test_lines_are_written_as_utf8(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Whatever Python takes for the encoding of stdout."""
    EventLog().info("保存")

    written = capfdbinary.readouterr().out
    assert written.endswith(b"}\n")
    assert "保存".encode() in written
