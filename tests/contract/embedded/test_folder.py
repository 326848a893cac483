"""What a folder of WARC objects promises beyond its port: crashes, and full disks."""

import fcntl
import os
import signal
from pathlib import Path

import pytest

from hozon.adapters.embedded.folder import FolderWarcStore
from hozon.nouns.errors import Unusable
from tests.contract.embedded import children
from tests.fakes import a_warc_key

KEY = a_warc_key()
PUT = "FolderWarcStore(root).put(a_warc_key(), b'data')"
KILLED = -signal.SIGKILL


def leftovers(root: Path) -> list[str]:
    """Return the names of the temporary files."""
    return sorted(each.name for each in (root / "tmp").glob("*"))


def test_killed_before_the_link(tmp_path: Path) -> None:
    """Who dies with all bytes written but unnamed has put nothing; another can."""
    status, _ = children.run(f"die_at('os.link'); {PUT}", tmp_path)

    assert (KILLED, 1) == (status, len(leftovers(tmp_path)))
    warcs = FolderWarcStore(tmp_path)
    assert ([], False, []) == (
        list(warcs.keys()),
        warcs.holds(KEY),
        leftovers(tmp_path),
    )
    warcs.put(KEY, b"other")
    assert b"other" == warcs.read_all(KEY)


def test_killed_after_the_link(tmp_path: Path) -> None:
    """Who dies right after has put the object whole; only its second name is swept."""
    status, _ = children.run(f"die_at('os.remove'); {PUT}", tmp_path)

    assert (KILLED, 1) == (status, len(leftovers(tmp_path)))
    warcs = FolderWarcStore(tmp_path)
    assert ([KEY], []) == (list(warcs.keys()), leftovers(tmp_path))
    assert b"data" == warcs.read_all(KEY)


def test_nothing_is_left(tmp_path: Path) -> None:
    """A put leaves nothing behind, whether it wrote or met a conflict."""
    code = f"""
{PUT}
try: {PUT}
except Exception as e: print(type(e).__name__)
"""
    assert (0, "Conflict") == children.run(code, tmp_path)
    assert [] == leftovers(tmp_path)


def test_who_is_at_work_is_not_swept(tmp_path: Path) -> None:
    """A process that starts does not take away what another is about to link."""
    FolderWarcStore(tmp_path).put(KEY, b"data")
    alive, dead = tmp_path / "tmp" / "alive.part", tmp_path / "tmp" / "dead.part"
    dead.write_bytes(b"half of")
    with alive.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        FolderWarcStore(tmp_path)

        assert ["alive.part"] == leftovers(tmp_path)


@pytest.mark.parametrize(
    ("event", "part", "number", "expected"),
    [
        ("open", ".part", "ENOSPC", "NoSpace"),
        ("open", ".part", "EDQUOT", "NoSpace"),
        ("open", ".part", "EACCES", "Unusable"),
        ("open", ".part", "EROFS", "Unusable"),
        ("open", ".part", "EIO", "Unavailable"),
        ("os.mkdir", "2026", "ENOSPC", "NoSpace"),
        ("os.mkdir", "2026", "EACCES", "Unusable"),
        ("os.link", "", "ENOSPC", "NoSpace"),
        ("os.link", "", "EPERM", "Unusable"),
        ("os.link", "", "EOPNOTSUPP", "Unusable"),
        ("os.link", "", "EXDEV", "Unusable"),
        ("os.link", "", "EEXIST", "Conflict"),
    ],
)
def test_what_a_put_may_meet(
    tmp_path: Path, event: str, part: str, number: str, expected: str
) -> None:
    """An error of the system says what a person can do; no trace of the put stays."""
    code = f"""
fail_at({event!r}, errno.{number}, {part!r})
try: {PUT}
except Exception as e: print(type(e).__name__)
"""
    assert (0, expected) == children.run(code, tmp_path)
    assert ([], []) == (leftovers(tmp_path), list(FolderWarcStore(tmp_path).keys()))


def test_a_full_disk(tmp_path: Path) -> None:
    """A file that may not grow any more is given up whole, and the reason is said."""
    code = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try: FolderWarcStore(root).put(a_warc_key(), bytes(1001))
except Exception as e: print(type(e).__name__)
FolderWarcStore(root).put(a_warc_key("small"), bytes(1000))
"""
    assert (0, "NoSpace") == children.run(code, tmp_path)
    assert [] == leftovers(tmp_path)
    assert [a_warc_key("small")] == list(FolderWarcStore(tmp_path).keys())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_folder_of_somebody_else(tmp_path: Path) -> None:
    """Who may not write the folder is told so."""
    code = f"""
os.seteuid(65534)
try: {PUT}
except Exception as e: print(type(e).__name__)
"""
    assert (0, "Unusable") == children.run(code, tmp_path)


def test_a_read_only_archive(tmp_path: Path) -> None:
    """An archive can be opened and read where nothing can be written."""
    code = f"""
{PUT}
(root / "tmp" / "left.part").write_bytes(b"")
fail_at("open", errno.EROFS, ".part")
print(FolderWarcStore(root).read_all(a_warc_key()))
"""
    assert (0, "b'data'") == children.run(code, tmp_path)


def test_where_no_folder_can_be(tmp_path: Path) -> None:
    """An archive cannot be inside a file; that is a mistake, and no conflict."""
    (tmp_path / "file").write_bytes(b"")

    for root in (tmp_path / "file", tmp_path / "file" / "archive"):
        with pytest.raises(Unusable):
            FolderWarcStore(root).put(KEY, b"data")


def test_a_folder_that_was_emptied(tmp_path: Path) -> None:
    """Folders that somebody removed are made again; the store need not be reopened."""
    warcs = FolderWarcStore(tmp_path)
    warcs.put(KEY, b"data")
    (tmp_path / KEY).unlink()
    (tmp_path / KEY).parent.rmdir()
    (tmp_path / "tmp").rmdir()
    warcs.put(KEY, b"again")

    assert b"again" == warcs.read_all(KEY)


def test_what_else_lies_there(tmp_path: Path) -> None:
    """Other files in the folder are no objects, and are left alone."""
    warcs = FolderWarcStore(tmp_path)
    warcs.put(KEY, b"data")
    for name in (".DS_Store", "notes.txt", "a b.warc.gz", ".hidden.warc.gz"):
        (tmp_path / "warcs" / name).write_bytes(b"")

    assert [KEY] == list(warcs.keys())


def test_opening_makes_nothing(tmp_path: Path) -> None:
    """A folder is made by what is put into it, not by looking."""
    root = tmp_path / "archive"

    assert ([], False) == (list(FolderWarcStore(root).keys()), root.exists())
