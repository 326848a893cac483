"""Plain text: what is kept of HTML that strangers wrote, and of titles that may hold some.

No markup comes out of here, and no character that `characters` drops. The look of a page
is for the archive to keep.
"""

import copy
import html
import re

import turbohtml

from hozon.reading.characters import cleaned, folded

_LAYOUT = turbohtml.PlainText(layout="strict", bullet="")
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
