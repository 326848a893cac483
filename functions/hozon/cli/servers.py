"""HTTP servers on this machine: requests become function URL events, answers HTTP."""

import base64
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any, NamedTuple

from hozon import web
from hozon.entries import websub
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Unusable
from hozon.nouns.signins import SignInBook
from hozon.web import headers, replay
from hozon.web.replay.worker import Worker
from hozon.web.signin import IN, OUT

LARGEST = 1 << 30
LARGEST_POST = 10_000_000
_LAST_PORT = 65535

Answers = Callable[[dict[str, Any], web.Outlet], web.Answer]
"""Answers the event that a request was made into."""


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
    signins: SignInBook | None = None,
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
        with server(archive, host, port, signins=signins, there=there) as pages:
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


def is_here(host: str) -> bool:
    """Tell whether a host, as it is named, is this machine and no other."""
    named = host.strip("[]").lower().rstrip(".")
    if named == "localhost" or named.endswith(".localhost"):
        return True
    try:
        return ip_address(named).is_loopback
    except ValueError:
        return False


def server(
    archive: Archive,
    host: str,
    port: int,
    *,
    signins: SignInBook | None = None,
    there: web.Replay | None = None,
) -> ThreadingHTTPServer:
    """Return a server for `archive`, bound and not yet serving; replays are `there`.

    With `signins` it lets in only who has one. Where it is for this machine alone, it is
    so for pages as well: they reach it by its own names only, for any other may be the
    name of a stranger's site that was pointed here (DNS rebinding).

    Raises `Unusable` where there is no such address, or another has it.
    """

    def answer(event: dict[str, Any], outlet: web.Outlet) -> web.Answer:
        return web.respond(
            event,
            None,
            archive,
            largest=LARGEST,
            outlet=outlet,
            signins=signins,
            replay=there,
        )

    return _bound(
        host,
        port,
        answer,
        taken=(websub.PATH, *((IN, OUT) if signins else ())),
        only_here=is_here(host) and not archive.is_public and signins is None,
    )


def replay_server(
    archive: Archive, host: str, port: int, stage: replay.Stage
) -> ThreadingHTTPServer:
    """Return a server for the replays of `archive`, bound and not yet serving."""

    def answer(event: dict[str, Any], outlet: web.Outlet) -> web.Answer:
        del outlet
        return replay.respond(event, archive, stage)

    return _bound(host, port, answer)


def _bound(
    host: str,
    port: int,
    answers: Answers,
    *,
    taken: tuple[str, ...] = (),
    only_here: bool = False,
) -> ThreadingHTTPServer:
    class Handler(_Handler):
        answer = staticmethod(answers)

    Handler.taken, Handler.only_here = taken, only_here

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
    taken: tuple[str, ...] = ()
    only_here = False
    protocol_version = "HTTP/1.1"
    timeout = 60
    _body = b""

    def do_GET(self) -> None:
        """Answer GET and HEAD, and OPTIONS."""
        if self.only_here and not is_here(_host(self.headers.get("host", ""))):
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return
        outlet = web.Outlet()
        answer = self.answer(self._event(), outlet)
        body = answer.get("body") or ""
        coded = answer.get("isBase64Encoded")
        data = base64.b64decode(body) if coded else body.encode()
        self.send_response(answer["statusCode"])
        stated = {"content-length": str(len(data)), **answer["headers"]}
        for name, value in stated.items():
            self.send_header(name, value)
        for cookie in answer.get("cookies", ()):
            self.send_header("set-cookie", cookie)
        self.end_headers()
        for piece in outlet.pieces or (data,):
            self.wfile.write(piece)

    do_HEAD = do_OPTIONS = do_GET  # noqa: N815  the names that http.server calls

    def do_POST(self) -> None:
        """Take what a hub sends, and who signs in; nobody else has anything to send."""
        length = self.headers.get("content-length") or ""
        if problem := _refusal(self.path, length, self.taken):
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


def _host(stated: str) -> str:
    """Return the host of a Host field, without its port; none named is this one."""
    host, _, port = stated.rpartition(":")
    return (host if port.isdigit() and host else stated) or "localhost"


def _refusal(path: str, length: str, taken: tuple[str, ...]) -> HTTPStatus | None:
    """Return why a POST is not taken, None if it is."""
    if not path.startswith(taken):
        return HTTPStatus.METHOD_NOT_ALLOWED
    if not length.isascii() or not length.isdecimal():
        return HTTPStatus.LENGTH_REQUIRED
    if len(length) > 9 or int(length) > LARGEST_POST:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return None
