"""An event loop whose time jumps to the next timer: hours pass in milliseconds."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


class _Jumping(selectors.DefaultSelector):
    """Does not wait: it moves the time on by as long as it was to wait."""

    now = 1000.0

    def select(
        self, timeout: float | None = None
    ) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "everybody waits, and for nothing"
        self.now += max(0.0, timeout)
        found: list[tuple[selectors.SelectorKey, int]] = super().select(0)
        return found


class RehearsedLoop(asyncio.SelectorEventLoop):
    """A loop that never sleeps."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


def rehearse(play: Coroutine[object, object, T]) -> T:
    """Run `play` in such a loop."""
    with asyncio.Runner(loop_factory=RehearsedLoop) as runner:
        return runner.run(play)
