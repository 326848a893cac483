"""Real documents to search: ``python -m benchmarks.documents FILE [--packages DIR]``.

Writes 20 000 documents as JSON lines, half Japanese and half English: the manuals and
manual pages of Debian packages, cut into pieces as long as articles. Packages are fetched
by ``apt-get download``, or taken from the ``.deb`` files in DIR. The same packages give
the same documents.
"""

import argparse
import gzip
import json
import random
import re
import subprocess
import tempfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

PACKAGES = [
    "aptitude-doc-en",
    "aptitude-doc-ja",
    "ddskk",
    "debian-edu-doc-ja",
    "debian-faq-ja",
    "debian-policy-ja",
    "debian-reference-en",
    "debian-reference-ja",
    "developers-reference-ja",
    "gimp-help-ja",
    "kicad-doc-en",
    "kicad-doc-ja",
    "libreoffice-help-en-us",
    "libreoffice-help-ja",
    "lilypond-doc-html-ja",
    "maint-guide-ja",
    "manpages",
    "manpages-dev",
    "manpages-ja",
    "manpages-ja-dev",
    "apache2-doc",
    "postgresql-doc-15",
    "python3.11-doc",
    "scilab-doc-ja",
]
EACH = 10_000
_LENGTHS = {"ja": (400, 1900), "en": (1200, 4000)}
_KANA = re.compile("[ぁ-んァ-ヶ]")
_HTML = re.compile(r"\.html?(\.\w\w(\.utf8)?)?(\.gz)?$")
_ROFF = re.compile(r"^\.(B|I|BR|IR|RB|RI|BI|IB|SH|SS)\s+")
_ESCAPE = re.compile(r"\\f(\[[A-Z]*\]|\(..|.)|\\&|\\%")
_BREAKS = {"p", "div", "li", "tr", "h1", "h2", "h3", "h4", "dt", "dd", "pre", "br"}


class _Text(HTMLParser):
    """Collects what a page says, a paragraph each line."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.parts: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag in {"script", "style", "title"}:
            self._inside.append(tag)
        elif tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.parts.append(re.sub(r"\s+", " ", data))
        elif self._inside[-1] == "title":
            self.title += data.strip()


def _of_html(data: bytes) -> tuple[str, str]:
    found = _Text()
    found.feed(data.decode("utf-8", "replace"))
    return found.title, "".join(found.parts)


def _of_manual(data: bytes) -> str:
    """Return a manual page's text: one paragraph each line, without requests."""
    paragraphs, lines = [], list[str]()
    for line in [*data.decode("utf-8", "replace").split("\n"), ".P"]:
        if re.match(r"\.(SH|SS|P|PP|TP|LP|IP)\b", line):
            paragraphs.append(" ".join(lines))
            lines = []
        plain = _ESCAPE.sub("", _ROFF.sub("", line)).replace("\\-", "-")
        if plain and plain[0] not in ".'":
            lines.append(plain.strip())
    return "\n".join(paragraphs)


def _pages(folder: Path, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Yield title and text of pages, in an order that is the same each time."""
    paths = sorted(folder.rglob("*"))
    for path in chance.sample(paths, len(paths)):
        is_manual = "/man/" in str(path) and path.suffix == ".gz"
        if path.is_symlink() or not path.is_file():
            continue
        if is_manual or _HTML.search(path.name):
            data = path.read_bytes()
            data = gzip.decompress(data) if path.suffix == ".gz" else data
            title, text = ("", _of_manual(data)) if is_manual else _of_html(data)
            yield title or path.name, text


def _pieces(text: str, chance: random.Random, language: str) -> Iterator[str]:
    """Cut a text into pieces as long as articles, between paragraphs."""
    low, high = _LENGTHS[language]
    wanted, piece, size = chance.randint(low, high), list[str](), 0
    for paragraph in filter(None, map(str.strip, text.split("\n"))):
        piece.append(paragraph)
        size += len(paragraph)
        if size >= wanted:
            yield "\n".join(piece)
            wanted, piece, size = chance.randint(low, high), [], 0
    if size > low // 2:
        yield "\n".join(piece)


def made(folder: Path) -> list[dict[str, str]]:
    """Return the documents of unpacked packages."""
    chance, seen = random.Random(1), set[str]()
    found: dict[str, list[dict[str, str]]] = {"ja": [], "en": []}
    for title, text in _pages(folder, chance):
        if all(len(some) >= EACH for some in found.values()):
            break
        kana = len(_KANA.findall(text)) / max(len(text), 1)
        language = "ja" if kana > 0.1 else "en"
        for piece in _pieces(text, chance, language):
            if piece not in seen and len(piece) < 20_000:
                seen.add(piece)
                said = {"language": language, "title": title, "text": piece}
                found[language].append(said)
    every = [each for some in found.values() for each in some[:EACH]]
    chance.shuffle(every)
    return every


def main() -> None:
    """Fetch packages if there are none, and write the documents."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--packages", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        held = asked.packages or Path(name)
        if asked.packages is None:
            fetching = ["apt-get", "download", *PACKAGES]
            subprocess.run(fetching, cwd=held, check=True)
        unpacked = Path(name) / "unpacked"
        for package in sorted(held.glob("*.deb")):
            subprocess.run(["dpkg-deb", "-x", package, unpacked], check=True)
        documents = made(unpacked)
    with asked.file.open("w", encoding="utf-8") as file:
        for each in documents:
            file.write(json.dumps(each, ensure_ascii=False) + "\n")
    for language in _LENGTHS:
        count = sum(each["language"] == language for each in documents)
        print(f"{language}: {count} documents")


if __name__ == "__main__":
    main()
