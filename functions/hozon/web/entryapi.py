"""The JSON API of one entry: what looks found, its versions, their difference."""

from collections.abc import Callable
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import LambdaFunctionUrlResolver
from aws_lambda_powertools.event_handler.openapi.params import Query

from hozon.archive import Archive
from hozon.web import historical

Share = Annotated[float, Query(ge=0, le=1)]


def add(app: LambdaFunctionUrlResolver, archive: Callable[[], Archive]) -> None:
    """Add the routes to the API; `archive` returns the one that is asked."""

    @app.get("/api/v1/entries/<entry_id>", summary="One entry, and what looks found")
    def entry(entry_id: str) -> dict[str, Any]:
        return historical.entry(entry_id, archive())

    @app.get(
        "/api/v1/entries/<entry_id>/versions", summary="The versions of an article"
    )
    def versions(entry_id: str, min_change: Share = 0.0) -> dict[str, Any]:
        return historical.versions_of(entry_id, archive(), min_change)

    @app.get(
        "/api/v1/entries/<entry_id>/diff",
        summary="How one version became another; by default the latest edit",
    )
    def diff(
        entry_id: str,
        before: Annotated[int | None, Query(ge=1, alias="from")] = None,
        after: Annotated[int | None, Query(ge=1, alias="to")] = None,
        min_change: Share = 0.0,
    ) -> dict[str, Any]:
        return historical.diff_of(entry_id, archive(), before, after, min_change)
