"""The manifest: which segments count, how far they go, what must not be found. Pure.

One object, replaced as a whole by whoever has read the one before. It carries the
directories of the segments, so that a query needs no read to open them.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from hozon.nouns.errors import Damaged
from hozon.nouns.instants import from_iso, iso
from hozon.search.layout import (
    MOST_DOCUMENTS,
    Directory,
    directory_bytes,
    read_directory,
)

KEY = "search/manifest.json"
SEGMENTS = "search/segments/"

RATIO = 3
"""A segment is merged with newer ones that have together a third of its documents.

20 000 documents that come 50 at a time are then in three segments on average, in six at
most, and each is written again six times; merging sixteen of a kind at a time would
write them twice, and leave fourteen segments to every query.
"""

MOST_AT_ONCE = 16
"""Most segments that are merged at a time: each takes memory."""

FADES_AFTER = timedelta(hours=1)
"""How long a segment that counts no more is left for the queries under way."""

_FORMAT = "hozon-search/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A segment in the manifest: key and size of its object, its directory.

    `cleansed` is the number of the last purge that it was searched for.
    """

    key: str
    size: int
    directory: Directory
    cleansed: int = 0

    @property
    def documents(self) -> int:
        """How many documents it has."""
        return self.directory.documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What there is to search: segments, the newest first.

    `position` is how far the log has been read: the index of the next leaf. `gone` are the
    ids of snapshots and entries that were purged, each with the number of its purge,
    until no segment has them. `fading` are the keys of objects that do not count, and
    since when; None: they were discarded.
    """

    segments: tuple[Listed, ...] = ()
    position: int = 0
    gone: Mapping[str, int] = field(default_factory=dict)
    fading: Mapping[str, datetime | None] = field(default_factory=dict)

    @property
    def purges(self) -> int:
        """The number of the last purge that is not done."""
        return max(self.gone.values(), default=0)

    def adding(self, new: Listed | None, *, position: int) -> "Manifest":
        """Return the manifest with a segment (None: nothing was in it) and a position."""
        segments = self.segments if new is None else (new, *self.segments)
        return replace(self, segments=segments, position=position)

    def merging(
        self, old: Sequence[Listed], new: Listed | None, *, now: datetime
    ) -> "Manifest":
        """Return the manifest with `new` in the place of `old` segments, side by side."""
        keys = {each.key for each in old}
        first = self.segments.index(old[0])
        kept = [each for each in self.segments if each.key not in keys]
        if new is not None:
            kept.insert(first, new)
        fading = {**self.fading, **dict.fromkeys(keys, now)}
        return _purged(replace(self, segments=tuple(kept), fading=fading))

    def marking(self, segment: Listed) -> "Manifest":
        """Return the manifest that says of a segment that nothing purged is in it."""
        clean = replace(segment, cleansed=self.purges)
        segments = tuple(clean if each is segment else each for each in self.segments)
        return _purged(replace(self, segments=segments))

    def forgetting(self, ids: Sequence[str]) -> "Manifest":
        """Return the manifest after a purge of snapshots and entries with these ids."""
        number = 1 + max(
            [self.purges, *(each.cleansed for each in self.segments)], default=0
        )
        return replace(self, gone={**self.gone, **dict.fromkeys(ids, number)})

    def seeing(self, keys: Sequence[str], *, now: datetime) -> "Manifest":
        """Return the manifest after a look at which segments there are.

        What does not count begins to fade; what is not there has faded.
        """
        counting = {each.key for each in self.segments}
        strays = [key for key in keys if key not in counting]
        return replace(self, fading={key: self.fading.get(key, now) for key in strays})

    def faded(self, now: datetime) -> Sequence[str]:
        """Return the keys that nobody needs any more, and that were not discarded."""
        fading = self.fading.items()
        return [k for k, since in fading if since and since + FADES_AFTER <= now]

    def discarding(self, keys: Sequence[str]) -> "Manifest":
        """Return the manifest after these objects were discarded."""
        return replace(self, fading={**self.fading, **dict.fromkeys(keys)})

    def lacks(self, keys: Sequence[str]) -> bool:
        """Tell whether a segment is not among the objects there are."""
        return not {each.key for each in self.segments} <= set(keys)

    def to_merge(self) -> Sequence[Listed]:
        """Return the newest segments that are to become one; none: it is well."""
        total = 0
        for n, each in enumerate(self.segments):
            is_due = each.documents <= RATIO * total
            fits = total + each.documents <= MOST_DOCUMENTS
            if n and (not is_due or not fits or n == MOST_AT_ONCE):
                return self.segments[:n] if n > 1 else ()
            total += each.documents
        return self.segments if len(self.segments) > 1 else ()

    def to_cleanse(self) -> Listed | None:
        """Return a segment that may have what was purged."""
        behind = (each for each in self.segments if each.cleansed < self.purges)
        return next(behind, None)


def _purged(manifest: Manifest) -> Manifest:
    """Return a manifest without the purges that every segment was searched for."""
    gone = manifest.gone
    done = min((each.cleansed for each in manifest.segments), default=manifest.purges)
    return replace(manifest, gone={k: n for k, n in gone.items() if n > done})


def encoded(manifest: Manifest) -> bytes:
    """Return a manifest as it is stored."""
    said = {
        "format": _FORMAT,
        "position": manifest.position,
        "gone": dict(manifest.gone),
        "fading": {k: since and iso(since) for k, since in manifest.fading.items()},
        "segments": [
            {
                "key": each.key,
                "size": each.size,
                "cleansed": each.cleansed,
                "directory": b64encode(directory_bytes(each.directory)).decode(),
            }
            for each in manifest.segments
        ],
    }
    return json.dumps(said, separators=(",", ":")).encode()


def decoded(data: bytes) -> Manifest:
    """Return a stored manifest, or raise `Damaged`."""
    try:
        said = json.loads(data)
        return _manifest({_FORMAT: said}[said["format"]])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as e:
        raise Damaged(
            f"{KEY} cannot be read ({e!r:.200}); run hozon reindex --search"
        ) from e


def _manifest(said: dict[str, Any]) -> Manifest:
    return Manifest(
        position=int(said["position"]),
        gone={str(key): int(number) for key, number in said["gone"].items()},
        fading={str(k): at and from_iso(at) for k, at in said["fading"].items()},
        segments=tuple(_listed(each) for each in said["segments"]),
    )


def _listed(said: dict[str, Any]) -> Listed:
    directory = read_directory(b64decode(said["directory"], validate=True))
    return Listed(
        key=str(said["key"]),
        size=int(said["size"]),
        cleansed=int(said["cleansed"]),
        directory=directory,
    )
