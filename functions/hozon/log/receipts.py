"""Receipts: one file from which anyone can check that an object was held at a time.

A JSON object with these members:

===============  ====================================================================
``hozon``        ``receipt/1``
``statement``    what it shows, in sentences; made of the rest, and no part of the proof
``leaf``         the leaf, as text: its UTF-8 bytes are what is in the tree
``proof``        C2SP tlog-proof: the leaf's index, its path, and the first checkpoint
                 that has it
``vkeys``        the public keys of the log (C2SP signed-note)
``checkpoints``  others that bound the time: the last one before the leaf, the first
                 one with a time stamp, the latest; each with ``checkpoint``,
                 ``consistency`` (with that of the proof, RFC 6962 §2.1.2), ``stamps``
``stamps``       RFC 3161 responses over the proof's checkpoint, base 64
``stored_at``    when the store took the object by its own clock, where it has one
===============  ====================================================================

A receipt brings the keys it is checked with, so it shows who vouches for the object, not
that this is somebody to trust: compare ``vkeys`` with what the archive has published
elsewhere.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hozon.log import ed25519, leaves, notes, proofs, stamps, tree
from hozon.log.notes import Checkpoint, Key, Verify, based, unbased
from hozon.nouns import instants
from hozon.nouns.errors import Damaged, Misuse

FORMAT = "receipt/1"

IN_TIME = timedelta(minutes=15)
"""How long after its capture an object is in the log, if all goes well."""

SKEW = timedelta(seconds=60)
"""By how much the clocks of workers may differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A checkpoint, and when it was made: by its own signature, and by time stamps."""

    checkpoint: Checkpoint
    made_at: datetime | None
    stamped: tuple[datetime, ...] = ()


@dataclass(slots=True, kw_only=True)
class Checked:
    """What a receipt shows. `faults` say in a sentence each why it shows nothing.

    `before` is the last checkpoint without the leaf, if one is given; `after` the first
    with it; `later` those after that.
    """

    faults: list[str] = field(default_factory=list)
    leaf: dict[str, Any] = field(default_factory=dict)
    index: int = -1
    after: Dated | None = None
    before: Dated | None = None
    later: list[Dated] = field(default_factory=list)
    vkeys: tuple[str, ...] = ()


def encoded(receipt: Mapping[str, Any]) -> bytes:
    """Return a receipt as a file."""
    return json.dumps(receipt, ensure_ascii=False, indent=1).encode() + b"\n"


def decoded(data: bytes) -> dict[str, Any]:
    """Read the file of a receipt, verifying nothing yet, or raise `Damaged`."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("hozon") != FORMAT:
        raise Damaged("not a receipt of Hozon's")
    return found


def checked(receipt: Mapping[str, Any], *, verify: Verify = ed25519.verify) -> Checked:
    """Check a receipt against itself: whatever does not hold is among its `faults`."""
    found = Checked()
    try:
        _check(receipt, found, verify)
    except Damaged as e:
        found.faults.append(str(e))
    except (Misuse, KeyError, TypeError, AttributeError, UnicodeError) as e:
        found.faults.append(f"a member is missing or is not what it should be: {e!r}")
    return found


def _check(receipt: Mapping[str, Any], found: Checked, verify: Verify) -> None:
    keys = [Key.of(each) for each in receipt["vkeys"]]
    found.vkeys = tuple(key.vkey for key in keys)
    data = receipt["leaf"].encode()
    found.leaf = leaves.read(data)
    proof = proofs.decoded(receipt["proof"])
    found.index = proof.index
    found.after = _dated(proof.checkpoint, receipt.get("stamps", ()), keys, verify)
    stated = found.after.checkpoint
    if not tree.included(
        tree.leaf_hash(data), proof.index, stated.size, proof.path, stated.root
    ):
        raise Damaged("the leaf is not in the tree: it was altered, or is another one")
    for one in receipt.get("checkpoints", ()):
        other = _dated(one["checkpoint"], one.get("stamps", ()), keys, verify)
        _compare(stated, other.checkpoint, tuple(map(unbased, one["consistency"])))
        if other.checkpoint.size <= proof.index:
            found.before = other
        else:
            found.later.append(other)


def _dated(
    text: str, tokens: Sequence[str], keys: Sequence[Key], verify: Verify
) -> Dated:
    """Return a signed checkpoint with its times; `Damaged` where one does not fit."""
    note = notes.opened(text, keys, verify=verify)
    times = (notes.made_at(note, key, verify=verify) for key in keys)
    stamped = (stamps.fits(unbased(token), text.encode()).made_at for token in tokens)
    return Dated(
        checkpoint=notes.checkpoint(note.text),
        made_at=next(filter(None, times), None),
        stamped=tuple(sorted(stamped)),
    )


def _compare(one: Checkpoint, other: Checkpoint, proof: tuple[bytes, ...]) -> None:
    old, new = sorted((one, other), key=lambda each: each.size)
    if one.origin != other.origin:
        raise Damaged(f"checkpoints of two logs: {one.origin} and {other.origin}")
    if not tree.consistent(old.size, new.size, old.root, new.root, proof):
        raise Damaged(
            f"the tree of {new.size} leaves does not go on from that of {old.size}: "
            "the log was rewritten"
        )


def doubts(found: Checked) -> list[str]:
    """Return why the instant that a leaf states is not bounded, a sentence each."""
    stated = found.leaf.get("captured_at") or found.leaf.get("noted_at")
    if found.after is None or not isinstance(stated, str):
        return []
    try:
        at = instants.from_iso(stated)
    except ValueError:
        return [f"it says {stated!r:.60}, which is no instant"]
    before = found.before.made_at if found.before else None
    return list(late(at, before, found.after.made_at))


def late(
    stated: datetime, before: datetime | None, after: datetime | None
) -> Iterator[str]:
    """Yield what is odd about the instant that a leaf states, given those of the
    checkpoints before and after it.
    """
    if before is not None and stated < before - IN_TIME:
        yield (
            f"it says {instants.iso(stated)}, but was not in the log at "
            f"{instants.iso(before)}: it was sealed late, or is dated back"
        )
    if after is not None and stated > after + SKEW:
        yield (
            f"it says {instants.iso(stated)}, but was sealed at {instants.iso(after)}: "
            "it is dated ahead"
        )


def statement(found: Checked, *, stored_at: str | None = None) -> list[str]:
    """Return what a receipt without faults shows, in sentences."""
    assert found.after is not None
    leaf = found.leaf
    return [
        _what(leaf),
        f"That is leaf {found.index} of the log {found.after.checkpoint.origin}.",
        *_latest(found),
        *_earliest(found),
        *_own(leaf),
        *(
            [f"The store took it at {stored_at}, by its own clock."]
            if stored_at
            else []
        ),
        *(f"Note: {doubt}." for doubt in doubts(found)),
        "It does not show that the server sent these bytes to anyone else.",
    ]


def _what(leaf: Mapping[str, Any]) -> str:
    if "sha256" in leaf:
        return (
            f"The archive held {leaf['key']}: {leaf['length']} bytes whose SHA-256 is "
            f"{leaf['sha256']}."
        )
    return f"The archive noted {leaf['kind']}: {leaf['key']}."


def _latest(found: Checked) -> Iterator[str]:
    assert found.after is not None
    if found.after.made_at:
        yield f"The operator's key says: not later than {_iso(found.after.made_at)}."
    stamped = [at for one in (found.after, *found.later) for at in one.stamped]
    if stamped:
        yield (
            f"A time stamping authority says: not later than {_iso(min(stamped))} "
            "(openssl ts -verify checks its signature)."
        )


def _earliest(found: Checked) -> Iterator[str]:
    if found.before and found.before.made_at:
        yield f"It was not in the log yet at {_iso(found.before.made_at)}."
    if found.before and found.before.stamped:
        at = _iso(found.before.stamped[0])
        yield f"It was not in the log yet at {at}, says a time stamping authority."


def _own(leaf: Mapping[str, Any]) -> Iterator[str]:
    if "captured_at" in leaf:
        yield f"It says that it was captured at {leaf['captured_at']}, by our own clock."
    dated = [c["date"] for c in leaf.get("captures", ()) if "date" in c]
    if dated:
        yield f"The server said that it answered on {dated[0]}."


def _iso(at: datetime) -> str:
    return instants.iso(at)


def beside(
    text: str, proof: Sequence[bytes], tokens: Sequence[bytes]
) -> dict[str, Any]:
    """Return an entry of a receipt's ``checkpoints``."""
    return {
        "checkpoint": text,
        "consistency": list(map(based, proof)),
        **({"stamps": list(map(based, tokens))} if tokens else {}),
    }
