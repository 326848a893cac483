"""Articles of several pages: which link leads to the next one, which to the whole. Pure.

Precision comes first: ``rel=next`` leads to another article more often than not. A link
counts if its URI is that of this page but for a page number one higher (or a word such
as ``all``), if it says so, and if the page calls itself an article.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from turbohtml import Element

from hozon.nouns import uris
from hozon.reading.page import Page

MAX_PAGES = 20
"""How many pages of one article are followed, the first one included."""

_MOST_SAID = 120
_TURNS = re.compile(
    r"\W*+(?=[次続こ記の全す一印\dACDINPRSVWacdinprsvw])(?:\d{1,2}\W*\Z|[1一]ペ|[次続こ記の全す印]|"
    r"(?i:next|näch|cont|read|weiter|page|pág|print|suiv|sigu|show|single|view|as |a |"
    r"auf e|druck|impr))"
)
"""How whatever `_NEXT`, `_WHOLE` and `_PRINT` match begins, or a page's number."""

_SUFFIX = re.compile(
    r"(?:/|/index\.\w{2,5}|\.(?:html?|php|aspx?|shtml|amp))\Z", re.IGNORECASE
)
_IN_PATH = re.compile(
    r"(?:/(?:page|p|index|part)?[-_/]?|[_,]|-p(?:age)?-?)([2-9]|1\d|20)\Z",
    re.IGNORECASE,
)
_IN_QUERY = re.compile(r"(?:page|p|pg|pn|paged|pageno|part)=(\d{1,2})", re.IGNORECASE)
_NEXT = re.compile(
    r"\W*(?:次へ|次のページ(?:へ|を読む)?|次ページ(?:へ)?|次頁(?:へ)?|続きを読む|続きはこちら|"
    r"next(?: page)?|continue(?: reading)?|read more|nächste(?: seite)?|weiter|"
    r"page suivante|suivant|página siguiente|siguiente)\W*",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"\W*(?:(?:この)?(?:記事)?(?:の)?(?:全文|全て|すべて)(?:を|の)?(?:読む|表示(?:する)?|見る)|"
    r"全文(?:はこちら)?|[1一]ページで(?:読む|表示(?:する)?|見る)|(?:view |read )?(?:as )?"
    r"(?:a )?single page|view all(?: pages)?|show all(?: pages)?|"
    r"(?:read |view )(?:the )?(?:full|whole|entire) (?:article|story)|"
    r"auf einer seite(?: lesen)?)\W*",
    re.IGNORECASE,
)
_PRINT = re.compile(
    r"\W*(?:印刷用?(?:の)?(?:ページ|画面)?(?:を表示)?|print(?: view| version| page)?|"
    r"drucken|druckansicht|imprimer)\W*",
    re.IGNORECASE,
)
_WHOLE_QUERY = re.compile(
    r"(?:[a-z_]{1,20}=(?:all|full|single|print|pc|1page)|"
    r"(?:all|full|print|singlepage|onepage)(?:=(?:1|true|yes|y))?)",
    re.IGNORECASE,
)
_WHOLE_PATH = re.compile(
    r"(?:[/_,.-](?:all|full|print|single|singlepage|onepage|zenbun))\Z", re.IGNORECASE
)
_FILE = re.compile(r"/[^/]*\d[^/]*\.s?html?\Z", re.IGNORECASE)
_ARTICLES = re.compile(
    r"\"@type\"\s*:\s*\[?\s*\"(?:\w{0,20}Article|BlogPosting|Report)\""
)


@dataclass(frozen=True, slots=True)
class _Place:
    """A page of an article: what all its pages have in common, and its number.

    `number` is 0 for a page that shows the whole.
    """

    stem: str
    number: int


@dataclass(frozen=True, slots=True)
class _Link:
    """A link and what it says; where it leads is looked at only where that matters."""

    element: Element
    said: str
    is_next: bool = False

    def says_next(self, number: int) -> bool:
        """Tell whether it says that it leads to the next page, which is `number`."""
        said = self.said
        return self.is_next or said == str(number) or bool(_NEXT.fullmatch(said))

    def target(self, page: Page) -> str | None:
        """Return the URI it leads to, unless that is this page or comments on it."""
        href = self.element.attr("href") or ""
        if "#" in href and "comment" in href.partition("#")[2]:
            return None
        target = page.absolute(href, page.base)
        return target if target != page.uri else None


def following(page: Page, *, first: str, number: int) -> str | None:
    """Return the URI of the page after this, or None.

    `page` is number `number` of the article whose first page is at `first`.
    """
    wanted = _Place(_stem(first), number + 1)
    if number >= MAX_PAGES or not wanted.stem or not _is_article(page):
        return None
    for link in _links(page):
        target = link.target(page) if link.says_next(wanted.number) else None
        if target is not None and _place(target) == wanted:
            return target
    return None


def whole(page: Page) -> str | None:
    """Return the URI of the page that shows all of the article at once, or None.

    A view for printing is one only of an article of several pages.
    """
    wanted = _Place(_stem(page.uri), 0)
    if not wanted.stem or not _is_article(page):
        return None
    of_print = None
    for link in _links(page):
        is_whole = _WHOLE.fullmatch(link.said)
        if not is_whole and (of_print or not _PRINT.fullmatch(link.said)):
            continue
        target = link.target(page)
        if target is None or _place(target) != wanted:
            continue
        if is_whole:
            return target
        of_print = target
    is_one_of_several = of_print and following(page, first=page.uri, number=1)
    return of_print if is_one_of_several else None


def belongs(uri: str, *, first: str) -> bool:
    """Tell whether what was asked for as a page of an article still is one."""
    return _place(uri).stem == _stem(first)


def _is_article(page: Page) -> bool:
    """Tell whether a page is one article: lists have next pages too.

    It calls itself one, or is a file among others (``…/news089.html``).
    """
    if _FILE.search(uris.parse(page.uri).path):
        return True
    tree = page.tree
    kind = tree.select_one("meta[property='og:type' i][content]")
    if kind is not None and (kind.attr("content") or "").strip().lower() == "article":
        return True
    if len(tree.select("article")) == 1:
        return True
    scripts = tree.select("script[type='application/ld+json' i]")[:50]
    return any(_ARTICLES.search(script.text[:200_000]) for script in scripts)


def _links(page: Page) -> Iterator[_Link]:
    """Yield the links that may be about turning pages: most say something else."""
    for element in page.tree.select("a[rel~=next i][href], link[rel~=next i][href]"):
        said = "" if element.tag == "link" else element.text[:_MOST_SAID]
        yield _Link(element, " ".join(said.split()), is_next=True)
    for element, said in page.anchors:
        if len(said) <= _MOST_SAID and _TURNS.match(said):
            yield _Link(element, " ".join(said.split()))


def _stem(first: str) -> str:
    """Return what all pages of an article have in common, of its first page's URI.

    A number at the end of its path is part of its name: it numbers articles.
    """
    parsed = uris.parse(first)
    queries = [q for q in _queries(parsed) if not _IN_QUERY.fullmatch(q)]
    return _joined(parsed, _SUFFIX.sub("", parsed.path), queries)


def _place(uri: str) -> _Place:
    """Return which page of what a URI names, as far as it shows."""
    parsed = uris.parse(uri)
    number, queries = None, []
    for one in _queries(parsed):
        if _WHOLE_QUERY.fullmatch(one):
            number = 0
        elif paged := _IN_QUERY.fullmatch(one):
            number = int(paged[1]) or 1
        else:
            queries.append(one)
    path = _SUFFIX.sub("", parsed.path)
    if number is None:
        path, number = _from_path(path)
    return _Place(_joined(parsed, path, queries), number)


def _queries(parsed: uris.Uri) -> list[str]:
    return [one for one in parsed.query.removeprefix("?").split("&") if one]


def _joined(parsed: uris.Uri, path: str, queries: list[str]) -> str:
    """Return a stem; none for the page of a whole site."""
    if len(path) < 2:
        return ""
    host = parsed.host.removeprefix("www.")
    return f"{host}:{parsed.port}{path}?{'&'.join(queries)}"


def _from_path(path: str) -> tuple[str, int]:
    if found := _WHOLE_PATH.search(path):
        return path[: found.start()], 0
    if found := _IN_PATH.search(path):
        return path[: found.start()], int(found[1])
    return path, 1
