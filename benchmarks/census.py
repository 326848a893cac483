"""What a census costs: CPU and memory for all rows and keys against all leaves.

    python -m benchmarks.census [--leaves 100000]

Leaves are those of `benchmarks.log`, three captures each. Store and index are generators
here, so that it is the census that is measured; what reading a table or a bucket takes
comes on top (docs/audits.md). CPU seconds are those of this process.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.log import leaf_of
from hozon.auditing import census
from hozon.audits.audits import Audits
from hozon.log import leaves, places, tiles
from hozon.log.tiles import WIDTH
from hozon.nouns import instants
from hozon.nouns.digests import Digest
from hozon.nouns.model import Capture, Location
from hozon.nouns.places import Cursor, Row
from tests.logs import KEY, MemoryStore, checkpoint_of, shelf


@dataclass(frozen=True, slots=True)
class Everything:
    """A store of keys, and an index of rows, as the leaves say them."""

    leaves: list[bytes]

    def keys(self, *, after: str = "") -> Iterator[str]:
        """Yield the keys: they are in the order of the leaves."""
        found = (leaves.read(data)["key"] for data in self.leaves)
        return (key for key in found if key > after)

    def rows(self, *, after: Cursor = ()) -> Iterator[Row]:
        """Yield the rows, in the order of the leaves."""
        start = int(after[0]) if after else 0
        for number, data in enumerate(self.leaves[start:], start):
            for at, capture in enumerate(self._captures(data)):
                cursor = f"{number:012}", f"{at:06}"
                if cursor > after:
                    yield Row(cursor, capture, is_in_place=True)

    def _captures(self, data: bytes) -> Iterator[Capture]:
        said = leaves.read(data)
        location = Location(warc_key=said["key"], offset=0, length=1)
        for each in said["captures"]:
            yield Capture(
                target_uri=each["uri"],
                captured_at=instants.from_iso(each["at"]),
                record_id="urn:uuid:0",
                record_type=each["type"],
                status=each["status"],
                media_type="text/html",
                payload_digest=Digest(each["payload"]),
                payload_length=1,
                location=location,
            )


def _log(found: list[bytes]) -> MemoryStore:
    log = MemoryStore()
    for start in range(0, len(found), WIDTH):
        log.put(places.batch(start), tiles.bundle(found[start : start + WIDTH]))
    log.put(places.checkpoint(len(found)), checkpoint_of(found).encode())
    log.put(places.KEYS + KEY.id().hex(), f"{KEY.vkey}\n".encode())
    return log


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(count: int) -> dict[str, Any]:
    """Return what a census of so many leaves took."""
    found = [leaf_of(number)[1] for number in range(count)]
    every: Any = Everything(found)
    with TemporaryDirectory() as folder, shelf(Path(folder)) as made:
        log: Any = _log(found)
        archive = replace(made.archive, log=log, warcs=every, index=every)
        began, before = time.process_time(), _peak_mb()
        sum(1 for _ in every.rows())
        made_s = time.process_time() - began
        began = time.process_time()
        taken = census.go_on(archive, Audits())
        spent = time.process_time() - began
    if taken is None or taken.findings or taken.rows != 3 * count:
        raise SystemExit(f"the census is wrong: {taken}")
    return {
        "leaves": count,
        "rows": taken.rows,
        "cpu_s": round(spent - made_s, 2),
        "us_per_row": round((spent - made_s) * 1e6 / taken.rows, 1),
        "more_memory_mb": round(_peak_mb() - before, 1),
    }


def main() -> None:
    """Print it as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--leaves", type=int, default=100_000)
    json.dump(measured(parser.parse_args().leaves), sys.stdout)
    print()


if __name__ == "__main__":
    main()
