"""Clues in how a page is made: whose scripts, which forms, what it is empty of."""

import re
from collections.abc import Iterator
from typing import Any

from hozon.nouns.model import Clue
from hozon.verdicts import vendors
from hozon.verdicts.seen import Seen, plainly, size

_HARDLY_ANY = 400
_FEW = 900
_LOADING = 40
_SHOWN = "img, video, audio, iframe, h1, h2, article"
_MOUNTS = (
    "#root, #app, #__next, #__nuxt, #__layout, #app-root, #react-root, #main-app, #svelte, "
    "#___gatsby, #ember-app, #mount, #container-root, app-root, [ng-app], "
    "[data-reactroot], [id='q-app'], [data-server-rendered], [data-v-app]"
)
_PAID = re.compile(r"false|no|0", re.IGNORECASE)
_TIERS = frozenset(
    {"locked", "metered", "premium", "paid", "subscriber", "subscription"}
)
_PAID_WHOLE = 3_000
"""Who shows more characters of text than this has hardly held the rest back."""
_ROOT = re.compile(r"https?://[^/]+/?")


def clues(seen: Seen) -> Iterator[Clue]:
    """Yield the clues of the markup."""
    if seen.page is None:
        return
    if seen.is_little:
        yield from _protection(seen)
        yield from _parking(seen)
        yield from _login(seen)
        yield from _emptiness(seen)
    yield from _home(seen)
    yield from _paywall(seen)


def _protection(seen: Seen) -> Iterator[Clue]:
    """A maker's mark on a page that shows little; his widget on one of few words."""
    marks = dict.fromkeys(v for m, v in vendors.MARKUP if m in seen.markup)
    weight = 3.0 if size(seen.words) < _FEW and seen.prose < _HARDLY_ANY else 1.0
    for vendor in marks:
        yield Clue(kind="challenge", weight=weight, says=f"made by {vendor}")
    widget = next((v for m, v in vendors.WIDGETS if m in seen.markup), None)
    if widget and size(seen.words) < _FEW:
        is_form = bool(seen.subject) or _has_fields(seen)
        weight = 2.0 if seen.prose < _HARDLY_ANY and not is_form else 0.5
        yield Clue(kind="challenge", weight=weight, says=f"a captcha: {widget}")


def _has_fields(seen: Seen) -> bool:
    """Tell whether a reader is to write something, as in a comment."""
    return bool(
        seen.page and seen.page.tree.select_one("textarea:not([name*=captcha])")
    )


def _parking(seen: Seen) -> Iterator[Clue]:
    mark = next((m for m in vendors.PARKING_MARKUP if m in seen.markup), None)
    if mark:
        yield Clue(kind="parked", weight=4.0, says=f"made for parking: {mark}")


def _login(seen: Seen) -> Iterator[Clue]:
    page = seen.page
    if page and page.tree.select_one("input[type=password]"):
        weight = 1.5 if seen.prose < _HARDLY_ANY and not seen.subject else 0.5
        yield Clue(kind="login", weight=weight, says="a field for a password")


def _emptiness(seen: Seen) -> Iterator[Clue]:
    """A page that its scripts are to fill: nothing in it but them."""
    page = seen.page
    if page is None or seen.carried >= _HARDLY_ANY:
        return
    shown = size(seen.words)
    scripts = "<script" in seen.markup
    mounts = page.tree.select(_MOUNTS)[:4]
    empty = [m for m in mounts if _is_empty(m)]
    if not shown and not seen.pictures:
        yield Clue(kind="shell", weight=3.0, says="it shows nothing")
    if not scripts:
        return
    if empty:
        weight = 2.5 if seen.prose < _HARDLY_ANY else 0.5
        yield Clue(
            kind="shell", weight=weight, says="an empty place for scripts to fill"
        )
    if shown < _HARDLY_ANY // 4 and not seen.pictures:
        yield Clue(kind="shell", weight=2.5, says=f"{shown} bytes of text, no picture")
    elif shown < _HARDLY_ANY and seen.pictures < 2 and not seen.headings:
        yield Clue(kind="shell", weight=1.5, says=f"{shown} bytes of text, and scripts")


def _is_empty(mount: Any) -> bool:
    """Tell whether there is nothing in an element but that it is loading."""
    return size(plainly(mount.text)) < _LOADING and mount.select_one(_SHOWN) is None


def _home(seen: Seen) -> Iterator[Clue]:
    """A page that names another as itself: the home page, or one for errors."""
    asked = seen.asked
    if seen.page is None or asked is None or len(asked.path) < 2:
        return
    canonical = seen.facts.canonical_uri or ""
    if _ROOT.fullmatch(canonical) and not asked.query:
        yield Clue(kind="missing", weight=1.0, says="it says it is the home page")
    if re.search(r"/(?:40[04]|not-?found)(?:[/.?]|$)", canonical):
        yield Clue(kind="missing", weight=3.0, says=f"it says it is {canonical}")


def _paywall(seen: Seen) -> Iterator[Clue]:
    said = seen.said
    if said is None:
        return
    tier = (said.meta("article:content_tier") or "").lower()
    free = (_free(node.get("isAccessibleForFree")) for node in said.nodes)
    is_paid = tier in _TIERS or any(stated is False for stated in free)
    if is_paid and len(seen.facts.text) < _PAID_WHOLE:
        yield Clue(kind="part", weight=1.0, says="isAccessibleForFree: false")


def _free(stated: object) -> bool | None:
    if isinstance(stated, bool):
        return stated
    text = str(stated or "").rpartition("/")[2]
    return None if not text else not _PAID.fullmatch(text)
