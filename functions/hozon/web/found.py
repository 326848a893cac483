"""API: what is found by its text."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import LambdaFunctionUrlResolver
from aws_lambda_powertools.event_handler.openapi.params import Query

from hozon.search.finding import Filters
from hozon.search.query import LONGEST_QUERY
from hozon.searching import searching
from hozon.serving import describing
from hozon.web import schemas
from hozon.web.asked import Moment, answers, asked, moment

Words = Annotated[
    str,
    Query(
        min_length=1,
        max_length=LONGEST_QUERY,
        description='words that must all be there, "a phrase", the beginning of a word '
        "with * behind it, -word for what must not be there",
    ),
]


def add(app: LambdaFunctionUrlResolver) -> None:
    """Add this route."""

    @app.get(
        "/api/v1/search",
        summary="Entries in which words are found, newest first",
        responses=answers(schemas.Hits, "A page of what was found"),
    )
    def search(
        *,
        q: Words,
        limit: Annotated[int, Query(ge=1, le=100)] = 10,
        before: Annotated[str | None, Query(max_length=512)] = None,
        feed: Annotated[
            str | None, Query(max_length=64, description="id of a feed")
        ] = None,
        since: Moment = None,
        until: Moment = None,
    ) -> dict[str, Any]:
        archive = asked(app).archive
        filters = Filters(
            feed_id=feed,
            since=moment(since, archive),
            until=moment(until, archive),
            before=before,
        )
        found = searching.search(q, archive, limit=limit, filters=filters)
        sources = {f.id: f.title or f.uri for f in archive.feeds.all()}
        return {
            "hits": [
                describing.found(
                    hit.document,
                    hit.title,
                    hit.excerpt,
                    sources.get(hit.document.feed_id, ""),
                )
                for hit in found.hits
            ],
            "before": found.before,
            "searched": found.searched,
        }
