"""References of a captured document, led to what the archive holds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from hozon.nouns import uris
from hozon.nouns.errors import Misuse
from hozon.nouns.requisites import Kind
from hozon.reading import css
from hozon.reading.srcset import candidates

Use = Literal["i", "s", "f", "m"]
"""What for the stage is asked for something: an image, a style sheet, a font, media."""

NOTHING = "about:invalid"
"""A reference that leads nowhere, and is not asked for (CSS Values 4 §4.5.4)."""

_MAX_SET = 100
_LONGEST_DATA = 4_000_000
_OUTSIDE = re.compile(r"[\s\0]*(?!https?:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_DATA = re.compile(r"[\s\0]*data:(?:image|font|application/(?:x-)?font)", re.IGNORECASE)
_OF_SHEETS: Mapping[Kind, Use] = {"style": "s", "font": "f"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Where references lead: what a page needs below `stage`, links below `pages`."""

    stage: str
    pages: str


class References:
    """What stands in one document, at `uri`, resolved against `base`."""

    def __init__(self, ways: Ways, uri: str, base: str) -> None:
        self._ways, self._uri, self._base = ways, uri, base

    def absolute(self, reference: str | None) -> str | None:
        """Return the URI that is meant, if it is one of the Web."""
        if not reference or not reference.strip() or _OUTSIDE.match(reference):
            return None
        try:
            return uris.lenient(reference, base=self._base)
        except Misuse:
            return None

    def part(self, reference: str, use: Use) -> str | None:
        """Return where something that a page needs is had; None: nowhere.

        A place in this very document stays, and so do pictures that stand in it whole.
        """
        if reference.strip().startswith("#"):
            return reference
        if _DATA.match(reference):
            return reference if len(reference) <= _LONGEST_DATA else None
        uri = self.absolute(reference)
        _, mark, place = reference.partition("#")
        return uri and f"{self._ways.stage}{use}_/{uri}{mark}{place}"

    def link(self, reference: str) -> str | None:
        """Return where a link leads: a place of this page, or a page of the archive."""
        target = self.absolute(reference)
        _, mark, place = reference.partition("#")
        if mark and (reference.strip().startswith("#") or target == self._uri):
            return f"#{place}"
        return target and f"{self._ways.pages}{target}{mark}{place}"

    def pictures(self, srcset: str) -> str:
        """Return a set of candidates for an image, each led to the stage."""
        found = []
        for each in islice(candidates(srcset), _MAX_SET):
            there = self.part(each.url, "i")
            if there and not there.endswith(","):  # which would be none of the URL's
                size = f"{each.width:g}w" if each.width else f"{each.density:g}x"
                found.append(f"{there} {size}")
        return ", ".join(found)

    def sheet(self, text: str) -> str:
        """Return a style sheet, or a ``style`` attribute."""
        return css.rewritten(text, self._of_sheet)

    def _of_sheet(self, reference: str, kind: Kind) -> str:
        return self.part(reference, _OF_SHEETS.get(kind, "i")) or NOTHING
