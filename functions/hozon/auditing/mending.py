"""Mend an archive: put back from a second copy what is gone, or is not what it was.

What is put back has to make the leaf that the log has. It is put create-only, as all
objects are. What lies under the key meanwhile is set aside, never deleted; whoever may
not do that mends only what is missing (decision 40).
"""

from contextlib import suppress

from hozon.auditing.rehashing import wrong
from hozon.log import places
from hozon.nouns.archive import Archive
from hozon.nouns.copies import Remedies, SecondCopy
from hozon.nouns.errors import Conflict, HozonError, NotFound
from hozon.sealing.following import Leaf


def mend(leaf: Leaf, archive: Archive, remedies: Remedies) -> str:
    """Mend the object of a leaf; return why that could not be, or "": it is mended."""
    copy = remedies.copy
    if copy is None:
        return "there is no second copy to mend it from"
    is_note = leaf.key.startswith(places.NOTES)
    store = archive.log if is_note else archive.warcs
    try:
        data = _from(copy, leaf)
        if data is None:
            return f"and neither is the one in {copy.what}"
        was_kept = not is_note and _is_kept(leaf.key, remedies)
        _make_room(leaf.key, remedies)
        store.put(leaf.key, data)
        if was_kept and remedies.keep is not None:
            remedies.keep(leaf.key)
    except Conflict:
        return f"the one in {copy.what} is sound; who may set this one aside mends it"
    except HozonError as e:
        return f"it could not be mended from {copy.what}: {e}"
    return ""


def _from(copy: SecondCopy, leaf: Leaf) -> bytes | None:
    """Return the object as it was sealed, or None if the copy has another one."""
    is_note = leaf.key.startswith(places.NOTES)
    data = (copy.log if is_note else copy.warcs).read_all(leaf.key)
    return data if wrong(leaf, data) is None else None


def _is_kept(key: str, remedies: Remedies) -> bool:
    try:
        return remedies.keeps is not None and remedies.keeps(key)
    except NotFound:
        return False


def _make_room(key: str, remedies: Remedies) -> None:
    """Set aside what is under a key, by whoever may; else the put will say so."""
    if remedies.mender is not None:
        with suppress(NotFound):
            remedies.mender.set_aside(key)
