"""A BagIt 1.0 bag (RFC 8493) with the WARC objects as they are stored.

The payload, ``data/``, is laid out as the folder of an archive is: an archive that was
lost is got back by copying it and by `hozon reindex`. ``feeds.opml`` beside it has the
feeds that are followed, which no WARC object states.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256, sha512
from typing import Any, BinaryIO

from hozon import opml
from hozon.exporting.copying import Copying
from hozon.exporting.telling import Tell
from hozon.exporting.warcs import SOFTWARE
from hozon.exporting.wishes import Wish, feeds, objects, some
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Damaged, NotFound
from hozon.nouns.workspace import NewFolder, Workspace

_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_ALGORITHMS: dict[str, Callable[[bytes], Any]] = {"sha256": sha256, "sha512": sha512}
_UNITS = ("B", "KB", "MB", "GB", "TB", "PB")
_COPY = 1 << 20


def write(
    wish: Wish,
    archive: Archive,
    out: NewFolder,
    *,
    title: str,
    disk: Workspace,
    tell: Tell,
) -> None:
    """Write the WARC objects that are wished for, and those they refer to, as a bag."""
    selected = some(objects(wish, archive, disk))
    tell.total(len(selected))
    copying = Copying(selected, archive, disk, tell, refers=not wish.is_all)
    manifests = {name: disk.file() for name in _ALGORITHMS}
    bag = _Bag(out, [])
    files = octets = 0
    for key in copying.object_keys():
        try:
            data = archive.warcs.read_all(key)
        except (NotFound, Damaged) as e:
            tell.problem(str(e))
            continue
        path = f"data/{key}"
        with out.new(path) as file:
            file.write(data)
        for name, manifest in manifests.items():
            manifest.write(_manifest_line(name, data, path))
        files, octets = files + 1, octets + len(data)
        tell.count(objects=1, bytes=len(data))
        tell.step()
    for name, manifest in manifests.items():
        bag.copy(f"manifest-{name}.txt", manifest)
    bag.write("bagit.txt", _DECLARATION)
    bag.write("bag-info.txt", _info(archive, title, files, octets))
    bag.write("feeds.opml", opml.write(feeds(wish, archive), now=archive.clock()))
    bag.finish()


@dataclass(slots=True)
class _Bag:
    """The tag files of a bag: those beside its payload."""

    out: NewFolder
    tags: list[tuple[str, dict[str, str]]]

    def write(self, name: str, data: bytes) -> None:
        """Write a tag file."""
        with self._new(name) as write:
            write(data)

    def copy(self, name: str, source: BinaryIO) -> None:
        """Write a tag file from a file of the workspace."""
        source.seek(0)
        with self._new(name) as write:
            while data := source.read(_COPY):
                write(data)

    @contextmanager
    def _new(self, name: str) -> Iterator[Callable[[bytes], None]]:
        hashed = {each: make(b"") for each, make in _ALGORITHMS.items()}
        with self.out.new(name) as file:

            def write(data: bytes) -> None:
                file.write(data)
                for each in hashed.values():
                    each.update(data)

            yield write
        found = {each: hash_.hexdigest() for each, hash_ in hashed.items()}
        self.tags.append((name, found))

    def finish(self) -> None:
        """Write the manifests of the tag files (§2.2.1)."""
        tags = sorted(self.tags)
        for algorithm in _ALGORITHMS:
            lines = "".join(f"{found[algorithm]}  {name}\n" for name, found in tags)
            with self.out.new(f"tagmanifest-{algorithm}.txt") as file:
                file.write(lines.encode())


def _manifest_line(algorithm: str, data: bytes, path: str) -> bytes:
    return f"{_ALGORITHMS[algorithm](data).hexdigest()}  {path}\n".encode()


def _info(archive: Archive, title: str, files: int, octets: int) -> bytes:
    """Return who bagged what when (§2.2.2)."""
    fields = [
        *([("Contact-Name", archive.contact)] if archive.contact else []),
        ("External-Description", title),
        ("Bagging-Date", f"{archive.clock():%Y-%m-%d}"),
        ("Bag-Size", _human(octets)),
        ("Payload-Oxum", f"{octets}.{files}"),
        ("Bag-Software-Agent", SOFTWARE),
    ]
    lines = (f"{name}: {' '.join(value.split())}\n" for name, value in fields)
    return "".join(lines).encode("utf-8", "replace")


def _human(octets: int) -> str:
    size, unit = float(octets), 0
    while size >= 1000 and unit + 1 < len(_UNITS):
        size, unit = size / 1000, unit + 1
    return f"{size:.1f} {_UNITS[unit]}" if unit else f"{octets} B"
