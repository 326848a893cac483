"""How pages are looked at again, as options of a command."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import click

from hozon.settings import Kept

_BUDGET = click.IntRange(0, 10_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rechecks:
    """How pages are looked at again, as stated for one run; None: as is kept."""

    plan: str | None = None
    budget: int | None = None
    on_event: str | None = None

    def of(self, kept: Kept) -> Kept:
        """Return the settings as stated, or raise `Misuse`."""
        return replace(
            kept,
            recheck_plan=self.plan or kept.recheck_plan,
            recheck_budget=kept.recheck_budget if self.budget is None else self.budget,
            on_event=kept.on_event if self.on_event is None else self.on_event or None,
        ).checked()


def RECHECKS(command: Callable[..., None]) -> Callable[..., None]:  # noqa: N802  as options
    """Give a command the options for `Rechecks`."""
    for option in (
        click.option(
            "--on-event",
            metavar="COMMAND",
            help="Run it for each event, which comes as a JSON line on its input.",
        ),
        click.option(
            "--recheck-budget",
            type=_BUDGET,
            metavar="N",
            help="Look at N pages a day again at most; 0: at all that are due.",
        ),
        click.option(
            "--recheck-plan",
            metavar="PLAN",
            help="When articles are looked at again, whose feed has no plan: standard, "
            "news, none, or ages such as 1h,6h,1d/7d,30d,+1y.",
        ),
    ):
        command = option(command)
    return command
