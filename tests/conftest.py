"""What holds for all tests."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# CI looks at the same examples each time, and never at the clock. `HYPOTHESIS_PROFILE`
# names another: `default` looks for new ones.
settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name long byte parameters by their place, never by their content.

    Two workers must collect the same names: a gzip stream carries the second in which
    it was made, and a name of two kilobytes helps no one.
    """
    return argname if isinstance(val, bytes) and len(val) > 24 else None
