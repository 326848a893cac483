"""Plain text: what is kept of strings and of HTML that strangers wrote.

What comes out of here is safe to store, to log and to compare: no control characters,
no lone surrogates, no markup. The look of a page is for the archive to keep.
"""

import copy
import html
import re
import unicodedata

import turbohtml

_LAYOUT = turbohtml.PlainText(layout="strict", bullet="")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_STEERING = re.compile("[\r\x85\u2028-\u202e\u2066-\u2069]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_REFERENCE = re.compile(
    r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
)
_MONSTROUS = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{7,});?")
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|big|br|center|cite|code|div|em|font|h[1-6]|i|img|ins|kbd|li|mark|p"
    r"|pre|q|rb|rp|rt|ruby|s|script|small|span|strike|strong|style|sub|sup|svg|tt|u|ul"
    r"|var|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)


def cleaned(text: str) -> str:
    """Return `text` in Unicode's composed form without controls or lone surrogates.

    Line feeds, tabs and carriage returns stay; a lone surrogate becomes U+FFFD.
    """
    whole = _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)
    return unicodedata.normalize("NFC", _CONTROLS.sub("", whole))


def legible(text: str) -> str:
    """Return `text` as it may stand on a terminal: lines, and nothing that steers it.

    Besides what `cleaned` drops, these go: what turns the direction of the text behind
    it (and so lets a title rewrite the line it stands in), and carriage returns.
    """
    return _STEERING.sub("", cleaned(text))


def folded(text: str, *, limit: int | None = None) -> str:
    """Return `text` cleaned, on one line with single spaces, and cut to `limit`."""
    line = " ".join(cleaned(text).split())
    return line if limit is None else shortened(line, limit)


def shortened(text: str, limit: int) -> str:
    """Cut `text` to `limit` characters, the last of which is then an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def of_html(markup: str) -> str:
    """Return the text of an HTML fragment: one line per block, no ruby readings."""
    if "<" not in markup:
        return cleaned(_unescaped(markup))
    return of_tree(turbohtml.parse_fragment(markup))


def of_tree(node: turbohtml.Node) -> str:
    """Return the text of a subtree as `of_html`, which stays as it is."""
    if node.select_one("rt, rp, rtc") is not None:
        node = copy.deepcopy(node)
        node.remove("rt, rp, rtc")
    return cleaned(node.to_text(_LAYOUT)).strip()


def of_title(text: str) -> str:
    """Return a title on one line, as plain as it was meant to be.

    Feeds hold HTML and double escapes in fields defined as plain text; the markup goes
    and one layer of escapes is undone. ``<T>`` in a title about C++ stays.
    """
    if _INLINE_TAG.search(text):
        return folded(of_html(text))
    return folded(_unescaped(text) if _REFERENCE.search(text) else text)


def _unescaped(text: str) -> str:
    """Undo escapes. A number that is too long for a character is none, and for Python's
    own reader of them even an error.
    """
    return html.unescape(_MONSTROUS.sub("\N{REPLACEMENT CHARACTER}", text))
