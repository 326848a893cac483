"""Log lines: one JSON object a line, whatever is in it, and never none."""

import io
import json
import logging

import pytest
from aws_lambda_powertools import Logger
from hypothesis import given
from hypothesis import strategies as st

from hozon import logs
from tests.hostile.corpora import strings
from tests.hostile.naughty import STRINGS

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.sampled_from([object(), ValueError("\ud800"), {1, 2}, "x" * 20_000]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=20,
)


class Untold:
    """What cannot even be told."""

    def __str__(self) -> str:
        raise RuntimeError


@given(st.dictionaries(st.text(max_size=20), VALUES, max_size=6))
def test_any_record_is_a_line(record: dict[str, object]) -> None:
    """It is one line, JSON, UTF-8, and of a size that is taken."""
    line = logs.line(record)

    assert 1 == len(line.splitlines())
    assert isinstance(json.loads(line), dict)
    assert len(line.encode()) <= logs.LONGEST_LINE + 1_000


def test_what_is_ordinary_stays_as_it_is() -> None:
    """Names, numbers and texts come back equal."""
    record = {
        "level": "INFO",
        "counts": {"polls": 1},
        "s": 0.25,
        "is": True,
        "t": ["保存"],
    }

    assert record == json.loads(logs.line(record))


def test_a_line_that_is_too_long_says_what_it_left_out() -> None:
    """The short members are there."""
    record = {"level": "INFO", "many": ["x" * 7_000] * 100}

    assert {"level": "INFO", "left_out": ["many"]} == json.loads(logs.line(record))


def test_no_credentials_are_logged() -> None:
    """What stands before the host of a URI goes; the rest stays."""
    line = logs.line({"subject": "https://ann:secret@example.org/a@b?c=d@e"})

    assert {"subject": "https://…@example.org/a@b?c=d@e"} == json.loads(line)


def test_numbers_that_json_has_no_word_for() -> None:
    """What is too large, or no number, is told as text."""
    record = {"a": 10**5000, "b": float("inf"), "c": float("nan")}

    assert dict.fromkeys("abc", "a number out of range") == json.loads(
        logs.line(record)
    )


def test_what_cannot_be_told_is_no_reason_for_silence() -> None:
    """The line is written all the same."""
    assert "cannot be told" in logs.line({"odd": Untold()})


@pytest.mark.museum(48)
@pytest.mark.parametrize("naughty", [STRINGS, strings()], ids=["ours", "the big list"])
def test_no_text_suppresses_its_line(
    naughty: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With each of them as message, name and value there is one line, and nothing on the
    error stream: the standard library tells there of lines that it lost.
    """
    lost, raw = io.StringIO(), io.BytesIO()
    written = io.TextIOWrapper(raw, "utf-8")
    monkeypatch.setattr("sys.stderr", lost)
    name, handler = f"naughty {len(naughty)}", logging.StreamHandler(written)
    log = Logger(name, json_serializer=logs.line, logger_handler=handler)
    logging.getLogger(name).propagate = False  # pytest cannot report what is in these
    for text in naughty:
        log.warning("job done", subject=text, problem=text, counts={text: 1})
        log.info(text.replace("%", "%%"))
    written.flush()
    lines = raw.getvalue().decode("utf-8").splitlines()

    assert "" == lost.getvalue()
    assert 2 * len(naughty) == len(lines)
    for line in lines:
        assert json.loads(line)["level"] in {"WARNING", "INFO"}
        assert not set(line) & set("\x00\x1b\x7f\x9b\u202e\u2028\u2066")
