"""Synthetic news pages: 60 to 150 KB of markup around a few pages of prose.

Shaped like the news pages that were measured: a large menu, inline styles, a JSON
state, many teasers, and the article in the middle. One page in four carries a long
tail of readers' comments; there the quick extractors of main text are unsure, as they
are on about a quarter of real pages.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import escape

from benchmarks import prose

IMAGES = 6
SHARED = ("/s/main.css", "/s/print.css", "/s/vendor.js", "/s/app.js", "/s/text.woff")
NEWEST = datetime(2026, 11, 23, 9, tzinfo=UTC)
_SECTIONS = 9
_COMMENTED = 4
_SMALLEST, _LARGEST = 62_000, 146_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One article of the site; `images` are the paths of its own pictures."""

    number: int
    language: str
    charset: str
    title: str
    author: str
    published_at: datetime
    images: tuple[str, ...]
    html: str

    @property
    def path(self) -> str:
        """Where it is served."""
        return f"/a/{self.number:04d}.html"

    @property
    def codec(self) -> str:
        """What encodes it as browsers decode its charset."""
        return "cp932" if self.charset == "Shift_JIS" else self.charset


def page(number: int, *, seed: int) -> Page:
    """Return article `number` of the site with this seed: always the same one."""
    chance = random.Random(f"{seed}/{number}")
    language = chance.choice(("en", "ja"))
    charsets = ("utf-8", "utf-8", "utf-8", "Shift_JIS", "euc-jp")
    charset = chance.choice(charsets) if language == "ja" else "utf-8"
    count = IMAGES if number % 2 else IMAGES - 1
    made = Page(
        number=number,
        language=language,
        charset=charset,
        title=prose.headline(chance, language),
        author=prose.name(chance, language),
        published_at=NEWEST - timedelta(minutes=7 * number),
        images=tuple(f"/i/{number:04d}-{n}.jpg" for n in range(1, count + 1)),
        html="",
    )
    return _with_html(made, chance)


def _with_html(bare: Page, chance: random.Random) -> Page:
    target = min(_LARGEST, max(_SMALLEST, int(chance.gauss(86_000, 20_000))))
    parts = [*_head(bare, chance), *_menu(bare, chance), *_article(bare, chance)]
    if bare.number % _COMMENTED == 0:
        parts += _comments(bare, chance)
    tail = [*_state(chance)]
    length = sum(len(part.encode(bare.codec)) for part in (*parts, *tail))
    while length < target:
        parts.append(_teaser(bare, chance))
        length += len(parts[-1].encode(bare.codec))
    return replace(bare, html="\n".join([*parts, *tail]))


def _head(bare: Page, chance: random.Random) -> Iterator[str]:
    facts = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": bare.title,
        "author": {"@type": "Person", "name": bare.author},
        "datePublished": bare.published_at.isoformat(),
    }
    yield f'<!DOCTYPE html>\n<html lang="{bare.language}">\n<head>'
    yield f'<meta charset="{bare.charset}">\n<title>{escape(bare.title)}</title>'
    yield f'<meta property="og:title" content="{escape(bare.title)}">'
    yield f'<meta property="article:published_time" content="{facts["datePublished"]}">'
    yield '<link rel="stylesheet" href="/s/main.css">'
    yield '<link rel="stylesheet" href="/s/print.css" media="print">'
    yield '<script src="/s/vendor.js" defer></script>'
    yield '<script src="/s/app.js" defer></script>'
    yield f'<script type="application/ld+json">{json.dumps(facts)}</script>\n<style>'
    for n in range(70):
        name, colour = chance.randbytes(3).hex(), chance.randbytes(3).hex()
        yield (
            f".c-{name}__item--{n} {{ margin: {chance.randint(0, 40)}px auto; "
            f"padding: 0 {chance.randint(0, 24)}px; color: #{colour} }}"
        )
    yield "</style>\n</head>\n<body>"


def _menu(bare: Page, chance: random.Random) -> Iterator[str]:
    yield '<header class="site-header"><nav class="site-nav" aria-label="main"><ul>'
    for section in range(_SECTIONS):
        yield f'<li class="site-nav__section" data-section="{section}"><ul>'
        for item in range(12):
            words = prose.headline(chance, bare.language)[:24]
            yield (
                f'<li class="site-nav__item site-nav__item--{item}">'
                f'<a class="site-nav__link" data-track="nav-{section}-{item}" '
                f'href="#s{section}-{item}">'
                f"<span>{escape(words)}</span></a></li>"
            )
        yield "</ul></li>"
    yield "</ul></nav></header>\n<main>"


def _article(bare: Page, chance: random.Random) -> Iterator[str]:
    yield f'<article class="story"><h1 class="story__title">{escape(bare.title)}</h1>'
    yield (
        f'<p class="story__byline"><span rel="author">{escape(bare.author)}</span> '
        f'<time datetime="{bare.published_at.isoformat()}">'
        f"{bare.published_at:%d.%m.%Y}</time></p>"
    )
    images = list(bare.images)
    for n in range(chance.randint(12, 30)):
        if n % 3 == 0 and images:
            yield _figure(images.pop(0), bare, chance)
        yield f'<p class="story__text">{prose.paragraph(chance, bare.language)}</p>'
    for image in images:
        yield _figure(image, bare, chance)
    yield "</article>"


def _figure(image: str, bare: Page, chance: random.Random) -> str:
    caption = escape(prose.headline(chance, bare.language))
    return (
        f'<figure class="story__figure"><img src="{image}" alt="{caption}" width="640" '
        f'height="360" loading="lazy"><figcaption>{caption}</figcaption></figure>'
    )


def _comments(bare: Page, chance: random.Random) -> Iterator[str]:
    yield '<section class="comments" id="comments">'
    for n in range(chance.randint(30, 45)):
        yield (
            f'<div class="comment" id="c{n}"><b class="comment__name">'
            f"{escape(prose.name(chance, bare.language))}</b>"
            f'<p class="comment__text">{prose.paragraph(chance, bare.language)}'
            "</p></div>"
        )
    yield "</section>"


def _teaser(bare: Page, chance: random.Random) -> str:
    title = escape(prose.headline(chance, bare.language))
    lead = prose.sentence(chance, bare.language)
    mark, kind = chance.randbytes(14).hex(), chance.randint(1, 6)
    return (
        f'<div class="teaser teaser--card teaser--{kind}" data-id="{mark}">\n'
        '  <div class="teaser__inner teaser__inner--padded">'
        f'<span class="teaser__badge teaser__badge--{kind}"></span>\n'
        f'    <h3 class="teaser__title"><a class="teaser__link" href="#t-{mark}" '
        f'data-track="teaser">{title}</a></h3>\n'
        f'    <div class="teaser__lead">{lead}</div>\n'
        "  </div>\n</div>"
    )


def _state(chance: random.Random) -> Iterator[str]:
    state = {
        f"unit-{n}": {"id": chance.randbytes(8).hex(), "slot": chance.randint(1, 40)}
        for n in range(60)
    }
    yield f"</main><script>window.__STATE__ = {json.dumps(state)}</script>"
    yield '<footer class="site-footer"><p>A site made up for a benchmark.</p></footer>'
    yield "</body>\n</html>"
