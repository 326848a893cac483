"""In what language a page is written."""

import re

from hozon.reading.page import Page
from hozon.text.statements import Statements, strings

_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*\Z")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_SCRIPTS = (
    ("ja", _KANA),
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("th", re.compile("[\u0e01-\u0e5b]")),
    ("he", re.compile("[\u05d0-\u05ea]")),
    ("el", re.compile("[\u0391-\u03c9]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
)
_BEGINNING, _SAMPLE = 20_000, 2_000
_SHARE = 10


def of_page(page: Page, said: Statements, text: str) -> str | None:
    """Return the language tag (BCP 47) of a page; None if nothing tells.

    Its script beats what the page declares: templates say ``en`` of Japanese pages.
    """
    declared = _declared(page, said)
    written = by_script(text or page.words)
    if written and (declared is None or not _writes(declared, written)):
        return written
    return declared


def by_script(text: str) -> str | None:
    """Return the language that the script of a text proves; None for shared scripts."""
    beginning = text[:_BEGINNING]
    sample = "".join(beginning[:: len(beginning) // _SAMPLE + 1].split())
    enough = max(1, len(sample) // _SHARE)
    if len(sample) - len(sample.encode("ascii", "ignore")) < enough:
        return None
    counted = ((name, len(script.findall(sample))) for name, script in _SCRIPTS)
    return next((name for name, count in counted if count >= enough), None)


def _writes(declared: str, written: str) -> bool:
    """Tell whether the declared language is written so (Cantonese is, in Han)."""
    language = declared.partition("-")[0].lower()
    return language == written or (written == "zh" and language in {"yue", "zh", "lzh"})


def _declared(page: Page, said: Statements) -> str | None:
    root = page.tree.root
    stated = (
        root.attr("lang") or root.attr("xml:lang") if root else None,
        said.meta("og:locale", "content-language", "dc.language", "language"),
        *strings(said.said("inLanguage")),
    )
    tags = (one.strip().replace("_", "-") for one in stated if one)
    return next((tag for tag in tags if _TAG.match(tag)), None)
