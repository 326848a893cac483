"""What a person hears of: each alarm watches something that is there, and tells."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

import pytest

from hozon.accounts import costs
from hozon.metrics import NAMESPACE, UNITS
from hozon.nouns.model import ACCEPTED, Kind
from tests.aws import guard, templates
from tests.aws.functions import functions
from tests.aws.needs import requests
from tests.aws.place import Place
from tests.aws.policies import Request
from tests.aws.stack import ROOT, TEMPLATE, Stack, deploy
from tests.aws.templates import Json
from tests.infra.conftest import PARAMETERS


def _alarms(stack: Stack) -> dict[str, Json]:
    made = stack.place.client("cloudwatch").describe_alarms(
        AlarmNamePrefix=f"{stack.place.name}-Alarms-"
    )
    by_name = {alarm["AlarmName"]: alarm for alarm in made["MetricAlarms"]}
    return {name.rpartition("-")[2]: alarm for name, alarm in by_name.items()}


@pytest.mark.parametrize(
    ("alarm", "metric", "queue"),
    [
        ("PollsDied", "ApproximateNumberOfMessagesVisible", "PollDeadLetters"),
        ("CapturesDied", "ApproximateNumberOfMessagesVisible", "CaptureDeadLetters"),
        ("PollsLate", "ApproximateAgeOfOldestMessage", "PollQueue"),
        ("CapturesLate", "ApproximateAgeOfOldestMessage", "CaptureQueue"),
    ],
)
def test_queues_are_watched(alarm: str, metric: str, queue: str, stack: Stack) -> None:
    """Jobs that died, and jobs that wait."""
    made = _alarms(stack)[alarm]
    name = stack.outputs[f"{queue}Url"].rpartition("/")[2]

    assert ("AWS/SQS", metric) == (made["Namespace"], made["MetricName"])
    assert [{"Name": "QueueName", "Value": name}] == made["Dimensions"]
    assert "notBreaching" == made["TreatMissingData"]


def test_one_dead_letter_is_an_alarm(stack: Stack) -> None:
    """One is one too many, at the first look."""
    for alarm in ("PollsDied", "CapturesDied"):
        made = _alarms(stack)[alarm]
        how = (made["ComparisonOperator"], made["Threshold"], made["EvaluationPeriods"])
        assert ("GreaterThanThreshold", 0, 1) == how


def test_late_seals_are_an_alarm(stack: Stack) -> None:
    """Something has waited for a quarter of an hour; the tick tells it, not the sealer."""
    made = _alarms(stack)["SealsLate"]

    assert ("Hozon", "SealAge") == (made["Namespace"], made["MetricName"])
    assert [{"Name": "Stack", "Value": stack.outputs["Name"]}] == made["Dimensions"]
    assert ("Minimum", 900, 900.0) == (
        made["Statistic"],
        made["Period"],
        made["Threshold"],
    )


def test_silence_is_an_alarm(stack: Stack) -> None:
    """A schedule that is gone makes no error; that nothing runs is what tells."""
    made = _alarms(stack)["Silence"]
    tick = functions(stack)["ScheduleWork"].name

    assert ("Invocations", "breaching") == (
        made["MetricName"],
        made["TreatMissingData"],
    )
    assert [{"Name": "FunctionName", "Value": tick}] == made["Dimensions"]
    # The slowest TickRate is every half hour.
    assert made["Period"] >= 2 * 1800


def test_errors_of_every_function_are_watched(stack: Stack) -> None:
    """Each metric of the sum is of one function, and none is left out."""
    queries = _alarms(stack)["FunctionsFail"]["Metrics"]
    watched = {q["Id"]: q["MetricStat"]["Metric"] for q in queries if "MetricStat" in q}
    [total] = [q for q in queries if "MetricStat" not in q]

    names = {metric["Dimensions"][0]["Value"] for metric in watched.values()}
    assert {function.name for function in functions(stack).values()} == names
    # Those that are invoked less often than the alarm looks: the last number stands.
    for id_ in watched:
        fill = "REPEAT" if id_ in {"index", "audit"} else "0"
        assert f"FILL({id_}, {fill})" in total["Expression"]
    assert total["ReturnData"] is True


def test_every_alarm_tells(stack: Stack) -> None:
    """All publish to the one topic, when it begins and when it ends."""
    topic = [stack.outputs["AlarmTopicArn"]]

    for alarm in _alarms(stack).values():
        assert topic == alarm["AlarmActions"] == alarm["OKActions"]
        assert alarm["AlarmDescription"].endswith(".")


def _told(stack: Stack) -> dict[str, Json]:
    """Return the alarms on metrics that functions tell, by metric."""
    ours = [a for a in _alarms(stack).values() if a.get("Namespace") == NAMESPACE]
    return {alarm["MetricName"]: alarm for alarm in ours}


def test_metrics_that_are_watched_are_told(stack: Stack) -> None:
    """Each is one of hozon.metrics, of this stack; silence is no alarm."""
    told = _told(stack)

    assert {
        "PollsFailed",
        "PagesBlocked",
        "OverQuota",
        "SealAge",
        "FixityDamaged",
    } == set(told)
    assert told.keys() <= UNITS.keys()
    for alarm in told.values():
        assert [{"Name": "Stack", "Value": "hozon"}] == alarm["Dimensions"]
        assert alarm["TreatMissingData"] in {"notBreaching", "ignore"}


def test_shares_are_watched_for_hours(stack: Stack) -> None:
    """More than half, on end: one bad hour of one publisher is not our affair."""
    for metric in ("PollsFailed", "PagesBlocked"):
        alarm = _told(stack)[metric]
        assert ("Average", 0.5) == (alarm["Statistic"], alarm["Threshold"])
        assert alarm["Period"] * alarm["EvaluationPeriods"] >= 3 * 3600


def _body(stack: Stack) -> Json:
    name = stack.outputs["Name"]
    made = stack.place.client("cloudwatch").get_dashboard(DashboardName=name)
    body: Json = json.loads(made["DashboardBody"])
    return body


def _shown(stack: Stack) -> Iterator[list[str]]:
    for widget in _body(stack)["widgets"]:
        for metric in widget["properties"].get("metrics", ()):
            yield [part for part in metric if isinstance(part, str)]


def test_the_dashboard_shows_what_is_there(stack: Stack) -> None:
    """Every metric of ours, and queues, functions and table by their names."""
    shown = list(_shown(stack))
    ours = [parts for parts in shown if parts and parts[0] == NAMESPACE]
    made = {function.name for function in functions(stack).values()}
    queues = {
        stack.outputs[f"{name}Url"].rpartition("/")[2]
        for name in (
            "PollQueue",
            "CaptureQueue",
            "PollDeadLetters",
            "CaptureDeadLetters",
        )
    }

    def named(namespace: str) -> set[str]:
        return {parts[3] for parts in shown if parts[:1] == [namespace]}

    assert set(UNITS) == {parts[1] for parts in ours}
    assert {("Stack", "hozon")} == {(parts[2], parts[3]) for parts in ours}
    assert made == named("AWS/Lambda")
    assert queues == named("AWS/SQS")
    assert {stack.outputs["Table"]} == named("AWS/DynamoDB")


def test_the_dashboard_asks_our_logs(stack: Stack) -> None:
    """The kinds of what came in the place of a page are those that there are."""
    asked = [w for w in _body(stack)["widgets"] if w["type"] == "log"]
    queries = [widget["properties"]["query"] for widget in asked]
    kinds = set(re.findall(r"blocked_([a-z]+)", " ".join(queries)))

    assert all(f"SOURCE '{stack.outputs['LogGroup']}'" in query for query in queries)
    assert set(get_args(Kind)) - ACCEPTED == kinds


@pytest.fixture(scope="module")
def stopped(aws: None) -> Stack:
    """A stack with a budget that stops the work."""
    values = {**PARAMETERS, "MonthlyBudgetUsd": "20"}
    return deploy(TEMPLATE, Place(name="bounded"), parameters=values)


def test_at_the_budget_the_work_stops(stopped: Stack) -> None:
    """With the policy that AWS Budgets attaches, nobody takes or sends a message."""
    [(_, action)] = stopped.of_type("AWS::Budgets::BudgetsAction")
    [(_, stop)] = stopped.of_type("AWS::IAM::ManagedPolicy")
    definition = action.properties["Definition"]["IamActionDefinition"]
    names = {name.rpartition("-")[2] for name in definition["Roles"]}

    assert stop.made.ref == definition["PolicyArn"]
    assert {"ScheduleWorkRole", "PollFeedRole", "CaptureEntryRole"} == names
    assert ("ACTUAL", "AUTOMATIC") == (
        action.properties["NotificationType"],
        action.properties["ApprovalModel"],
    )
    denying = stop.properties["PolicyDocument"]["Statement"]
    for function in ("ScheduleWork", "PollFeed", "CaptureEntry"):
        role = guard.role(stopped, functions(stopped)[function].role_arn)
        denied = replace(role, policies=(*role.policies, *denying))
        for request in _queue_requests(stopped):
            assert not denied.permits(request)
    reader = guard.role(stopped, functions(stopped)["ServeArchive"].role_arn)
    assert any(reader.permits(request) for request in _queue_requests(stopped))


def _queue_requests(stack: Stack) -> list[Request]:
    return [
        request
        for queue in ("PollQueueUrl", "CaptureQueueUrl")
        for operation in ("ReceiveMessage", "SendMessageBatch")
        for request in requests(
            "sqs", operation, {"QueueUrl": stack.outputs[queue]}, stack.place
        )
    ]


def test_whoever_stops_may_do_nothing_else(stopped: Stack) -> None:
    """Attach that one policy to those three roles, and take it off; only AWS Budgets."""
    roles = dict(stopped.nested["Alarms"].of_type("AWS::IAM::Role"))
    properties = roles["BudgetStopRole"].properties
    [policy] = properties["Policies"]
    [statement] = policy["PolicyDocument"]["Statement"]
    [trust] = properties["AssumeRolePolicyDocument"]["Statement"]
    [(_, stop)] = stopped.of_type("AWS::IAM::ManagedPolicy")

    assert ["iam:AttachRolePolicy", "iam:DetachRolePolicy"] == statement["Action"]
    assert {"ArnEquals": {"iam:PolicyARN": stop.made.ref}} == statement["Condition"]
    assert 3 == len(statement["Resource"])
    assert {"Service": "budgets.amazonaws.com"} == trust["Principal"]


def test_the_stop_is_an_option(aws: None, stack: Stack) -> None:
    """Without a budget there is none; with one it can be left at an alarm."""
    values = {**PARAMETERS, "MonthlyBudgetUsd": "20", "StopAtBudget": "false"}
    told = deploy(TEMPLATE, Place(name="only-told"), parameters=values)

    for one in (stack, told):
        assert [] == list(one.of_type("AWS::Budgets::BudgetsAction"))
        assert [] == list(one.of_type("AWS::IAM::ManagedPolicy"))


def test_mail_and_budget_are_options(aws: None, stack: Stack) -> None:
    """An address is subscribed and a budget is made where they are given."""
    values = {**PARAMETERS, "AlarmEmail": "pager@example.org", "MonthlyBudgetUsd": "20"}
    told = deploy(TEMPLATE, Place(name="told"), parameters=values)
    sns, budgets = stack.place.client("sns"), stack.place.client("budgets")

    def subscribed(one: Stack) -> list[str]:
        made = sns.list_subscriptions_by_topic(TopicArn=one.outputs["AlarmTopicArn"])
        return [s["Endpoint"] for s in made["Subscriptions"]]

    assert [] == subscribed(stack)
    assert ["pager@example.org"] == subscribed(told)
    made = budgets.describe_budgets(AccountId="123456789012")["Budgets"]
    limits = {b["BudgetName"]: b["BudgetLimit"]["Amount"] for b in made}
    assert "20" == limits["told-Alarms-Budget"]
    assert "hozon-Alarms-Budget" not in limits


def test_the_costs_at_rest_are_those_of_the_template(stack: Stack) -> None:
    """What `hozon status --cost` adds for alarms, dashboards, keys is what there is."""
    made = _alarms(stack).values()
    metrics = sum(
        max(1, sum("MetricStat" in each for each in alarm.get("Metrics", [])))
        for alarm in made
    )

    assert metrics == costs.ALARM_METRICS
    assert len(UNITS) == costs.METRICS
    assert costs.DASHBOARDS == len(list(stack.of_type("AWS::CloudWatch::Dashboard")))
    assert costs.KEYS == len(list(stack.of_type("AWS::KMS::Key")))
    mappings = list(stack.of_type("AWS::Lambda::EventSourceMapping"))
    assert costs.QUEUES == len(mappings)


def test_each_alarm_has_a_remedy() -> None:
    """docs/operations.md has a row for every alarm of the template, and no other."""
    resources = templates.load(ROOT / "infra" / "alarms.yaml")["Resources"]
    alarms = {k for k, v in resources.items() if v["Type"] == "AWS::CloudWatch::Alarm"}
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    table = text.split("## Every alarm")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]*) \|", table, re.MULTILINE)

    assert alarms == set(re.findall(r"`(\w+)`", " ".join(rows)))
