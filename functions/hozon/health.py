"""What ails a feed, in words. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from hozon import cadence
from hozon.model import Feed

Kind = Literal["failing", "gone", "silent", "rolled", "moving"]
Language = Literal["en", "ja"]

_ROLLED_FOR = timedelta(days=30)
_WORDS: Mapping[str, Mapping[Kind, str]] = {
    "en": {
        "failing": "failed {times}: {trouble}",
        "gone": "gone since {since}",
        "silent": "nothing new since {since}, which is longer than usual",
        "rolled": "the feed's window has rolled over {times}, last on {since}: "
        "entries may have been missed",
        "moving": "redirects for good to {target} ({times} so far)",
    },
    "ja": {
        "failing": "{times}失敗しています: {trouble}",
        "gone": "{since} から配信が終了しています",
        "silent": "{since} から更新がなく、普段より長く途絶えています",
        "rolled": "前回までの記事がすべて入れ替わっていました({times}、最後は {since})。"
        "取りこぼした記事があるかもしれません",
        "moving": "{target} へ恒久的に移転しています(これまで{times})",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ailment:
    """One thing that is wrong with a feed, in words.

    `since` is when it began: (`kind`, `since`) tells it from others of its feed, as long
    as it goes on. `at` is when it was seen last.
    """

    kind: Kind
    since: datetime
    at: datetime
    text: str


def ailments(
    feed: Feed, *, now: datetime, language: Language = "en"
) -> Iterator[Ailment]:
    """Yield what is wrong with a feed: failing, gone, silent, rolled over, moving.

    A window that rolled over is told for thirty days. A feed that is paused has no
    ailments: that is its operator's wish.
    """
    if feed.paused:
        return
    for kind, since, count in _found(feed, now):
        words = _WORDS[language][kind].format(
            times=_times(kind, count, language),
            since=f"{since:%Y-%m-%d %H:%M}",
            trouble=feed.trouble,
            target=feed.moved_uri,
        )
        at = since if kind in {"silent", "rolled"} else feed.polled_at or since
        yield Ailment(kind=kind, since=since, at=at, text=words)


def _found(feed: Feed, now: datetime) -> Iterator[tuple[Kind, datetime, int]]:
    """Yield what is wrong, since when, and how often it was seen."""
    if feed.gone_at is not None:
        yield "gone", feed.gone_at, feed.failures
    elif feed.failures:
        yield "failing", feed.succeeded_at or feed.added_at, feed.failures
    if cadence.silent(feed.arrivals, now=now):
        yield "silent", feed.arrivals[0], 1
    if feed.rolled_at is not None and now - feed.rolled_at <= _ROLLED_FOR:
        yield "rolled", feed.rolled_at, feed.rolled
    if feed.moved_uri is not None and feed.moved_at is not None:
        yield "moving", feed.moved_at, feed.moves


def _times(kind: Kind, count: int, language: Language) -> str:
    if language == "ja":
        in_a_row = kind == "failing" and count > 1
        return f"{count}回続けて" if in_a_row else f"{count}回"
    if kind == "moving":
        return "one poll" if count == 1 else f"{count} polls"
    times = "once" if count == 1 else f"{count} times"
    return f"{times} in a row" if kind == "failing" and count > 1 else times
