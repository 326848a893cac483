"""How sites of many kinds show an article, with all that changes around it by itself.

Each template is a function of an article and of the `Moment` it is shown at: the counters,
adverts, other articles, dates and tokens of that moment. Whatever it shows besides the
article is nobody's edit.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from tests.histories.articles import Article

Template = Callable[[Article, "Moment"], str]

_OTHERS = (
    ("A whale in the harbour, and what became of it", "港に鯨が来た日のこと"),
    ("Ten bicycles for sale at the old school", "古い校舎の自転車十台、売ります"),
    ("Storm closes the coast road until Friday", "嵐で海岸道路が金曜まで通行止め"),
    ("The mayor resigns over the bridge affair", "橋をめぐる問題で市長が辞任"),
    ("Why the bell rings at eleven", "なぜ鐘は十一時に鳴るのか"),
    ("Ferry prices rise again in spring", "春からフェリー運賃が再び値上げ"),
    ("A school that has only one pupil left", "児童が一人になった小学校"),
    ("What the lighthouse keeper wrote down", "灯台守が書き残したもの"),
)
_COMMENTS = (
    (
        "I was there on Thursday, and it was colder than you say.",
        "木曜に現地にいましたが、もっと寒かったです。",
    ),
    (
        "Thank you for this, I have waited for it for years.",
        "ありがとうございます。何年も待っていました。",
    ),
    (
        "You forget that the bridge was built before the war.",
        "橋は戦前に造られたことをお忘れです。",
    ),
    (
        "Could you write about the mill next time?",
        "次は水車小屋について書いてもらえませんか。",
    ),
    (
        "Nonsense. Nobody needs this boat but the tourists.",
        "ばかげています。船は観光客のためだけのものです。",
    ),
)
_ADS = (
    "Cheap flights to the islands from 19 pounds. Book now!",
    "This one trick makes your windows shine",
    "春の大感謝セール！今だけ全品半額",
    "",
)
_TIPS = (
    "Like this story? Tell your friends about us.",
    "Our app is now available for both systems.",
    "We have a new look. Tell us what you think of it.",
)


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment in the life of a site, told by its number: what chance shows then."""

    number: int

    @property
    def chance(self) -> random.Random:
        """A source of chance that is always the same for this moment."""
        return random.Random(self.number)

    @property
    def views(self) -> int:
        """How often the page was seen by then."""
        return 1_000 + 137 * self.number

    @property
    def token(self) -> str:
        """A token that is another on every page that is sent."""
        return f"{self.chance.getrandbits(96):024x}"

    @property
    def day(self) -> str:
        """The day it is, as a page says it."""
        return f"{1 + self.number % 28} March 2026"

    def others(self, article: Article, count: int) -> list[tuple[str, str]]:
        """Return titles and links of other articles."""
        chosen = self.chance.sample(range(len(_OTHERS)), count)
        tongue = int(article.is_japanese)
        return [(_OTHERS[n][tongue], f"/other/{n}") for n in chosen]

    def comments(self, article: Article) -> list[str]:
        """Return the comments by then: they only grow."""
        count = min(self.number % 9, len(_COMMENTS))
        return [pair[int(article.is_japanese)] for pair in _COMMENTS[:count]]

    def ad(self) -> str:
        """Return an advert."""
        return self.chance.choice(_ADS)

    def tip(self) -> str:
        """Return what the site has to say of itself."""
        return self.chance.choice(_TIPS)


def _links(pairs: Sequence[tuple[str, str]], *, mark: str = "") -> str:
    return "".join(
        f'<li>{mark}<a href="{uri}">{escape(title)}</a></li>' for title, uri in pairs
    )


def _block(block: str, *, gutter: bool = False, anchors: str = "") -> str:
    """Return one block of an article as markup."""
    if block.startswith("## "):
        ident = f"h{len(block)}"
        mark = f'<a class="anchor" href="#{ident}">{anchors}</a>' if anchors else ""
        return f'<h2 id="{ident}">{escape(block[3:])}{mark}</h2>'
    if block.startswith("- "):
        items = "".join(f"<li>{escape(one)}</li>" for one in block[2:].split("\n- "))
        return f"<ul>{items}</ul>"
    if block.startswith("> "):
        return f"<blockquote><p>{escape(block[2:])}</p></blockquote>"
    if block.startswith("    "):
        return _code(block, gutter=gutter)
    return f"<p>{escape(block)}</p>"


def _code(block: str, *, gutter: bool) -> str:
    lines = [escape(line.removeprefix("    ")) for line in block.split("\n")]
    if not gutter:
        return f"<pre><code>{chr(10).join(lines)}</code></pre>"
    numbers = "".join(
        f'<span class="line">{n}</span><br>' for n in range(1, len(lines) + 1)
    )
    code = "".join(f'<span class="line">{line}</span><br>' for line in lines)
    return (
        '<figure class="highlight"><table><tr><td class="gutter"><pre>'
        f'{numbers}</pre></td><td class="code"><pre>{code}</pre></td></tr></table></figure>'
    )


def _body(article: Article, **how: object) -> str:
    return "\n".join(_block(block, **how) for block in article.blocks)  # type: ignore[arg-type]


def _head(article: Article, moment: Moment, *, site: str, extra: str = "") -> str:
    return (
        f'<!doctype html><html lang="{article.language}"><head><meta charset="utf-8">'
        f"<title>{escape(article.title)}{site}</title>"
        f'<meta name="csrf-token" content="{moment.token}">{extra}</head>'
    )


def plain(article: Article, moment: Moment) -> str:
    """Show it as somebody does who writes markup by hand."""
    return (
        f"{_head(article, moment, site='')}<body><h1>{escape(article.title)}</h1>"
        f"<p><i>{escape(article.author)}, {article.day}</i></p>{_body(article)}"
        "<hr><p><a href=/>Home</a></p></body></html>"
    )


def jekyll(article: Article, moment: Moment) -> str:
    """Show it as the theme minima does."""
    return (
        f"{_head(article, moment, site=' | Notes from the landing')}<body>"
        '<header class="site-header"><a class="site-title" href="/">Notes</a>'
        '<nav><a href="/about/">About</a></nav></header><main><article class="post">'
        f'<header><h1 class="post-title">{escape(article.title)}</h1><p class="post-meta">'
        f'<time datetime="{article.day}">{article.day}</time> • '
        f"{escape(article.author)}</p>"
        f'</header><div class="post-content">{_body(article)}</div></article></main>'
        '<footer class="site-footer"><p>Notes from the landing</p><p>Subscribe via RSS</p>'
        "</footer></body></html>"
    )


def hexo(article: Article, moment: Moment) -> str:
    """Show it as Hexo does: code in tables, anchors, a list of what is in it, "
    "neighbours.
    """
    heads = [b[3:] for b in article.blocks if b.startswith("## ")]
    toc = "".join(f"<li><a href=#x>{escape(h)}</a></li>" for h in heads)
    before, behind = moment.others(article, 2)
    return (
        f"{_head(article, moment, site=' - 港の記録')}<body><div id=wrap>"
        '<header id=header><h1 id=logo-wrap><a href="/">港の記録</a></h1></header>'
        '<section id=main><article class="article article-type-post"><div '
        "class=article-meta>"
        f'<a href="/x/" class=article-date><time datetime="{article.day}">'
        f"{article.day}</time>"
        "</a></div><div class=article-inner><header class=article-header>"
        f"<h1 class=article-title>{escape(article.title)}</h1></header>"
        f"<div class=article-entry><div class=toc><ol>{toc}</ol></div>"
        f"{_body(article, gutter=True, anchors='#')}</div>"
        '<footer class=article-footer><a data-url="x" class=article-share-link>Share</a>'
        '<a href="x#disqus_thread" class=article-comment-link>Comments</a>'
        '<ul class=article-tag-list><li><a href="/tags/a/">aws</a></li></ul></footer></div>'
        f'<nav id=article-nav><a href="{before[1]}"><strong>Newer</strong><div>{before[0]}'
        f'</div></a><a href="{behind[1]}"><strong>Older</strong><div>{behind[0]}</div></a>'
        "</nav></article></section><aside id=sidebar><div class=widget-wrap><h3>"
        "Recent Posts"
        f"</h3><ul>{_links(moment.others(article, 5))}</ul></div></aside></div>"
        "</body></html>"
    )


def wordpress(article: Article, moment: Moment) -> str:
    """Show it as WordPress does: shares, related posts, likes, comments."""
    comments = moment.comments(article)
    said = "".join(
        f'<li class="comment"><cite>Reader {n}</cite> says: <p>{escape(text)}</p>'
        f"<time>{moment.number % 20 + n} days ago</time></li>"
        for n, text in enumerate(comments)
    )
    return (
        f"{_head(article, moment, site=' – The Landing')}<body class='single'>"
        '<header><p class="site-title"><a href="/">The Landing</a></p>'
        f"<nav><ul><li><a href=/a>News</a><li><a href=/b>Opinion</a></ul></nav></header>"
        f'<main><article class="post type-post"><header class="entry-header">'
        f'<h1 class="entry-title">{escape(article.title)}</h1><div class="entry-meta">'
        f'<span class="posted-on">Posted on <time class="entry-date published" '
        f'datetime="{article.day}">{article.day}</time></span> <span class="byline">by '
        f'<a rel="author" href="/author">{escape(article.author)}</a></span></div></header>'
        f'<div class="entry-content"><figure><img src="https://i{moment.number % 3}.wp.com/'
        f'site.example/{article.image}?resize={640 + moment.number}&ssl=1" alt=""></figure>'
        f"{_body(article)}"
        '<div class="sharedaddy"><h3 class="sd-title">Share this:</h3><ul><li><a href=#>'
        "Facebook</a></li><li><a href=#>X</a></li></ul></div>"
        f'<div class="jp-likes">{moment.number % 50} likes</div>'
        f'<div id="jp-relatedposts"><h3><em>Related</em></h3><ul>'
        f"{_links(moment.others(article, 3))}</ul></div></div>"
        '<footer class="entry-footer"><span class="cat-links">Posted in <a href=/c>News</a>'
        f"</span></footer></article><div id=comments><h2>{len(comments)} thoughts on “"
        f'{escape(article.title)}”</h2><ol>{said}</ol><div id="respond"><h3>Leave a Reply'
        "</h3><form><textarea></textarea><input type=hidden name=akismet "
        f'value="{moment.token}"><input type=submit value="Post Comment"></form>'
        "</div></div>"
        "</main><footer>Proudly powered by WordPress</footer></body></html>"
    )


def newspaper(article: Article, moment: Moment) -> str:
    """Show it as a newspaper does: promotions within, most read, counters, adverts."""
    middle = len(article.blocks) // 2
    parts = [_block(block) for block in article.blocks]
    (first, uri), *_ = moment.others(article, 1)
    inside = (
        f'<aside class="related-inline"><span>Read more:</span> <a href="{uri}">'
        f'{escape(first)}</a></aside><div class="ad-slot" id="ad-{moment.token}">'
        f"<span>Advertisement</span><p>{escape(moment.ad())}</p></div>"
    )
    return (
        f"{_head(article, moment, site=' | The Coast Herald')}<body><div class=topbar>"
        f"{moment.day} · 1{moment.number % 9}°C · {moment.tip()}</div><header><nav>"
        "<a href=/>"
        "Home</a> <a href=/world>World</a> <a href=/sport>Sport</a></nav></header><main>"
        '<article itemscope itemtype="https://schema.org/NewsArticle"><h1 '
        "itemprop=headline>"
        f"{escape(article.title)}</h1><div class=byline>By <span itemprop=author>"
        f"{escape(article.author)}</span></div><div class=dateline>Published {article.day} "
        f"10:15 | Updated {1 + moment.number % 23} hours ago</div>"
        f"<div class=stats>{moment.views:,} views | {moment.number % 90} comments</div>"
        f"<div itemprop=articleBody>{''.join(parts[:middle])}{inside}"
        f"{''.join(parts[middle:])}</div><div class=tags>Topics: <a href=/t/1>Harbour</a>"
        f"</div></article><section class=most-read><h2>Most read</h2><ol>"
        f"{_links(moment.others(article, 5))}</ol></section><section class=latest>"
        "<h2>Latest"
        f"</h2>{_teasers(article, moment)}</section></main><footer>© 2026 The Coast "
        "Herald. "
        "All rights reserved.</footer></body></html>"
    )


def _teasers(article: Article, moment: Moment) -> str:
    """Return other articles with the words that lead to them."""
    return "".join(
        f'<div class="teaser"><h3><a href="{uri}">{escape(title)}</a></h3><p>'
        f"{escape(title)}, say people in town who ought to know it. The council was asked "
        f"on {moment.day} and has not answered so far.</p></div>"
        for title, uri in moment.others(article, 3)
    )


def news_ja(article: Article, moment: Moment) -> str:
    """Show it as a Japanese news site does."""
    return (
        f"{_head(article, moment, site='｜みなと新聞')}<body><header><div class=logo>"
        "<a href=/>みなと新聞</a></div><div class=now>2026年3月"
        f"{1 + moment.number % 28}日(火)</div></header><main><article><h1>"
        f"{escape(article.title)}</h1><p class=date>{article.day.replace('-', '/')} 10:15"
        f"</p><p class=count>閲覧数：{moment.views:,}回</p><div class=body>{_body(article)}"
        "</div><p class=credit>（みなと新聞社）</p><ul class=sns><li><a href=#>"
        "シェア</a></li>"
        "<li><a href=#>ツイート</a></li></ul><div class=kanren><h2>関連記事</h2><ul>"
        f"{_links(moment.others(article, 4), mark='▼ ')}</ul></div></article><aside>"
        f"<h2>アクセスランキング</h2><ol>{_links(moment.others(article, 5))}</ol></aside>"
        f"<p class=comment>コメント{moment.number % 70}件</p></main><footer>"
        "Copyright © みなと"
        "新聞 無断転載を禁じます。</footer></body></html>"
    )


def magazine(article: Article, moment: Moment) -> str:
    """Show it as a magazine with a newsletter and a box about the author does."""
    return (
        f"{_head(article, moment, site=' · Tidewater')}<body><div class=consent>We use "
        "cookies. <button>Accept</button></div><header><a href=/>Tidewater</a></header>"
        f"<main><section class=hero><h1>{escape(article.title)}</h1><p class=by>Words by "
        f"{escape(article.author)}</p><p>{3 + moment.number % 2} min read</p></section>"
        f'<section class="gh-content">{_body(article)}</section><section class=author-box>'
        f"<h4>{escape(article.author)}</h4><p>{escape(article.author)} has written "
        f"{100 + moment.number} stories for Tidewater and lives by the sea.</p></section>"
        "<section class=newsletter><h3>Stay in touch</h3><p>Sign up for our newsletter and "
        "get the best of the coast into your inbox every Sunday.</p><form><input "
        "type=email>"
        f"<button>Subscribe</button></form></section><section><h3>You might also like</h3>"
        f"{_teasers(article, moment)}</section></main><footer>Published with Ghost</footer>"
        "</body></html>"
    )


def hatena(article: Article, moment: Moment) -> str:
    """Show it as a Japanese blog service does."""
    return (
        f"{_head(article, moment, site=' - 岬の日記')}<body><header><h1 id=title><a href=/>"
        "岬の日記</a></h1></header><div id=main><article class=entry><div class=date>"
        f"<time>{article.day}</time></div><h1 class=entry-title><a href=#>"
        f"{escape(article.title)}</a></h1><div class=entry-content>{_body(article)}</div>"
        f"<footer><p><span class=author>{escape(article.author)}</span> <time>"
        f"{moment.number % 300 + 1}日前</time></p><div class=social><a href=#>はてな"
        f"ブックマーク {moment.number % 80}users</a></div><div class=comment-box><h3>"
        "コメント"
        "を書く</h3>"
        f"{''.join(f'<p>{escape(c)}</p>' for c in moment.comments(article))}</div>"
        "</footer></article><div class=pager><span class=pager-prev><a href=/p>"
        f"{escape(moment.others(article, 1)[0][0])}</a></span></div></div><div id=box2>"
        f"<h2>最新記事</h2><ul>{_links(moment.others(article, 5))}</ul><h2>"
        "月別アーカイブ</h2>"
        f"<ul><li>▼ 2026 ({20 + moment.number % 9})</li></ul></div></body></html>"
    )


def portal(article: Article, moment: Moment) -> str:
    """Show it as a portal does that fills the page with everything but the article."""
    return (
        f"{_head(article, moment, site=' :: Portal')}<body><table><tr><td class=menu>"
        f"<ul>{_links(moment.others(article, 6))}</ul></td><td class=content><div><b>"
        f"{escape(article.title)}</b></div><div><small>{article.day} | "
        f"{escape(article.author)} | Hits: {moment.views}</small></div>"
        f"<div class=text>{_body(article)}</div><div>Last modified: {moment.day} 1"
        f"{moment.number % 9}:30</div><div>[ <a href=#>Print</a> | <a href=#>E-mail</a> ]"
        f"</div></td><td class=right><p>{escape(moment.ad())}</p><p>Online: "
        f"{moment.number % 77} guests</p></td></tr></table></body></html>"
    )


TEMPLATES: Mapping[str, Template] = {
    each.__name__: each
    for each in (
        plain,
        jekyll,
        hexo,
        wordpress,
        newspaper,
        news_ja,
        magazine,
        hatena,
        portal,
    )
}
