"""Rules about what was brought home, and what it cost: entries, pages, robots.txt."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from tests.manners.evidence import SLACK, Article, Evidence, Truth

GRACE = timedelta(hours=48)
"""What was published this short before the end need not be found yet."""

ROBOTS_KEPT = timedelta(hours=24)
"""How long robots.txt may be used (RFC 9309 §2.4)."""

ROBOTS_PAUSE = timedelta(hours=6)
PAGE_REQUESTS = 5
"""A page is captured, and looked at again after an hour, a day, a week, a month."""


def misses_no_entry(evidence: Evidence) -> Iterator[str]:
    """Every entry is found that was published, unless a window is too short for it."""
    for feed in evidence.feeds:
        missed = [] if feed.may_lose else _missed(evidence, feed)
        if missed:
            dates = ", ".join(f"{article.at:%d %b %H:%M}" for article in missed[:5])
            yield f"{feed.name}: {len(missed)} entries missed, of {dates}"


def _due(evidence: Evidence, feed: Truth) -> Sequence[Article]:
    """Return the articles that must have been found by the end."""
    visits = evidence.of(feed)
    until = evidence.until - GRACE
    if any(visit.status == 410 for visit in visits):
        until = max(v.at for v in visits if v.status in {200, 304})
    return [a for a in feed.articles if evidence.since <= a.at < until]


def _missed(evidence: Evidence, feed: Truth) -> Sequence[Article]:
    return [a for a in _due(evidence, feed) if a.id not in evidence.first_seen]


def finds_entries_in_time(evidence: Evidence) -> Iterator[str]:
    """Where a server says 304 for ever, new entries are found nevertheless, in time."""
    for feed in evidence.feeds:
        if feed.found_within is None:
            continue
        for article in _due(evidence, feed):
            seen = evidence.first_seen.get(article.id)
            if seen is None or seen - article.at > feed.found_within + SLACK:
                age = "never" if seen is None else f"after {seen - article.at}"
                yield f"{feed.name}: {article.at:%d %b %H:%M} found {age}"


def tells_no_entry_twice(evidence: Evidence) -> Iterator[str]:
    """An entry stays one entry, whatever happens to its feed."""
    for id_, times in Counter(seen.id for seen in evidence.entries).items():
        if times > 1:
            yield f"{id_}: {times} entries"


def counts_what_rolled_over(evidence: Evidence) -> Iterator[str]:
    """Where entries were missed because the window rolled over, the archive knows."""
    if evidence.rolled is None:
        return
    for feed in evidence.feeds:
        missed = _missed(evidence, feed)
        if missed and feed.may_lose and not evidence.rolled.get(feed.name):
            yield f"{feed.name}: {len(missed)} entries missed, and the gauge is at 0"


def captures_every_open_article(evidence: Evidence) -> Iterator[str]:
    """The page of each entry is fetched, where robots.txt allows that."""
    for feed in evidence.feeds:
        if feed.closed:
            continue
        for article in _due(evidence, feed):
            visits = evidence.by_target.get((feed.host, article.path), ())
            found = article.id in evidence.first_seen
            if found and not any(visit.status == 200 for visit in visits):
                yield f"{feed.name}: {article.path} was never fetched"


def keeps_out_of_disallowed_pages(evidence: Evidence) -> Iterator[str]:
    """Where robots.txt disallows pages, none is asked for."""
    for feed in evidence.feeds:
        asked = [v for a in feed.articles for v in _page(evidence, feed, a)]
        if feed.closed and asked:
            yield f"{feed.name}: {asked[0]} and {len(asked) - 1} more"


def _page(evidence: Evidence, feed: Truth, article: Article) -> Sequence[object]:
    return evidence.by_target.get((feed.host, article.path), ())


def reads_robots_txt(evidence: Evidence) -> Iterator[str]:
    """Nobody's page is asked for without knowing today's robots.txt."""
    for host, visits in evidence.by_host.items():
        read_at, unread = None, []
        for visit in visits:
            if visit.target == "/robots.txt":
                read_at = visit.at
            elif (host, visit.target) in evidence.articles:
                old = read_at is None or visit.at - read_at > ROBOTS_KEPT + SLACK
                unread += [visit] if old else []
        if unread:
            yield f"{unread[0]} and {len(unread) - 1} more pages, robots.txt unread"


def asks_robots_txt_seldom(evidence: Evidence) -> Iterator[str]:
    """robots.txt is kept: one request in six hours is enough."""
    for host in evidence.by_host:
        visits = evidence.by_target.get((host, "/robots.txt"), ())
        for one, other in pairwise(visits):
            if other.at - one.at < ROBOTS_PAUSE - SLACK:
                yield f"{other}: {other.at - one.at} after the one before"


def asks_a_page_seldom(evidence: Evidence) -> Iterator[str]:
    """No page is asked for again and again."""
    for (host, target), feed in evidence.articles.items():
        asked = len(evidence.by_target.get((host, target), ()))
        if asked > PAGE_REQUESTS:
            yield f"{feed.name}: {target} asked for {asked} times"
