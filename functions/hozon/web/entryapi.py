"""API: the versions of one entry's article, and their difference."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import LambdaFunctionUrlResolver
from aws_lambda_powertools.event_handler.openapi.params import Query

from hozon.web import historical, schemas
from hozon.web.asked import answers, asked

Share = Annotated[
    float,
    Query(ge=0, le=1, description="pass over edits of less of the text than this"),
]


def add(app: LambdaFunctionUrlResolver) -> None:
    """Add these routes."""

    @app.get(
        "/api/v1/entries/<entry_id>/versions",
        summary="The versions of an article, oldest first",
        responses=answers(schemas.Versions, "All versions"),
    )
    def versions(entry_id: str, min_change: Share = 0.0) -> dict[str, Any]:
        return historical.versions_of(entry_id, asked(app).archive, min_change)

    @app.get(
        "/api/v1/entries/<entry_id>/diff",
        summary="How one version became another; by default the latest edit",
        responses=answers(schemas.Difference, "The facts and sentences that differ"),
    )
    def diff(
        entry_id: str,
        before: Annotated[int | None, Query(ge=1, alias="from")] = None,
        after: Annotated[int | None, Query(ge=1, alias="to")] = None,
        min_change: Share = 0.0,
    ) -> dict[str, Any]:
        archive = asked(app).archive
        return historical.diff_of(entry_id, archive, before, after, min_change)
