"""Make what works: roles, functions and what calls them, alarms, budgets."""

import io
import json
import zipfile
from typing import Any

from botocore.validate import ParamValidator

from tests.aws.place import Made, Place
from tests.aws.properties import known, renamed
from tests.aws.templates import CODE_URI, Json


def role(place: Place, logical: str, properties: Json) -> Made:
    """Make an ``AWS::IAM::Role`` with its inline policies."""
    known(properties, "AssumeRolePolicyDocument", "Policies")
    iam, name = place.client("iam"), place.physical(logical)
    trust = json.dumps(properties["AssumeRolePolicyDocument"])
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    for inline in properties.get("Policies", []):
        _put_policy(iam, name, inline)
    return Made(ref=name, attributes={"Arn": made["Role"]["Arn"]})


def policy(place: Place, logical: str, properties: Json) -> Made:
    """Make an ``AWS::IAM::Policy``: an inline policy of roles that are there."""
    known(properties, "PolicyDocument", "PolicyName", "Roles")
    for name in properties["Roles"]:
        _put_policy(place.client("iam"), name, properties)
    return Made(ref=logical)


def managed_policy(place: Place, logical: str, properties: Json) -> Made:
    """Make an ``AWS::IAM::ManagedPolicy``."""
    known(properties, "PolicyDocument")
    made = place.client("iam").create_policy(
        PolicyName=place.physical(logical),
        PolicyDocument=json.dumps(properties["PolicyDocument"]),
    )
    return Made(ref=made["Policy"]["Arn"])


def _put_policy(iam: Any, role_name: str, properties: Json) -> None:
    # The policies that SAM writes leave the version out; moto asks for it.
    document = {"Version": "2012-10-17", **properties["PolicyDocument"]}
    iam.put_role_policy(
        RoleName=role_name,
        PolicyName=properties["PolicyName"],
        PolicyDocument=json.dumps(document),
    )


def function(place: Place, logical: str, properties: Json) -> Made:
    """Make an ``AWS::Lambda::Function``. Its code is the place's artifact."""
    client, name = place.client("lambda"), place.physical(logical)
    concurrency = properties.pop("ReservedConcurrentExecutions", None)
    if properties.pop("Code") != _code_of(CODE_URI):
        raise NotImplementedError("code that is not the artifact")
    # CloudFormation turns numbers into text where text is wanted.
    environment = properties["Environment"]["Variables"]
    properties["Environment"] = {
        "Variables": {name: str(value) for name, value in environment.items()}
    }
    tags = {tag["Key"]: tag["Value"] for tag in properties.pop("Tags", [])}
    made = client.create_function(
        FunctionName=name,
        Code={"ZipFile": place.artifact or _no_code()},
        Tags=tags,
        **properties,
    )
    if concurrency is not None:
        client.put_function_concurrency(
            FunctionName=name, ReservedConcurrentExecutions=concurrency
        )
    return Made(ref=name, attributes={"Arn": made["FunctionArn"]})


def _code_of(uri: str) -> Json:
    bucket, key = uri.removeprefix("s3://").split("/", 1)
    return {"S3Bucket": bucket, "S3Key": key}


def _no_code() -> bytes:
    """Return an empty artifact: moto never runs it, but wants a zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("handlers-are-called-in-process", "")
    return out.getvalue()


def permission(place: Place, logical: str, properties: Json) -> Made:
    """Make an ``AWS::Lambda::Permission``."""
    place.client("lambda").add_permission(StatementId=logical, **properties)
    return Made(ref=logical)


def event_source(place: Place, _logical: str, properties: Json) -> Made:
    """Make an ``AWS::Lambda::EventSourceMapping``.

    On moto it is made disabled: enabled, it deletes messages and calls nobody.
    """
    if place.is_moto:
        properties["Enabled"] = False
    made = place.client("lambda").create_event_source_mapping(**properties)
    return Made(ref=made["UUID"])


def url(place: Place, _logical: str, properties: Json) -> Made:
    """Make an ``AWS::Lambda::Url``."""
    arguments = renamed(properties, TargetFunctionArn="FunctionName")
    made = place.client("lambda").create_function_url_config(**arguments)
    names = {"FunctionUrl": made["FunctionUrl"], "FunctionArn": made["FunctionArn"]}
    return Made(ref=made["FunctionArn"], attributes=names)


def invoke_config(place: Place, logical: str, properties: Json) -> Made:
    """Make an ``AWS::Lambda::EventInvokeConfig``."""
    place.client("lambda").put_function_event_invoke_config(**properties)
    return Made(ref=logical)


def schedule(place: Place, logical: str, properties: Json) -> Made:
    """Make an ``AWS::Scheduler::Schedule``."""
    name = properties.pop("Name", place.physical(logical))
    made = place.client("scheduler").create_schedule(Name=name, **properties)
    return Made(ref=name, attributes={"Arn": made["ScheduleArn"]})


def event_bus(place: Place, _logical: str, properties: Json) -> Made:
    """Make an ``AWS::Events::EventBus``."""
    known(properties, "Name", "Description")
    made = place.client("events").create_event_bus(**properties)
    return Made(ref=properties["Name"], attributes={"Arn": made["EventBusArn"]})


def alarm(place: Place, logical: str, properties: Json) -> Made:
    """Make an ``AWS::CloudWatch::Alarm``."""
    name = place.physical(logical, limit=255)
    place.client("cloudwatch").put_metric_alarm(AlarmName=name, **properties)
    return Made(ref=name)


def budget(place: Place, logical: str, properties: Json) -> Made:
    """Make an ``AWS::Budgets::Budget``."""
    known(properties, "Budget", "NotificationsWithSubscribers")
    name = place.physical(logical, limit=100)
    limit: Any = properties["Budget"]["BudgetLimit"]
    terms = {
        **properties["Budget"],
        "BudgetName": name,
        "BudgetLimit": {**limit, "Amount": str(limit["Amount"])},
    }
    place.client("budgets").create_budget(
        AccountId=place.account(),
        Budget=terms,
        NotificationsWithSubscribers=properties["NotificationsWithSubscribers"],
    )
    return Made(ref=name)


def budget_action(place: Place, logical: str, properties: Json) -> Made:
    """Check an ``AWS::Budgets::BudgetsAction``: moto has none, botocore knows its shape.

    The action that AWS would take is taken by tests themselves.
    """
    threshold = properties.pop("ActionThreshold")
    arguments = renamed(properties)
    arguments["AccountId"] = place.account()
    arguments["ActionThreshold"] = {
        "ActionThresholdValue": threshold["Value"],
        "ActionThresholdType": threshold["Type"],
    }
    arguments["Subscribers"] = [
        {"SubscriptionType": each["Type"], "Address": each["Address"]}
        for each in properties["Subscribers"]
    ]
    model = place.client("budgets").meta.service_model
    shape = model.operation_model("CreateBudgetAction").input_shape
    report = ParamValidator().validate(arguments, shape)
    if report.has_errors():
        raise ValueError(report.generate_report())
    return Made(ref=place.physical(logical))


def dashboard(place: Place, logical: str, properties: Json) -> Made:
    """Make an ``AWS::CloudWatch::Dashboard``."""
    known(properties, "DashboardBody", "DashboardName")
    name = properties.get("DashboardName", place.physical(logical))
    place.client("cloudwatch").put_dashboard(
        DashboardName=name, DashboardBody=properties["DashboardBody"]
    )
    return Made(ref=name)
