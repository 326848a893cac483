"""What verdicts, acts and other enumerations are called in Japanese. Pure."""

from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    "article": "記事",
    "document": "文書",
    "part": "記事の一部",
    "challenge": "ボット確認",
    "consent": "同意画面",
    "login": "ログイン画面",
    "shell": "中身のないページ",
    "parked": "売り出し中のドメイン",
    "missing": "ページなし",
    "error": "エラー",
    "failed": "取得失敗",
    "refused": "取得対象外",
}
"""Kinds of verdicts and of troubles (`hozon.nouns.model.Kind`, `TroubleKind`)."""

CUTS: Mapping[str, str] = {
    "length": "大きすぎるため",
    "time": "時間切れのため",
    "disconnect": "接続が切れたため",
    "unspecified": "保存先に空きがないため",
}
"""Why an answer was cut short (`WARC-Truncated`, ISO 28500 §5.15)."""

ABSENCES: Mapping[str, str] = {
    "failed": "取得できませんでした",
    "refused": "取得の対象外です",
    "skipped": "取得を見送りました",
}
"""What became of requisites that are not held, where nothing else is said of it."""
