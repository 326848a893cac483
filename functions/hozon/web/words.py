"""Every text of the pages, in English and Japanese. Pure.

A key has both or it has none, so no page can come out half translated. What is stored as a
sentence of this program's is said in Japanese by `hozon.japanese`; what publishers and
servers said is not translated, and is marked as what it is (`lang`).
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, get_args

from hozon.web.namewords import NAMES
from hozon.web.replaywords import REPLAY
from hozon.web.signinwords import SIGN_IN
from hozon.web.statuswords import STATUS

Language = Literal["en", "ja"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

Words = Mapping[str, str]

_TABLE: Mapping[str, tuple[str, str]] = {
    # Around every page.
    "name": ("Hozon", "保存"),
    "motto": ("an archive of the web", "ウェブの記録"),
    "skip": ("Skip to the content", "本文へ移動"),
    "site": ("This archive", "このアーカイブ"),
    "other_language": ("日本語", "English"),
    "river": ("River", "記事"),
    "changes": ("Changes", "変更"),
    "sources": ("Sources", "情報源"),
    "calendar": ("Captures", "取得記録"),
    "search": ("Search", "検索"),
    "status": ("Status", "状況"),
    "find": ("Find", "検索"),
    "home": ("To the river", "記事一覧へ"),
    "feeds": ("Feeds and machines", "フィードとAPI"),
    "feed_river": ("River as Atom", "記事（Atom）"),
    "feed_json": ("River as JSON Feed", "記事（JSON Feed）"),
    "feed_changes": ("Changes as Atom", "変更（Atom）"),
    "feed_health": ("Health as Atom", "情報源の状態（Atom）"),
    "feed_opml": ("Sources as OPML", "情報源（OPML）"),
    "api": ("API", "API"),
    "older": ("Older", "以前の記事"),
    "newest": ("Newest", "最新へ"),
    "next_part": ("Next part", "次へ"),
    "previous_part": ("Previous part", "前へ"),
    "part_of": ("Part {} of {}", "全{1}ページ中{0}ページ目"),
    "never": ("never", "なし"),
    "utc": ("Times are in UTC.", "時刻は協定世界時（UTC）です。"),
    # The river and its filters.
    "empty": (
        "Nothing is archived yet. Follow a feed with “hozon feeds add URI”, "
        "then “hozon run”.",
        "まだ何も保存されていません。「hozon feeds add URI」でフィードを追加し、"
        "「hozon run」を実行してください。",
    ),
    "nothing_like_that": (
        "Nothing like that among what was looked at.",
        "調べた範囲には該当するものがありません。",
    ),
    "filter": ("Show", "絞り込み"),
    "filter_do": ("Apply", "適用"),
    "filter_source": ("Source", "情報源"),
    "filter_language": ("Language", "言語"),
    "filter_change": ("Kind of change", "変更の種類"),
    "all_sources": ("all sources", "すべての情報源"),
    "all_languages": ("all languages", "すべての言語"),
    "all_entries": ("all entries", "すべての記事"),
    "any_change": ("any change", "すべての変更"),
    "of_source": ("Entries of {}", "{}の記事"),
    "versions_count": ("{} versions", "{}版"),
    # States and kinds of change.
    "held": ("held", "保存済み"),
    "waiting": ("not captured yet", "未取得"),
    "failed": ("not captured", "取得できませんでした"),
    "refused": ("not fetched", "取得対象外"),
    "linkless": ("without a link", "リンクなし"),
    "blocked": ("blocked", "遮断されました"),
    "missing": ("missing", "見つかりません"),
    "gone": ("gone", "削除されました"),
    "restored": ("back again", "再び公開されました"),
    "live": ("there", "公開中"),
    "new": ("first seen", "初回"),
    "changed": ("edited", "編集されました"),
    "moved": ("moved", "移転しました"),
    "change_title": ("title changed", "見出しの変更"),
    "change_correction": ("corrected", "訂正"),
    "change_addition": ("text added", "加筆"),
    "change_removal": ("text removed", "削除"),
    "change_rewrite": ("rewritten", "書き直し"),
    "change_facts": ("author or picture changed", "筆者・画像の変更"),
    "outcome_new": ("found for the first time", "初めて取得"),
    "outcome_same": ("the same", "変更なし"),
    "outcome_changed": ("edited", "編集あり"),
    "outcome_moved": ("moved", "移転"),
    "outcome_missing": ("not found (404)", "見つかりません（404）"),
    "outcome_gone-410": ("gone (410)", "削除済み（410）"),
    "outcome_soft-404": (
        "a page that says it is not there",
        "「ページがない」という表示",
    ),
    "outcome_redirected-home": ("led to the home page", "トップページへ転送"),
    "outcome_replaced": ("another text stands there", "別の文章に置き換え"),
    "outcome_withdrawn": ("withdrawn", "非公開"),
    "outcome_unreachable": ("no answer", "応答なし"),
    "outcome_blocked": ("blocked", "遮断"),
    "outcome_failing": ("the server fails", "サーバーの障害"),
    # One entry.
    "facts": ("Facts", "書誌情報"),
    "published": ("Published", "公開"),
    "updated": ("Updated", "更新"),
    "first_seen": ("First seen", "初めて確認"),
    "captured": ("Captured", "取得"),
    "authors": ("By", "筆者"),
    "source": ("Source", "情報源"),
    "link": ("Address", "アドレス"),
    "led_to": ("Led to", "転送先"),
    "language": ("Language", "言語"),
    "categories": ("Subjects", "分類"),
    "enclosures": ("Goes with it", "添付"),
    "next_look": ("Next look", "次の確認"),
    "state": ("State", "状態"),
    "since": ("since {}", "{}から"),
    "text": ("Text", "本文"),
    "text_of": ("Text of version {}", "第{}版の本文"),
    "text_feed": ("What the feed says", "フィードの記述"),
    "no_text": ("No text was found on the page.", "本文は見つかりませんでした。"),
    "timeline": ("Versions", "版の履歴"),
    "version": ("Version {}", "第{}版"),
    "version_first": ("as first captured", "最初の取得"),
    "stood_until": ("seen until", "最終確認"),
    "degree": ("{} of the text changed", "本文の{}が変更"),
    "read": ("Read", "読む"),
    "compare": ("What changed", "変更点"),
    "as_it_was": ("As it was", "当時のページ"),
    "looks": ("Looks", "確認の履歴"),
    "looks_count": ("Looks: {}", "確認: {}回"),
    "looks_last": ("The latest {} are shown.", "最新の{}件を表示しています。"),
    "evidence": ("Evidence and downloads", "証拠とダウンロード"),
    "receipt": ("Receipt", "受領証"),
    "sealed": (
        "Sealed in the log as leaf {}. The receipt proves it, without this archive.",
        "記録簿の第{}葉として封印済みです。受領証があれば、このアーカイブなしで検証できます。",
    ),
    "unsealed": (
        "Not sealed in the log yet: that takes some minutes.",
        "記録簿にはまだ封印されていません。数分かかります。",
    ),
    "page_raw": ("Page as sent", "受信したままのページ"),
    "page_text": ("Text", "テキスト"),
    "page_markdown": ("Markdown", "Markdown"),
    "page_warc": ("WARC, whole", "WARC（完全版）"),
    "warc_object": ("WARC object as stored", "保存されたWARC"),
    "api_entry": ("JSON", "JSON"),
    "all_captures": ("All captures of this address", "このアドレスの全取得記録"),
    "snapshots_count": (
        "Snapshots: {}. Requisites of this one: {}.",
        "スナップショット: {}件、この版の構成要素: {}件",
    ),
    "size": ("{} as stored", "保存量 {}"),
    # What is not held.
    "not_held": ("What is not held", "保存されていないもの"),
    "not_held_state": (
        "This archive has no copy of the page of this entry.",
        "この記事のページは保存されていません。",
    ),
    "gone_but_held": (
        "The page is not there any more. What is shown here is what was captured while "
        "it was.",
        "このページはもう公開されていません。表示しているのは公開中に取得したものです。",
    ),
    "incomplete": (
        "Requisites of the page that could not be captured: {}.",
        "ページの構成要素のうち{}件は取得できませんでした。",
    ),
    "reason": ("Reason", "理由"),
    "elsewhere": ("Elsewhere", "ほかの場所"),
    "live_page": ("The live page", "現在のページ"),
    "wayback": ("Wayback Machine", "Wayback Machine"),
    "archive_today": ("archive.today", "archive.today"),
    # The diff.
    "diff": ("Difference", "差分"),
    "diff_of": ("Version {} → {}", "第{}版 → 第{}版"),
    "inline": ("In one column", "一列で表示"),
    "split": ("Side by side", "左右に並べる"),
    "whole": ("Whole text", "全文"),
    "only_changes": ("Only what changed", "変更箇所のみ"),
    "before": ("Before", "変更前"),
    "after": ("After", "変更後"),
    "added_count": ("characters added: {}", "{}文字追加"),
    "removed_count": ("characters removed: {}", "{}文字削除"),
    "added": ("added", "追加"),
    "removed": ("removed", "削除"),
    "left_out": ("unchanged text left out", "変更のない部分を省略"),
    "no_edit": (
        "Nobody edited the text between these two.",
        "この二つの版の間に編集はありません。",
    ),
    "fact_title": ("Title", "見出し"),
    "fact_authors": ("Authors", "筆者"),
    "fact_lead_image": ("Picture", "画像"),
    "fact_canonical": ("Address", "アドレス"),
    "none_stated": ("none", "なし"),
    "pick": ("Compare", "比較"),
    "from": ("from", "変更前"),
    "to": ("to", "変更後"),
    "back_to_entry": ("To the entry", "記事へ"),
    # Sources.
    "ailing": ("{} of {} need a look", "{1}件中{0}件に問題があります"),
    "healthy": ("All {} are well", "{}件すべて正常です"),
    "succeeded": ("Last answer", "最後の応答"),
    "next": ("Next poll", "次の確認"),
    "paused": ("paused", "停止中"),
    "times": ("{}×", "{}回"),
    "rolled": ("Rolled over", "全件の入れ替わり"),
    "history": ("History", "履歴"),
    "followed_since": ("Followed since", "追加"),
    "every": ("Polled every", "確認の間隔"),
    "span": ("{} h {} min", "{}時間{}分"),
    "polled": ("Last poll", "最後の確認"),
    "failures": ("Failures in a row", "連続した失敗"),
    "window": ("Entries in the feed", "フィード内の記事数"),
    "plan": ("Re-check plan", "再確認の計画"),
    "plan_standard": ("standard", "標準"),
    "plan_news": ("news", "ニュース向け"),
    "plan_none": ("none", "再確認なし"),
    "hub": ("Hub", "ハブ"),
    "site_of": ("Site", "サイト"),
    "document": ("Feed document", "フィード文書"),
    "recent": ("Latest entries", "最新の記事"),
    "recent_changes": ("Latest changes", "最新の変更"),
    "no_changes": ("No change was found yet.", "変更はまだ見つかっていません。"),
    "arrivals": ("Entries per day", "一日あたりの記事数"),
    "arrivals_plot": (
        "Entries of the last {} days, by day; at most {}",
        "過去{}日間の日別記事数。最大{}",
    ),
    "well": ("well", "正常"),
    "ails": ("needs a look", "要確認"),
    "more_sources": ("More sources", "情報源の続き"),
    # Search.
    "query": ("Words", "検索語"),
    "none": ("Nothing was found.", "見つかりませんでした。"),
    "how": (
        "All words must be there. A phrase in quotes, the beginning of a word with "
        "* behind it, and -word for what must not be there.",
        "すべての語を含む記事を探します。引用符で語句、語の後の * で前方一致、"
        "語の前の - で除外ができます。",
    ),
    "searched": ("{} texts were searched.", "{}件の文章を検索しました。"),
    "until_day": ("until", "終了日"),
    "since_day": ("since", "開始日"),
    "statement": ("what the feed says", "フィードの記述"),
    # The calendar.
    "calendar_of": ("Captures of", "取得記録:"),
    "address": ("Address of a page", "ページのアドレス"),
    "calendar_show": ("Show", "表示"),
    "calendar_how": (
        "A full address, as the browser shows it. Each day on which it was captured "
        "is marked; the fuller the mark, the more of the text had changed.",
        "ブラウザーに表示される完全なアドレスを入力してください。取得した日に印が付き、"
        "印が濃いほど本文の変更が大きいことを示します。",
    ),
    "captures_count": ("Captures: {}", "取得: {}件"),
    "first_capture": ("First", "最初"),
    "last_capture": ("Last", "最後"),
    "earlier_year": ("Earlier", "前の年"),
    "later_year": ("Later", "次の年"),
    "month": ("{}-{:02}", "{}年{}月"),
    "weekdays": ("Mon Tue Wed Thu Fri Sat Sun", "月 火 水 木 金 土 日"),
    "captures_of_year": ("Captures in {}", "{}年の取得記録"),
    "captures_of_day": ("Captures on {}", "{}の取得記録"),
    "time": ("Time", "時刻"),
    "answer": ("Answer", "応答"),
    "type": ("Type", "種類"),
    "no_capture": (
        "Nothing is held of this address.",
        "このアドレスは保存されていません。",
    ),
    "no_capture_year": ("No capture in this year.", "この年の取得記録はありません。"),
    "same_bytes": ("same bytes as before", "前回と同じ内容"),
    "unmarked": ("no edit known", "既知の編集なし"),
    # What went wrong.
    "problem_400": ("That cannot be answered", "お答えできません"),
    "problem_403": ("That is not shown here", "ここでは表示しません"),
    "problem_404": ("That is not held here", "ここにはありません"),
    "problem_405": ("Nothing is written here", "書き込みはできません"),
    "problem_416": ("There is no such part", "その範囲はありません"),
    "problem_451": ("That is not shown here", "ここでは表示しません"),
    "problem_500": ("Something went wrong here", "問題が発生しました"),
    "problem_502": ("What is stored is damaged", "保存内容が破損しています"),
    "problem_503": ("Not at the moment", "ただいま利用できません"),
    "captures_like": ("Captures of this address", "このアドレスの取得記録"),
    **SIGN_IN,
    **STATUS,
}

_OF: Mapping[Language, Words] = {
    language: {key: texts[at] for key, texts in {**_TABLE, **REPLAY, **NAMES}.items()}
    for at, language in enumerate(LANGUAGES)
}


def words(language: Language) -> Words:
    """Return all texts of the interface in a language, by their keys."""
    return _OF[language]


_STATES: Mapping[str, str] = {
    "challenge": "blocked",
    "consent": "blocked",
    "login": "blocked",
    "shell": "blocked",
    "parked": "missing",
    "error": "failed",
}


def state(language: Language, stands: str) -> str:
    """Return what the state of an entry is called (`describing.state`)."""
    said = words(language)
    return said.get(_STATES.get(stands, stands)) or said["waiting"]


def language_name(language: Language, tag: str) -> str:
    """Return what a language is called, with its tag where that says more (BCP 47)."""
    primary, _, rest = tag.lower().partition("-")
    name = words(language).get(f"language_{primary}")
    return tag if name is None else f"{name} ({tag})" if rest else name


@lru_cache(maxsize=256)
def preferred(accepted: str) -> Language:
    """Return the language of the interface for an Accept-Language (RFC 9110 §12.5.4).

    English, unless Japanese is wanted more: before it, or with a greater weight.
    """
    weights: dict[str, float] = {}
    for each in accepted.split(",")[:50]:
        tag, _, parameter = each.strip().lower().partition(";")
        name = tag.strip().partition("-")[0]
        weights.setdefault(name, _weight(parameter))
    japanese, english = weights.get("ja", 0.0), weights.get("en", 0.0)
    order = list(weights)
    is_first = (
        "en" not in weights or order.index("ja") < order.index("en")
        if japanese
        else False
    )
    return "ja" if japanese > english or (japanese == english and is_first) else "en"


def _weight(parameter: str) -> float:
    name, _, value = parameter.replace(" ", "").partition("=")
    try:
        return min(max(float(value), 0.0), 1.0) if name == "q" else 1.0
    except ValueError:
        return 0.0
