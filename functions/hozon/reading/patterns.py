"""Regular expressions that are compiled when they are first needed. Pure.

To compile a long one takes as long as to read ten modules, and most starts (of a command,
of a function) need none of them.
"""

import re
from collections.abc import Callable
from functools import cache

Late = Callable[[], re.Pattern[str]]
"""Call it for the pattern: it is compiled once."""


def late(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> Late:
    """Return what compiles a pattern when it is first called."""
    return cache(lambda: re.compile(pattern, flags))
