"""What pages are called that stand in an article's place.

In English and Japanese; what widely used programs say is there in other languages too.
Compared whole, with a title, a heading, or a part of one between separators. Patterns
have no nested repetition: they are linear.
"""

# ruff: noqa: E501  (a table; full-width signs are what stands there)

from collections.abc import Mapping

from hozon.nouns.model import Kind
from hozon.reading.patterns import Late, late


def _headlines(*alternatives: str) -> Late:
    return late(rf"\W*(?:{'|'.join(alternatives)})\W*")


HEADLINES: Mapping[Kind, Late] = {
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
        # What servers and widely used programs say by themselves in other languages.
        r"(?:die |diese |der |dieser )?(?:seite|artikel|beitrag|inhalt) "
        r"(?:(?:wurde |ist )?(?:leider )?nicht (?:mehr )?(?:gefunden|verfügbar|vorhanden)|"
        r"existiert (?:leider )?nicht(?: mehr)?)",
        r"(?:cette |la )?(?:page|article|contenu) (?:est |n'est )?(?:non trouvée?|introuvable|"
        r"n'existe (?:pas|plus)|inexistante?)",
        r"(?:la |el |esta |este )?(?:página|artículo|contenido) (?:solicitad[ao] )?"
        r"(?:no (?:se )?(?:ha sido )?(?:encontrad[ao]|existe|disponible|encuentra)|inexistente)",
        r"(?:la )?(?:pagina|articolo) non (?:è stat[ao] )?(?:trovat[ao]|esiste|disponibile)",
        r"(?:a )?(?:página|artigo|conteúdo) não (?:foi )?(?:encontrad[ao]|existe)",
        r"pagina niet gevonden",
        r"страница не найдена",
        r"(?:您?(?:访问|訪問|请求|要求)的)?(?:页面|頁面|网页|網頁|文章|内容|內容)"
        r"(?:不存在|未找到|找不到|已(?:被)?(?:删除|刪除)).{0,8}",
        r"(?:抱歉|对不起)?\W*(?:找不到|未找到|无法找到)(?:该|該|此|您|要).{0,8}(?:页面?|頁面?|网页|網頁|文章)",
        r"(?:요청하신 )?(?:페이지|기사|게시물)(?:를|가|을|이)? ?"
        r"(?:찾을 수 없습니다|존재하지 않습니다|삭제되었습니다)",
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
        r"(?:application|server|database|unexpected|fatal|system|connection|runtime) error"
        r"(?: \(500\))?",
        r"error(?: establishing a database connection| occurred| page)?",
        r"(?:an |unexpected )?error (?:has )?occurred",
        r"bad gateway|bad request",
        r"(?:the )?service (?:is )?(?:temporarily )?unavailable",
        r"gateway time-?out",
        r"(?:temporarily |currently )?(?:down for |under )?(?:scheduled )?maintenance.{0,20}",
        r"(?:we'll|we will) be (?:right )?back(?: soon)?",
        r"(?:we're sorry, but )?something (?:went|has gone) wrong(?: \(500\))?",
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
