"""Peer: warcprox, asked for everything by requests in some threads.

``python -m benchmarks.peers.warcprox_requests URIS FOLDER THREADS``
"""

import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import requests

from benchmarks.peers import requisites

_TIMEOUT_S = 30
_PATIENCE_S = 20.0
_PROXY = """
import sys
from warcprox import main, warcproxy
# It refuses loopback, and the site is served there.
warcproxy.WarcProxyHandler.allow_localhost = True
main.main()
"""


class Crawl:
    """What the threads share: the pages to come, and what was asked for already."""

    def __init__(self, uris: list[str], proxy: str) -> None:
        self._pages = iter(uris)
        self._seen: set[str] = set()
        self._lock = threading.Lock()
        self._proxies = {"http": proxy}

    def work(self) -> None:
        """Fetch pages, each with what it needs, until none is left."""
        with requests.Session() as session:
            while (uri := self._next()) is not None:
                page = self._get(session, uri)
                wanted = requisites.of_page(page.content, uri)
                while wanted:
                    needed = wanted.pop(0)
                    if not self._is_new(needed):
                        continue
                    answer = self._get(session, needed)
                    if needed.endswith(".css"):
                        wanted += requisites.of_style_sheet(answer.text, needed)

    def _get(self, session: requests.Session, uri: str) -> requests.Response:
        return session.get(uri, proxies=self._proxies, timeout=_TIMEOUT_S)

    def _next(self) -> str | None:
        with self._lock:
            return next(self._pages, None)

    def _is_new(self, uri: str) -> bool:
        with self._lock:
            is_new = uri not in self._seen
            self._seen.add(uri)
            return is_new


def _free_port() -> int:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _started(folder: str, port: int) -> "subprocess.Popen[bytes]":
    quiet = ("--quiet", "--dedup-db-file=/dev/null", "--stats-db-file=/dev/null")
    files = (f"--dir={folder}", f"--crawl-log-dir={folder}/log", "--gzip")
    keys = (f"--cacert={folder}/ca.pem", f"--certs-dir={folder}/ca")
    where = ("--address=127.0.0.1", f"--port={port}")
    proxy = subprocess.Popen(
        [sys.executable, "-c", _PROXY, *quiet, *files, *keys, *where]
    )
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > until or proxy.poll() is not None:
                raise
            time.sleep(0.05)
        else:
            return proxy


def main() -> None:
    """Crawl the pages named in the first argument into the folder named second."""
    uris = Path(sys.argv[1]).read_text("utf-8").split()
    port = _free_port()
    (Path(sys.argv[2]) / "log").mkdir()
    proxy = _started(sys.argv[2], port)
    try:
        crawl = Crawl(uris, f"http://127.0.0.1:{port}")
        threads = [threading.Thread(target=crawl.work) for _ in range(int(sys.argv[3]))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        # It writes what is in its queue, and closes its file.
        proxy.send_signal(signal.SIGTERM)
        sys.exit(proxy.wait(_TIMEOUT_S))


if __name__ == "__main__":
    main()
