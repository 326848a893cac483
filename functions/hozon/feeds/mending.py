"""Feed documents made parsable: what is broken in them without doubt is mended.

One in ten real feeds is not well-formed, mostly for a bare ``&``, an HTML entity that
XML does not know, a control character, or something before the first tag. Mended, they
go through the strict parser as they were meant; what is broken otherwise is left to the
loose one.
"""

import re
from html.entities import html5

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DECLARATION = re.compile(r"\s*<\?xml\b[^<>]*>", re.IGNORECASE)
_ROOT = re.compile(
    r"<(?:[\w.-]+:)?(?:rss|feed|RDF|urlset|sitemapindex)(?=[\s>])[^<>]*(?:xmlns|version)"
)
_PREFACE = re.compile(r"(?:<\?[^<>]*\?>|<!--.*?-->|<!DOCTYPE[^<>]*>|\s)*+\Z", re.DOTALL)
_PREFACE_WINDOW = 2_000
_DELIMITER = re.compile(
    r"(?P<kept><!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z))"
    r"|(?P<less><(?![A-Za-z_:/!?]))"
    r"|&(?:#(?P<decimal>[0-9]{1,8});|#[xX](?P<hex>[0-9a-fA-F]{1,6});"
    r"|[A-Za-z][A-Za-z0-9]{1,31};|)",
    re.DOTALL,
)
_XML_ENTITIES = frozenset(("amp;", "lt;", "gt;", "quot;", "apos;"))


def has_feed_root(text: str) -> bool:
    """Tell whether a feed begins somewhere near the beginning, whatever is before it."""
    return _ROOT.search(text, 0, _PREFACE_WINDOW) is not None


def stripped(text: str) -> tuple[str, str | None]:
    """Return what can be a feed, from its first tag on, and what was dropped.

    Dropped are the XML declaration (the text is decoded), what stands before the root
    but is no XML (PHP warnings), and characters that XML does not know.
    """
    clean = _FORBIDDEN.sub("", text)
    lost = len(text) - len(clean)
    markup = clean[max(0, clean.find("<")) :]
    declaration = _DECLARATION.match(markup)
    markup = markup[declaration.end() :] if declaration else markup
    found = _ROOT.search(markup, 0, _PREFACE_WINDOW)
    if found and not _PREFACE.match(markup[: found.start()]):
        return markup[found.start() :], "something before the feed was skipped"
    return markup, f"{lost} control characters were dropped" if lost else None


def mended(text: str) -> str:
    """Return the document with ``&`` and ``<`` outside of CDATA as XML has them.

    Every ``&`` begins a known reference then, and every ``<`` a tag.
    """
    return _DELIMITER.sub(_reference, text)


def _reference(found: re.Match[str]) -> str:
    """Return what was found as any XML parser takes it."""
    if found["kept"]:
        return found["kept"]
    if digits := found["decimal"]:
        return _character(int(digits))
    if digits := found["hex"]:
        return _character(int(digits, 16))
    return "&lt;" if found["less"] else _entity(found[0][1:])


def _entity(name: str) -> str:
    if name in _XML_ENTITIES:
        return "&" + name
    if name in html5:
        return html5[name].replace("&", "&amp;").replace("<", "&lt;")
    return "&amp;" + name


def _character(code: int) -> str:
    """Return a reference to that character, or U+FFFD where XML has none."""
    if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF or code in {0xFFFE, 0xFFFF}:
        return "\N{REPLACEMENT CHARACTER}"
    return "" if code < 0x20 and code not in {9, 10, 13} else f"&#{code};"
