"""Nouns as items of the table, and back. `keys` says what each item is for."""

import zlib
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from hozon.adapters.aws import keys
from hozon.adapters.aws.keys import Key
from hozon.adapters.aws.table import Item, as_item
from hozon.nouns import instants
from hozon.nouns.access import Decision
from hozon.nouns.errors import Damaged
from hozon.nouns.events import Event
from hozon.nouns.findings import Finding, Life
from hozon.nouns.model import Capture, Entry, Feed, Snapshot, Subscription, Trouble
from hozon.nouns.signins import SignIn
from hozon.stored import rows

N = TypeVar(
    "N",
    Capture,
    Decision,
    Entry,
    Event,
    Feed,
    Finding,
    Life,
    SignIn,
    Snapshot,
    Subscription,
    Trouble,
)

READABLE = 600
"""Rows of more bytes than this are deflated: a write is billed by the kilobyte."""


_WORDS = (
    b'"authors":[""],"canonical_uri":"https://www.","lead_image":"https://www.","extract'
    b'or":"turbohtml","language":"en","modified_at":"2026-"published_at":"2026-"site":"T'
    b'he "summary":""text":""title":""reason":""event":"changed","version":1,"outcome":"'
    b'"river_at":"2026-"first_seen_at":"2026-"seen_at":"2026-"fingerprint":"enclosures":'
    b'[{"feed_id":"","id":"kind":"article","link":"https://www."metadata":{"length":1,"o'
    b'ffset":1,"warc_key":"warcs/2026/"missing":0,"page_uri":"https://www."requisites":1'
    b',"status":200,"warc_digest":"sha256:","warc_key":"warcs/2026/hozon-2026.warc.gz","w'
    b'arc_length":1}{"captured_at":"2026-01-01T00:00:00.000Z","entry_key":"","facts":{"'
)
"""What stands in most long rows: the dictionary that they are deflated with (RFC 1950
§2.2). For ever: what is stored can be read with the same bytes alone.
"""


def packed(row: str) -> dict[str, Any]:
    """Return the attribute that holds a row: text, or deflated if it is long."""
    data = row.encode()
    if len(data) <= READABLE:
        return {"S": row}
    deflate = zlib.compressobj(9, zdict=_WORDS)
    return {"B": deflate.compress(data) + deflate.flush()}


def unpacked(attribute: dict[str, Any]) -> str:
    """Return the row that an attribute holds, deflated with the dictionary or without."""
    if "S" in attribute:
        return str(attribute["S"])
    inflate = zlib.decompressobj(zdict=_WORDS)
    try:
        row = (inflate.decompress(attribute["B"]) + inflate.flush()).decode()
    except (KeyError, zlib.error, UnicodeDecodeError) as e:
        raise Damaged("an item of the table holds no row; run hozon reindex") from e
    if not inflate.eof:
        raise Damaged("an item of the table holds half a row; run hozon reindex")
    return row


def noun(kind: type[N], item: Item, name: str) -> N:
    """Return the noun that the attribute `name` holds."""
    return rows.from_json(kind, unpacked(item[name]))


def mark(key: Key) -> Item:
    """Return an item that says all by being there."""
    return as_item(key)


def feed(found: Feed) -> Item:
    """Return the item of a feed."""
    return {
        **as_item(keys.feed(found.id)),
        "feed": packed(rows.to_json(found)),
        "due": {"S": keys.shard(keys.FEEDS, found.id)},
        "due_at": {"S": keys.due_at(found.due_at, paused=found.paused)},
    }


def parting(feed_id: str, found: Subscription) -> Item:
    """Return the item of a subscription that outlives its feed."""
    until = (found.lease_until or found.asked_at).timestamp()
    return {
        **as_item(keys.parting(feed_id)),
        "subscription": packed(rows.to_json(found)),
        "expires": {"N": str(int(until))},
    }


def entry(found: Entry) -> Item:
    """Return the item of an entry."""
    place = {"S": keys.river_at(found.river_at, found.key)}
    return {
        **as_item(keys.entry(found.key)),
        "entry": packed(rows.to_json(found)),
        "river": {"S": keys.shard(keys.RIVER, found.key)},
        "river_at": place,
        "due": {"S": keys.river_of(found.feed_id)},
        "due_at": place,
    }


def snapshot(link_id: str, snapshot_id: str, row: dict[str, Any]) -> Item:
    """Return the item of a snapshot that is not the latest, made of its packed row."""
    return {**as_item(keys.snapshot(link_id, snapshot_id)), "snapshot": row}


def capture(found: Capture) -> Item:
    """Return the item of a capture."""
    return {**as_item(keys.capture(found)), "capture": packed(rows.to_json(found))}


def digest(found: Capture) -> Item:
    """Return the item that makes a response the earliest of its payload."""
    return {
        **as_item(keys.digest(found.payload_digest)),
        "capture": packed(rows.to_json(found)),
    }


def references(found: Iterable[Key]) -> dict[str, Any]:
    """Return the attribute that names the keys of other items."""
    return {"SS": ["\n".join(key) for key in found]}


def referred(item: Item) -> Sequence[Key]:
    """Return the keys of other items that one names."""
    split = (each.partition("\n") for each in item.get("refers", {"SS": []})["SS"])
    return [(pk, sk) for pk, _, sk in split]


def place(found: Capture) -> tuple[str, str]:
    """Return what captures of one URI, or of one payload, are in the order of."""
    return instants.iso(found.captured_at), found.record_id
