"""Lambda ``AuditArchive``: the tick → what is stored is read again, and mended."""

from typing import Any

# What each tick needs, loaded while Lambda gives a whole processor to the start.
import hozon.adapters.aws.clients
import hozon.auditing.auditing  # noqa: F401
from hozon import wiring
from hozon.lambdas import ticks


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001
    """Audit as much as is due, as far as the time of an invocation goes."""
    return ticks.audit(context, wiring.deployed())
