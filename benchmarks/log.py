"""What a log of many leaves costs: sealing, proofs, size, and reads for a proof.

    python -m benchmarks.log [--leaves 1000000] [--folder DIR]

Leaves are like those of snapshots with three captures, sealed by the real sealer in
rounds, over a folder (its log) and SQLite (its marks). WARC objects are not made: what
it takes to read and hash them is measured on as many real ones as fit into a minute.
CPU seconds are those of this process.
"""

import argparse
import json
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hozon.log import leaves, receipts, tree
from hozon.nouns.digests import sha256
from hozon.nouns.seals import Head
from hozon.sealing import following, proving, sealing
from hozon.stored import naming
from tests.logs import SIGNER, Shelf, shelf
from tests.objects import a_snapshot_object

PROOFS = 200


def leaf_of(number: int) -> tuple[str, bytes]:
    """Return the key and the leaf of a snapshot that might be."""
    name = f"{number:024x}"
    key = f"warcs/2026/08/22/hozon-20260822120000-{name}.warc.gz"
    digest = sha256(name.encode())
    captures = [
        {
            "at": "2026-08-22T12:00:00.000Z",
            "block": digest,
            "payload": digest,
            "status": 200,
            "type": "response",
            "uri": f"https://news.example.org/2026/08/22/{name}/{part}",
        }
        for part in ("", "style.css", "picture.jpg")
    ]
    said = {
        "hozon": leaves.FORMAT,
        "kind": "snapshot",
        "key": key,
        "length": 123_456,
        "sha256": name * 2 + name[:16],
        "captured_at": "2026-08-22T12:00:00.000Z",
        "records": 8,
        "about": {"id": name, "link": f"https://news.example.org/2026/08/22/{name}/"},
        "captures": captures,
    }
    return key, leaves.canonical(said)


def rounds(total: int) -> Iterator[range]:
    """Yield the numbers of the leaves of each round."""
    for start in range(0, total, sealing.ROUND):
        yield range(start, min(start + sealing.ROUND, total))


def grow(archive: Shelf, total: int) -> Iterator[tuple[int, float]]:
    """Seal so many leaves; yield the size and the CPU seconds at each power of ten."""
    sealer, size, marks = sealing._Sealer(archive.archive, SIGNER), 0, 10  # noqa: SLF001
    sealer.introduces_key()
    made_s = 0.0
    began = time.process_time()
    for numbers in rounds(total):
        making = time.process_time()
        made = [leaf_of(number)[1] for number in numbers]
        made_s += time.process_time() - making
        sealing._commit(archive.archive.log, size, made)  # noqa: SLF001
        size = sealer.catch_up()
        if size >= marks or size == total:
            yield size, time.process_time() - began - made_s
            marks = max(marks * 10, 10 ** len(str(size)))


def proofs(archive: Shelf, size: int) -> dict[str, float]:
    """Return reads and milliseconds of an inclusion proof in a tree of that size."""
    spread = [size * n // PROOFS for n in range(PROOFS)]
    began, reads = time.process_time(), []
    for index in spread:
        reader = following.reader(size, archive.archive.log)
        tree.inclusion(index, size, reader.complete)
        reads.append(reader.reads)
    spent = time.process_time() - began
    return {
        "reads_max": max(reads),
        "reads_mean": round(sum(reads) / PROOFS, 2),
        "proof_ms": round(spent / PROOFS * 1000, 2),
    }


def whole_receipts(archive: Shelf, size: int) -> dict[str, float]:
    """Return what making and checking receipts takes, and how long they are."""
    made, began = [], time.process_time()
    for n in range(20):
        key = leaf_of(size * n // 20)[0]
        made.append(proving.of_id(naming.object_id(key), archive.archive))
    making = time.process_time() - began
    began = time.process_time()
    assert not any(receipts.checked(receipts.decoded(each)).faults for each in made)
    checking = time.process_time() - began
    return {
        "receipt_ms": round(making / 20 * 1000, 1),
        "check_ms": round(checking / 20 * 1000, 1),
        "receipt_bytes": max(map(len, made)),
    }


def reading() -> dict[str, float]:
    """Return what making a leaf of a stored object takes, a small one and a large one."""
    key = leaf_of(0)[0]
    body = b"<p>" + b"Words of an article. " * 2000
    others = [f"https://news.example.org/{n}" for n in range(30)]
    found: dict[str, float] = {}
    for name, data in (
        ("small", a_snapshot_object(key)),
        ("large", a_snapshot_object(key, body=body, others=others)),
    ):
        began = time.process_time()
        for _ in range(200):
            leaves.made(key, data)
        found[f"leaf_{name}_ms"] = round((time.process_time() - began) / 200 * 1000, 2)
    return found


def stored(archive: Shelf, folder: Path) -> dict[str, Any]:
    """Return how many bytes and objects the log has, by part, and its marks."""
    parts: dict[str, list[int]] = {}
    for key, data in archive.log.objects.items():
        part = "/".join(key.split("/")[1 : 3 if "/tile/" in key else 2])
        parts.setdefault(part, []).append(len(data))
    found = {name: [len(sizes), sum(sizes)] for name, sizes in sorted(parts.items())}
    return {"objects_and_bytes": found, "marks_bytes": _size(folder / "index.sqlite")}


def _size(path: Path) -> int:
    return path.stat().st_size


def main() -> int:
    """Measure, and print a line of JSON for each step."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--leaves", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    wished = parser.parse_args()
    folder = wished.folder or Path(mkdtemp())
    with shelf(folder) as archive:
        archive.archive.seals.advance(Head())
        for size, spent in grow(archive, wished.leaves):
            said = {
                "leaves": size,
                "cpu_s": round(spent, 2),
                "us_per_leaf": round(spent / size * 1e6, 1),
                **proofs(archive, size),
            }
            print(json.dumps(said), flush=True)
        print(json.dumps(whole_receipts(archive, wished.leaves)), flush=True)
        print(json.dumps(reading()), flush=True)
        began = time.process_time()
        archive.archive = replace(archive.archive)
        sealing.remember(archive.archive)
        print(json.dumps({"remember_s": round(time.process_time() - began, 1)}))
        print(json.dumps(stored(archive, folder)), flush=True)
    if wished.folder is None:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
