"""Payloads: those that have come and are about to be stored, and those referred to."""

from dataclasses import dataclass
from datetime import datetime

from hozon.nouns.digests import Digest

LARGE = 65_536
"""Bytes from which on a payload is known by its digest alone, wherever it came from.

A smaller one is known where it came before (`ports.Index.held`): what a table bills for
an item that finds it by its digest would keep it in the store for years (decision 48).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """A payload that has come from a URI: its digest, and its length in bytes."""

    target_uri: str
    digest: Digest
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The response that a ``revisit`` record refers to (ISO 28500 §6.7.2): its target
    URI, when it was captured, its record's id, and the digest of its payload.
    """

    target_uri: str
    captured_at: datetime
    record_id: str
    payload_digest: Digest
