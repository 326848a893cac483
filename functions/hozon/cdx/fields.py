"""The fields of a CDX row: one capture, by the names of either vocabulary."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from hozon.nouns import uris
from hozon.nouns.errors import Misuse
from hozon.nouns.instants import timestamp
from hozon.nouns.model import Capture, Location

REVISIT = "warc/revisit"

IA = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
"""What a row of text has: clients count its seven fields."""

PYWB = ("url", "mime", "status", "digest", "length", "offset", "filename")
"""What a row of CDXJ has behind its key and timestamp."""

PLACED = (*IA, "offset", "filename")
"""What a row of JSON has: with it a record can be read from its WARC object."""

ORIGINALS = ("orig.length", "orig.offset", "orig.filename")
"""Where the payload of a revisit lies; of other captures ``-``."""

_WHITE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A capture as a row. `original` is where a revisit's payload lies, if it was asked
    for: then the row has the type of the payload.
    """

    capture: Capture
    original: Location | None = None

    def value(self, name: str) -> str:
        """Return a field by a name of `names`; no value has white space in it."""
        return _FIELDS[name](self)


def names(stated: Iterable[str]) -> tuple[str, ...]:
    """Return the names as they are, or raise `Misuse` for one that no field has."""
    given = tuple(name.strip() for name in stated)
    if unknown := [name for name in given if name not in _FIELDS]:
        raise Misuse(f"no field {unknown[0]!r:.100}; there are {', '.join(_FIELDS)}")
    return given


def bare_digest(labelled: str) -> str:
    """Return a digest without its label, as CDX files have it."""
    return labelled.rpartition(":")[2]


def _media_type(row: Row) -> str:
    if row.capture.record_type == "revisit" and row.original is None:
        return REVISIT
    return _WHITE.sub("", row.capture.media_type) or "unk"


def _status(row: Row) -> str:
    return str(row.capture.status)


def _uri(row: Row) -> str:
    return row.capture.target_uri


def _original(name: str) -> Callable[[Row], str]:
    def value(row: Row) -> str:
        return "-" if row.original is None else str(getattr(row.original, name))

    return value


def _nothing(_: Row) -> str:
    return "-"


_FIELDS: Mapping[str, Callable[[Row], str]] = {
    "urlkey": lambda row: uris.key(row.capture.target_uri),
    "timestamp": lambda row: timestamp(row.capture.captured_at),
    "original": _uri,
    "url": _uri,
    "mimetype": _media_type,
    "mime": _media_type,
    "statuscode": _status,
    "status": _status,
    "digest": lambda row: bare_digest(row.capture.payload_digest),
    "redirect": _nothing,
    "robotflags": _nothing,
    "length": lambda row: str(row.capture.location.length),
    "offset": lambda row: str(row.capture.location.offset),
    "filename": lambda row: row.capture.location.warc_key,
    "orig.length": _original("length"),
    "orig.offset": _original("offset"),
    "orig.filename": _original("warc_key"),
}
