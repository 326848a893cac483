"""Delete the app, keep the archive, and say where it is.

    make destroy                                  the stack `hozon`
    python -m tools.destroying --stack NAME

What is deleted: functions, queues with the jobs in them, schedules, roles, alarms, logs.
What stays, because no template may delete it: both buckets, the table, and the key that
signs the log. Exit code 0 deleted, 2 not confirmed, 5 no such stack or no account.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from tools.deploying import Refused, account

KEPT = {
    "ArchiveBucket": "the archive",
    "DerivedBucket": "what is made of it (may be deleted)",
    "Table": "the index and the feeds",
    "SigningKeyArn": "the key that signs the log (1 $ a month)",
}
"""Outputs of the stack that name what outlives it."""

ADOPTED = {
    "AdoptArchiveBucket": "ArchiveBucket",
    "AdoptDerivedBucket": "DerivedBucket",
    "AdoptTable": "Table",
}
"""Parameters that have a new stack go on with what is there, and the outputs they take."""


def farewell(outputs: Mapping[str, str]) -> str:
    """Return what stays, and how to go on with it, for a person."""
    lines = ["What stays, and costs what it costs:"]
    lines += [f"  {outputs[k]}  {what}" for k, what in KEPT.items() if k in outputs]
    again = " ".join(f"{k}={outputs[v]}" for k, v in ADOPTED.items() if v in outputs)
    lines += [
        "To go on with it, under the same or another name:",
        f'  make deploy SET="{again}"',
        "docs/operations.md says how it is deleted for good, where that can be done.",
    ]
    return "\n".join(lines) + "\n"


def destroy(stack: str, *, confirmed: str | None, make: Any) -> Mapping[str, str]:
    """Delete the stack, and return its outputs. Raises `Refused`.

    `confirmed` is what the operator has typed; `make` returns a client of a service.
    """
    where = account(stack)
    if where.outputs is None:
        raise Refused(f"no stack {stack} in {where.number}, {where.region}", code=5)
    if confirmed != stack:
        raise Refused(f"not confirmed: type {stack}, or give --yes {stack}")
    cloudformation = make("cloudformation")
    cloudformation.delete_stack(StackName=stack)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack)
    return where.outputs


def main(arguments: Sequence[str]) -> int:
    """Ask, delete, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.destroying")
    parser.add_argument("--stack", default=os.environ.get("HOZON_STACK", "hozon"))
    parser.add_argument("--yes", metavar="STACK", help="confirm without being asked")
    given = parser.parse_args(arguments)
    confirmed = given.yes
    if confirmed is None and sys.stdin.isatty():
        sys.stderr.write(
            "The app is deleted, with the jobs in its queues; all that is "
        )
        sys.stderr.write(f"stored stays.\nType {given.stack} to confirm: ")
        confirmed = input().strip()
    import boto3  # noqa: PLC0415  help is for those without it, too

    make: Any = boto3.client
    try:
        outputs = destroy(given.stack, confirmed=confirmed, make=make)
    except Refused as e:
        sys.stderr.write(f"make destroy: {e}\n")
        return e.code
    sys.stdout.write(farewell(outputs))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
