"""The river in one file: Atom (RFC 4287), or JSON Feed 1.1."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO, Literal

from hozon.exporting.telling import Tell
from hozon.exporting.warcs import SOFTWARE
from hozon.exporting.wishes import Wish, entries, sources
from hozon.nouns.archive import Archive
from hozon.nouns.workspace import Workspace
from hozon.publishing import atom, jsonfeed
from hozon.publishing.items import Item, item

_COPY = 1 << 20
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def write_atom(
    wish: Wish,
    archive: Archive,
    out: BinaryIO,
    *,
    title: str,
    base: str,
    disk: Workspace,
    tell: Tell,
) -> None:
    """Write the entries that are wished for as one Atom feed, newest first.

    Its head says when what follows last changed, so the entries wait on disk for it.
    """
    latest, body = _NEVER, disk.file()
    for each in _items(wish, archive, base, tell):
        latest = max(latest, each.updated_at)
        body.write(atom.entry(each))
    out.write(
        atom.head(
            feed_id=identity(wish, base),
            title=title,
            updated_at=latest,
            links=[("self", address(wish, base, "atom")), ("alternate", f"{base}/")],
            software=SOFTWARE,
            mark="complete" if wish.is_all else None,
        )
    )
    body.seek(0)
    while data := body.read(_COPY):
        out.write(data)
    out.write(atom.END)


def write_json(
    wish: Wish, archive: Archive, out: BinaryIO, *, title: str, base: str, tell: Tell
) -> None:
    """Write the entries that are wished for as one JSON Feed, newest first."""
    feed = address(wish, base, "json")
    out.write(jsonfeed.head(title=title, home=f"{base}/", feed=feed))
    before = b""
    for each in _items(wish, archive, base, tell):
        out.write(before + jsonfeed.item(each))
        before = jsonfeed.SEPARATOR
    out.write(jsonfeed.END)


def identity(wish: Wish, base: str) -> str:
    """Return the id of the feed: the river's, or of its part that one feed makes."""
    return f"urn:hozon:feed:{wish.feed.id}" if wish.feed else f"{base}/river.atom"


def address(wish: Wish, base: str, form: Literal["atom", "json"]) -> str:
    """Return where the same is served as long as it is new."""
    return f"{base}/river.{form}" + (f"?feed={wish.feed.id}" if wish.feed else "")


def _items(wish: Wish, archive: Archive, base: str, tell: Tell) -> Iterator[Item]:
    named = sources(archive)
    for shown in entries(wish, archive):
        yield item(shown, named, base=base)
        tell.count(entries=1)
        tell.step()
