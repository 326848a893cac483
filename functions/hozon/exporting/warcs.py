"""One WARC file with all records of an export (ISO 28500:2017)."""

import uuid
from datetime import datetime
from hashlib import sha256
from typing import BinaryIO

from hozon import __version__
from hozon.exporting.copying import Copying
from hozon.exporting.telling import Tell
from hozon.exporting.wishes import Wish, objects, some
from hozon.nouns.archive import Archive
from hozon.nouns.workspace import Lines, Workspace
from hozon.warc import records, writer

SOFTWARE = f"Hozon/{__version__}"
_CONFORMS = (
    "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
)


def write(
    wish: Wish,
    archive: Archive,
    out: BinaryIO,
    *,
    name: str,
    disk: Workspace,
    tell: Tell,
) -> None:
    """Write what is wished for as one WARC file, whose `name` its first record states.

    It needs no other file: whatever its records refer to is in it.
    """
    selected = some(objects(wish, archive, disk))
    tell.total(len(selected))
    copying = Copying(selected, archive, disk, tell, refers=not wish.is_all)
    made_of = identity(selected)
    begun = False
    for copied in copying.records():
        if not begun:
            out.write(warcinfo(archive, name, made_of, copied.record.date))
            begun = True
        out.write(copied.data)
        tell.count(records=1)


def identity(selected: Lines) -> str:
    """Return what tells the objects of one export from those of another."""
    hashed = sha256()
    for key in selected:
        hashed.update(key + b"\n")
    return hashed.hexdigest()


def warcinfo(archive: Archive, name: str, made_of: str, begins: datetime) -> bytes:
    """Return the record, as it is stored, that says how an exported file came about.

    Its id and its date follow from what is in the file, so that the same export has the
    same bytes whenever it is made. Each record of the file keeps the warcinfo record of
    the capture it is from.
    """
    fields = {
        "software": SOFTWARE,
        "format": "WARC File Format 1.1",
        "conformsTo": _CONFORMS,
        "description": "Export: records of several WARC files, copied as stored",
    }
    if archive.contact:
        fields["operator"] = archive.contact
    record = records.warcinfo(
        record_id=f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{name}/{made_of}')}",
        date=begins,
        filename=name,
        fields=fields,
    )
    return writer.encode(record)
