"""What pages say that stand in an article's place, in English and Japanese.

A headline is compared whole, part by part. A phrase is looked for in running text: its
first word tells in no time that it is not there, its pattern is asked only where it is.
Patterns have no nested repetition: they are linear.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hozon.model import Kind


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of a kind of page: `needle` is in them always, `pattern` finds them."""

    kind: Kind
    weight: float
    needle: str
    pattern: re.Pattern[str] | None


def _headlines(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\W*(?:{'|'.join(alternatives)})\W*")


HEADLINES: Mapping[Kind, re.Pattern[str]] = {
    "missing": _headlines(
        r"(?:http |error |エラー ?)*(?:404|410)(?: error| エラー)?",
        r"(?:http |error )*(?:404|410)\W{1,5}(?:error\W{1,3})?(?:page |file )?"
        r"(?:not found|gone|notfound)(?: page| error)?",
        r"(?:oops|sorry|uh[- ]oh|whoops)?\W{0,4}(?:the |this |that |your )?(?:requested )?"
        r"(?:page|article|story|post|file|content|url|document|resource|item|entry|link)"
        r"(?: (?:you requested|you are looking for|you're looking for|"
        r"you were looking for|requested))? "
        r"(?:was |is |could |can |does |has |may |no )?(?:not|n't|cannot|can't|couldn't|"
        r"doesn't|isn't|wasn't|longer|been|never)? ?(?:be )?(?:found|exist|exists|"
        r"available|unavailable|removed|deleted|expired|here)(?: anymore)?",
        r"(?:page|article|story|post|file|content|url) (?:gone|unavailable|missing|"
        r"removed|deleted|expired|does not exist|doesn't exist)",
        r"(?:sorry\W{1,3})?(?:we )?(?:can't|cannot|couldn't|could not|can not) (?:seem to )?"
        r"find (?:that|the|this|your) (?:page|article|story|post|file)"
        r"(?: you're looking for| you are looking for)?",
        r"(?:sorry\W{1,3})?(?:this|that|the) (?:page|article|story|post|content) "
        r"(?:is|has|was) (?:no longer|not|been|expired|removed|deleted)"
        r"(?: available| found| exists| removed| deleted| expired| here)?",
        r"not found",
        r"file not found",
        r"nothing (?:was )?(?:found|here)",
        r"(?:お探し|ご指定|指定|ご希望|お求め|アクセス|リクエスト|要求)(?:の|された|した|いただいた)"
        r".{0,24}(?:見つかりません|みつかりません|存在しません|ありません|見つかりませんでした|"
        r"見つけられません|表示できません|削除).{0,10}",
        r".{0,12}(?:ページ|記事|ファイル|コンテンツ|url|投稿|ニュース)(?:が|は|を)?"
        r"(?:見つかりません|みつかりません|存在しません|見つかりませんでした|みつかりませんでした|"
        r"見つけることができません|削除されました|削除されています|"
        r"ございません|ありません|表示できません)(?:でした)?.{0,12}",
        r"(?:この|本|該当の?|お探しの)?(?:記事|ページ|コンテンツ|ニュース|情報)?(?:は|の)?\W?"
        r"(?:掲載|公開|配信|閲覧)(?:期間)?(?:が|は|を)?(?:終了|満了|過ぎ)"
        r"(?:しま|してい|いたしま|となりま|まし|てい|しており).{0,8}",
        r"(?:この|本|該当の?|お探しの)(?:記事|ページ|コンテンツ|ニュース)(?:は|の).{0,12}"
        r"(?:掲載|公開|配信)(?:期間)?(?:が|は|を)?(?:終了|過ぎ).{0,8}",
        r"ページ(?:未検出|なし)",
    ),
    "challenge": _headlines(
        r"just a (?:moment|second|minute)(?: please)?",
        r"attention required",
        r"access (?:to this page )?(?:has been |was |is )?(?:temporarily )?"
        r"(?:denied|blocked|restricted|limited|forbidden)"
        r"(?: because .{0,80})?",
        r"pardon our interruption",
        r"robot check",
        r"bot (?:check|verification|detection|challenge)",
        r"are you (?:a |an )?(?:human|robot|bot)(?: or (?:a )?(?:robot|bot|human))?",
        r"(?:please )?(?:verify|confirm|prove)(?:ing)? (?:that )?(?:you are|you're|your|"
        r"if you are) (?:not )?(?:a |an )?(?:human|robot|bot|request|browser|identity).{0,24}",
        r"(?:human|browser|captcha|robot|visitor) (?:verification|check|challenge)",
        r"security (?:check|checkpoint|verification|challenge).{0,20}",
        r"(?:vercel )?security checkpoint",
        r"(?:checking|verifying) (?:your|the|if) (?:browser|site|connection).{0,60}",
        r"one (?:moment|more step|last step)(?:,? please)?(?: complete .{0,40})?",
        r"(?:please wait|hold on|one moment)",
        r"ddos-guard",
        r"ddos protection.{0,30}",
        r"captcha(?: .{0,30})?",
        r"(?:client |js |javascript )?challenge(?: page| validation| required)?",
        r"making sure you're not a bot",
        r"unusual (?:traffic|activity)(?: .{0,40})?",
        r"(?:request|you have been|you've been|sorry, you have been|sorry, you've been) "
        r"(?:blocked|rejected|unsuccessful|rate limited)",
        r"too many requests",
        r"(?:sucuri )?website firewall.{0,30}",
        r"(?:私は)?(?:ロボット|ボット)では(?:ありません|ないことを.{0,16})",
        r"(?:あなた(?:は|が))?(?:人間|ロボット|ボット)(?:であることを?|ではないことを?|かどうかを?)"
        r"(?:の)?(?:確認|証明|検証).{0,12}",
        r"あなた(?:は|が)(?:人間|ロボット|ボット)です(?:か|ね)",
        r"(?:画像|文字|セキュリティ|人間|ボット|ロボット|ブラウザー?|アクセス)の?"
        r"(?:認証|チェック|確認|検証)(?:中|中です|画面|ページ|のお願い|が必要です)?",
        r"(?:(?:この|本|当|お使いの|お客様の)?(?:ページ|サイト|ネットワーク|環境)?(?:への|からの))?"
        r"アクセス(?:が|は)?(?:一時的に)?(?:拒否|制限|ブロック|遮断|禁止)"
        r"(?:され(?:ました|ています|ております)|中|エラー|のお知らせ)?",
        r"(?:少々|しばらく|少し|そのまま)お待ち(?:ください|下さい)",
        r"不(?:正|審)な?アクセス(?:を検[出知]|が検[出知]|の可能性|と判断).{0,16}",
        r"(?:セキュリティ|安全)(?:の|を)?(?:確認|チェック)(?:しています|中)?.{0,10}",
        r"接続(?:の安全性)?を確認(?:しています|中).{0,10}",
        r".{0,16}リクエスト(?:が|は)(?:ブロック|拒否|遮断).{0,10}",
    ),
    "login": _headlines(
        r"(?:please )?(?:log|sign)[ -]?(?:in|on)(?: (?:to|with|or|required|page).{0,50})?",
        r"(?:members?|subscriber|account|user|customer) (?:log|sign)[ -]?in",
        r"(?:log|sign)[ -]?in (?:/|or|and) (?:register|sign[ -]?up|create.{0,20}|join.{0,20})",
        r"(?:create|register)(?: (?:a|an|your|for|free))* account(?: .{0,30})?",
        r"sign[ -]?up(?: .{0,30})?",
        r"you (?:must|need to|have to) (?:be logged in|log in|sign in|login).{0,50}",
        r"(?:authentication|login|authorization) required",
        r"members? only",
        r"(?:会員|メンバー|id|アカウント)?の?ログイン(?:ページ|画面|フォーム|が必要です|してください)?",
        r"(?:会員|ログイン|サインイン)(?:登録|認証|専用)?(?:ページ|画面|・?(?:新規)?会員登録)?",
        r"(?:新規)?(?:会員|アカウント|ユーザー?)登録(?:画面|ページ)?",
        r"サインイン.{0,20}",
        r".{0,16}ログインして(?:ください|下さい).{0,10}",
    ),
    "consent": _headlines(
        r"before you (?:continue|proceed)(?: to .{0,40})?",
        r"(?:we|.{2,30}) (?:value|respect|care about)s? your privacy",
        r"your (?:privacy|data)(?: (?:matters|choices|is important).{0,30}|, your choice)?",
        r"(?:cookie|cookies|privacy|consent|gdpr|tracking) (?:consent|settings|choices|"
        r"preferences|wall|notice|required|management|manager)(?: .{0,20})?",
        r"(?:accept|agree to|manage|consent to)(?: \w+){0,2} cookies(?: .{0,40})?",
        r"(?:read|continue|browse)(?: .{0,20})? with (?:advertising|ads).{0,40}",
        r"(?:we use|this (?:site|website) uses) cookies.{0,30}",
        r"(?:age|your age) (?:verification|check|gate)",
        r"(?:are you|you must be) (?:over |at least )?(?:1[6-9]|2[01]).{0,30}",
        r"(?:クッキー|cookie)s?(?:の|に関する|について|使用)?(?:使用|利用|設定|同意|ご同意|許可)?"
        r"(?:に|への|の|へ)?(?:同意|許可|お願い|設定|確認|関して)?.{0,12}",
        r".{0,8}プライバシー(?:を尊重|設定|の設定|に関する選択|を大切に).{0,12}",
        r"年齢(?:確認|認証).{0,10}",
        r"(?:あなたは)?(?:18|20|十八|二十)(?:歳|才)以上.{0,12}",
        r".{0,12}(?:利用規約|データの利用|個人情報の取り扱い|個人データ)(?:に|への|の)同意.{0,12}",
    ),
    "parked": _headlines(
        r".{0,60}(?:domain|domain name|website)(?: name)? (?:is |may be |could be )?(?:available )?"
        r"for sale.{0,30}",
        r"(?:buy|purchase|get|own) (?:this|the) domain.{0,20}",
        r"(?:this )?domain (?:has |is |was )?(?:been )?(?:expired|parked|parking|registered|"
        r"suspended|available|not configured|reserved).{0,40}",
        r"parked (?:domain|page).{0,30}",
        r"(?:this )?(?:site|account|website|web site|blog) (?:has been |is |was )"
        r"(?:suspended|parked|disabled|not configured|under construction|coming soon).{0,20}",
        r"account suspended",
        r"welcome to (?:nginx|openresty|caddy|your new.{0,20})",
        r"(?:apache2?|iis|nginx|test)(?: \w+)? (?:default|test) page.{0,40}",
        r"it works",
        r"iis windows(?: server)?",
        r"default (?:web site |web |parallels plesk |plesk |server )?page",
        r"web server's default page",
        r"(?:coming soon|under construction)",
        r"future home of .{0,40}",
        r"(?:この|本|当)?ドメイン(?:名)?(?:は|が|の).{0,24}"
        r"(?:販売|売り|取得|お譲り|有効期限|期限切れ|失効|登録|使用され|利用され|設定|駐車|準備|更新).{0,30}",
        r"(?:この|本|当|お探しの)(?:サービス|ブログ|サイト|ホームページ)は.{0,12}(?:停止|閉鎖|終了|凍結)"
        r"(?:され|し|いたし|中).{0,12}",
        r"準備中(?:です)?",
    ),
    "error": _headlines(
        r"(?:http |error )*(?:400|403|500|502|503|504|451)"
        r"(?:\W{1,4}(?:forbidden|bad request|internal server error|"
        r"bad gateway|service (?:temporarily )?unavailable|gateway time-?out|error|"
        r"unavailable.{0,40}))?(?: error)?",
        r"forbidden",
        r"internal server error",
        r"(?:application|server|database|unexpected|fatal|system|connection) error",
        r"error(?: establishing a database connection| occurred| page)?",
        r"(?:an |unexpected )?error (?:has )?occurred",
        r"bad gateway|bad request",
        r"(?:the )?service (?:is )?(?:temporarily )?unavailable",
        r"gateway time-?out",
        r"(?:temporarily |currently )?(?:down for |under )?(?:scheduled )?maintenance.{0,20}",
        r"(?:we'll|we will) be (?:right )?back(?: soon)?",
        r"something (?:went|has gone) wrong",
        r"(?:not available|unavailable|no access|content unavailable) (?:in|for|to|due to) "
        r".{0,60}(?:region|country|location|legal reasons|area|users?|visitors?)",
        r"unavailable (?:for|due to) legal reasons",
        r"(?:(?:ただいま|現在|只今)\W?)?(?:システム|サイト|サーバー?|定期|緊急|臨時)?の?メンテナンス"
        r"(?:作業)?中(?:です|につき.{0,16})?",
        r"(?:システム|サーバー?|アプリケーション|内部|予期せぬ|予期しない)?エラー"
        r"(?:が発生(?:しました|しています)|ページ|画面|発生)?",
        r"(?:サービス|サーバー?).{0,8}(?:利用できません|停止中|混み合って).{0,10}",
        r"(?:(?:ただいま|現在|只今)\W?)?アクセスが集中し.{0,16}",
        r"(?:ただいま|現在).{0,10}(?:混雑|混み合|ご利用いただけません|つながりにく).{0,12}",
        r".{0,24}(?:お住まいの地域|お住まいの国|この地域|お使いの地域|海外).{0,16}"
        r"(?:利用できません|ご利用いただけ|閲覧できません|ご覧いただけ).{0,10}",
    ),
}
"""What stands as title or heading of a page of each kind, whole."""


def _of(kind: Kind, weight: float, *said: str) -> Iterator[Phrase]:
    """Yield phrases; ``needle :: pattern`` where the needle alone would find too much."""
    for each in said:
        needle, _, pattern = each.partition(" :: ")
        yield Phrase(kind, weight, needle, re.compile(pattern) if pattern else None)


PHRASES: tuple[Phrase, ...] = (
    *_of(
        "challenge",
        3.0,
        "checking if the site connection is secure",
        "checking your browser",
        "verifying you are human",
        "needs to review the security of your connection",
        "enable javascript and cookies to continue",
        "cookies :: (?:enable|turn on|allow|support)\\w* (?:both )?(?:javascript|cookies) and "
        "(?:javascript|cookies)",
        "to confirm you are :: (?:press|hold).{0,30}to confirm you are",
        "unusual :: (?:detected|noticed|seen|received|due to)(?: \\w+){0,3} unusual "
        "(?:traffic|activity|behavior|behaviour|requests)",
        "unusual traffic from your",
        "security check :: (?:complete|completing|performing|running) (?:the |this |a )?"
        "(?:\\w+ )?security (?:check|verification)",
        "why have i been blocked",
        "using a security service to protect itself",
        "performance & security by cloudflare",
        "cloudflare ray id",
        "automated :: (?:detected|looks|appears?|suspect\\w*|resembles|from|like|block\\w*|"
        "stop) (?:\\w+ ){0,4}automated",
        "automated tools to browse",
        "not a robot :: (?:i'm|i am|you're|you are|that you are) not a robot",
        "not a bot :: (?:you're|you are|that you are) not a bot",
        "you are human :: (?:verify|confirm|prove|check|make sure|ensure|sure)\\w* "
        "(?:that |if |whether )?you are human",
        "you are a human :: (?:verify|confirm|prove|check|make sure|ensure|sure)\\w* "
        "(?:that |if |whether )?you are a (?:real )?human",
        "you're a human :: (?:verify|confirm|prove|check|make sure|ensure|sure)\\w* "
        "(?:that |if |whether )?you're a (?:real )?human",
        "you're human :: (?:verify|confirm|prove|check|make sure|ensure|sure)\\w* "
        "(?:that |if |whether )?you're human",
        "you have been blocked",
        "you've been blocked",
        "your request has been blocked",
        "request was blocked",
        "have been rate limited",
        "reference # :: reference #\\d+\\.[0-9a-f]{4,}",
        "incapsula incident id",
        "support id is",
        "type the characters you see",
        "enter the characters you see",
        "something about your browser made us think you :: think you (?:were|are|might be) a bot",
        "made us think you were a bot",
        "block id: :: block id: [a-z0-9]+",
        "access to this page has been denied",
        "you don't have permission to access :: you don't have permission to access .{1,200}"
        "on this server",
        "ddos protection by",
        "anubis to protect",
        "generated by wordfence",
        "sucuri cloudproxy",
        "limited by the owner of this site",
        "ロボットではない",
        "ロボットではありません",
        "ボットではない",
        "ロボットによる :: ロボットによる(?:アクセス|操作|自動)",
        "文字を入力 :: (?:表示|画像|見え|以下|下).{0,16}文字を入力",
        "画像をすべて選択",
        "パズル :: パズルを(?:完成|解)",
        "人間であること :: 人間であることを?(?:の)?(?:確認|証明)",
        "人間かどうか :: 人間かどうかを?(?:の)?(?:確認|検証|判)",
        "自動化された :: 自動化された(?:アクセス|リクエスト|プログラム|操作|ツール|トラフィック)",
        "通常と異なる :: 通常と(?:は)?異なる(?:トラフィック|アクセス|通信)",
        "通常とは異なる",
        "不審な :: 不審な(?:アクセス|動作|トラフィック|通信|リクエスト|挙動)",
        "機械的な :: 機械的な(?:アクセス|操作)",
        "アクセスが :: アクセスが(?:一時的に|現在)?(?:拒否|制限|遮断|ブロック)され",
        "アクセスを :: アクセスを(?:一時的に|現在)?(?:拒否|制限|遮断|ブロック|お断り)"
        "(?:して(?:い|お)|しました|させて|いたしました)",
        "ブラウザ :: ブラウザー?を(?:確認|チェック|検証)(?:し|中)",
        "接続の :: 接続の(?:安全性|セキュリティ)を?(?:確認|検証)",
        "javascript :: javascript ?(?:と|および|及び) ?(?:cookie|クッキー)s?を有効",
        "短時間に :: 短時間に(?:大量|多数|連続|多く)",
        "ddos攻撃 :: ddos攻撃から.{0,20}(?:保護|守)",
    ),
    *_of(
        "challenge",
        1.5,
        "captcha :: (?:complete|solve|completing|solving|pass|enter|fill in|submit) "
        "(?:the |this |a )?(?:\\w+ )?captcha",
        "画像認証",
    ),
    *_of(
        "missing",
        3.0,
        "looking for :: (?:page|article|story|post|content|file)(?: that)? (?:you are|you're|"
        "you were) looking for.{0,60}(?:n't|not|no longer|moved|removed|cannot|deleted|gone|"
        "never|expired|unavailable|missing)",
        "can't find the page",
        "cannot find the page",
        "couldn't find the page",
        "could not find the page",
        "find that page :: (?:can't|cannot|couldn't|could not) find that page",
        "page not found",
        "article not found",
        "no longer available :: (?:page|article|story|post|content|item|document) (?:\\w+ )"
        "{0,3}is no longer available",
        "has been removed :: (?:this|the) (?:page|article|story|post|content) (?:\\w+ ){0,2}"
        "has been (?:removed|deleted)",
        "has been deleted :: (?:this|the) (?:page|article|story|post|content) (?:\\w+ ){0,2}"
        "has been deleted",
        "has expired :: (?:this|the) (?:page|article|story|post|content|link) (?:\\w+ ){0,2}"
        "has expired",
        "may have been moved or deleted",
        "requested url was not found",
        "the requested page :: the requested page (?:could not|cannot|was not|does not|"
        "can't|doesn't)",
        "might have been removed, had its name changed",
        "it looks like nothing was found",
        "見つかりません :: (?:ページ|記事|ファイル|url|コンテンツ|投稿)(?:が|は|を).{0,12}見つかりません",
        "みつかりません :: (?:ページ|記事|ファイル|url|コンテンツ|投稿)(?:が|は|を).{0,12}みつかりません",
        "見つけることができません :: (?:ページ|記事|ファイル|url|コンテンツ|投稿)",
        "存在しません :: (?:ページ|記事|ファイル|url|コンテンツ|投稿)(?:が|は|を).{0,12}存在しません",
        "存在しない :: (?:ページ|記事|ファイル|url)(?:が|は).{0,12}存在しない",
        "お探しの :: お探しの(?:ページ|記事|コンテンツ|url|情報)",
        "削除され :: (?:この|本|当該|指定|お探し|該当|ページ|記事).{0,24}"
        "(?:削除|移動).{0,16}(?:可能性|されました|されています|されたか|されている)",
        "掲載期間 :: 掲載期間(?:が|は|を)?(?:終了|過ぎ|満了)",
        "掲載を終了",
        "掲載は終了",
        "掲載が終了",
        "掲載終了",
        "公開を終了",
        "公開は終了",
        "公開期間 :: 公開期間(?:が|は|を)?(?:終了|過ぎ|満了)",
        "配信を終了",
        "配信は終了",
        "配信期間 :: 配信期間(?:が|は|を)?(?:終了|過ぎ|満了)",
        "ご覧いただけません :: (?:この|本|こちらの|該当の?|指定の?)(?:記事|ページ).{0,16}"
        "ご覧いただけません",
        "urlに誤り",
        "urlが間違",
        "urlが変更",
        "urlをご確認",
        "urlを再度",
    ),
    *_of(
        "login",
        2.0,
        "log in to continue",
        "login to continue",
        "sign in to continue",
        "sign in to view",
        "log in to view",
        "must be logged in :: must be logged in to (?:view|see|read|access|continue|use)",
        "you need to :: you need to (?:log|sign) in to (?:view|see|read|access|continue|use)",
        "please :: please (?:log ?|sign ?)in to (?:view|see|read|access|continue|use|your)",
        "ログインが必要",
        "ログインしてください",
        "ログインして下さい",
        "会員専用 :: 会員専用(?:ページ|サイト|コンテンツ|です)",
    ),
    *_of(
        "login",
        1.0,
        "forgot your password",
        "forgot password",
        "don't have an account",
        "not a member",
        "create an account",
        "remember me",
        "パスワードを忘れ",
        "パスワードをお忘れ",
        "ログイン状態を保持",
        "ログインidと",
        "新規会員登録",
        "新規登録",
    ),
    *_of(
        "consent",
        2.5,
        "before you continue to",
        "we value your privacy",
        "we and our :: we and our (?:\\d+ )?(?:\\w+ )?partners",
        "store and/or access information on a device",
        "accept all cookies",
        "manage your privacy",
        "consent :: (?:give|need|require|without) (?:us )?your consent",
        "cookies :: (?:agree|consent|accept).{0,40}cookies.{0,60}(?:continue|read|access|"
        "use|visit|view)",
        "subscribe without tracking",
        "cookieの使用に同意",
        "クッキーの使用に同意",
        "cookie :: (?:cookie|クッキー)s?(?:の|を)(?:使用|利用)(?:に|する|して).{0,24}同意",
        "クッキー :: クッキー(?:の|を)(?:使用|利用)(?:に|する|して).{0,24}同意",
        "同意して :: 同意して(?:続ける|続行|閲覧|進む|次へ|サイト)",
        "同意の上 :: 同意の上.{0,12}(?:閲覧|利用|進)",
        "歳以上 :: (?:18|20)歳以上ですか",
        "歳未満 :: (?:18|20)歳未満の(?:方|閲覧).{0,30}(?:できません|お断り|禁止|ご遠慮)",
    ),
    *_of(
        "parked",
        4.0,
        "domain is for sale",
        "domain name is for sale",
        "domain may be for sale",
        "buy this domain",
        "this domain has expired",
        "domain has recently expired",
        "this domain is parked",
        "domain is registered :: domain is registered(?:,| but| at| with)",
        "domain has been registered",
        "parked free, courtesy of",
        "inquire about this domain",
        "renew it now :: domain.{0,80}renew it now",
        "web page is parked",
        "this account has been suspended",
        "sponsored listings displayed",
        "generated by the domain owner using sedo",
        "nginx web server is successfully installed",
        "default page for :: default page for (?:this|the) (?:server|domain|site)",
        "default welcome page used to test",
        "there is no site configured at this address",
        "このドメイン :: この(?:ドメイン|ドメイン名)(?:は|の).{0,30}(?:販売|売却|購入|譲渡|有効期限|"
        "期限|失効|取得|登録|使用されて|利用されて|更新)",
        "ドメインの有効期限",
        "ドメインは現在 :: ドメインは現在.{0,16}(?:使用|利用|公開|停止|表示)",
        "お名前.comで :: お名前\\.comで(?:取得|登録|管理|ドメイン)",
        "ドメイン登録サービス",
        "アカウントは停止 ",
        "サーバーの初期ページ",
        "初期設定ページ",
        "webサイトが公開されていません",
    ),
    *_of(
        "shell",
        2.0,
        "enable javascript",
        "javascript :: javascript (?:is |must be )?(?:required|disabled|to be enabled|"
        "turned off|enabled)",
        "requires javascript",
        "turn on javascript",
        "doesn't work properly without javascript",
        "javascriptを有効",
        "javascript を有効",
        "javascriptが無効",
        "javascriptをオン",
        "javascriptを使用して",
    ),
    *_of(
        "error",
        3.0,
        "internal server error",
        "error establishing a database connection",
        "temporarily unavailable :: (?:server|service|site|website|page) (?:\\w+ ){0,2}"
        "temporarily unavailable",
        "unable to service your request",
        "upstream connect error",
        "bad gateway",
        "no healthy upstream",
        "unavailable due to legal reasons",
        "unavailable for legal reasons",
        "european economic area :: (?:country|countries|region|from).{0,60}european economic area"
        ".{0,300}(?:cannot|unable|not|denied|unavailable)",
        "not available in your :: not available in your (?:country|region|location|area)",
        "unexpected error :: unexpected error (?:has )?occurred",
        "an error occurred while processing",
        "application error: a",
        "down for maintenance",
        "undergoing :: undergoing (?:\\w+ )?maintenance",
        "メンテナンス :: (?:ただいま|現在|只今).{0,16}メンテナンス(?:中|を実施し|を行っ|のため|作業)",
        "アクセスが集中",
        "エラーが発生 :: エラーが発生(?:し|いた)",
        "一時的に利用 :: 一時的に利用(?:できません|できなく|いただけ)",
        "混み合って :: (?:ただいま|現在|大変|サーバー?).{0,16}混み合って",
        "欧州経済領域 :: 欧州経済領域.{0,80}(?:ご利用|利用|提供|閲覧)(?:いただけ|でき|を終了)",
        "お住まいの :: お住まいの(?:国|地域).{0,20}(?:利用できません|ご利用いただけ|閲覧)",
    ),
)
"""What pages of each kind say in running text."""

PAYWALL: tuple[Phrase, ...] = tuple(
    _of(
        "part",
        1.5,
        "subscribe to :: subscribe to (?:continue|keep|read|unlock|access|view)",
        "subscribe now to :: subscribe now to (?:continue|keep|read|unlock)",
        "to continue reading",
        "to keep reading",
        "continue reading with a :: continue reading with a (?:\\w+ )?(?:subscription|trial|"
        "account)",
        "to read the full :: to read the (?:full|rest)",
        "to read the rest",
        "for subscribers :: (?:article|story|content|post|piece|is|exclusive|only|exclusively) "
        "(?:is )?(?:only )?for (?:our )?(?:paying |paid |premium )?subscribers",
        "subscriber-only",
        "subscribers only",
        "subscriber exclusive",
        "already a subscriber",
        "premium :: (?:this|is a) premium (?:article|content|story)",
        "this post is for paid subscribers",
        "this post is for paying subscribers",
        "your free articles :: (?:used|reached|read|limit).{0,40}free articles",
        "member-only story",
        "unlock this article",
        "会員限定",
        "有料会員",
        "会員の方のみ",
        "購読者限定",
        "有料記事",
        "プレミアム会員",
        "続きを読むには",
        "続きをお読みになるには",
        "全文を読むには",
        "全文をお読み",
        "この記事は有料",
        "会員登録すると続き",
        "会員になると続き",
        "ログインして続きを",
        "ログインすると続き",
        "残り :: 残り ?:?:?[0-9,,]+ ?(?:文字|字)",
        "無料会員登録 :: 無料会員登録.{0,16}続き",
        "購読すると",
        "ここから先は :: ここから先は.{0,24}(?:会員|有料|購入|登録|購読|メンバー)",
        "この続きを :: この続きを(?:読む|みる|見る)には",
        "購入する :: (?:記事|この続き|続き).{0,20}購入する",
    )
)
"""What stands where the free part of an article ends."""


def found(phrases: tuple[Phrase, ...], text: str) -> Iterator[Phrase]:
    """Yield those phrases that a text (made plain) has."""
    for phrase in phrases:
        if phrase.needle in text and (
            phrase.pattern is None or phrase.pattern.search(text)
        ):
            yield phrase
