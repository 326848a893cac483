"""WACZ 1.1.1: WARC files, their index and a list of pages in one ZIP file.

``archive/data-00001.warc.gz``…   all records, as stored; a new file after `PART_BYTES`
``indexes/index.cdx.gz``          CDXJ in compressed blocks, and ``index.idx`` to find them
``pages/pages.jsonl``             the pages of snapshots, with titles and text
``pages/extraPages.jsonl``        what came in the place of pages: bot checks, soft 404s…
``datapackage.json``              the digests of these, and ``datapackage-digest.json``

All of it follows from what is in it: the same export has the same bytes.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import IO, Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from hozon.exporting import warcs
from hozon.exporting.copying import Copied, Copying
from hozon.exporting.telling import Tell
from hozon.exporting.wishes import Wish, objects, some
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Damaged, Misuse
from hozon.nouns.instants import iso
from hozon.nouns.model import ACCEPTED
from hozon.nouns.workspace import Sorter, Workspace
from hozon.stored import cdxj, holdings
from hozon.warc import reader

VERSION = "1.1.1"
PART_BYTES = 1_000_000_000
"""After so many bytes another WARC file is begun, so that none needs ZIP64 itself."""

_NO_DATE = (1980, 1, 1, 0, 0, 0)
_COPY = 1 << 20
_LINE_BYTES = 500
"""More than a compressed line of the index takes."""


def write(
    wish: Wish,
    archive: Archive,
    out: BinaryIO,
    *,
    title: str,
    disk: Workspace,
    tell: Tell,
    part_bytes: int = PART_BYTES,
) -> None:
    """Write what is wished for as a WACZ to `out`, a file that can seek."""
    selected = some(objects(wish, archive, disk))
    tell.total(len(selected))
    copying = Copying(selected, archive, disk, tell, refers=not wish.is_all)
    lines = _Listed(disk)
    with ZipFile(out, "w", allowZip64=True) as zipped:
        package = _Package(zipped)
        made_of = warcs.identity(selected)
        with closing(_Parts(package, archive, made_of, part_bytes)) as parts:
            for copied in copying.records():
                filename, offset = parts.add(copied)
                lines.add(copied, filename, offset)
                tell.count(records=1)
        lines.write(package)
        package.finish(title, lines)


@dataclass(slots=True)
class _Package:
    """The files of a package, and what its description says of them."""

    zipped: ZipFile
    resources: list[dict[str, Any]] = field(default_factory=list)

    @contextmanager
    def new(self, path: str, *, kind: int, size: int = 0) -> Iterator["_Hashed"]:
        """Yield a file to be written at `path`; `size` tells if it may need ZIP64."""
        info = ZipInfo(path, _NO_DATE)
        info.compress_type = kind
        info.create_system = 3  # as on Unix, wherever this runs
        info.external_attr = 0o644 << 16
        info.file_size = size
        with self.zipped.open(info, "w") as file:
            hashed = _Hashed(file)
            yield hashed
        self.resources.append(
            {
                "name": path.rpartition("/")[2].lower(),
                "path": path,
                "hash": f"sha256:{hashed.digest.hexdigest()}",
                "bytes": hashed.size,
            }
        )

    def copy(self, path: str, file: BinaryIO, *, kind: int = ZIP_DEFLATED) -> None:
        """Add what was written to a file of the workspace."""
        size = file.tell()
        file.seek(0)
        with self.new(path, kind=kind, size=size) as target:
            while data := file.read(_COPY):
                target.write(data)

    def finish(self, title: str, lines: "_Listed") -> None:
        """Describe what is in it; after this nothing can be added."""
        said: dict[str, Any] = {
            "profile": "data-package",
            "wacz_version": VERSION,
            "title": title,
            "software": warcs.SOFTWARE,
            **lines.about(),
            "resources": list(self.resources),
        }
        data = json.dumps(said, ensure_ascii=False, indent=1).encode("utf-8", "replace")
        digest = {"path": "datapackage.json", "hash": cdxj.hexadecimal(data)}
        for path, content in (
            ("datapackage.json", data),
            ("datapackage-digest.json", json.dumps(digest).encode()),
        ):
            with self.new(path, kind=ZIP_DEFLATED) as file:
                file.write(content)


class _Hashed:
    """A file that knows the digest and the size of what was written to it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = sha256()
        self.size = 0

    def write(self, data: bytes | memoryview) -> None:
        self._file.write(data)
        self.digest.update(data)
        self.size += len(data)


class _Parts:
    """The WARC files of a package, one after another."""

    def __init__(
        self, package: _Package, archive: Archive, made_of: str, part_bytes: int
    ) -> None:
        self._package = package
        self._archive = archive
        self._made_of = made_of
        self._most = part_bytes
        self._number = 0
        self._name = ""
        self._open = ExitStack()
        self._file: _Hashed | None = None

    def add(self, copied: Copied) -> tuple[str, int]:
        """Add a record, and return the name of its file and its offset there."""
        if self._file is not None and self._file.size >= self._most:
            self.close()
        if self._file is None:
            self._file = self._begun(copied.record.date)
        offset = self._file.size
        self._file.write(copied.data)
        return self._name, offset

    def _begun(self, begins: datetime) -> _Hashed:
        self._number += 1
        self._name = f"data-{self._number:05}.warc.gz"
        path = f"archive/{self._name}"
        file = self._open.enter_context(self._package.new(path, kind=ZIP_STORED))
        file.write(warcs.warcinfo(self._archive, self._name, self._made_of, begins))
        return file

    def close(self) -> None:
        """End the file that is being written, if there is one."""
        self._file = None
        self._open.close()


class _Listed:
    """The index of the records, and the list of pages, on disk."""

    def __init__(self, disk: Workspace) -> None:
        self._disk = disk
        self._index: Sorter = disk.sorter()
        self._pages = _page_list(disk, "pages", "Pages")
        self._extra = _page_list(disk, "extraPages", "What came in the place of pages")
        self._count = {"pages": 0, "extra": 0}
        self._only: dict[str, Any] = {}
        self._latest: datetime | None = None

    def add(self, copied: Copied, filename: str, offset: int) -> None:
        """Enter a record where it belongs."""
        record = copied.record
        self._latest = max(self._latest or record.date, record.date)
        if record.type == "metadata":
            self._add_page(bytes(record.block))
        elif capture := reader.capture(copied.warc_key, record):
            try:
                line = cdxj.line(
                    capture, filename=filename, offset=offset, record=copied.data
                )
            except Misuse:
                return  # no URI that a reader could ask for
            self._index.add(line)

    def _add_page(self, block: bytes) -> None:
        try:
            said = holdings.metadata(block)
        except Damaged:
            return
        if said["hozon"] != "snapshot/1":
            return
        page = _page(said)
        accepted = said.get("verdict", {}).get("kind", "article") in ACCEPTED
        is_extra = not accepted or said["status"] >= 400
        self._count["extra" if is_extra else "pages"] += 1
        (self._extra if is_extra else self._pages).write(_json_line(page))
        if not is_extra:
            self._only = {"mainPageUrl": page["url"], "mainPageDate": page["ts"]}

    def write(self, package: _Package) -> None:
        """Write indexes and pages into the package."""
        finder = self._disk.file()
        lines = self._index.sorted()
        most = len(lines) * _LINE_BYTES
        with package.new("indexes/index.cdx.gz", kind=ZIP_STORED, size=most) as file:
            for block, line in cdxj.blocks(lines, filename="index.cdx.gz"):
                file.write(block)
                finder.write(line)
        package.copy("indexes/index.idx", finder)
        package.copy("pages/pages.jsonl", self._pages)
        if self._count["extra"]:
            package.copy("pages/extraPages.jsonl", self._extra)

    def about(self) -> dict[str, Any]:
        """Return what the package says of its pages: as of when, and which is the one."""
        at = {"created": iso(self._latest)} if self._latest else {}
        return {**at, **(self._only if self._count["pages"] == 1 else {})}


def _page_list(disk: Workspace, name: str, title: str) -> BinaryIO:
    file = disk.file()
    head = {"format": "json-pages-1.0", "id": name, "title": title, "hasText": True}
    file.write(_json_line(head))
    return file


def _page(said: dict[str, Any]) -> dict[str, Any]:
    facts = holdings.extract(said).facts
    return {
        "id": said["id"],
        "url": said["page_uri"],
        "ts": said["captured_at"],
        "title": facts.title or said["title"] or said["page_uri"],
        "text": facts.text,
    }


def _json_line(said: dict[str, Any]) -> bytes:
    text = json.dumps(said, ensure_ascii=False) + "\n"
    return text.encode("utf-8", "replace")
