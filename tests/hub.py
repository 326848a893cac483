"""A WebSub hub on loopback, as the W3C Recommendation has it: for tests of the whole way.

with Hub() as hub:
    … a feed names hub.uri … hub.requests … hub.verified … hub.publish(topic, body)
"""

import hashlib
import hmac
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlencode


@dataclass(slots=True)
class Hub:
    """Takes requests, verifies each at its callback, and passes on what is published.

    `lease_s` is what it grants; `denies` has it deny instead of verifying; `status` is
    its answer to requests. `verified` are the requests whose challenge came back, in
    order; `callbacks` those that hold, by topic.
    """

    lease_s: int = 864_000
    denies: bool = False
    status: int = 202
    requests: list[dict[str, str]] = field(default_factory=list)
    verified: list[dict[str, str]] = field(default_factory=list)
    callbacks: dict[str, dict[str, str]] = field(default_factory=dict)
    _server: ThreadingHTTPServer | None = None

    def __enter__(self) -> Self:
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["content-length"])
                asked = dict(parse_qsl(self.rfile.read(length).decode()))
                hub.requests.append(asked)
                # Before the answer: what a subscriber must be ready for.
                if hub.status == 202:
                    hub.verify(asked)
                self.send_response(hub.status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    @property
    def authority(self) -> str:
        """Host and port."""
        assert self._server is not None
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def uri(self) -> str:
        """Where it takes requests."""
        return f"http://{self.authority}/hub"

    def verify(self, asked: dict[str, str]) -> int:
        """Ask the callback whether it meant it (§5.3), or deny (§5.2)."""
        mode, topic = asked["hub.mode"], asked["hub.topic"]
        if self.denies:
            denial = {"hub.mode": "denied", "hub.topic": topic, "hub.reason": "no"}
            return self._get(asked["hub.callback"], denial)[0]
        question = {"hub.mode": mode, "hub.topic": topic, "hub.challenge": "c" * 40}
        if mode == "subscribe":
            question["hub.lease_seconds"] = str(self.lease_s)
        status, body = self._get(asked["hub.callback"], question)
        if 200 <= status < 300 and body == b"c" * 40:
            self.verified.append(asked)
            if mode == "subscribe":
                self.callbacks[topic] = asked
            else:
                self.callbacks.pop(topic, None)
        return status

    def publish(self, topic: str, body: bytes, *, method: str = "sha256") -> int:
        """Send `body` to who subscribed to `topic`, signed; return the answer's status."""
        asked = self.callbacks[topic]
        made = hmac.new(asked["hub.secret"].encode(), body, getattr(hashlib, method))
        headers = {
            "content-type": "application/rss+xml",
            "x-hub-signature": f"{method}={made.hexdigest()}",
        }
        return self.post(asked["hub.callback"], body, headers)

    @staticmethod
    def post(uri: str, body: bytes, headers: dict[str, str]) -> int:
        """POST to a callback and return the status."""
        request = urllib.request.Request(uri, body, headers, method="POST")
        return _answer(request)[0]

    @staticmethod
    def _get(uri: str, question: dict[str, str]) -> tuple[int, bytes]:
        joint = "&" if "?" in uri else "?"
        return _answer(urllib.request.Request(f"{uri}{joint}{urlencode(question)}"))


def _answer(request: urllib.request.Request) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
