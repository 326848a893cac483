"""What a document seems to be when it is not a feed: for a person who gave its URI."""

import re

from hozon.reading import characters, plain

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
_SKIPPED = re.compile(r"\s+|<\?.*?\?>|<\?[^<>]*>|<!--.*?-->", re.DOTALL)
_SKIPPED_AS_SGML = re.compile(r"\s+|<\?[^<>]*>|<!--.*?-->", re.DOTALL)
_DOCTYPE = re.compile(r"(?><!(?!--)[^<>\[]*+(?:\[.*?\]\s*)?>)?", re.DOTALL)
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*+)")
_HTML_DOCTYPE = re.compile(r"<!doctype\s++html", re.IGNORECASE)
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
    head = text[:_WINDOW]
    at = _behind_prolog(head, 0)
    if doctype := _DOCTYPE.match(head, at):
        at = _behind_prolog(head, doctype.end())
    found = _ROOT.match(head, at)
    return found[1] if found else None


def _behind_prolog(head: str, at: int) -> int:
    """Return where space, comments and processing instructions end.

    An instruction ends with ``?>``; behind the last one of these, as in SGML: looking
    for one in vain again and again would take the square of the time.
    """
    last = head.rfind("?>")
    while found := (_SKIPPED if at < last else _SKIPPED_AS_SGML).match(head, at):
        at = found.end()
    return at


def _is_declared_html(text: str) -> bool:
    head = text[:_WINDOW]
    return bool(_HTML_DOCTYPE.match(head, _behind_prolog(head, 0)))


def is_html(text: str) -> bool:
    """Tell whether the document is an HTML page, by its DOCTYPE and first element."""
    name = (root(text) or "").lower()
    if name in _FRAGMENT_ROOTS:
        return _is_declared_html(text)
    return name in _PAGE_ROOTS


def seeming(text: str) -> str:
    """Say what a document is that holds no feed."""
    if is_html(text) or _is_declared_html(text):
        return _html_page(text)
    if name := root(text):
        return f"XML with root <{name:.60}>"
    return _not_markup(text)


def _html_page(text: str) -> str:
    found = _TITLE.search(text[:_WINDOW])
    title = characters.shortened(plain.of_title(found[1]), 80) if found else ""
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
