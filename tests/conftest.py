"""What holds for all tests."""

from __future__ import annotations


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name long byte parameters by their place, never by their content.

    Two workers must collect the same names: a gzip stream carries the second in which
    it was made, and a name of two kilobytes helps no one.
    """
    return argname if isinstance(val, bytes) and len(val) > 24 else None
