"""Hozon without what peers do not do: ``python -m benchmarks.capture_only WORDS…``.

A run of `hozon` seals what it stored, and indexes its text for search, in its end. Here it
does neither, to show what capturing takes by itself: all safety rules, verdicts, text and
facts, and the index that everything is found by are on.
"""

from hozon.cli import main, running


async def _not_now(_seals: running.Seals) -> None:
    pass


def leave_out() -> None:
    """Leave sealing and the index for search out of this process's runs."""
    vars(running)["_index"] = lambda _opened: None
    vars(running)["Seals"].now = _not_now


if __name__ == "__main__":
    leave_out()
    main()
