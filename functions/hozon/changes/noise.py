"""What changes on a page without anybody editing the article. Pure.

Counters, adverts, shared links, "three hours ago", the other articles that a site offers:
a version for each of those would bury the edits that matter. Everything here is judged
by block (paragraph, heading, list item), in the folded form of `sentences.folded`.
"""

import re

_SHORT = 90
_SENTENCE_END = re.compile(r"[。．.!?！？」』）)\"'”:：;；]$")

_COUNTED = (
    "views?|reads?|shares?|likes?|comments?|replies|reactions?|claps?|retweets?"
    "|followers?|votes?|downloads?|stars?|points?"
)
_COUNTED_JA = (
    "閲覧(?:数|回数)?|アクセス(?:数)?|いいね!?|コメント(?:数)?|シェア(?:数)?"
    "|再生(?:回数|数)?|ブックマーク(?:数)?|拍手|pv|ビュー"
)
_UNIT = "sec(?:ond)?|min(?:ute)?|h(?:ou)?r|day|week|month|year|[smhdw]"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_ZONE = "utc|gmt|jst|[ecmp][sd]?t|z"


def _pattern(*ways: str) -> re.Pattern[str]:
    """Compile what a whole block may be; marks around it do not count."""
    return re.compile(rf"(?i)^\W*(?:{'|'.join(ways)})\W*$")


_LABEL = _pattern(
    "advertisements?|ads?|sponsored(?: content)?|promoted|pr",
    "広告|スポンサー(?:ド)?(?:リンク)?",
    r"share(?: (?:this|on)\b.*)?|tweet|facebook|twitter|x|line|e-?mail|print|copy link",
    "シェア(?:する)?|ツイート(?:する)?|印刷(?:する)?|保存|クリップ|(?:はてな)?ブックマーク",
    r"follow us.*|subscribe.*|sign up\b.*|log ?in.*|newsletter.*",
    "フォロー(?:する)?|会員登録.*|ログイン",
    "comments?|leave a (?:comment|reply)|no comments?",
    "コメント(?:する|を書く|を見る)?|トップへ(?:戻る)?",
    "back to top|loading.*|読み込み中.*|cookie.*|skip to .*|continue reading.*|続きを読む",
)
_COUNTER = _pattern(
    rf"(?:(?:total|page) )?(?:{_COUNTED}) ?[:(]? ?[\d,.]+ ?[km]? ?\)?",
    rf"[\d,.]+ ?[km]?\+? ?(?:{_COUNTED}|people .{{0,40}}|readers?|min(?:ute)?s? read)",
    rf"(?:{_COUNTED_JA}) ?[:(]? ?[\d,.]+ ?[万千km]? ?(?:[回件人]|pv|view)? ?\)?",
    r"[\d,.]+ ?[万千]? ?(?:回(?:再生|閲覧|視聴)?|件(?:のコメント)?|人が.{0,30})",
    r"[\d,.]+ ?[万千]? ?(?:いいね!?|users?|ブックマーク|pv)",
)
_SAID = "(?:(?:last )?(?:published|updated|posted)|公開|更新|配信|投稿) ?:? ?"
_AGE = _pattern(
    rf"(?:{_SAID})?(?:about|over|almost)? ?(?:an?|\d+) ?(?:{_UNIT})s? ago",
    rf"(?:{_SAID})?(?:just now|yesterday|today|たった今|昨日|今日)",
    rf"(?:{_SAID})?\d+ ?(?:秒|分|時間|日|週間|か月|ヶ月|カ月|年) ?前",
)
_DAY = (
    r"(?:\d{4}[-/.年] ?\d{1,2}[-/.月] ?\d{1,2}日?"
    rf"|{_MONTH} \d{{1,2}},? \d{{4}}|\d{{1,2}}\.? {_MONTH},? \d{{4}})"
)
_CLOCK = (
    r"(?:\d{1,2}[:時]\d{2}(?:[:分]\d{2})?分? ?(?:am|pm)?)"
    rf" ?(?:{_ZONE})?"
)
_NOW = _pattern(
    rf"(?:(?:it is|today is|今日は|本日は|現在|現在時刻) ?:? ?)?"
    rf"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? ?)?{_DAY}"
    rf"(?: ?\(.{{1,3}}\))?[ ,・|t]*(?:{_CLOCK})? ?(?:更新|現在|公開|配信)?",
    rf"{_CLOCK} ?(?:更新|現在|公開|配信)?",
)
_COPYRIGHT = re.compile(
    r"(?i)^(?:copyright|©|\(c\)|all rights reserved|無断転載|著作権)"
)
_OFFERS = (
    r"read (?:more|also|next|this)\b|see also\b|more (?:from|on|in|stories)\b",
    "related(?: (?:articles?|stories|posts?|content|topics?|links?|news))? ?(?::|$)",
    "you (?:may|might) (?:also )?(?:like|enjoy|be interested)|recommended\\b",
    r"most (?:read|popular|viewed)|popular\b.{0,20}$|trending\b|editors?'?s? picks?",
    "don't miss|up next\\b|(?:next|prev(?:ious)?)(?: (?:article|post|story)|:)",
    "latest (?:news|articles?|posts?|stories)",
    "関連(?:記事|ニュース|リンク|情報|する記事|トピックス)|[あ合]わせて読みたい",
    "おすすめ(?:の?記事)?|人気(?:の?記事|ランキング)|(?:アクセス)?ランキング",
    "新着(?:記事|情報)|最新(?:記事|ニュース)|注目(?:の?記事)",
    "この記事を(?:読んだ|見た)人|こちらも(?:おすすめ|どうぞ)|[前次]の記事",
    "もっと(?:読む|見る)|一覧(?:へ|を見る)",
    r"[(\[【](?:関連|あわせて読みたい|おすすめ|pr|広告)(?:記事)?[)\]】]",
)
_OFFER = re.compile(rf"(?i)^(?:[^\w(\[【]*)(?:{'|'.join(_OFFERS)})")


def is_noise(block: str, *, linked: frozenset[str] = frozenset()) -> bool:
    """Tell whether a folded block is of the kind that changes by itself.

    `linked` are the folded texts of the page's links: a block that is nothing but the
    text of a link offers something else, unless it is as long as a paragraph.
    """
    if len(block) > 4 * _SHORT:
        return False
    if block in linked and len(block) <= 2 * _SHORT:
        return True
    return len(block) <= 2 * _SHORT and any(
        pattern.search(block)
        for pattern in (_LABEL, _COUNTER, _AGE, _NOW, _COPYRIGHT, _OFFER)
    )


def opens_offers(block: str) -> bool:
    """Tell whether a folded block is the heading of a list of other articles."""
    return len(block) <= _SHORT // 2 and _OFFER.search(block) is not None


def is_loose(block: str) -> bool:
    """Tell whether a folded block is short and no sentence: a heading, a link, a label.

    Among the text such a block may be a heading; at its margin it is furniture.
    """
    return len(block) <= _SHORT and not _SENTENCE_END.search(block)
