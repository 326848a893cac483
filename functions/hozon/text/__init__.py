"""Facts of a page: its main text, and what it says of itself. Never evidence."""

from datetime import UTC

from hozon import dates
from hozon.model import Facts
from hozon.page import Page
from hozon.text import authors, body, days, language, titles
from hozon.text.statements import Statements, strings

__all__ = ["Statements", "facts"]


def facts(page: Page, said: Statements | None = None) -> Facts:
    """Return what a page says, as far as it can be made out. Never raises.

    Who needs the page's statements as well gives them, so that they are read once.
    Ruby readings are taken out of the page's tree on the way.
    """
    said = said or Statements(page.tree)
    text, extractor = body.of_page(page)
    tongue = language.of_page(page, said, text)
    unzoned = dates.JST if (tongue or "").startswith("ja") else UTC
    site = titles.site(said)
    return Facts(
        title=titles.title(page, said, site),
        authors=authors.authors(page, said, site),
        published_at=days.published(page, said, text, unzoned),
        modified_at=days.modified(said, unzoned),
        language=tongue,
        site=site,
        canonical_uri=_canonical(page, said),
        lead_image=_lead_image(page, said),
        text=text,
        extractor=extractor,
    )


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
