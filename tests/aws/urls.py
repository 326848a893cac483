"""A function URL on loopback: HTTP becomes an event for a handler, and its answer HTTP.

As Lambda does, it refuses an answer that is too large (502), and hands over one request
at a time.
"""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.events import url_event

MOST_BYTES = 6 * 1024 * 1024
"""Bytes of an answer, as JSON: Lambda's quota for what is not streamed."""

Handles = Callable[[dict[str, Any]], dict[str, Any]]


@contextmanager
def function_url(handles: Handles) -> Iterator[str]:
    """Serve a handler for the block, and yield its origin."""
    turn = threading.Lock()

    class Url(_Url):
        @staticmethod
        def answer(event: dict[str, Any]) -> dict[str, Any]:
            with turn:
                return handles(event)

    with ThreadingHTTPServer(("127.0.0.1", 0), Url) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Url(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answer: Handles

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        fields = {name.lower(): value for name, value in self.headers.items()}
        fields["x-forwarded-proto"] = "http"
        event = url_event(path, query, method=self.command, headers=fields)
        answered = self.answer(event)
        if len(json.dumps(answered)) > MOST_BYTES:
            answered = {"statusCode": int(HTTPStatus.BAD_GATEWAY), "headers": {}}
        body = answered.get("body") or ""
        coded = answered.get("isBase64Encoded")
        data = base64.b64decode(body) if coded else body.encode()
        self.send_response(answered["statusCode"])
        for name, value in {"content-length": len(data), **answered["headers"]}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(data)

    do_HEAD = do_GET  # noqa: N815  the name that http.server calls

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
