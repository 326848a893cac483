"""A network in a dictionary: what a site would answer, for use cases under test."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl

from hozon.nouns import uris
from hozon.nouns.errors import Refused, Unreachable
from hozon.nouns.instants import Clock
from hozon.nouns.model import Exchange, Headers
from hozon.nouns.ports import Limits


@dataclass(frozen=True, slots=True)
class Answer:
    """What a URI answers. `headers` besides Content-Length."""

    body: bytes = b""
    status: int = 200
    headers: Headers = (("Content-Type", "text/html; charset=utf-8"),)


def html(body: str) -> Answer:
    """Return an answer that is a page."""
    return Answer(f"<!doctype html><title>t</title>{body}".encode())


def redirect(target: str) -> Answer:
    """Return an answer that leads elsewhere."""
    return Answer(b"", 302, (("Location", target),))


Reply = Answer | Exception | Callable[[Headers], Answer]


@dataclass(slots=True)
class FakeFetcher:
    """A `hozon.nouns.ports.Fetcher` that asks a dictionary, and remembers each request.

    What the dictionary does not hold is refused, so that no test leaves its site.
    """

    site: Mapping[str, Reply]
    clock: Clock
    asked: list[tuple[str, Headers]] = field(default_factory=list)
    posted: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def requests(self) -> int:
        """How many requests were made."""
        return len(self.asked)

    async def fetch(
        self,
        uri: str,
        *,
        headers: Headers = (),
        limits: Limits | None = None,  # noqa: ARG002  the port's
    ) -> Exchange:
        """Answer as the site would."""
        return self._answered(uri, headers)

    async def post(
        self,
        uri: str,
        *,
        form: bytes,
        media_type: str = "application/x-www-form-urlencoded",
        limits: Limits | None = None,  # noqa: ARG002  the port's
    ) -> Exchange:
        """Answer as the site would, and remember the form.

        What is no form is told to the site in a header field of its own, ``Body``.
        """
        if not media_type.endswith("urlencoded"):
            return self._answered(uri, (("Body", form.hex()),))
        self.posted.append((uris.normal(uri), dict(parse_qsl(form.decode()))))
        return self._answered(uri, ())

    def _answered(self, uri: str, headers: Headers) -> Exchange:
        href = uris.normal(uri)
        self.asked.append((href, headers))
        reply = self.site.get(href, Refused(f"not of this site: {href}"))
        if isinstance(reply, Exception):
            raise reply
        answer = reply if isinstance(reply, Answer) else reply(headers)
        return exchange(href, answer, self.clock())


def exchange(uri: str, answer: Answer, started_at: datetime) -> Exchange:
    """Return the exchange that brought `answer`."""
    fields = (*answer.headers, ("Content-Length", str(len(answer.body))))
    head = f"HTTP/1.1 {answer.status} X\r\n" + "".join(
        f"{name}: {value}\r\n" for name, value in fields
    )
    parsed = uris.parse(uri)
    return Exchange(
        target_uri=uri,
        started_at=started_at,
        request=b"GET / HTTP/1.1\r\nHost: " + parsed.authority.encode() + b"\r\n\r\n",
        status=answer.status,
        head=head.encode() + b"\r\n",
        headers=fields,
        payload=answer.body,
        ip="192.0.2.1",
    )


def down(retry_after_s: float | None = None) -> Unreachable:
    """Return what a host that is down makes of a fetch."""
    return Unreachable("connection refused", retry_after_s=retry_after_s)
