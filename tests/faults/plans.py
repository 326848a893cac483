"""Faults by plan: what becomes of each call to the world, one after another."""

from collections.abc import Callable
from typing import Any, TypeVar

from hozon.nouns.errors import HozonError, Unavailable

R = TypeVar("R")

OUTCOMES = ("ok", "ok", "ok", "ok", "fail", "lost", "crash", "die")
"""``fail``: not done, and refused (503, throttled); ``lost``: done, but the reply is lost;
``crash``: the process dies before it is done; ``die``: behind it.
"""


class Crash(BaseException):
    """The process is gone; nothing catches this."""


class Plan:
    """Outcomes still to come; where there is none left, all goes well."""

    def __init__(self) -> None:
        self.outcomes: list[str] = []

    def call(self, act: Callable[[], R]) -> R:
        """Do something as the plan says."""
        outcome = self.outcomes.pop(0) if self.outcomes else "ok"
        if outcome == "crash":
            raise Crash
        if outcome == "fail":
            raise Unavailable("503: slow down")
        try:
            return act()
        except HozonError:
            if outcome == "ok":
                raise
        finally:
            if outcome == "die":
                raise Crash
            if outcome == "lost":
                raise Unavailable("the reply was lost")
        raise AssertionError(outcome)


class Faulty:
    """A port whose every method goes by a plan."""

    def __init__(self, port: Any, plan: Plan) -> None:
        self._port = port
        self._plan = plan

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            return self._plan.call(lambda: method(*args, **kwargs))

        return call
