"""What a document seems to be when it is not a feed: for a person who gave its URI."""

import re

from hozon import plain

_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a RIFF file (WebP, WAV or AVI)"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "gzip-compressed data"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed data"),
    (b"ID3", "an MP3 recording"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"WARC/", "a WARC file"),
)
_SKIPPED = r"(?>\s+|<\?(?:.*?\?>|[^<>]*>)|<!--.*?-->)*+"
_DOCTYPE = r"(?><!(?!--)[^<>\[]*+(?:\[.*?\]\s*)?>)?"
_ROOT = re.compile(_SKIPPED + _DOCTYPE + _SKIPPED + r"<([A-Za-z_][\w.:-]*+)", re.DOTALL)
_HTML_DOCTYPE = re.compile(_SKIPPED + r"<!doctype\s++html", re.IGNORECASE | re.DOTALL)
_PAGE_ROOTS = frozenset(("html", "head", "body"))
_FRAGMENT_ROOTS = frozenset(("title", "script", "style", "meta", "div", "center"))
_TITLE = re.compile(r"<title\b[^<>]*>([^<]{0,500})", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a]")
_WINDOW = 100_000


def by_magic(document: bytes) -> str | None:
    """Name what the first bytes prove the document to be; None if they prove nothing."""
    if not document.strip():
        return "empty"
    return next((kind for magic, kind in _MAGIC if document.startswith(magic)), None)


def root(text: str) -> str | None:
    """Return the name of the first element, as written; None if there is none."""
    found = _ROOT.match(text[:_WINDOW])
    return found[1] if found else None


def is_html(text: str) -> bool:
    """Tell whether the document is an HTML page, by its DOCTYPE and first element."""
    name = (root(text) or "").lower()
    if name in _FRAGMENT_ROOTS:
        return bool(_HTML_DOCTYPE.match(text[:_WINDOW]))
    return name in _PAGE_ROOTS


def seeming(text: str) -> str:
    """Say what a document is that holds no feed."""
    if is_html(text) or _HTML_DOCTYPE.match(text[:_WINDOW]):
        return _html_page(text)
    if name := root(text):
        return f"XML with root <{name:.60}>"
    return _not_markup(text)


def _html_page(text: str) -> str:
    found = _TITLE.search(text[:_WINDOW])
    title = plain.shortened(plain.of_title(found[1]), 80) if found else ""
    return f"an HTML page titled {title!r}" if title else "an HTML page"


def _not_markup(text: str) -> str:
    start = text.lstrip()[:1]
    if not start:
        return "empty"
    if start in "{[":
        return "JSON"
    if _CONTROL.search(text[:_WINDOW]):
        return "binary data"
    return "broken markup" if start == "<" else "plain text"
