"""Range requests (RFC 9110 §14): which bytes are wanted of how many there are. Pure."""

import re
from dataclasses import dataclass

from hozon.nouns.errors import Misuse

_ONE_RANGE = re.compile(r"bytes=[ \t]*([0-9]{0,18})-([0-9]{0,18})[ \t]*", re.IGNORECASE)


class BeyondTheEnd(Misuse):
    """None of the bytes that were asked for are there (416)."""

    def __init__(self, size: int) -> None:
        super().__init__(f"there are {size} bytes: none of those that were asked for")
        self.content_range = f"bytes */{size}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Some of `size` bytes: `length` from `first` on, at least one."""

    first: int
    length: int
    size: int

    @property
    def content_range(self) -> str:
        """The value of Content-Range (§14.4)."""
        return f"bytes {self.first}-{self.first + self.length - 1}/{self.size}"


def wanted(field: str | None, size: int) -> Span | None:
    """Return what a Range field asks for of `size` bytes; None: all of them.

    A server may ignore the field (§14.2), and this one does where it asks for several
    ranges, or is none. Raises `BeyondTheEnd` for a range that begins behind the end.
    """
    found = _ONE_RANGE.fullmatch(field or "")
    first, last = (found[1], found[2]) if found else ("", "")
    if not first and not last:
        return None
    if not first:
        return _suffix(int(last), size)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise BeyondTheEnd(size)
    end = min(int(last) + 1, size) if last else size
    return Span(first=int(first), length=end - int(first), size=size)


def _suffix(length: int, size: int) -> Span:
    if not length or not size:
        raise BeyondTheEnd(size)
    length = min(length, size)
    return Span(first=size - length, length=length, size=size)
