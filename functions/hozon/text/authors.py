"""Who wrote an article: as machines are told, else as readers are."""

import re
from collections.abc import Iterable, Iterator

from turbohtml import Element

from hozon.reading import characters, plain
from hozon.reading.page import Page
from hozon.text.statements import Statements, strings

_MOST_AUTHORS = 10
_MOST_ELEMENTS = 20
_LONGEST_LINE = 200
_LONGEST_NAME = 60
_MOST_WORDS = 6

_BYLINES = (
    "[rel~=author]",
    "[itemprop=author] [itemprop=name]",
    "[itemprop=author] a",
    "[itemprop=author]",
    ".byline a, .author a, [class*=byline i] a",
    ".author-name, .byline-name, .vcard .fn, .byline__name, .writer",
    ".byline, .author, .post-author, .article-author, .entry-author",
    "[class*=author-name i], [class*=authorname i]",
    "[class*=author i] a",
    "[class*=byline i], [class*=author i]",
)
"""Elements that name the author, the surest first."""

_OF_READERS = (
    "コメント",
    "comment",
    "reply",
    "related",
    "sidebar",
    "footer",
    "recommend",
)
_WRITTEN_BY = re.compile(
    r"written|by\b|aut[eho]+r|verfasst|écrit|執筆|著者", re.IGNORECASE
)
_LABEL = re.compile(
    r"(?:(?:written|posted|reported|story|text|words)?\s*(?:by|von|par|por)\b"
    r"|(?:author|autor|auteur|writer)s?\s*[:：]"
    r"|(?:文|著者?|筆者|執筆者?|取材・?文|ライター|記者|投稿者|作者|寄稿|編集|制作)"
    r"\s*[:：=＝/／])\s*",
    re.IGNORECASE,
)
_JAPANESE_NAME = r"[^\s、。,，()（）【】「」:：=＝／/|｜]"
_JAPANESE_BYLINE = re.compile(
    r"(?:^|[\s（(【])(?:取材・?文|著者|筆者|執筆者?|投稿者|ライター|文)\s*[:：=＝／/]\s*"
    rf"(?P<name>{_JAPANESE_NAME}{{2,20}}(?:[ \u3000]{_JAPANESE_NAME}{{1,10}})?)"
    rf"|[（(](?P<reporter>{_JAPANESE_NAME}{{2,12}})記者[)）]\s*$",
    re.MULTILINE,
)
_DIVIDER = re.compile(
    r"\s*[,，、;；&／|｜•·]\s*"
    r"|\s+(?:and|und|et|y|og|och|en|e|und|with|mit)\s+(?=[^\W\d_a-zß-ÿ])"
)
_ASIDE = re.compile(
    r"\s*[(（\[［【].*?[)）\]］】]"
    r"|\s+(?:on|am|le|in|at|of)\s.*\Z"
    r"|\s[-–—]\s.*\Z"
)
_IN_NO_NAME = re.compile(
    r"https?:|@|\d\d|\d月|\b(?:am|pm|link copied|read more|view profile|no author)\b",
    re.IGNORECASE,
)
_NO_NAMES = frozenset(
    (
        *("admin", "administrator", "editor", "staff", "guest", "author", "authors"),
        *("auteur", "auteurs", "autor", "autoren", "redaktion", "written by", "by"),
        *("unknown", "null", "none", "undefined", "nan", "follow", "share", "about"),
    )
)
_AROUND_NAMES = " \u3000\"'“”-–—:：|・."


def authors(page: Page, said: Statements, site: str | None) -> tuple[str, ...]:
    """Return who wrote the article; the site itself only where no person is named."""
    spare: tuple[str, ...] = ()
    for stated in _stated(page, said):
        names = tuple(dict.fromkeys(_names(stated)))[:_MOST_AUTHORS]
        people = tuple(name for name in names if not characters.alike(name, site or ""))
        if people:
            return people
        spare = spare or names
    return spare


def _stated(page: Page, said: Statements) -> Iterator[Iterable[str]]:
    """Yield the lines that may name authors, the surest first."""
    yield _people(said.said("author", "creator"))
    yield said.metas("cxenseparse:author", "parsely-author", "sailthru.author", "byl")
    yield said.metas("citation_author", "author", "dcsext.author", "article:author")
    yield said.metas("dc.creator", "dcterms.creator", "dc.creator.personalname")
    if _WRITTEN_BY.match(said.meta("twitter:label1") or ""):
        yield said.metas("twitter:data1")
    yield from _bylines(page)
    yield _in_words(page)
    yield strings(said.said("author", "creator"))


def _people(stated: object) -> list[str]:
    """Return the names in a JSON-LD value that are not those of organisations."""
    values = stated if isinstance(stated, list) else [stated]
    return [
        name for one in values if not _is_organisation(one) for name in strings(one)
    ]


def _is_organisation(stated: object) -> bool:
    kinds = strings(stated, key="@type") if isinstance(stated, dict) else []
    return any("Organization" in kind for kind in kinds)


def _bylines(page: Page) -> Iterator[list[str]]:
    for selector in _BYLINES:
        marked = page.tree.select(selector)[:_MOST_ELEMENTS]
        elements = [one for one in marked if _is_byline(one)]
        together = (one for one in elements if one.parent == elements[0].parent)
        yield [characters.folded(one.text, limit=_LONGEST_LINE) for one in together]


def _in_words(page: Page) -> list[str]:
    """Return the names that the page's words label as the author's, as Japan does."""
    found = _JAPANESE_BYLINE.finditer(page.words)
    return [one["name"] or one["reporter"] for one in found][:1]


def _is_byline(element: Element) -> bool:
    marks = f"{element.attr('class')} {element.attr('id')}".lower()
    length = len(element.text.strip())
    return 1 < length < _LONGEST_LINE and not any(one in marks for one in _OF_READERS)


def _names(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        bare = plain.of_title(line[:500]).strip("[]［］【】 ")
        label = _LABEL.match(bare)
        for part in _DIVIDER.split(bare[label.end() :] if label else bare):
            name = _ASIDE.sub("", part).strip(_AROUND_NAMES)
            if _is_name(name):
                yield name


def _is_name(text: str) -> bool:
    if not 1 < len(text) <= _LONGEST_NAME or len(text.split()) > _MOST_WORDS:
        return False
    return text.lower() not in _NO_NAMES and not _IN_NO_NAME.search(text)
