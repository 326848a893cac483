"""``hozon serve``: the archive's pages and API on this machine."""

import base64
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import click

from hozon import uris, web, websub, wiring
from hozon.archive import Archive
from hozon.cli.context import Context, note
from hozon.errors import Misuse, Unusable
from hozon.web import headers, replay
from hozon.web.replay.worker import Worker, fetched

LARGEST = 1 << 30
LARGEST_POST = 10_000_000
_LAST_PORT = 65535

Answers = Callable[[dict[str, Any], web.Outlet], web.Answer]
"""Answers the event that a request was made into."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to bind.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="0 takes any that is free.",
)
@click.option(
    "--public-url",
    metavar="URL",
    help="Where the Internet reaches this server. It is kept, and `hozon run` then asks "
    "hubs (WebSub) to tell of news there; '' ends that.",
)
@click.option(
    "--replay-port",
    type=click.IntRange(0, 65535),
    help="Port of the replay's origin, apart from the pages; by default the next one.",
)
@click.option(
    "--replay-url",
    metavar="URL",
    help="Where readers reach that, if not at the same host: behind a proxy it is best "
    "another host than that of the pages.",
)
@click.pass_obj
def serve(  # noqa: PLR0917  click names them
    context: Context,
    host: str,
    port: int,
    public_url: str | None,
    replay_port: int | None,
    replay_url: str | None,
) -> None:
    """Serve the pages and the API of this archive, and replays on a second port, until
    interrupted.
    """
    if replay_url is not None:
        replay_url = origin(replay_url)
    if public_url is not None:
        with context.folder("serve --public-url"):
            wiring.publish(context.directory, public_url)
    with (
        context.open() as opened,
        served(
            opened.archive,
            host,
            port,
            replay_port=replay_port,
            replay_url=replay_url,
            runner=fetched(),
        ) as serving,
    ):
        bound, replays = (
            f"http://{host}:{each.server_address[1]}/"
            for each in (serving.pages, serving.replays)
        )
        context.say({"uri": bound, "replay": replays}, bound)
        note(f"replays are shown at {replays}")
        note("Ctrl-C ends it")
        serving.pages.serve_forever()


class Serving(NamedTuple):
    """Both servers of an archive: that of the replays is at work already."""

    pages: ThreadingHTTPServer
    replays: ThreadingHTTPServer


@contextmanager
def served(
    archive: Archive,
    host: str,
    port: int,
    *,
    replay_port: int | None = None,
    replay_url: str | None = None,
    runner: Worker | None = None,
) -> Iterator[Serving]:
    """Bind both servers of an archive, and close them in the end. `runner` runs full
    replays.

    Raises `Unusable` as `server` does.
    """
    stage = replay.Stage(largest=LARGEST, worker=runner)
    with _beside(archive, host, port, replay_port, stage) as replays:
        stated = replay_url or f":{replays.server_address[1]}"
        there = web.Replay(origin=stated, runs=runner is not None)
        with server(archive, host, port, there=there) as pages:
            threading.Thread(target=replays.serve_forever, daemon=True).start()
            try:
                yield Serving(pages, replays)
            finally:
                replays.shutdown()


def _beside(
    archive: Archive, host: str, port: int, stated: int | None, stage: replay.Stage
) -> ThreadingHTTPServer:
    """Return the server of replays: at the port that is stated, else at the next one,
    or any where that is taken.
    """
    if stated is not None:
        return replay_server(archive, host, stated, stage)
    try:
        after = port + 1 if 0 < port < _LAST_PORT else 0
        return replay_server(archive, host, after, stage)
    except Unusable:
        return replay_server(archive, host, 0, stage)


def origin(url: str) -> str:
    """Return an origin that is stated as a URL, or raise `Misuse`."""
    parsed = uris.parse(url)
    if (parsed.path, parsed.query) != ("/", ""):
        raise Misuse(
            f"the replay is at a host of its own, without a path: {url!r:.200}"
        )
    return uris.normal(url).rstrip("/")


def server(
    archive: Archive, host: str, port: int, *, there: web.Replay | None = None
) -> ThreadingHTTPServer:
    """Return a server for `archive`, bound and not yet serving; replays are `there`.

    Raises `Unusable` where there is no such address, or another has it.
    """

    def answer(event: dict[str, Any], outlet: web.Outlet) -> web.Answer:
        return web.respond(
            event, None, archive, largest=LARGEST, outlet=outlet, replay=there
        )

    return _bound(host, port, answer)


def replay_server(
    archive: Archive, host: str, port: int, stage: replay.Stage
) -> ThreadingHTTPServer:
    """Return a server for the replays of `archive`, bound and not yet serving."""

    def answer(event: dict[str, Any], outlet: web.Outlet) -> web.Answer:
        del outlet
        return replay.respond(event, archive, stage)

    return _bound(host, port, answer)


def _bound(host: str, port: int, answers: Answers) -> ThreadingHTTPServer:
    class Handler(_Handler):
        answer = staticmethod(answers)

    try:
        return _Server((host, port), Handler)
    except (OSError, UnicodeError) as e:
        raise Unusable(f"cannot serve at {host}:{port}: {e}") from None


class _Server(ThreadingHTTPServer):
    """Answers each request in a thread of its own."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Tell what went wrong, but not that a reader went away."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Turns a request into a function URL event and the answer back into HTTP."""

    answer: Answers
    protocol_version = "HTTP/1.1"
    timeout = 60
    _body = b""

    def do_GET(self) -> None:
        """Answer GET and HEAD, and OPTIONS."""
        outlet = web.Outlet()
        answer = self.answer(self._event(), outlet)
        body = answer.get("body") or ""
        coded = answer.get("isBase64Encoded")
        data = base64.b64decode(body) if coded else body.encode()
        self.send_response(answer["statusCode"])
        stated = {"content-length": str(len(data)), **answer["headers"]}
        for name, value in stated.items():
            self.send_header(name, value)
        self.end_headers()
        for piece in outlet.pieces or (data,):
            self.wfile.write(piece)

    do_HEAD = do_OPTIONS = do_GET  # noqa: N815  the names that http.server calls

    def do_POST(self) -> None:
        """Take what a hub sends; nobody else has anything to send."""
        length = self.headers.get("content-length") or ""
        if problem := _refusal(self.path, length):
            self.close_connection = True
            self.send_error(problem)
            return
        self._body = self.rfile.read(int(length))
        self.do_GET()
        self._body = b""

    def _event(self) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        fields = {name.lower(): value for name, value in self.headers.items()}
        return {
            "version": "2.0",
            "rawPath": path,
            "rawQueryString": query,
            "headers": {**fields, "x-forwarded-proto": "http"},
            "requestContext": {
                "stage": "$default",
                "http": {"method": self.command, "path": path},
            },
            "body": base64.b64encode(self._body).decode(),
            "isBase64Encoded": True,
        }

    def send_error(
        self, code: int, message: str | None = None, explain: str | None = None
    ) -> None:
        """Say what is wrong with a request that is no request; nothing of it goes back.

        With the header fields of all answers: http.server would send a page of its own.
        """
        del message, explain
        said = f"{HTTPStatus(code).phrase}\n".encode()
        self.close_connection = True
        self.request_version = self.protocol_version  # a bare line is answered in full
        self.send_response(code)
        for name, value in headers.guarding({}).items():
            self.send_header(name, value)
        self.send_header("content-type", "text/plain; charset=utf-8")
        self.send_header("content-length", str(len(said)))
        self.send_header("connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(said)

    def version_string(self) -> str:
        """Return the Server field: the program, not its version."""
        return "Hozon"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  its name there
        """Stay quiet: what a reader asks for is nobody's business."""


def _refusal(path: str, length: str) -> HTTPStatus | None:
    """Return why a POST is not taken, None if it is."""
    if not path.startswith(websub.PATH):
        return HTTPStatus.METHOD_NOT_ALLOWED
    if not length.isascii() or not length.isdecimal():
        return HTTPStatus.LENGTH_REQUIRED
    if len(length) > 9 or int(length) > LARGEST_POST:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return None
