"""What verifying finds, and the words for the acts behind it (docs/evidence.md)."""

from dataclasses import dataclass
from typing import Literal

Act = Literal[
    "changed",
    "truncated",
    "deleted",
    "added",
    "unsealed",
    "misstated",
    "sealed twice",
    "late",
    "rewritten",
    "rolled back",
    "forked",
    "not signed",
    "another key",
    "key unannounced",
    "tile changed",
    "row forged",
    "row lost",
    "no proof",
    "unreadable",
    "unlocked",
    "not captured",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not as it should be, or is only odd (`is_doubt`)."""

    act: Act
    subject: str
    says: str
    is_doubt: bool = False
