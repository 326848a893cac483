"""Feed documents kept within bounds, before a parser sees them that has none.

feedparser is right about feeds and defenceless: its time grows with the square of the
attributes of one tag, of the categories of one entry, of the namespace prefixes and of
the length of a person's name, and it expands entities. Depth needs no bound: its time is
linear in that.
"""

import re
from collections import Counter
from contextlib import suppress
from xml.parsers import expat

from hozon.nouns.errors import NotAFeed
from hozon.nouns.feeddocuments import MAX_ENTRIES

MAX_TAGS = 500_000
MAX_REFERENCES = 1_000_000
MAX_PREFIXES = 200
MAX_ATTRIBUTES = 250
MAX_COMPARISONS = 30_000_000
"""Of categories with one another, which is about a second's work."""

MAX_PERSON_SQUARES = 1_000_000_000
"""Of the lengths of persons' names: an address is looked for in them from each place."""

_LONG_TAG = 2_048

_FIRST_TAG = re.compile(r"<\w")
_DECLARATION = re.compile(r"<!(?:ENTITY|ATTLIST)", re.IGNORECASE)
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)"
    r"|<(?P<end>/?)(?:(?:[A-Za-z_][\w.-]*:)?(?P<name>[A-Za-z_][\w.-]*))?[^<]*",
    re.DOTALL,
)
_PREFIX = re.compile(r"xmlns:([^\s=]+)")
_QUOTED = re.compile(r"\"[^\"<]*+\"|'[^'<]*+'")
_TAG = re.compile(r"<(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+>")
_NAME = re.compile(r"<(/?)([^\s<>/]+)")
_ENTRIES = frozenset(("item", "entry"))
_CATEGORIES = frozenset(("category", "subject", "keywords", "tags"))
_PERSONS = frozenset(
    ("author", "creator", "contributor", "managingeditor", "webmaster", "name", "email")
)


def without_entities(text: str) -> None:
    """Raise `NotAFeed` if the document declares entities or default attributes."""
    if not _DECLARATION.search(text):
        return
    first_tag = _FIRST_TAG.search(text)
    head = text[: first_tag.start()] if first_tag else text
    if _DECLARATION.search(head) or _declares(text):
        raise NotAFeed(
            "this document declares entities in its DOCTYPE, which feeds have no need "
            "of and attackers have; it was not read"
        )


class _RootReached(Exception):
    """Ends the parser's work at the root element."""


def _declares(text: str) -> bool:
    """Ask the strict parser itself what the prolog declares; regexes can be misled."""
    declared: list[str] = []

    def declare(name: str, *_: object) -> None:
        declared.append(name)

    def stop(*_: object) -> None:
        raise _RootReached

    parser = expat.ParserCreate("utf-8")
    parser.EntityDeclHandler = declare
    parser.AttlistDeclHandler = declare
    parser.StartElementHandler = stop
    with suppress(_RootReached, expat.ExpatError):
        parser.Parse(text.encode("utf-8", "replace"), True)
    return bool(declared)


def bounded(text: str) -> tuple[str, str | None]:
    """Return the document cut after `MAX_ENTRIES` entries, and what was left out.

    Raises `NotAFeed` for a document that no parser should be given.
    """
    prefixes = {found[1] for found in _PREFIX.finditer(text)}
    _refuse_if(len(prefixes) > MAX_PREFIXES, "namespaces")
    census = _Census()
    for token in _TOKEN.finditer(text):
        if census.is_full_with(token):
            kept = _cut(text, end=census.last, first=census.first)
            count = census.entries - 1
            return kept, f"only the first {count} entries were read; there are more"
    return text, None


class _Census:
    """Counts what has no bounds in feedparser, and where the entries begin."""

    def __init__(self) -> None:
        self.entries = 0
        self.first = self.last = -1
        self._tags = 0
        self._references = 0
        self._categories = self._comparisons = self._squares = 0
        self._within = ""

    def is_full_with(self, token: re.Match[str]) -> bool:
        """Count a token; tell whether the entry it belongs to is one too many."""
        self._references += token[0].count("&")
        if token["end"] is None:
            self._count_categories(token[0].count(","))
        else:
            self._tags += 1
            self._within = "" if token["end"] else (token["name"] or "").lower()
            self._count_tag(token)
        if self._within in _PERSONS:
            self._squares += len(token[0]) ** 2
            _refuse_if(self._squares > MAX_PERSON_SQUARES, "words in a person's name")
        is_long = self._tags > MAX_TAGS or self._references > MAX_REFERENCES
        _refuse_if(is_long and self.entries <= 1, "tags and references in one place")
        return is_long or self.entries > MAX_ENTRIES

    def _count_tag(self, token: re.Match[str]) -> None:
        if self._within in _ENTRIES:
            self.entries, self._categories = self.entries + 1, 0
            self.last = token.start()
            self.first = self.first if self.entries > 1 else self.last
        self._count_categories(1 + token[0].count(","))
        _refuse_if(_attributes(token[0]) > MAX_ATTRIBUTES, "attributes in one tag")

    def _count_categories(self, count: int) -> None:
        if self._within in _CATEGORIES:
            self._comparisons += count * (self._categories + count // 2)
            self._categories += count
            _refuse_if(self._comparisons > MAX_COMPARISONS, "categories in one place")


def _refuse_if(is_too_many: bool, what: str) -> None:  # noqa: FBT001  a condition
    if is_too_many:
        raise NotAFeed(f"this document has too many {what} to be a feed")


def _attributes(token: str) -> int:
    """Return about how many attributes a tag has; 0 for tags of usual length."""
    if len(token) < _LONG_TAG:
        return 0
    tag = _TAG.match(token)
    bare = _QUOTED.sub("", tag[0] if tag else token.split(">", 1)[0])
    return max(len(bare.split()), bare.count("="))


def _cut(text: str, *, end: int, first: int) -> str:
    """Return the text up to `end`, with what encloses its entries closed."""
    opened: list[str] = []
    counts = Counter[str]()
    for tag in _TAG.finditer(text, 0, first):
        name = _NAME.match(tag[0])
        if name is None or tag[0].endswith("/>"):
            continue
        if not name[1]:
            opened.append(name[2])
            counts[name[2]] += 1
        while name[1] and counts[name[2]]:
            closed = opened.pop()
            counts[closed] -= 1
            if closed == name[2]:
                break
    return text[:end] + "".join(f"</{name}>" for name in reversed(opened))
