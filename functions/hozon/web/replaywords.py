"""What the replay says of what it shows, in English and Japanese. Pure."""

from collections.abc import Mapping

REPLAY: Mapping[str, tuple[str, str]] = {
    "replay": ("Replay", "再現"),
    "replay_of": ("Replay: {}", "再現: {}"),
    "captured_at": ("As captured", "取得時の姿"),
    "capture_before": ("Earlier", "前の取得"),
    "capture_after": ("Later", "次の取得"),
    "place": ("{} of {}", "{1}件中{0}件目"),
    "to_entry": ("Entry", "記事"),
    "inert": (
        "Still: no script of the page runs.",
        "静止表示: スクリプトは動きません。",
    ),
    "running": (
        "Running: scripts of the page run, and reach this snapshot only.",
        "動作表示: スクリプトが動きますが、参照できるのはこの記録だけです。",
    ),
    "run_it": ("Run its scripts", "スクリプトを動かす"),
    "still_it": ("Hold it still", "静止表示に戻す"),
    "own_tab": ("In a tab of its own", "別のタブで開く"),
    "full_fails": (
        "This browser does not replay it here ({}). Open the replay in a tab of its own.",
        "このブラウザーではここに再現できません（{}）。別のタブで開いてください。",
    ),
    "elements_missing": ("Not captured: {}", "未取得: {}件"),
    "shown_instead": (
        "This came in the place of the page: {}.",
        "本来のページの代わりに届いたものです: {}。",
    ),
    "shown_error": (
        "The server answered with status {}.",
        "サーバーの応答はステータス{}でした。",
    ),
    "shown_cut": (
        "It was cut short when it was captured.",
        "取得時に途中で切れています。",
    ),
    "shown_gone": (
        "The page is not there any more, since {}.",
        "このページは{}以降、公開されていません。",
    ),
}
