"""The inert view: a snapshot's page and what it needs, without power."""

import re
from html import escape

from hozon.nouns.archive import Archive
from hozon.nouns.errors import NotFound
from hozon.nouns.instants import http_date, timestamp
from hozon.retrieving import showing
from hozon.retrieving.retrieval import Document
from hozon.web.replay import guards
from hozon.web.replay.asked import Answer, Asked, Stage, octets
from hozon.web.request import Request

_TEXTS = re.compile(
    r"text/.+|application/(?:json|xml|javascript|x-ndjson|.+\+(?:json|xml))"
)
_SHOWN_INSIDE = {"image": "i", "audio": "m", "video": "m"}
_KINDS = {
    "i": re.compile(r"image/[a-z0-9.+-]+"),
    "m": re.compile(r"(?:audio|video)/[a-z0-9.+-]+|text/vtt"),
    "f": re.compile(r"(?:font|application)/[a-z0-9.+-]+"),
}
_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"\0\0\1\0", "image/x-icon"),
)
_SVG = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype[^>]*>\s*)?<svg",
    re.IGNORECASE | re.DOTALL,
)
PAGES = {"p": "", "e": "en/", "j": "ja/"}
"""What for a page is asked for: its links lead to replays in a language, or in any."""

_HEAD = 2000
_OCTETS = "application/octet-stream"
_STYLE = (
    "html{color-scheme:light dark;font:16px/1.6 system-ui,sans-serif;height:100%}"
    "body{margin:0;min-height:100%;display:grid;place-items:center;padding:1rem;"
    "box-sizing:border-box}img,video,audio{max-width:100%}p{max-width:36rem;"
    "overflow-wrap:anywhere}"
)


def show(request: Request, asked: Asked, stage: Stage, archive: Archive) -> Answer:
    """Answer with one thing that a snapshot shows; raises as `showing.document`."""
    held = stage.directories.of(asked.grant.warc_key, archive)
    found = showing.document(held, asked.uri, archive)
    if asked.use in PAGES:
        data, media = _page(found, asked, archive)
    elif asked.use == "s":
        data, media = _sheet(found, asked, archive)
    elif asked.use in _KINDS:
        data = showing.content(found)
        media = _kind(data, showing.media_type(found.headers, data), asked.use)
    else:
        raise NotFound("there is no such page")
    return octets(
        request,
        data,
        media,
        lambda stated: guards.inert(stated, asked.grant.pages),
        **{
            "memento-datetime": http_date(found.capture.captured_at),
            "x-archive-orig-status": str(found.capture.status),
        },
    )


def _pages(found: Document, asked: Asked) -> str:
    """Return what links of a page begin with: where its neighbours in time are found."""
    at = timestamp(found.capture.captured_at)
    return f"{asked.grant.pages}/replay/{PAGES.get(asked.use, '')}{at}/"


def _page(found: Document, asked: Asked, archive: Archive) -> tuple[bytes, str]:
    data = showing.content(found)
    media = showing.media_type(found.headers, data)
    html = "text/html; charset=utf-8"
    if showing.is_page(media):
        text = showing.inert(
            found,
            data,
            archive,
            sheet="document",
            stage=asked.stage,
            pages=_pages(found, asked),
        )
        return text.encode("utf-8", "replace"), html
    if use := _SHOWN_INSIDE.get(media.partition("/")[0]):
        return _framed(found, asked, use).encode(), html
    if _TEXTS.fullmatch(media):
        # Here, because pages and style sheets are read by a child.
        from hozon.reading import encodings  # noqa: PLC0415  see above

        read = encodings.decode_xml if "xml" in media else encodings.decode_html
        text, _ = read(data, found.header("content-type"))
        return text.encode("utf-8", "replace"), "text/plain; charset=utf-8"
    return _unshown(found, asked, media).encode(), html


def _sheet(found: Document, asked: Asked, archive: Archive) -> tuple[bytes, str]:
    text = showing.inert(
        found,
        showing.content(found),
        archive,
        sheet="style",
        stage=asked.stage,
        pages=_pages(found, asked),
    )
    return text.encode("utf-8", "replace"), "text/css; charset=utf-8"


def _kind(data: bytes, stated: str, use: str) -> str:
    """Return the type that something is sent as: its own if that is of the kind asked for.

    Browsers refuse pictures that are said to be text: what the bytes show, counts then.
    """
    if use == "i":
        shown = next((kind for head, kind in _PICTURES if data.startswith(head)), None)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            shown = "image/webp"
        if shown is None and _SVG.match(data[:_HEAD]):
            shown = "image/svg+xml"
        if shown is not None:
            return shown
    return stated if _KINDS[use].fullmatch(stated) else _OCTETS


def _framed(found: Document, asked: Asked, use: str) -> str:
    """Return a page that shows a picture, or plays something: never a document itself."""
    uri = escape(f"{asked.stage}{use}_/{asked.uri}")
    media = showing.media_type(found.headers, b"").partition("/")[0]
    shown = {
        "i": f'<img src="{uri}" alt="">',
        "m": f'<{media} controls src="{uri}"></{media}>',
    }[use]
    return _document(shown)


def _unshown(found: Document, asked: Asked, media: str) -> str:
    """Return a page that leads to what no browser shows without power (a PDF …)."""
    at = timestamp(found.capture.captured_at)
    raw = f"{asked.grant.pages}/web/{at}id_/{found.capture.target_uri}"
    return _document(
        f'<p>{escape(media)}: <a target="_top" rel="noreferrer" href="{escape(raw)}">'
        f"{escape(found.capture.target_uri)}</a></p>"
    )


def _document(body: str) -> str:
    return f"<!doctype html><meta charset=utf-8><style>{_STYLE}</style><body>{body}"
