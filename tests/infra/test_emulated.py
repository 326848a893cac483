"""The built artifact runs: each function under Lambda's own emulator and runtime client.

AWS is a moto server on loopback with the whole template deployed. What botocore, the
pruned descriptions and the compiled modules do only when they are used is seen here.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchmarks import coldstart
from hozon import settings, wiring
from hozon.polling.subscribing import new_feed
from tests.aws import rie
from tests.aws.artifacts import SAM
from tests.aws.functions import Function, functions
from tests.aws.place import Place
from tests.aws.rehearse import moto_server
from tests.aws.rie import Emulated
from tests.aws.stack import TEMPLATE, deploy

pytestmark = [
    pytest.mark.sam,
    pytest.mark.xdist_group("emulated"),
    pytest.mark.skipif(not SAM.is_file(), reason="no SAM CLI; `make sam` installs it"),
]

ACCOUNT = {
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
}


@dataclass(frozen=True, slots=True)
class Account:
    """A moto server with the stack in it, and the artifact for this machine."""

    endpoint: str
    functions: dict[str, Function]
    artifact: Path

    def start(self, name: str) -> Any:
        """Start a function under the emulator."""
        return rie.emulated(
            self.functions[name],
            self.artifact,
            coldstart.runtime(SAM.parent.parent),
            environment={**ACCOUNT, "AWS_ENDPOINT_URL": self.endpoint},
        )


@pytest.fixture(scope="module")
def account(artifact: Path) -> Iterator[Account]:
    """Deploy to a moto server of our own, follow one feed."""
    before = dict(os.environ)
    try:
        with moto_server() as endpoint:
            place = Place(name="emulated", endpoint_url=endpoint)
            values = {"Contact": "emulated@example.org"}
            made = functions(deploy(TEMPLATE, place, parameters=values))
            found = settings.from_environment(made["PollFeed"].environment)
            archive = wiring.connect(found).archive
            archive.feeds.add(new_feed("https://feed.invalid/", archive))
            yield Account(endpoint, made, artifact)
    finally:
        os.environ.clear()
        os.environ.update(before)


def events(started: Emulated) -> list[dict[str, Any]]:
    """Return the lines of the log that are ours."""
    lines = (line for line in started.lines if line.startswith("{"))
    return [json.loads(line) for line in lines]


def test_the_tick_and_the_poll_run(account: Account) -> None:
    """The feed that is due is queued; its poll ends with what the network answered."""
    with account.start("ScheduleWork") as tick:
        assert 1 == tick.invoke({})["feeds"]
    sqs = Place(name="emulated", endpoint_url=account.endpoint).client("sqs")
    url = account.functions["PollFeed"].environment["HOZON_POLL_QUEUE"]
    [message] = sqs.receive_message(QueueUrl=url, AttributeNames=["All"])["Messages"]
    record = {
        "messageId": message["MessageId"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "eventSource": "aws:sqs",
    }
    with account.start("PollFeed") as poll:
        answer = poll.invoke({"Records": [record]})

    assert {"batchItemFailures": []} == answer
    [done] = [each for each in events(poll) if each.get("event") == "job done"]
    assert "https://feed.invalid/" == done["subject"]
    assert done["problem"]


def test_the_sealer_runs(account: Account) -> None:
    """Under botocore's pruned descriptions, with nothing to seal."""
    with account.start("SealLog") as seal:
        assert {"size": 0, "leaves": 0} == seal.invoke({})


def test_captures_run(account: Account) -> None:
    """A message that is no job comes again; the function goes on."""
    bad = {
        "messageId": "m1",
        "body": "{}",
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "0"},
    }
    with account.start("CaptureEntry") as capture:
        answer = capture.invoke({"Records": [bad]})
        assert {"batchItemFailures": []} == capture.invoke({"Records": []})

    assert {"batchItemFailures": [{"itemIdentifier": "m1"}]} == answer


def test_readers_are_served(account: Account) -> None:
    """API and pages, from the table, with their headers."""
    with account.start("ServeArchive") as serve:
        answer = serve.invoke(coldstart.EVENTS["ServeArchive"])
        page = {**coldstart.EVENTS["ServeArchive"], "rawPath": "/sources"}
        http = {"method": "GET", "path": "/sources"}
        page["requestContext"] = {"stage": "$default", "http": http}
        sources = serve.invoke(page)

    assert 1 == json.loads(answer["body"])["feeds"]
    assert 200 == sources["statusCode"]
    assert "feed.invalid" in sources["body"]
    assert "content-security-policy" in sources["headers"]
