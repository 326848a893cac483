"""Hozon without the reading of text: ``python -m benchmarks.textless WORDS…``.

No switch of the program, because an archive of pages without their text could not be
searched; here it shows what fetching and storing take by themselves.
"""

import sys

from hozon import wiring
from hozon.claims import Extract
from hozon.cli import main

_asked: list[bool] = []


class _NoReader:
    def __init__(self, **_limits: object) -> None:
        pass

    async def read(self, _html: str, _uri: str) -> Extract:
        _asked.append(True)
        return Extract()

    def close(self) -> None:
        pass


def _check() -> None:
    """See to it that the figures are what they are called."""
    if "run" in sys.argv and not _asked:
        raise SystemExit("text is read elsewhere now: leave it out there")


if __name__ == "__main__":
    vars(wiring)["ConfinedReader"] = _NoReader
    try:
        main()
    finally:
        _check()
