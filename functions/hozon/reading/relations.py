"""What links lead to, by the relations that elements and fields name (HTML §4.6.7)."""

import re

from hozon.nouns.requisites import Kind, Need

_ICON_RELATIONS = frozenset(
    ("icon", "apple-touch-icon", "apple-touch-icon-precomposed", "mask-icon")
)
_RELATIONS: dict[str, Kind] = {
    "stylesheet": "style",
    "modulepreload": "script",
    "manifest": "other",
    "image_src": "image",
}
_PRELOADS: dict[str, Kind] = {
    "style": "style",
    "script": "script",
    "worker": "script",
    "image": "image",
    "font": "font",
    "video": "media",
    "audio": "media",
    "track": "other",
}
_SUFFIXES: dict[str, Kind] = {
    "css": "style",
    "js": "script",
    "mjs": "script",
    "woff": "font",
    "woff2": "font",
    **dict.fromkeys(("avif", "gif", "jpeg", "jpg", "png", "svg", "webp"), "image"),
}
_SUFFIX = re.compile(r"\.([a-z0-9]{2,5})(?:[?#]|\Z)", re.IGNORECASE)


def of(
    named: frozenset[str], as_: str | None, href: str | None
) -> tuple[Kind | None, Need | None]:
    """Return what a link leads to, and how much it is needed; no kind: no requisite.

    Documents that are fetched ahead for the reader's next step are none.
    """
    if named & _ICON_RELATIONS:
        return "icon", Need.HELPS if "icon" in named else Need.SPARE
    stated = _PRELOADS.get((as_ or "").lower())
    if "preload" in named:
        return stated or "other", None if stated == "style" else Need.HELPS
    for name, kind in _RELATIONS.items():
        if name in named:
            return kind, None
    if "prefetch" in named:
        suffix = _SUFFIX.search(href or "")
        known = _SUFFIXES.get(suffix[1].lower()) if suffix else None
        return stated or known, Need.SPARE
    return None, None
