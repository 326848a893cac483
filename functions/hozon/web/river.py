"""API: entries, feeds, and how the archive is."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import LambdaFunctionUrlResolver
from aws_lambda_powertools.event_handler.openapi.params import Query

from hozon.entries import health
from hozon.nouns.archive import Archive
from hozon.nouns.errors import NotFound
from hozon.nouns.model import Feed
from hozon.operating.standing import standing
from hozon.retrieving.listing import entry_of
from hozon.serving import describing, memento
from hozon.web import historical, schemas
from hozon.web.asked import Moment, answers, asked, moment

FeedId = Annotated[str | None, Query(max_length=64, description="id of a feed")]


def add(app: LambdaFunctionUrlResolver) -> None:
    """Add these routes."""

    @app.get(
        "/api/v1/entries",
        summary="The river: entries, newest first",
        responses=answers(schemas.Entries, "A page of the river"),
    )
    def entries(
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        before: Annotated[str | None, Query(max_length=500)] = None,
        feed: FeedId = None,
        since: Moment = None,
        until: Moment = None,
    ) -> dict[str, Any]:
        archive = asked(app).archive
        sources = {f.id: f.title or f.uri for f in archive.feeds.all()}
        found, cursor = archive.index.river(
            limit=limit,
            before=before,
            feed_id=feed,
            since=moment(since, archive),
            until=moment(until, archive),
        )
        return {
            "entries": [
                describing.described(e, sources.get(e.entry.feed_id, "")) for e in found
            ],
            "before": cursor,
        }

    @app.get(
        "/api/v1/entries/<entry_id>",
        summary="One entry, with all snapshots of its page, and what looks found",
        responses=answers(schemas.WholeEntry, "The entry"),
    )
    def entry(entry_id: str) -> dict[str, Any]:
        return _whole(entry_id, asked(app).archive, asked(app).base)

    @app.get(
        "/api/v1/feeds",
        summary="The feeds that are followed",
        responses=answers(schemas.Feeds, "All feeds"),
    )
    def feeds() -> dict[str, Any]:
        archive = asked(app).archive
        return {"feeds": [_feed(each, archive) for each in archive.feeds.all()]}

    @app.get(
        "/api/v1/feeds/<feed_id>",
        summary="One feed, and what is wrong with it",
        responses=answers(schemas.Feed, "The feed"),
    )
    def feed(feed_id: str) -> dict[str, Any]:
        archive = asked(app).archive
        return _feed(archive.feeds.get(feed_id), archive)

    @app.get(
        "/api/v1/status",
        summary="How the archive is",
        responses=answers(schemas.Status, "Counts, and what fails"),
    )
    def status() -> dict[str, Any]:
        return standing(asked(app).archive)


def _feed(feed: Feed, archive: Archive) -> dict[str, Any]:
    ailing = health.ailments(feed, now=archive.clock())
    return {**describing.feed(feed), "ailments": [each.text for each in ailing]}


def _whole(entry_id: str, archive: Archive, base: str) -> dict[str, Any]:
    shown = entry_of(archive.index, entry_id)
    link = shown.entry.link
    try:
        feed = archive.feeds.get(shown.entry.feed_id)
        source = feed.title or feed.uri
    except NotFound:
        source = ""  # it is followed no more
    return {
        **describing.described(shown, source),
        "snapshots": [
            {
                **describing.snapshot(each),
                "memento": base + memento.path(each.page_uri, each.captured_at),
            }
            for each in (archive.index.snapshots(link) if link else ())
        ],
        **historical.looked(link, archive),
    }
