"""Every requisite that Chromium asks for without scripts is in the snapshot."""

from pathlib import Path

import pytest

from hozon.nouns import uris
from tests.browser.chromium import CHROMIUM, Answered, running
from tests.browser.comparing import Compared, World, compared
from tests.browser.corpora import CORPORA, articles, sites

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine"),
    pytest.mark.xdist_group("chromium"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
needs_corpora = pytest.mark.skipif(
    not CORPORA.exists(), reason="the corpora are absent"
)
URI = "https://e.example/dir/page.html"
HEAD = """<!doctype html><html lang=ja><head><meta charset=utf-8><base href="/dir/base/">
<link rel=stylesheet href=a.css><link rel="alternate stylesheet" title=x href=b.css>
<link rel=stylesheet media=print href=c.css><link rel=icon href=d.ico>
<link rel=preload as=image href=e.png><link rel=preload as=font crossorigin href=f.woff2>
<link rel=preload as=image imagesrcset="g1.png 400w, g2.png 1600w" imagesizes=50vw>
<link rel=preload as=fetch crossorigin href=h.json><link rel=preload as=style href=i.css>
<link rel=prefetch as=image href=j.png>
<style>@import "k.css" screen; @import url(l.css) layer(x);
@font-face{font-family:m;src:url(m.eot);src:url('m.eot?#iefix') format('embedded-opentype'),
url(m.woff2) format('woff2'),url(m.ttf)}
@font-face{font-family:n;src:url(n.woff2);unicode-range:U+3000-30FF}
body{font-family:m,n;background:URL( "o\\20 o.png" );--p:url(p.png)}
h1{background:image-set("q1.png" 1x,url(q2.png) 2x)}
h2{background:-webkit-image-set(url(r1.png) 1x,url(r2.png) 3x)}
ul{list-style:url(s.png)} li::before{content:url(t.svg)} p{background:var(--p)}
i{mask:url(u.svg#m);border-image:url(v.png) 9;cursor:url(w.cur),auto}
/* url(comment.png) */ b{background:url(x/\\
y.png)}</style></head>
"""
BODY = """<body background=aa.png><h1>T</h1><h2>あ</h2><ul><li>x</ul><p>y<i>i</i><b>b</b>
<img src=ab.png><img src=ac.png loading=lazy><img srcset="ad1.png, ad2.png 2x, ad3.png 3x">
<img src=ae.png srcset="ae1.png 200w,ae2.png 800w,ae3.png 1600w,ae4.png 3200w"
 sizes="(max-width: 600px) calc(100vw - 2rem), 33vw">
<picture><source media="(max-width: 500px)" srcset="af1.webp 1x, af2.webp 3x">
<source type=image/jxl srcset=af3.jxl><source type=image/avif srcset="af4.avif">
<img src=af.jpg></picture>
<noscript><img src=ag.png><link rel=stylesheet href=ag.css></noscript>
<video poster=ah.png src=ah.mp4></video><audio controls src=ai.mp3></audio>
<video preload=auto><source src=aj.webm type=video/webm><source src=aj.mp4></video>
<input type=image src=ak.png><object data=al.svg type=image/svg+xml></object>
<object data=am.html type=text/html></object><embed src=an.svg>
<svg width=9 height=9><image href=ao.png width=9 height=9 /><use href="ap.svg#a"/>
<image xlink:href=aq.png width=9 height=9 /><rect width=9 height=9 mask="url(ar.svg#m)"/>
<filter id=f><feImage href=as.png /></filter><rect width=9 height=9 filter="url(#f)"/></svg>
<table background=at.png><tr background=au.png><td background=av.png>z</table>
<div style="background:url(&quot;aw.png&quot;)">w</div><image src=ax.png>
<iframe src=frame.html></iframe><iframe
 srcdoc="<img src=ay.png><link rel=stylesheet href=ay.css>">
</iframe><iframe src="https://other.example/ad.html"></iframe>
<iframe src="https://www.e.example/own.html"></iframe>
<div><template shadowrootmode=open><link rel=stylesheet href=az.css><img src=ba.png>
</template></div><img src="bb|c d.png?a=1&amp;b=2"><img src="//cdn.example/bc.png">
<img src="data:image/png;base64,xx"><img src="b%64.png"><img src=" be.png
"><img src="https://カメラ.example/画像.png?と=1">
"""


def held(*extra: tuple[str, str, str]) -> dict[str, Answered]:
    """Return the site of all cases."""
    base = "https://e.example/dir/base/"
    documents = (
        (URI, "text/html", HEAD + BODY),
        (base + "frame.html", "text/html", "<img src=in.png><iframe src=deep.html>"),
        (
            base + "deep.html",
            "text/html",
            "<style>@import 'deep.css'</style><img src=e>",
        ),
        (base + "am.html", "text/html", "<link rel=stylesheet href=am.css>"),
        (base + "a.css", "text/css", "@import 'sub/z.css';a{b:url(a.png)}"),
        (
            base + "sub/z.css",
            "text/css",
            "@import '../y.css';body{background:url(z.png)}",
        ),
        (base + "y.css", "text/css", "html{background:url('../y.png')}"),
        (
            base + "al.svg",
            "image/svg+xml",
            '<svg xmlns="http://www.w3.org/2000/svg"><image href="al.png"/></svg>',
        ),
        *extra,
    )
    return {
        uri: Answered(body=text.encode(), media_type=media_type)
        for uri, media_type, text in documents
    }


async def test_each_way_to_refer(tmp_path: Path) -> None:
    """A page with every element, attribute and form of CSS that makes a request."""
    async with running(tmp_path) as browser:
        found = await compared(browser, URI, World(held()))

    assert {} == found.missed
    assert found.asked > 75


async def test_what_only_browsers_guess(tmp_path: Path) -> None:
    """A page that names no icon: a browser guesses one, and we guess nothing."""
    world = World({URI: Answered(body=b"<p>x", media_type="text/html")})

    async with running(tmp_path) as browser:
        found = await compared(browser, URI, world)

    assert ({}, 0, 1) == (found.missed, found.asked, found.guessed)


def _share(compared: list[Compared]) -> float:
    asked = sum(one.asked for one in compared)
    return 1 - sum(len(one.missed) for one in compared) / asked


@pytest.mark.corpus
@needs_corpora
async def test_real_articles(tmp_path: Path) -> None:
    """At least 99 % of what real pages offer, over every fifteenth of the corpus."""
    async with running(tmp_path) as browser:
        found = [
            await compared(browser, uri, World({uris.normal(uri): answered}))
            for _, uri, answered in list(articles())[7::15]
        ]

    assert _share(found) >= 0.99


@pytest.mark.corpus
@needs_corpora
async def test_real_sites(tmp_path: Path) -> None:
    """What the articles of real sites offer, with their own sheets and fonts."""
    found = []
    async with running(tmp_path) as browser:
        for _, files in sites():
            pages = [uri for uri, one in files.items() if "html" in one.media_type]
            found += [
                await compared(browser, uri, World(files)) for uri in pages[3::20]
            ]

    assert _share(found) >= 0.99
