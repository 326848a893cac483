"""Every command on a stack: what works there, and what says why it does not.

As an operator types it; what CloudFormation says of the stack is a stack of moto that has
the same outputs and parameters.
"""

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import click
import pytest

from hozon import cli as program
from hozon.adapters.aws import items
from hozon.cli.reach import FOLDER_ONLY
from hozon.log import leaves, places
from hozon.nouns.archive import Archive
from tests import veiled
from tests.aws.stack import Stack
from tests.veiled import World
from tools import manual


def told_by_cloudformation(stack: Stack) -> None:
    """Let CloudFormation know the stack by its name, outputs and parameters."""
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": {name: {"Type": "String"} for name in stack.parameters},
        "Resources": {"Nothing": {"Type": "AWS::SQS::Queue"}},
        "Outputs": {name: {"Value": value} for name, value in stack.outputs.items()},
    }
    boto3.client("cloudformation").create_stack(
        StackName=stack.outputs["Name"],
        TemplateBody=json.dumps(template),
        Parameters=[
            {"ParameterKey": name, "ParameterValue": str(value)}
            for name, value in stack.parameters.items()
        ],
    )


@dataclass(frozen=True, slots=True)
class Operator:
    """Types commands."""

    stack: str
    capture: pytest.CaptureFixture[Any]
    patch: pytest.MonkeyPatch

    def __call__(self, typed: str) -> tuple[list[Any], int, str]:
        """Run a command with ``--json`` on the stack; return what it wrote, its exit code,
        and what it told a person.
        """
        words = ["hozon", "--json", "--stack", self.stack, *shlex.split(typed)]
        self.patch.setattr("sys.argv", words)
        self.capture.readouterr()
        with pytest.raises(SystemExit) as ended:
            program.main()
        said = self.capture.readouterr()
        lines = said.out.decode("utf-8", "replace").splitlines()
        rows = [json.loads(line) for line in lines if line.startswith('{"')]
        return rows or [said.out], int(ended.value.code or 0), said.err.decode()


@pytest.fixture
def world(stack: Stack) -> Iterator[World]:
    """Yield the town on a stack that CloudFormation knows."""
    told_by_cloudformation(stack)
    with veiled.deployed(stack) as made:
        yield made


def test_every_command_on_a_stack(
    world: World,
    stack: Stack,
    tmp_path: Path,
    capsysbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each works on bucket and table, or is refused with what to do instead."""
    operator = Operator(stack.outputs["Name"], capsysbinary, monkeypatch)
    uri, feed, out = world.link, world.site.uri("/feed"), tmp_path / "out"
    monkeypatch.chdir(tmp_path)
    [entry] = world.archive.index.linked(uri)
    (tmp_path / "list.opml").write_text(
        '<opml version="2.0"><body><outline xmlUrl="https://example.org/feed"/></body></opml>'
    )
    done: dict[str, list[Any]] = {}
    wrong: list[tuple[str, int, str]] = []
    typed: dict[str, tuple[str, int]] = {
        "access": (uri, 0),
        "audit": ("", 0),
        "capture": (uri, 1),  # a private address, which no stack reaches
        "completion": ("bash", 0),
        "entries diff": (entry.key, 0),
        "entries list": ("", 0),
        "entries show": (entry.key, 0),
        "entries versions": (entry.key, 0),
        "entries watch": (f"{entry.key} --plan news", 0),
        "export": (f"--format jsonl -o {out}", 0),
        "feeds add": (f"{feed}?x", 1),
        "feeds export": ("", 0),
        "feeds import": ("list.opml", 0),
        "feeds list": ("", 0),
        "feeds pause": (feed, 0),
        "feeds remove": ("https://example.org/feed", 0),
        "feeds resume": (feed, 0),
        "feeds set": (f"{feed} --every-max 6h", 0),
        "feeds show": (feed, 0),
        "get": (f"{uri} --format text", 0),
        "hold lift": (f"{feed} --reason r", 0),
        "hold list": ("", 0),
        "hold place": (f"{feed} --reason r", 0),
        "pull": ("", 0),
        "purge": (f"{uri} --reason r --yes", 5),  # nobody may delete
        "receipt": (uri, 0),
        "recheck": (entry.key, 1),  # as capture
        "redrive": ("--show", 0),
        "reindex": ("", 0),
        "run": ("", 2),
        "seal": ("", 2),
        "search": ("visitors", 0),
        "serve": ("--host 0.0.0.0", 2),
        "settings": ("", 2),
        "signin issue": ("Ann", 0),
        "signin list": ("", 0),
        "signin revoke": ("Ann", 0),
        "status": ("", 0),
        "timemap": (uri, 0),
        "verify": ("", 0),
    }
    order = sorted(typed, key=lambda n: (n == "hold lift", n == "feeds remove", n))
    for name in order:
        options, code = typed[name]
        done[name], ended, said = operator(f"{name} {options}")
        if ended != code:
            wrong.append((name, ended, said))
    assert [] == wrong

    leaves = {n for n, c, _ in manual.commands() if not isinstance(c, click.Group)}
    looked_at_elsewhere = {"doctor"}  # test_doctor: moto has no IAM that it could ask
    assert {n.partition(" ")[2] for n in leaves} == {*typed, *looked_at_elsewhere}
    assert b"bash" in done["completion"][0]
    assert 2 == len(done["entries versions"])
    assert entry.key == done["entries show"][0]["id"]
    assert done["signin issue"][0]["link"].startswith(stack.outputs["PagesUrl"])
    assert "revoked" == done["signin revoke"][0]["state"]
    assert out.stat().st_size


@pytest.mark.parametrize("name", FOLDER_ONLY)
def test_what_is_for_folders_says_what_to_do(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anybody is asked: exit code 2, and what there is instead."""
    words = ["hozon", "--stack", "news", *name.split(), *(["x"] if "-" in name else [])]
    monkeypatch.setattr("sys.argv", words)

    with pytest.raises(SystemExit) as ended:
        program.main()

    assert 2 == ended.value.code
    said = capsys.readouterr().err
    assert FOLDER_ONLY[name].replace("NAME", "news") in said


BREAK_GLASS = "arn:aws:iam::123456789012:role/ops/BreakGlass"


@pytest.mark.parametrize("stack", [{"BreakGlassRoleArn": BREAK_GLASS}], indirect=True)
def test_a_purge_of_a_stack(
    stack: Stack,
    capsysbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The break-glass role, and no other, removes all versions of the objects and what the
    table says of them; the log has tombstones, and everything else is as it was.
    """
    told_by_cloudformation(stack)
    operator = Operator(stack.outputs["Name"], capsysbinary, monkeypatch)
    with veiled.deployed(stack) as world:
        uri, other = world.link, world.site.uri("/offen")
        archive, bucket = world.archive, stack.outputs["ArchiveBucket"]
        going = {c.location.warc_key for c in archive.index.timemap(uri)}
        kept = archive.index.timemap(other)
        typed = f"purge {uri} --reason 'order 12/34' --by Ann --yes"
        rows, code, told = operator(typed)
        assert (5, [b""]) == (code, rows)
        assert f"{BREAK_GLASS} alone may purge" in told
        assert ([b""], 0) == operator("access")[:2]  # nothing was decided either

        become(BREAK_GLASS, monkeypatch)
        rows, code, told = operator(typed)

        assert 0 == code, told
        gone = {row["warc"] for row in rows}
        assert going <= gone
        assert not gone & {v["Key"] for v in versions(bucket)}
        assert veiled.SECRET not in scanned(stack.outputs["Table"], besides="ENTRY#")
        assert [] == archive.index.timemap(uri)
        assert kept == archive.index.timemap(other)
        assert 451 == world.ask(f"/web/{uri}").status
        assert 200 == world.ask(f"/api/v1/get?uri={other}").status
        world.work()
        assert 0 == operator("verify")[1]
        assert gone == {note["object"] for note in notes(archive, "purge")}
        assert 3 == operator(typed)[1]


def notes(archive: Archive, kind: str) -> Iterator[dict[str, Any]]:
    """Yield the notes of a kind in the log."""
    for key in archive.log.keys(places.NOTES):
        said = leaves.read(archive.log.read_all(key))
        if said["kind"] == kind:
            yield said


def become(role: str, patch: pytest.MonkeyPatch) -> None:
    """Take a role on, as a profile would."""
    iam = boto3.client("iam")
    iam.create_role(RoleName="BreakGlass", Path="/ops/", AssumeRolePolicyDocument="{}")
    taken = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="ann")
    given = taken["Credentials"]
    patch.setenv("AWS_ACCESS_KEY_ID", given["AccessKeyId"])
    patch.setenv("AWS_SECRET_ACCESS_KEY", given["SecretAccessKey"])
    patch.setenv("AWS_SESSION_TOKEN", given["SessionToken"])
    boto3.setup_default_session()


def versions(bucket: str) -> list[Any]:
    """Return all that a bucket holds, hidden or not."""
    found: Any = boto3.client("s3").list_object_versions(Bucket=bucket)
    return [*found.get("Versions", ()), *found.get("DeleteMarkers", ())]


def scanned(table: str, *, besides: str) -> str:
    """Return all items of a table as text, but those of one kind."""
    found = boto3.client("dynamodb").scan(TableName=table)["Items"]
    shown = [item for item in found if not item["pk"]["S"].startswith(besides)]
    return repr([read(item) for item in shown])


def read(item: Any) -> Any:
    """Return an item with its deflated rows as text."""
    return {name: items.unpacked(v) if "B" in v else v for name, v in item.items()}
