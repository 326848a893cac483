"""Room on a disk: lines are sorted as if memory had sorted them."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hozon.adapters.embedded.workspace import FolderWorkspace
from tests.contract.embedded import children

LINES = st.lists(st.binary(max_size=40).map(lambda b: b.replace(b"\n", b"")))


@given(lines=LINES, at_once=st.sampled_from([1, 300, 5000]))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=60,
    deadline=None,
)
def test_sorting(tmp_path: Path, lines: list[bytes], at_once: int) -> None:
    """Each line once, in order, whatever fits in memory."""
    with FolderWorkspace(tmp_path, at_once=at_once) as disk:
        sorter = disk.sorter()
        for line in lines:
            sorter.add(line)
        found = sorter.sorted()

        assert sorted(set(lines)) == list(found)
        assert len(set(lines)) == len(found)


def test_very_many_runs(tmp_path: Path) -> None:
    """Thousands of runs take no more than some tens of files."""
    with FolderWorkspace(tmp_path, at_once=1) as disk:
        sorter = disk.sorter()
        for n in range(1000):
            sorter.add(f"{n * 7919 % 1000:04}".encode())
        found = sorter.sorted()

        assert [f"{n:04}".encode() for n in range(1000)] == list(found)
        assert len(sorter._runs) < 64


def test_long_lines(tmp_path: Path) -> None:
    """A line may be longer than what is read at a time."""
    lines = [bytes([c]) * 100_000 for c in b"cab"]
    with FolderWorkspace(tmp_path) as disk:
        sorter = disk.sorter()
        for line in lines:
            sorter.add(line)

        assert sorted(lines) == list(sorter.sorted())


def test_readers_at_once(tmp_path: Path) -> None:
    """Two who read the same lines do not disturb each other."""
    with FolderWorkspace(tmp_path) as disk:
        sorter = disk.sorter()
        for n in range(20_000):
            sorter.add(f"{n:06}".encode())
        found = sorter.sorted()

        one, other = iter(found), iter(found)
        next(one)
        assert list(zip(one, other, strict=False))[-1] == (b"019999", b"019998")


def test_nothing_is_left(tmp_path: Path) -> None:
    """Nobody sees the files, and who is killed leaves none."""
    code = """
from hozon.adapters.embedded.workspace import FolderWorkspace
disk = FolderWorkspace(root)
disk.file().write(b"x" * 100_000)
print(len(list(root.iterdir())), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert (-9, "0") == children.run(code, tmp_path)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("size", [5000])
def test_files(tmp_path: Path, size: int) -> None:
    """What is written is read."""
    with FolderWorkspace(tmp_path) as disk:
        file = disk.file()
        file.write(b"x" * size)
        file.seek(0)

        assert b"x" * size == file.read()
