"""Extracts as JSON: in a snapshot's metadata, and between a process and its child."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from hozon.nouns.claims import Claim, Extract
from hozon.nouns.errors import Damaged
from hozon.nouns.instants import iso
from hozon.nouns.model import Facts
from hozon.stored import rows


def to_json(extract: Extract) -> dict[str, Any]:
    """Return the members ``facts`` and ``extract`` of a snapshot's metadata.

    ``facts`` has all fields of `Facts`; ``extract`` only what there is: ``markdown``,
    ``confidence``, and in ``claims`` by the names of facts what was stated of them.
    """
    stated: dict[str, list[dict[str, Any]]] = {}
    for claim in extract.claims:
        told = {"value": claim.value, "origins": list(claim.origins)}
        stated.setdefault(claim.fact, []).append(told)
    beside = {
        "markdown": extract.markdown or None,
        "confidence": extract.confidence,
        "claims": stated or None,
    }
    return {
        "facts": {name: _plain(one) for name, one in asdict(extract.facts).items()},
        "extract": {name: one for name, one in beside.items() if one is not None},
    }


def from_json(said: dict[str, Any]) -> Extract:
    """Return the extract that `to_json` wrote, or raise `Damaged`.

    Older snapshots have ``facts`` alone. Types are checked: what a child answers is as
    little trusted as what it was given to read.
    """
    try:
        beside = said.get("extract", {})
        confidence = beside.get("confidence")
        return Extract(
            facts=_facts(said["facts"]),
            markdown=str(beside.get("markdown", "")),
            confidence=None if confidence is None else float(confidence),
            claims=tuple(
                Claim(
                    fact=str(fact),
                    value=str(told["value"]),
                    origins=tuple(str(one) for one in told["origins"]),
                )
                for fact, values in beside.get("claims", {}).items()
                for told in values
            ),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as e:
        raise Damaged(f"an extract that is none: {e!r:.200}") from e


def dumps(extract: Extract) -> bytes:
    """Return an extract as one JSON text, with its notes."""
    said = {**to_json(extract), "notes": list(extract.notes)}
    return json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")


def loads(data: bytes) -> Extract:
    """Return the extract that `dumps` wrote, or raise `Damaged`."""
    try:
        said = json.loads(data)
        notes = tuple(str(note) for note in said["notes"])
    except (ValueError, KeyError, TypeError, RecursionError) as e:
        raise Damaged(f"an extract that is none: {e!r:.200}") from e
    found = from_json(said)
    return Extract(
        facts=found.facts,
        markdown=found.markdown,
        confidence=found.confidence,
        claims=found.claims,
        notes=notes,
    )


def _facts(stated: dict[str, Any]) -> Facts:
    return rows.from_row(
        Facts, {name: one for name, one in stated.items() if one is not None}
    )


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return iso(value)
    return list(value) if isinstance(value, tuple) else value
