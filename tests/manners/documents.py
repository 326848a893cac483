"""What publishers write and when: rhythms of articles, and the documents that list them."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count

from hozon.nouns.instants import http_date, iso
from tests.manners.evidence import Article

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
_WOBBLE = (0, 37, 11, 53, 23, 5, 41)
"""Minutes that people are late by."""


def every(
    name: str,
    gap: timedelta,
    *,
    since: datetime,
    until: datetime,
    history: int = 5,
    first: timedelta = timedelta(hours=7),
) -> tuple[Article, ...]:
    """Return articles `gap` apart, roughly, of which `history` are older than `since`."""

    def instants() -> Iterator[datetime]:
        for number in count(-history):
            late = min(_WOBBLE[number % 7] * MINUTE, gap / 4)
            yield since + first + number * gap + late

    return _articles(name, instants(), until)


def bursts(
    name: str, *, since: datetime, until: datetime, size: int = 20
) -> tuple[Article, ...]:
    """Return `size` articles within one hour a week, from two weeks ago on."""

    def instants() -> Iterator[datetime]:
        for week in count(-2):
            begins = since + timedelta(days=2, hours=14, minutes=20, weeks=week)
            yield from (begins + number * HOUR / size for number in range(size))

    return _articles(name, instants(), until)


def _articles(
    name: str, instants: Iterator[datetime], until: datetime
) -> tuple[Article, ...]:
    found: list[Article] = []
    for number, at in enumerate(instants):
        if at >= until:
            break
        found.append(
            Article(id=f"tag:{name}:{number}", at=at, path=f"/{name}/{number}")
        )
    return tuple(found)


def rss(name: str, articles: Sequence[Article], *, channel: str = "") -> bytes:
    """Return an RSS 2.0 document; `channel` is more markup for its head."""
    items = "".join(
        f"<item><title>No. {article.id}</title><link>{article.path}</link>"
        f'<guid isPermaLink="false">{article.id}</guid>'
        f"<pubDate>{http_date(article.at)}</pubDate></item>\n"
        for article in articles
    )
    syndication = "http://purl.org/rss/1.0/modules/syndication/"
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n'
        f'<rss version="2.0" xmlns:sy="{syndication}"><channel><title>{name}</title>'
        f"<link>/</link><description>Of {name}.</description>{channel}\n{items}"
        "</channel></rss>"
    ).encode()


def atom(name: str, articles: Sequence[Article]) -> bytes:
    """Return an Atom document."""
    entries = "".join(
        f"<entry><id>{article.id}</id><title>No. {article.id}</title>"
        f'<link href="{article.path}"/><updated>{iso(article.at)}</updated></entry>\n'
        for article in articles
    )
    updated = iso(articles[0].at) if articles else "1970-01-01T00:00:00Z"
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom"><id>tag:{name}</id>'
        f"<title>{name}</title><updated>{updated}</updated>\n{entries}</feed>"
    ).encode()


def page(article: Article) -> bytes:
    """Return the page of an article: a plain one with a few paragraphs."""
    paragraphs = "".join(
        f"<p>Paragraph {number} of {article.id}. The heron stood in the shallow water "
        "until the tide had turned, and nobody on the long wooden pier said a word "
        "while the boats came in, one after the other, with the catch of the night.</p>"
        for number in range(6)
    )
    return (
        f"<!doctype html><html lang=en><title>No. {article.id}</title><article>"
        f"<h1>No. {article.id}</h1>{paragraphs}</article></html>"
    ).encode()
