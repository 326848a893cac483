"""`HostBook` over the table. What expires there is dropped by DynamoDB itself."""

import math
import time
import zlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from hozon.adapters.aws import keys
from hozon.adapters.aws.faults import Pause
from hozon.adapters.aws.table import Item, Table, as_item
from hozon.manners.robots import FORGOTTEN_AFTER, whole_lines
from hozon.nouns import instants
from hozon.nouns.errors import Conflict, Damaged
from hozon.nouns.hosts import AHEAD, Robots

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LARGEST = 100_000
"""Most bytes of a deflated document: an item holds 400 KB, a write is billed by each."""

_GRACE = timedelta(hours=1)
_TAKE = "SET leased_by = :owner, since = :now, free_at = :free_at, expires = :expires"
_IS_FREE = (
    "attribute_not_exists(pk) OR leased_by = :owner "
    "OR free_at <= :now OR since > :ahead"
)
_HOLD = "SET since = :now, free_at = :free_at, expires = :expires REMOVE leased_by"
_IS_LONGER = "attribute_not_exists(pk) OR free_at < :free_at OR since > :ahead"
_RELEASE = "SET free_at = :free_at, expires = :expires REMOVE leased_by"


class DynamoDbHostBook:
    """The robots.txt and the leases of hosts."""

    def __init__(
        self, client: "DynamoDBClient", table: str, *, pause: Pause = time.sleep
    ) -> None:
        self._table = Table(client, table, pause)

    def robots(self, origin: str) -> Robots | None:
        """Return what was kept last for an origin, or None."""
        item = self._table.get(keys.robots(origin))
        return _robots(origin, item) if item else None

    def keep(self, robots: Robots) -> None:
        """Keep a robots.txt, unless a later one is kept."""
        try:
            self._table.put(
                _item(robots),
                condition="attribute_not_exists(pk) OR fetched_at <= :fetched_at",
                values={":fetched_at": _instant(robots.fetched_at)},
            )
        except Conflict:
            return

    def lease(
        self, host: str, *, owner: str, now: datetime, seconds: float
    ) -> datetime | None:
        """Take or extend the lease of a host, or say until when it is not to be had."""
        held = self._table.update_or_see(
            keys.lease(host),
            _TAKE,
            condition=_IS_FREE,
            values={
                ":owner": {"S": owner},
                **_since(now),
                **_freed(now + timedelta(seconds=seconds)),
            },
        )
        return instants.from_iso(held["free_at"]["S"]) if held else None

    def release(self, host: str, *, owner: str, next_at: datetime) -> None:
        """End the lease of `owner`; the host is free again at `next_at`."""
        try:
            self._table.update(
                keys.lease(host),
                _RELEASE,
                condition="leased_by = :owner",
                values={":owner": {"S": owner}, **_freed(next_at)},
            )
        except Conflict:
            return

    def paused(self, host: str, *, now: datetime) -> datetime | None:
        """Return until when nobody may have the host, if nobody has it."""
        item = self._table.get(keys.lease(host))
        if item is None or "leased_by" in item:
            return None
        since = instants.from_iso(item["since"]["S"])
        free_at = instants.from_iso(item["free_at"]["S"])
        return free_at if since <= now + AHEAD and free_at > now else None

    def hold(self, host: str, *, now: datetime, until: datetime) -> None:
        """Let nobody have the host before `until`, whoever holds it."""
        try:
            self._table.update(
                keys.lease(host),
                _HOLD,
                condition=_IS_LONGER,
                values={**_since(now), **_freed(until)},
            )
        except Conflict:
            return


def _item(robots: Robots) -> Item:
    document, packed = _packed(robots.document)
    note = robots.note
    if len(document) < len(robots.document):
        note = f"cut to {len(document)} of {len(robots.document)} bytes"
    item: Item = {
        **as_item(keys.robots(robots.host_key)),
        "fetched_at": _instant(robots.fetched_at),
        "expires_at": _instant(robots.expires_at),
        "expires": _epoch(robots.expires_at + FORGOTTEN_AFTER),
        "document": {"B": packed},
    }
    if robots.status is not None:
        item["robots_status"] = {"N": str(robots.status)}
    if robots.failing_since:
        item["failing_since"] = _instant(robots.failing_since)
    if note:
        item["note"] = {"S": note}
    return item


def _robots(origin: str, item: Item) -> Robots:
    since, status = item.get("failing_since"), item.get("robots_status")
    return Robots(
        host_key=origin,
        fetched_at=instants.from_iso(item["fetched_at"]["S"]),
        status=int(status["N"]) if status else None,
        document=_unpacked(item["document"]["B"]),
        expires_at=instants.from_iso(item["expires_at"]["S"]),
        failing_since=instants.from_iso(since["S"]) if since else None,
        note=item["note"]["S"] if "note" in item else None,
    )


def _packed(document: bytes) -> tuple[bytes, bytes]:
    """Return as many whole lines as fit, and the same deflated."""
    packed = zlib.compress(document)
    while len(packed) > LARGEST:
        # Nearly there in one step, for what is cut off deflates like the rest.
        size = len(document) * LARGEST // len(packed) * 19 // 20
        document = whole_lines(document, size)
        packed = zlib.compress(document)
    return document, packed


def _unpacked(packed: bytes) -> bytes:
    try:
        return zlib.decompress(packed)
    except zlib.error as e:
        raise Damaged(f"an item of the table holds no robots.txt: {e}") from e


def _since(now: datetime) -> dict[str, Any]:
    return {":now": _instant(now), ":ahead": _instant(now + AHEAD)}


def _freed(at: datetime) -> dict[str, Any]:
    return {":free_at": _instant(at), ":expires": _epoch(at + _GRACE)}


def _instant(at: datetime) -> dict[str, str]:
    return {"S": instants.iso(at)}


def _epoch(at: datetime) -> dict[str, str]:
    return {"N": str(math.ceil(at.timestamp()))}
