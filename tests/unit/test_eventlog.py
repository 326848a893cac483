"""The log: one line an event, whatever strings a page holds, and no secret in it."""

import json
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.eventlog import LONGEST_LINE, LONGEST_TEXT, EventLog, line, redacted
from tests.fakes import NOON

TEXT = st.text(st.characters(exclude_categories=[]))
"""Any text at all: control characters and halves of surrogate pairs too."""

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.binary(),
    lambda some: st.lists(some) | st.dictionaries(TEXT | st.integers(), some),
    max_leaves=9,
)


@given(st.dictionaries(TEXT, VALUES, max_size=6))
def test_every_event_is_one_line_of_json(fields: dict[str, Any]) -> None:
    """No text breaks a line, or keeps it from being written or read."""
    text = line({"event": "e", **fields})

    assert 1 == len(text.splitlines())
    assert len(text) <= LONGEST_LINE
    assert isinstance(json.loads(text.encode()), dict)


@given(st.dictionaries(st.text(min_size=1), st.text(max_size=50), max_size=6))
def test_ordinary_texts_come_back(fields: dict[str, str]) -> None:
    """What needs no care is written as it is."""
    plain = {k: v for k, v in fields.items() if not _needs_care(k, v)}

    assert plain == json.loads(line(plain))


def _needs_care(name: str, text: str) -> bool:
    words = "secret", "passw", "token", "auth", "cookie", "cred", "key", "sig", "sess"
    both = f"{name} {text}".lower()
    return any(w in both for w in words) or "@" in both or len(name) > 100


def test_half_a_character_loses_no_line() -> None:
    """Python's own logging drops such a line, and with it what a page did."""
    text = line({"title": "a\ud83d\ude00\udc80b"})

    assert '{"title":"a\\ud83d\\ude00\\udc80b"}' == text
    assert {"title": "a\U0001f600\udc80b"} == json.loads(text)


def test_what_json_does_not_know_is_shown() -> None:
    """An error, an instant, a number that is none: as Python shows it."""

    class Odd:
        def __repr__(self) -> str:
            raise RuntimeError("not even that")

    said = json.loads(
        line({"a": NOON, "b": ValueError("x"), "c": float("nan"), "d": 10**5000})
    )

    assert repr(NOON) == said["a"]
    assert "ValueError('x')" == said["b"]
    assert "nan" == said["c"]
    assert "(a very large number)" == said["d"]
    assert "cannot be shown: RuntimeError" in line({"odd": Odd()})


def test_a_ring_is_no_end() -> None:
    """What holds itself is shown some levels deep."""
    ring: list[Any] = []
    ring.append(ring)

    assert 1 == len(line({"ring": ring}).splitlines())


def test_long_texts_are_cut() -> None:
    """A title of 5 MB is told in part; the line says how much is left out."""
    said = json.loads(line({"title": "a" * 5_000_000}))["title"]

    assert said.startswith("a" * LONGEST_TEXT)
    assert len(said) < LONGEST_TEXT + 30


def test_very_many_long_texts_are_cut_shorter() -> None:
    """Each field is told, if only in part, as long as there are not too many."""
    some = json.loads(line({f"f{n}": "a" * 3000 for n in range(40)}))
    many = json.loads(line({f"f{n}": "a" * 300 for n in range(4000)}))
    deep = json.loads(line({f"f{n}": ["a" * 3000] * 20 for n in range(40)}))

    assert 40 == len(some)
    assert 100 == len(many)
    assert "a line too long to log" == deep["event"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://me:pw@example.com/a", "https://***@example.com/a"),
        ("https://me@example.com/", "https://***@example.com/"),
        ("https://example.com/?token=abc&b=1", "https://example.com/?token=***&b=1"),
        (
            "https://e.com/?a=1&X-Amz-Signature=abc",
            "https://e.com/?a=1&X-Amz-Signature=***",
        ),
        ("https://e.com/?api_key=abc#x", "https://e.com/?api_key=***#x"),
        ("https://e.com/?sessionid=abc", "https://e.com/?sessionid=***"),
        ("https://e.com/?q=a&page=2", "https://e.com/?q=a&page=2"),
        ("Authorization: Bearer abc", "Authorization: ***"),
        ("cookie: a=b; c=d\r\nHost: x", "cookie: ***\r\nHost: x"),
        ("mail me@example.com", "mail me@example.com"),
    ],
)
def test_secrets_are_left_out(text: str, shown: str) -> None:
    """Of URIs the user, of parameters what names itself a secret, of header fields."""
    assert shown == redacted(text)


@pytest.mark.parametrize("name", ["secret", "hub_secret", "Password", "access_token"])
def test_fields_that_are_secrets_are_left_out(name: str) -> None:
    """However deep they stand."""
    assert {"a": [{name: "***"}]} == json.loads(line({"a": [{name: "abc"}]}))


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
