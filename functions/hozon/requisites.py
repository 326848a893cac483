"""Requisites: what a page needs to look as it looks, found but not yet fetched."""

import re
from dataclasses import dataclass
from typing import Literal

from hozon import uris
from hozon.errors import Misuse

MAX_REQUISITES = 300
"""How many requisites of one document are found; the first ones, in its order."""

Kind = Literal["style", "script", "image", "font", "media", "icon", "frame", "other"]

_NOT_FETCHED = re.compile(
    r"[\s\0]*(?:#|(?!https?:)[a-z][a-z0-9+.-]*:|\Z)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requisite:
    """One resource that a page or style sheet refers to. `uri` is in normal form."""

    uri: str
    kind: Kind


class Collection:
    """Requisites of one document: in its order, each URI once, at most 300.

    References are resolved against `base`; those that are no http(s) URI (``data:``,
    ``blob:``, ``javascript:``…) or the document `itself` are passed over.
    """

    def __init__(self, base: str, *, itself: str) -> None:
        self._base = base
        self._found: dict[str, Requisite] = {}
        self._itself = itself
        self._seen: set[str] = set()

    @property
    def is_full(self) -> bool:
        """Whether nothing more will be taken."""
        return len(self._found) >= MAX_REQUISITES

    def add(self, reference: str | None, kind: Kind) -> None:
        """Take one reference, as it stands in the document."""
        if not reference or self.is_full or reference in self._seen:
            return
        self._seen.add(reference)
        if _NOT_FETCHED.match(reference):
            return
        try:
            uri = uris.lenient(reference, base=self._base)
        except Misuse:
            return
        if uri != self._itself:
            self._found.setdefault(uri, Requisite(uri=uri, kind=kind))

    def all(self) -> tuple[Requisite, ...]:
        """Return what was taken."""
        return tuple(self._found.values())
