"""ReplayWeb.page on loopback, to open an exported file as a reader would.

Its two scripts come from npm at a pinned version, and are kept in ``.cache``: they are
under the AGPL, and never part of this repository.
"""

import asyncio
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.browser.chromium import Browser

NPM = shutil.which("npm") or ""
_PACKAGE = "replaywebpage@2.4.6"
_SCRIPTS = {
    "sw.js": "5d1388d7e29cbbb4e24f5adbbc763a1283a9da43ab6906441e845590c17dab1b",
    "ui.js": "b7d386457aa77f4a3e6029c6b90211672df33b1d77ad1c579ee3de7bc9f3b982",
}
_CACHE = Path(__file__).parents[2] / ".cache" / "replaywebpage-2.4.6"
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_LOOKS = 200
_PAUSE_S = 0.25
_SHOWN = """(() => {
  const found = [];
  const walk = (root) => {
    for (const each of root.querySelectorAll('*')) {
      if (each.shadowRoot) walk(each.shadowRoot);
      if (each.tagName === 'IFRAME' && each.contentDocument) {
        found.push(each.contentDocument);
        walk(each.contentDocument);
      }
    }
  };
  walk(document);
  for (const page of found) {
    const [title, words, image] = ['h1', 'p', 'img'].map((n) => page.querySelector(n));
    if (title && words && image && page.readyState === 'complete') {
      return JSON.stringify({
        title: title.textContent,
        words: words.textContent,
        color: page.defaultView.getComputedStyle(words).color,
        width: image.naturalWidth,
      });
    }
  }
  return '';
})()"""


def scripts() -> Path | None:
    """Return a folder with ReplayWeb.page's scripts; None where npm has them not."""
    if not _CACHE.exists():
        _fetch()
    found = {name: _CACHE / name for name in _SCRIPTS}
    if not all(path.exists() for path in found.values()):
        return None
    for name, path in found.items():
        assert _SCRIPTS[name] == sha256(path.read_bytes()).hexdigest()
    return _CACHE


def _fetch() -> None:
    _CACHE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_CACHE.parent) as made:
        command = [NPM, "pack", "--silent", _PACKAGE]
        if subprocess.run(command, cwd=made, timeout=120, check=False).returncode:
            return
        (packed,) = Path(made).glob("*.tgz")
        whole = Path(made) / "scripts"
        whole.mkdir()
        with tarfile.open(packed) as archive:
            for name in _SCRIPTS:
                file = archive.extractfile(f"package/{name}")
                assert file is not None
                (whole / name).write_bytes(file.read())
        os.replace(whole, _CACHE)  # noqa: PTH105 (a folder; another may be as far)


@contextmanager
def served(package: Path, uri: str, timestamp: str, found: Path) -> Iterator[str]:
    """Serve a page that embeds ReplayWeb.page, which opens a package at one memento.

    Yields the page's address. Ranges are answered, as by a bucket.
    """
    page = (
        "<!doctype html><meta charset=utf-8><script src=/ui.js></script>"
        f'<replay-web-page source="/{package.name}" url="{uri}" ts="{timestamp}" '
        'replayBase="/replay/" embed="default"></replay-web-page>'
    )
    files = {
        "/": ("text/html", page.encode()),
        "/ui.js": ("text/javascript", (found / "ui.js").read_bytes()),
        "/replay/sw.js": ("text/javascript", (found / "sw.js").read_bytes()),
        "/replay/index.html": ("text/html", b"<!doctype html><title>wait</title>"),
        f"/{package.name}": ("application/octet-stream", package.read_bytes()),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(with_body=True)

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def _answer(self, *, with_body: bool) -> None:
            kind, data = files.get(self.path.partition("?")[0], ("", b""))
            asked = _RANGE.fullmatch(self.headers.get("Range", ""))
            first, last = _span(asked, len(data)) if asked else (0, len(data) - 1)
            found = HTTPStatus.PARTIAL_CONTENT if asked else HTTPStatus.OK
            self.send_response(found if kind else HTTPStatus.NOT_FOUND)
            self.send_header("Content-Type", kind or "text/plain")
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(last - first + 1))
            if asked:
                stated = f"bytes {first}-{last}/{len(data)}"
                self.send_header("Content-Range", stated)
            self.end_headers()
            if with_body:
                self.wfile.write(data[first : last + 1])

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def _span(asked: re.Match[str], size: int) -> tuple[int, int]:
    first, last = asked[1], asked[2]
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last or size), size - 1)


async def shown(browser: Browser, address: str) -> dict[str, Any]:
    """Open a page, and return what the replayed document in it looks like, or nothing."""
    context = (await browser.call("Target.createBrowserContext"))["browserContextId"]
    target = await browser.call(
        "Target.createTarget", url=address, browserContextId=context
    )
    attached = await browser.call(
        "Target.attachToTarget", targetId=target["targetId"], flatten=True
    )
    for _ in range(_LOOKS):
        looked = await browser.call(
            "Runtime.evaluate",
            attached["sessionId"],
            expression=_SHOWN,
            returnByValue=True,
        )
        if text := looked["result"].get("value"):
            said: dict[str, Any] = json.loads(text)
            return said
        await asyncio.sleep(_PAUSE_S)
    return {}
