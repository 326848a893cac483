"""A reading of a page as it is fetched: what the comparison needs of it. Pure."""

from hozon.changes.comparing import Reading
from hozon.model import Facts
from hozon.page import Page

_MOST = 5_000


def of_page(page: Page, facts: Facts) -> Reading:
    """Return the reading of a page whose facts have been extracted."""
    tree = page.tree
    links = (link.text.strip() for link in tree.select("a")[:_MOST])
    images = (image.attr("src") for image in tree.select("img")[:_MOST])
    return Reading(
        title=facts.title,
        authors=facts.authors,
        lead_image=facts.lead_image,
        canonical_uri=facts.canonical_uri,
        text=facts.text,
        whole=page.words,
        linked=frozenset(filter(None, links)),
        pictured=frozenset(filter(None, images)),
    )
