"""Requisites: what a page needs to look as it looks, found but not yet fetched."""

import re
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Literal

from hozon.nouns import uris
from hozon.nouns.errors import Misuse

MAX_REQUISITES = 2_000
"""How many requisites of one document are found; the first ones, in its order."""

Kind = Literal["style", "script", "image", "font", "media", "icon", "frame", "other"]

_NOT_FETCHED = re.compile(
    r"[\s\0]*(?:#|(?!https?:)[a-z][a-z0-9+.-]*:|\Z)", re.IGNORECASE
)


class Need(IntEnum):
    """How much a page needs a requisite: the lowest is fetched first.

    ``SHAPES``: style sheets and frames, which need others themselves. ``SHOWN``: what
    an ordinary window shows. ``HELPS``: scripts, icons, pictures that may be shown.
    ``HEAVY``: audio and video. ``SPARE``: what another window would take instead.
    """

    SHAPES = 0
    SHOWN = 1
    HELPS = 2
    HEAVY = 3
    SPARE = 4


_NEEDS: dict[Kind, Need] = {
    "style": Need.SHAPES,
    "frame": Need.SHAPES,
    "image": Need.SHOWN,
    "font": Need.SHOWN,
    "media": Need.HEAVY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Requisite:
    """One resource that a page or style sheet refers to. `uri` is in normal form.

    A `foreign` one is a document of another site in a frame: known, and not fetched.
    """

    uri: str
    kind: Kind
    need: Need = Need.SHOWN
    foreign: bool = False


class Collection:
    """Requisites of one document: in its order, each URI once, at most 2,000.

    References are resolved against `base`; those that are no http(s) URI (``data:``,
    ``blob:``, ``javascript:``…) or the document `itself` are passed over. A URI that is
    referred to again keeps its place and kind, and the greater need.
    """

    def __init__(self, base: str, *, itself: str) -> None:
        self.base = base
        self._found: dict[str, Requisite] = {}
        self._itself = itself
        self._seen: dict[str, Need] = {}

    @property
    def is_full(self) -> bool:
        """Whether nothing more will be taken."""
        return len(self._found) >= MAX_REQUISITES

    def add(
        self,
        reference: str | None,
        kind: Kind,
        need: Need | None = None,
        *,
        foreign: bool = False,
    ) -> None:
        """Take one reference, as it stands in the document.

        `need` is that of its kind where none is given.
        """
        if not reference or self.is_full:
            return
        need = _NEEDS.get(kind, Need.HELPS) if need is None else need
        if self._seen.get(reference, Need.SPARE + 1) <= need:
            return
        self._seen[reference] = need
        if _NOT_FETCHED.match(reference):
            return
        try:
            uri = uris.lenient(reference, base=self.base)
        except Misuse:
            return
        if uri != self._itself:
            self._take(Requisite(uri=uri, kind=kind, need=need, foreign=foreign))

    def _take(self, new: Requisite) -> None:
        known = self._found.setdefault(new.uri, new)
        if new.need < known.need:
            self._found[new.uri] = replace(known, need=new.need)

    def all(self) -> tuple[Requisite, ...]:
        """Return what was taken."""
        return tuple(self._found.values())
