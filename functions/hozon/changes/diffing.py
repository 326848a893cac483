"""The difference of two texts for people: sentences aligned first, then words. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from hozon.changes import aligning, sentences
from hozon.changes.words import tokens

_LIKE = 0.4

Op = Literal["same", "removed", "added"]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text that both versions have, or one of them."""

    op: Op
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of either version or of both, as parts; `block` numbers paragraphs
    of the newer version (of the older one where it was removed).

    Joined, the parts that are not ``added`` are the older sentence, and those that are
    not ``removed`` the newer one.
    """

    op: Literal["same", "removed", "added", "changed"]
    block: int
    parts: tuple[Part, ...]

    @property
    def before(self) -> str:
        """The older sentence, empty where there was none."""
        return "".join(part.text for part in self.parts if part.op != "added")

    @property
    def after(self) -> str:
        """The newer sentence, empty where there is none."""
        return "".join(part.text for part in self.parts if part.op != "removed")


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    folded: str
    block: int


def diff(before: str, after: str) -> list[Line]:
    """Return how one text became the other, sentence by sentence, in reading order.

    Sentences count as the same when they differ only in what `sentences.folded` evens.
    """
    old, new = _sentences(before), _sentences(after)
    lines: list[Line] = []
    for run in aligning.runs([s.folded for s in old], [s.folded for s in new]):
        if run.same:
            lines += [_whole("same", s) for s in new[run.c : run.d]]
        else:
            lines += _replaced(old[run.a : run.b], new[run.c : run.d])
    return lines


def hunks(lines: Sequence[Line], *, around: int = 1) -> Iterator[Line | None]:
    """Yield the lines that changed with some `around` them; None for those left out."""
    near = {
        at + step
        for at, line in enumerate(lines)
        if line.op != "same"
        for step in range(-around, around + 1)
    }
    before = -1
    for at, line in enumerate(lines):
        if at in near:
            if at != before + 1:
                yield None
            yield line
            before = at


def words(before: str, after: str) -> tuple[Part, ...]:
    """Return how one sentence became the other: words, or characters of Japanese."""
    old, new = tokens(before), tokens(after)
    parts: list[Part] = []
    for run in aligning.runs(old, new):
        if run.same:
            parts.append(Part("same", "".join(new[run.c : run.d])))
            continue
        if run.b > run.a:
            parts.append(Part("removed", "".join(old[run.a : run.b])))
        if run.d > run.c:
            parts.append(Part("added", "".join(new[run.c : run.d])))
    return tuple(parts)


def _sentences(text: str) -> list[_Sentence]:
    found = [
        _Sentence(sentence, sentences.folded(sentence), number)
        for number, block in enumerate(sentences.blocks(text))
        for sentence in sentences.of_block(block)
    ]
    kept, rest = found[: sentences.MOST], found[sentences.MOST :]
    if rest:
        joined = " ".join(s.text for s in rest)
        kept.append(_Sentence(joined, sentences.folded(joined), rest[0].block))
    return kept


def _replaced(old: Sequence[_Sentence], new: Sequence[_Sentence]) -> Iterator[Line]:
    old_tokens = [tokens(s.folded) for s in old]
    new_tokens = [tokens(s.folded) for s in new]
    for b, a in aligning.pairs(old_tokens, new_tokens, _LIKE):
        if b is not None and a is not None:
            parts = words(old[b].text, new[a].text)
            yield Line("changed", new[a].block, parts)
        elif b is not None:
            yield _whole("removed", old[b])
        elif a is not None:
            yield _whole("added", new[a])


def _whole(op: Op, sentence: _Sentence) -> Line:
    return Line(op, sentence.block, (Part(op, sentence.text),))
