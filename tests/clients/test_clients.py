"""What people use on other archives works on this one, unmodified."""

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import HTTPErrorProcessor, build_opener

import pytest

from tests.clients.collection import (
    HOME,
    JAPANESE,
    MISSING,
    MOVED,
    QUERY,
    STYLE,
    STYLESHEET,
    Served,
    page,
)
from tests.clients.conftest import Script, environment

ALL = 18
COLLECTIONS = ("remote", "memento", "whole")


def test_cdx_toolkit(script: Script) -> None:
    """Iterates to the end, counts, filters, and fetches records by both its ways."""
    found = script("cdx_toolkit")

    assert ALL == len(found["all"])
    assert {"filename", "offset", "status", "url"} < {*found["fields"]}
    assert [] == found["nothing"]
    assert {
        "limited": 4,
        "filtered": 3,
        "ia filter": 3,
        "negated": 6,
        "expression": 3,
        "span": 2,
        "pages": 1,
        "closest": "20251028030405",
        "redirect": QUERY,
    }.items() <= found.items()
    assert found["replayed"] == found["ranged"] == page(QUERY, 1).decode()[:30]


def test_memento_client(script: Script, archive: Served) -> None:
    """The TimeGate is one, and leads to the closest, with its neighbours."""
    found = script("memento_client")

    assert {
        "first": [f"{archive.base}/web/20251027030405/{HOME}", "2025-10-27T03:04:05"],
        "prev": [f"{archive.base}/web/20251027030405/{HOME}", "2025-10-27T03:04:05"],
        "closest": [f"{archive.base}/web/20251028030405/{HOME}", "2025-10-28T03:04:05"],
        "next": [f"{archive.base}/web/20251029030405/{HOME}", "2025-10-29T03:04:05"],
        "last": [f"{archive.base}/web/20251029030405/{HOME}", "2025-10-29T03:04:05"],
    } == found["mementos"]
    assert f"{archive.base}/web/{HOME}" == found["timegate"]
    assert found["is timegate"]
    assert found["is memento"]


def test_waybackpy(script: Script, archive: Served) -> None:
    """Snapshots in parts, filtered, the nearest, the oldest, the newest, availability."""
    found = script("waybackpy")

    assert [[f"202510{day}030405", HOME, "200"] for day in (27, 28, 29)] == found[
        "snapshots"
    ]
    assert (ALL, 4) == (found["in parts"], found["filtered"])
    assert "20251028030405" == found["near"]
    assert ("20251027030405", "20251029030405") == (found["oldest"], found["newest"])
    assert found["available"].startswith(f"{archive.base}/web/202510")


def test_edgis_wayback(script: Script) -> None:
    """Through the adapter that Hozon ships: searches, mementos, redirects."""
    found = script("wayback")

    assert {
        "all": ALL,
        "domain": ALL,
        "since": 2,
        "latest": 1,
        "filtered": 3,
        "record": [QUERY, 200, "text/html"],
        "redirected": [QUERY, [MOVED]],
        "inexact": "MementoPlaybackError",
        "nearest": "2025-10-28T03:04:05+00:00",
    }.items() <= found.items()
    ok, text, at = found["memento"]
    assert (True, page(QUERY, 1).decode()[:30]) == (ok, text)
    assert "2025-10-28T03:04:06+00:00" == at
    assert "text/html; charset=utf-8" == found["headers"]["content-type"]


CONFIG = """
enable_memento: true
collections:
  remote: cdx+{base}/cdx
  memento: memento+{base}/web/
  whole:
    index:
      type: cdx
      api_url: "{base}/cdx?url={{url}}&closest={{closest}}&sort=closest&output=cdxj"
      replay_url: ""
    archive_paths: {base}/warc/
"""


@pytest.fixture(scope="module")
def pywb(
    clients: Path, archive: Served, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Run pywb with three collections that are all this archive; yields where."""
    folder = tmp_path_factory.mktemp("pywb")
    (folder / "config.yaml").write_text(CONFIG.format(base=archive.base), "utf-8")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    command = [str(clients / "wayback"), "-b", "127.0.0.1", "-p", str(port)]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            command, cwd=folder, env=environment(), stdout=log, stderr=log
        ) as running,
    ):
        try:
            wait_for(port, running, folder / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()


def wait_for(port: int, running: subprocess.Popen[bytes], log: Path) -> None:
    """Return once the port answers; fail with the log if it does not."""
    for _ in range(600):
        assert running.poll() is None, log.read_text("utf-8")[-3000:]
        with socket.socket() as tried:
            if not tried.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8")[-3000:])


class _AsItIs(HTTPErrorProcessor):
    """Follows nothing, and takes every status for an answer."""

    def http_response(self, _request: Any, response: Any) -> Any:
        return response


def replayed(pywb: str, collection: str, uri: str) -> tuple[int, str, bytes]:
    """Return the status, the Memento-Datetime and the body that pywb makes of a URI."""
    there = f"{pywb}/{collection}/20251028040000id_/{uri}"
    with build_opener(_AsItIs).open(there, timeout=60) as answer:
        return answer.status, answer.headers["memento-datetime"], answer.read()


@pytest.mark.xdist_group("pywb")
@pytest.mark.parametrize("collection", COLLECTIONS)
def test_pywb(pywb: str, collection: str) -> None:
    """Over the CDX, over Memento, and from the records of our WARC objects alone: pages
    of any spelling and coding, a redirect, a missing page, and a revisit.
    """
    second = "Tue, 28 Oct 2025 03:04:{:02} GMT".format

    assert (200, second(5), page(HOME, 1)) == replayed(pywb, collection, HOME)
    assert (200, second(7), page(JAPANESE, 1)) == replayed(pywb, collection, JAPANESE)
    assert (200, second(5), STYLESHEET) == replayed(pywb, collection, STYLE)
    assert (301, second(5), b"moved") == replayed(pywb, collection, MOVED)
    assert (404, second(5), b"not here") == replayed(pywb, collection, MISSING)
    status, at, _ = replayed(pywb, collection, QUERY)
    assert (200, second(6)) == (status, at)


@pytest.mark.xdist_group("pywb")
@pytest.mark.parametrize("collection", COLLECTIONS)
def test_pywb_rewrites(pywb: str, collection: str) -> None:
    """A page that came compressed is shown, with its links inside pywb."""
    there = f"{pywb}/{collection}/20251028040000mp_/{QUERY}"
    with build_opener().open(there, timeout=60) as answer:
        body = answer.read().decode()

    assert f"day 1 of {QUERY}" in body
    assert f"/{collection}/20251028040000cs_/https://www.example.org/style.css" in body
