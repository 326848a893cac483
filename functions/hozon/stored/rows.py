"""Rows: the nouns of the index as canonical JSON, the same text on every backend.

A row names its fields in ascending order, without white space, instants as RFC 3339.
What is absent (None, empty text, empty tuple, False) is left out, so that
a noun may gain such a field and old rows still read. Two rows are equal when their
texts are; that is how an index is compared with a rebuilt one.

An index finds documents, it does not hold them: texts are cut to `LIMITS` bytes here,
once for all backends. The whole text lies in the WARC object.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import UTC, datetime
from functools import partial
from types import UnionType
from typing import (
    Any,
    Literal,
    NamedTuple,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from hozon.nouns import instants
from hozon.nouns.access import Decision
from hozon.nouns.custody import LegalHold
from hozon.nouns.errors import Damaged
from hozon.nouns.events import Event
from hozon.nouns.findings import Finding, Life
from hozon.nouns.model import (
    Capture,
    Enclosure,
    Entry,
    Facts,
    Feed,
    Location,
    Snapshot,
    Subscription,
    Trouble,
)
from hozon.nouns.signins import SignIn
from hozon.nouns.work import BackfillJob, CaptureJob, HubJob, LookJob, PollJob

Noun = (
    BackfillJob
    | Capture
    | CaptureJob
    | Decision
    | Enclosure
    | Entry
    | Event
    | Facts
    | Feed
    | Finding
    | HubJob
    | LegalHold
    | Life
    | Location
    | LookJob
    | PollJob
    | SignIn
    | Snapshot
    | Subscription
    | Trouble
)
N = TypeVar("N", bound=Noun)
V = TypeVar("V")

LIMITS: Mapping[str, int] = {"summary": 600, "text": 400, "title": 600, "reason": 1000}
"""Most bytes of UTF-8 that a row keeps of the fields so named."""

OTHER_LIMIT = 4096
"""The same for all other texts; as long as a URI may be."""

MEMBERS, MEMBER_LIMIT = 20, 200
"""Most members of a tuple (authors), and most bytes of each."""

NOUNS = 5
"""Most members of a tuple of nouns (enclosures): all of them are in the WARC object."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_SURROGATE = re.compile("[\ud800-\udfff]")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_REQUIRED = object()


class _Codec(NamedTuple):
    """How values of one type are written and read; `absent` is what is left out."""

    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]
    absent: Any = _REQUIRED


class _Field(NamedTuple):
    name: str
    codec: _Codec
    missing: Any


def to_row(noun: Noun) -> dict[str, Any]:
    """Return the row of `noun`: what JSON can hold, fields in ascending order."""
    found = {}
    for name, codec, _ in _FIELDS[type(noun)]:
        value = getattr(noun, name)
        if value != codec.absent:
            found[name] = codec.encode(value)
    return found


def from_row(kind: type[N], row: object) -> N:
    """Return the noun of a row, or raise `ValueError` if it is not of that kind."""
    row = _exact(dict, row)
    values = {}
    for name, codec, missing in _FIELDS[kind]:
        value = codec.decode(row[name]) if name in row else missing
        if value is _REQUIRED:
            raise ValueError(f"{kind.__name__} without {name}")
        values[name] = value
    return kind(**values)


def canonical(value: object) -> str:
    """Return JSON text that any store of UTF-8 can hold: surrogates are escaped."""
    text = _ENCODER.encode(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return text


def to_json(noun: Noun) -> str:
    """Return the canonical JSON text of `noun`."""
    return canonical(to_row(noun))


def from_json(kind: type[N], text: str) -> N:
    """Return the noun that `to_json` wrote, or raise `Damaged`."""
    try:
        return from_row(kind, json.loads(text))
    except ValueError as e:
        raise Damaged(f"this row of the index is none ({e}); run hozon reindex") from e


Dumped = Literal["capture", "entry", "finding", "life", "snapshot"]


def dump_line(kind: Dumped, text: str) -> str:
    """Return the line of a dump (`Index.dump`) for the row with this JSON text."""
    return f'{{"{kind}":{text}}}'


def merged(one: Entry, other: Entry) -> Entry:
    """Return what two statements of one entry say together, whichever came first.

    The earlier places it (`first_seen_at`, `river_at`); the one seen last says the
    rest. Ties are broken by content, so that merging commutes and any order of many
    statements ends the same.
    """
    placed = min(one, other, key=lambda entry: (entry.first_seen_at, entry.river_at))
    return replace(
        max(one, other, key=_stated),
        first_seen_at=placed.first_seen_at,
        river_at=placed.river_at,
    )


def _stated(entry: Entry) -> tuple[datetime, str]:
    statement = replace(entry, first_seen_at=_EPOCH, river_at=_EPOCH)
    return entry.seen_at, to_json(statement)


class _FieldsByKind(dict[type, tuple[_Field, ...]]):
    """Reads the annotations of each kind of noun once, when it is first met."""

    def __missing__(self, kind: type) -> tuple[_Field, ...]:
        hints = get_type_hints(kind)
        by_name = sorted(fields(kind), key=lambda each: each.name)
        self[kind] = tuple(_field(each, hints[each.name]) for each in by_name)
        return self[kind]


_FIELDS = _FieldsByKind()


def _field(declared: Field[Any], hint: Any) -> _Field:
    codec = _codec(hint, LIMITS.get(declared.name, OTHER_LIMIT))
    missing = codec.absent
    if missing is _REQUIRED and declared.default is not MISSING:
        missing = declared.default
    return _Field(declared.name, codec, missing)


def _codec(hint: Any, limit: int) -> _Codec:
    """Return how values of the annotated type `hint` are written and read."""
    hint = getattr(hint, "__supertype__", hint)
    if is_dataclass(hint):
        nested: Any = hint
        return _Codec(to_row, partial(from_row, nested))
    origin, members = get_origin(hint) or hint, get_args(hint)
    if origin in (Union, UnionType):
        return _codec(members[0], limit)._replace(absent=None)
    if origin is Literal:
        return _Codec(_same, partial(_one_of, frozenset(members)))
    return {
        str: _Codec(partial(cut, limit=limit), partial(_exact, str), ""),
        int: _Codec(_same, partial(_exact, int)),
        bool: _Codec(_same, partial(_exact, bool), False),
        float: _Codec(float, partial(_exact, float), 0.0),
        datetime: _Codec(instants.iso, _instant),
        tuple: _tuple_codec(members),
    }[origin]


def _tuple_codec(members: tuple[Any, ...]) -> _Codec:
    if not members or not is_dataclass(members[0]):
        return _INSTANTS if members[:1] == (datetime,) else _TEXTS
    kind: Any = members[0]

    def decoded(value: object) -> tuple[Any, ...]:
        return tuple(from_row(kind, each) for each in _exact(list, value))

    return _Codec(lambda nouns: [to_row(n) for n in nouns[:NOUNS]], decoded, ())


def cut(text: str, *, limit: int) -> str:
    """Return as many whole characters of `text` as fit in `limit` bytes of UTF-8."""
    if len(text) * 4 <= limit:
        return text
    data = text.encode("utf-8", "surrogatepass")
    return text if len(data) <= limit else data[:limit].decode("utf-8", "ignore")


def _members(texts: tuple[str, ...]) -> list[str]:
    return [cut(text, limit=MEMBER_LIMIT) for text in texts[:MEMBERS]]


def _instants(value: object) -> tuple[datetime, ...]:
    return tuple(_instant(each) for each in _exact(list, value))


def _same(value: Any) -> Any:
    return value


def _exact(kind: type[V], value: object) -> V:
    if type(value) is not kind:  # True is an int to isinstance
        raise ValueError(f"{kind.__name__} expected, found {value!r:.200}")
    return value


def _one_of(values: frozenset[str], value: object) -> object:
    if not isinstance(value, str) or value not in values:
        raise ValueError(f"one of {sorted(values)} expected, found {value!r:.200}")
    return value


def _instant(value: object) -> datetime:
    try:
        return instants.from_iso(_exact(str, value))
    except OverflowError as e:
        raise ValueError(f"no such instant in UTC: {value!r:.200}") from e


def _texts(value: object) -> list[str]:
    return [_exact(str, each) for each in _exact(list, value)]


_TEXTS = _Codec(_members, lambda value: tuple(_texts(value)), ())
_INSTANTS = _Codec(lambda value: [instants.iso(each) for each in value], _instants, ())
