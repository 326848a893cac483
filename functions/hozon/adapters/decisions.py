"""In which order decisions about access stand, on every backend."""

from collections.abc import Iterable

from hozon.nouns import instants
from hozon.nouns.access import Decision
from hozon.nouns.digests import identifier
from hozon.stored import rows


def place(decision: Decision) -> str:
    """Return what is greater for the later of two decisions.

    Of two of one instant it is one, whichever comes first.
    """
    return f"{instants.iso(decision.decided_at)}#{identifier(rows.to_json(decision))}"


def in_order(found: Iterable[Decision]) -> list[Decision]:
    """Return decisions as `AccessBook.all` does."""
    return sorted(found, key=lambda each: (each.decided_at, each.key))
