"""``hozon status`` and ``hozon reindex``: how the archive is, and its index made anew."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC
from typing import Any

import click

from hozon import wiring
from hozon.accounts import costs
from hozon.accounts.costs import Costs
from hozon.accounts.prices import ALWAYS_FREE, DATED, PRICES, bill
from hozon.cli.context import Context, note, on_terminal
from hozon.operating.standing import COST_DAYS, PERIODS, cost_until, queues, standing
from hozon.searching.searching import rebuild
from hozon.wiring import Embedded


@click.command()
@click.option(
    "--cost",
    "is_cost",
    is_flag=True,
    help="Say what the last 30 days cost, by AWS's list prices.",
)
@click.pass_obj
def status(context: Context, *, is_cost: bool) -> None:
    """Say how the archive is: what it holds, what waits, what was done, what fails.

    \b
    hozon status
    hozon --stack hozon status --cost
    """
    with context.open() as opened:
        if is_cost:
            today = opened.archive.clock().astimezone(UTC).date()
            found = cost_until(opened.archive, today)
            said = _costs_said(found, is_deployed=not isinstance(opened, Embedded))
            context.say(said, "\n".join(_cost_lines(said)))
            return
        known = standing(opened.archive, opened.inbox)
        known.update(queues(opened.archive, opened.dead))
        context.say(known, "\n".join(_lines(known)))


def _lines(known: Mapping[str, Any]) -> Iterator[str]:
    for name, value in known.items():
        if name not in {"trouble", "done", "damaged"}:
            yield f"{name.replace('_', ' '):18} {'-' if value is None else value}"
    yield f"{'done':18} {'':>12}".rstrip() + "".join(f"{n:>15}" for n in PERIODS)
    names = list(known["done"]["last_30_days"])
    for name in names:
        counts = (known["done"][period].get(name, 0) for period in PERIODS)
        yield f"  {name.replace('_', ' '):16} " + "".join(f"{n:>15,}" for n in counts)
    for each in known["damaged"]:
        yield f"  {each['act']}  {each['subject']}: {each['says']}"
    for each in known["trouble"]:
        yield f"  {each['kind']}  {each['uri']}: {each['reason']}"


def _costs_said(found: Costs, *, is_deployed: bool) -> dict[str, Any]:
    """Return costs as JSON, in US dollars."""
    standing_free = bill(costs.standing(), free=ALWAYS_FREE)
    return {
        "days": COST_DAYS,
        "prices_of": DATED.isoformat(),
        "deployed": is_deployed,
        "articles": found.articles,
        "polls": found.polls,
        "work": {k: round(v, 6) for k, v in found.work.items()},
        "work_total": round(sum(found.work.values()), 4),
        "per_million_articles": _rounded(found.per_million_articles),
        "month_at_rest": {k: round(v, 4) for k, v in found.standing_month.items()},
        "month_at_rest_total": round(sum(found.standing_month.values()), 2),
        "month_at_rest_beyond_free": round(sum(standing_free.values()), 2),
        "bytes_stored": found.bytes_stored,
        "storage_month": round(found.storage_month, 4),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _cost_lines(said: Mapping[str, Any]) -> Iterator[str]:
    if not said["deployed"]:
        yield "An archive in a folder costs its disk. On AWS these days would have cost:"
    yield f"US dollars of {said['days']} days, by list prices of {said['prices_of']}"
    for name, usd in said["work"].items():
        yield f"  {name.replace('_', ' '):18} {usd:>10.4f}  ({PRICES[name].unit})"
    yield f"  {'work':18} {said['work_total']:>10.4f}"
    per_million = said["per_million_articles"]
    if per_million is not None:
        yield f"  {'a million articles':18} {per_million:>10.2f}  (storage aside)"
    beyond = said["month_at_rest_beyond_free"]
    yield (
        f"  {'a month at rest':18} {said['month_at_rest_total']:>10.2f}  "
        f"({beyond:.2f} beyond what each account has free)"
    )
    yield (
        f"  {'stored, a month':18} {said['storage_month']:>10.4f}  "
        f"({said['bytes_stored'] / 1e9:,.2f} GB since)"
    )


@click.command()
@click.option(
    "--search", "only_search", is_flag=True, help="Only what `hozon search` uses."
)
@click.pass_obj
def reindex(context: Context, *, only_search: bool) -> None:
    """Make the index, and what search uses, anew from the WARC files alone.

    The new ones take the old ones' places only when they are whole. Feeds, queues and
    WARC files are left as they are. Exit code 4 where a WARC file is damaged. A folder
    with nothing but WARC files (`warcs/…`) becomes an archive. Of a stack, what is
    lacking in its table is added.

    \b
    hozon reindex
    """
    tell = _tell if on_terminal() else lambda _: None
    has_warcs = (context.directory / "warcs").is_dir()
    with (
        context.open(indexed=only_search, create=has_warcs) as opened,
        _alone(opened),
        wiring.workspace() as room,
    ):
        done = None if only_search else opened.reindex(progress=tell)
        made = rebuild(opened.archive, room, progress=tell)
    objects = done.objects if done else made.objects
    damaged = done.damaged if done else made.damaged
    for key in damaged:
        note(f"hozon: damaged: {key}")
    said = {
        "objects": objects,
        "documents": made.documents,
        "damaged": list(damaged),
    }
    context.say(
        said,
        f"{objects} WARC files read, {len(damaged)} damaged, "
        f"{made.documents} documents to be found",
    )
    if damaged:
        raise click.exceptions.Exit(4)


def _alone(opened: wiring.Opened) -> AbstractContextManager[None]:
    return opened.exclusive() if isinstance(opened, Embedded) else nullcontext()


def _tell(objects: int) -> None:
    if objects % 100 == 0:
        click.echo(f"\r{objects} WARC files", err=True, nl=False)
