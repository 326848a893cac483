"""Routes of the log: receipts, and the C2SP resources that anyone can check it by."""

import re
from typing import Any

from aws_lambda_powertools.event_handler import Response

from hozon.log import tiles
from hozon.nouns.errors import NotFound
from hozon.sealing import following, proving
from hozon.web.request import Request

_TILE = re.compile(
    r"/log/tile/(?P<level>entries|\d|[1-5]\d|6[0-3])/(?P<number>(x\d{3}/){0,4}\d{3})"
    r"(\.p/(?P<width>[1-9]\d{0,2}))?"
)
_FOR_EVER = {"cache-control": "public, max-age=31536000, immutable"}
_TEXT = "text/plain; charset=utf-8"


def receipt(request: Request) -> Response[Any]:
    """Hand out the receipt of a snapshot, or of another object, by its id."""
    name = request.path.removeprefix("/receipt/")
    data = proving.of_id(name, request.archive)
    fields: dict[str, Any] = {
        "content-disposition": f'attachment; filename="{name}.receipt.json"'
    }
    return Response(200, "application/json", data.decode(), headers=fields)


def checkpoint(request: Request) -> Response[Any]:
    """Hand out the newest signed checkpoint."""
    size = following.published(request.archive)
    fields: dict[str, Any] = {"cache-control": "max-age=5"}
    body = following.checkpoint(size, request.archive.log)
    return Response(200, _TEXT, body, headers=fields)


def keys(request: Request) -> Response[Any]:
    """Hand out the public keys of the log (vkeys), one a line."""
    found = following.keys(request.archive.log)
    return Response(200, _TEXT, "".join(f"{key.vkey}\n" for key in found))


def tile(request: Request) -> Response[Any]:
    """Hand out a tile of hashes, or a bundle of leaves, whole or partial."""
    found = _TILE.fullmatch(request.path)
    wanted = None if found is None else _wanted(found)
    if found is None or wanted is None:
        raise NotFound("the log has no such tile")
    log = request.archive.log
    size = following.published(request.archive)
    if tiles.width(size, wanted.level, wanted.number) < wanted.width:
        raise NotFound(f"the log has no {wanted.path} yet")
    if found["level"] == "entries":
        data = following.bundle(log, wanted.number, wanted.width)
    else:
        data = following.tile(log, wanted)
    fields: dict[str, Any] = dict(_FOR_EVER)
    return Response(200, "application/octet-stream", data, headers=fields)


def _wanted(found: re.Match[str]) -> tiles.Tile | None:
    """Return the tile that a path names; None where it is spelt in another way."""
    level = 0 if found["level"] == "entries" else int(found["level"])
    number = int(found["number"].replace("x", "").replace("/", ""))
    width = int(found["width"] or tiles.WIDTH)
    is_spelt = tiles.numbered(number) == found["number"]
    is_wide = width < tiles.WIDTH if found["width"] else True
    return tiles.Tile(level, number, width) if is_spelt and is_wide else None


ROUTES = (
    ("/receipt/[0-9a-f]+", receipt),
    ("/log/checkpoint", checkpoint),
    ("/log/vkeys", keys),
    ("/log/tile/.+", tile),
)
