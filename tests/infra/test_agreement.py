"""The template and the code must agree; nothing else notices before the deployment."""

import importlib
from itertools import pairwise

import pytest

from hozon import settings
from hozon.nouns.errors import Unusable
from hozon.settings import environment_names
from tests.aws import templates
from tests.aws.functions import functions
from tests.aws.stack import ROOT, TEMPLATE, Stack
from tests.aws.templates import Json

HANDLERS = {
    name: resource["Properties"]["Handler"]
    for name, resource in templates.load(TEMPLATE)["Resources"].items()
    if resource["Type"] == "AWS::Serverless::Function"
}


@pytest.mark.parametrize("name", HANDLERS)
def test_every_handler_exists(name: str) -> None:
    """A function's Handler names a callable of a module in functions/."""
    module, _, attribute = HANDLERS[name].rpartition(".")

    assert (ROOT / "functions" / f"{module}.py").is_file()
    assert callable(getattr(importlib.import_module(module), attribute))


def test_every_handler_is_deployed() -> None:
    """A module beside the package is a handler, and a function of the template."""
    modules = {path.stem for path in (ROOT / "functions").glob("*.py")}

    assert {handler.split(".")[0] for handler in HANDLERS.values()} == modules


def test_all_functions_are_one_artifact(source: Json) -> None:
    """The code is built once, by the one build method that can cross-build it."""
    made = [
        resource
        for resource in source["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    ]

    assert source["Globals"]["Function"]["CodeUri"] == "functions/"
    assert all("CodeUri" not in resource["Properties"] for resource in made)
    assert [{"BuildMethod": "python-uv"}] * len(HANDLERS) == [
        r["Metadata"] for r in made
    ]


def test_functions_get_exactly_the_settings(stack: Stack) -> None:
    """Each function's environment is what hozon.settings reads, no more and no less."""
    for function in functions(stack).values():
        assert environment_names() == set(function.environment)


def test_the_replay_is_another_origin(stack: Stack) -> None:
    """The pages know where it is; itself it cannot know, and need not."""
    made = functions(stack)
    replay = stack.outputs["ReplayUrl"]

    assert replay != stack.outputs["ArchiveUrl"]
    assert replay == made["ServeArchive"].environment["HOZON_REPLAY_URL"]
    assert "" == made["ReplayArchive"].environment["HOZON_REPLAY_URL"]


def test_a_person_works_with_the_settings_of_the_functions(stack: Stack) -> None:
    """What `hozon --stack` makes of outputs and parameters is what functions get."""
    parameters = {name: str(value) for name, value in stack.parameters.items()}
    seen = settings.of_stack(stack.outputs, parameters)

    assert settings.from_environment(functions(stack)["PollFeed"].environment) == seen


def test_another_stack_is_none_of_ours(stack: Stack) -> None:
    """It says which outputs it lacks, before anything is asked of it."""
    some = {k: v for k, v in stack.outputs.items() if k not in {"Table", "Name"}}

    with pytest.raises(Unusable, match="no stack of hozon: it has no Name, Table"):
        settings.of_stack(some, {})


def test_settings_hold_what_was_made(stack: Stack) -> None:
    """The variables hold the names and addresses that the outputs tell a person."""
    environment = functions(stack)["PollFeed"].environment

    assert environment == {
        "HOZON_BUCKET": stack.outputs["ArchiveBucket"],
        "HOZON_DERIVED_BUCKET": stack.outputs["DerivedBucket"],
        "HOZON_TABLE": stack.outputs["Table"],
        "HOZON_POLL_QUEUE": stack.outputs["PollQueueUrl"],
        "HOZON_CAPTURE_QUEUE": stack.outputs["CaptureQueueUrl"],
        "HOZON_CONTACT": "archivist@example.org",
        "HOZON_ENABLED": "true",
        "HOZON_ROBOTS": "respect",
        "HOZON_PUBLIC_URL": "",
        "HOZON_STACK": "hozon",
        "HOZON_FEED_CAPTURES": "2000",
        "HOZON_FEED_MEGABYTES": "4000",
        "HOZON_CAPTURES": "50000",
        "HOZON_MEGABYTES": "50000",
        "HOZON_RECHECK_PLAN": "standard",
        "HOZON_RECHECK_BUDGET": "50000",
        "HOZON_EVENT_BUS": "hozon-events",
        "HOZON_SIGNING_KEY": stack.outputs["SigningKeyArn"],
        "HOZON_TSA": "",
        "HOZON_PUBLIC_READ": "false",
        "HOZON_REPLICA": "",
        "HOZON_REPLAY_URL": stack.outputs["ReplayUrl"],
        "HOZON_FULL_REPLAY": "false",
    }


def test_quotas_are_in_force_by_default(stack: Stack) -> None:
    """A stack that was deployed with nothing but a contact has bounds on every day."""
    quotas = settings.from_environment(functions(stack)["PollFeed"].environment).quotas

    for quota in (quotas.feed, quotas.whole):
        assert quota.captures > 0
        assert quota.bytes > 0


@pytest.mark.parametrize("stated", ["", "many", "-1", "1.5", "٣"])
def test_a_quota_is_not_guessed(stated: str, stack: Stack) -> None:
    """What is no number stops the function; it does not lift the limit."""
    environment = {
        **functions(stack)["PollFeed"].environment,
        "HOZON_CAPTURES": stated,
    }

    with pytest.raises(Unusable, match="HOZON_CAPTURES must be a number"):
        settings.from_environment(environment)


@pytest.mark.parametrize(
    "name", ["template", "infra/storage", "infra/replica", "infra/alarms"]
)
def test_parameters_and_outputs_are_described(name: str) -> None:
    """Whoever deploys reads what each parameter and output is for."""
    template = templates.load(ROOT / f"{name}.yaml")

    for declared in (template["Parameters"], template.get("Outputs", {})):
        for what, declaration in declared.items():
            assert declaration["Description"].endswith("."), what


@pytest.mark.parametrize("nested", ["Storage", "Alarms"])
def test_shared_parameters_are_declared_alike(nested: str, source: Json) -> None:
    """A parameter that is passed on has the same limits in both templates."""
    location = source["Resources"][nested]["Properties"]["TemplateURL"]
    within = templates.load(ROOT / location)["Parameters"]
    limits = {"AllowedValues", "AllowedPattern", "MinValue", "MaxValue", "Default"}
    shared = source["Parameters"].keys() & within.keys()

    assert shared
    for name in shared:
        ours, theirs = source["Parameters"][name], within[name]
        assert [ours.get(k) for k in limits] == [theirs.get(k) for k in limits], name


def test_every_number_has_a_reason() -> None:
    """A line that sets a number bears a comment, or the one above it does."""
    lines = TEMPLATE.read_text(encoding="utf-8").splitlines()
    numbers = (
        "Timeout:",
        "MemorySize:",
        "BatchSize:",
        "MaximumBatchingWindowInSeconds:",
        "VisibilityTimeout:",
        "maxReceiveCount:",
    )
    seen: set[str] = set()
    for above, line in pairwise(lines):
        for number in numbers:
            if line.strip().startswith(number) and number not in seen:
                seen.add(number)
                assert "#" in line or "#" in above, line
    assert seen == set(numbers)


def test_every_parameter_is_in_the_table() -> None:
    """infra/README.md says what each decides."""
    parameters = templates.load(TEMPLATE)["Parameters"]
    text = (ROOT / "infra" / "README.md").read_text("utf-8")

    assert [] == [name for name in parameters if f"`{name}`" not in text]
