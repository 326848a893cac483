"""What changes on a page without anybody editing the article. Pure.

Counters, adverts, shared links, "three hours ago", the other articles that a site offers:
a version for each of those would bury the edits that matter. Everything here is judged
by block (paragraph, heading, list item), in the folded form of `sentences.folded`. The
words are those of sites in the languages that we met; a block that none of them names is
text.
"""

import re

from hozon.reading.patterns import Late, late

_SHORT = 90
_SENTENCE_END = re.compile(r"[。．.!?！？」』）)\"'”:：;；]$")
_MARKS = " \t-*#>»«→▶▷►▸◆◇■□●○▼▲※★☆・·•|"
"""What lists of links are marked with."""

_SEPARATOR = re.compile(r"\s*[|•·・‖／]\s*|\s+/\s+")

_COUNTED = (
    "views?|page ?views?|reads?|hits?|visits?|visitors?|shares?|likes?|comments?|replies"
    "|reply|responses?|reactions?|claps?|retweets?|reposts?|followers?|subscribers?|votes?"
    "|downloads?|stars?|points?|guests?|online|thoughts?|loves?|upvotes?|bookmarks?|saves?"
    "|aufrufe|kommentare?|vues|lectures|commentaires?|partages?|visitas|vistas|lecturas"
    "|comentarios?|comentários?|visualizzazioni|visualizações|commenti|weergaven|reacties"
    "|wyświetleń|komentarzy|просмотр(?:ов|а|ы)?|комментари(?:ев|й|я)|조회(?:수)?|댓글"
)
_COUNTED_JA = (
    "(?:総)?(?:閲覧|アクセス|再生|視聴|訪問者|ページビュー|ブックマーク|はてなブックマーク|はてブ"
    "|フォロワー|コメント|シェア|いいね!?|拍手|スキ|ビュー|pv|view)(?:数|回数)?"
)
_NUMBER = r"(?:[\d,.]+ ?[km万千億]?\+?)"
_UNIT = (
    "sec(?:ond)?|min(?:ute)?|h(?:ou)?r|day|week|month|year|[smhdwy]|stunden?|minuten?|tag"
    "(?:e|en)?|wochen?|monat(?:e|en)?|jahr(?:e|en)?"
)
_WORD = r"[^\W\d_]{3,12}\.?"
_DAY = (
    r"(?:\d{4} ?[-/.年] ?\d{1,2} ?[-/.月] ?\d{1,2} ?日?"
    r"|\d{1,2}[-/.] ?\d{1,2}[-/.] ?\d{2,4}"
    rf"|{_WORD} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|º)?\.? (?:de |of )?{_WORD},?(?: de)? \d{{4}}"
    r"|\d{1,2}月\d{1,2}日)"
)
_ZONE = r"(?:utc|gmt|jst|[ecmpb][sde]?s?t|z)(?:[+-]\d{1,2}(?::?\d{2})?)?|uhr|h"
_CLOCK = (
    r"(?:\d{1,2} ?(?:[:h.]|時) ?\d{2}(?:(?::|分)\d{2})?(?:\.\d+)?分?秒? ?(?:[ap]\.?m\.?)?"
    r"|\d{1,2} ?[ap]\.?m\.?)"
    rf" ?(?:{_ZONE})?"
)
_WEEKDAY = (
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}|[月火水木金土日](?:曜日?)?"
    r"|\([月火水木金土日](?:曜日?)?\))"
)
_WHEN = (
    rf"(?:{_WEEKDAY},? ?)?(?:(?:le|am|el|on|den|il) )?{_DAY}(?: ?{_WEEKDAY})?"
    rf"(?:(?:T|,| at| um| à| a las| alle| ore|[ ・-])* ?{_CLOCK})?"
)
_SAID = (
    "(?:(?:first|last|originally|zuletzt|dernière|última|ultimo|最終|(?:この)?記事の?)? ?"
    r"(?:publish(?:ed)?|updat(?:ed?|ing)|posted|modified|revised|edited|reviewed|created|aired"
    r"|last modified|publication date"
    r"|aktualisiert|veröffentlicht|stand|erstellt|mis(?:e)? à jour|publiée?|modifiée?"
    r"|actualizado|publicado|actualización|aggiornato|pubblicato|aggiornamento|atualizado"
    r"|bijgewerkt|gepubliceerd|zaktualizowano|opublikowano|обновлено|опубликовано|수정|입력|등록"
    r"|更新日?時?|公開日?時?|配信日?時?|投稿日?時?|掲載日?時?|作成日?時?|改訂日?|発行日?|発布)"
    r"(?: (?:on|at|am|le|el|il|um))? ?[::]? ?)"
)


def _pattern(*ways: str) -> Late:
    """Return what a whole block may be; marks around it do not count."""
    return late(rf"(?i)^\W*(?:{'|'.join(ways)})\W*$")


_LABEL = _pattern(
    "advertisements?|advert|ads?|anzeige|werbung|publicité|publicidad|pubblicità"
    "|sponsored(?: content| links?)?|promoted(?: content)?|pr|paid content|reklama",
    "広告|スポンサー(?:ド)?(?:リンク)?|プロモーション",
    r"share(?:d)?(?: (?:this|on|via|with)\b.*)?|tweet|facebook|twitter|x|bluesky|mastodon"
    "|whatsapp|linkedin|reddit|pinterest|line|pocket|e-?mail|print|copy(?: link| code)?"
    "|copied!?|teilen|partager|compartir|condividi|drucken|imprimer|imprimir|save|bookmark",
    "(?:シェア|ツイート|印刷|保存|共有|ポスト)(?:する)?|クリップ|送る"
    "|(?:はてな)?ブックマーク|(?:リンクを)?コピー",
    r"follow us.{0,40}|subscribe(?: (?:now|today|here|via|for|to (?:our|the|this))\b.*)?"
    r"|sign up(?: (?:now|today|here|for (?:our|the|free)|to (?:our|the))\b.*)?|log ?in"
    "|register|newsletters?|get (?:the|our) app.*|already a (?:member|subscriber).*",
    "フォロー(?:する)?|会員登録.{0,20}|ログイン.{0,10}|無料会員.{0,20}|メルマガ.{0,20}",
    "(?:no |leave an? |add an? |post an? |write an? |view |show |read |all )?"
    "(?:comments?|reply|replies)(?: \\(\\d+\\))?",
    "コメント(?:する|を書く|を見る|一覧|欄)?|トップへ(?:戻る)?|ページの?トップへ?|目次",
    "back to top|top|loading.{0,20}|読み込み中.{0,20}|続きを読む|skip to .{0,30}"
    "|cookies?(?: (?:policy|settings|preferences|notice))?|continue reading.{0,40}"
    "|table of contents|contents|jump to .{0,30}|menu|search|home|next|prev(?:ious)?"
    "|older|newer",
)
_COUNTER = _pattern(
    rf"(?:(?:total|page|online|today|all)[ :]*)?(?:{_COUNTED}) ?[:(]? ?{_NUMBER} ?\)?"
    r"(?: ?(?:times?|guests?|users?|members?))?",
    rf"{_NUMBER} ?(?:{_COUNTED}|people .{{0,40}}|readers?)(?: on .{{0,300}})?",
    rf"(?:~|about|ca\.?)? ?{_NUMBER} ?-?(?:min(?:ute)?n?s?)(?:(?: of)? read(?:ing)?"
    r"(?: time)?| lesezeit| de lecture| de lectura| di lettura)",
    "(?:reading time|read time|lesezeit|temps de lecture|この記事は約?|読了(?:時間|目安)?)"
    " ?:? ?"
    rf"(?:約)? ?{_NUMBER} ?(?:min(?:ute)?n?s?\.?|分(?:で読めます)?)(?: read)?",
    rf"{_COUNTED_JA} ?[:(]? ?{_NUMBER} ?(?:[回件人]|pv|view|users?)? ?\)?",
    rf"{_NUMBER} ?(?:回(?:再生|閲覧|視聴)?|件(?:のコメント)?|人が.{{0,30}}|文字|字)",
    rf"{_NUMBER} ?(?:いいね!?|users?|ブックマーク|pv|views?|スキ)",
    r"(?:no|be the first to|0) (?:comments?|replies|comment|reply)(?: yet)?",
)
_AGE = _pattern(
    rf"{_SAID}?(?:about|over|almost)? ?(?:an?|one|\d+) ?(?:{_UNIT})s?,?"
    rf"(?:(?: and)? \d+ ?(?:{_UNIT})s?)? ?(?:ago|old|her)",
    rf"{_SAID}?(?:vor|il y a|hace|fa|há) (?:\w+ )?\d+ {_WORD}",
    rf"{_SAID}?(?:just now|yesterday|today|gestern|heute|hier|ayer|たった今|昨日|今日)",
    rf"{_SAID}?約? ?\d+ ?(?:秒|分|時間|日|週間|か月|ヶ月|カ月|ヵ月|年) ?前",
)
_STAMP = _pattern(
    rf"{_SAID}{_WHEN}.{{0,12}}",
    rf"{_SAID}{_CLOCK}",
    rf"{_WHEN} ?(?:更新|現在|公開|配信|掲載|投稿|作成|{_SAID})",
)
_NOW = _pattern(
    rf"(?:(?:it is|today is|今日は|本日は|現在|現在時刻) ?:? ?)?{_WHEN}",
    rf"{_CLOCK}",
)
_COPYRIGHT = late(
    r"(?i)^(?:copyright|©|\(c\)|all rights reserved|alle rechte vorbehalten|無断転載|著作権"
    "|本サイト|当サイトの記事)"
)
_OFFERS = (
    r"read (?:more|also|next|this)\b|see also\b|more (?:from|on|in|stories|news|about)\b",
    "related(?: (?:articles?|stories|posts?|content|topics?|links?|news|coverage|reading))?"
    " ?(?::|$)",
    r"you (?:may|might) (?:also )?(?:like|enjoy|be interested)|recommended\b",
    r"most (?:read|popular|viewed|shared)|popular\b.{0,20}$|trending\b"
    r"|editors?'?s? picks?|don't miss|up next\b"
    "|(?:next|prev(?:ious)?|older|newer)(?: (?:article|posts?|story)|:)",
    "(?:latest|recent|other|top|similar|further|featured)(?: (?:news|articles?|posts?"
    "|stories|headlines))",
    r"(?:posted|filed|published) (?:in|under)\b|(?:tags?|topics?|categor(?:y|ies)) ?:",
    "lesen sie (?:auch|mehr)|mehr zum thema|auch interessant|mehr (?:von|aus)\\b",
    r"(?:à lire|lire) (?:aussi|également)|sur le même sujet|voir aussi|plus d'articles",
    "lea también|lee también|leer más|te puede interesar|más (?:noticias|sobre)|ver más",
    "leggi anche|potrebbe interessarti|leia (?:também|mais)|veja também|lees ook|zobacz też"
    "|czytaj (?:także|też)|читайте также|по теме|관련 ?기사|相关(?:阅读|文章)",
    "関連(?:記事|ニュース|リンク|情報|する記事|トピックス|キーワード|タグ|ページ|商品|$)"
    "|[あ合]わせて読みたい",
    "(?:編集部の?)?おすすめ(?:の?記事)?|人気(?:の?記事|ランキング)|(?:アクセス)?ランキング",
    "新着(?:記事|情報|$)|最新(?:の?記事|ニュース)|最近の(?:記事|投稿)|注目(?:の?記事)",
    "この記事を(?:読んだ|見た|書いた)人|こちらも(?:おすすめ|どうぞ)|(?:前|次|以前|過去)の(?:記事|投稿)",
    "もっと(?:読む|見る)|一覧(?:へ|を見る)|続きは|カテゴリー?[::]|タグ[::]|月別アーカイブ",
    r"[(\[【<](?:関連|あわせて読みたい|おすすめ|pr|広告)(?:記事)?[)\]】>]",
)
_OFFER = late(rf"(?i)^(?:[^\w(\[【<]*)(?:{'|'.join(_OFFERS)})")
_DATED = late(rf"(?i){_SAID}?{_WHEN}")
_BYLINE = late(
    r"(?i)^[\W_]*(?:(?:words|story|text|report(?:ing)?|posted|published|written) )?"
    r"(?:by|von|par|por|di|door|autor|author|文|著者|筆者|執筆)\b[ ::]*"
)
_SURELY = (_COUNTER, _AGE, _STAMP, _LABEL)
_PERHAPS = (_NOW, _COPYRIGHT, _OFFER)


def cleaned(block: str, *, linked: frozenset[str] = frozenset()) -> str:
    """Return a folded block without what changes by itself; nothing may be left.

    `linked` are the texts of the page's links as `linkable` makes them: a block that is
    nothing but the text of a link offers something else, unless it is as long as a
    paragraph. Of a line of several things those are left out that are surely noise.
    """
    if len(block) > 2 * _SHORT:
        return block
    if linkable(block) in linked:
        return ""
    if any(pattern().search(block) for pattern in (*_SURELY, *_PERHAPS)):
        return ""
    parts = [part for part in _SEPARATOR.split(block) if part]
    if len(parts) < 2:
        return block
    kept = [p for p in parts if not any(pattern().search(p) for pattern in _SURELY)]
    return block if len(kept) == len(parts) else " | ".join(kept)


def undated(block: str) -> str:
    """Return a folded block without its dates, and without the words that lead to who
    wrote it.
    """
    return _BYLINE().sub("", _DATED().sub(" ", block)).strip(f" ,;:()[]{_MARKS}")


def linkable(text: str) -> str:
    """Return the folded text of a link, or of a block that may be one, without marks."""
    return text.strip(_MARKS)


def opens_offers(block: str) -> bool:
    """Tell whether a folded block is the heading of a list of other articles."""
    return len(block) <= _SHORT // 2 and _OFFER().search(block) is not None


def is_loose(block: str) -> bool:
    """Tell whether a folded block is short and no sentence: a heading, a link, a label.

    Among the text such a block may be a heading; at its margin it is furniture.
    """
    return len(block) <= _SHORT and not _SENTENCE_END.search(block)
