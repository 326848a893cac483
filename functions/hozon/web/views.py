"""What pages show, and the templates that show it. The only door to jinja2."""

from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from jinja2 import Environment, PackageLoader, select_autoescape

from hozon import memento, river
from hozon.describing import state
from hozon.health import Ailment, Language, ailments, blocked
from hozon.instants import iso
from hozon.model import Feed, RiverEntry
from hozon.web.request import Request

_PAGE = 50
_WORDS = {
    "en": {
        "title": "Hozon",
        "older": "Older",
        "empty": "Nothing is archived yet. Follow a feed with “hozon feeds add URI”, "
        "then “hozon run”.",
        "waiting": "not captured yet",
        "failed": "not captured",
        "blocked": "blocked",
        "missing": "missing",
        "gone": "gone",
        "restored": "back again",
        "captured": "captured",
        "home": "To the river",
        "sources": "Sources",
        "succeeded": "last answer",
        "next": "next poll",
        "paused": "paused",
        "never": "never",
        "ailing": "{} of {} need a look",
        "rolled": "rolled over",
        "search": "Search",
        "find": "Find",
        "none": "Nothing was found.",
        "how": "All words must be there. A phrase in quotes, the beginning of a word with "
        "* behind it, and -word for what must not be there.",
    },
    "ja": {
        "title": "保存",
        "older": "以前の記事",
        "empty": "まだ何も保存されていません。「hozon feeds add URI」でフィードを追加し、"
        "「hozon run」を実行してください。",
        "waiting": "未取得",
        "failed": "取得できません",
        "blocked": "遮断されました",
        "missing": "見つかりません",
        "gone": "削除されました",
        "restored": "再び公開されました",
        "captured": "取得済み",
        "home": "記事一覧へ",
        "sources": "情報源",
        "succeeded": "最後の応答",
        "next": "次の確認",
        "paused": "停止中",
        "never": "なし",
        "ailing": "{1}件中{0}件に問題があります",
        "rolled": "入れ替わり",
        "search": "検索",
        "find": "検索する",
        "none": "見つかりませんでした。",
        "how": "すべての語を含む記事を探します。引用符で語句、語の後の * で前方一致、"
        "語の前の - で除外ができます。",
    },
}


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("hozon.web"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )


def river_page(request: Request) -> str:
    """Return the river as a page of at most 50 entries, with the way to the older ones."""
    index, feeds = request.archive.index, request.archive.feeds
    found, before = index.river(limit=_PAGE, before=request.parameter("before"))
    sources = {feed.id: feed.title or feed.uri for feed in feeds.all()}
    shown = [_row(request, e, sources.get(e.entry.feed_id, "")) for e in found]
    return rendered(request, "river.html", entries=shown, before=before)


def sources_page(request: Request) -> str:
    """Return the feeds that are followed; those with which something is wrong, first."""
    stands = blocked(request.archive.index.troubles(), language=_language(request))
    feeds = [
        _source(request, feed, stands.get(feed.id))
        for feed in request.archive.feeds.all()
    ]
    feeds.sort(key=lambda feed: not feed["ailments"])
    ailing = sum(bool(feed["ailments"]) for feed in feeds)
    return rendered(request, "sources.html", feeds=feeds, ailing=ailing)


def _language(request: Request) -> Language:
    return "ja" if request.language == "ja" else "en"


def _source(request: Request, feed: Feed, stands: Ailment | None) -> dict[str, Any]:
    now = request.archive.clock()
    last = feed.succeeded_at
    return {
        "title": feed.title or feed.uri,
        "uri": feed.uri,
        "site": feed.site_uri,
        "folder": " / ".join(feed.folder),
        "language": feed.language or "en",
        "succeeded": last and iso(last),
        "age": last and river.age(last, now, language=request.language),
        "due": iso(feed.due_at),
        "paused": feed.paused,
        "ailments": [
            *ailments(feed, now=now, language=_language(request)),
            *([stands] if stands else []),
        ],
        "rolled": feed.rolled,
    }


def problem(request: Request, status: HTTPStatus, message: str) -> str:
    """Return the page that says what went wrong, and what to do."""
    return rendered(request, "problem.html", status=status, message=message)


def unquoted(text: str) -> str:
    """Undo percent-encoding once."""
    return unquote(text)


def rendered(request: Request, name: str, **values: Any) -> str:
    """Return a template with these values, in the language of the interface."""
    words = _WORDS[request.language]
    template = _templates().get_template(name)
    return template.render(language=request.language, words=words, **values)


def _row(request: Request, shown: RiverEntry, source: str) -> dict[str, Any]:
    entry, held = shown.entry, shown.snapshot
    language = river.language(shown)
    return {
        "title": entry.title or entry.link or entry.id,
        "language": language,
        "age": river.age(
            entry.river_at, request.archive.clock(), language=request.language
        ),
        "instant": iso(entry.river_at),
        "summary": river.summary(shown),
        "byline": river.byline(shown, source),
        "source": source,
        "memento": held and memento.path(held.page_uri, held.captured_at),
        "captured_at": held and iso(held.captured_at),
        "state": state(shown),
        "trouble": shown.trouble and shown.trouble.reason,
        "link": entry.link,
    }
