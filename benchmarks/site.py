"""The site that all tools archive: generated once and kept in ``.cache/bench-site``.

The same seed always gives the same bytes, for one version of zlib.
"""

import gzip
import hashlib
import json
import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from html import escape
from pathlib import Path

from benchmarks import pages, prose
from benchmarks.pages import Page
from examples import font, images

SEED = 20261123
ARTICLES = 500
_ROOT = Path(__file__).parent.parent
_CACHE = _ROOT / ".cache" / "bench-site"
_IMAGE_BYTES = (15_000, 90_000)
_SCRIPT_BYTES = {"/s/vendor.js": 90_000, "/s/app.js": 40_000}


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What is known of a generated page: where it lies and what belongs to it."""

    path: str
    charset: str
    title: str
    published: str
    images: Sequence[str]
    html_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """A generated site: its folder and its articles, newest first.

    Files lie at their paths; text is gzip-coded, as ``<path>.gz``.
    """

    folder: Path
    articles: Sequence[Article]

    def expected(self, count: int) -> set[str]:
        """Return the paths of the first `count` articles and of their requisites."""
        some = self.articles[:count]
        return {a.path for a in some} | {i for a in some for i in a.images} | _shared()


def _shared() -> set[str]:
    return set(pages.SHARED)


def generated(*, count: int = ARTICLES, seed: int = SEED) -> Generated:
    """Return the site of `count` articles, made now unless it lies in the cache."""
    folder = _CACHE / f"{count}-{seed}-{_fingerprint()}"
    if not (folder / "articles.json").exists():
        shutil.rmtree(_CACHE, ignore_errors=True)
        _generate(folder, count, seed)
    listed = json.loads((folder / "articles.json").read_text("utf-8"))
    return Generated(folder=folder, articles=[Article(**fields) for fields in listed])


def feed(articles: Sequence[Article], base: str) -> bytes:
    """Return an RSS 2.0 document of these articles, served below `base`."""
    items = "".join(
        f"<item><title>{escape(a.title)}</title><link>{base}{a.path}</link>"
        f"<guid>{base}{a.path}</guid><pubDate>{a.published}</pubDate></item>\n"
        for a in articles
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
        f"<title>Benchmark News</title><link>{base}/</link>"
        f"<description>Made up.</description>\n{items}</channel></rss>\n"
    ).encode()


def _fingerprint() -> str:
    """Return what changes when the generator does: no cached site may outlive it."""
    hashed = hashlib.sha256(prose.WORDS.read_bytes())
    for module in (__file__, pages.__file__, prose.__file__, images.__file__):
        hashed.update(Path(module).read_bytes())
    return hashed.hexdigest()[:12]


def _generate(folder: Path, count: int, seed: int) -> None:
    for name in ("a", "i", "s"):
        (folder / name).mkdir(parents=True)
    _write_shared(folder, seed)
    listed = [_write_page(folder, n, seed) for n in range(1, count + 1)]
    (folder / "articles.json").write_text(json.dumps(listed), "utf-8")


def _write_page(folder: Path, number: int, seed: int) -> dict[str, object]:
    page = pages.page(number, seed=seed)
    coded = page.html.encode(page.codec)
    _write_text(folder, page.path, coded)
    for path in page.images:
        chance = random.Random(f"{seed}{path}")
        noise = chance.randbytes(chance.randint(*_IMAGE_BYTES))
        picture = images.jpeg(160, 96, images.landscape(path), extra=noise)
        (folder / path[1:]).write_bytes(picture)
    return _listed(page, len(coded))


def _listed(page: Page, html_bytes: int) -> dict[str, object]:
    return {
        "path": page.path,
        "charset": page.charset,
        "title": page.title,
        "published": format_datetime(page.published_at, usegmt=True),
        "images": page.images,
        "html_bytes": html_bytes,
    }


def _write_text(folder: Path, path: str, text: bytes) -> None:
    (folder / f"{path[1:]}.gz").write_bytes(gzip.compress(text, 6, mtime=0))


def _write_shared(folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    face = '@font-face { font-family: T; src: url("text.woff") format("woff") }\n'
    _write_text(folder, "/s/main.css", (face + _rules(chance, 500)).encode())
    _write_text(folder, "/s/print.css", _rules(chance, 120).encode())
    for path, length in _SCRIPT_BYTES.items():
        _write_text(folder, path, _script(chance, length).encode())
    (folder / "s/text.woff").write_bytes(font.woff(private=chance.randbytes(30_000)))


def _rules(chance: random.Random, count: int) -> str:
    return "\n".join(
        f".r-{n} .{chance.randbytes(4).hex()} {{ margin: {chance.randint(0, 60)}px; "
        f"color: #{chance.randbytes(3).hex()}; font-size: {chance.randint(10, 40)}px }}"
        for n in range(count)
    )


def _script(chance: random.Random, length: int) -> str:
    lines = ["(function () {"]
    size = 0
    while size < length:
        name = chance.randbytes(4).hex()
        words = prose.headline(chance, "en")
        lines.append(
            f"  function f_{name}(a, b) {{ var c = a * {chance.randint(2, 999)}; "
            f'if (c > b) {{ return "{words}"; }} return c + b; }}'
        )
        size += len(lines[-1])
    return "\n".join([*lines, "})();"])
