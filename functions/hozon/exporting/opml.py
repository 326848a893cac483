"""The feeds that are followed, as OPML 2.0."""

from typing import BinaryIO

from hozon import opml
from hozon.exporting.telling import Tell
from hozon.exporting.wishes import Wish, feeds
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Misuse


def write(wish: Wish, archive: Archive, out: BinaryIO, *, tell: Tell) -> None:
    """Write the feeds that are wished for, with their folders and settings.

    Raises `Misuse` for a wish that names a time.
    """
    if wish.since or wish.until:
        raise Misuse("OPML is a list of feeds as they are now: it takes no time")
    found = feeds(wish, archive)
    out.write(opml.write(found, now=archive.clock()))
    tell.count(feeds=len(found))
