"""``collapse``: of rows that follow each other and are alike, only the first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hozon.cdx import fields
from hozon.cdx.fields import Row
from hozon.nouns.errors import Misuse

MOST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Collapse:
    """Rows are alike if the first `length` characters of their fields are (0: all)."""

    names: tuple[str, ...]
    length: int = 0

    def token(self, row: Row) -> str:
        """Return what rows that are alike have in common."""
        first, *others = (row.value(name) for name in self.names)
        return " ".join([first[: self.length or None], *others])


def collapses(
    stated: Iterable[str], collapse_time: str | None = None
) -> tuple[Collapse, ...]:
    """Read all ``collapse`` parameters (``field`` or ``field:N``), or raise `Misuse`.

    ``collapseTime=N`` is pywb's: so many digits of the timestamp, and the status.
    """
    found = [_collapse(each) for each in stated]
    if collapse_time:
        length = _length(collapse_time)
        found.append(Collapse(names=("timestamp", "statuscode"), length=length))
    if len(found) > MOST:
        raise Misuse(f"{len(found)} collapses; at most {MOST} are taken")
    return tuple(found)


def _collapse(stated: str) -> Collapse:
    name, colon, length = stated.partition(":")
    names = fields.names([name])
    return Collapse(names=names, length=_length(length) if colon else 0)


def _length(stated: str) -> int:
    if not (stated.isascii() and stated.isdecimal()) or not 0 < int(stated[:9]) < 9999:
        raise Misuse(f"collapse by so many characters as a number: {stated!r:.100}")
    return int(stated)


@dataclass(slots=True)
class Collapser:
    """Goes along rows and tells which are to be kept; `last` is what it remembers."""

    collapses: Sequence[Collapse]
    last: list[str] = field(default_factory=list)

    def keeps(self, row: Row) -> bool:
        """Tell whether a row is to be kept: for each collapse it begins something new."""
        if len(self.last) != len(self.collapses):
            self.last = [""] * len(self.collapses)
        for n, collapse in enumerate(self.collapses):
            token = collapse.token(row)
            if token == self.last[n]:
                return False
            self.last[n] = token
        return True
