"""A walk around a deployed stack: is everything there, and as the template says?

Each step asks AWS with the rights of whoever runs it, and changes nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from hozon import settings
from hozon.adapters.aws.clients import client
from hozon.adapters.aws.faults import translated
from hozon.adapters.aws.stacks import Described
from hozon.nouns.checkup import Check, Step, judged

AGAIN = "deploy again: make deploy"

_READY = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")
_TICKED = ("ScheduleWork", "SealLog", "IndexSearch", "AuditArchive")
_WORKERS = {"PollFeed": ("polls", "Poll"), "CaptureEntry": ("captures", "Capture")}


@dataclass(frozen=True, kw_only=True)
class StackDoctor:
    """Looks at one stack. `make` returns a client of a service."""

    stack: Described
    make: Any = field(default=client)

    def steps(self) -> Iterator[Step]:
        """Yield the steps, in the order in which one rests on another."""
        yield Step("stack", self.deployed)
        yield Step("functions", self.functions)
        yield Step("schedules", self.schedules)
        yield Step("queues", self.queues)
        yield Step("table", self.table)
        yield Step("alarms", self.alarms)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The functions' names by their logical ids."""
        logical = (
            "ScheduleWork",
            "PollFeed",
            "CaptureEntry",
            "ServeArchive",
            "SealLog",
            "IndexSearch",
            "AuditArchive",
            "ReplayArchive",
            "ServeReaders",
        )
        physical = self.stack.outputs["Functions"].split(",")
        # A stack without a sign-in has no function for it.
        return dict(zip(logical, physical, strict=False))

    def deployed(self) -> Check:
        """Look at the stack itself."""
        with translated("sts"):
            who = self.make("sts").get_caller_identity()
        wrong = []
        if self.stack.status not in _READY:
            wrong.append(f"its status is {self.stack.status}")
        off = "the kill switch is on: nothing is polled or captured"
        return judged(
            "stack",
            f"asked CloudFormation about {self.stack.name} as {who['Arn']}",
            faults=wrong,
            warnings=[off] if self._is_off else [],
            found=self.stack.status,
            todo="look at the stack's events in CloudFormation"
            if wrong
            else "make deploy SET='Enabled=true'",
        )

    def functions(self) -> Check:
        """Look at each function's state, and at what it was told."""
        told = settings.of_stack(self.stack.outputs, self.stack.parameters)
        awslambda, wrong = self.make("lambda"), list[str]()
        for name, function in self.names.items():
            with translated(f"function {function}"):
                found = awslambda.get_function_configuration(FunctionName=function)
            state = found.get("State", "Active")
            if state not in {"Active", "Inactive"}:
                wrong.append(f"{name} is {state}: {found.get('StateReason', '')}")
            if found.get("LastUpdateStatus", "Successful") == "Failed":
                wrong.append(f"the last update of {name} failed")
            environment = found.get("Environment", {}).get("Variables", {})
            # A function cannot be told its own URL.
            uri = "" if name == "ReplayArchive" else told.replay_url
            if settings.from_environment(environment) != replace(told, replay_url=uri):
                wrong.append(f"{name} was not told what the stack was given")
        return judged(
            "functions",
            f"looked at {len(self.names)} functions and what they were told",
            faults=wrong,
            found="all are ready",
            todo=AGAIN,
        )

    def schedules(self) -> Check:
        """Look at the schedules of the ticks, and whom they call."""
        names = self.stack.outputs["Schedules"].split(",")
        wrong, rates = list[str](), list[str]()
        for name, function in zip(names, _TICKED, strict=True):
            with translated(f"schedule {name}"):
                found = self.make("scheduler").get_schedule(Name=name)
            wrong += self._schedule(found, function)
            rates.append(f"{function} {found['ScheduleExpression']}")
        return judged(
            "schedules",
            f"looked at schedules {', '.join(names)}",
            faults=wrong,
            found=", ".join(rates),
            todo=AGAIN,
        )

    def _schedule(self, found: Mapping[str, Any], function: str) -> Iterator[str]:
        # The kill switch stops the work; what was stored is sealed all the same.
        is_off = function == "ScheduleWork" and self._is_off
        if found["State"] != ("DISABLED" if is_off else "ENABLED"):
            yield f"that of {function} is {found['State'].lower()}"
        if not found["Target"]["Arn"].endswith(f":{self.names[function]}"):
            yield f"that of {function} calls {found['Target']['Arn']}"

    @property
    def _is_off(self) -> bool:
        return self.stack.parameters.get("Enabled") == "false"

    def queues(self) -> Check:
        """Look at the queues, who takes from them, and at what was given up."""
        wrong, warnings, depths = list[str](), list[str](), list[str]()
        for name, (kind, prefix) in _WORKERS.items():
            wrong += self._event_source(name)
            live = self._attributes(f"{prefix}QueueUrl")
            dead = self._attributes(f"{prefix}DeadLettersUrl")
            if dead["QueueArn"] not in live.get("RedrivePolicy", ""):
                wrong.append(f"{kind} that fail for good go nowhere")
            depths.append(f"{live['ApproximateNumberOfMessages']} {kind} wait")
            if count := int(dead["ApproximateNumberOfMessages"]):
                warnings.append(f"{count} {kind} failed for good")
        return judged(
            "queues",
            "looked at both queues, their event sources and their dead letters",
            faults=wrong,
            warnings=warnings,
            found=", ".join(depths),
            todo=AGAIN if wrong else "hozon redrive --show, then hozon redrive",
        )

    def _event_source(self, name: str) -> Iterator[str]:
        function = self.names[name]
        with translated(f"function {function}"):
            found = self.make("lambda").list_event_source_mappings(
                FunctionName=function
            )["EventSourceMappings"]
        if not found:
            yield f"{name} takes from no queue"
        for each in found:
            if not self._is_off and each["State"] in {"Disabled", "Disabling"}:
                yield f"{name} does not take from its queue: {each['State'].lower()}"
            if "PROBLEM" in each.get("LastProcessingResult", ""):
                yield f"{name} cannot take: {each['LastProcessingResult']}"

    def _attributes(self, output: str) -> Mapping[str, str]:
        url = self.stack.outputs[output]
        with translated(f"queue {url}"):
            got = self.make("sqs").get_queue_attributes(
                QueueUrl=url, AttributeNames=["All"]
            )
        attributes: Mapping[str, str] = got["Attributes"]
        return attributes

    def table(self) -> Check:
        """Look at the table: is it there, and can it be lost?"""
        name, dynamodb = self.stack.outputs["Table"], self.make("dynamodb")
        with translated(f"table {name}"):
            found = dynamodb.describe_table(TableName=name)["Table"]
            backups = dynamodb.describe_continuous_backups(TableName=name)
            expiry = dynamodb.describe_time_to_live(TableName=name)
        recovery = backups["ContinuousBackupsDescription"].get(
            "PointInTimeRecoveryDescription", {}
        )
        wrong, warnings = [], []
        if found["TableStatus"] not in {"ACTIVE", "UPDATING"}:
            wrong.append(f"it is {found['TableStatus'].lower()}")
        if not found.get("DeletionProtectionEnabled"):
            warnings.append("it can be deleted by mistake")
        if recovery.get("PointInTimeRecoveryStatus") != "ENABLED":
            warnings.append("it cannot be recovered to a point in time")
        if expiry["TimeToLiveDescription"].get("TimeToLiveStatus") != "ENABLED":
            warnings.append("what expires in it is not dropped")
        return judged(
            "table",
            f"looked at table {name}",
            faults=wrong,
            warnings=warnings,
            found=f"some {found.get('ItemCount', 0)} items",
            todo=AGAIN,
        )

    def alarms(self) -> Check:
        """Look at who is told of alarms, and which ring."""
        topic = self.stack.outputs["AlarmTopicArn"]
        with translated("alarms"):
            listed = self.make("sns").list_subscriptions_by_topic(TopicArn=topic)
            pages = self.make("cloudwatch").get_paginator("describe_alarms").paginate()
            alarms = [
                alarm
                for page in pages
                for alarm in page["MetricAlarms"]
                if topic in alarm["AlarmActions"]
            ]
        ringing = sorted(a["AlarmName"] for a in alarms if a["StateValue"] == "ALARM")
        confirmed = [
            s
            for s in listed["Subscriptions"]
            if s["SubscriptionArn"].startswith("arn:")
        ]
        warnings = [f"{name} rings" for name in ringing]
        if not confirmed:
            warnings.append("nobody is told of alarms")
        return judged(
            "alarms",
            f"looked at {len(alarms)} alarms and who is told",
            faults=[] if alarms else ["there is no alarm"],
            warnings=warnings,
            found=f"none rings; {len(confirmed)} are told",
            todo="docs/operations.md says what each alarm means; "
            "make deploy SET='AlarmEmail=you@example.org' has them mailed",
        )
