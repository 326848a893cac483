"""`WatchBook` over one DynamoDB table (`keys`: WATCH, LOOKS)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from time import sleep
from typing import TYPE_CHECKING

from hozon.adapters.aws import items, keys, lives
from hozon.adapters.aws.faults import Pause
from hozon.adapters.aws.table import Item, Table, key_of
from hozon.nouns import instants
from hozon.nouns.model import Snapshot
from hozon.nouns.watches import Spent, Watch
from hozon.stored import naming

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_REMEMBERED = timedelta(days=7)


class DynamoDbWatchBook:
    """Which pages are looked at again, and when next."""

    def __init__(
        self, client: "DynamoDBClient", table: str, *, pause: Pause = sleep
    ) -> None:
        self._table = Table(client, table, pause)

    def get(self, link: str) -> Watch | None:
        """Return the watch of a page with its snapshot of record: one read."""
        link_id = naming.link_id(link)
        wanted = keys.watch(link_id), keys.state(link_id)
        found = {key_of(item): item for item in self._table.get_all(wanted)}
        watch = lives.watch(found.get(wanted[0], {}))
        return watch and replace(watch, record=_record(found.get(wanted[1], {})))

    def get_all(self, links: Iterable[str]) -> Mapping[str, Watch]:
        """Return the watches of pages, by their link ids."""
        wanted = {keys.watch(naming.link_id(link)) for link in links}
        return _by_id(self._table.get_all(wanted))

    def due(self, now: datetime, *, limit: int) -> Sequence[Watch]:
        """Return watches that are due, longest due first."""
        found = self._table.query(
            "due = :due AND due_at < :now",
            {":due": {"S": keys.LOOKS}, ":now": {"S": f"{instants.iso(now)}~"}},
            IndexName="due",
            Limit=limit,
        )
        return list(_by_id(islice(found, limit)).values())

    def plan(
        self, link: str, at: datetime | None, *, was: datetime | None, tries: int = 0
    ) -> None:
        """Say when a page is looked at next, if it was due at `was`."""
        link_id = naming.link_id(link)
        values: Item = {":tries": {"N": str(tries)}}
        condition = "attribute_exists(life) AND attribute_not_exists(due_at)"
        if was is not None:
            condition = "due_at = :was"
            values[":was"] = {"S": keys.look_due(was, link_id)}
        change = "SET tries = :tries REMOVE due, due_at"
        if at is not None:
            change = "SET tries = :tries, due = :due, due_at = :at"
            values[":due"] = {"S": keys.LOOKS}
            values[":at"] = {"S": keys.look_due(at, link_id)}
        self._table.update(
            keys.watch(link_id), change, condition=condition, values=values
        )

    def wish(self, link: str, plan: str | None) -> None:
        """Keep the operator's plan for a page, or forget it."""
        key = keys.watch(naming.link_id(link))
        if plan is None:
            self._table.update(key, "REMOVE wish", values={})
        else:
            self._table.update(key, "SET wish = :wish", values={":wish": {"S": plan}})

    def spent(self, day: date) -> Spent:
        """Return how many looks were sent on a day."""
        item = self._table.get(keys.spent(day)) or {}
        looks, place = item.get("looks", {"N": "0"}), item.get("place", {"S": ""})
        return Spent(day=day, looks=int(looks["N"]), until=place["S"].strip())

    def spend(self, spent: Spent) -> None:
        """Keep how many looks were sent on a day, for a week."""
        midnight = datetime.combine(spent.day, time(), UTC)
        expires = str(int((midnight + _REMEMBERED).timestamp()))
        self._table.update(
            keys.spent(spent.day),
            "SET looks = :looks, place = :place, expires = :expires",
            values={
                ":looks": {"N": str(spent.looks)},
                ":place": {"S": spent.until or " "},
                ":expires": {"N": expires},
            },
        )


def _record(state: Item) -> Snapshot | None:
    snapshot = items.noun(Snapshot, state, "latest") if "latest" in state else None
    return snapshot if snapshot and snapshot.accepted else None


def _by_id(found: Iterable[Item]) -> dict[str, Watch]:
    by_id = {item["pk"]["S"].partition("#")[2]: lives.watch(item) for item in found}
    return {link_id: watch for link_id, watch in by_id.items() if watch is not None}
