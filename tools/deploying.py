"""Deploy, asking for what is needed the first time.

    make deploy                                          asks, builds, deploys
    make deploy SET="Contact=me@example.org LockYears=5"  what to set or to change
    python -m tools.deploying --stack NAME Name=value…    without make

Parameters keep their values from one deployment to the next; name only those to change.
Exit code 0 deployed, 1 the SAM CLI failed, 2 wrong use, 5 no account to deploy to.
"""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent

FIRST = {
    "Contact": "Who answers for the archive (mail address or https URI, for publishers)",
    "AlarmEmail": "Where alarms are mailed to (empty: nowhere)",
    "MonthlyBudgetUsd": "US dollars a month at which work stops (0: no budget)",
}
"""What is asked the first time, beyond what has a default that fits all."""

_SETTING = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9]*)=(?P<value>.*)", re.DOTALL)


class Refused(Exception):
    """It cannot be done like this; the text says what to do. `code` is the exit code."""

    def __init__(self, text: str, *, code: int = 2) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose account it is, where, and the stack that is there (None: none yet)."""

    number: str
    region: str
    outputs: Mapping[str, str] | None = None


def parameters(template: Path = ROOT / "template.yaml") -> dict[str, bool]:
    """Return the template's parameters, and whether each has a default."""
    text = template.read_text("utf-8")
    block = text[text.index("\nParameters:\n") :].split("\nRules:\n")[0]
    parts = re.split(r"^  ([A-Za-z0-9]+):$", block, flags=re.MULTILINE)[1:]
    return {
        n: "Default:" in body for n, body in zip(parts[::2], parts[1::2], strict=True)
    }


def settings(stated: Sequence[str], known: Mapping[str, bool]) -> dict[str, str]:
    """Return the settings, or raise `Refused` naming what is none."""
    found = {}
    for each in stated:
        match = _SETTING.fullmatch(each)
        if match is None or match["name"] not in known:
            names = ", ".join(sorted(known))
            raise Refused(f"{each!r} is no Name=value; the names are {names}")
        found[match["name"]] = match["value"]
    return found


def asked(
    given: Mapping[str, str],
    known: Mapping[str, bool],
    ask: Callable[[str], str] | None,
) -> dict[str, str]:
    """Return `given` with what has to be known the first time; `Refused` without `ask`."""
    found = dict(given)
    for name, question in FIRST.items():
        if name in found or (ask is None and known[name]):
            continue
        if ask is None:
            raise Refused(f'name it: make deploy SET="{name}=…" ({question})')
        answer = ask(f"{question}: ").strip()
        if answer:
            found[name] = answer
        elif not known[name]:
            raise Refused(f"{name} is needed: {question}")
    return found


def account(stack: str) -> Account:
    """Return the account that the environment leads to, or raise `Refused`."""
    import boto3  # noqa: PLC0415  help is for those without it, too
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  as above

    session = boto3.Session()
    region = session.region_name
    if not region:
        raise Refused("no region: set AWS_REGION, or one in your AWS profile", code=5)
    try:
        made: Any = session.client("sts")
        number = made.get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as e:
        text = f"no account: {e}; log in (aws sso login, AWS_PROFILE)"
        raise Refused(text, code=5) from e
    cloudformation: Any = session.client("cloudformation")
    try:
        [there] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as e:
        if e.response["Error"]["Code"] != "ValidationError":
            raise Refused(f"cannot look at stack {stack}: {e}", code=5) from e
        return Account(number=number, region=region)
    outputs = {o["OutputKey"]: o["OutputValue"] for o in there.get("Outputs", ())}
    return Account(number=number, region=region, outputs=outputs)


def command(stack: str, given: Mapping[str, str], *, yes: bool) -> list[str]:
    """Return the SAM CLI's command."""
    made = [_sam(), "deploy", "--config-file", "infra/samconfig.toml"]
    made += ["--stack-name", stack, "--template-file", ".aws-sam/build/template.yaml"]
    if yes:
        made.append("--no-confirm-changeset")
    if given:
        made += ["--parameter-overrides", *(f"{k}={v}" for k, v in given.items())]
    return made


def _sam() -> str:
    return os.environ.get("HOZON_SAM", ".venv-sam/bin/sam")


def _run(made: Sequence[str]) -> int:
    environment = {**os.environ, "SAM_CLI_TELEMETRY": "0"}
    done = subprocess.run(made, cwd=ROOT, env=environment, check=False)  # noqa: S603  ours
    return done.returncode


def _then(stack: str, there: Mapping[str, str] | None) -> str:
    url = (there or {}).get("ArchiveUrl", "")
    return (
        f"\nDeployed. {url}\n"
        f"  hozon --stack {stack} doctor             is all as it should be?\n"
        f"  hozon --stack {stack} feeds add URI      follow a feed\n"
        f"  hozon --stack {stack} status             what is being done\n"
    )


def deploy(given: argparse.Namespace) -> int:
    """Deploy, and return the exit code. Raises `Refused`."""
    known = parameters()
    wanted = settings(given.settings, known)
    where = account(given.stack)
    is_first = where.outputs is None
    sys.stderr.write(
        f"{'new stack' if is_first else 'stack'} {given.stack} in account "
        f"{where.number}, {where.region}\n"
    )
    if is_first:
        wanted = asked(wanted, known, input if sys.stdin.isatty() else None)
    for step in (["tools/build.sh"], command(given.stack, wanted, yes=given.yes)):
        if _run(step):
            return 1
    sys.stdout.write(_then(given.stack, account(given.stack).outputs))
    return 0


def main(arguments: Sequence[str]) -> int:
    """Read the command line, deploy, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.deploying")
    parser.add_argument("settings", nargs="*", metavar="Name=value")
    parser.add_argument("--stack", default=os.environ.get("HOZON_STACK", "hozon"))
    parser.add_argument("--yes", action="store_true", help="do not ask before changes")
    given = parser.parse_args(arguments)
    try:
        return deploy(given)
    except Refused as e:
        sys.stderr.write(f"make deploy: {e}\n")
        return e.code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
