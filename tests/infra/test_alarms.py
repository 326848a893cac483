"""What a person hears of: each alarm watches something that is there, and tells."""

import pytest

from tests.aws.functions import functions
from tests.aws.place import Place
from tests.aws.stack import TEMPLATE, Stack, deploy
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

    assert ("Hozon", "UnsealedAge") == (made["Namespace"], made["MetricName"])
    assert [{"Name": "service", "Value": "hozon"}] == made["Dimensions"]
    assert ("Minimum", 900, 900.0) == (
        made["Statistic"],
        made["Period"],
        made["Threshold"],
    )
    environment = functions(stack)["ScheduleWork"].environment
    assert "hozon" == environment["POWERTOOLS_SERVICE_NAME"]
    assert "Hozon" == environment["POWERTOOLS_METRICS_NAMESPACE"]


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
    # Indexing is invoked less often than the alarm looks: its last number stands.
    for id_ in watched:
        fill = "REPEAT" if id_ == "index" else "0"
        assert f"FILL({id_}, {fill})" in total["Expression"]
    assert total["ReturnData"] is True


def test_every_alarm_tells(stack: Stack) -> None:
    """All publish to the one topic, when it begins and when it ends."""
    topic = [stack.outputs["AlarmTopicArn"]]

    for alarm in _alarms(stack).values():
        assert topic == alarm["AlarmActions"] == alarm["OKActions"]
        assert alarm["AlarmDescription"].endswith(".")


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
