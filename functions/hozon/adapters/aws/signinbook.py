"""`SignInBook` over one DynamoDB table (`keys`: SIGNINS)."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from hozon.adapters.aws import items, keys
from hozon.adapters.aws.faults import Pause
from hozon.adapters.aws.table import Item, Table, as_item
from hozon.nouns.digests import identifier
from hozon.nouns.signins import REMEMBERED, SignIn
from hozon.stored import rows

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDbSignInBook:
    """The sign-ins, a small item each, all in one partition."""

    def __init__(
        self, client: "DynamoDBClient", table: str, *, pause: Pause = time.sleep
    ) -> None:
        self._table = Table(client, table, pause)

    def add(self, signin: SignIn) -> None:
        """Keep a new one, or raise `Conflict`."""
        self._table.put(_item(signin), condition="attribute_not_exists(pk)", values={})

    def get(self, signin_id: str) -> SignIn | None:
        """Return one as it is now: one consistent read."""
        found = self._table.get(keys.signin(signin_id))
        return None if found is None else items.noun(SignIn, found, "signin")

    def replace(self, old: SignIn, new: SignIn) -> None:
        """Put `new` in the place of `old`, or raise `Conflict`."""
        was = {":was": {"S": _mark(old)}}
        self._table.put(_item(new), condition="mark = :was", values=was)

    def all(self) -> Sequence[SignIn]:
        """Return all, oldest first: one query."""
        values = {":pk": {"S": keys.SIGNINS}}
        found = self._table.query("pk = :pk", values, ConsistentRead=True)
        known = [items.noun(SignIn, each, "signin") for each in found]
        return sorted(known, key=lambda each: (each.issued_at, each.id))


def _item(signin: SignIn) -> Item:
    forgotten_at = signin.until + REMEMBERED
    return {
        **as_item(keys.signin(signin.id)),
        "signin": items.packed(rows.to_json(signin)),
        "mark": {"S": _mark(signin)},
        "expires": {"N": str(int(forgotten_at.timestamp()))},
    }


def _mark(signin: SignIn) -> str:
    return identifier(rows.to_json(signin))
