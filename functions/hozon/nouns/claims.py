"""What was made out of a page: facts, text, and who claims what. Plain frozen values."""

from dataclasses import dataclass, field

from hozon.nouns.model import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One value that was stated of one fact, and where: `ORIGINS` names the places.

    `fact` is a field's name of `Facts`; `value` is its text (instants as RFC 3339).
    """

    fact: str
    value: str
    origins: tuple[str, ...]


ORIGINS = ("json-ld", "opengraph", "meta", "markup", "feed")
"""Where facts are stated: in the page for machines, in it for readers, in its feed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """All that was made out of a page, beside the page itself.

    `markdown` is the main text with its headings, lists, links, quotes, tables, code
    and pictures; `confidence` from 0 to 1 tells how far the text is to be trusted, None
    where nothing was read. `claims` are the values stated, of each fact first the one
    taken: more than one value of a fact is a disagreement. `notes` say what was cut.
    """

    facts: Facts = field(default_factory=Facts)
    markdown: str = ""
    confidence: float | None = None
    claims: tuple[Claim, ...] = ()
    notes: tuple[str, ...] = ()
