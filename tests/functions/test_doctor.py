"""`hozon doctor` on a stack: each step sees what is wrong, and says what to do."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from hozon.adapters.aws import lockcheck, rightscheck
from hozon.adapters.aws.doctoring import StackDoctor
from hozon.adapters.aws.stacks import Described
from hozon.cli.doctor import trial_steps, version
from hozon.nouns.checkup import Check
from hozon.nouns.errors import NotFound
from hozon.operating.examining import Examination
from hozon.operating.trying import PATIENCE_S, Trial
from tests.aws import guard
from tests.aws.policies import Request, allowed
from tests.aws.rehearsal import Rehearsal
from tests.aws.stack import Stack
from tests.functions.test_main_job import content, get
from tests.sites import Reply, Site, page, rss

NOW = datetime.now(UTC)


def described(stack: Stack, **parameters: str) -> Described:
    """Return what CloudFormation would say of a stack of the harness."""
    given = {name: str(value) for name, value in stack.parameters.items()}
    return Described(
        name=stack.outputs["Name"],
        status="CREATE_COMPLETE",
        outputs=stack.outputs,
        parameters={**given, **parameters},
    )


def walk(stack: Stack, **parameters: str) -> StackDoctor:
    return StackDoctor(stack=described(stack, **parameters), make=stack.place.client)


def steps(stack: Stack, **parameters: str) -> dict[str, Check]:
    return {s.name: s.look() for s in walk(stack, **parameters).steps()}


def test_a_stack_as_it_was_deployed(stack: Stack) -> None:
    """Nothing is a fault; that nobody is told of alarms is worth a warning."""
    found = steps(stack)

    # moto makes event sources disabled, as enabled ones would swallow the messages.
    queues = found.pop("queues")
    assert "does not take from its queue" in queues.found
    alarms = found.pop("alarms")
    assert ("warning", "nobody is told of alarms") == (alarms.outcome, alarms.found)
    assert {"stack", "functions", "schedules", "table"} == set(found)
    assert {"ok"} == {check.outcome for check in found.values()}
    assert all(check.did for check in found.values())


def test_a_stack_that_did_not_come_up(stack: Stack) -> None:
    """Its status tells, and where to look."""
    bad = replace(described(stack), status="ROLLBACK_COMPLETE")
    found = StackDoctor(stack=bad, make=stack.place.client).deployed()

    assert ("fault", "its status is ROLLBACK_COMPLETE") == (found.outcome, found.found)
    assert "events" in found.todo


def test_a_function_that_was_told_something_else(stack: Stack) -> None:
    """Somebody has changed its environment by hand."""
    awslambda = stack.place.client("lambda")
    name = stack.outputs["Functions"].split(",")[1]
    before = awslambda.get_function_configuration(FunctionName=name)["Environment"]
    changed = {**before["Variables"], "HOZON_FEED_CAPTURES": "0"}
    awslambda.update_function_configuration(
        FunctionName=name, Environment={"Variables": changed}
    )

    found = steps(stack)["functions"]
    assert "fault" == found.outcome
    assert "PollFeed was not told what the stack was given" == found.found
    assert "make deploy" in found.todo


def test_a_schedule_that_is_off(stack: Stack) -> None:
    """It does not tick; with the kill switch on, that is as it should be."""
    found = steps(stack, Enabled="false")

    assert "fault" == found["schedules"].outcome
    assert "that of ScheduleWork is enabled" == found["schedules"].found
    assert "warning" == found["stack"].outcome
    assert "kill switch" in found["stack"].found


def test_dead_letters_are_told(stack: Stack) -> None:
    """How many, of what, and how they are sent back."""
    stack.place.client("sqs").send_message(
        QueueUrl=stack.outputs["CaptureDeadLettersUrl"], MessageBody="{}"
    )
    awslambda = stack.place.client("lambda")
    for each in awslambda.list_event_source_mappings()["EventSourceMappings"]:
        awslambda.update_event_source_mapping(UUID=each["UUID"], Enabled=True)
    found = steps(stack)["queues"]

    assert ("warning", "1 captures failed for good") == (found.outcome, found.found)
    assert "hozon redrive" in found.todo


def test_a_table_that_may_be_lost(stack: Stack) -> None:
    """Somebody has switched off what protects it."""
    stack.place.client("dynamodb").update_table(
        TableName=stack.outputs["Table"], DeletionProtectionEnabled=False
    )

    found = steps(stack)["table"]
    assert ("warning", "it can be deleted by mistake") == (found.outcome, found.found)


def lock(stack: Stack) -> Check:
    return lockcheck.lock(described(stack), stack.place.client)


def with_policy(stack: Stack, *left_out: str) -> None:
    """Put the bucket's whole policy, as S3 would have it, without some statements."""
    [document] = [
        r.properties["PolicyDocument"]
        for name, r in stack.of_type("AWS::S3::BucketPolicy")
        if name == "ArchivePolicy"
    ]
    statements = [s for s in document["Statement"] if s["Sid"] not in left_out]
    stack.place.client("s3").put_bucket_policy(
        Bucket=stack.outputs["ArchiveBucket"],
        Policy=json.dumps({**document, "Statement": statements}),
    )


def test_the_lock_is_looked_at(stack: Stack) -> None:
    """Versions, lock, policy, privacy; a second copy is advised."""
    with_policy(stack)
    found = lock(stack)

    assert "warning" == found.outcome
    assert "there is no second copy in another region or account" == found.found


@pytest.mark.parametrize(
    ("sid", "said"),
    [
        ("TlsOnly", "it is read over plain HTTP"),
        ("CreateOnly", "objects in it can be overwritten"),
        ("NoDelete", "objects in it can be deleted by whoever IAM lets"),
        ("NoOtherLock", "locks in it can be changed by whoever IAM lets"),
    ],
)
def test_a_policy_with_a_hole(sid: str, said: str, stack: Stack) -> None:
    """Each statement that is missing is named by what is so without it."""
    with_policy(stack, sid)

    assert ("fault", said) == (lock(stack).outcome, lock(stack).found)


def test_a_bucket_that_lets_go(stack: Stack) -> None:
    """A lifecycle rule that expires, a door to the public, no default lock."""
    with_policy(stack)
    s3, bucket = stack.place.client("s3"), stack.outputs["ArchiveBucket"]
    rule = {
        "ID": "tidy",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "Expiration": {"Days": 30},
    }
    s3.put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration={"Rules": [rule]}
    )
    s3.delete_public_access_block(Bucket=bucket)

    found = lock(stack)
    assert "fault" == found.outcome
    assert "lifecycle rule tidy lets objects expire" in found.found
    assert "could open it to the public" in found.found


class SimulatedIam:
    """IAM's simulator, played by the judge of these tests."""

    def __init__(self, stack: Stack, denying: Callable[[Request], bool]) -> None:
        self._stack = stack
        self._denying = denying

    def simulate_principal_policy(
        self,
        *,
        PolicySourceArn: str,  # noqa: N803  as boto3 has it
        ActionNames: list[str],  # noqa: N803  as above
        ResourceArns: list[str],  # noqa: N803  as above
    ) -> dict[str, Any]:
        role = guard.role(self._stack, PolicySourceArn)
        request = Request(action=ActionNames[0], resource=ResourceArns[0])
        is_allowed = allowed(role.policies, request) and not self._denying(request)
        return {
            "EvaluationResults": [
                {"EvalDecision": "allowed" if is_allowed else "implicitDeny"}
            ]
        }


def permissions(stack: Stack, denying: Callable[[Request], bool]) -> Check:
    simulated = SimulatedIam(stack, denying)

    def make(service: str) -> Any:
        return simulated if service == "iam" else stack.place.client(service)

    return rightscheck.permissions(described(stack), walk(stack).names, make)


def test_permissions_are_as_they_should_be(stack: Stack) -> None:
    """The roles of the template may do what is needed, and nothing that is forbidden."""
    found = permissions(stack, lambda _: False)

    assert "ok" == found.outcome, found.found


def test_a_stop_by_the_budget_is_seen(stack: Stack) -> None:
    """What stands above a role counts: IAM is asked, not the template."""
    found = permissions(stack, lambda request: request.action == "sqs:ReceiveMessage")

    assert "fault" == found.outcome
    assert "PollFeed may not sqs:ReceiveMessage" in found.found
    assert "MonthlyBudgetUsd" in found.todo


@contextmanager
def trial(stack: Stack, routes: dict[str, Any]) -> Iterator[tuple[Trial, Rehearsal]]:
    """Serve a page, and try the stack with it; waiting has the queues delivered."""
    with Site(routes) as site:
        rehearsal = Rehearsal.of(stack, allow=[site.authority], interval_s=0)
        base = stack.outputs["ArchiveUrl"]

        def ask(url: str) -> bytes:
            answer = get(rehearsal, _path(url, base))
            if answer["statusCode"] != 200:
                raise NotFound(f"{url} answered {answer['statusCode']}")
            return content(answer)

        yield (
            Trial(
                archive=rehearsal.deployed.archive,
                uri=site.uri("/a"),
                base=base,
                ask=ask,
                wait=lambda _: _delivered(rehearsal),
            ),
            rehearsal,
        )


def test_a_trial_goes_all_the_way(stack: Stack) -> None:
    """A page is queued, captured, indexed, served as stored, sealed and proven."""
    with trial(stack, {"/a": page("A")}) as (tried, _):
        found = [step.look() for step in trial_steps(tried)]

    assert ["ok", "ok", "ok"] == [check.outcome for check in found], found
    assert ["capture", "retrieval", "receipt"] == [check.name for check in found]
    assert "sha256:" in found[1].found
    assert "leaf 0" in found[2].found


def test_a_trial_that_fails_says_why(stack: Stack) -> None:
    """The reason that the capture left, and nothing is read back."""
    with trial(stack, {"/a": Reply(b"", status=503)}) as (tried, _):
        quick = replace(tried, wait=_once(tried.wait))
        found = [step.look() for step in trial_steps(quick)]

    assert ["fault", "skipped", "skipped"] == [check.outcome for check in found]
    assert "503" in found[0].found


def _delivered(rehearsal: Rehearsal) -> None:
    rehearsal.work(at=NOW)


def _path(url: str, base: str) -> str:
    return f"/{url.removeprefix(base).lstrip('/')}"


def _once(wait: Callable[[float], None]) -> Callable[[float], None]:
    """Return a wait that does its work the first time only."""
    waits: list[float] = []

    def waited(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 1:
            wait(seconds)
        assert sum(waits) <= PATIENCE_S

    return waited


def test_another_version_is_seen(stack: Stack) -> None:
    """The one that answers readers is compared with the one that asks."""
    rehearsal = Rehearsal.of(stack)
    base = stack.outputs["ArchiveUrl"]

    def ask(url: str) -> bytes:
        return content(get(rehearsal, _path(url, base)))

    assert "ok" == version(base, ask).outcome
    assert "warning" == version(base, lambda _: b'{"version": "0.0.0"}').outcome


def test_work_that_is_not_done_is_seen(stack: Stack) -> None:
    """Feeds that are due for days, and no tick: nothing runs."""
    with Site({"/feed": rss("/a"), "/a": page("A")}) as site:
        rehearsal = Rehearsal.of(stack, allow=[site.authority], interval_s=0)
        rehearsal.follow([site.uri("/feed")])
        archive = rehearsal.deployed.archive
        examined = Examination(
            archive=archive, custody=rehearsal.deployed.custody, is_deployed=True
        )
        before = examined.work()
        rehearsal.work(at=NOW)
        after = examined.work()
        objects = examined.objects()
        unsealed = examined.log()
        rehearsal.work(at=NOW)
        log = examined.log()

    assert ("fault", "there was no tick since yesterday") == (
        before.outcome,
        before.found,
    )
    assert "ok" == after.outcome
    assert ("ok", "1 are whole and indexed") == (objects.outcome, objects.found)
    assert ("ok", "nothing is sealed yet") == (unsealed.outcome, unsealed.found)
    assert ("ok", "the receipt is right") == (log.outcome, log.found)
