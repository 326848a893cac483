"""Read mutilated feed documents in a process of its own, and say what that took.

It takes the paths of documents on stdin. A process of its own, for the peak of one that
has run other tests says nothing of this one.
"""

import gzip
import json
import random
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from hozon import feeds
from hozon.nouns.errors import NotAFeed

URI = "https://feed.example/dir/feed.xml"
_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


def content(path: Path) -> bytes:
    """Return a document of the corpora, unzipped."""
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def count(document: bytes) -> int:
    """Return how many entries a document has; of what is no feed, 0."""
    try:
        return len(feeds.parse(document, uri=URI).entries)
    except NotAFeed:
        return 0


def mutations(document: bytes, chance: random.Random) -> Iterator[bytes]:
    """Yield what networks, servers and editors make of a document."""
    text = document.decode("utf-8", "replace")
    for share in (0.25, 0.5, 0.9):
        yield document[: int(len(document) * share)]
    for encoding in ("utf-16", "cp932", "euc_jp", "latin-1"):
        yield text.encode(encoding, "replace")
    noise = bytearray(document)
    for _ in range(len(document) // 500 + 1 if document else 0):
        noise[chance.randrange(len(noise))] = chance.randrange(256)
    yield bytes(noise)
    yield chance.randbytes(64) + document
    yield b"<br /><b>Warning</b>: in <b>/x.php</b> on line <b>3</b>" + document
    yield document.replace(b" ", b"\0 ", 50)
    yield document * 2
    yield gzip.compress(document)


def peak_kb() -> int:
    """Return the most memory this program has held, in KB.

    Not ``ru_maxrss``: that of a child begins with its parent's.
    """
    found = _PEAK.search(Path("/proc/self/status").read_text("ascii"))
    assert found
    return int(found[1])


def main() -> None:
    """Read what mutations make of each document; write the figures as JSON."""
    chance, slowest_s, documents = random.Random(1), 0.0, 0
    for line in sys.stdin:
        for document in mutations(content(Path(line.strip())), chance):
            started = time.process_time()
            count(document)
            slowest_s = max(slowest_s, time.process_time() - started)
            documents += 1
    figures = {"documents": documents, "slowest_s": slowest_s, "peak_kb": peak_kb()}
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    main()
