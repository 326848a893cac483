"""An article's body as plain text and as Markdown (CommonMark with GitHub's tables).

Both are made from the same tree, in its order. Captions and pictures are in the
Markdown only; neither has ruby readings or the page's main heading, which is the title.
"""

import re

from turbohtml import Element, Markdown, PlainText

from hozon.reading import characters
from hozon.reading.page import Page
from hozon.text.marks import NEVER

_TEXT = PlainText(layout="strict", bullet="")
_MARKDOWN = Markdown(lists=Markdown.Lists(bullets="-"))
_UNSEEN = ", ".join(sorted(NEVER | {"h1"}))
_CAPTIONS = "figcaption"
_FURNITURE = (
    "td.gutter, td.linenos, td.lineno, td.hljs-ln-numbers, td.blob-num, .line-numbers-rows,"
    " .linenodiv, span.lineno, span.linenos, a.anchor, a.headerlink, a.header-anchor,"
    " a.anchor-link, a.headeranchor-link, a.heading-anchor, a.hash-link"
)
"""Line numbers beside code, and the marks of headings that one can link to."""

_PLAIN = re.compile(r"https?://[a-z0-9.-]+/[\w/.,~%+&=?#;:@!$*-]*", re.ASCII)
"""What is absolute already and needs no escape; parsing it would take 0.1 ms."""

_LAZY = ("data-src", "data-original", "data-lazy-src", "data-lazy")


def rendered(body: Element, page: Page) -> tuple[str, str]:
    """Return the text and the Markdown of an article's body, which is used up.

    As text, quotes are blocks like others (turbohtml indents them), and so are lists
    without items (it leaves them out).
    """
    body.remove(_UNSEEN)
    body.remove(_FURNITURE)
    _resolve(body, page)
    markdown = characters.cleaned(body.to_markdown(_MARKDOWN)).strip()
    body.remove(_CAPTIONS)
    for block in body.select("blockquote, ul:not(:has(li)), ol:not(:has(li))"):
        block.tag = "div"
    return characters.cleaned(body.to_text(_TEXT)).strip(), markdown


def _resolve(body: Element, page: Page) -> None:
    """Let links and pictures name http(s) URIs, and nothing else."""
    for link in body.select("a"):
        target = _absolute(link.attr("href"), page)
        if target is None:
            link.tag = "span"
        else:
            link.attrs["href"] = target
    for image in body.select("img"):
        stated = (image.attr(name) for name in ("src", *_LAZY))
        found = (_absolute(one, page) for one in stated if one)
        source = next((one for one in found if one), None)
        if source is None:
            image.extract()
        else:
            image.attrs["src"] = source


def _absolute(reference: str | None, page: Page) -> str | None:
    if reference and _PLAIN.fullmatch(reference):
        return reference
    return page.absolute(reference, page.base)
