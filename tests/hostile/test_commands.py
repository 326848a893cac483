"""Row 48 on the command line: whatever is typed, an exit code and a sentence."""

import io
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from hozon import cli
from tests.hostile.corpora import needed, strings
from tests.hostile.naughty import STRINGS

FEED = "https://news.example.org/feed"
LIST = f'<opml><body><outline type="rss" text="T" xmlUrl="{FEED}"/></body></opml>'
CODES = {0, 1, 2, 3, 4, 5}


def can_be_typed(text: str) -> bool:
    """Tell whether a text can be an argument: bytes are, but for NUL."""
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


TYPED = (
    *filter(can_be_typed, STRINGS),
    "\udcff\udcfe",
    "9999-99-99",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+14:00",
    "999999w",
    "-5d",
    "nan",
    "-",
    "--",
)
ARGUMENTS: dict[str, Callable[[str], list[str]]] = {
    "a command": lambda text: [text],
    "a feed to add": lambda text: ["feeds", "add", text],
    "a feed to show": lambda text: ["feeds", "show", text],
    "a feed to pause": lambda text: ["feeds", "pause", text],
    "a folder": lambda text: ["feeds", "set", FEED, "--folder", text],
    "an interval": lambda text: ["feeds", "set", FEED, "--every-min", text],
    "a list": lambda text: ["feeds", "import", text],
    "a file to write": lambda text: ["feeds", "export", "-o", text],
    "a feed of entries": lambda text: ["entries", "list", "--feed", text],
    "a time of entries": lambda text: ["entries", "list", "--since", text],
    "a number of entries": lambda text: ["entries", "list", "--limit", text],
    "a URI": lambda text: ["timemap", text],
    "a URI to get": lambda text: ["get", text],
    "a time to get": lambda text: ["get", FEED, "--at", text],
    "a format": lambda text: ["get", FEED, "--format", text],
    "a rehearsal": lambda text: ["run", "--now", text],
    "a host": lambda text: ["run", "--now", "2020-01-01", "--allow-host", text],
    "seconds": lambda text: ["run", "--now", "2020-01-01", "--host-interval", text],
    "a port": lambda text: ["serve", "--port", text, "--host", "203.0.113.1"],
    "a public URL": lambda text: [
        "serve",
        "--host",
        "203.0.113.1",
        "--public-url",
        text,
    ],
    "an archive": lambda text: ["--archive", text, "status"],
    "a contact": lambda text: ["--contact", text, "run", "--now", "2020-01-01"],
    "a policy": lambda text: ["--robots", text, "status"],
    "an entry": lambda text: ["entries", "show", text],
    "an entry with versions": lambda text: ["entries", "versions", text],
    "an entry that changed": lambda text: ["entries", "diff", text],
    "a size of changes": lambda text: ["entries", "diff", "e1", "--min-change", text],
    "an entry to watch": lambda text: ["entries", "watch", text, "--plan", "news"],
    "a plan": lambda text: ["entries", "watch", "e1", "--plan", text],
    "an entry to look at": lambda text: ["recheck", text],
    "a page to capture": lambda text: ["capture", "--allow-host", "[::1]:1", text],
    "what is decided": lambda text: ["access", text],
    "a subject": lambda text: ["access", text, "--state", "dark"],
    "an embargo": lambda text: [
        "access",
        FEED,
        "--state",
        "embargoed",
        "--until",
        text,
    ],
    "a reason": lambda text: ["access", FEED, "--state", "dark", "--reason", text],
    "what is held": lambda text: ["hold", "place", text, "--reason", "x"],
    "a reason to hold": lambda text: ["hold", "place", FEED, "--reason", text],
    "who holds": lambda text: ["hold", "place", FEED, "--reason", "x", "--by", text],
    "who decides": lambda text: ["access", FEED, "--state", "dark", "--by", text],
    "what is let go": lambda text: ["hold", "lift", text, "--reason", "x"],
    "what is purged": lambda text: ["purge", text, "--reason", "x", "--yes"],
    "a reader": lambda text: ["signin", "issue", text],
    "a reader to put out": lambda text: ["signin", "revoke", text],
    "a proof": lambda text: ["receipt", text],
    "a proof to check": lambda text: ["verify", text],
    "words": lambda text: ["search", text],
    "a feed of words": lambda text: ["search", "x", "--feed", text],
    "a second copy": lambda text: ["audit", "--copy", text],
    "an archive to pull": lambda text: ["pull", "--from", text],
    "a key of a log": lambda text: ["pull", "--from", "archive", "--vkey", text],
}


class _Kept(io.BytesIO):
    """Bytes that can be read after whoever wrote them has closed them."""

    def close(self) -> None:
        """Stay open."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a command came to."""

    code: int
    out: bytes
    err: bytes


def hozon(monkeypatch: pytest.MonkeyPatch, *typed: str) -> Said:
    """Run the program in this process, with streams as a terminal's are."""
    out, err = _Kept(), _Kept()
    with monkeypatch.context() as patched:
        patched.setattr("sys.argv", ["hozon", *typed])
        patched.setattr("sys.stdout", io.TextIOWrapper(out, "utf-8"))
        patched.setattr(
            "sys.stderr", io.TextIOWrapper(err, "utf-8", "backslashreplace")
        )
        with pytest.raises(SystemExit) as ended:
            cli.main()
        for stream in (sys.stdout, sys.stderr):
            if not stream.closed:
                stream.flush()
    return Said(int(ended.value.code or 0), out.getvalue(), err.getvalue())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to be in, with an archive of one feed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOZON_ARCHIVE", str(tmp_path / "archive"))
    Path("list.opml").write_text(LIST, "utf-8")
    assert 0 == hozon(monkeypatch, "feeds", "import", "list.opml").code
    return tmp_path


def held(said: Said, typed: list[str]) -> None:
    """Hold that a command came to an end that is one of ours."""
    assert said.code in CODES, typed
    steered = set(said.out + said.err) & (set(range(32)) - set(b"\t\n\r"))
    assert not steered, (typed, steered)
    assert b"Traceback" not in said.err
    if said.code:
        # What is not as it was written (4) is the answer that was asked for.
        assert (said.out if said.code == 4 else said.err).strip(), typed


@pytest.mark.museum(48)
@pytest.mark.parametrize("name", ARGUMENTS)
def test_naughty_arguments(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Each of them ends with a known exit code, and with a sentence where it failed."""
    for text in TYPED:
        typed = ARGUMENTS[name](text)
        if name == "a feed to add" and text.startswith("http"):
            continue  # that one is asked; refusals have tests of their own
        held(hozon(monkeypatch, *typed), typed)


@pytest.mark.corpus
@pytest.mark.museum(48)
@needed
@pytest.mark.parametrize("name", ["a folder", "a URI", "a time of entries"])
def test_the_big_list_as_arguments(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The Big List of Naughty Strings, the same way."""
    for text in filter(can_be_typed, strings()):
        typed = ARGUMENTS[name](text)
        held(hozon(monkeypatch, *typed), typed)


def test_no_permission_and_no_room_are_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A place that cannot be written is named, with exit code 5."""
    for place in ("/nowhere/at/all", ".", "x" * 300, "/proc/1/nothing"):
        said = hozon(monkeypatch, "feeds", "export", "-o", place)
        assert said.code in {2, 5}
        assert os.fsencode(place[:50]) in said.err
