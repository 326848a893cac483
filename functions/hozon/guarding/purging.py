"""Purge: take WARC objects away for good, and say so in the log.

For what must not even be held. What stays is a tombstone, a leaf of the log with the
digests of what is gone, who had it removed and why; every other proof still verifies. All
that is only to be out of sight is decided instead (`deciding`), and can be taken back.

| purge | crash behind it |
| --- | --- |
| 0 nothing | nothing happened; again |
| 1 the tombstone is durable | again: another one of the same object |
| 2 the object is gone | again: what is left is purged |
| 3 index and search are made anew without it | done |
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from hozon.log import leaves
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Damaged, Misuse, NotFound
from hozon.retrieving import joining, retrieval
from hozon.sealing import sealing
from hozon.stored import naming

LONGEST_REASON = 1000
_MOST_DIGESTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Doomed:
    """A WARC object that would go: `page` is whose snapshot, or feed document, it is."""

    key: str
    page: str
    length: int


def doomed(stated: str, archive: Archive) -> Sequence[Doomed]:
    """Return what would go with a page's URI, or with the key of one WARC object.

    With a page all objects that were made of it go, and all that hold a capture of that
    very URI: it may be part of another page. Raises `NotFound` where there is nothing.
    """
    if stated.startswith("warcs/"):
        found = [_doomed(stated, archive)]
    else:
        found = [_doomed(key, archive) for key in _keys(stated, archive)]
    if not found:
        raise NotFound(f"nothing is held of {stated}")
    return found


def _keys(uri: str, archive: Archive) -> list[str]:
    index = archive.index
    keys = {
        *(capture.location.warc_key for capture in index.timemap(uri)),
        *(snapshot.warc_key for snapshot in index.snapshots(uri)),
        *(found.warc_key for found in index.findings(uri)),
    }
    return sorted(key for key in keys if key and archive.warcs.holds(key))


def _doomed(key: str, archive: Archive) -> Doomed:
    size = archive.warcs.size(key)
    try:
        said = retrieval.metadata_of(key, archive)
    except Damaged:
        said = {}
    feed = said.get("feed")
    page = feed.get("uri") if isinstance(feed, dict) else said.get("link")
    return Doomed(key=key, page=str(page or "(unknown)"), length=size)


def dependents(keys: Iterable[str], archive: Archive) -> Iterator[tuple[str, str]]:
    """Yield the other WARC objects whose pages have requisites in these, and the pages.

    Reads what every object of the archive says of itself.
    """
    going = set(keys)
    for key in archive.warcs.keys():  # noqa: SIM118 (a store)
        if key in going:
            continue
        try:
            said = retrieval.metadata_of(key, archive)
        except (Damaged, NotFound):
            continue
        if going & joining.shared(said).keys():
            yield key, str(said.get("link"))


def purge(
    keys: Iterable[str],
    archive: Archive,
    remove: Callable[[str], None],
    *,
    reason: str,
    by: str,
) -> list[str]:
    """Put a tombstone for each object into the log, remove it, and return their ids.

    `remove` takes the bytes of a key away: no port can. The index is to be made anew.
    """
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Misuse(f"a purge has a reason, of at most {LONGEST_REASON} characters")
    ids = []
    for key in keys:
        sealing.note("purge", _tombstone(key, archive, reason, by), archive)
        remove(key)
        ids.append(naming.object_id(key))
    return ids


def _tombstone(key: str, archive: Archive, reason: str, by: str) -> dict[str, object]:
    """Return what stays of an object: digests, and no URI."""
    leaf = leaves.read(leaves.made(key, archive.warcs.read_all(key)))
    digests = [capture["payload"] for capture in leaf["captures"]]
    return {
        "object": key,
        "length": leaf["length"],
        "sha256": leaf["sha256"],
        "records": leaf["records"],
        "payloads": digests[:_MOST_DIGESTS],
        "reason": reason,
        "by": by,
    }
