"""What snapshots share: which requisites are remembered, and for how long."""

from datetime import UTC, datetime

import pytest

from hozon.capturing import sharing
from hozon.capturing.sharing import Commons, Fetched

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def test_what_is_wanted_often_outlasts_what_was_wanted_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Memory is bounded by number, and the style sheet of a whole site stays in it."""
    monkeypatch.setattr(sharing, "REMEMBERED", 3)
    commons = Commons(clock=lambda: NOON)
    asked: list[str] = []

    async def obtain(uri: str) -> None:
        async def fetch() -> Fetched:
            asked.append(uri)
            return Fetched(exchanges=())

        await commons.obtain(uri, fetch)

    for uri in ("style", "1", "2", "style", "3", "style", "4", "style", "1"):
        await obtain(uri)

    assert asked == ["style", "1", "2", "3", "4", "1"]
