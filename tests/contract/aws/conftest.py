"""Clients whose requests can be counted, and answered by a test instead of moto."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.client import BaseClient

from tests.contract.conftest import Aws

Answers = Iterator[dict[str, Any] | None]
"""What to answer each request of one kind; None: let moto answer."""


class Wire:
    """Stands between one client and moto."""

    def __init__(self, client: BaseClient) -> None:
        self.counts: Counter[str] = Counter()
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self._answers: dict[str, Answers] = {}
        service = client.meta.service_model.service_name
        client.meta.events.register("provide-client-params", self._seen)
        # A handler that returns an answer spares the request: the stubs do not know.
        answered: Any = self._answered
        client.meta.events.register(f"before-call.{service}", answered)

    def answer(self, operation: str, *answers: dict[str, Any] | None) -> None:
        """Answer the next requests of an operation so."""
        self._answers[operation] = iter(answers)

    def fail(self, operation: str, *codes: str | None) -> None:
        """Answer the next requests of an operation with errors of these codes."""
        self.answer(operation, *(_failure(code) if code else None for code in codes))

    def _seen(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.counts[model.name] += 1
        self.sent.append((model.name, params))

    def _answered(self, model: Any, **_: Any) -> tuple[AWSResponse, Any] | None:
        answer = next(self._answers.get(model.name, iter(())), None)
        if answer is None:
            return None
        status = 500 if "Error" in answer else 200
        answer.setdefault("ResponseMetadata", {"HTTPStatusCode": status})
        headers: Any = HeadersDict()
        return AWSResponse("", status, headers, None), answer


def _failure(code: str) -> dict[str, Any]:
    return {"Error": {"Code": code, "Message": code}}


@pytest.fixture
def client(aws: Aws) -> Callable[[str], Any]:
    """Return a maker of clients that share nothing with those of other tests."""
    session: Any = boto3.Session("testing", "testing", region_name="us-east-1")
    made: Callable[[str], Any] = session.client
    return made
