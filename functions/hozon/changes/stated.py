"""What is stated of an article besides its text: did somebody state it otherwise? Pure."""

import re
from collections.abc import Iterable

from hozon.changes import sentences
from hozon.changes.article import Reading, letters

_IMAGE_SIZE = re.compile(
    r"[-_](?:\d{2,5}x\d{2,5}|scaled|thumb(?:nail)?|small|medium|large)$"
)
_SITE_SUFFIX = re.compile(r"\s*\|\s*[^|]{1,40}$|\s+(?:[-·•»>]|::)\s+[^|]{1,40}$")


def is_retitled(before: Reading, after: Reading) -> bool:
    """Tell whether somebody wrote another headline.

    Not where the pages state their titles in another way: with or without the site's
    name, for search engines or for readers. A headline that stands on the other page as
    well, by itself, is one of them still.
    """
    old, new = title(before), title(after)
    if not old or not new or letters(old) == letters(new):
        return False
    if _is_suffixed(old, new, after.site) or _is_suffixed(new, old, before.site):
        return False
    if _bare_title(old) == _bare_title(new):
        return False
    return old not in after.lines and new not in before.lines


def _is_suffixed(short: str, long: str, site: str | None) -> bool:
    """Tell whether two titles differ by the name of the site around one of them only."""
    if site and letters(long.replace(sentences.folded(site), "")) == letters(short):
        return True
    return _bare_title(long) == short


def _bare_title(title: str) -> str:
    return _SITE_SUFFIX.sub("", title)


def title(reading: Reading) -> str | None:
    """Return an article's headline, folded."""
    return sentences.folded(reading.title) if reading.title else None


def has_other_authors(before: Reading, after: Reading) -> bool:
    """Tell whether other people are named as its authors."""
    return _differ(_names(before.authors), _names(after.authors))


def has_another_image(before: Reading, after: Reading) -> bool:
    """Tell whether another picture leads the article: no other size or place of it."""
    return _differ(_lead(before), _lead(after))


def has_another_place(before: Reading, after: Reading) -> bool:
    """Tell whether the page says of itself that it is another."""
    return _differ(_place(before.canonical_uri), _place(after.canonical_uri))


def _differ(before: object, after: object) -> bool:
    return bool(before) and bool(after) and before != after


def _names(authors: Iterable[str]) -> frozenset[str]:
    return frozenset(sentences.folded(name).casefold() for name in authors)


def _lead(reading: Reading) -> str | None:
    """Return what names the lead image, if the page shows it: others are the site's."""
    if reading.lead_image is None:
        return None
    name = _image(reading.lead_image)
    return name if name in {_image(uri) for uri in reading.pictured} else None


def _image(uri: str) -> str | None:
    """Return what names an image whatever its size, host and cut: its file's name."""
    path = re.split(r"[?#]", uri, maxsplit=1)[0]
    name = path.rstrip("/").rpartition("/")[2]
    stem, dot, kind = name.rpartition(".")
    return _IMAGE_SIZE.sub("", stem if dot and len(kind) <= 5 else name) or None


def _place(uri: str | None) -> str | None:
    """Return a link as it is compared: without scheme, query, fragment, last slash."""
    if uri is None:
        return None
    return re.sub(r"^https?://(?:www\.)?|[?#].*$|/(?=$|[?#])", "", uri) or None
