"""What an operator may wish of one feed: its folder, how often it is polled, and when
its articles are looked at again.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import click

from hozon.nouns.errors import Misuse
from hozon.nouns.model import Feed
from hozon.timetable import plans
from hozon.timetable.cadence import SHORTEST_S

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST_S = 30 * 86400


class Duration(click.ParamType[int]):
    """Seconds, or a number with a unit: ``900``, ``15m``, ``12h``, ``7d``."""

    name = "duration"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the seconds; fail below a quarter of an hour and above thirty days."""
        found = re.fullmatch("([0-9]{1,8})([smhd]?)", str(value).strip().lower())
        if found is None:
            self.fail(f"{value!r} is no time such as 900, 15m, 12h or 7d", param, ctx)
        seconds = int(found[1]) * _UNITS[found[2]]
        if not SHORTEST_S <= seconds <= _LONGEST_S:
            self.fail(f"{value!r} is not between 15m and 30d", param, ctx)
        return seconds


def _folder(_: object, __: object, value: str | None) -> tuple[str, ...] | None:
    if value is None:
        return None
    return tuple(part.strip() for part in value.split("/") if part.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Wishes as stated: None where nothing is said, so that all stays as it is."""

    folder: tuple[str, ...] | None = None
    every_min: int | None = None
    every_max: int | None = None
    plan: str | None = None

    def of(self, feed: Feed) -> Feed:
        """Return the feed as wished, or raise `Misuse` where that is contradictory."""
        wished = replace(
            feed,
            folder=feed.folder if self.folder is None else self.folder,
            every_min_s=self.every_min or feed.every_min_s,
            every_max_s=self.every_max or feed.every_max_s,
            plan=feed.plan if self.plan is None else checked_plan(self.plan),
        )
        least, most = wished.every_min_s, wished.every_max_s
        if least and most and least > most:
            raise Misuse(
                f"polls at least {least} s and at most {most} s apart: "
                "--every-min must not be longer than --every-max"
            )
        return wished


def checked_plan(stated: str) -> str | None:
    """Return a re-check plan as stated, None for ``default``, or raise `Misuse`."""
    if stated == "default":
        return None
    plans.parse(stated)
    return stated


def WISHES(command: Callable[..., None]) -> Callable[..., None]:  # noqa: N802  as options
    """Give a command the options for `Wishes`."""
    for option in (
        click.option(
            "--plan",
            metavar="PLAN",
            help="When its articles are looked at again: standard, news, none, ages such "
            "as 1h,6h,1d/7d,30d,+1y; default: the archive's plan.",
        ),
        click.option(
            "--every-max", type=Duration(), help="Poll at least this often (12h, 7d)."
        ),
        click.option(
            "--every-min", type=Duration(), help="Poll no more often than this (30m)."
        ),
        click.option(
            "--folder",
            callback=_folder,
            metavar="A/B",
            help="Keep the feed in this folder; “/” takes it out of any.",
        ),
    ):
        command = option(command)
    return command
