"""Lambda ``SealLog``: the tick → all that was stored since is sealed in the log."""

from typing import Any

# What each tick needs, loaded while Lambda gives a whole processor to the start.
import hozon.adapters.aws.clients
import hozon.sealing.sealing  # noqa: F401
from hozon import wiring
from hozon.lambdas import ticks


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001
    """Seal all that waits, as far as the time of an invocation goes."""
    return ticks.seal(context, wiring.deployed())
