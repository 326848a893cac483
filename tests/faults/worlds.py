"""Where the model plays: on embedded adapters, or on those of AWS over moto."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hozon.auditing.reindexing import reindex
from hozon.nouns.archive import Archive
from hozon.nouns.seals import Signer
from tests.faults.plans import Crash, Faulty, Plan
from tests.logs import Shelf, shelf
from tests.readers import TextlessReader


@dataclass(slots=True, kw_only=True)
class World:
    """An archive that goes by a plan, and the same without faults."""

    plan: Plan
    archive: Archive
    sound: Archive
    signer: Signer
    sound_signer: Signer
    lose: Callable[[], None]
    unmark: Callable[[str], None]
    close: Callable[[], None]

    def rebuild(self) -> None:
        """Make index and seals anew."""
        reindex(self.archive)

    def objects(self) -> Mapping[str, bytes]:
        """Return all WARC objects and notes, by key."""
        warcs, log = self.sound.warcs, self.sound.log
        return {
            **{key: warcs.read_all(key) for key in warcs.keys()},  # noqa: SIM118
            **{key: log.read_all(key) for key in log.keys("log/notes/")},
        }

    def dump(self) -> list[str]:
        """Return all that is derived."""
        return [*self.sound.index.dump(), *self.sound.seals.dump()]


def _faulty(archive: Archive, plan: Plan) -> Archive:
    ports: Any = {
        name: Faulty(getattr(archive, name), plan)
        for name in ("warcs", "log", "index", "seals")
    }
    return replace(archive, **ports)


def embedded() -> World:
    """Return an archive in memory, with its index in SQLite."""
    folder, plan, undo = Path(mkdtemp()), Plan(), ExitStack()
    undo.callback(shutil.rmtree, folder)
    found: Shelf = undo.enter_context(shelf(folder))
    sound = replace(found.archive, reader=TextlessReader())

    def lose() -> None:
        with found.index.write() as db:
            for table in ("entries", "captures", "snapshots", "seals", "log_head"):
                db.execute(f"DELETE FROM {table}")

    def unmark(key: str) -> None:
        with found.index.write() as db:
            db.execute("UPDATE seals SET leaf = NULL WHERE key = ?", (key,))

    return World(
        plan=plan,
        archive=_faulty(sound, plan),
        sound=sound,
        signer=Faulty(found.signer, plan),
        sound_signer=found.signer,
        lose=lose,
        unmark=unmark,
        close=undo.close,
    )


_numbers = count()


class Wire:
    """Faults where botocore sends: in front of a request, or behind its answer."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._outcome = "ok"

    def watch(self, client: Any) -> None:
        """Have every request of a client go by the plan."""
        client.meta.events.register_first("before-send", self._before)
        client.meta.events.register("after-call", self._behind)

    def _before(self, request: Any, **_: Any) -> Any:
        from botocore.awsrequest import AWSResponse  # noqa: PLC0415 (slow, as boto3)

        outcomes = self._plan.outcomes
        self._outcome = outcomes.pop(0) if outcomes else "ok"
        if self._outcome == "crash":
            raise Crash
        if self._outcome == "fail":
            raw: Any = _Raw()
            fields: Any = {}
            # All who stand here are asked: moto is to see nothing of its own.
            request.url = "https://example.com/"
            return AWSResponse(request.url, 503, fields, raw)
        return None

    def _behind(self, **_: Any) -> None:
        from botocore.exceptions import ReadTimeoutError  # noqa: PLC0415 (as boto3)

        outcome, self._outcome = self._outcome, "ok"
        if outcome == "die":
            raise Crash
        if outcome == "lost":
            raise ReadTimeoutError(endpoint_url="https://example.com/")


class _Raw:
    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield b""

    def read(self, *_: Any) -> bytes:
        return b""


class Account:
    """A bucket, a table and a key, through clients with faults and without."""

    def __init__(self, plan: Plan) -> None:
        import boto3  # noqa: PLC0415 (slow)
        from botocore.config import Config  # noqa: PLC0415 (the same)

        from tests.aws.edwards import SPEC  # noqa: PLC0415 (the same)

        session = boto3.Session("testing", "testing", region_name="us-east-1")
        make: Any = session.client
        once, names = Config(retries={"max_attempts": 0}), ("s3", "dynamodb", "kms")
        self.name = f"model-{next(_numbers)}"
        self.tables: list[str] = []
        self.calm = {name: make(name, config=once) for name in names}
        self.rough = {name: make(name, config=once) for name in names}
        wire = Wire(plan)
        for client in self.rough.values():
            wire.watch(client)
        self.calm["s3"].create_bucket(Bucket=self.name)
        made = self.calm["kms"].create_key(KeySpec=SPEC, KeyUsage="SIGN_VERIFY")
        self.key = made["KeyMetadata"]["KeyId"]
        self.new_table()

    def new_table(self) -> None:
        """Begin with an empty table, as after a loss."""
        from tests.contract.conftest import SCHEMA  # noqa: PLC0415 (slow)

        self.tables.append(f"{self.name}-{len(self.tables)}")
        self.calm["dynamodb"].create_table(TableName=self.tables[-1], **SCHEMA)

    def archive(self, basis: Archive, clients: Mapping[str, Any]) -> Archive:
        """Return the archive that lies there."""
        from hozon.adapters.aws.hostbook import (  # noqa: PLC0415 (slow)
            DynamoDbHostBook,
        )
        from hozon.adapters.aws.index import DynamoDbIndex  # noqa: PLC0415 (slow)
        from hozon.adapters.aws.s3 import (  # noqa: PLC0415 (slow)
            S3LogStore,
            S3WarcStore,
        )
        from hozon.adapters.aws.seals import DynamoDbSeals  # noqa: PLC0415 (slow)
        from tests.contract.conftest import never_waits  # noqa: PLC0415 (slow)

        place, bucket = (clients["dynamodb"], self.tables[-1]), self.name
        return replace(
            basis,
            warcs=S3WarcStore(clients["s3"], bucket, pause=never_waits),
            log=S3LogStore(clients["s3"], bucket, pause=never_waits),
            index=DynamoDbIndex(*place, pause=never_waits),
            seals=DynamoDbSeals(*place, pause=never_waits),
            hosts=DynamoDbHostBook(*place, pause=never_waits),
        )

    def signer(self, clients: Mapping[str, Any]) -> Signer:
        """Return what signs with the key."""
        from hozon.adapters.aws.kms import KmsSigner  # noqa: PLC0415 (slow)

        return KmsSigner(lambda: clients["kms"], self.key)


def moto() -> World:
    """Return an archive on AWS as moto plays it; it has to be playing."""
    folder, plan, undo = Path(mkdtemp()), Plan(), ExitStack()
    undo.callback(shutil.rmtree, folder)
    basis = replace(undo.enter_context(shelf(folder)).archive, reader=TextlessReader())
    account = Account(plan)

    def lose() -> None:
        account.new_table()
        world.archive = account.archive(basis, account.rough)
        world.sound = account.archive(basis, account.calm)

    def unmark(key: str) -> None:
        raise NotImplementedError(key)

    world = World(
        plan=plan,
        archive=account.archive(basis, account.rough),
        sound=account.archive(basis, account.calm),
        signer=account.signer(account.rough),
        sound_signer=account.signer(account.calm),
        lose=lose,
        unmark=unmark,
        close=undo.close,
    )
    return world
