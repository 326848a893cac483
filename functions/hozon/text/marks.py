"""What stands around an article: told by the tags, roles and names of elements.

A mark is a suspicion, not a verdict: `boxes` takes one back that costs most of a page.
The vocabulary was chosen on labelled pages (benchmarks/extraction.py) and is of the
world, not of sites: no name is in it that only one site uses.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

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

AROUND = frozenset(("nav", "footer", "aside", "form", "menu", "fieldset"))
"""Elements that stand around the article by what they are."""

_NEVER_MARKED_BY_NAME = "article, main, h1"
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
_NAMES = "[class], [id]"
_PECULIAR = "[role], [aria-hidden], [hidden], [style]"


def marks(body: Element) -> Mapping[Element, str]:
    """Return which elements below `body` look by their attributes as if they stood around
    the article, and why; `AROUND` has those that do by their tag.

    Elements marked for the same reason have the same mark. All are looked at in one go,
    for attributes cost more to look at than all else.
    """
    found: dict[Element, str] = {}
    for element in body.select(_NAMES):
        names = f"{element.attr('class') or ''} {element.attr('id') or ''}"
        if (named := _named(names[:_LONGEST_NAMES])) is not None:
            found[element] = named
    for element in body.select(_NEVER_MARKED_BY_NAME):
        found.pop(element, None)
    for element in body.select(_PECULIAR):
        role = element.attr("role")
        if role and _ROLES.search(role):
            found[element] = "role"
        elif _is_unshown(element):
            found[element] = HIDDEN
    return found


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
