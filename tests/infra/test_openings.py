"""Who may call a function's URL."""

from tests.aws.place import Place
from tests.aws.stack import TEMPLATE, Stack, deploy
from tests.infra.conftest import PARAMETERS
from tests.infra.granted import auth_types, open_to_all


def test_the_public_may_read_only_where_it_is_said(stack: Stack, aws: None) -> None:
    """The archive's URL wants signed requests by default, and takes any on demand; the
    replay's takes any, which gets nothing without a grant.
    """
    values = {**PARAMETERS, "PublicRead": "true"}
    public = deploy(TEMPLATE, Place(name="public"), parameters=values)

    urls = {"ServeArchive": "AWS_IAM", "ReplayArchive": "NONE"}
    assert {**urls, "ServeReaders": "NONE"} == auth_types(stack)
    assert {"hozon-ReplayArchive", "hozon-ServeReaders"} == set(open_to_all(stack))
    assert {**urls, "ServeArchive": "NONE"} == auth_types(public)
    both = [
        {
            "Action": "lambda:InvokeFunctionUrl",
            "Principal": "*",
            "FunctionUrlAuthType": "NONE",
        },
        {
            "Action": "lambda:InvokeFunction",
            "Principal": "*",
            "InvokedViaFunctionUrl": True,
        },
    ]
    opened = {"public-ServeArchive": both, "public-ReplayArchive": both}
    assert opened == open_to_all(public)


def test_there_may_be_no_sign_in(aws: None) -> None:
    """Where an account forbids URLs that anybody may call, there is none: no door for
    people, and nobody to replay for.
    """
    values = {**PARAMETERS, "SignIn": "false"}
    made = deploy(TEMPLATE, Place(name="signed"), parameters=values)

    assert {"ServeArchive": "AWS_IAM"} == auth_types(made)
    assert {} == open_to_all(made)
    assert not {"PagesUrl", "ReplayUrl"} & made.outputs.keys()
    assert 7 == len(made.outputs["Functions"].split(","))
