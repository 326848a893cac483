"""A reading of a page: what the comparison needs of it. Pure."""

from typing import TYPE_CHECKING

from hozon.changes.article import Reading
from hozon.nouns.model import Facts

if TYPE_CHECKING:  # who shows what was compared would start later for it
    from collections.abc import Sequence

    from hozon.reading.page import Page

_MOST = 5_000


def of_page(page: "Page", facts: Facts) -> Reading:
    """Return the reading of a page whose facts have been extracted."""
    return of_pages([page], facts)


def of_pages(pages: "Sequence[Page]", facts: Facts) -> Reading:
    """Return the reading of an article of one or more pages; of none, of its text."""
    trees = [page.tree for page in pages]
    links = (link.text.strip() for tree in trees for link in tree.select("a")[:_MOST])
    images = (i.attr("src") for tree in trees for i in tree.select("img")[:_MOST])
    return Reading(
        title=facts.title,
        site=facts.site,
        authors=facts.authors,
        lead_image=facts.lead_image,
        canonical_uri=facts.canonical_uri,
        text=facts.text,
        whole="\n".join(page.words for page in pages),
        linked=frozenset(filter(None, links)),
        pictured=frozenset(filter(None, images)),
    )
