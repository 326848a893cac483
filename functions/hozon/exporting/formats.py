"""Which formats there are, and what each is written by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from hozon.exporting import bags, feeds, jsonl, opml, tables, wacz, warcs
from hozon.exporting.telling import Tell
from hozon.exporting.wishes import Wish
from hozon.nouns.archive import Archive
from hozon.nouns.workspace import NewFolder, Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An export that somebody asked for: of what, from where, told to whom.

    `base` is the URI below which the archive is or will be served, without a slash at
    its end; `name` is that of the file or folder.
    """

    wish: Wish
    archive: Archive
    disk: Workspace
    tell: Tell
    base: str
    name: str

    @property
    def title(self) -> str:
        """What the export is called where a format has room for that."""
        feed, since, until = self.wish.feed, self.wish.since, self.wish.until
        of = f": {feed.title or feed.uri}" if feed else ""
        start = f" since {since:%Y-%m-%d}" if since else ""
        end = f" until {until:%Y-%m-%d}" if until else ""
        return f"Hozon{of}{start}{end}"


def _wacz(order: Order, out: BinaryIO) -> None:
    wacz.write(
        order.wish,
        order.archive,
        out,
        title=order.title,
        disk=order.disk,
        tell=order.tell,
    )


def _warc(order: Order, out: BinaryIO) -> None:
    warcs.write(
        order.wish,
        order.archive,
        out,
        name=order.name,
        disk=order.disk,
        tell=order.tell,
    )


def _opml(order: Order, out: BinaryIO) -> None:
    opml.write(order.wish, order.archive, out, tell=order.tell)


def _atom(order: Order, out: BinaryIO) -> None:
    feeds.write_atom(
        order.wish,
        order.archive,
        out,
        title=order.title,
        base=order.base,
        disk=order.disk,
        tell=order.tell,
    )


def _jsonfeed(order: Order, out: BinaryIO) -> None:
    feeds.write_json(
        order.wish,
        order.archive,
        out,
        title=order.title,
        base=order.base,
        tell=order.tell,
    )


def _jsonl(order: Order, out: BinaryIO) -> None:
    jsonl.write(order.wish, order.archive, out, base=order.base, tell=order.tell)


def _parquet(order: Order, out: NewFolder) -> None:
    tables.write(order.wish, order.archive, out, disk=order.disk, tell=order.tell)


def _bagit(order: Order, out: NewFolder) -> None:
    bags.write(
        order.wish,
        order.archive,
        out,
        title=order.title,
        disk=order.disk,
        tell=order.tell,
    )


FILES: Mapping[str, Callable[[Order, BinaryIO], None]] = {
    "wacz": _wacz,
    "warc": _warc,
    "opml": _opml,
    "atom": _atom,
    "jsonfeed": _jsonfeed,
    "jsonl": _jsonl,
}
"""What writes one file. All but WACZ never seek in it."""

FOLDERS: Mapping[str, Callable[[Order, NewFolder], None]] = {
    "parquet": _parquet,
    "bagit": _bagit,
}
"""What writes a folder."""

NEEDS_A_FILE = frozenset({"wacz"})
"""Formats that cannot be written to a pipe."""
