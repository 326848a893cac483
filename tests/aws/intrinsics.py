"""CloudFormation's intrinsic functions, as far as our templates use them. Pure.

What is not known here raises `NotImplementedError`: nothing is passed on unresolved.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

NO_VALUE = object()
"""What ``AWS::NoValue`` resolves to: the property, or the list item, is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What names stand for: ``Ref``, ``Fn::GetAtt``, and the named conditions."""

    ref: Callable[[str], Any]
    attribute: Callable[[str, str], Any]
    conditions: Mapping[str, Any]


def resolve(value: Any, scope: Scope) -> Any:
    """Return the value with every intrinsic in it replaced by what it stands for."""
    if isinstance(value, list):
        return [r for r in (resolve(v, scope) for v in value) if r is not NO_VALUE]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        [(name, argument)] = value.items()
        if name == "Ref" or name.startswith("Fn::"):
            return _function(name)(argument, scope)
    pairs = ((k, resolve(v, scope)) for k, v in value.items())
    return {k: v for k, v in pairs if v is not NO_VALUE}


def holds(condition: Any, scope: Scope) -> bool:
    """Tell whether a condition, named or written out, is true."""
    if isinstance(condition, str):
        return holds(scope.conditions[condition], scope)
    [(name, argument)] = condition.items()
    if name == "Condition":
        return holds(argument, scope)
    if name not in _LOGIC:
        raise NotImplementedError(name)
    return _LOGIC[name](argument, scope)


def _equals(argument: Any, scope: Scope) -> bool:
    left, right = (str(resolve(side, scope)) for side in argument)
    return left == right


_LOGIC: dict[str, Callable[[Any, Scope], bool]] = {
    "Fn::Equals": _equals,
    "Fn::Not": lambda argument, scope: not holds(argument[0], scope),
    "Fn::And": lambda argument, scope: all(holds(c, scope) for c in argument),
    "Fn::Or": lambda argument, scope: any(holds(c, scope) for c in argument),
}


def _function(name: str) -> Callable[[Any, Scope], Any]:
    if name not in _FUNCTIONS:
        raise NotImplementedError(name)
    return _FUNCTIONS[name]


def _get_att(argument: Any, scope: Scope) -> Any:
    if isinstance(argument, str):
        argument = argument.split(".", 1)
    # `!GetAtt Storage.Outputs.TableName` comes as a list of two or of three.
    return scope.attribute(argument[0], ".".join(argument[1:]))


def _sub(argument: Any, scope: Scope) -> str:
    text, local = (argument, {}) if isinstance(argument, str) else argument

    def one(match: re.Match[str]) -> str:
        name = match[1]
        if name.startswith("!"):
            return "${" + name[1:] + "}"
        if name in local:
            return str(resolve(local[name], scope))
        if "." in name:
            return str(_get_att(name, scope))
        return str(scope.ref(name))

    return re.sub(r"\$\{([^}]+)\}", one, text)


def _join(argument: Any, scope: Scope) -> str:
    separator, parts = argument
    return str(separator).join(str(part) for part in resolve(parts, scope))


def _if(argument: Any, scope: Scope) -> Any:
    condition, then, otherwise = argument
    return resolve(then if holds(condition, scope) else otherwise, scope)


_FUNCTIONS: dict[str, Callable[[Any, Scope], Any]] = {
    "Ref": lambda argument, scope: scope.ref(argument),
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::If": _if,
}
