"""The clues of verdicts, and what looks find: in what way it is not the article. Pure."""

from hozon.japanese.names import ABSENCES, KINDS
from hozon.japanese.reasons import Pairs

_CLUES: Pairs = (
    ("its heading is its title", "見出しが題名と一致します"),
    ("{n} bytes of sentences", "文章が{n}バイトあります"),
    ("its text lies in its data", "本文がデータとして埋め込まれています"),
    ("nothing that the feed promised is there",
     "フィードにある内容がページに見当たりません"),
    ("the feed's title is its heading", "フィードの題名が見出しと一致します"),
    ("the feed's title is its title", "フィードの題名がページの題名と一致します"),
    ("the feed's summary is in its text", "フィードの要約が本文にあります"),
    ("much of the feed's summary is there", "フィードの要約の大半が本文にあります"),
    ("JSON-LD describes an article", "JSON-LDに記事の記述があります"),
    ("og:type: article", "og:typeがarticleです"),
    ("it has a date", "日付があります"),
    ("made by {name}", "{name}が出すページです"),
    ("a captcha: {name}", "CAPTCHA（{name}）があります"),
    ("made for parking: {text}", "売り出し中のドメインのページです（{text}）"),
    ("a field for a password", "パスワードの入力欄があります"),
    ("it shows nothing", "何も表示されません"),
    ("an empty place for scripts to fill", "スクリプトが埋めるはずの場所が空です"),
    ("{n} bytes of text, no picture", "文字が{n}バイトで、画像がありません"),
    ("{n} bytes of text, and scripts", "文字が{n}バイトで、あとはスクリプトです"),
    ("it says it is the home page", "トップページと名乗っています"),
    ("it says it is {uri}", "{uri}と名乗っています"),
    ("isAccessibleForFree: false", "有料と示されています（isAccessibleForFree: false）"),
    ("the answer is empty", "応答が空です"),
    ("{name}: header field {text}", "{name}のヘッダーフィールド{text}があります"),
    ("status {n} from {name}", "{name}がステータス{n}を返しました"),
    ("status 202: not the page yet", "ステータス202: まだページではありません"),
    ("it led to {uri}", "{uri}へ転送されました"),
    ("it led to the home page", "トップページへ転送されました"),
    ("it sends its reader to {text}", "読者を{text}へ移動させます"),
    ("headline: {text}", "見出し「{text}」"),
    ("text: {text}", "文中の「{text}」"),
)  # fmt: skip

_LOOKS: Pairs = (
    ("it is at {uri} now", "現在は{uri}にあります"),
    ("it leads to {uri}", "{uri}へ転送されます"),
    ("only a part of it can be read", "一部だけ読めます"),
    ("all of it can be read", "全文が読めます"),
    ("another text stands there", "別の文章に置き換わっています"),
    ("another text stands there: {text}", "別の文章に置き換わっています: {text}"),
    ("its link leads there no more (status {n})",
     "リンクはもうそこへ転送されません（ステータス{n}）"),
    ("no snapshot of {uri} that it could be compared with",
     "比較できる{uri}のスナップショットがありません"),
)  # fmt: skip

DOUBTS: Pairs = (*_CLUES, *_LOOKS, *{**KINDS, **ABSENCES}.items())
