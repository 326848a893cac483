"""``hozon feeds import``, ``export`` and ``set``: lists with all their settings."""

from pathlib import Path

import pytest

from hozon import opml
from tests.e2e.conftest import Hozon

pytestmark = pytest.mark.e2e

LIST = f"""<?xml version="1.0" encoding="Shift_JIS"?>
<opml version="1.0" xmlns:h="{opml.NAMESPACE}"><body>
<outline text="ニュース"><outline text="日本 & 世界">
<outline TITLE="朝刊" xmlURL="https://a.example.org/feed" h:paused="true"/>
<outline title="夕刊" xmlUrl="https://b.example.org/feed" h:everyMin="3600"/>
<outline title="夕刊" xmlUrl="https://b.example.org/feed"/>
</outline></outline>
<outline type="rss" text="壊れた" xmlUrl="mailto:a@example.org"/>
</body></opml>"""
SETTINGS = ("uri", "title", "folder", "every_min_s", "every_max_s", "paused")


def settings(hozon: Hozon) -> list[tuple[object, ...]]:
    return sorted(
        tuple(feed[name] for name in SETTINGS) for feed in hozon.json("feeds", "list")
    )


def test_a_list_comes_and_goes_with_its_settings(
    directory: Path, tmp_path: Path
) -> None:
    """A list as somebody's reader wrote it; what is set besides comes back as well."""
    given = tmp_path / "given.opml"
    given.write_bytes(LIST.encode("cp932"))
    hozon = Hozon(directory=directory)

    said = hozon("feeds", "import", str(given), code=1).stderr.decode()
    hozon("feeds", "set", "https://b.example.org/feed", "--every-max", "2d")
    hozon("feeds", "export", "-o", str(tmp_path / "out.opml"))
    other = Hozon(directory=tmp_path / "other")
    other("feeds", "import", str(tmp_path / "out.opml"))

    folder = ["ニュース", "日本 & 世界"]
    a, b = "https://a.example.org/feed", "https://b.example.org/feed"
    assert [
        (a, "朝刊", folder, None, None, True),
        (b, "夕刊", folder, 3600, 172800, False),
    ] == settings(hozon)
    assert settings(hozon) == settings(other)
    assert "given.opml:6: already followed" in said
    assert "(line 5)" in said
    assert "given.opml:8: not an http or https URI" in said
    assert "2 feeds were added, of 4" in said


def test_wishes_that_cannot_be(directory: Path, tmp_path: Path) -> None:
    """Too often, no time at all, contradictory: told, and nothing is changed."""
    given = tmp_path / "given.opml"
    given.write_bytes(LIST.encode("cp932"))
    hozon = Hozon(directory=directory)
    hozon("feeds", "import", str(given), code=1)
    before = settings(hozon)
    b = "https://b.example.org/feed"

    for options, said in (
        (("--every-min", "5m"), b"not between 15m and 30d"),
        (("--every-max", "soon"), b"no time such as"),
        (("--every-min", "2d", "--every-max", "1d"), b"must not be longer"),
        ((), b"nothing to set"),
    ):
        assert said in hozon("feeds", "set", b, *options, code=2).stderr

    assert before == settings(hozon)


def test_a_file_that_is_no_list(directory: Path, tmp_path: Path) -> None:
    """A hundred megabytes are not even read."""
    large = tmp_path / "large.opml"
    with large.open("wb") as file:
        file.truncate(100_000_000)

    done = Hozon(directory=directory)("feeds", "import", str(large), code=2)

    assert b"larger than" in done.stderr
