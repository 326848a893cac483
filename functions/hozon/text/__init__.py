"""Extracts of a page: its main text, and what it says of itself. Never evidence."""

import copy
from dataclasses import replace
from datetime import UTC

from hozon.nouns.claims import Extract
from hozon.nouns.model import Facts
from hozon.reading import characters, dates
from hozon.reading.page import Page
from hozon.text import authors, body, claims, days, language, renderings, titles
from hozon.text.statements import Statements, strings

__all__ = ["MOST", "Statements", "extract", "facts", "shown"]

MOST = 1_000_000
"""Most characters of the text that are kept, and of the Markdown."""


def extract(page: Page, said: Statements | None = None) -> Extract:
    """Return what can be made out of a page. Never raises, never changes the page.

    Who needs the page's statements as well gives them, so that they are read once.
    Ruby readings are dropped and their base kept. Where nothing reads as an article,
    the text is that of the ``whole page``.
    """
    page = _without_ruby(page)
    said = said or Statements(page.tree)
    found = body.find(page.tree)
    text, markdown = renderings.rendered(found.element, page) if found else ("", "")
    extractor = found.extractor if found and text else None
    confidence = found.confidence if found and text else 0.0
    if not text and page.words:
        text, extractor = page.words, "whole page"
    tongue = language.of_page(page, said, text)
    unzoned = dates.JST if (tongue or "").startswith("ja") else UTC
    site = titles.site(said)
    known = Facts(
        title=titles.title(page, said, site),
        authors=authors.authors(page, said, site),
        published_at=days.published(page, said, text, unzoned),
        modified_at=days.modified(said, unzoned),
        language=tongue,
        site=site,
        canonical_uri=_canonical(page, said),
        lead_image=_lead_image(page, said),
        text=characters.shortened(text, MOST),
        extractor=extractor,
    )
    return Extract(
        facts=known,
        markdown=characters.shortened(markdown, MOST),
        confidence=confidence,
        claims=claims.of_page(page, said, known, unzoned),
        notes=(f"text: cut to {MOST} characters",) if len(text) > MOST else (),
    )


def facts(page: Page, said: Statements | None = None) -> Facts:
    """Return the facts of a page alone, as `extract` does."""
    return extract(page, said).facts


def shown(extract: Extract, page: Page) -> Facts:
    """Return the facts; where none could be made out, with all words for the text."""
    if extract.confidence is None:
        return replace(extract.facts, text=page.words)
    return extract.facts


def _without_ruby(page: Page) -> Page:
    """Return the page, or where it has ruby readings a copy without them."""
    if page.tree.select_one("rt, rp, rtc") is None:
        return page
    tree = copy.deepcopy(page.tree)
    tree.remove("rt, rp, rtc")
    return Page(tree, page.uri, page.html)


def _canonical(page: Page, said: Statements) -> str | None:
    stated = page.tree.select_one("link[rel~=canonical i][href]")
    linked = page.absolute(stated.attr("href") if stated else None, page.base)
    return linked or page.absolute(said.meta("og:url"), page.base)


def _lead_image(page: Page, said: Statements) -> str | None:
    images = said.said("image", "thumbnailUrl")
    stated = (
        said.meta("og:image", "og:image:url", "og:image:secure_url"),
        said.meta("twitter:image", "twitter:image:src"),
        *strings(images, key="url"),
    )
    found = (page.absolute(one, page.base) for one in stated)
    return next((one for one in found if one), None)
