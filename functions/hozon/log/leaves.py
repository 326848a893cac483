"""Leaves: what the log says of one stored object, as canonical JSON of at most 16 KB.

Canonical: members in ascending order, no white space, UTF-8, no fractions. A leaf is
made of the object's key and stored bytes alone, so that anyone who has these can make it
again. Members of every leaf:

==============  =====================================================================
``hozon``       ``leaf/1``
``kind``        ``snapshot``, ``poll``, ``look`` (WARC objects, by their metadata;
                ``warc`` where they have none of ours), or ``purge``, ``access``,
                ``settings``, ``keychange``, ``audit`` (notes)
``key``         of the object; one object, one leaf
``captured_at``  when what it holds was captured; of a note: ``noted_at``
==============  =====================================================================

Members of a WARC object's leaf besides:

==============  =====================================================================
``length``      in bytes
``sha256``      of its bytes, 64 hex digits, as ``sha256sum`` prints it
``records``     how many WARC records it has
``captures``    its captures in their order, as many as fit: ``at`` (WARC-Date),
                ``uri``, ``status``, ``type`` (response, revisit), ``block`` and
                ``payload`` (digests, as in the WARC), ``date`` (what the server's
                header field Date said, as it came)
``about``       what its metadata says it is of: ids, URIs, the verdict's kind
==============  =====================================================================

A note is stored as its own leaf; its members besides are its matter. Some are read again:
``object`` of a ``purge`` is the key of the object that is gone; ``new`` of a ``keychange``
is the key (vkey) that signs from now on, ``old`` those of before.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hozon.nouns import instants
from hozon.nouns.digests import identifier, sha256
from hozon.nouns.errors import Damaged, Misuse
from hozon.warc import reader

LONGEST = 16_384
"""Bytes of a leaf, at most."""

FORMAT = "leaf/1"
NOTES = "log/notes/"
NOTE_KINDS = frozenset({"purge", "access", "settings", "keychange", "audit"})

_LONGEST_TEXT = 2000
_ABOUT = ("id", "feed_id", "entry_key", "link", "page_uri", "uri", "status")
_INSTANTS = ("captured_at", "polled_at", "looked_at", "at")
_KIND = re.compile(r"([a-z]{1,20})/[0-9]{1,3}")
_OWN = frozenset({"hozon", "kind", "key", "noted_at"})

Leaf = dict[str, Any]


def canonical(said: object) -> bytes:
    """Return canonical JSON; `Misuse` for what has none (a fraction, a lone surrogate)."""
    if _has_fraction(said):
        raise Misuse("a leaf holds no fractions: their spelling is not one")
    try:
        return json.dumps(
            said, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        ).encode()
    except (UnicodeEncodeError, TypeError, ValueError) as e:
        raise Misuse(f"this cannot stand in a leaf: {e}") from e


def _has_fraction(said: object) -> bool:
    if isinstance(said, Mapping):
        return any(map(_has_fraction, said.values()))
    if isinstance(said, list | tuple):
        return any(map(_has_fraction, said))
    return isinstance(said, float)


def read(data: bytes) -> Leaf:
    """Return what a leaf says, or raise `Damaged` if these bytes are none."""
    try:
        said = json.loads(data)
        is_leaf = isinstance(said, dict) and isinstance(said["key"], str)
        if is_leaf and said["hozon"] == FORMAT and canonical(said) == data:
            return dict(said)
    except (ValueError, KeyError, TypeError, RecursionError, Misuse):
        pass
    raise Damaged(f"not a leaf of this log: {data[:200]!r}")


def made(key: str, data: bytes) -> bytes:
    """Return the leaf of a stored object, a WARC object or a note.

    Raises `Damaged` if it is neither.
    """
    return _of_note(key, data) if key.startswith(NOTES) else _of_warc(key, data)


def note(kind: str, said: Mapping[str, Any], *, at: datetime) -> tuple[str, bytes]:
    """Return the key and the bytes of a note: what is stored, and its leaf.

    Raises `Misuse` for what cannot stand in a leaf, or would be too long for one.
    """
    if kind not in NOTE_KINDS or _OWN & said.keys():
        raise Misuse(f"not a note of this log: {kind}")
    body = {**said, "hozon": FORMAT, "kind": kind, "noted_at": instants.iso(at)}
    name = identifier("note", canonical(body).decode(), size=24)
    key = f"{NOTES}{at:%Y/%m/%d}/hozon-{instants.timestamp(at)}-{name}.json"
    leaf = canonical({**body, "key": key})
    if len(leaf) > LONGEST:
        raise Misuse(f"a note of {len(leaf)} bytes; at most {LONGEST} make a leaf")
    return key, leaf


def _of_note(key: str, data: bytes) -> bytes:
    said = read(data)
    if said["key"] != key or len(data) > LONGEST:
        raise Damaged(f"{key} is not the note of that key")
    return data


def _of_warc(key: str, data: bytes) -> bytes:
    records, captures = 0, list[Leaf]()
    about, kind, first = dict[str, Any](), "", ""
    for record in reader.records(data):
        records += 1
        first = first or instants.iso(record.date)
        if record.type == "metadata" and not kind:
            kind, about = _metadata(bytes(record.block))
        elif (found := _capture(record)) is not None:
            captures.append(found)
    return _fitted(
        {
            "hozon": FORMAT,
            "kind": kind or "warc",
            "key": key,
            "length": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            "captured_at": about.pop("captured_at", first),
            "records": records,
            "about": about,
        },
        captures,
    )


def _fitted(said: Leaf, captures: list[Leaf]) -> bytes:
    """Return the leaf with as many of the captures as it has room for, the first ones."""
    room = LONGEST - len(canonical({**said, "captures": []}))
    fitting = 0
    for each in captures:
        room -= len(canonical(each)) + 1
        if room < 0:
            break
        fitting += 1
    return canonical({**said, "captures": captures[:fitting]})


def _capture(record: reader.StoredRecord) -> Leaf | None:
    found = reader.capture("", record)
    if found is None:
        return None
    _, headers, _ = reader.http_head(record.block)
    dated = next((v for n, v in headers if n.lower() == "date"), None)
    stated = record.field("WARC-Block-Digest")
    return {
        "at": instants.iso(found.captured_at),
        "block": stated or sha256(record.block),
        "payload": found.payload_digest,
        "status": found.status,
        "type": found.record_type,
        "uri": clipped(found.target_uri),
        **({} if dated is None else {"date": clipped(dated, 64)}),
    }


def _metadata(block: bytes) -> tuple[str, dict[str, Any]]:
    """Return the kind that a metadata record states, and what goes into the leaf."""
    try:
        said = json.loads(block)
        kind = _KIND.fullmatch(said["hozon"])
    except (ValueError, KeyError, TypeError, RecursionError):
        kind = None
    if kind is None:
        return "", {}
    about = {n: _plain(said[n]) for n in _ABOUT if _is_plain(said.get(n))}
    at = next((said[n] for n in _INSTANTS if isinstance(said.get(n), str)), None)
    about |= {"captured_at": clipped(at, 64)} if at else {}
    about |= {f"feed_{n}": v for n, v in _texts(said.get("feed")).items()}
    verdict = _texts(said.get("verdict")).get("kind")
    return kind[1], about | ({"verdict": verdict} if verdict else {})


def _texts(said: object) -> dict[str, str]:
    if not isinstance(said, dict):
        return {}
    found = {n: said.get(n) for n in ("id", "uri", "kind")}
    return {n: clipped(v) for n, v in found.items() if isinstance(v, str)}


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _plain(value: str | int) -> str | int:
    return clipped(value) if isinstance(value, str) else value


def clipped(text: str, size: int = _LONGEST_TEXT) -> str:
    """Return a text that can stand in a leaf: of bounded length, without surrogates."""
    data = text.encode("utf-8", "replace")
    if len(data) <= size:
        return data.decode()
    return data[:size].decode("utf-8", "ignore") + "~" + identifier(text)
