"""Captures of an archive of three years, made up after what real feeds and plans show.

Hosts, paths and queries are distributed as those of the 3 624 links in 332 hosts of a
corpus of real feeds: a fifth of all from one host, half of the hosts with one link. Each
article's page is looked at as the plan ``standard`` says, its pictures are captured
once, and each entry is a new document of its feed. All follows from the numbers.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hozon.nouns.digests import Digest, identifier, sha256
from hozon.nouns.model import Capture, Entry, Facts, Holdings, Location, Snapshot
from hozon.stored.naming import feed_id

HOSTS = 332
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
YEARS_S = 3 * 365 * 86_400
LOOKS_S = (0, *(3600 * h for h in (1, 6, 24, 72, 168, 720, 2160, 8760, 17_520)))
PICTURES = 3
_LENGTHS = (8, 15, 24, 30, 38, 48, 56, 60, 74, 92, 180)
_WORDS = (
    "news",
    "blog",
    "articles",
    "entry",
    "world",
    "culture",
    "the",
    "of",
    "to",
    "free",
    "daily",
    "review",
    "archive",
    "science",
    "notes",
    "music",
    "city",
    "letters",
    "weather",
    "tram",
    "council",
    "market",
    "shows",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One page of a host, and when it was published."""

    number: int
    host: str
    uri: str
    at: datetime

    @property
    def feed_uri(self) -> str:
        """The feed that listed it."""
        return f"https://{self.host}/feed.xml"


def articles() -> Iterator[Article]:
    """Yield articles without end, of any host at any instant."""
    chance = random.Random(20260822)
    weights = [1 / (n + 1) for n in range(HOSTS)]
    numbers = range(HOSTS)
    number = 0
    while True:
        for chosen in chance.choices(numbers, weights, k=1000):
            host = f"host{chosen}.example" + (".jp" if chosen % 4 == 0 else ".org")
            at = BEGIN + timedelta(seconds=chance.randrange(YEARS_S))
            uri = f"https://{host}{_path(chance, number)}"
            yield Article(number=number, host=host, uri=uri, at=at)
            number += 1


def _path(chance: random.Random, number: int) -> str:
    decile = chance.randrange(10)
    length = chance.randint(_LENGTHS[decile], _LENGTHS[decile + 1])
    path = ""
    while len(path) < length - 8:
        path += chance.choice("/-" if path.count("/") < 5 and path else "/")
        path += chance.choice(_WORDS)
    return f"{path}/{number}" + ("?id=1" if chance.random() < 0.15 else "")


def holdings(article: Article) -> Holdings:
    """Return all that is held of one article: in one piece, though it came in many."""
    until = BEGIN + timedelta(seconds=YEARS_S)
    ages = [age for age in LOOKS_S if article.at + timedelta(seconds=age) < until]
    looks = [_capture(article.uri, article, n, age) for n, age in enumerate(ages)]
    pictures = [
        _capture(f"https://{article.host}/i/{article.number}-{n}.jpg", article, 0, 0)
        for n in range(PICTURES)
    ]
    feed = _capture(article.feed_uri, article, 0, 0)
    entry = _entry(article)
    return Holdings(
        captures=(*looks, *pictures, feed),
        entries=(entry,),
        snapshots=(_snapshot(article, entry, looks[0]),),
    )


def _capture(uri: str, article: Article, look: int, age_s: int) -> Capture:
    id_ = identifier(uri, str(article.number), str(look), size=32)
    at = article.at + timedelta(seconds=age_s)
    is_revisit = look > 0 and look % 3 != 0
    payload = identifier(uri, str(article.number), str(look // 3))
    return Capture(
        target_uri=uri,
        captured_at=at,
        record_id=f"urn:uuid:{id_[:8]}-{id_[8:12]}-{id_[12:16]}-{id_[16:20]}-{id_[20:]}",
        record_type="revisit" if is_revisit else "response",
        status=200 if article.number % 50 or look < 5 else 404,
        media_type="image/jpeg" if uri.endswith(".jpg") else "text/html",
        payload_digest=Digest(sha256(payload.encode())),
        payload_length=0 if is_revisit else 40_000,
        location=Location(
            warc_key=f"warcs/{at:%Y/%m/%d}/hozon-{at:%Y%m%d%H%M%S}-{id_[:24]}.warc.gz",
            offset=1234 * (look + 1),
            length=12_345,
        ),
    )


def _entry(article: Article) -> Entry:
    title = " ".join(article.uri.rpartition("//")[2].split("/")[1:])
    return Entry(
        feed_id=feed_id(article.feed_uri),
        key=identifier("entry", article.uri),
        id=article.uri,
        link=article.uri,
        title=title,
        authors=("Ann Author",),
        summary=f"{title}. " * 6,
        language="en",
        published=None,
        published_at=article.at,
        updated_at=None,
        river_at=article.at,
        first_seen_at=article.at,
        seen_at=article.at,
        fingerprint=identifier("fingerprint", article.uri),
    )


def _snapshot(article: Article, entry: Entry, page: Capture) -> Snapshot:
    return Snapshot(
        id=identifier("snapshot", article.uri, size=24),
        feed_id=entry.feed_id,
        entry_key=entry.key,
        link=article.uri,
        page_uri=article.uri,
        captured_at=page.captured_at,
        status=200,
        warc_key=page.location.warc_key,
        warc_length=400_000,
        warc_digest=page.payload_digest,
        metadata=page.location,
        facts=Facts(title=entry.title, text=entry.summary),
        requisites=PICTURES,
    )


def joined(parts: Sequence[Holdings]) -> Holdings:
    """Return several holdings as one, to be added at once."""
    return Holdings(
        captures=tuple(c for part in parts for c in part.captures),
        entries=tuple(e for part in parts for e in part.entries),
        snapshots=tuple(s for part in parts for s in part.snapshots),
    )
