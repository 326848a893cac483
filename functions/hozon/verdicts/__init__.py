"""What came when an entry's page was fetched: the article, or something in its place.

Clues are collected from the exchanges, the page and what the feed says; each has a kind
and a weight. What weighs most is the verdict, if it weighs enough: where nothing speaks
against it, what an entry links to is an article, however short it is. Pure.

``headlines``, ``notices`` and ``vendors`` hold what block pages say and how they are
made, ``replies`` reads status, fields and redirects, ``wording`` and ``making`` the page,
``agreement`` looks for what the feed promised, ``seen`` is what all of them look at.
"""

from collections.abc import Mapping, Sequence

from hozon.nouns.model import Clue, Exchange, Facts, Kind, Verdict
from hozon.nouns.work import CaptureJob
from hozon.reading.page import Page
from hozon.text.statements import Statements
from hozon.verdicts import agreement, making, replies, wording
from hozon.verdicts.replies import is_challenged
from hozon.verdicts.seen import Seen

__all__ = ["is_challenged", "judge"]

ENOUGH = 2.0
"""What must speak for something else before it is taken for that."""

_DISAGREES = 1.0
_SETTLED: Mapping[Kind, tuple[Kind, ...]] = {
    "shell": ("challenge", "parked"),
    "error": ("challenge", "consent", "login", "missing", "parked"),
}
_SHOWN = 12


def judge(
    job: CaptureJob,
    exchanges: Sequence[Exchange],
    page: Page | None = None,
    facts: Facts = Facts(),  # noqa: B008  a frozen value
    said: Statements | None = None,
) -> Verdict:
    """Return what came for `job`. Never raises.

    `exchanges` are the page's, redirects first; `page` is None where it is no HTML;
    `facts` are those of the page, `said` what it states.
    """
    seen = Seen(job, exchanges, page, facts, said)
    clues = list(replies.clues(seen))
    if seen.is_text:
        clues += [*wording.clues(seen), *making.clues(seen)]
        clues += agreement.contrary(seen)
    clues += agreement.clues(seen)
    return _weighed(clues, seen)


def _settle(weights: dict[Kind, float]) -> None:
    """Let what is known more exactly go before what it looks like as well.

    A page that is empty because of a bot check is no shell; one that says what is wrong
    is no mere error.
    """
    for vague, exact in _SETTLED.items():
        if any(weights.get(kind, 0.0) >= ENOUGH for kind in exact):
            weights.pop(vague, None)


def _weighed(clues: list[Clue], seen: Seen) -> Verdict:
    weights: dict[Kind, float] = {}
    for clue in clues:
        weights[clue.kind] = weights.get(clue.kind, 0.0) + clue.weight
    for_article = weights.pop("article", 0.0) + weights.pop("part", 0.0)
    _settle(weights)
    against = max(weights, key=lambda kind: weights[kind], default=None)
    weighs = weights[against] if against else 0.0
    if against and agreement.is_absent(seen):
        weighs += _DISAGREES
    kind: Kind = "article"
    if against and weighs >= ENOUGH and weighs > for_article:
        kind = against
    elif not seen.is_text:
        kind = "document"
    elif any(clue.kind == "part" for clue in clues):
        kind = "part"
    mine = weighs if kind == against else max(for_article, 1.0)
    other = for_article if kind == against else weighs
    clues.sort(key=lambda clue: -clue.weight)
    return Verdict(
        kind=kind,
        confidence=round(mine / (mine + other), 2),
        clues=tuple(clues[:_SHOWN]),
    )
