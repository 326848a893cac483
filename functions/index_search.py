"""Lambda ``IndexSearch``: the tick → what was sealed since can be found by its text."""

from typing import Any

# What each tick needs, loaded while Lambda gives a whole processor to the start.
import hozon.adapters.aws.clients
import hozon.searching.searching  # noqa: F401
from hozon import wiring
from hozon.lambdas import ticks


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001
    """Index what is new, as far as the time of an invocation goes."""
    return ticks.index(context, wiring.deployed())
