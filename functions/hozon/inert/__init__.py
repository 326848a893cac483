"""Pages and style sheets as they are shown on the replay's origin: without power. Pure.

What is written is made anew of the tree of what was captured, element by element: scripts,
frames, plug-ins, refreshes, bases, prefetches and what else acts by itself is left out,
forms lead nowhere, and every reference leads to what the archive holds. The header fields
of the answer (`web.replay.guards`) hold all the same whatever this misses: these are two
walls on purpose, and neither relies on the other.
"""

import turbohtml

from hozon.inert.references import References, Use, Ways
from hozon.inert.writing import Writing

__all__ = ["Use", "Ways", "page", "sheet"]


def sheet(text: str, *, uri: str, ways: Ways) -> str:
    """Return the style sheet at `uri`, with its references led to the stage."""
    return References(ways, uri, uri).sheet(text)


def page(html: str, *, uri: str, ways: Ways) -> str:
    """Return the page `html` that was captured at `uri`, without power."""
    tree = turbohtml.parse(html, positions=False)
    bases = tree.select("base[href]")
    base = References(ways, uri, uri).absolute(bases[0].attr("href")) if bases else None
    return "".join(Writing(References(ways, uri, base or uri)).all_of(tree))
