"""Named fields of WARC and HTTP headers: written strictly, read leniently.

ISO 28500 §4 takes its grammar from HTTP. What is written here no reader can take for
more fields or more records than it is; what is read may have been written by anybody.
"""

import re
from collections.abc import Collection

from hozon.nouns.errors import Misuse
from hozon.nouns.model import Headers

MAX_LINE_BYTES = 8192
"""Twice our longest URI, and within what the line buffers of all known readers hold."""

MAX_HEADER_BYTES = 1 << 20
"""The longest header that is read: beyond, fields would take more memory than blocks."""

BLANK_LINE = re.compile(rb"\n\r?\n")
"""Ends a header, a carriage return of whose last line may stand before it: that of a
WARC record, and that of an HTTP message.
"""

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_PLAIN = re.compile(
    r"(?:[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}+: [\x20-\x7e]{0,4000}+\r\n)*+"
)
"""Fields that need no closer look, provided that no name has a colon in it."""


def encode(fields: Collection[tuple[str, str]]) -> bytes:
    """Return the fields as lines ``name: value``, each ended by CRLF.

    Raises `Misuse` for a line longer than `MAX_LINE_BYTES`, a name that is no token,
    and a value with a control character (which could end the line or the header, and so
    forge another) or a surrogate (which UTF-8 cannot spell).
    """
    text = "".join([f"{name}: {value}\r\n" for name, value in fields])
    is_plain = text.count("\n") == len(fields) and _PLAIN.fullmatch(text)
    if is_plain and not any(":" in name for name, _ in fields):
        return text.encode("ascii")
    return b"".join(_line(name, value) for name, value in fields)


def _line(name: str, value: str) -> bytes:
    if not _TOKEN.fullmatch(name):
        raise Misuse(f"not a field name: {name!r}")
    if _FORBIDDEN.search(value):
        raise Misuse(f"control character or surrogate in field {name}: {value[:80]!r}")
    line = f"{name}: {value}\r\n".encode()
    if len(line) > MAX_LINE_BYTES:
        raise Misuse(f"field {name[:80]} is longer than {MAX_LINE_BYTES} bytes")
    return line


def decode(text: str) -> Headers:
    """Return the fields of a header's text in order, names in the case they had.

    Lines may end in LF alone; a line that begins with white space continues the one
    before it (obsolete, but written); a line without a colon is no field.
    """
    fields: list[tuple[str, list[str]]] = []
    for line in text.split("\n"):
        if line[:1] in {" ", "\t"} and fields:
            fields[-1][1].append(line.strip(" \t\r"))
            continue
        name, colon, value = line.partition(":")
        if colon:
            fields.append((name.strip(" \t"), [value.strip(" \t\r")]))
    return tuple((name, " ".join(parts).strip(" ")) for name, parts in fields)


def first(fields: Headers, name: str) -> str | None:
    """Return the first value of the field `name` (any case), or None."""
    wanted, size = name.lower(), len(name)
    for stated, value in fields:
        if len(stated) == size and stated.lower() == wanted:
            return value
    return None
