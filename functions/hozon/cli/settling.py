"""``hozon settings``: what is kept with an archive: plan, budget, who is told of what."""

from dataclasses import asdict, replace
from typing import Any

import click

from hozon.cli.context import Context
from hozon.cli.followed import find
from hozon.cli.histories import Share
from hozon.cli.rechecks import RECHECKS, Rechecks
from hozon.nouns import uris
from hozon.wiring import Embedded


@click.command()
@RECHECKS
@click.option("--webhook", metavar="URL", help="Where events are posted; '' ends that.")
@click.option(
    "--tell",
    "kinds",
    multiple=True,
    metavar="KIND",
    help="Tell these events only: new, changed, moved, missing, gone, restored, failing, "
    "or a kind of edit (title, correction, addition, removal, rewrite, facts); all.",
)
@click.option(
    "--tell-feed",
    "feeds",
    multiple=True,
    metavar="URI",
    help="Of these feeds only; all.",
)
@click.option(
    "--tell-min-change",
    type=Share(),
    default=None,
    metavar="SHARE",
    help="Edits of at least this share of the text only (0.02 or 2%).",
)
@click.pass_obj
def settings(
    context: Context,
    *,
    recheck_plan: str | None,
    recheck_budget: int | None,
    on_event: str | None,
    webhook: str | None,
    kinds: tuple[str, ...],
    feeds: tuple[str, ...],
    tell_min_change: float | None,
) -> None:
    """Show what is settled for this archive, and change what is named.

    \b
    hozon settings --recheck-plan news --recheck-budget 5000
    hozon settings --webhook https://example.org/hook --tell changed --tell gone
    """
    stated = Rechecks(plan=recheck_plan, budget=recheck_budget, on_event=on_event)
    with context.folder("settings", create=True) as opened:
        told = _told(opened, kinds, feeds)
        changed = replace(stated.of(opened.kept), **told)
        if webhook is not None:
            changed = replace(
                changed, webhook=uris.normal(webhook) if webhook else None
            )
        if tell_min_change is not None:
            changed = replace(changed, tell_min_change=tell_min_change)
        if changed != opened.kept:
            opened.keep(changed.checked())
        if recheck_plan is not None:
            opened.replan()
    shown = asdict(changed)
    context.say(shown, "\n".join(map(_line, shown, shown.values())))


def _told(
    opened: Embedded, kinds: tuple[str, ...], feeds: tuple[str, ...]
) -> dict[str, Any]:
    """Return which events are told as stated; ``all`` takes a bound away."""
    told: dict[str, Any] = {}
    if kinds:
        told["tell_kinds"] = () if "all" in kinds else kinds
    if feeds:
        book = opened.archive.feeds
        told["tell_feeds"] = (
            () if "all" in feeds else tuple(find(book, uri).id for uri in feeds)
        )
    return told


def _line(name: str, value: object) -> str:
    if isinstance(value, tuple):
        value = ", ".join(value)
    return f"{name.replace('_', ' '):16} {'' if value is None else value}".rstrip()
