"""What is said at the door of an archive that is not everybody's, in two languages."""

from collections.abc import Mapping

SIGN_IN: Mapping[str, tuple[str, str]] = {
    "signin": ("Sign in", "サインイン"),
    "signin_do": ("Sign in with this browser", "このブラウザーでサインイン"),
    "signin_link": (
        "Press the button, and this browser is let in. The link works once.",
        "ボタンを押すと、このブラウザーで閲覧できるようになります。リンクは一度だけ使えます。",
    ),
    "signin_cookie": (
        "One cookie is kept for that, and nothing else.",
        "そのために保存されるクッキーは一つだけです。",
    ),
    "signin_how": (
        "Open the link that the operator of this archive has sent you.",
        "このアーカイブの管理者から届いたリンクを開いてください。",
    ),
    "signin_nobody": (
        "This archive is not open to everybody. Open the link that its operator has "
        "sent you, or ask for one.",
        "このアーカイブは一般公開されていません。管理者から届いたリンクを開くか、"
        "リンクの発行を依頼してください。",
    ),
    "signin_unknown": (
        "This sign-in was not issued here, or has ended long ago. Ask the operator of "
        "this archive for a new link.",
        "このサインインは発行されていないか、ずっと前に終了しています。"
        "管理者に新しいリンクを依頼してください。",
    ),
    "signin_used": (
        "This link was used already, and works once. If that was not you, tell the "
        "operator of this archive; else ask for a new one.",
        "このリンクは使用済みです。心当たりがない場合は管理者に知らせてください。"
        "必要であれば新しいリンクを依頼してください。",
    ),
    "signin_ended": (
        "The time of this sign-in is over. Ask the operator of this archive for a new "
        "link.",
        "サインインの期限が切れました。管理者に新しいリンクを依頼してください。",
    ),
    "signin_revoked": (
        "This sign-in has ended. Ask the operator of this archive for a new link.",
        "このサインインは取り消されました。管理者に新しいリンクを依頼してください。",
    ),
    "signin_elsewhere": (
        "This was not sent from a page of this archive. Open your link again, and press "
        "the button there.",
        "このアーカイブのページ以外から送信されました。リンクをもう一度開き、"
        "そこでボタンを押してください。",
    ),
    "signout": ("Sign out", "サインアウト"),
}
