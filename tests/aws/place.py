"""Where a stack is made: whatever endpoint boto3 leads to, under a stack's name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An account and region behind an endpoint (None: as boto3 finds it, or moto).

    `is_moto` tells what has to be done otherwise for moto, in process or as a server;
    `artifact` is the zipped code of all functions, if anybody is to run it. `clients`
    are those that may be used again, by their services: for as long as it is one owner
    who asks. None: each that is asked for is a new one.
    """

    name: str
    region: str = "eu-west-1"
    endpoint_url: str | None = None
    is_moto: bool = True
    artifact: bytes | None = None
    clients: dict[str, Any] | None = field(default=None, repr=False, compare=False)

    def client(self, service: str) -> Any:
        """Return a client. Untyped: botocore checks what templates pass to it."""
        if self.clients is None:
            return self._new_client(service)
        if service not in self.clients:
            self.clients[service] = self._new_client(service)
        return self.clients[service]

    def _new_client(self, service: str) -> Any:
        make: Any = boto3.client
        return make(service, region_name=self.region, endpoint_url=self.endpoint_url)

    def account(self) -> str:
        """Return the account's number."""
        return str(self.client("sts").get_caller_identity()["Account"])

    def physical(self, logical: str, *, limit: int = 64) -> str:
        """Return a name for a resource whose template gives it none."""
        return f"{self.name}-{logical}"[:limit]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What became of a resource: what ``Ref`` gives, and what ``Fn::GetAtt`` gives."""

    ref: str
    attributes: Mapping[str, str] = field(default_factory=dict)
