"""When a page says it was published and changed."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, tzinfo

from hozon.reading import characters, dates
from hozon.reading.page import Page
from hozon.text.statements import Statements, strings

PUBLISHED_METAS = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "publishdate",
    "publish-date",
    "publish_date",
    "published_time",
    "pubdate",
    "parsely-pub-date",
    "sailthru.date",
    "citation_publication_date",
    "citation_date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "dcterms.date",
    "cxenseparse:recs:publishtime",
    "date",
)
_MODIFIED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "last-modified",
)
_DATED = (
    "[itemprop=datePublished]",
    "time[pubdate]",
    "article time[datetime]",
    "main time[datetime]",
    "time[datetime]",
    "time",
    "[class*=publish i]",
    "[class*=date i]",
    "[class*=time i]",
    "[class*=posted i]",
    "[id*=date i]",
)
_LABELLED = re.compile(
    r"(?:公開|投稿|掲載|配信|作成|発表|初出)(?:日時?|年月日)?\s*[:：]?\s*"
    r"(?P<date>[12]\d{3}\s*[年/.-]\s*\d{1,2}\s*[月/.-]\s*\d{1,2}[^\n]{0,20})"
)
_JAPANESE_DATE = re.compile(
    r"(?:[12]\d{3}年|令和[\d元]{1,2}年)\d{1,2}月\d{1,2}日[^\n]{0,20}"
)
_IN_URI = re.compile(r"/((?:19|20)\d\d)[/-]?([01]\d)[/-]?([0-3]\d)(?=\D|\Z)")
_HEAD = 600
_AROUND = 200


def published(
    page: Page, said: Statements, text: str, unzoned: tzinfo
) -> datetime | None:
    """Return when the page says it was published; None if it does not say."""
    stated = (*strings(said.said("datePublished")), *said.metas(*PUBLISHED_METAS))
    return (
        _first(stated, unzoned)
        or _first(_marked(page), unzoned)
        or _first(_labelled(page), unzoned)
        or _first(_in_uri(page), unzoned)
        or _first(strings(said.said("dateCreated", "uploadDate")), unzoned)
        or _first(_around(page, text), unzoned)
    )


def modified(said: Statements, unzoned: tzinfo) -> datetime | None:
    """Return when the page says it was last changed; None if it does not say."""
    stated = strings(said.said("dateModified"))
    return _first((*stated, *said.metas(*_MODIFIED)), unzoned)


def _first(stated: Iterable[str], unzoned: tzinfo) -> datetime | None:
    found = (dates.parse(one, unzoned=unzoned) for one in stated)
    return next((one for one in found if one), None)


def _marked(page: Page) -> Iterable[str]:
    """Yield what elements hold that are marked as dates, the surest mark first."""
    for selector in _DATED:
        for element in page.tree.select(selector)[:5]:
            stated = element.attr("datetime") or element.attr("content")
            yield stated or characters.folded(element.text[:500], limit=100)


def _labelled(page: Page) -> Iterable[str]:
    words = unicodedata.normalize("NFKC", page.words)
    return (found["date"] for found in _LABELLED.finditer(words))


def _around(page: Page, text: str) -> Iterable[str]:
    """Yield what stands around the heading, then the beginning and end of the text."""
    whole = page.words
    for heading in page.tree.select("h1")[:3]:
        before, found, after = whole.partition(heading.text.strip() or "\0")
        if found:
            yield characters.folded(after[:_AROUND])
            yield characters.folded(before[-_AROUND // 2 :])
    yield characters.folded(text[:_AROUND])
    yield from (found[0] for found in _JAPANESE_DATE.finditer(text[-_HEAD:]))


def _in_uri(page: Page) -> Iterable[str]:
    canonical = page.tree.select_one("link[rel=canonical i][href]")
    for uri in (page.uri, canonical.attr("href") or "" if canonical else ""):
        yield from ("-".join(found.groups()) for found in _IN_URI.finditer(uri))
