"""How much work something is, told the same on every machine.

A bound on seconds fails on a slow machine and says nothing on a fast one. Where a test
must know that work is linear and not quadratic, it states a wide bound in seconds of a
machine on which `YARDSTICK` rounds take a tenth of a second; on a slower one, or one
that is busy, the bound grows with what these rounds take there at that time.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

YARDSTICK = 2_000_000
YARDSTICK_S = 0.1


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fail if what is done inside takes more CPU time of this process than stated."""
    started = time.process_time()
    yield
    spent_s = time.process_time() - started
    if spent_s > seconds:
        allowed_s = seconds * slowness()
        assert spent_s <= allowed_s, f"{spent_s:.2f} s of CPU, not {allowed_s:.2f}"


def slowness() -> float:
    """How many times longer than stated the yardstick takes here and now, 1 or more."""
    started = time.process_time()
    for _ in range(YARDSTICK):
        pass
    return max(1.0, (time.process_time() - started) / YARDSTICK_S)
