"""Make every resource of our templates on any endpoint, without CloudFormation.

moto's own CloudFormation leaves out half of this template in silence, and ministack's
a part of it; here a resource type, a property or an intrinsic that is not known raises.

    with mock_aws():
        stack = deploy(TEMPLATE, Place(name="hozon"), parameters={"Contact": …})
        stack.outputs["ArchiveBucket"]
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.aws import intrinsics, stores, templates, workers
from tests.aws.intrinsics import NO_VALUE, Scope
from tests.aws.place import Made, Place
from tests.aws.templates import Json, Scalar

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "template.yaml"
STORAGE = ROOT / "infra" / "storage.yaml"
ALARMS = ROOT / "infra" / "alarms.yaml"
REPLICA = ROOT / "infra" / "replica.yaml"

Maker = Callable[[Place, str, Json], Made]

MAKERS: Mapping[str, Maker] = {
    "AWS::Budgets::Budget": workers.budget,
    "AWS::Budgets::BudgetsAction": workers.budget_action,
    "AWS::CloudWatch::Alarm": workers.alarm,
    "AWS::CloudWatch::Dashboard": workers.dashboard,
    "AWS::DynamoDB::Table": stores.table,
    "AWS::IAM::ManagedPolicy": workers.managed_policy,
    "AWS::IAM::Policy": workers.policy,
    "AWS::Events::EventBus": workers.event_bus,
    "AWS::IAM::Role": workers.role,
    "AWS::KMS::Key": stores.key,
    "AWS::Lambda::EventInvokeConfig": workers.invoke_config,
    "AWS::Lambda::EventSourceMapping": workers.event_source,
    "AWS::Lambda::Function": workers.function,
    "AWS::Lambda::Permission": workers.permission,
    "AWS::Lambda::Url": workers.url,
    "AWS::Logs::LogGroup": stores.log_group,
    "AWS::S3::Bucket": stores.bucket,
    "AWS::S3::BucketPolicy": stores.bucket_policy,
    "AWS::SNS::Topic": stores.topic,
    "AWS::SNS::TopicPolicy": stores.topic_policy,
    "AWS::SQS::Queue": stores.queue,
    "AWS::Scheduler::Schedule": workers.schedule,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A resource as it was made, with nothing unresolved in its properties."""

    type: str
    properties: Json
    made: Made


@dataclass(slots=True, kw_only=True)
class Stack:
    """A template that is being made, or has been, at a place.

    `resources` holds what was made, by logical id; `nested` the stacks within.
    """

    place: Place
    folder: Path
    template: Json
    parameters: Mapping[str, Scalar]
    resources: dict[str, Resource] = field(default_factory=dict)
    nested: "dict[str, Stack]" = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    _making: set[str] = field(default_factory=set)
    _builder: Place = field(init=False)

    def __post_init__(self) -> None:
        """Let those who make one resource after another share their clients."""
        self._builder = replace(self.place, clients={})

    def of_type(self, kind: str) -> Iterator[tuple[str, Resource]]:
        """Yield the resources of one type, of this stack and those within."""
        for name, resource in self.resources.items():
            if resource.type == kind:
                yield name, resource
        for stack in self.nested.values():
            yield from stack.of_type(kind)

    def count(self) -> int:
        """Return how many resources were made, nested stacks not counted."""
        return len(self.resources) + sum(s.count() for s in self.nested.values())

    def make_all(self) -> None:
        """Make every resource whose condition holds, and resolve the outputs."""
        for name, resource in self.template["Resources"].items():
            if self._applies(resource):
                self._made(name)
        for name, output in self.template.get("Outputs", {}).items():
            if self._applies(output):
                self.outputs[name] = str(self._resolve(output["Value"]))

    def _applies(self, declaration: Json) -> bool:
        condition = declaration.get("Condition")
        return condition is None or intrinsics.holds(condition, self._scope())

    def _scope(self) -> Scope:
        conditions = self.template.get("Conditions", {})
        return Scope(ref=self._ref, attribute=self._attribute, conditions=conditions)

    def _resolve(self, value: Any) -> Any:
        return intrinsics.resolve(value, self._scope())

    def _ref(self, name: str) -> Any:
        if name in self.parameters:
            return self.parameters[name]
        if name.startswith("AWS::"):
            return self._pseudo(name)
        return self._made(name).ref

    def _pseudo(self, name: str) -> Any:
        match name:
            case "AWS::NoValue":
                return NO_VALUE
            case "AWS::Region":
                return self.place.region
            case "AWS::AccountId":
                return self._builder.account()
            case "AWS::Partition":
                return "aws"
            case "AWS::StackName":
                return self.place.name
            case _:
                raise NotImplementedError(name)

    def _attribute(self, name: str, attribute: str) -> str:
        return self._made(name).attributes[attribute]

    def _made(self, name: str) -> Made:
        """Return what became of a resource; make it, and what it needs, first."""
        if name in self.nested:
            return _as_made(self.nested[name])
        if name in self.resources:
            return self.resources[name].made
        if name in self._making:
            raise ValueError(f"{name} needs itself")
        self._making.add(name)
        declaration = self.template["Resources"][name]
        for needed in _depends_on(declaration):
            self._made(needed)
        properties = self._resolve(declaration.get("Properties", {}))
        if declaration["Type"] == "AWS::CloudFormation::Stack":
            return self._make_nested(name, properties)
        return self._make(name, declaration["Type"], properties)

    def _make(self, name: str, kind: str, properties: Json) -> Made:
        if kind not in MAKERS:
            raise NotImplementedError(f"{kind} ({name})")
        try:
            made = MAKERS[kind](self._builder, name, dict(properties))
        except NotImplementedError as e:
            raise NotImplementedError(f"{kind} ({name}): {e}") from e
        resource = Resource(type=kind, properties=properties, made=made)
        self.resources[name] = resource
        return made

    def _make_nested(self, name: str, properties: Json) -> Made:
        place = replace(self.place, name=f"{self.place.name}-{name}")
        stack = deploy(
            self.folder / properties["TemplateURL"],
            place,
            parameters=properties.get("Parameters", {}),
        )
        self.nested[name] = stack
        return _as_made(stack)


def deploy(path: Path, place: Place, *, parameters: Mapping[str, Scalar]) -> Stack:
    """Make all that a template and those it nests declare; return the finished stack.

    Raises `NotImplementedError` for what this deployer does not know, `ValueError` for
    parameters that CloudFormation would refuse, and what botocore raises.
    """
    template = templates.load(path)
    values = templates.parameters(template, parameters)
    stack = Stack(
        place=place,
        folder=path.parent,
        template=templates.expand(template, values, region=place.region),
        parameters=values,
    )
    stack.make_all()
    return stack


def _as_made(stack: Stack) -> Made:
    outputs = {f"Outputs.{name}": value for name, value in stack.outputs.items()}
    return Made(ref=stack.place.name, attributes=outputs)


def _depends_on(declaration: Json) -> list[str]:
    needed = declaration.get("DependsOn", [])
    return [needed] if isinstance(needed, str) else list(needed)
