"""The whole program on hostile and real documents, watched, in 1 GB of memory."""

from pathlib import Path

import pytest

from tests.hostile import documents, pipeline
from tests.hostile.pipeline import is_well, through

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture
def feeds(tmp_path: Path) -> list[Path]:
    """Feeds of the museum, and such as want more than they should have."""
    made = {**documents.EXPANDING, **documents.EXTERNAL}
    made |= {name: make() for name, make in documents.many(3_000).items()}
    made |= {f"file {n}": name for n, name in enumerate(documents.FILES)}
    for number, text in enumerate(made.values()):
        (tmp_path / f"{number}.xml").write_text(text, "utf-8")
    return [*pipeline.files_of(DATA / "feeds"), *pipeline.files_of(tmp_path)]


@pytest.mark.museum(28, 30)
def test_feeds_open_nothing_and_ask_nobody(feeds: list[Path]) -> None:
    """Every document is stored, nothing raises; no file outside the archive is opened, no
    host but that of the site asked, no program started, by us or by our readers; and the
    index is what the objects say.
    """
    found = through("feeds", feeds)

    assert is_well(found), "\n".join([*found["astray"], *found["broken"]])
    assert found["counts"]["polls"] == len(feeds)
    assert found["objects"] >= len(feeds)
    assert found["peak_mb"] < 300


@pytest.mark.museum(47)
def test_warcs_of_others_break_nothing() -> None:
    """Objects that we did not write, or that are broken, are named; the rest is read."""
    found = through("warcs", pipeline.files_of(DATA / "warc"))

    assert is_well(found), "\n".join([*found["astray"], *found["broken"]])
    assert found["counts"]["captures"] > 0


def test_the_watch_sees(tmp_path: Path) -> None:
    """A file that is opened elsewhere, a stranger who is asked: both are told."""
    watch = pipeline.Watch(str(tmp_path), 80)
    watch("open", ("/etc/passwd", "r", 0))
    watch("socket.connect", (None, ("127.0.0.1", 81)))
    watch("socket.connect", (None, ("10.0.0.1", 80)))
    watch("os.system", (b"id",))
    watch("subprocess.Popen", ("sh", ["sh", "-c", "id"], None, None))
    seen = len(watch.astray)
    watch("open", (f"{tmp_path}/archive/state.sqlite", "r", 0))
    watch("socket.connect", (None, ("127.0.0.1", 80)))

    assert 5 == seen == len(watch.astray)
