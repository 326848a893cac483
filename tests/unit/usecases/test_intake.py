"""What came in on each day is counted from the log, once, and can be counted anew."""

from dataclasses import replace

import pytest

from hozon.sealing import following, intake
from hozon.sealing.sealing import note, seal
from tests.unit.usecases.conftest import Desk
from tests.unit.usecases.test_running import FEED, rss, site
from tests.unit.usecases.test_web import archived


def sealed(desk: Desk) -> None:
    """Seal what waits."""
    seal(desk.opened.archive, desk.opened.signer)


async def test_what_is_sealed_is_counted_once(desk: Desk) -> None:
    """By kind and day, with the bytes; a second round finds nothing new."""
    await archived(desk)
    archive, today = desk.opened.archive, desk.clock.now.date()
    assert 0 == intake.update(archive)
    note("settings", {"robots": "respect"}, archive)
    sealed(desk)

    assert 4 == intake.update(archive)
    assert 0 == intake.update(archive)

    counted = intake.read(archive)
    assert {today: 2} == counted.of("snapshot")
    assert {today: 1} == counted.of("poll")
    stored = sum(map(archive.warcs.size, archive.warcs.keys()))
    assert {today: stored} == counted.octets


async def test_it_goes_on_where_it_was(desk: Desk) -> None:
    """What comes later is added to what was counted."""
    await archived(desk)
    sealed(desk)
    intake.update(desk.opened.archive)
    desk.clock.advance(days=2)
    await desk.run(desk.fetcher(site({FEED: rss("https://news.example.org/c")})))
    sealed(desk)
    intake.update(desk.opened.archive)

    counted = intake.read(desk.opened.archive)
    assert [desk.clock.now.date()] == counted.days[:1]
    assert 2 == len(counted.days)
    fresh = intake.Intake()
    fresh.add(following.since(0, desk.opened.archive, limit=1000))
    assert (fresh.objects, fresh.octets) == (counted.objects, counted.octets)


@pytest.mark.parametrize(
    "damage", [b"", b"{}", b'{"hozon":"intake/2"}', b"[1]", b"\xff"]
)
async def test_what_is_damaged_is_counted_anew(desk: Desk, damage: bytes) -> None:
    """It is derived: no reader and no round fails by it."""
    await archived(desk)
    sealed(desk)
    archive = desk.opened.archive
    archive.derived.replace(intake.KEY, damage, version=None)

    assert 0 == intake.read(archive).position
    assert 3 == intake.update(archive)
    assert 3 == intake.read(archive).position


async def test_another_one_counts(desk: Desk) -> None:
    """Who comes second leaves what the first has written."""
    await archived(desk)
    sealed(desk)
    archive = desk.opened.archive

    def has_time() -> bool:
        if intake.read(archive).position == 0:
            intake.update(archive)
        return True

    assert 0 == intake.update(archive, has_time=has_time)
    assert 3 == intake.read(archive).position


async def test_a_log_that_began_anew(desk: Desk) -> None:
    """A position that the log has not reached yet is that of a log that was lost."""
    await archived(desk)
    sealed(desk)
    archive = desk.opened.archive
    far = intake.Intake(position=99)
    archive.derived.replace(intake.KEY, intake._written(far), version=None)

    assert 3 == intake.update(replace(archive))
    assert 3 == intake.read(archive).position
