"""Signed out, nothing of an archive is told on any way in; signed in, all of it is.

On both sets of adapters: a folder that is served with ``--signin``, and the handler of
`ServeReaders` under its own role.
"""

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import boto3

from hozon import web
from hozon.adapters.aws.signinbook import DynamoDbSignInBook
from hozon.adapters.embedded.database import Database
from hozon.adapters.embedded.schemas import STATE
from hozon.adapters.embedded.signinbook import SqliteSignInBook
from hozon.guarding import admitting, deciding
from hozon.nouns.signins import Holder
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


def outside(
    paths: Iterable[str],
    send: Send,
    fields: Mapping[str, str],
    accepted: tuple[str, ...] = ("text/html", "application/json", "*/*"),
) -> None:
    """Hold that nothing is told on any of these ways in."""
    for path, accept in product(paths, accepted):
        plain, _, query = path.partition("?")
        sent = {"host": "h.example", "accept": accept, **fields}
        answer = send(url_event(plain, query, headers=sent))
        assert 401 == answer["statusCode"], path
        body = veiled.said(answer).text
        assert not veiled.names(body), path
        assert veiled.OPEN not in body
        assert answer["headers"].keys() <= KNOWN, path
        assert "no-store" == answer["headers"]["cache-control"]
        assert headers.APP.items() <= answer["headers"].items()
        head = send(url_event(plain, query, method="HEAD", headers=sent))
        assert (401, "") == (head["statusCode"], head["body"])


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


def inside(
    world: World, paths: Iterable[str], send: Send, fields: Mapping[str, str]
) -> None:
    """Hold that these ways are answered as to whoever may read, and that no cache keeps
    it for others.
    """
    for path in paths:
        if path.startswith("/r/"):
            continue  # of the replay's own origin, which knows no reader
        known = world.ask(path, accept="*/*")
        plain, _, query = path.partition("?")
        sent = {"host": "h.example", "accept": "*/*", **fields}
        answer = send(url_event(plain, query, headers=sent))
        assert known.status == answer["statusCode"], path
        assert veiled.names(known.text) == veiled.names(veiled.said(answer).text), path
        assert "public" not in answer["headers"]["cache-control"].split(", ")


def test_every_way_in(tmp_path: Path) -> None:
    """In a folder: what may be shown at the door, on every way in. What is out of sight is
    so for those who have signed in, too.
    """
    with (
        closing(Database(tmp_path / "state.sqlite", STATE)) as state,
        veiled.embedded(tmp_path / "archive") as world,
    ):
        book, paths = SqliteSignInBook(state), list(ways(world))

        def send(event: Mapping[str, Any]) -> dict[str, Any]:
            return web.respond(
                event,
                None,
                world.archive,
                largest=4_400_000,
                signins=book,
                replay=web.Replay(origin=":8081", runs=True),
            )

        def issued(holder: Holder) -> str:
            return admitting.issue("Ann", holder, book, now=world.clock()).text

        link, token, ending = issued("person"), issued("program"), issued("person")
        shown = {"cookie": signed_in(send, issued("person"))}
        bearing = {"authorization": f"Bearer {token}"}
        session = {"cookie": signed_in(send, ending)}
        for forged in (
            {},
            {"cookie": f"__Host-hozon={FORGED}"},
            {"cookie": f"__Host-hozon={link}"},
            {"authorization": f"Bearer {link}"},
        ):
            outside(paths, send, forged)
        inside(world, paths, send, shown)
        inside(world, paths, send, bearing)
        deciding.decide("page", world.link, "dark", world.archive)
        inside(world, paths, send, session)
        for signin in book.all():
            if not ending.startswith(f"hozon_{signin.id}"):
                admitting.revoke(signin, book, now=world.clock())
        outside(paths, send, shown)
        outside(paths, send, bearing)
        world.clock.now += timedelta(days=30)
        outside(paths, send, session)


def test_the_door_of_a_stack(stack: Stack) -> None:
    """Through the handler, under the role that the template gives it."""
    with veiled.deployed(stack) as world:
        dynamodb = boto3.client("dynamodb")
        book = DynamoDbSignInBook(dynamodb, stack.outputs["Table"])
        paths = list(ways(world))

        def send(event: Mapping[str, Any]) -> dict[str, Any]:
            assert world.invoke is not None
            return world.invoke("ServeReaders", event)

        outside(paths, send, {}, ("*/*",))
        link = admitting.issue("Ann", "person", book, now=world.clock()).text
        session = {"cookie": signed_in(send, link)}
        some = [
            "/",
            "/river.atom",
            f"/web/{world.link}",
            "/api/v1/status",
            "/search?q=x",
        ]
        inside(world, some, send, session)
        fields = {"host": "h.example", "sec-fetch-site": "same-origin", **session}
        out = send(url_event("/signout", method="POST", headers=fields, body=""))
        assert 303 == out["statusCode"]
        outside(some, send, session, ("text/html",))
