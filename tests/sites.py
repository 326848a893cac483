"""Sites for tests: served on loopback by a thread, as routes written in the test.

    with Site({"/feed.xml": rss("/a"), "/a": page("Hello")}) as site:
        … site.uri("/feed.xml") … site.authority … site.log …

See `examples.replies` for all that a `Reply` can do, and `examples.origin.Origin` for
what a `Site` takes: `hosts` (other loopback addresses), `port`, `latency_s`.
"""

import mimetypes
from html import escape
from pathlib import Path

from examples.origin import Site
from examples.replies import (
    Fields,
    Handler,
    Reply,
    Request,
    Route,
    not_found,
    redirect,
)

__all__ = [
    "Fields",
    "Handler",
    "Reply",
    "Request",
    "Route",
    "Site",
    "mounted",
    "not_found",
    "page",
    "redirect",
    "rss",
]


def mounted(
    folder: Path,
    *,
    at: str = "/",
    gzip: bool = False,
    chunked: bool = False,
    latency_s: float = 0.0,
) -> dict[str, Route]:
    """Return routes for all files in `folder`, below the path `at`.

    An ``index.html`` is at its folder's path. Types are guessed from suffixes; nothing
    is said about the encoding of text, as by many servers.
    """
    found: dict[str, Route] = {}
    for file in sorted(f for f in folder.rglob("*") if f.is_file()):
        path = at + file.relative_to(folder).as_posix()
        found[path.removesuffix("index.html")] = Reply(
            file.read_bytes(),
            media_type=mimetypes.guess_type(file.name)[0],
            gzip=gzip,
            chunked=chunked,
            latency_s=latency_s,
        )
    return found


def page(title: str, body: str = "<p>Text.</p>", *, charset: str = "utf-8") -> Reply:
    """Return a small HTML page; `body` is markup."""
    html = (
        f'<!doctype html><html><head><meta charset="{charset}">'
        f"<title>{escape(title)}</title></head><body><article>"
        f"<h1>{escape(title)}</h1>{body}</article></body></html>"
    )
    return Reply(html.encode(charset), media_type=f"text/html; charset={charset}")


def rss(*links: str, title: str = "A feed") -> Reply:
    """Return an RSS 2.0 document with one item for each link, newest first.

    A link may be relative, as feeds in the wild have them; its guid is the link.
    """
    items = "".join(
        f"<item><title>Item {link}</title><link>{escape(link)}</link>"
        f"<guid>{escape(link)}</guid></item>"
        for link in links
    )
    document = (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>{escape(title)}</title><link>/</link>"
        f"<description>For a test.</description>{items}</channel></rss>"
    )
    return Reply(document.encode(), media_type="application/rss+xml")
