"""Faults where botocore sends, whoever calls: refusals, throttling, lost replies, deaths.

Outcomes are spent request by request (`plans.OUTCOMES`), only while it `blows`. After a
death the process is gone: each later request of its dies as well, until it is `reborn`.
botocore's own retries are kept, without their waits, and each of them meets the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import local
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError

from tests.faults.plans import Crash

_REFUSALS = {
    "fail": (503, b""),
    "throttle": (400, b'{"__type": "ThrottlingException", "message": "slow down"}'),
}
_ATTEMPTS = 4
_HERE = "weather"


class Weather:
    """What becomes of the requests of all clients that are made after `watch`.

    With `swallows` no WARC object is stored, and all are told that it was: a mistake
    that has to be found.
    """

    def __init__(self, *, swallows: bool = False) -> None:
        self._swallows = swallows
        self.outcomes: list[str] = []
        self.blows = False
        self.is_dead = False
        self.met = 0
        self._mine = local()

    def watch(self) -> None:
        """Stand in front of every client that boto3's default session makes."""
        boto3.setup_default_session()
        session = boto3.DEFAULT_SESSION
        assert session is not None
        events: Any = session.events
        events.register("request-created", self._choose)
        events.register_first("before-send", self._before)
        events.register_first("needs-retry", self._again)
        events.register("after-call", self._behind)

    def leave(self) -> None:
        """Let the clients that are made from now on be."""
        boto3.setup_default_session()

    @contextmanager
    def blowing(self) -> Iterator[None]:
        """Let it blow for the block."""
        self.blows = True
        try:
            yield
        finally:
            self.blows = False

    def reborn(self) -> None:
        """Begin another process."""
        self.is_dead = False

    def _choose(self, request: Any, **_: Any) -> None:
        """Choose what a request meets; the same, each time that it is repeated."""
        context = request.context
        if self.blows and _HERE not in context:
            context[_HERE] = self.outcomes.pop(0) if self.outcomes else "ok"
            self.met += context[_HERE] != "ok"
        self._mine.outcome = context.get(_HERE, "ok") if self.blows else "ok"

    def _before(self, request: Any, **_: Any) -> Any:
        if self.blows and self.is_dead:
            raise Crash
        if self._swallows and request.method == "PUT" and "/warcs/" in request.url:
            return _answer(request, 200, b"")
        outcome = self._mine.outcome
        if outcome == "crash":
            self.is_dead = True
            raise Crash
        if outcome in _REFUSALS:
            return _answer(request, *_REFUSALS[outcome])
        return None

    def _again(self, attempts: int, request_dict: Any = None, **_: Any) -> float | None:
        """Have what was refused here repeated at once, as often as botocore would."""
        met = (request_dict or {}).get("context", {}).get(_HERE)
        return 0.0 if met in _REFUSALS and attempts < _ATTEMPTS else None

    def _behind(self, context: Any, **_: Any) -> None:
        if not self.blows:
            return
        outcome = context.pop(_HERE, "ok")
        if outcome == "die":
            self.is_dead = True
            raise Crash
        if outcome == "lost":
            raise ReadTimeoutError(endpoint_url="https://example.com/")


def _answer(request: Any, status: int, body: bytes) -> AWSResponse:
    """Return an answer in the place of moto's, which is asked too, for another host."""
    request.url = "https://example.com/"
    fields: Any = {"content-type": "application/x-amz-json-1.0", "etag": '"0"'}
    raw: Any = _Raw(body)
    return AWSResponse(request.url, status, fields, raw)


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self._body

    def read(self, *_: Any) -> bytes:
        return self._body
