"""Routes of the river's feeds: Atom with its archives, and JSON Feed."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from hozon.retrieving import riverfeeds
from hozon.retrieving.riverfeeds import Document
from hozon.web import validators
from hozon.web.request import Request


def atom(request: Request) -> Response[Any]:
    """Hand out the latest entries as Atom; ``?feed=ID`` of one feed."""
    return _sent(
        request,
        riverfeeds.latest(
            request.archive, base=request.base, feed_id=request.parameter("feed")
        ),
    )


def month(request: Request) -> Response[Any]:
    """Hand out the entries of a month as Atom (RFC 5005 §4)."""
    name = request.path.removeprefix("/river/").removesuffix(".atom")
    return _sent(
        request,
        riverfeeds.archived(
            request.archive,
            name,
            base=request.base,
            feed_id=request.parameter("feed"),
            before=request.parameter("before"),
        ),
    )


def as_json(request: Request) -> Response[Any]:
    """Hand out entries as JSON Feed; ``next_url`` leads to those before."""
    return _sent(
        request,
        riverfeeds.as_json(
            request.archive,
            base=request.base,
            feed_id=request.parameter("feed"),
            before=request.parameter("before"),
        ),
    )


def _sent(request: Request, document: Document) -> Response[Any]:
    return validators.answered(
        request,
        document.content,
        document.media_type,
        changed_at=document.changed_at,
    )
