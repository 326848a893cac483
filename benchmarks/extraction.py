"""How well and how fast facts are made out of real pages, beside other extractors.

    python benchmarks/extraction.py [--only SOURCE] [--half tuned|held-out]

Reads ``../shared/corpora/articles`` (each source with its own truth) and skips what is
absent. Text is judged by the F1 of its words, Japanese, Chinese and Thai by that of
character trigrams; the chunks of trafilatura's set by how many wanted ones are there
and unwanted ones are not. Times are processor time of one process, parsing included;
Hozon's are with Markdown and claims. The rules of `hozon.text` were tuned on one half of
the pages and not looked at on the other, but for its Japanese ones. Last comes what our
confidence is worth: the mean F1 of the texts that have it.
"""

import argparse
import gzip
import hashlib
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import mean
from typing import Any

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1] / "functions"))

from hozon import text  # noqa: E402  the path is set above
from hozon.nouns.claims import Extract  # noqa: E402  the path is set above
from hozon.nouns.model import Facts  # noqa: E402
from hozon.reading import dates, encodings, plain  # noqa: E402  the path is set above
from hozon.reading.page import Page  # noqa: E402

ARTICLES = HERE.parents[2] / "shared" / "corpora" / "articles"
DENSE = re.compile("[\u0e00-\u0e7f\u3041-\u30fa\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One page with what is known to be true of it; None is not known."""

    source: str
    name: str
    uri: str
    payload: bytes
    text: str | None = None
    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    title: str | None = None
    authors: tuple[str, ...] | None = None
    published: str | None = None

    @property
    def is_japanese(self) -> bool:
        """Whether kana say so."""
        return bool(
            re.search("[ぁ-んァ-ヶ]{2}", (self.text or "") + (self.title or ""))
        )


def wcxb() -> Iterator[Case]:
    """Yield the pages of the web content extraction benchmark that are articles."""
    for truth in sorted((ARTICLES / "wcxb-dev-sample/ground-truth").glob("*.json")):
        stated = json.loads(truth.read_text())
        known = stated["ground_truth"]
        html = truth.parents[1] / "html" / f"{truth.stem}.html.gz"
        kind = stated["_internal"]["page_type"]["primary"]
        if kind != "article" or not html.exists():
            continue
        yield Case(
            source="wcxb",
            name=truth.stem,
            uri=stated["url"],
            payload=gzip.decompress(html.read_bytes()),
            text=known["main_content"],
            title=known.get("title"),
            authors=_listed(known.get("author")),
            published=known.get("publish_date"),
        )


def _listed(stated: Any) -> tuple[str, ...] | None:
    """Return one name or several; the sources have both."""
    names = stated if isinstance(stated, list) else [stated]
    return tuple(str(name) for name in names if name) or None


def fundus() -> Iterator[Case]:
    """Yield newspaper pages with the truth of fundus' own tests."""
    for truth in sorted((ARTICLES / "fundus").glob("*/*.json")):
        pages = sorted(truth.parent.glob(f"{truth.stem}_*.html.gz"))
        uris = json.loads((truth.parent / "meta.info").read_text())
        known = json.loads(truth.read_text())
        for page, version in zip(pages, sorted(known), strict=False):
            stated = known[version]
            yield Case(
                source="fundus",
                name=page.name,
                uri=uris.get(page.name, {}).get("url") or "https://example.org/",
                payload=gzip.decompress(page.read_bytes()),
                text=_fundus_text(stated.get("body")),
                title=stated.get("title"),
                authors=tuple(stated.get("authors") or ()) or None,
                published=stated.get("publishing_date"),
            )


def _fundus_text(body: Any) -> str | None:
    if not body:
        return None
    parts = list(body["summary"])
    for section in body["sections"]:
        parts += [*section["headline"], *section["paragraphs"]]
    return "\n".join(parts)


def newspaper() -> Iterator[Case]:
    """Yield the pages of newspaper4k's tests whose text is given."""
    for truth in sorted((ARTICLES / "newspaper4k/metadata").glob("*.json")):
        known = json.loads(truth.read_text())
        html = truth.parents[1] / "html" / f"{truth.stem}.html.gz"
        if html.exists() and len(known.get("text") or "") > 200:
            yield Case(
                source="newspaper4k",
                name=truth.stem,
                uri=known.get("url") or "https://example.org/",
                payload=gzip.decompress(html.read_bytes()),
                text=known["text"],
                title=known.get("title"),
            )


def readability() -> Iterator[Case]:
    """Yield the pages of Readability's tests; their truth is that library's output."""
    for expected in sorted((ARTICLES / "readability").glob("*/expected.html.gz")):
        known = json.loads((expected.parent / "expected-metadata.json").read_text())
        yield Case(
            source="readability",
            name=expected.parent.name,
            uri="http://fakehost/test/page.html",
            payload=gzip.decompress((expected.parent / "source.html.gz").read_bytes()),
            text=plain.of_html(gzip.decompress(expected.read_bytes()).decode()),
            title=known.get("title"),
        )


def postlight() -> Iterator[Case]:
    """Yield the pages of Postlight's per-site tests (a quarter is Japanese)."""
    gold = ARTICLES / "postlight/gold.json"
    for name, known in sorted(json.loads(gold.read_text()).items()):
        html = gold.parent / f"{name}.gz"
        if html.exists():
            yield Case(
                source="postlight",
                name=name,
                uri=known.get("url") or "https://example.org/",
                payload=gzip.decompress(html.read_bytes()),
                wanted=_first_words(known.get("content_first_13_words")),
                title=known.get("title"),
                authors=_listed(known.get("author")),
                published=known.get("date_published"),
            )


def _first_words(stated: str | None) -> tuple[str, ...]:
    words = " ".join((stated or "").split()[:8]).strip()
    return (words[:40],) if words else ()


def trafilatura_set() -> Iterator[Case]:
    """Yield a sample of trafilatura's own evaluation: its home ground."""
    gold = ARTICLES / "trafilatura-sample/gold.json"
    for name, known in sorted(json.loads(gold.read_text()).items()):
        html = gold.parent / f"{name}.gz"
        if html.exists():
            yield Case(
                source="trafilatura",
                name=name,
                uri=known.get("url") or "https://example.org/",
                payload=gzip.decompress(html.read_bytes()),
                wanted=tuple(known.get("with") or ()),
                unwanted=tuple(known.get("without") or ()),
                title=known.get("title") or None,
                authors=_listed(known.get("author")),
                published=known.get("date") or None,
            )


SOURCES: dict[str, Callable[[], Iterator[Case]]] = {
    "wcxb-dev-sample": wcxb,
    "fundus": fundus,
    "newspaper4k": newspaper,
    "readability": readability,
    "postlight": postlight,
    "trafilatura-sample": trafilatura_set,
}


def by_turbohtml(html: str, uri: str) -> Facts:
    """Ask turbohtml alone."""
    page = Page.parse(html, uri)
    found = page.tree.article()
    return Facts(
        text=found.text,
        title=found.title,
        authors=(found.byline,) if found.byline else (),
        published_at=dates.parse(found.date or ""),
    )


def by_trafilatura(html: str, uri: str) -> Facts:
    """Ask trafilatura alone, with its metadata."""
    import trafilatura  # noqa: PLC0415  its import is no part of the others' time

    found = trafilatura.bare_extraction(
        html, url=uri, with_metadata=True, include_comments=False
    )
    known = found.as_dict() if found and not isinstance(found, dict) else {}
    authors = known.get("author")
    return Facts(
        text=known.get("text") or "",
        title=known.get("title"),
        authors=tuple(authors.split("; ")) if authors else (),
        published_at=dates.parse(known.get("date") or ""),
    )


def by_hozon(html: str, uri: str) -> Extract:
    """Ask ourselves."""
    return text.extract(Page.parse(html, uri))


def _is_iso(stated: str | None) -> bool:
    return bool(re.match(r"\d{4}-\d\d-\d\d", stated or ""))


EXTRACTORS: dict[str, Callable[[str, str], Facts | Extract]] = {
    "turbohtml alone": by_turbohtml,
    "trafilatura alone": by_trafilatura,
    "hozon": by_hozon,
}


def units(of: str) -> Counter[str]:
    """Return the words of a text, or its trigrams where words have no spaces."""
    if len(DENSE.findall(of[:2000])) > len(of[:2000]) // 4:
        bare = re.sub(r"\W+", "", of)
        return Counter(bare[at : at + 3] for at in range(len(bare) - 2))
    return Counter(re.findall(r"\w+", of.lower()))


def f1(found: str, true: str) -> float:
    """Return the F1 of the units of two texts."""
    one, other = units(found), units(true)
    same = (one & other).total()
    return 2 * same / max(1, one.total() + other.total())


def chunk_counts(case: Case, found: str) -> tuple[int, int, int]:
    """Return how many chunks are rightly there, wrongly there, and wrongly missing."""
    flat = " ".join(found.split())
    there = sum(" ".join(chunk.split()) in flat for chunk in case.wanted)
    wrong = sum(" ".join(chunk.split()) in flat for chunk in case.unwanted)
    return there, wrong, len(case.wanted) - there


def bare(of: str | None) -> str:
    """Return letters and digits only."""
    return re.sub(r"[\W_]+", "", of or "").lower()


def same_title(found: str | None, true: str) -> bool:
    """Tell whether two titles are the same but for a short suffix."""
    one, other = bare(found), bare(true)
    if min(len(one), len(other)) < 6:
        return one == other
    return one == other or other in one or one in other


def same_authors(found: tuple[str, ...], true: tuple[str, ...]) -> bool:
    """Tell whether the true author is found, or is what was found."""
    one, other = bare("".join(found)), bare("".join(true))
    return bool(one) and (one in other or other in one)


def same_day(found: datetime | None, true: str) -> bool:
    """Tell whether two dates are the same day, in whatever zone each is told."""
    if found is None or not _is_iso(true):
        return False
    days = {f"{found + timedelta(hours=shift):%Y-%m-%d}" for shift in (0, 9, -8)}
    return true[:10] in days


@dataclass
class Score:
    """What one extractor reached on some pages."""

    f1: list[float]
    chunks: Counter[str]
    facts: dict[str, list[bool]]
    seconds: float = 0.0
    pages: int = 0

    def add(self, case: Case, facts: Facts, seconds: float) -> float | None:
        """Judge one page; return its text's F1 where there is a text to compare."""
        self.seconds += seconds
        self.pages += 1
        if case.title:
            self.facts["title"].append(same_title(facts.title, case.title))
        if case.authors:
            self.facts["author"].append(same_authors(facts.authors, case.authors))
        if case.published and _is_iso(case.published):
            self.facts["date"].append(same_day(facts.published_at, case.published))
        there, wrong, missing = chunk_counts(case, facts.text)
        self.chunks.update(there=there, wrong=wrong, missing=missing)
        if case.text is None:
            return None
        self.f1.append(f1(facts.text, case.text))
        return self.f1[-1]

    def row(self) -> str:
        """Return the figures as columns."""
        count = self.chunks
        chunk = (
            2
            * count["there"]
            / max(1, 2 * count["there"] + count["wrong"] + count["missing"])
        )
        columns = [
            f"{mean(self.f1):.3f}" if self.f1 else "  -  ",
            f"{chunk:.3f}" if count["there"] + count["missing"] else "  -  ",
            *(
                f"{mean(right):.3f}/{len(right):<4}" if right else "  -       "
                for right in self.facts.values()
            ),
            f"{self.seconds / max(1, self.pages) * 1000:7.2f}",
        ]
        return "  ".join(columns)


def new_score() -> Score:
    """Return a score of nothing yet."""
    return Score(f1=[], chunks=Counter(), facts={"title": [], "author": [], "date": []})


def language(case: Case, html: str) -> str:
    """Return the language of a page, roughly: Japanese, English or other."""
    if case.is_japanese:
        return "japanese"
    stated = re.search(r"<html[^>]*\blang=[\"']?([a-zA-Z]+)", html)
    return "english" if stated is None or stated[1].lower() == "en" else "other"


def half(case: Case) -> str:
    """Return the half of the pages that a case belongs to, which its name decides."""
    name = f"{case.source}{case.name}".encode()
    return "held-out" if int(hashlib.sha256(name).hexdigest(), 16) % 2 else "tuned"


def measure(
    cases: list[Case], trust: dict[float, list[float]]
) -> dict[tuple[str, str], Score]:
    """Return the score of each extractor on each source, on all and on each language.

    `trust` takes the F1 of our texts by their confidence.
    """
    scores: dict[tuple[str, str], Score] = {}
    for case in cases:
        html, _ = encodings.decode_html(case.payload, None)
        for name, extractor in EXTRACTORS.items():
            start = time.process_time()
            made = extractor(html, case.uri)
            seconds = time.process_time() - start
            facts = made.facts if isinstance(made, Extract) else made
            for group in (case.source, "all", language(case, html)):
                score = scores.setdefault((group, name), new_score())
                reached = score.add(case, facts, seconds)
            if isinstance(made, Extract) and reached is not None:
                trust.setdefault(int((made.confidence or 0) * 5) / 5, []).append(
                    reached
                )
    return scores


def main() -> None:
    """Print the table."""
    global ARTICLES  # noqa: PLW0603  the sources read it
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--only", metavar="SOURCE", help="one source")
    arguments.add_argument("--half", choices=("tuned", "held-out"), help="half of all")
    arguments.add_argument("--articles", type=Path, default=ARTICLES, help="the corpus")
    given = arguments.parse_args()
    ARTICLES = given.articles
    cases = [
        case
        for name, source in SOURCES.items()
        if (ARTICLES / name).exists() and given.only in {None, name}
        for case in source()
        if given.half in {None, half(case)}
    ]
    if not cases:
        print(f"no pages: {ARTICLES} is absent")
        return
    trust: dict[float, list[float]] = {}
    scores = measure(cases, trust)
    heading = "text F1  chunks  title       author      date        ms/page"
    for group in dict.fromkeys(group for group, _ in scores):
        print(f"\n{group} ({scores[group, 'hozon'].pages} pages)")
        print(f"{'':18}  {heading}")
        for name in EXTRACTORS:
            print(f"{name:18}  {scores[group, name].row()}")
    print("\nour confidence, texts, their mean F1")
    for least, reached in sorted(trust.items()):
        print(f"{least:.1f} and more    {len(reached):4}  {mean(reached):.3f}")


if __name__ == "__main__":
    main()
