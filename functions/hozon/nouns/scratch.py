"""The port to what is kept for a day at most: an answer, or a note for the next one."""

from collections.abc import Iterable
from typing import Protocol

from hozon.nouns.model import Payload


class Scratch(Protocol):
    """Keeps bytes by name; any of them may be forgotten at any time.

    Names are made of ``a-z 0-9 . _ - /``. Raises `Unavailable` as the ports do.
    """

    def keep(self, name: str, data: bytes) -> None:
        """Keep `data`, over what had this name."""

    def keep_all(self, name: str, pieces: Iterable[Payload]) -> None:
        """Keep what comes in pieces, as `keep` does, once all of it has come; where one
        raises, nothing is kept.
        """

    def first(self, name: str, data: bytes) -> bytes:
        """Keep `data` unless something is kept under this name, and return what is: of
        several who do this at once, all get the same.
        """

    def kept(self, name: str) -> bytes | None:
        """Return what is kept under a name, None if nothing is."""

    def lend(self, name: str, *, filename: str, media_type: str) -> str | None:
        """Return a URI where a GET gets what is kept, as an attachment with this file
        name and media type, for a quarter of an hour. None: there is none, whoever has
        it serves it.
        """
