"""The command line: shell arguments to use cases, answers to text or JSON lines.

stdout is data only; progress, problems and hints go to stderr. Exit codes: 0 ok ·
1 failed or partly failed · 2 usage · 3 no capture · 4 verification failed · 5 access or
configuration · 130 interrupted.
"""

import sys
from pathlib import Path

import click

from hozon import __version__
from hozon.cli.context import Context, note
from hozon.cli.lazily import Lazily
from hozon.nouns.errors import (
    Damaged,
    Hidden,
    HozonError,
    Misuse,
    NotFound,
    Refused,
    Unusable,
)
from hozon.nouns.model import RobotsPolicy
from hozon.settings import ROBOTS_POLICIES, quotas

_EXIT: tuple[tuple[type[HozonError], int], ...] = (
    (NotFound, 3),
    (Damaged, 4),
    (Misuse, 2),
    (Unusable, 5),
    (Hidden, 5),
    (Refused, 1),
    (HozonError, 1),
)


_HIDDEN = "; hozon access URI says why, hozon --unguarded … reads it"
_PLACES = {
    "feeds": "feeds:feeds",
    "run": "running:run",
    "capture": "oneoff:capture",
    "recheck": "oneoff:recheck",
    "settings": "settling:settings",
    "serve": "serving:serve",
    "entries": "entries:entries",
    "search": "searching:search_command",
    "timemap": "retrieving:timemap",
    "get": "retrieving:get",
    "status": "keeping:status",
    "reindex": "keeping:reindex",
    "export": "exporting:export",
    "hold": "holding:hold",
    "redrive": "redriving:redrive_command",
    "doctor": "doctor:doctor",
    "seal": "evidence:seal",
    "receipt": "evidence:receipt",
    "verify": "evidence:verify",
    "access": "access:access",
    "purge": "purging:purge",
    "audit": "auditing:audit",
    "pull": "pulling:pull",
    "signin": "signin:signin",
    "completion": "completion:completion",
}


@click.group(
    cls=Lazily,
    places=_PLACES,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--archive",
    "directory",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("archive"),
    envvar="HOZON_ARCHIVE",
    show_default=True,
    help="The archive's folder; made at first use. [env: HOZON_ARCHIVE]",
)
@click.option(
    "--stack",
    envvar="HOZON_STACK",
    metavar="NAME",
    help="Work on this deployed archive instead of a folder. [env: HOZON_STACK]",
)
@click.option(
    "--contact",
    default="",
    envvar="HOZON_CONTACT",
    help="Who answers for this archive (URI or address): sent in the User-Agent. "
    "[env: HOZON_CONTACT]",
)
@click.option(
    "--robots",
    type=click.Choice(ROBOTS_POLICIES),
    default="respect",
    envvar="HOZON_ROBOTS",
    show_default=True,
    help="Where a robots.txt disallows a page: respect it, or capture the page and only "
    "record that. [env: HOZON_ROBOTS]",
)
@click.option(
    "--feed-captures",
    type=click.IntRange(0),
    default=0,
    envvar="HOZON_FEED_CAPTURES",
    help="Most captures a day of one feed; what is over waits for the next. 0: no limit. "
    "[env: HOZON_FEED_CAPTURES]",
)
@click.option(
    "--feed-megabytes",
    type=click.IntRange(0),
    default=0,
    envvar="HOZON_FEED_MEGABYTES",
    help="Most megabytes a day of one feed. 0: no limit. [env: HOZON_FEED_MEGABYTES]",
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON, one object a line.")
@click.option(
    "--unguarded",
    is_flag=True,
    help="Read also what is out of sight (see hozon access).",
)
@click.version_option(__version__, prog_name="hozon")
@click.pass_context
def cli(
    context: click.Context,
    directory: Path,
    stack: str | None,
    contact: str,
    robots: RobotsPolicy,
    *,
    feed_captures: int,
    feed_megabytes: int,
    as_json: bool,
    unguarded: bool,
) -> None:
    """Archive what feeds publish, and get it back as it was.

    \b
    hozon feeds add https://www.eff.org/rss/updates.xml
    hozon run
    hozon entries list
    hozon get https://www.eff.org/deeplinks/… --at 2026-10-01
    """
    context.obj = Context(
        directory=directory,
        contact=contact,
        robots=robots,
        as_json=as_json,
        stack=stack or None,
        quotas=quotas(feed_captures, feed_megabytes, 0, 0),
        unguarded=unguarded,
    )


def main() -> None:
    """Run the program and end the process with the exit code that says how it went."""
    try:
        code = cli.main(prog_name="hozon", standalone_mode=False)
    except click.ClickException as e:
        e.show()
        code = e.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; run it again to go on", err=True)
        code = 130
    except HozonError as e:
        note(f"hozon: {e}{_HIDDEN if isinstance(e, Hidden) else ''}")
        code = next(c for kind, c in _EXIT if isinstance(e, kind))
    except SystemExit:
        code = 0  # click's answer to a reader of stdout who has seen enough
    except OSError as e:
        note(f"hozon: {e}; name another place, or free this one")
        code = 5
    sys.exit(code or 0)
