"""Receipts and the log over HTTP."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hozon.log import receipts, tiles
from hozon.sealing import following
from hozon.web import respond
from tests.events import url_event
from tests.logs import Shelf, shelf


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    with shelf(tmp_path_factory.mktemp("web")) as found:
        found.hold("aa")
        found.fill(300)
        found.seal()
        found.clock.advance(minutes=5)
        found.hold("ab")
        yield found


def get(archive: Shelf, path: str) -> dict[str, Any]:
    return respond(url_event(path), None, archive.archive, largest=10**7)


def body(answer: dict[str, Any]) -> bytes:
    text: str = answer["body"]
    return base64.b64decode(text) if answer["isBase64Encoded"] else text.encode()


def test_a_receipt(archive: Shelf) -> None:
    """By the snapshot's id: a file to keep."""
    answer = get(archive, "/receipt/aa")
    checked = receipts.checked(receipts.decoded(body(answer)))

    assert (200, []) == (answer["statusCode"], checked.faults)
    fields = answer["headers"]
    assert 'attachment; filename="aa.receipt.json"' == fields["content-disposition"]
    assert "nosniff" == fields["x-content-type-options"]
    assert "aa" == json.loads(json.loads(answer["body"])["leaf"])["about"]["id"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/receipt/ab", 503),
        ("/receipt/ac", 404),
        ("/receipt/AA", 404),
        ("/receipt/", 404),
        ("/receipt/../aa", 404),
        ("/log/tile/0/002", 404),
        ("/log/tile/0/001", 404),
        ("/log/tile/0/001.p/46", 404),
        ("/log/tile/0/000.p/256", 404),
        ("/log/tile/0/000.p/0", 404),
        ("/log/tile/0/000.p/07", 404),
        ("/log/tile/0/x000/000", 404),
        ("/log/tile/0/0", 404),
        ("/log/tile/00/000", 404),
        ("/log/tile/64/000", 404),
        ("/log/tile/entries/001", 404),
        ("/log/tile/entries/001.p/46", 404),
        ("/log/origin", 404),
        ("/log/notes/", 404),
        ("/log/", 404),
    ],
)
def test_what_is_not_there(archive: Shelf, path: str, status: int) -> None:
    """Not sealed yet, not held, wider than what is signed, spelt otherwise."""
    assert status == get(archive, path)["statusCode"]


def test_the_checkpoint(archive: Shelf) -> None:
    """The newest one, which nobody keeps for long; and the keys to it."""
    answer = get(archive, "/log/checkpoint")

    assert following.checkpoint(301, archive.log) == answer["body"]
    assert "text/plain; charset=utf-8" == answer["headers"]["content-type"]
    assert "max-age=5" == answer["headers"]["cache-control"]
    [key] = following.keys(archive.log)
    assert f"{key.vkey}\n" == get(archive, "/log/vkeys")["body"]


@pytest.mark.parametrize(
    ("path", "length"),
    [
        ("/log/tile/0/000", 256 * 32),
        ("/log/tile/0/001.p/45", 45 * 32),
        ("/log/tile/0/000.p/45", 45 * 32),
        ("/log/tile/1/000.p/1", 32),
    ],
)
def test_tiles(archive: Shelf, path: str, length: int) -> None:
    """Whole, partial, and partial where only the whole is stored; kept for ever."""
    answer = get(archive, path)

    assert (200, length) == (answer["statusCode"], len(body(answer)))
    assert "application/octet-stream" == answer["headers"]["content-type"]
    assert "immutable" in answer["headers"]["cache-control"]


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("/log/tile/entries/000", 256),
        ("/log/tile/entries/000.p/3", 3),
        ("/log/tile/entries/001.p/45", 45),
        ("/log/tile/entries/001.p/7", 7),
    ],
)
def test_bundles(archive: Shelf, path: str, count: int) -> None:
    """The leaves themselves, as many as asked for."""
    found = tiles.leaves(body(get(archive, path)))
    first = 256 if "/001" in path else 0
    expected = following.since(first, archive.archive, limit=count)

    assert [leaf.data for leaf in expected] == found


def test_an_archive_without_a_log(tmp_path: Path) -> None:
    """Has neither a checkpoint nor a key."""
    with shelf(tmp_path) as empty:
        assert 404 == get(empty, "/log/checkpoint")["statusCode"]
        assert "" == get(empty, "/log/vkeys")["body"]
