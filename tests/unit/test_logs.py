"""Log lines: one JSON object a line, whatever is in it, and never none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.accounts import logs
from hozon.eventlog import EventLog
from hozon.reading import characters
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
    """What stands before the host of a URI goes, whatever is in it; the rest stays."""
    line = logs.line({"subject": "https://ann:s@ecret@example.org/a@b?c=d@e"})

    assert {"subject": "https://***@example.org/a@b?c=d@e"} == json.loads(line)


def test_numbers_that_json_has_no_word_for() -> None:
    """What is too large, or no number, is told as text."""
    record = {"a": 10**5000, "b": float("inf"), "c": float("nan")}

    assert dict.fromkeys("abc", "a number out of range") == json.loads(
        logs.line(record)
    )


def test_what_cannot_be_told_is_no_reason_for_silence() -> None:
    """The line is written all the same."""
    assert "cannot be told" in logs.line({"odd": Untold()})


def test_half_a_character_loses_no_line() -> None:
    """Python's own logging drops such a line, and with it what a page did."""
    assert {"title": "a\ufffdb"} == json.loads(logs.line({"title": "a\udc80b"}))


def test_a_ring_is_no_end() -> None:
    """What holds itself is shown some levels deep."""
    ring: list[object] = []
    ring.append(ring)

    assert 1 == len(logs.line({"ring": ring}).splitlines())


@given(st.dictionaries(st.text(min_size=1), st.text(max_size=50), max_size=6))
def test_ordinary_texts_come_back(record: dict[str, str]) -> None:
    """What needs no care is written as it is."""
    ordinary = {k: v for k, v in record.items() if not _needs_care(k, v)}

    assert ordinary == json.loads(logs.line(ordinary))


def _needs_care(name: str, text: str) -> bool:
    words = "secret", "passw", "token", "auth", "cookie", "cred", "key", "sig", "sess"
    both = f"{name} {text}"
    is_clean = both == characters.cleaned(both) and "@" not in both
    return not is_clean or any(word in both.lower() for word in words)


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
    assert shown == logs.redacted(text)


@pytest.mark.parametrize("name", ["secret", "hub_secret", "Password", "access_token"])
def test_fields_that_are_secrets_are_left_out(name: str) -> None:
    """However deep they stand."""
    assert {"a": [{name: "***"}]} == json.loads(logs.line({"a": [{name: "abc"}]}))


@pytest.mark.museum(48)
@pytest.mark.parametrize("naughty", [STRINGS, strings()], ids=["ours", "the big list"])
def test_no_text_suppresses_its_line(
    naughty: list[str], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """With each of them as message, name and value there is one line."""
    log = EventLog()
    for text in naughty:
        log.warning("job done", subject=text, problem=text, counts={text: 1})
        log.info(text.replace("%", "%%"))
    written, lost = capfdbinary.readouterr()
    lines = written.decode("utf-8").splitlines()

    assert b"" == lost
    assert 2 * len(naughty) == len(lines)
    for line in lines:
        assert json.loads(line)["level"] in {"WARNING", "INFO"}
        assert not set(line) & set("\x00\x1b\x7f\x9b\u202e\u2028\u2066")
