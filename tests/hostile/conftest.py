"""The archive in a temporary folder that use cases are tested on."""

from tests.unit.usecases.conftest import desk

__all__ = ["desk"]
