"""What every command shares: which archive, which clock, how to say things."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

from hozon import wiring
from hozon.cli.reach import FOLDER_ONLY
from hozon.nouns import instants
from hozon.nouns.errors import Misuse
from hozon.nouns.instants import Clock
from hozon.nouns.model import RobotsPolicy
from hozon.nouns.tallies import NO_QUOTAS, Quotas
from hozon.reading.characters import legible
from hozon.settings import Kept

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The global options, and what follows from them."""

    directory: Path
    contact: str
    robots: RobotsPolicy
    as_json: bool
    stack: str | None = None
    quotas: Quotas = NO_QUOTAS
    unguarded: bool = False

    @contextmanager
    def reading(self) -> Iterator[wiring.Opened]:
        """Open the archive for somebody who reads: without what is out of sight, unless
        they have said that they are to see it.
        """
        # Here, because most commands read nothing, and would start later for it.
        from hozon.guarding.guarding import guarded  # noqa: PLC0415  see above

        with self.open() as opened:
            archive = opened.archive if self.unguarded else guarded(opened.archive)
            yield replace(opened, archive=archive)

    def open(
        self,
        *,
        clock: Clock = instants.utcnow,
        create: bool = False,
        indexed: bool = True,
    ) -> wiring.Opened:
        """Open the archive, in its folder or its account.

        `create` makes the folder where there is none. Raises `Unusable` with what to do
        where it cannot be opened.
        """
        if self.stack is not None:
            return wiring.attached(self.stack, clock=clock)
        return self._embedded(clock=clock, create=create, indexed=indexed)

    def folder(
        self,
        command: str,
        *,
        clock: Clock = instants.utcnow,
        create: bool = False,
        indexed: bool = True,
        settled: Callable[[Kept], Kept] = lambda kept: kept,
        new_key: bool = False,
    ) -> wiring.Embedded:
        """Open the archive's folder, or raise `Misuse`: `command` is one of `FOLDER_ONLY`.

        `settled` makes the settings to work with of those that are kept with it.
        """
        if self.stack is not None:
            there = FOLDER_ONLY[command].replace("NAME", self.stack)
            raise Misuse(f"`hozon {command}` is for an archive in a folder: {there}")
        return self._embedded(
            clock=clock,
            create=create,
            indexed=indexed,
            settled=settled,
            new_key=new_key,
        )

    def _embedded(self, **how: Any) -> wiring.Embedded:
        return wiring.embedded(
            self.directory,
            contact=self.contact,
            robots=self.robots,
            quotas=self.quotas,
            **how,
        )

    def say(self, data: Mapping[str, Any], text: str) -> None:
        """Write one answer to stdout: as a JSON line, or as text."""
        line = json.dumps(data, ensure_ascii=False) if self.as_json else legible(text)
        click.echo(line.encode("utf-8", "replace") if self.as_json else line)


def note(text: str) -> None:
    """Tell a person something that is no data."""
    click.echo(legible(text), err=True)


def on_terminal() -> bool:
    """Tell whether somebody watches stderr."""
    return sys.stderr.isatty()


def clock_from(now: str | None) -> Clock:
    """Return the world's clock, or one that starts at `now` and runs on from there.

    Raises `Misuse` for an instant that there is no reckoning with.
    """
    if now is None:
        return instants.utcnow
    started = instants.utcnow()
    wanted = instants.parse(now, now=started)
    if not 1970 <= wanted.year <= 9000:
        raise Misuse(f"--now is an instant of the years 1970 to 9000, not {now!r}")
    ahead: timedelta = wanted - started

    def rehearsed() -> datetime:
        return instants.utcnow() + ahead

    return rehearsed


def fetching(
    allow_host: tuple[str, ...],
    host_interval: float | None,
    contact: str,
    clock: Clock,
) -> wiring.Fetching:
    """Return how to fetch, as the options say.

    Raises `Misuse` where the interval is too short for hosts not named by allow_host.
    """
    # Here, because most commands fetch nothing, and would start later for it.
    from hozon.fetch import AllowedHosts  # noqa: PLC0415  see above

    allowed = AllowedHosts.parse(allow_host)
    if host_interval is not None and host_interval < 1 and not allow_host:
        raise Misuse(
            "--host-interval below 1 s is for hosts named by --allow-host only; "
            "publishers would rightly block us"
        )
    return wiring.Fetching(
        allowed=allowed,
        interval_s=host_interval,
        contact=contact,
        clock=clock,
    )


def _only_in_a_folder(
    context: click.Context, parameter: click.Parameter, value: T
) -> T:
    """Refuse an option that a deployed archive does not have."""
    found = context.find_object(Context)
    if found is not None and found.stack is not None and value not in (None, ()):
        raise Misuse(
            f"{parameter.opts[0]} is for rehearsals of an archive in a folder, "
            "not for a stack"
        )
    return value


OUTPUT = click.option(
    "-o",
    "output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file.",
)
ALLOW_HOST = click.option(
    "--allow-host",
    multiple=True,
    metavar="HOST:PORT",
    callback=_only_in_a_folder,
    help="Reach this private host, or a network and port (127.77.0.0/17:8080); "
    "may be given several times.",
)
HOST_INTERVAL = click.option(
    "--host-interval",
    type=click.FloatRange(min=0),
    default=None,
    metavar="SECONDS",
    callback=_only_in_a_folder,
    help="Time between two requests to one host, whatever they are for. "
    "[default: 2 before a page, 1 before a feed, 0.25 between a page's requisites]",
)
TSA = click.option(
    "--tsa",
    multiple=True,
    metavar="URI",
    envvar="HOZON_TSA",
    help="A time stamping authority (RFC 3161) to vouch for the time of seals; may be "
    "given several times. [env: HOZON_TSA, with spaces between]",
)


def authorities(tsa: tuple[str, ...]) -> tuple[str, ...]:
    """Return the URIs of time stamping authorities, one each."""
    return tuple(uri for stated in tsa for uri in stated.split())
