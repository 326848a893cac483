"""What only a folder of derived objects promises."""

from pathlib import Path

import pytest

from hozon.adapters.embedded.derived import FolderDerivedStore
from hozon.adapters.embedded.folder import FolderWarcStore
from hozon.nouns.errors import Conflict


def test_a_key_is_a_path(tmp_path: Path) -> None:
    """Objects lie in the archive's folder under their keys, and are gone when given up."""
    store = FolderDerivedStore(tmp_path)
    store.put("search/a/b.seg", b"data")
    assert b"data" == (tmp_path / "search" / "a" / "b.seg").read_bytes()

    store.discard("search/a/b.seg")

    assert [] == list(store.keys("search/"))


def test_nothing_is_left_of_what_failed(tmp_path: Path) -> None:
    """Neither a conflict nor a write that failed leaves a file behind."""
    store = FolderDerivedStore(tmp_path)
    store.put("search/a", b"data")

    with pytest.raises(Conflict):
        store.put("search/a", b"more")
    with pytest.raises(Conflict):
        store.replace("search/a", b"more", version="other")

    assert [] == list((tmp_path / "tmp").iterdir())


def test_who_died_is_swept_up(tmp_path: Path) -> None:
    """Temporary files are those of the WARC store, which sweeps them."""
    (tmp_path / "tmp").mkdir()
    (tmp_path / "tmp" / "dead.part").write_bytes(b"half")

    FolderWarcStore(tmp_path)

    assert [] == list((tmp_path / "tmp").iterdir())


def test_what_is_no_object_is_not_listed(tmp_path: Path) -> None:
    """Hidden files and those of other programs are none."""
    store = FolderDerivedStore(tmp_path)
    store.put("search/a", b"")
    (tmp_path / "search" / ".DS_Store").write_bytes(b"")
    (tmp_path / "search" / "ä").write_bytes(b"")

    assert ["search/a"] == list(store.keys("search/"))
