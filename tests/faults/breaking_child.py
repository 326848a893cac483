"""A child that breaks as a document tells it to: what a parser may do on its worst day."""

import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hozon.confined import child
from hozon.nouns.feeddocuments import FeedDocument, StatedEntry
from hozon.nouns.opened import OpenedPage


def serve(memory: int) -> None:
    """Serve as the real child does, but for documents that name a way to break."""
    child.serve(memory, read=_broken)


def _broken(header: Mapping[str, Any], document: bytes) -> object:
    for way, do in _WAYS.items():
        if way in document and (said := do(header)) is not None:
            return said
    return child.answered(header, document)


def _spin(_: Mapping[str, Any]) -> None:
    while True:
        pass


def _eat(header: Mapping[str, Any]) -> object:
    return child.answered(header, b"<p>" + b"x" * 4_000_000_000)


@dataclass(frozen=True)
class Planted:
    """What has other types than it should."""

    extract: str
    entries: str


def _lie(ask: str) -> object:
    """Return an answer that is well-formed, with a URI that no parser of ours gave."""
    if ask == "page":
        return OpenedPage(refresh="file:///etc/passwd")
    entry = StatedEntry(id="1", link="file:///etc/passwd", title="")
    return FeedDocument(
        kind="rss20", title="", site_uri=None, language=None, entries=(entry,)
    )


_WAYS: Mapping[bytes, Callable[[Mapping[str, Any]], object]] = {
    b"spin": _spin,
    b"hang": lambda _: time.sleep(3600),
    b"die": lambda _: os.kill(os.getpid(), signal.SIGSEGV),
    b"leave": lambda _: os._exit(0),
    b"babble": lambda _: os.write(1, b"\x00\x00\x00\x06+junk!") and None,
    b"flood": lambda _: os.write(1, b"\xff\xff\xff\xff") and None,
    b"eat": _eat,
    b"lie": lambda header: _lie(header["ask"]),
    b"plant": lambda _: Planted(extract="a page", entries="a feed"),
}
