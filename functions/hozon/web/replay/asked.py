"""What the replay's origin is asked for, and how it answers."""

import base64
import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NamedTuple

from hozon import japanese
from hozon.guarding import granting
from hozon.nouns import uris
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Misuse, NotFound
from hozon.retrieving.showing import Directories
from hozon.serving import byteranges
from hozon.serving.grants import Grant
from hozon.web.replay.worker import Worker
from hozon.web.request import Request

Answer = dict[str, Any]

_WORTH_COMPRESSING = 1400
_PATH = re.compile(
    r"/r/(?P<grant>[^/]{1,600})/(?P<key>warcs/[A-Za-z0-9._/-]{1,900}?\.warc(?:\.gz)?)/"
    r"(?P<use>[a-z])_/(?P<uri>.+)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What all requests to one replay's origin have in common: `largest` is the most
    bytes of a body, `worker` runs full replays; None: they are not offered.
    """

    largest: int
    worker: Worker | None = None
    directories: Directories = field(default_factory=Directories)


class Asked(NamedTuple):
    """A request for something that a snapshot shows, whose grant holds."""

    grant: Grant
    stated: str
    use: str
    uri: str

    @property
    def stage(self) -> str:
        """What the paths begin with where all else of this snapshot is had."""
        return f"/r/{self.stated}/{self.grant.warc_key}/"


def asked(request: Request, archive: Archive) -> Asked:
    """Return what is asked for, or raise `NotFound`, or `Refused` without a grant."""
    found = _PATH.fullmatch(request.path)
    if found is None:
        raise NotFound("there is no such page")
    grant = granting.granted(found["grant"], found["key"], archive)
    uri = found["uri"] + (f"?{request.query}" if request.query else "")
    if not re.match("https?://", uri):
        raise Misuse(f"not a URI of the Web: {uri!r:.200}")
    return Asked(grant, found["grant"], found["use"], uris.lenient(uri))


Guard = Callable[[dict[str, str]], dict[str, str]]
"""Adds the header fields that guard an answer."""


def octets(
    request: Request, data: bytes, media_type: str, guard: Guard, **fields: str
) -> Answer:
    """Answer with bytes, or a part of them: of many no more than fit into an answer.

    A range may be answered in part (RFC 9110 §15.3.7): players go on from there.
    """
    status = HTTPStatus.OK
    largest = request.largest
    stated = {"content-type": media_type, "accept-ranges": "bytes", **fields}
    span = byteranges.wanted(request.headers.get("range"), len(data))
    if span is not None:
        length = min(span.length, largest)
        part = byteranges.Span(first=span.first, length=length, size=span.size)
        data = data[part.first : part.first + length]
        status = HTTPStatus.PARTIAL_CONTENT
        stated["content-range"] = part.content_range
    elif "content-encoding" not in fields and _gains(request, data, media_type):
        data = gzip.compress(data, 5, mtime=0)
        stated |= {"content-encoding": "gzip", "vary": "accept-encoding"}
    if len(data) > largest:
        raise Misuse(f"{len(data)} bytes; at most {largest} fit into an answer here")
    return {
        "statusCode": int(status),
        "headers": guard({"cache-control": "private, max-age=300", **stated}),
        "body": base64.b64encode(data).decode(),
        "isBase64Encoded": True,
    }


def _is_text(media_type: str) -> bool:
    return media_type.startswith(("text/", "image/svg", "application/javascript"))


def _gains(request: Request, data: bytes, media_type: str) -> bool:
    is_worth = len(data) >= _WORTH_COMPRESSING and _is_text(media_type)
    return is_worth and "gzip" in request.codings


def words(
    request: Request, status: int, sentence: str, guard: Guard, **fields: str
) -> Answer:
    """Answer with a line of text, which readers see in a frame: nothing of it is markup."""
    stated = {"content-type": "text/plain; charset=utf-8", "cache-control": "no-store"}
    if request.language == "ja":
        sentence, stated["content-language"] = japanese.shown(sentence)
    return {
        "statusCode": status,
        "headers": guard({**stated, **fields}),
        "body": f"{sentence}\n",
        "isBase64Encoded": False,
    }
