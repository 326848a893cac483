"""Files and folders that are written for a person: whole, or not there."""

import fcntl
import os
import signal
from pathlib import Path

import pytest

from hozon.adapters.embedded import outlets
from hozon.nouns.errors import Misuse, Unusable
from tests.contract.embedded import children

KILLED = -signal.SIGKILL
IMPORTS = "from hozon.adapters.embedded import outlets\n"
FILE = f"""{IMPORTS}
with outlets.new_file(root / "x.warc.gz") as file:
    file.write(b"data")
"""
FOLDER = f"""{IMPORTS}
with outlets.new_folder(root / "bag") as folder:
    with folder.new("data/a/b.txt") as file:
        file.write(b"data")
"""


def names(root: Path) -> list[str]:
    return sorted(each.name for each in root.iterdir())


def test_a_file(tmp_path: Path) -> None:
    """It takes the place of what was there, and only when it is whole."""
    path = tmp_path / "x.warc.gz"
    path.write_bytes(b"old")

    with outlets.new_file(path) as file:
        file.write(b"new")
        assert b"old" == path.read_bytes()

    assert b"new" == path.read_bytes()
    assert ["x.warc.gz"] == names(tmp_path)


def test_a_file_that_comes_to_nothing(tmp_path: Path) -> None:
    """Whatever goes wrong in between, what was there stays, and nothing else is left."""
    path = tmp_path / "x.warc.gz"
    path.write_bytes(b"old")

    def fail() -> None:
        with outlets.new_file(path) as file:
            file.write(b"half of")
            raise ValueError

    with pytest.raises(ValueError):
        fail()

    assert b"old" == path.read_bytes()
    assert ["x.warc.gz"] == names(tmp_path)


def test_a_folder(tmp_path: Path) -> None:
    """It appears with all its files, or not at all."""
    path = tmp_path / "bag"

    with outlets.new_folder(path) as folder:
        with folder.new("data/a/b.txt") as file:
            file.write(b"data")
        assert not path.exists()

    assert b"data" == (path / "data/a/b.txt").read_bytes()
    assert ["bag"] == names(tmp_path)


def test_a_folder_that_comes_to_nothing(tmp_path: Path) -> None:
    """Its files go as well."""

    def fail() -> None:
        with outlets.new_folder(tmp_path / "bag") as folder:
            with folder.new("data/a/b.txt") as file:
                file.write(b"data")
            raise ValueError

    with pytest.raises(ValueError):
        fail()

    assert [] == names(tmp_path)


@pytest.mark.parametrize(("code", "name"), [(FILE, "x.warc.gz"), (FOLDER, "bag")])
def test_killed_before_the_name(tmp_path: Path, code: str, name: str) -> None:
    """Who is killed leaves nothing that looks whole; the next one takes it away."""
    status, _ = children.run(f"die_at('os.rename'); {code}", tmp_path)

    (left,) = names(tmp_path)
    assert KILLED == status
    assert left.startswith(f".{name}.")
    assert left.endswith(".part")
    assert (0, "") == children.run(code, tmp_path)
    assert [name] == names(tmp_path)


@pytest.mark.parametrize(
    ("code", "fault", "expected"),
    [
        (FILE, "'open', errno.ENOSPC, '.part'", "NoSpace"),
        (FILE, "'open', errno.EDQUOT, '.part'", "NoSpace"),
        (FILE, "'open', errno.EROFS, '.part'", "Unusable"),
        (FILE, "'open', errno.EIO, '.part'", "Unavailable"),
        (FILE, "'os.rename', errno.ENOSPC", "NoSpace"),
        (FOLDER, "'os.mkdir', errno.EACCES, '.part'", "Unusable"),
        (FOLDER, "'open', errno.ENOSPC, 'b.txt'", "NoSpace"),
        (FOLDER, "'os.rename', errno.ENOSPC", "NoSpace"),
    ],
)
def test_what_writing_may_meet(
    tmp_path: Path, code: str, fault: str, expected: str
) -> None:
    """An error of the system says what a person can do; nothing is left."""
    tried = "\n".join(f"    {line}" for line in code.splitlines())
    status = children.run(
        f"""
fail_at({fault})
try:
{tried}
except Exception as e: print(type(e).__name__)
""",
        tmp_path,
    )

    assert (0, expected) == status
    assert [] == names(tmp_path)


def test_a_full_disk(tmp_path: Path) -> None:
    """A file that may not grow any more is given up, and the reason is said."""
    code = f"""{IMPORTS}
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    with outlets.new_file(root / "x") as file:
        file.write(bytes(5000))
except Exception as e: print(type(e).__name__)
"""
    assert (0, "NoSpace") == children.run(code, tmp_path)
    assert [] == names(tmp_path)


def test_who_is_at_work_is_not_swept(tmp_path: Path) -> None:
    """A second export to one place leaves the first one alone, and what is not ours."""
    alive = tmp_path / f".x.{'0' * 32}.part"
    others = (".x.part", f".y.{'1' * 32}.part", f"x.{'2' * 32}.part")
    for name in others:
        (tmp_path / name).write_bytes(b"")
    dead = tmp_path / f".x.{'3' * 32}.part"
    dead.write_bytes(b"half of")
    with alive.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with outlets.new_file(tmp_path / "x"):
            pass

    assert sorted([alive.name, "x", *others]) == names(tmp_path)


def test_places_where_nothing_can_be(tmp_path: Path) -> None:
    """Each is a mistake that is explained."""
    (tmp_path / "file").write_bytes(b"mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_bytes(b"")
    (tmp_path / "empty").mkdir()

    with (
        pytest.raises(Misuse, match="is a folder"),
        outlets.new_file(tmp_path / "full"),
    ):
        pass
    with (
        pytest.raises(Unusable, match="no folder"),
        outlets.new_file(tmp_path / "no/x"),
    ):
        pass
    for name in ("file", "full"):
        with (
            pytest.raises(Misuse, match="is there already"),
            outlets.new_folder(tmp_path / name),
        ):
            pass
    with outlets.new_folder(tmp_path / "empty"):
        pass

    assert ["empty", "file", "full"] == names(tmp_path)
    assert b"mine" == (tmp_path / "file").read_bytes()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_folder_of_somebody_else(tmp_path: Path) -> None:
    """Who may not write there is told so."""
    code = f"""
import os
{IMPORTS}
os.seteuid(65534)
try:
    with outlets.new_file(root / "x"): pass
except Exception as e: print(type(e).__name__)
"""
    assert (0, "Unusable") == children.run(code, tmp_path)
