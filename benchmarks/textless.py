"""Hozon without the reading of text: ``python -m benchmarks.textless WORDS…``.

No switch of the program, because an archive of pages without their text could not be
searched; here it shows what fetching and storing take by themselves.
"""

from hozon import text
from hozon.cli import main
from hozon.model import Facts


def _no_facts(*_page: object, **_more: object) -> Facts:
    return Facts()


if __name__ == "__main__":
    text.facts = _no_facts
    main()
