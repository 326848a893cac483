"""The title of an article, and the name of the site it is on."""

import re

from hozon.reading import characters, plain
from hozon.reading.characters import alike
from hozon.reading.page import Page
from hozon.text.statements import Statements, strings

_LONGEST = 300
_SEPARATOR = re.compile(r"\s+[|–—\-·•»«:：/]\s+|\s*[|｜]\s*|\s*[－―]\s*|\s+::\s+")


def title(page: Page, said: Statements, site: str | None) -> str | None:
    """Return the article's title without the site's name; as shown, if that is clear.

    A title that a heading shows too beats what only machines are told: search engines
    are told other titles than readers.
    """
    headings = _headings(page)
    told = (
        said.meta("og:title", "twitter:title"),
        *strings(said.said("headline"))[:1],
        said.meta("parsely-title", "sailthru.title", "citation_title"),
        _titled(page, headings, site),
    )
    found = [
        _trimmed(plain.of_title(one[:1000]), headings, site) for one in told if one
    ]
    shown = [one for one in found if any(alike(one, heading) for heading in headings)]
    fallbacks = (*headings[:1], said.meta("title", "dc.title"))
    best = next((one for one in (*shown, *found, *fallbacks) if one), None)
    return characters.shortened(best, _LONGEST) if best else None


def site(said: Statements) -> str | None:
    """Return the name of the site the page belongs to."""
    publisher = strings(said.said("publisher"))
    website = [name for one in said.of_type("WebSite") for name in strings(one)]
    named = said.meta("og:site_name", "application-name", "twitter:app:name:iphone")
    stated = named or next(iter(publisher + website), None)
    return plain.of_title(stated[:200]) or None if stated else None


def _headings(page: Page) -> list[str]:
    texts = (
        characters.folded(one.text, limit=500) for one in page.tree.select("h1")[:5]
    )
    return [text for text in texts if text]


def _titled(page: Page, headings: list[str], site: str | None) -> str | None:
    """Return the ``title`` element's text, unless it tells the site's name alone."""
    element = page.tree.select_one("head title, title")
    stated = characters.folded(element.text[:1000]) if element else ""
    if not stated or (headings and site and alike(stated, site)):
        return None
    return stated


def _trimmed(stated: str, headings: list[str], site: str | None) -> str:
    """Cut a site's name off a title, where a heading or that name proves it is one."""
    for heading in headings:
        rest = stated.removeprefix(heading)
        if rest != stated and _SEPARATOR.match(rest):
            return heading
    for cut in _SEPARATOR.finditer(stated):
        head, tail = stated[: cut.start()], stated[cut.end() :]
        if head and site and alike(tail, site):
            return head
        if tail and site and alike(head, site):
            return tail
    return stated
