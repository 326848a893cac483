"""What routes of the API have in common: the request they are for, and their words."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import LambdaFunctionUrlResolver
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BaseModel

from hozon.nouns import instants
from hozon.nouns.archive import Archive
from hozon.web.request import Request
from hozon.web.schemas import Problem

REQUEST = "request"

Uri = Annotated[str, Query(max_length=4096, description="of the original")]
Moment = Annotated[str | None, Query(max_length=40, description="an instant or an age")]


def asked(app: LambdaFunctionUrlResolver) -> Request:
    """Return the request that is being answered."""
    request: Request = app.context[REQUEST]
    return request


def moment(text: str | None, archive: Archive) -> datetime | None:
    """Return the instant that a parameter states, or raise `Misuse`."""
    return None if text is None else instants.parse(text, now=archive.clock())


def answers(model: type[BaseModel], says: str) -> dict[int, Any]:
    """Return the description of a route's answers: of this shape, or a problem."""
    return {
        HTTPStatus.OK.value: {
            "description": says,
            "content": {"application/json": {"model": model}},
        },
        **PROBLEMS,
    }


_AS_PROBLEM = {"application/json": {"model": Problem}}
PROBLEMS: dict[int, Any] = {
    400: {"description": "The request cannot be used", "content": _AS_PROBLEM},
    404: {"description": "The archive does not hold it", "content": _AS_PROBLEM},
    403: {"description": "It is under an embargo, until then", "content": _AS_PROBLEM},
    451: {"description": "It was put out of sight", "content": _AS_PROBLEM},
    503: {
        "description": "A store cannot answer now; Retry-After may say when",
        "content": _AS_PROBLEM,
    },
}
