"""Signed out, nothing of an archive is told on any way in; signed in, all of it is.

On both sets of adapters: a folder that is served with ``--signin``, and the handler of
`ServeReaders` under its own role.
"""

import base64
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import boto3

from hozon import admitting, deciding, web
from hozon.adapters.aws.signinbook import DynamoDbSignInBook
from hozon.adapters.embedded.database import Database
from hozon.adapters.embedded.schemas import STATE
from hozon.adapters.embedded.signinbook import SqliteSignInBook
from hozon.signins import SignInBook
from hozon.web import headers
from tests import veiled
from tests.aws.stack import Stack
from tests.events import url_event
from tests.veiled import World

Send = Callable[[Mapping[str, Any]], dict[str, Any]]
FORGED = f"hozon_{'0' * 12}_{'A' * 43}"
KNOWN = {
    "cache-control",
    "content-type",
    "vary",
    "www-authenticate",
    "x-content-type-options",
    "x-robots-tag",
    *headers.APP,
}
"""The header fields of an answer to somebody outside: nothing of what they asked for."""


def ways(world: World) -> Iterator[str]:
    """Yield every way in, and some that lead nowhere."""
    yield from world.exact()
    yield from world.told_elsewhere()
    yield from world.lists()
    yield from world.open_still()
    [entry] = world.archive.index.linked(world.link)
    yield from (f"/entries/{entry.key}", f"/entries/{entry.key}/diff")
    yield from ("/sources", f"/sources/{world.feed_id}", "/captures", "/status")
    yield from (f"/captures?uri={world.link}", f"/web/*/{world.link}", "/search")
    yield from ("/log/checkpoint", "/log/vkeys", "/log/tile/0/000.p/1")
    yield from (
        f"/api/v1/feeds/{world.feed_id}",
        "/api/openapi.json",
        "/api/v1/nothing",
    )
    yield from (
        "/nothing",
        "/%00",
        "/web/",
        "/signin/x",
        "/websub",
        "//signin",
        "/icon",
    )


def outside(world: World, send: Send, fields: Mapping[str, str]) -> None:
    """Hold that nothing is told on any way in."""
    for path in ways(world):
        for accept in ("*/*", "text/html", "application/json"):
            plain, _, query = path.partition("?")
            sent = {"host": "h.example", "accept": accept, **fields}
            for method in ("GET", "HEAD") if accept == "*/*" else ("GET",):
                answer = send(url_event(plain, query, method=method, headers=sent))
                assert 401 == answer["statusCode"], path
                body = veiled.said(answer).text
                assert not veiled.names(body), path
                assert veiled.OPEN not in body
                got = {**answer["headers"]}
                got.pop("content-length", None)
                assert got.keys() <= KNOWN, path
                assert "no-store" == got["cache-control"]
                assert headers.APP.items() <= got.items()


def signed_in(send: Send, link: str) -> str:
    """Press the button of a link, and return the cookie."""
    fields = {
        "host": "h.example",
        "content-type": "application/x-www-form-urlencoded",
        "sec-fetch-site": "same-origin",
    }
    body = base64.b64encode(urlencode({"link": link}).encode()).decode()
    event = url_event("/signin", method="POST", headers=fields, body=body)
    answer = send({**event, "isBase64Encoded": True})
    assert 303 == answer["statusCode"], answer["body"]
    [cookie] = answer["cookies"]
    return str(cookie).partition(";")[0]


def matrix(world: World, send: Send, book: SignInBook) -> None:
    """Go through what may be shown at the door, on every way in."""
    now = world.clock()
    outside(world, send, {})
    outside(world, send, {"cookie": f"__Host-hozon={FORGED}"})
    link = admitting.issue("Ann", "person", book, now=now).text
    outside(world, send, {"cookie": f"__Host-hozon={link}"})

    cookie = signed_in(send, link)
    token = admitting.issue("Reader", "program", book, now=now).text
    inside(world, send, {"cookie": cookie})
    inside(world, send, {"authorization": f"Bearer {token}"})
    for signin in book.all():
        admitting.revoke(signin, book, now=now)
    outside(world, send, {"cookie": cookie})
    outside(world, send, {"authorization": f"Bearer {token}"})


def inside(world: World, send: Send, fields: Mapping[str, str]) -> None:
    """Hold that every way in is answered as it is to whoever may read, and kept by none."""
    for path in ways(world):
        known = world.ask(path, accept="*/*")
        plain, _, query = path.partition("?")
        sent = {"host": "h.example", "accept": "*/*", **fields}
        answer = send(url_event(plain, query, headers=sent))
        assert known.status == answer["statusCode"], path
        assert veiled.names(known.text) == veiled.names(veiled.said(answer).text), path
        assert "public" not in answer["headers"]["cache-control"].split(", ")


def test_every_way_in(tmp_path: Path) -> None:
    """In a folder; and what is out of sight is so for those who have signed in, too."""
    state = Database(tmp_path / "state.sqlite", STATE)
    book = SqliteSignInBook(state)
    with veiled.embedded(tmp_path / "archive") as world:

        def send(event: Mapping[str, Any]) -> dict[str, Any]:
            return web.respond(
                event, None, world.archive, largest=4_400_000, signins=book
            )

        matrix(world, send, book)
        link = admitting.issue("Ann", "person", book, now=world.clock()).text
        session = {"cookie": signed_in(send, link)}
        deciding.decide("page", world.link, "dark", world.archive)
        inside(world, send, session)
        world.clock.now += timedelta(days=30)
        outside(world, send, session)
    state.close()


def test_every_way_in_on_a_stack(stack: Stack) -> None:
    """Through the handler, under the role that the template gives it."""
    with veiled.deployed(stack) as world:

        def send(event: Mapping[str, Any]) -> dict[str, Any]:
            assert world.invoke is not None
            return world.invoke("ServeReaders", event)

        table = stack.outputs["Table"]
        matrix(world, send, DynamoDbSignInBook(boto3.client("dynamodb"), table))
