"""One captured document in the form that somebody wants it in: for CLI and API alike."""

import json
import re
from dataclasses import dataclass
from typing import Any

from hozon.nouns.archive import Archive
from hozon.nouns.errors import Misuse
from hozon.nouns.model import Capture
from hozon.retrieving import retrieval
from hozon.retrieving.retrieval import Document
from hozon.serving import describing

FORMATS = ("raw", "html", "text", "markdown", "feed", "warc", "json")
"""``raw``: the document as sent; ``html``: as UTF-8; ``text``, ``markdown``: its main
text; ``feed``: the article's text as its feed carries it; ``warc``: everything as stored;
``json``: what is known of it.
"""

_CONTENT_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(\s*;\s*charset=[\w.:-]+)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """Bytes of a media type."""

    data: bytes
    media_type: str


def rendered(document: Document, form: str, archive: Archive) -> Rendered:
    """Return a document in one of the `FORMATS`, or raise `Misuse`."""
    capture = document.capture
    match form:
        case "raw":
            return Rendered(data=document.content(), media_type=media_type(document))
        case "html":
            html = document.html().encode("utf-8", "replace")
            return Rendered(data=html, media_type="text/html; charset=utf-8")
        case "warc":
            data = retrieval.warc(capture, archive)
            return Rendered(data=data, media_type="application/warc")
        case "text" | "feed":
            return _text(f"{_words(capture, form, archive)}\n", "text/plain")
        case "markdown":
            extract = retrieval.extract(capture, archive)
            return _text(describing.markdown(extract), "text/markdown")
        case "json":
            said = json.dumps(known(document, archive), ensure_ascii=False)
            return Rendered(
                data=f"{said}\n".encode("utf-8", "replace"),
                media_type="application/json",
            )
        case _:
            raise Misuse(f"no format {form!r:.50}; there are {', '.join(FORMATS)}")


def _words(capture: Capture, form: str, archive: Archive) -> str:
    if form == "feed":
        return retrieval.carried(capture, archive)
    return retrieval.extract(capture, archive).facts.text


def known(document: Document, archive: Archive) -> dict[str, Any]:
    """Return what is known of a capture, with the metadata of its snapshot or poll."""
    return {
        **describing.capture(document.capture),
        "metadata": retrieval.metadata(document.capture, archive),
    }


def media_type(document: Document) -> str:
    """Return the Content-Type that a document came with, if it is one."""
    stated = document.header("content-type") or ""
    return stated if _CONTENT_TYPE.fullmatch(stated) else "application/octet-stream"


def _text(text: str, type_: str) -> Rendered:
    data = text.encode("utf-8", "replace")
    return Rendered(data=data, media_type=f"{type_}; charset=utf-8")
