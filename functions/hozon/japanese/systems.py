"""What operating systems, resolvers and OpenSSL say of a connection. Pure.

Their own words, as far as they are common: what else they say is shown as it is.
"""

from hozon.japanese.reasons import Pairs

SYSTEMS: Pairs = (
    ("Connection refused", "接続を拒否されました"),
    ("Connection reset by peer", "相手が接続を切断しました"),
    ("Connection timed out", "接続が時間切れになりました"),
    ("Connection aborted", "接続が中断されました"),
    ("Software caused connection abort", "接続が中断されました"),
    ("Broken pipe", "接続が切れました"),
    ("Network is unreachable", "ネットワークに到達できません"),
    ("Network is down", "ネットワークが停止しています"),
    ("No route to host", "ホストへの経路がありません"),
    ("Host is down", "ホストが停止しています"),
    ("Permission denied", "許可されていません"),
    ("Operation not permitted", "許可されていない操作です"),
    ("Operation timed out", "時間切れになりました"),
    ("Cannot assign requested address", "そのアドレスは使えません"),
    ("Cannot allocate memory", "メモリが足りません"),
    ("Too many open files", "開いているファイルが多すぎます"),
    ("No space left on device", "ディスクに空きがありません"),
    ("Name or service not known", "その名前は存在しません"),
    ("nodename nor servname provided, or not known", "その名前は存在しません"),
    ("No address associated with hostname", "その名前にはアドレスがありません"),
    ("Temporary failure in name resolution", "名前解決に一時的に失敗しました"),
    ("Non-recoverable failure in name resolution", "名前解決に失敗しました"),
    ("certificate has expired", "有効期限が切れています"),
    ("certificate is not yet valid", "まだ有効期間に入っていません"),
    ("certificate revoked", "失効しています"),
    ("self-signed certificate", "自己署名証明書です"),
    ("self-signed certificate in certificate chain",
     "証明書チェーンに自己署名証明書があります"),
    ("unable to get local issuer certificate", "発行者の証明書が見つかりません"),
    ("unable to verify the first certificate", "最初の証明書を検証できません"),
    ("Hostname mismatch, certificate is not valid for {text}.",
     "ホスト名が一致しません。証明書は{text}のものではありません"),
    ("IP address mismatch, certificate is not valid for {text}.",
     "IPアドレスが一致しません。証明書は{text}のものではありません"),
    ("[SSL: WRONG_VERSION_NUMBER] {text}", "TLSではない応答です（{text}）"),
    ("[SSL: UNEXPECTED_EOF_WHILE_READING] {text}", "通信が途中で切れました（{text}）"),
    ("[SSL: {name}] {text}", "TLSのエラー {name}（{text}）"),
)  # fmt: skip
