"""The deployed thing, without an account: from the schedule to the reader, rights checked.

The built artifact and the whole template on ministack: its scheduler calls the tick, its
queues the workers, each under its own role. A module of the test stands before each
handler, and lets it reach the site on loopback; nothing else is not as it is deployed.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import HTTPError

import boto3
import pytest

from hozon import settings, wiring
from hozon.nouns import instants
from hozon.nouns.archive import Archive
from hozon.polling.subscribing import new_feed
from tests.aws.artifacts import SAM, zipped
from tests.aws.functions import Function, functions
from tests.aws.ministack import (
    ENVIRONMENT,
    PROGRAM,
    REGION,
    Ministack,
    forgiven,
    forgiven_key,
    ministack,
)
from tests.aws.place import Place
from tests.aws.stack import TEMPLATE, Stack, deploy
from tests.sites import Site, page, rss

pytestmark = [
    pytest.mark.sam,
    pytest.mark.xdist_group("emulated"),
    pytest.mark.skipif(not SAM.is_file(), reason="no SAM CLI; `make sam` installs it"),
    pytest.mark.skipif(
        not PROGRAM.is_file(), reason="no ministack; `make .venv-aws/.aws` installs it"
    ),
]

SITE = {
    "/feed": rss("/harbour", "/minato"),
    "/harbour": page("The harbour", "<p>The harbour of Otaru was closed.</p>"),
    "/minato": page("港", "<p>小樽の港は閉鎖された。</p>"),
}
BEFORE = '''
"""Stands before a handler and lets it reach one host of a test."""

import importlib
import os

from hozon import settings, wiring
from hozon.fetch import AllowedHosts
from hozon.wiring.fetching import Fetching

found = settings.from_environment(os.environ)
allowed = AllowedHosts.parse([os.environ["REHEARSED_AT"]])
how = Fetching(allowed=allowed, interval_s=0, contact=found.contact)
wiring.use(wiring.connect(found, fetching=how))


def __getattr__(name):
    return importlib.import_module(name).handler
'''
PATIENCE_S = 240.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """The stack at work on a site."""

    aws: Ministack
    stack: Stack
    functions: dict[str, Function]
    site: Site
    archive: Archive

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.stack.place

    def fire(self, name: str) -> None:
        """Have the scheduler do in a moment what a schedule of the template does."""
        scheduler = self.place.client("scheduler")
        made = self.stack.resources[name].made.ref
        target = scheduler.get_schedule(Name=made)["Target"]
        soon = datetime.now(UTC) + timedelta(seconds=2)
        scheduler.create_schedule(
            Name=f"{made}-now",
            ScheduleExpression=f"at({soon:%Y-%m-%dT%H:%M:%S})",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target=target,
        )

    def wait(self, look: Callable[[], T | None], what: str) -> T:
        """Return what `look` finds, as soon as it finds something."""
        until = time.monotonic() + PATIENCE_S
        while not (found := look()):
            if time.monotonic() > until:
                log = self.aws.log.read_text("utf-8", "replace")
                raise AssertionError(f"no {what}; ministack has logged:\n{log[-5000:]}")
            time.sleep(0.5)
        return found

    def get(self, path: str, *, signed: bool = True) -> bytes:
        """Return what a reader gets from the archive's URL."""
        url = self.stack.outputs["ArchiveUrl"].rstrip("/") + path
        return self.aws.ask(url, signed=signed)


@pytest.fixture(scope="module")
def deployed(
    artifact: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployed]:
    """Deploy, follow a feed, and let the schedules do the rest once."""
    before = dict(os.environ)
    wiring.use(None)
    try:
        with ministack(tmp_path_factory.mktemp("ministack")) as aws, Site(SITE) as site:
            os.environ |= {**ENVIRONMENT, **aws.environment}
            boto3.setup_default_session()  # the one of before may remember another owner
            yield _worked(aws, site, zipped(artifact, {"rehearsed.py": BEFORE}))
    finally:
        wiring.use(None)
        os.environ.clear()
        os.environ.update(before)
        boto3.setup_default_session()


def _worked(aws: Ministack, site: Site, artifact: bytes) -> Deployed:
    place = Place(
        name="loop",
        region=REGION,
        endpoint_url=aws.endpoint,
        is_moto=False,
        artifact=artifact,
    )
    stack = deploy(TEMPLATE, place, parameters={"Contact": "loop@example.org"})
    made = functions(stack)
    for each in made.values():
        forgiven(place, each)
        _stand_before(each, place, {**aws.environment, "REHEARSED_AT": site.authority})
    forgiven_key(place, stack.outputs["SigningKeyArn"])
    found = settings.from_environment(made["PollFeed"].environment)
    archive = wiring.connect(found).archive
    done = Deployed(aws=aws, stack=stack, functions=made, site=site, archive=archive)
    archive.feeds.add(new_feed(site.uri("/feed"), archive))
    done.fire("ScheduleWorkTick")
    done.wait(lambda: _all_held(done), "capture")
    done.fire("SealLogTick")
    done.wait(lambda: _checkpoint(done), "checkpoint")
    done.fire("IndexSearchTick")
    done.wait(lambda: _found(done, "harbour"), "hit")
    return done


def _stand_before(function: Function, place: Place, more: dict[str, str]) -> None:
    module = function.handler.partition(".")[0]
    place.client("lambda").update_function_configuration(
        FunctionName=function.name,
        Handler=f"rehearsed.{module}",
        Environment={"Variables": {**function.environment, **more}},
    )


def _all_held(done: Deployed) -> bool:
    timemap = done.archive.index.timemap
    return all(timemap(done.site.uri(path)) for path in ("/harbour", "/minato"))


def _checkpoint(done: Deployed) -> bytes:
    try:
        return done.get("/log/checkpoint")
    except HTTPError as e:
        if e.code != HTTPStatus.NOT_FOUND:
            raise
        return b""


def _found(done: Deployed, words: str) -> list[Any]:
    said = json.loads(done.get(f"/api/v1/search?q={words}"))
    found: list[Any] = said["hits"]
    return found


def test_readers_get_what_was_published(deployed: Deployed) -> None:
    """By signed requests: the river, the bytes as they came, and what search finds."""
    uri = deployed.site.uri("/minato")
    [held] = deployed.archive.index.timemap(uri)
    raw = deployed.get(f"/web/{instants.timestamp(held.captured_at)}id_/{uri}")

    assert SITE["/minato"].body == raw
    assert b"The harbour" in deployed.get("/")
    assert [deployed.site.uri("/harbour")] == [
        hit["link"] for hit in _found(deployed, "otaru")
    ]


def test_all_of_it_is_sealed(deployed: Deployed) -> None:
    """A signed checkpoint covers each object that was stored."""
    checkpoint = deployed.get("/log/checkpoint").decode().splitlines()
    stored = list(deployed.archive.warcs.keys())

    assert len(stored) <= int(checkpoint[1])


def test_nobody_else_gets_anything(deployed: Deployed) -> None:
    """Without a signature there is no answer but 403."""
    with pytest.raises(HTTPError, match="403"):
        deployed.get("/", signed=False)


@pytest.mark.parametrize(
    "name",
    [
        "ScheduleWork",
        "PollFeed",
        "CaptureEntry",
        "SealLog",
        "IndexSearch",
        "AuditArchive",
        "ServeArchive",
    ],
)
def test_no_function_deletes_what_is_stored(deployed: Deployed, name: str) -> None:
    """Another evaluator than ours says so too, of every role, object, lock and table."""
    place, role = deployed.place, deployed.functions[name].role_arn
    lent = place.client("sts").assume_role(RoleArn=role, RoleSessionName="thief")
    thief = boto3.Session(
        lent["Credentials"]["AccessKeyId"],
        lent["Credentials"]["SecretAccessKey"],
        lent["Credentials"]["SessionToken"],
        region_name=REGION,
    )
    bucket = deployed.stack.outputs["ArchiveBucket"]
    key = next(iter(deployed.archive.warcs.keys()))
    s3: Any = thief.client("s3", endpoint_url=deployed.aws.endpoint)
    dynamodb: Any = thief.client("dynamodb", endpoint_url=deployed.aws.endpoint)
    table = deployed.stack.outputs["Table"]

    attempts: list[Callable[[], object]] = [
        lambda: s3.delete_object(Bucket=bucket, Key=key),
        lambda: s3.put_bucket_versioning(
            Bucket=bucket, VersioningConfiguration={"Status": "Suspended"}
        ),
        lambda: s3.delete_bucket_policy(Bucket=bucket),
        lambda: dynamodb.delete_table(TableName=table),
    ]
    for attempt in attempts:
        with pytest.raises(Exception, match="AccessDenied"):
            attempt()
    assert deployed.archive.warcs.holds(key)
