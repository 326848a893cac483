"""What stands around an article: told by the tags, roles and names of elements.

A mark is a suspicion, not a verdict: `boxes` takes one back that costs most of a page.
The vocabulary was chosen on labelled pages (benchmarks/extraction.py) and is of the
world, not of sites: no name is in it that only one site uses.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from turbohtml import Element

_NEVER = (
    "script style noscript template iframe frame object embed svg canvas video audio "
    "link meta head map area select option input textarea button label progress "
    "datalist dialog rt rp rtc"
)
_INLINE = (
    "a abbr b bdi bdo big br center cite code data del dfn em font i img ins kbd mark "
    "picture q rb ruby s samp small source span strike strong sub sup time tt u var wbr"
)

NEVER = frozenset(_NEVER.split())
"""Elements whose text is none of the page's: nothing in them is read."""

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
INLINE = frozenset(_INLINE.split())
"""Elements that are part of the line they stand in."""

HIDDEN = "not shown"
"""The mark of what the page does not show."""

_AROUND = frozenset(("nav", "footer", "aside", "form", "menu", "fieldset"))
_NEVER_MARKED_BY_NAME = frozenset(("article", "main", "h1"))
_ROLES = re.compile(
    r"navigation|contentinfo|complementary|dialog|search|menu|toolbar|tablist",
    re.IGNORECASE,
)
_UNSHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_WORDS = (
    "ad|ads|adv|nav|menu|footer|foot|breadcrumbs?|topicpath|pankuzu|toc|skip"
    "|share|sharing|shares|sns|social|print|toolbar|tools|button|btn|icon"
    "|newsletter|subscribe|subscription|signup|sign-up|login|donate|cta"
    "|cookies?|consent|gdpr|modal|popup|overlay|banner|promo|promotion"
    "|related|relation|recommend|ranking|popular|trending|teasers?|carousel|slider"
    "|pager|pagination|paging|tags?|meta|timestamp|rating|copyright|credits?"
    "|byline|authors?|bio|comments?|disqus|reply|respond|widget|embed|embedded"
    "|hidden|hide|noprint|sr-only|screen-reader-text|visually-?hidden"
)
_PARTS = (
    "sidebar|[Ff]ooter|bread-?crumb|avigation|navbar|navbox|subnav|[Nn]ewsletter"
    "|outbrain|taboola|[Rr]elated|[Rr]ecommend|[Ss]hare(?:s|d|[A-Z_-])|[Ss]haring"
    "|[Ss]ocial|[Cc]ookie|[Bb]yline|[Cc]omment(?!ary)|author(?!i)|[Pp]romo(?!te)"
    r"|most-?(?:read|popular)|more-(?:on|from|stories)|read-?(?:more|next|also)"
    r"|[a-z]Ad(?:s|$|[A-Z_-])|[Aa]dvert|dfp|widget|(?:^|\s)jp-|mw-editsection"
    "|catlinks|printfooter|tag-?list|[Pp]rofile"
)
_NAMED = re.compile(rf"(?:^|[\s_-])(?:{_WORDS})(?=$|[\s_-])|{_PARTS}")
_NAMED_BODY = re.compile(
    r"article-?_?_?(?:body|content|text)|(?:entry|post|main)[-_]?content|post-body"
    r"|story-body|body-text",
    re.IGNORECASE,
)
_LONGEST_NAMES = 500
_KINDS = "[role], [aria-hidden], [hidden], [style]", "[class]", "[id]"


class Kinds(NamedTuple):
    """Which elements have more to be marked by than their tag: a class, an id, or what is
    `peculiar`. Attributes cost more to look at than all else, so this is asked at once.
    """

    peculiar: frozenset[Element]
    classed: frozenset[Element]
    known: frozenset[Element]

    @classmethod
    def of(cls, body: Element) -> "Kinds":
        """Return those of all elements below `body`."""
        return cls(*(frozenset(body.select(each)) for each in _KINDS))


def mark(element: Element, tag: str, kinds: Kinds) -> str | None:
    """Return why an element looks as if it stood around the article; None: it does not.

    Elements marked for the same reason have the same mark.
    """
    if tag in _AROUND:
        return tag
    if element in kinds.peculiar:
        role = element.attr("role")
        if role and _ROLES.search(role):
            return "role"
        if _is_unshown(element):
            return HIDDEN
    if tag in _NEVER_MARKED_BY_NAME:
        return None
    named = element.attr("class") or "" if element in kinds.classed else ""
    known = element.attr("id") or "" if element in kinds.known else ""
    return _named(f"{named} {known}"[:_LONGEST_NAMES]) if named or known else None


@lru_cache(maxsize=4096)
def _named(names: str) -> str | None:
    found = _NAMED.search(names)
    if found is None or _NAMED_BODY.search(names):
        return None
    return found[0].strip(" _-").lower()


def is_of_readers(found: str) -> bool:
    """Tell whether a mark says that readers wrote it: never the article itself."""
    return found in {"reply", "respond", "disqus"} or "comment" in found


def _is_unshown(element: Element) -> bool:
    if element.attr("aria-hidden") == "true" or element.attr("hidden") is not None:
        return True
    style = element.attr("style")
    return bool(style and _UNSHOWN.search(style, 0, _LONGEST_NAMES))
