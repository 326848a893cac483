"""An article as it is compared: what it said at one time, and what is around it. Pure."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from hozon.changes import noise, sentences
from hozon.reading import dates

_DATED = 180


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What an article said at one time, and what of its page helps to compare it.

    `text` is the main text; `whole` all text of the page, `linked` the texts of its
    links, `pictured` the URIs of its pictures: empty where the page is not at hand.
    `site` is the name of the site.
    """

    title: str | None = None
    site: str | None = None
    authors: tuple[str, ...] = ()
    lead_image: str | None = None
    canonical_uri: str | None = None
    text: str = ""
    whole: str = ""
    linked: frozenset[str] = frozenset()
    pictured: frozenset[str] = frozenset()

    @cached_property
    def folded_whole(self) -> str:
        """All text of the page, folded, without white space: to look sentences up."""
        return bare(sentences.folded(self.whole))

    @cached_property
    def days(self) -> frozenset[date]:
        """The days that the page names in short blocks."""
        found = (dates.parse(line) for line in self.lines if len(line) <= _DATED)
        return frozenset(at.date() for at in found if at is not None)

    @cached_property
    def folded_letters(self) -> str:
        """All letters and digits of the page, in lower case: to look sentences up."""
        return letters(self.folded_whole)

    @cached_property
    def folded_links(self) -> frozenset[str]:
        """The texts of the page's links, folded, without the marks around them."""
        folded = (noise.linkable(sentences.folded(link)) for link in self.linked)
        return frozenset(filter(None, folded))

    @cached_property
    def lines(self) -> frozenset[str]:
        """The blocks of the page, folded, each by itself."""
        return frozenset(map(sentences.folded, sentences.blocks(self.whole)))


def bare(text: str) -> str:
    """Return `text` without white space."""
    return "".join(text.split())


def letters(text: str) -> str:
    """Return the letters and digits of `text`, in lower case."""
    return re.sub(r"\W+", "", text).casefold()
