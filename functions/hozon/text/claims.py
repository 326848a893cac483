"""What is stated of each fact, and where: agreement, or disagreement made visible."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, tzinfo

from hozon.nouns.claims import Claim
from hozon.nouns.instants import iso
from hozon.nouns.model import Facts
from hozon.reading import characters, dates, plain
from hozon.reading.claiming import LONGEST, add
from hozon.reading.page import Page
from hozon.text import days
from hozon.text.statements import Statements, strings

_PUBLISHED_METAS = [
    name for name in days.PUBLISHED_METAS if not name.startswith(("article:", "og:"))
]

Stated = tuple[str, Iterable[str | None]]
"""An origin, and the values it states."""


def of_page(
    page: Page, said: Statements, facts: Facts, unzoned: tzinfo
) -> tuple[Claim, ...]:
    """Return what the page states of its facts, of each first the value taken.

    Values that say the same are one claim: titles with the same letters, dates of the
    same instant.
    """

    def day(value: str) -> str:
        found = dates.parse(value, unzoned=unzoned)
        return iso(found) if found else ""

    def uri(value: str) -> str:
        return page.absolute(value, page.base) or ""

    readings: dict[str, tuple[str | None, Callable[[str], str]]] = {
        "title": (facts.title, plain.of_title),
        "authors": ("; ".join(facts.authors) or None, plain.of_title),
        "published_at": (_iso(facts.published_at), day),
        "modified_at": (_iso(facts.modified_at), day),
        "language": (facts.language, _tag),
        "site": (facts.site, plain.of_title),
        "canonical_uri": (facts.canonical_uri, uri),
        "lead_image": (facts.lead_image, uri),
    }
    stated = _stated(page, said)
    return tuple(
        claim
        for fact, (taken, read) in readings.items()
        for claim in _claims(fact, taken, stated[fact], read)
    )


def _stated(page: Page, said: Statements) -> dict[str, list[Stated]]:
    tree = page.tree
    linked = tree.select_one("link[rel~=canonical i][href]")
    heading, root = tree.select_one("h1"), tree.root
    return {
        "title": [
            ("json-ld", strings(said.said("headline"))[:1]),
            ("opengraph", said.metas("og:title")[:1]),
            ("meta", said.metas("twitter:title", "title", "dc.title")[:1]),
            ("markup", [heading.text[:500] if heading else None]),
        ],
        "authors": [
            ("json-ld", ["; ".join(strings(said.said("author", "creator")))]),
            ("opengraph", said.metas("article:author")[:1]),
            ("meta", said.metas("author", "parsely-author", "dc.creator")[:1]),
        ],
        "published_at": [
            ("json-ld", strings(said.said("datePublished"))[:1]),
            ("opengraph", said.metas("article:published_time")[:1]),
            ("meta", said.metas(*_PUBLISHED_METAS)[:1]),
            ("markup", _marked(page)),
        ],
        "modified_at": [
            ("json-ld", strings(said.said("dateModified"))[:1]),
            ("opengraph", said.metas("article:modified_time", "og:updated_time")[:1]),
            ("meta", said.metas("datemodified", "last-modified")[:1]),
        ],
        "language": [
            ("json-ld", strings(said.said("inLanguage"))[:1]),
            ("opengraph", said.metas("og:locale")[:1]),
            ("meta", said.metas("content-language", "dc.language")[:1]),
            ("markup", [root.attr("lang") if root else None]),
        ],
        "site": [
            ("json-ld", strings(said.said("publisher"))[:1]),
            ("opengraph", said.metas("og:site_name")[:1]),
            ("meta", said.metas("application-name")[:1]),
        ],
        "canonical_uri": [
            ("json-ld", strings(said.said("mainEntityOfPage"), key="@id")[:1]),
            ("opengraph", said.metas("og:url")[:1]),
            ("markup", [linked.attr("href") if linked else None]),
        ],
        "lead_image": [
            ("json-ld", strings(said.said("image", "thumbnailUrl"), key="url")[:1]),
            ("opengraph", said.metas("og:image", "og:image:url")[:1]),
            ("meta", said.metas("twitter:image", "twitter:image:src")[:1]),
        ],
    }


def _marked(page: Page) -> Iterator[str | None]:
    for element in page.tree.select("[itemprop=datePublished], time[datetime]")[:1]:
        yield element.attr("datetime") or element.attr("content")


def _claims(
    fact: str, taken: str | None, stated: Iterable[Stated], read: Callable[[str], str]
) -> list[Claim]:
    """Return the claims of one fact; the value taken is first, whoever states it."""
    claims: list[Claim] = []
    if taken:
        claims.append(Claim(fact=fact, value=taken, origins=()))
    for origin, values in stated:
        for value in values:
            found = characters.shortened(read(value[:1000]), LONGEST) if value else ""
            if found:
                add(claims, fact, found, origin)
    if claims and not claims[0].origins:
        claims[0] = Claim(fact=fact, value=claims[0].value, origins=("markup",))
    return claims


def _iso(instant: datetime | None) -> str | None:
    return iso(instant) if instant else None


def _tag(value: str) -> str:
    return value.strip().replace("_", "-")
