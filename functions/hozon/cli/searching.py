"""``hozon search``: find entries by their text."""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import click

from hozon.cli.context import Context, note
from hozon.cli.followed import find
from hozon.nouns import instants
from hozon.nouns.archive import Archive
from hozon.search.finding import Filters
from hozon.search.matching import Part
from hozon.searching.searching import Hit, search
from hozon.serving import describing, river

_PAGE = 100


# A query may begin with a "-" of its own.
@click.command(name="search", context_settings={"ignore_unknown_options": True})
@click.argument("query")
@click.option("--feed", "feed_uri", metavar="URI", help="Only entries of this feed.")
@click.option("--since", metavar="INSTANT", help="Only entries from then on.")
@click.option("--until", metavar="INSTANT", help="Only entries before then.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="At most so many.",
)
@click.pass_obj
def search_command(
    context: Context,
    *,
    query: str,
    feed_uri: str | None,
    since: str | None,
    until: str | None,
    limit: int,
) -> None:
    """Print the entries that QUERY is found in, newest first.

    QUERY is words (all of them must be there), "a phrase in quotes", the beginning of a
    word with * behind it, and -word or -"a phrase" for what must not be there. Chinese,
    Japanese and Korean are found wherever they stand, a single character too. All
    versions of a page are searched; the latest one that matches is shown.

    \b
    hozon search '"free software" licen*' --since 1y
    hozon search 予算案 --feed https://example.org/feed.xml
    hozon --json search 'budget -draft' --limit 100 | jq -r .link
    """
    with context.reading() as opened:
        archive = opened.archive
        now = archive.clock()
        sources = {feed.id: feed.title or feed.uri for feed in archive.feeds.all()}
        filters = Filters(
            feed_id=find(archive.feeds, feed_uri).id if feed_uri else None,
            since=None if since is None else instants.parse(since, now=now),
            until=None if until is None else instants.parse(until, now=now),
        )
        found = _hits(query, archive, filters, limit)
        for hit in found:
            source = sources.get(hit.document.feed_id, "")
            said = describing.found(hit.document, hit.title, hit.excerpt, source)
            context.say(said, _block(hit, source, now))


def _hits(query: str, archive: Archive, filters: Filters, limit: int) -> Iterator[Hit]:
    """Yield hits, page by page."""
    while limit > 0:
        page = search(query, archive, limit=min(limit, _PAGE), filters=filters)
        yield from page.hits
        limit -= len(page.hits)
        if not page.searched:
            note("nothing is indexed for search yet; hozon run does that")
        if page.before is None:
            return
        filters = replace(filters, before=page.before)


def _block(hit: Hit, source: str, now: datetime) -> str:
    found = hit.document
    lines = [
        _marked(hit.title) or found.link or found.entry_key,
        "",
        river.age(found.at, now, language=found.language or "en"),
        *filter(None, [_marked(hit.excerpt)]),
        ", ".join(found.authors) or source,
        "",
    ]
    return "\n".join(lines)


def _marked(parts: Sequence[Part]) -> str:
    """Return parts as text; what was asked for is bold where that can be shown."""
    return "".join(
        click.style(part.text, bold=True) if part.is_hit and _is_bold() else part.text
        for part in parts
    )


def _is_bold() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
