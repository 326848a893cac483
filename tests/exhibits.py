"""A small archive with something of everything that pages show, made as archives are.

Two feeds, English and Japanese, over three weeks: an article with three versions, one
that is gone, one behind a wall, one that lacks a picture, one of which we know only what
its feed says; sealed, indexed and counted.
"""

from dataclasses import dataclass, field
from html import escape
from typing import Any

from hozon import wiring
from hozon.nouns.archive import Archive
from hozon.nouns.model import Headers
from hozon.sealing import intake
from hozon.sealing.sealing import seal
from hozon.searching import searching
from tests.fetching import Answer, Reply
from tests.unit.usecases.conftest import Desk

ENGLISH, JAPANESE = "https://post.example.org", "https://shimbun.example.jp"
EDITED = f"{ENGLISH}/landing"
GONE = f"{ENGLISH}/statement"
BLOCKED = f"{JAPANESE}/members"
REWRITTEN = f"{JAPANESE}/yosan"
HTML: Headers = (("Content-Type", "text/html; charset=utf-8"),)

_LANDING = [
    "The north landing opened again on Thursday, after eleven years of repairs.",
    "The first boat tied up three minutes late, to the sound of one bicycle bell.",
    "The harbour office counted 41 passengers. Most of them went straight back.",
    "A second boat will run from April, if the council agrees on 12 March.",
    "The old ticket window stays closed. Tickets are sold on board, for coins only.",
]
_SECOND = [*_LANDING[:2], _LANDING[2].replace("41", "43"), *_LANDING[3:]]
_THIRD = [
    *_SECOND[:4],
    "The old ticket window opens again in May. Until then tickets are sold on board, "
    "for coins only, a spokeswoman said on Friday.",
    "The council has put the second boat on its agenda.",
]
_YOSAN = [
    "東京都は二十二日、来年度の予算案を発表した。総額は過去最大となった。",
    "知事は記者会見で「暮らしを守る予算だ」と述べた。",
    "子育て支援には前年度より三割多い額を計上した。給食費の補助も続ける。",
    "一方、議会からは財源の見通しが甘いとの声も上がっている。",
    "予算案は来月の定例会に提出され、年度内に成立する見通しだ。",
]
_YOSAN_AFTER = [
    _YOSAN[0].replace("過去最大となった", "八兆五千億円で、過去最大となった"),
    _YOSAN[1],
    _YOSAN[2].replace("三割", "二割"),
    _YOSAN[4],
]
_TITLES = (
    ("Council hears about the ferry timetable", "市議会、渡船の時刻表を審議"),
    ("Library opens its map room on Sundays", "図書館、地図室を日曜も公開"),
    ("How a village kept its newspaper", "ある村の新聞が続いてきた理由"),
    ("The clock at the old station runs again", "旧駅舎の時計、再び動く"),
    ("Readers' letters: on the price of bread", "読者の声「パンの値段について」"),
)


def page(title: str, lines: list[str], *, lang: str = "en", more: str = "") -> Answer:
    """Return an article as a site serves it."""
    text = "".join(f"<p>{escape(line)}</p>" for line in lines)
    body = (
        f"<!doctype html><html lang={lang}><meta charset=utf-8>"
        f"<title>{escape(title)}</title><body><article><h1>{escape(title)}</h1>{text}"
        f"</article>{more}</body></html>"
    )
    return Answer(body.encode(), 200, HTML)


def feed(title: str, lang: str, items: list[tuple[str, str, str, str]]) -> Answer:
    """Return a feed of (link, title, summary, author)."""
    said = "".join(
        f"<item><title>{escape(name)}</title><link>{link}</link><guid>{link}</guid>"
        f"<description>{escape(about)}</description><author>{escape(who)}</author></item>"
        for link, name, about, who in items
    )
    document = (
        f"<rss version='2.0'><channel><title>{escape(title)}</title>"
        f"<link>https://example.org/</link><language>{lang}</language>{said}"
        "</channel></rss>"
    )
    return Answer(document.encode(), 200, (("Content-Type", "application/rss+xml"),))


@dataclass(slots=True)
class Site:
    """Both sites, as they are now."""

    pages: dict[str, Reply] = field(default_factory=dict)
    english: list[tuple[str, str, str, str]] = field(default_factory=list)
    japanese: list[tuple[str, str, str, str]] = field(default_factory=list)

    def publish(self, link: str, title: str, lines: list[str], **fields: Any) -> None:
        """Publish an article, and name it in its feed."""
        is_japanese = link.startswith(JAPANESE)
        self.pages[link] = page(
            title, lines, lang="ja" if is_japanese else "en", **fields
        )
        listed = self.japanese if is_japanese else self.english
        who = "佐藤花子" if is_japanese else "Ann Author"
        listed.insert(0, (link, title, " ".join(lines[:2]), who))

    def replies(self) -> dict[str, Reply]:
        """Return what both answer."""
        return {
            **self.pages,
            f"{ENGLISH}/feed": feed("The Harbour Post", "en", self.english),
            f"{JAPANESE}/feed": feed("みなと新聞", "ja", self.japanese),
        }


async def exhibit(desk: Desk, days: int = 21) -> Archive:
    """Fill a desk's archive, day by day, and return it."""
    site = Site()
    desk.follow(f"{ENGLISH}/feed")
    desk.follow(f"{JAPANESE}/feed")
    site.publish(EDITED, "The north landing opens again", _LANDING)
    site.publish(REWRITTEN, "都の予算案、過去最大に", _YOSAN)
    site.publish(GONE, "A statement by the harbour board", _LANDING[::-1])
    site.pages[BLOCKED] = Answer(b"<title>403</title>", 403, HTML)
    site.japanese.insert(
        0, (BLOCKED, "会員限定の記事", "会員だけが読める記事です。", "編集部")
    )
    for day in range(days):
        english, japanese = _TITLES[day % len(_TITLES)]
        missing = "<img src=/missing.png width=600 height=400>" if day == 1 else ""
        site.publish(f"{ENGLISH}/{day}", english, _LANDING[day % 3 :], more=missing)
        site.publish(f"{JAPANESE}/{day}", japanese, _YOSAN[day % 3 :])
        if day == 3:
            site.pages[EDITED] = page("The north landing opens again", _SECOND)
        if day == 6:
            site.pages[EDITED] = page("The north landing is open", _THIRD)
            site.pages[REWRITTEN] = page(
                "都の予算案、過去最大に", _YOSAN_AFTER, lang="ja"
            )
        if day == 2:
            site.pages[GONE] = Answer(b"<title>Gone</title>", 410, HTML)
        for _ in range(4):
            desk.clock.advance(hours=6)
            await desk.run(desk.fetcher(site.replies()))
    seal(desk.opened.archive, desk.opened.signer)
    with wiring.workspace() as room:
        searching.update(desk.opened.archive, room)
    intake.update(desk.opened.archive)
    return desk.opened.archive
