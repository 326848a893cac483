"""Judge what an archive found by what really happened to each article.

At each look the script says what stood there. Where it was the article, and its author's
words were not those of the look before, an edit is to be found, and at no other look.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hozon.lives import lifecycle
from hozon.nouns.findings import Finding, Outcome, Step
from tests.histories.replay import Replayed, Told
from tests.histories.scripts import OUTCOMES, Script, State

_OF_TROUBLE: dict[str, frozenset[str]] = {
    "503": frozenset({"failing"}),
    "429": frozenset({"failing"}),
    "down": frozenset({"unreachable"}),
    "challenge": frozenset({"blocked"}),
    "consent": frozenset({"blocked"}),
}


@dataclass(slots=True, kw_only=True)
class Score:
    """How well the truth was found. Each problem is a sentence."""

    looks: int = 0
    edits: int = 0
    versions: int = 0
    right: int = 0
    absences: int = 0
    states: int = 0
    moves: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """How many of the versions are edits."""
        return self.right / self.versions if self.versions else 1.0

    @property
    def recall(self) -> float:
        """How many of the edits are versions."""
        return self.right / self.edits if self.edits else 1.0

    def add(self, other: "Score") -> None:
        """Add the score of another article, or of another replay."""
        for name in (
            "looks",
            "edits",
            "versions",
            "right",
            "absences",
            "states",
            "moves",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.problems += other.problems


def judge(replayed: Replayed) -> Score:
    """Return the score of a replay, over all its articles."""
    total = Score()
    for script in replayed.town.scripts:
        told = replayed.told[script.path]
        total.add(_article(script, told))
        total.problems += _bytes(script, told, replayed)
    if not replayed.is_rebuilt:
        total.problems.append("the index that was made anew is another one")
    return total


def _article(script: Script, told: Told) -> Score:
    """Compare what each look found with what stood there, and the states with those that
    a perfect eye would have come to.
    """
    score = Score(looks=len(told.steps))
    true = list(_true(script, told.steps))
    for step, expected, ideal in zip(
        told.steps, true, lifecycle.steps(true), strict=True
    ):
        found = step.finding
        where = f"{script.path} at {found.at:%Y-%m-%d %H:%M}"
        edited, seen = expected.outcome == "changed", found.outcome == "changed"
        score.edits += edited
        score.versions += seen
        score.right += edited and seen
        score.absences += expected.outcome in lifecycle.ABSENT
        score.moves += expected.outcome == "moved"
        score.states += ideal.event is not None
        if found.outcome not in _allowed(script, found, expected.outcome):
            score.problems.append(
                f"{where}: {found.outcome}, not {expected.outcome} ({found.reason})"
            )
        if (step.life.state, step.life.since) != (ideal.life.state, ideal.life.since):
            score.problems.append(f"{where}: {step.life.state}, not {ideal.life.state}")
    return score


def _true(script: Script, steps: Sequence[Step]) -> Iterator[Finding]:
    """Yield what a perfect eye would have found at each look."""
    record: State | None = None
    for step in steps:
        found = step.finding
        state = script.at(found.at)
        assert state is not None, "nothing is looked at before it is published"
        outcome = _outcome(state, record)
        if outcome in lifecycle.PRESENT:
            record = state
        yield Finding(id=found.id, link=found.link, at=found.at, outcome=outcome)


def _outcome(state: State, record: State | None) -> Outcome:
    if state.trouble:
        return "blocked"
    if state.away:
        return OUTCOMES[state.away]  # type: ignore[return-value]  # they are outcomes
    if record is None:
        return "new"
    if state.article != record.article:
        return "changed"
    return "moved" if state.path != record.path else "same"


def _allowed(script: Script, found: Finding, expected: Outcome) -> frozenset[str]:
    """Return what a look may say: of trouble, whatever kind of trouble it was."""
    state = script.at(found.at)
    if state is not None and state.trouble:
        return _OF_TROUBLE[state.trouble]
    return frozenset({expected})


def _bytes(script: Script, told: Told, replayed: Replayed) -> Iterator[str]:
    """Yield where `get` does not give what the site had sent at that instant."""
    for finding, content in told.given:
        sent = [
            served.body
            for served in replayed.town.log
            if served.at == finding.at and served.status == 200
        ]
        if content not in sent:
            yield f"{script.path}: other bytes than were sent at {finding.at}"
