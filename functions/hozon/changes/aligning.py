"""Align two sequences: what stayed, what went, what came. Pure, and bounded in time."""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_MOST_WORK = 4_000_000
_MOST_PAIRS = 10_000


@dataclass(frozen=True, slots=True)
class Run:
    """Items `before[a:b]` became `after[c:d]`; `same` where they are equal."""

    same: bool
    a: int
    b: int
    c: int
    d: int


def runs(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[Run]:
    """Return the runs that turn `before` into `after`, in order, covering both."""
    head, tail = _common(before, after)
    end_b, end_a = len(before) - tail, len(after) - tail
    found = [Run(True, 0, head, 0, head)] if head else []
    inner_b, inner_a = before[head:end_b], after[head:end_a]
    if len(inner_b) * len(inner_a) > _MOST_WORK:
        found.append(Run(False, head, end_b, head, end_a))
    else:
        matcher = SequenceMatcher(None, inner_b, inner_a, autojunk=False)
        found += [
            Run(tag == "equal", head + a, head + b, head + c, head + d)
            for tag, a, b, c, d in matcher.get_opcodes()
        ]
    if tail:
        found.append(Run(True, end_b, len(before), end_a, len(after)))
    return found


def _common(before: Sequence[Hashable], after: Sequence[Hashable]) -> tuple[int, int]:
    most = min(len(before), len(after))
    head = next((i for i in range(most) if before[i] != after[i]), most)
    most -= head
    tail = next((i for i in range(most) if before[-1 - i] != after[-1 - i]), most)
    return head, tail


def likeness(before: Sequence[str], after: Sequence[str]) -> float:
    """Return the share of tokens, by length, that two texts have in common: 0 to 1."""
    one, other = Counter(before), Counter(after)
    common = sum(len(t) * n for t, n in (one & other).items())
    whole = sum(map(len, before)) + sum(map(len, after))
    return 2 * common / whole if whole else 1.0


def pairs(
    before: Sequence[Sequence[str]], after: Sequence[Sequence[str]], least: float
) -> Iterator[tuple[int | None, int | None]]:
    """Pair sentences (as tokens) that are at least so like, keeping both orders.

    Yields indices; None for a sentence that has no partner. The pairing has the
    greatest sum of likenesses; of very many sentences none are paired.
    """
    chosen = _chosen(before, after, least)
    at_b = at_a = 0
    for b, a in [*chosen, (len(before), len(after))]:
        yield from ((i, None) for i in range(at_b, b))
        yield from ((None, i) for i in range(at_a, a))
        if b < len(before):
            yield b, a
        at_b, at_a = b + 1, a + 1


def _chosen(
    before: Sequence[Sequence[str]], after: Sequence[Sequence[str]], least: float
) -> list[tuple[int, int]]:
    rows, columns = len(before), len(after)
    if not rows or not columns or rows * columns > _MOST_PAIRS:
        return []
    alike = [[likeness(b, a) for a in after] for b in before]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for b in range(rows - 1, -1, -1):
        for a in range(columns - 1, -1, -1):
            paired = alike[b][a] + best[b + 1][a + 1] if alike[b][a] >= least else 0.0
            best[b][a] = max(best[b + 1][a], best[b][a + 1], paired)
    return list(_walk(best, alike, least))


def _walk(
    best: list[list[float]], alike: list[list[float]], least: float
) -> Iterator[tuple[int, int]]:
    b = a = 0
    while b < len(alike) and a < len(alike[0]):
        paired = alike[b][a] + best[b + 1][a + 1]
        if alike[b][a] >= least and best[b][a] == paired:
            yield b, a
            b, a = b + 1, a + 1
        elif best[b][a] == best[b + 1][a]:
            b += 1
        else:
            a += 1
