"""Hozon without the reading of text: ``python -m benchmarks.textless WORDS…``.

No switch of the program, because an archive of pages without their text could not be
searched; here it shows what fetching and storing take by themselves (`capture_only`).
Pages are read for what they need in this process then, as if they were not hostile.
"""

import sys

from benchmarks.capture_only import leave_out
from hozon.cli import main
from hozon.confined import reader
from hozon.nouns.opened import OpenedPage
from tests.readers import TextlessReader

_asked: list[bool] = []


class _Reader(TextlessReader):
    def __init__(self, **_limits: object) -> None:
        pass

    async def page(self, document: bytes, **how: object) -> OpenedPage:
        _asked.append(True)
        return await super().page(document, **how)  # type: ignore[arg-type]


def _check() -> None:
    """See to it that the figures are what they are called."""
    if "run" in sys.argv and not _asked:
        raise SystemExit("text is read elsewhere now: leave it out there")


if __name__ == "__main__":
    leave_out()
    vars(reader)["ConfinedReader"] = _Reader
    try:
        main()
    finally:
        _check()
