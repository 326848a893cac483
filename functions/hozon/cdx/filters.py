"""``filter``: which rows a query wants, by the values of their fields.

==============  ================================================================
``=f:text``     the value is `text`
``~f:expr``     the regular expression is found in the value
``f:expr``      of ``url``, ``mime``, ``status`` (pywb's names): `expr` is a part of
                the value; of all others (the Internet Archive's names): the whole
                value matches the regular expression
``!…``          not so, before any of these
==============  ================================================================

Expressions are strangers', so they are RE2's: they take time linear in what they look
at, whatever they are. The only module that knows re2.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from hozon.cdx import fields
from hozon.cdx.fields import Row
from hozon.nouns.errors import Misuse

MOST = 10
LONGEST = 500
_MOST_MEMORY = 1 << 18
_PARTS = frozenset({"url", "mime", "status"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One condition on the field `name`; `wanted` tells whether it is to hold."""

    name: str
    wanted: bool
    holds: Callable[[str], bool]

    def passes(self, row: Row) -> bool:
        """Tell whether a row meets this condition."""
        return self.holds(row.value(self.name)) == self.wanted


def filters(stated: Iterable[str]) -> tuple[Filter, ...]:
    """Read all ``filter`` parameters, or raise `Misuse`."""
    all_ = tuple(stated)
    if len(all_) > MOST:
        raise Misuse(f"{len(all_)} filters; at most {MOST} are taken")
    return tuple(map(_filter, all_))


def _filter(stated: str) -> Filter:
    if len(stated) > LONGEST:
        raise Misuse(f"a filter of {len(stated)} characters; at most {LONGEST}")
    rest = stated.removeprefix("!")
    operator = rest[:1] if rest[:1] in ("=", "~") else ""
    # EDGI's documents put the exclamation mark behind the tilde.
    negated = rest.startswith("~!") or rest != stated
    name, colon, value = rest[len(operator) :].lstrip("!").partition(":")
    if not colon:
        raise Misuse(
            f"not a filter: {stated!r:.100}; write one like statuscode:200, "
            "!mimetype:warc/revisit, =status:200 or ~url:[.]pdf$"
        )
    [name] = fields.names([name])
    return Filter(name=name, wanted=not negated, holds=_holds(operator, name, value))


def _holds(operator: str, name: str, value: str) -> Callable[[str], bool]:
    wanted = fields.bare_digest(value) if name == "digest" else value
    if operator == "=":
        return lambda found: found == wanted
    if operator == "~":
        search = _compiled(value).search
        return lambda found: search(found) is not None
    if name in _PARTS:
        return lambda found: value in found
    fullmatch = _compiled(wanted).fullmatch
    return lambda found: fullmatch(found) is not None


def _compiled(expression: str) -> Any:
    import re2  # noqa: PLC0415  most queries have no expression

    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MOST_MEMORY
    try:
        return re2.compile(expression, options)
    except re2.error as e:
        said = e.args[0] if e.args else ""
        why = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        raise Misuse(
            f"not a regular expression: {expression!r:.100} ({why}); "
            "the syntax is that of RE2, without lookaround and back references"
        ) from None
