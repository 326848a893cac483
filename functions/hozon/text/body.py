"""The main text of a page: turbohtml's where it is good enough, else trafilatura's.

The only module that knows trafilatura.
"""

import re

from turbohtml import Document

from hozon import plain
from hozon.page import Page

_LONG_ENOUGH = 400
_LONG_ENOUGH_IF_DENSE = 160
_LEAST_SHARE, _LARGEST_SHARE = 0.8, 1.3
_TELLING = 1_000
_HALF_LOST = 0.4
_PARAGRAPH = 40
_MAX_PARAGRAPHS = 5_000
_MAX_ELEMENTS = 30_000
_MAX_ATTRIBUTES = 200
_MAX_HTML = 3_000_000
_DENSE = re.compile("[\u3041-\u30fa\u4e00-\u9fff\uac00-\ud7a3]")


def of_page(page: Page) -> tuple[str, str | None]:
    """Return the main text in reading order, and who found it (None: there is none).

    Ruby readings are dropped and their base kept. Where nobody finds an article, the
    text is that of the ``whole page``. Never raises.
    """
    tree = page.tree
    tree.remove("rt, rp, rtc")
    quick = plain.cleaned(tree.article().text).strip()
    slow = "" if _is_good(quick, _in_paragraphs(tree)) else _by_trafilatura(tree)
    if slow and len(slow) > _HALF_LOST * len(quick):
        return slow, "trafilatura"
    if quick:
        return quick, "turbohtml"
    return page.words, "whole page" if page.words else None


def _is_good(text: str, paragraphs: int) -> bool:
    """Tell whether a text is long enough, and about what the paragraphs hold.

    Measured with benchmarks/extraction.py: four pages of ten are asked again, and the
    texts are together a little nearer to the truth than trafilatura's alone.
    """
    is_dense = len(_DENSE.findall(text[:1000])) > len(text[:1000]) // 4
    if len(text) <= (_LONG_ENOUGH_IF_DENSE if is_dense else _LONG_ENOUGH):
        return False
    has_more = paragraphs >= _TELLING and len(text) > _LARGEST_SHARE * paragraphs
    return len(text) >= _LEAST_SHARE * paragraphs and not has_more


def _in_paragraphs(tree: Document) -> int:
    texts = (element.text.strip() for element in tree.select("p")[:_MAX_PARAGRAPHS])
    return sum(len(text) for text in texts if len(text) > _PARAGRAPH)


def _is_tame(tree: Document) -> bool:
    """Tell whether the page is of a make that trafilatura ends with in seconds."""
    elements = tree.select("*")
    if len(elements) > _MAX_ELEMENTS:
        return False
    return all(len(element.attrs) <= _MAX_ATTRIBUTES for element in elements)


def _by_trafilatura(tree: Document) -> str:
    html = tree.html if _is_tame(tree) else ""
    if not html or len(html) > _MAX_HTML:
        return ""
    import trafilatura  # noqa: PLC0415  200 ms that only every fourth page needs

    try:
        found = trafilatura.extract(html, include_comments=False)
    except Exception:  # noqa: BLE001  a page that breaks it still has other facts
        return ""
    return plain.cleaned(found or "").strip()
