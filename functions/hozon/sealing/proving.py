"""Make receipts: what shows that an object was held, for those who have only that."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from hozon.log import notes, places, proofs, receipts, tree
from hozon.nouns import instants
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Damaged, NotFound, Unavailable
from hozon.nouns.seals import LogStore
from hozon.retrieving import retrieval
from hozon.sealing import following


def of_uri(uri: str, archive: Archive, *, at: datetime | None = None) -> bytes:
    """Return the receipt of the object with the capture of `uri` nearest to `at`.

    Raises `NotFound` where nothing is held, `Unavailable` where it is not sealed yet.
    """
    key = retrieval.find(uri, archive, at=at).location.warc_key
    archive.sight.whole(key)
    index = archive.seals.leaves([key]).get(key)
    return _receipt(key, index, archive)


def of_id(object_id: str, archive: Archive) -> bytes:
    """Return the receipt of the object with this id: of a snapshot, its own.

    Raises as `of_uri` does.
    """
    found = archive.seals.named(object_id)
    if not found:
        raise NotFound(f"no object of the archive has the id {object_id[:64]}")
    sealed = {key: index for key, index in found.items() if index is not None}
    if not sealed:
        return _receipt(next(iter(found)), None, archive)
    key = min(sealed, key=lambda each: sealed[each])
    return _receipt(key, sealed[key], archive)


def _receipt(key: str, index: int | None, archive: Archive) -> bytes:
    if index is None:
        raise Unavailable(
            f"{key} is not sealed yet; that takes ten minutes at most in a deployed "
            "archive, and is what hozon seal does in a folder"
        )
    log = archive.log
    leaf = following.leaf(index, log)
    if leaf.key != key:
        raise Damaged(f"leaf {index} is that of {leaf.key}, not of {key}")
    after = following.checkpoint_after(index, log)
    path = tree.inclusion(index, after, following.reader(after, log).complete)
    made: dict[str, Any] = {
        "hozon": receipts.FORMAT,
        "statement": [],
        "leaf": leaf.data.decode(),
        "proof": proofs.encoded(index, path, following.checkpoint(after, log)),
        "vkeys": [each.vkey for each in following.keys(log)],
        "checkpoints": [
            _beside(size, after, log) for size in _others(index, after, archive)
        ],
        "stamps": list(map(notes.based, stamps_of(after, log))),
    }
    if stored_at := _stored_at(key, archive):
        made["stored_at"] = stored_at
    found = receipts.checked(made)
    if found.faults:
        raise Damaged(f"{key}: {found.faults[0]}; hozon verify says more")
    made["statement"] = receipts.statement(found, stored_at=made.get("stored_at"))
    return receipts.encoded(made)


def _others(index: int, after: int, archive: Archive) -> list[int]:
    """Return the sizes of the checkpoints that bound the time, but for `after`."""
    wanted = {
        following.checkpoint_before(index, archive.log),
        *_first_stamped(after, archive.log),
        following.published(archive),
    }
    return sorted(size for size in wanted if size and size != after)


def _first_stamped(size: int, log: LogStore) -> Iterator[int]:
    """Yield the size of the first checkpoint from `size` on that has a time stamp."""
    for key in log.keys(places.STAMPS, after=places.behind(places.STAMPS, size - 1)):
        yield places.number(key)
        return


def _beside(size: int, after: int, log: LogStore) -> dict[str, Any]:
    old, new = sorted((size, after))
    proof = tree.consistency(old, new, following.reader(new, log).complete)
    text = following.checkpoint(size, log)
    return receipts.beside(text, proof, stamps_of(size, log))


def stamps_of(size: int, log: LogStore) -> list[bytes]:
    """Return the time stamps of a checkpoint, in the order of their authorities."""
    behind = places.behind(places.STAMPS, size - 1)
    found = []
    for key in log.keys(places.STAMPS, after=behind):
        if places.number(key) != size:
            break
        found.append(log.read_all(key))
    return found


def _stored_at(key: str, archive: Archive) -> str | None:
    if key.startswith(places.NOTES):
        return None
    try:
        at = archive.warcs.stored_at(key)
    except NotFound:
        return None
    return None if at is None else instants.iso(at)
