"""A second copy of an archive's objects, and what mending one needs from the world."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hozon.nouns.ports import WarcStore
from hozon.nouns.seals import LogStore


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondCopy:
    """Where else the objects are: a folder, or the bucket that S3 copies them to.

    `what` names it for people. Nothing of it is trusted: what is taken from it has to
    be what the log says.
    """

    what: str
    warcs: WarcStore
    log: LogStore


class Mender(Protocol):
    """Takes out of sight what is not the object of its key any more."""

    def set_aside(self, key: str) -> None:
        """Have the key of an object hold nothing, and lose nothing: what was there is
        kept where no reader looks. `NotFound` if there is nothing, `Unusable` if whoever
        runs this may not.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedies:
    """What an audit may mend with: a copy, and whoever makes room for it.

    Without a `mender` only what is missing can be put back. `keeps` tells whether an
    object is on legal hold, and `keep` puts it on hold, where that has to be carried over.
    """

    copy: SecondCopy | None = None
    mender: Mender | None = None
    keeps: Callable[[str], bool] | None = None
    keep: Callable[[str], None] | None = None
