"""The JSON API below ``/api/v1``, and its OpenAPI description, made from the code."""

import json
from functools import cache
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import LambdaFunctionUrlResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestValidationError,
)

from hozon import __version__
from hozon.nouns.errors import HozonError, NotFound
from hozon.web import entryapi, found, held, problems, river
from hozon.web.asked import REQUEST, asked
from hozon.web.request import Request

_ADDED = (river.add, held.add, found.add, entryapi.add)
"""What adds routes to the API; each module does so for its subject."""


def resolve(request: Request, context: object) -> dict[str, Any]:
    """Answer a request below ``/api``."""
    app = _app()
    app.append_context(**{REQUEST: request})  # type: ignore[no-untyped-call]  # theirs
    return app.resolve(request.event, context)  # type: ignore[arg-type]  # any will do


@cache
def _app() -> LambdaFunctionUrlResolver:
    app = LambdaFunctionUrlResolver(enable_validation=True)
    app.configure_openapi(
        title="Hozon",
        version=__version__,
        description="What an archive holds, and how it is. Instants that are asked for "
        "may be a date, RFC 3339, a timestamp of up to 14 digits, or an age like 3d.",
    )

    @app.exception_handler(HozonError)  # type: ignore[untyped-decorator]  # theirs
    def problem(error: HozonError) -> Response[Any]:
        return problems.problem(asked(app), error)

    @app.exception_handler(RequestValidationError)  # type: ignore[untyped-decorator]  # theirs
    def invalid(error: RequestValidationError) -> Response[Any]:
        return problems.told(asked(app), HTTPStatus.BAD_REQUEST, _sentence(error))

    @app.not_found
    def nothing(_: Exception) -> Response[Any]:
        said = "there is no such route; /api/openapi.json describes all there are"
        return problems.problem(asked(app), NotFound(said))

    for add in _ADDED:
        add(app)

    @app.get("/api/openapi.json", include_in_schema=False)
    def openapi() -> Response[str]:
        return Response(HTTPStatus.OK, "application/json", _described(app))

    return app


def _sentence(error: RequestValidationError) -> str:
    """Say what is wrong with each parameter."""
    wrong = [f"{one['loc'][-1]}: {one['msg']}" for one in error.errors()]
    return f"{'; '.join(wrong)}; /api/openapi.json describes each route"


def _described(app: LambdaFunctionUrlResolver) -> str:
    """Return the description, without the answer that we do not give (422)."""
    said = json.loads(app.get_openapi_json_schema())
    for route in said["paths"].values():
        for operation in route.values():
            operation["responses"].pop("422", None)
    shapes = said["components"]["schemas"]
    while unused := [name for name in shapes if f'/{name}"' not in json.dumps(said)]:
        for name in unused:
            del shapes[name]
    return json.dumps(said, ensure_ascii=False)
