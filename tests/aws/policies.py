"""Judge requests by policy documents, as IAM does (identity and bucket policies). Pure.

Only what our policies use is known; another operator or element raises.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.aws.templates import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One action on one resource (an ARN), and the condition keys it comes with."""

    action: str
    resource: str
    context: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)


def allowed(statements: Iterable[Json], request: Request) -> bool:
    """Tell whether the statements allow the request, and none denies it."""
    effects = {s["Effect"] for s in statements if applies(s, request)}
    return effects == {"Allow"}


def denied(statements: Iterable[Json], request: Request) -> bool:
    """Tell whether one of the statements denies the request, whoever else allows it."""
    return any(s["Effect"] == "Deny" and applies(s, request) for s in statements)


def applies(statement: Json, request: Request) -> bool:
    """Tell whether action, resource and every condition of a statement fit."""
    known = {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}
    if others := set(statement) - known:
        raise NotImplementedError(f"policy elements {', '.join(sorted(others))}")
    return (
        _fits(statement["Action"], request.action)
        and _fits(statement["Resource"], request.resource)
        and _conditions_hold(statement.get("Condition", {}), request.context)
    )


def as_list(value: Any) -> list[Any]:
    """Return what a policy may write as one value or as a list of them, as a list."""
    return value if isinstance(value, list) else [value]


def as_tuple(value: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return one value, or several, as several."""
    return (value,) if isinstance(value, str) else value


def _fits(patterns: Any, text: str) -> bool:
    return any(_matches(pattern, text) for pattern in as_list(patterns))


def _matches(pattern: str, text: str) -> bool:
    parts = (
        {"*": ".*", "?": "."}.get(c, re.escape(c)) for c in re.split(r"([*?])", pattern)
    )
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


def _conditions_hold(
    condition: Json, context: Mapping[str, str | tuple[str, ...]]
) -> bool:
    return all(
        _test_all(operator, as_list(wanted), context.get(key))
        for operator, keys in condition.items()
        for key, wanted in keys.items()
    )


def _test_all(
    operator: str, wanted: list[Any], actual: str | tuple[str, ...] | None
) -> bool:
    """Test one key, of several values if the operator is for sets of them."""
    name = operator.removeprefix("ForAllValues:")
    if name != operator:
        values = () if actual is None else as_tuple(actual)
        return all(_test(name, wanted, value) for value in values)
    if isinstance(actual, tuple):
        raise NotImplementedError(f"{operator} of several values")
    return _test(operator, wanted, actual)


def _test(operator: str, wanted: list[Any], actual: str | None) -> bool:
    """Test one key. A key that a request lacks fits only what is negated."""
    match operator:
        case "Null":
            return (actual is None) == (str(wanted[0]) == "true")
        case "StringEquals" | "ArnEquals":
            return actual in wanted
        case "StringNotEquals" | "ArnNotEquals":
            return actual not in wanted
        case "StringLike" | "ArnLike":
            return actual is not None and _fits(wanted, actual)
        case "Bool":
            return actual is not None and actual.lower() in map(str.lower, wanted)
        case "NumericLessThan":
            return actual is not None and float(actual) < float(wanted[0])
        case _:
            raise NotImplementedError(f"condition operator {operator}")
