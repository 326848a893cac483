"""WACZ packages: what is wrong with one is said, and nothing is wrong with a sound one."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from hozon.stored import packages
from tests.fakes import a_warc_key
from tests.objects import a_snapshot_object

WARC = a_snapshot_object(a_warc_key("aa"))
FILES = {
    "archive/data.warc.gz": WARC,
    "indexes/index.cdx": b"cdx",
    "pages/pages.jsonl": b"",
}


def labelled(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def package(
    files: dict[str, bytes] = FILES,
    describe: Callable[[dict[str, Any]], object] = lambda _: None,
    **more: bytes,
) -> io.BytesIO:
    """Return a package of files, described as they are but for what `describe` does."""
    described: dict[str, Any] = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "resources": [
            {
                "name": name.rpartition("/")[2],
                "path": name,
                "hash": labelled(FILES.get(name, data)),
                "bytes": len(data),
            }
            for name, data in files.items()
        ],
    }
    describe(described)
    text = json.dumps(described).encode()
    digest = {"path": "datapackage.json", "hash": labelled(text)}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)
        made.writestr("datapackage.json", more.get("datapackage", text))
        made.writestr("datapackage-digest.json", json.dumps(digest))
    return out


def test_a_sound_package() -> None:
    """Files, digests and records are as they are said to be."""
    assert [] == packages.faults(package())


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        (package({**FILES, "indexes/index.cdx": b"cdy"}), "index.cdx: is not what"),
        (package(describe=lambda d: d["resources"].pop()), "it was added"),
        (package(describe=lambda d: d["resources"][0].update(bytes=1)), "has "),
        (package(describe=lambda d: d["resources"][0].update(path="x")), "x: is gone"),
        (package(datapackage=b"{}"), "datapackage.json is not what"),
        (package(datapackage=b'{"resources": [3]}'), "None: is gone"),
        (package({"archive/a.warc": WARC[:-9]}), "a.warc: offset"),
        (io.BytesIO(b"PK\x03\x04nothing"), "no ZIP file"),
    ],
)
def test_what_was_done_to_a_package(made: io.BytesIO, fault: str) -> None:
    """Changed, added, removed, renamed, described anew, cut off: it is said."""
    assert any(fault in each for each in packages.faults(made))


def test_a_zip_that_is_no_package() -> None:
    """Says what is missing."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("a", "b")

    assert ["no datapackage.json: not a WACZ package"] == packages.faults(out)
