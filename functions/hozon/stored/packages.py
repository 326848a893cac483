"""WACZ packages (WACZ 1.1.1): do their files have the digests that they state? Pure.

``datapackage.json`` names every file with its digest and length (§5.2.1), and
``datapackage-digest.json`` the digest of that (§5.2.2).
"""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any

from hozon.warc import reader

_PACKAGE, _DIGEST = "datapackage.json", "datapackage-digest.json"
_CHUNK = 1 << 20
_LONGEST_TEXT = 64_000_000
_LONGEST_WARC = 2_000_000_000


def faults(file: IO[bytes]) -> list[str]:
    """Return what is wrong with a package, a sentence each; nothing if nothing is.

    Besides the digests of its files, those of the records in its WARC files.
    """
    try:
        with zipfile.ZipFile(file) as package:
            return list(_faults(package))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as e:
        return [f"no ZIP file, or a damaged one: {e}"]


def _faults(package: zipfile.ZipFile) -> Iterator[str]:
    names = set(package.namelist())
    if _PACKAGE not in names:
        yield f"no {_PACKAGE}: not a WACZ package"
        return
    described = _text(package, _PACKAGE)
    if _DIGEST in names:
        stated = _json(_text(package, _DIGEST)).get("hash")
        if stated != _labelled(described):
            yield f"{_PACKAGE} is not what {_DIGEST} says: it was changed"
    listed = _resources(described)
    for one in listed:
        yield from _resource(package, one, names)
    paths = {one.get("path") for one in listed}
    files = {name for name in names if not name.endswith("/")}
    for extra in sorted(files - paths - {_PACKAGE, _DIGEST}):
        yield f"{extra}: {_PACKAGE} does not name it: it was added"
    for name in sorted(files):
        if name.endswith((".warc", ".warc.gz")):
            yield from _records(package, name)


def _resources(described: bytes) -> list[dict[str, Any]]:
    found = _json(described).get("resources")
    listed = found if isinstance(found, list) else []
    return [one if isinstance(one, dict) else {} for one in listed]


def _resource(
    package: zipfile.ZipFile, stated: dict[str, Any], names: set[str]
) -> Iterator[str]:
    path = stated.get("path")
    if path not in names or not isinstance(path, str):
        yield f"{path}: is gone, though {_PACKAGE} names it"
        return
    length, digest = _measured(package, path)
    if stated.get("hash") != digest:
        yield f"{path}: is not what {_PACKAGE} says: it was changed"
    elif stated.get("bytes", length) != length:
        yield f"{path}: has {length} bytes, {_PACKAGE} says {stated['bytes']}"


def _measured(package: zipfile.ZipFile, path: str) -> tuple[int, str]:
    hashed, length = hashlib.sha256(), 0
    with package.open(path) as file:
        while chunk := file.read(_CHUNK):
            hashed.update(chunk)
            length += len(chunk)
    return length, f"sha256:{hashed.hexdigest()}"


def _records(package: zipfile.ZipFile, name: str) -> Iterator[str]:
    if package.getinfo(name).file_size > _LONGEST_WARC:
        yield f"{name}: too large for its records to be read here"
        return
    for problem in reader.verify(package.read(name)):
        yield f"{name}: {problem}"


def _text(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as file:
        return file.read(_LONGEST_TEXT)


def _labelled(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _json(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
