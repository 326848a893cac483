"""What is known by a name: kinds of pages, acts that an audit finds, languages. Pure."""

from collections.abc import Mapping

_KINDS: Mapping[str, tuple[str, str]] = {
    "challenge": ("a check for bots", "ボット確認"),
    "consent": ("a question for consent", "同意画面"),
    "login": ("a page to sign in", "ログイン画面"),
    "missing": ("a page that says it is not there", "「ページがない」という表示"),
    "parked": ("a parked domain", "売り出し中のドメイン"),
    "shell": ("an empty page", "中身のないページ"),
    "error": ("an error page", "エラーページ"),
}
"""What came in a page's place (`hozon.nouns.model.Kind`, without what is accepted)."""

_ACTS: Mapping[str, tuple[str, str]] = {
    "changed": ("changed", "内容の変化"),
    "truncated": ("truncated", "途中で切断"),
    "deleted": ("deleted", "削除"),
    "added": ("added", "記録簿にない追加"),
    "unsealed": ("unsealed", "未封印"),
    "misstated": ("misstated", "記載の誤り"),
    "sealed twice": ("sealed twice", "二重の封印"),
    "late": ("late", "封印の遅れ"),
    "rewritten": ("rewritten", "記録簿の書き換え"),
    "rolled back": ("rolled back", "記録簿の巻き戻し"),
    "forked": ("forked", "記録簿の分岐"),
    "not signed": ("not signed", "署名なし"),
    "another key": ("another key", "別の鍵"),
    "key unannounced": ("key unannounced", "予告のない鍵"),
    "tile changed": ("tile changed", "タイルの変化"),
    "row forged": ("row forged", "索引の偽りの行"),
    "row lost": ("row lost", "索引の失われた行"),
    "no proof": ("no proof", "証明なし"),
    "unreadable": ("unreadable", "読み取り不能"),
    "unlocked": ("unlocked", "ロックなし"),
    "not captured": ("not captured", "未取得"),
}
"""What an audit finds (`hozon.log.findings.Act`)."""

_LANGUAGES: Mapping[str, tuple[str, str]] = {
    "ar": ("Arabic", "アラビア語"),
    "cs": ("Czech", "チェコ語"),
    "da": ("Danish", "デンマーク語"),
    "de": ("German", "ドイツ語"),
    "el": ("Greek", "ギリシャ語"),
    "en": ("English", "英語"),
    "es": ("Spanish", "スペイン語"),
    "fa": ("Persian", "ペルシャ語"),
    "fi": ("Finnish", "フィンランド語"),
    "fr": ("French", "フランス語"),
    "he": ("Hebrew", "ヘブライ語"),
    "hi": ("Hindi", "ヒンディー語"),
    "hu": ("Hungarian", "ハンガリー語"),
    "id": ("Indonesian", "インドネシア語"),
    "it": ("Italian", "イタリア語"),
    "ja": ("Japanese", "日本語"),
    "ko": ("Korean", "韓国語"),
    "nb": ("Norwegian (Bokmål)", "ノルウェー語（ブークモール）"),
    "nl": ("Dutch", "オランダ語"),
    "no": ("Norwegian", "ノルウェー語"),
    "pl": ("Polish", "ポーランド語"),
    "pt": ("Portuguese", "ポルトガル語"),
    "ro": ("Romanian", "ルーマニア語"),
    "ru": ("Russian", "ロシア語"),
    "sv": ("Swedish", "スウェーデン語"),
    "th": ("Thai", "タイ語"),
    "tr": ("Turkish", "トルコ語"),
    "uk": ("Ukrainian", "ウクライナ語"),
    "und": ("not stated", "不明"),
    "vi": ("Vietnamese", "ベトナム語"),
    "zh": ("Chinese", "中国語"),
}
"""Languages by their primary subtag (BCP 47)."""

NAMES: Mapping[str, tuple[str, str]] = {
    **{f"kind_{kind}": texts for kind, texts in _KINDS.items()},
    **{f"act_{act}": texts for act, texts in _ACTS.items()},
    **{f"language_{tag}": texts for tag, texts in _LANGUAGES.items()},
}
