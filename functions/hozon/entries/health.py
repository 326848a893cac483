"""What ails a feed, in words. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from hozon import japanese
from hozon.japanese.names import KINDS
from hozon.nouns.model import Feed, Trouble, TroubleKind
from hozon.timetable import cadence

Kind = Literal[
    "failing", "gone", "silent", "rolled", "moving", "deaf", "empty", "blocked"
]
Language = Literal["en", "ja"]

LOOKED_AT = 500
"""How many of the latest troubles are looked at to tell which feeds are blocked."""

_ROLLED_FOR = timedelta(days=30)
_NOT_BLOCKED = frozenset({"failed", "refused"})
_WORDS: Mapping[str, Mapping[Kind, str]] = {
    "en": {
        "failing": "failed {times}: {trouble}",
        "gone": "gone since {since}",
        "silent": "nothing new since {since}, which is longer than usual",
        "rolled": "the feed's window has rolled over {times}, last on {since}: "
        "entries may have been missed",
        "moving": "redirects for good to {target} ({times} so far)",
        "deaf": "its hub {hub} has not told of news {times}: polled as before",
        "empty": "a feed without any entry when it was last read",
        "blocked": "something else came in the place of {times} ({kinds}): {link}",
    },
    "ja": {
        "failing": "{times}失敗しています: {trouble}",
        "gone": "{since} から配信されていません",
        "silent": "{since} から更新がなく、普段より長く途絶えています",
        "rolled": "前回までの記事がすべて入れ替わっていました（{times}、最後は {since}）。"
        "取りこぼした記事があるかもしれません",
        "moving": "{target} へ恒久的に移転しています（これまで{times}）",
        "deaf": "ハブ {hub} から更新が知らされませんでした（{times}）。"
        "通常どおり確認します",
        "empty": "最後に読んだとき、記事が一つもありませんでした",
        "blocked": "{times}の記事の代わりに別のページが返されました（{kinds}）: {link}",
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
    """Yield what is wrong with a feed: failing, gone, silent, rolled over, moving,
    empty, or not told of by its hub.

    A window that rolled over is told for thirty days. A feed that is paused has no
    ailments: that is its operator's wish.
    """
    if feed.paused:
        return
    for kind, since, count in _found(feed, now):
        words = _WORDS[language][kind].format(
            times=_times(kind, count, language),
            since=f"{since:%Y-%m-%d %H:%M}",
            trouble=_trouble(feed.trouble or "", language),
            target=feed.moved_uri,
            hub=feed.hub and feed.hub.hub,
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
    if feed.succeeded_at is not None and not feed.window:
        yield "empty", feed.succeeded_at, 1
    if feed.hub is not None and feed.hub.missed:
        yield "deaf", feed.hub.told_at or feed.added_at, feed.hub.missed


def _times(kind: Kind, count: int, language: Language) -> str:
    if language == "ja":
        in_a_row = kind == "failing" and count > 1
        counter = "件" if kind == "blocked" else "回"
        return f"{count}{counter}続けて" if in_a_row else f"{count}{counter}"
    if kind in {"moving", "blocked"}:
        one, many = ("poll", "polls") if kind == "moving" else ("entry", "entries")
        return f"one {one}" if count == 1 else f"{count} {many}"
    times = "once" if count == 1 else f"{count} times"
    in_a_row = kind in {"failing", "deaf"} and count > 1
    return f"{times} in a row" if in_a_row else times


def _trouble(sentence: str, language: Language) -> str:
    return japanese.shown(sentence)[0] if language == "ja" else sentence


def _kinds(counts: Counter[TroubleKind], language: Language) -> str:
    if language == "ja":
        return "、".join(f"{KINDS[k]}{count}件" for k, count in counts.most_common())
    return ", ".join(f"{kind} {count}" for kind, count in counts.most_common())


def is_blocked(trouble: Trouble) -> bool:
    """Tell whether something else came in a page's place."""
    return trouble.kind not in _NOT_BLOCKED


def blocked(
    troubles: Iterable[Trouble], *, language: Language = "en"
) -> Mapping[str, Ailment]:
    """Return by feed what came in the place of its entries' pages, latest first given.

    Only the first `LOOKED_AT` troubles are looked at.
    """
    found: dict[str, list[Trouble]] = {}
    for trouble, _ in zip(troubles, range(LOOKED_AT), strict=False):
        if is_blocked(trouble):
            found.setdefault(trouble.feed_id, []).append(trouble)
    return {feed_id: _blocked(some, language) for feed_id, some in found.items()}


def _blocked(troubles: list[Trouble], language: Language) -> Ailment:
    counts = Counter(trouble.kind for trouble in troubles)
    words = _WORDS[language]["blocked"].format(
        times=_times("blocked", len(troubles), language),
        kinds=_kinds(counts, language),
        link=troubles[0].link,
    )
    return Ailment(kind="blocked", since=troubles[-1].at, at=troubles[0].at, text=words)
