"""Hozon without the reading of text: ``python -m benchmarks.textless WORDS…``.

No switch of the program, because an archive of pages without their text could not be
searched; here it shows what fetching and storing take by themselves.
"""

import sys

from hozon import text
from hozon.cli import main
from hozon.model import Facts

_asked: list[bool] = []


def _no_facts(*_page: object, **_more: object) -> Facts:
    _asked.append(True)
    return Facts()


def _check() -> None:
    """See to it that the figures are what they are called."""
    if "run" in sys.argv and not _asked:
        raise SystemExit("text is read elsewhere now: leave it out there")


if __name__ == "__main__":
    text.facts = _no_facts
    try:
        main()
    finally:
        _check()
