"""What it takes to compare two versions of an article and to show the difference.

    python -m benchmarks.diffs

In CPU milliseconds of one comparison, pages parsed and read already: of real pages that
were edited over the years (HOZON_CORPORA; without it the bundled articles alone), of the
bundled articles with every sixth sentence rewritten, and of the largest text that is kept
with all its sentences in another order, which is the worst there is.
"""

import json
import random
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from hozon import text
from hozon.changes import Reading, compare, shown
from hozon.changes.diffing import diff
from hozon.changes.reading import of_page
from hozon.reading.encodings import decode_html
from hozon.reading.page import Page
from tests.histories import library, real

ROUNDS = 5
Pair = tuple[Reading, Reading]


def aged() -> Iterable[Pair]:
    """Yield real pages as they were and as they became."""
    for each in real.pages():
        yield _reading(each.old.read_bytes()), _reading(each.new.read_bytes())


def _reading(content: bytes) -> Reading:
    page = Page.parse(decode_html(content, None)[0], "https://a.example/")
    return of_page(page, text.facts(page))


def rewritten() -> Iterable[Pair]:
    """Yield the bundled articles, and what became of them: a sixth was rewritten."""
    for article in library.bundled():
        new = [
            f"{block} It was said otherwise before."[10 * (number % 6 == 0) :]
            for number, block in enumerate(article.blocks)
        ]
        yield _of_blocks(article.blocks), _of_blocks(new)


def shuffled() -> Iterable[Pair]:
    """Yield the largest text that is kept, and the same sentences in another order."""
    sentences = [f"Sentence {n} tells of harbour {n * 7919}." for n in range(26_000)]
    other = sentences.copy()
    random.Random(5).shuffle(other)
    yield _of_blocks(sentences), _of_blocks(other)


def _of_blocks(blocks: Sequence[str]) -> Reading:
    words = "\n\n".join(blocks)[: text.MOST]
    return Reading(title="A title", text=words, whole=words)


def _spent(act: Callable[[], object], rounds: int) -> float:
    """Return the least CPU milliseconds of one call: the others met somebody else."""
    took = []
    for _ in range(rounds):
        began = time.process_time()
        act()
        took.append(time.process_time() - began)
    return min(took) * 1000


def _differing(old: Reading, new: Reading) -> object:
    return diff(shown(old), shown(new))


def measured(pairs: Iterable[Pair], rounds: int = ROUNDS) -> dict[str, float]:
    """Return the CPU milliseconds of comparing, and of the difference to show."""
    compared, differing = [], []
    for old, new in pairs:
        compared.append(_spent(partial(compare, old, new), rounds))
        differing.append(_spent(partial(_differing, old, new), rounds))
    if not compared:
        return {}
    return {
        "pairs": len(compared),
        "compare, median": round(statistics.median(compared), 2),
        "compare, most": round(max(compared), 2),
        "diff, median": round(statistics.median(differing), 2),
        "diff, most": round(max(differing), 2),
    }


def main() -> None:
    """Measure all, and print it."""
    figures = {
        "real pages": measured(aged()),
        "rewritten articles": measured(rewritten()),
        "the largest, shuffled": measured(shuffled(), rounds=1),
    }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
