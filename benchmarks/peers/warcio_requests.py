"""Peer: warcio's `capture_http` around requests, one page after the other.

``python -m benchmarks.peers.warcio_requests URIS FOLDER PROCESSES``
"""

import multiprocessing
import sys
from collections.abc import Sequence
from pathlib import Path

# First: it takes the place of http.client before requests imports it.
from warcio.capture_http import capture_http  # isort: skip
import requests

from benchmarks.peers import requisites

_TIMEOUT_S = 20


def _capture(uris: Sequence[str], warc: str) -> None:
    seen: set[str] = set()
    with capture_http(warc), requests.Session() as session:
        for uri in uris:
            page = session.get(uri, timeout=_TIMEOUT_S)
            wanted = requisites.of_page(page.content, uri)
            while wanted:
                needed = wanted.pop(0)
                if needed in seen:
                    continue
                seen.add(needed)
                answer = session.get(needed, timeout=_TIMEOUT_S)
                if needed.endswith(".css"):
                    wanted += requisites.of_style_sheet(answer.text, needed)


def main() -> None:
    """Share the URIs out among processes, each with a WARC file of its own."""
    uris = Path(sys.argv[1]).read_text("utf-8").split()
    folder, count = Path(sys.argv[2]), int(sys.argv[3])
    if count == 1:
        _capture(uris, str(folder / "warcio.warc.gz"))
        return
    workers = [
        multiprocessing.Process(
            target=_capture, args=(uris[n::count], str(folder / f"warcio-{n}.warc.gz"))
        )
        for n in range(count)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main()
