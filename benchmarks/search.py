"""What search finds and what that takes: ``python -m benchmarks.search FILE``.

FILE has documents (`benchmarks.documents` makes it). They are indexed as they would come,
in portions of 500, with the merges that fall due. Then it is asked for words, phrases,
names, prefixes, and Japanese of one, two and more characters, drawn from the documents by
how many have them:

* all pages of each answer are held against a plain scan of all texts (recall, precision);
* for the first page of ten, requests to the store, rounds of them and bytes are counted,
  with the one for the manifest;
* both are asked cold beside SQLite FTS5 on the same folder: each query in a process of its
  own, the files dropped from the page cache. FTS5 has the same terms (its own tokenizers
  find no Japanese of one or two characters), without positions, and the same texts; each
  candidate is verified as ours are. Its reads are counted by the kernel, and each waits
  for the one before; ours of one round do not. In a bucket each wait is a request, which
  takes some 20 ms: that is added in a column of its own.
"""

import argparse
import json
import os
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from hozon.adapters.embedded.derived import FolderDerivedStore
from hozon.adapters.embedded.workspace import FolderWorkspace
from hozon.nouns.derived import Range
from hozon.search import finding, manifest, query
from hozon.search.candidates import Segment
from hozon.search.documents import Document, searched
from hozon.search.finding import Filters, Found
from hozon.search.layout import directory_bytes
from hozon.search.matching import Matcher
from hozon.search.terms import LETTER, terms
from hozon.searching.shelving import Shelf, read

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PORTION = 500
PART = 2000
SHOWN = 10
EACH = 8
COLD = 40
REQUEST_MS = 20
Texts = dict[str, str]


def documents(file: Path) -> list[Document]:
    """Return the documents of a file, half an hour apart, of forty feeds."""
    found = []
    for n, line in enumerate(file.read_text("utf-8").splitlines()):
        said, name = json.loads(line), sha256(str(n).encode()).hexdigest()
        uri = f"https://example.org/{name[:8]}"
        found.append(
            Document(
                entry_key=name[:16],
                feed_id=f"feed{int(name[:4], 16) % 40}",
                at=NOW + timedelta(minutes=30 * n),
                version_at=NOW + timedelta(minutes=30 * n + 10),
                title=said["title"],
                text=said["text"],
                link=uri,
                language=said["language"],
                snapshot_id=name[16:40],
                page_uri=uri,
            )
        )
    return found


def stored(folder: Path, held: Sequence[Document], *, portion: int) -> Shelf:
    """Store documents portion by portion; merge as is due, if portions are usual ones."""
    shelf = Shelf(
        store=FolderDerivedStore(folder),
        workspace=FolderWorkspace(folder),
        clock=lambda: NOW,
    )
    for begin in range(0, len(held), portion):
        some = held[begin : begin + portion]
        shelf.add(some, position=begin + len(some), name=f"new{begin}")
        while portion == PORTION and shelf.merge(
            f"{begin}-{len(shelf.manifest.segments)}"
        ):
            pass
    return shelf


@dataclass(slots=True)
class Counted:
    """A store whose reads are counted."""

    store: FolderDerivedStore
    counts: Counter[str] = field(default_factory=Counter)

    def read(self, ranges: Sequence[Range]) -> Sequence[bytes]:
        """Read several ranges: one round."""
        self.counts["rounds"] += 1
        self.counts["reads"] += len(ranges)
        self.counts["bytes"] += sum(each.length for each in ranges)
        return self.store.read(ranges)

    def find(self, text: str, *, limit: int, before: str | None = None) -> Found:
        """Find as a reader who has just come does: the manifest is read first."""
        self.counts += Counter(reads=1, rounds=1)
        found = self.store.get(manifest.KEY)
        self.counts["manifest"] = len(found.data)
        known = manifest.decoded(found.data)
        segments = [Segment(each.key, each.directory) for each in known.segments]
        return finding.find(
            query.parse(text),
            segments,
            self.read,
            limit=limit,
            filters=Filters(before=before),
        )

    def all(self, text: str) -> Iterator[str]:
        """Yield the keys of all that is found, page by page."""
        before: str | None = None
        while True:
            page = self.find(text, limit=1000, before=before)
            yield from (each.entry_key for each in page.documents)
            before = page.before
            if before is None:
                return


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of query: what to type for each of some texts, and how a scan tells."""

    name: str
    typed: Sequence[str]
    pattern: Callable[[str], str]

    def truth(self, typed: str, texts: Texts) -> list[str]:
        """Return the keys of the documents that have it, by a plain scan."""
        words = (
            [typed.strip('"')] if '"' in typed or " " not in typed else typed.split()
        )
        words = [word.rstrip("*") for word in words]
        found = [(word, re.compile(self.pattern(word))) for word in words]
        return [
            key
            for key, text in texts.items()
            if all(word in text and each.search(text) for word, each in found)
        ]


def _dense(text: str) -> str:
    return re.escape(text)


def _word(text: str) -> str:
    return f"(?<!{LETTER}){re.escape(text)}(?!{LETTER})"


def _prefix(text: str) -> str:
    return f"(?<!{LETTER}){re.escape(text)}"


def _picked(
    counts: Counter[str], low: int, high: int, chance: random.Random, some: int = 0
) -> list[str]:
    """Return texts that between `low` and `high` documents have."""
    among = sorted(text for text, count in counts.items() if low <= count <= high)
    return chance.sample(among, min(some or EACH, len(among)))


def kinds(held: Iterable[Document], texts: Texts) -> list[Kind]:
    """Return what to ask for."""
    ones, pairs, longer, kana = (Counter[str]() for _ in range(4))
    words, names, phrases = (Counter[str]() for _ in range(3))
    for each in held:
        text = texts[each.entry_key]
        if each.language == "ja":
            runs = re.findall("[\u4e00-\u9fff]+", text)
            ones.update({character for run in runs for character in run})
            pairs.update({run[n : n + 2] for run in runs for n in range(len(run) - 1)})
            longer.update({run for run in runs if 4 <= len(run) <= 8})
            kana.update(set(re.findall("[\u30a0-\u30ff]{3,10}", text)))
            continue
        said = [word for word in text.split() if word.isascii() and word.isalpha()]
        words.update({word for word in said if len(word) > 3})
        names.update(set(re.findall("[A-Z][a-z]+ [A-Z][a-z]+", each.text)))
        phrases.update(set(re.findall("[a-z]{2,} [a-z]{2,}", text)))
    chance = random.Random(5)
    common = _picked(words, 200, 3000, chance, 2 * EACH)
    quoted = [f'"{name}"' for name in _picked(names, 3, 300, chance)]
    return [
        Kind("1 character, rare", _picked(ones, 2, 30, chance), _dense),
        Kind("1 character, frequent", _picked(ones, 1000, 9999, chance), _dense),
        Kind("2 characters, rare", _picked(pairs, 2, 10, chance), _dense),
        Kind("2 characters", _picked(pairs, 50, 300, chance), _dense),
        Kind("2 characters, frequent", _picked(pairs, 1000, 9999, chance), _dense),
        Kind("4 to 8 characters", _picked(longer, 3, 200, chance), _dense),
        Kind("katakana", _picked(kana, 20, 2000, chance), _dense),
        Kind("word, rare", _picked(words, 2, 10, chance), _word),
        Kind("word", _picked(words, 100, 500, chance), _word),
        Kind("word, frequent", _picked(words, 2000, 9999, chance), _word),
        Kind("two words", list(map(" ".join, _twos(common))), _word),
        Kind("name", [name.lower() for name in quoted], _word),
        Kind("phrase, rare", _quoted(_picked(phrases, 3, 20, chance)), _word),
        Kind("phrase", _quoted(_picked(phrases, 100, 3000, chance)), _word),
        Kind(
            "prefix", [f"{w[:5]}*" for w in _picked(words, 10, 1000, chance)], _prefix
        ),
    ]


def _twos(words: Sequence[str]) -> Iterable[tuple[str, str]]:
    return zip(words[::2], words[1::2], strict=True)


def _quoted(found: Iterable[str]) -> list[str]:
    return [f'"{text}"' for text in found]


def right(asked: Iterable[Kind], store: FolderDerivedStore, texts: Texts) -> None:
    """Print what is found of each kind, and what the first page takes."""
    print("| query | asked | hits | recall | precision | requests | rounds | KB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for kind in filter(lambda kind: kind.typed, asked):
        held = found = both = 0
        costs = list[Counter[str]]()
        for typed in kind.typed:
            truth, mine = set(kind.truth(typed, texts)), list(Counted(store).all(typed))
            held, found = held + len(truth), found + len(mine)
            both += len(truth & set(mine))
            counted = Counted(store)
            counted.find(typed, limit=SHOWN)
            costs.append(counted.counts)
        shown = (_middle(costs, name) for name in ("reads", "rounds"))
        kilobytes = [round(each["bytes"] / 1000) for each in costs]
        print(
            f"| {kind.name} | {len(kind.typed)} | {held} | {both / held:.4f} "
            f"| {both / found:.4f} | {' | '.join(shown)} "
            f"| {statistics.median(kilobytes):.0f} (most {max(kilobytes)}) |",
            flush=True,
        )


def _middle(costs: Sequence[Counter[str]], name: str) -> str:
    numbers = [each[name] for each in costs]
    return f"{statistics.median(numbers):.0f} (most {max(numbers)})"


def fts5(file: Path, held: Sequence[Document]) -> None:
    """Make the file of SQLite: the same terms, and the same texts, newest first."""
    made = sqlite3.connect(file)
    made.execute("CREATE TABLE texts (id INTEGER PRIMARY KEY, row TEXT, text BLOB)")
    made.execute(
        "CREATE VIRTUAL TABLE found USING fts5"
        "(terms, content='', detail=none, tokenize='unicode61')"
    )
    for n, each in enumerate(reversed(held), 1):
        packed = zlib.compress(each.text.encode())
        made.execute("INSERT INTO texts VALUES (?, ?, ?)", (n, each.title, packed))
        said = " ".join(map(_hexed, terms(each.folded())))
        made.execute("INSERT INTO found (rowid, terms) VALUES (?, ?)", (n, said))
    made.execute("INSERT INTO found (found) VALUES ('optimize')")
    made.commit()
    made.execute("VACUUM")
    made.close()


def _hexed(term: str) -> str:
    """Return a term as a word that FTS5 leaves as it is."""
    return f"x{term.encode().hex()}"


def _reads() -> tuple[int, int]:
    """Return how often this process has read, and how many bytes."""
    said = Path("/proc/self/io").read_text("utf-8")
    found = dict(line.split(": ") for line in said.splitlines())
    return int(found["syscr"]), int(found["rchar"])


def ask_ours(folder: Path, typed: str) -> tuple[int, int]:
    """Answer as `hozon search` does; return how many were found, in how many rounds."""
    store = FolderDerivedStore(folder)
    known, wanted = read(store), query.parse(typed)
    segments = [Segment(each.key, each.directory) for each in known.segments]
    rounds = 1

    def counted(ranges: Sequence[Range]) -> Sequence[bytes]:
        nonlocal rounds
        rounds += 1
        return store.read(ranges)

    found = finding.find(wanted, segments, counted, limit=SHOWN)
    for each in found.documents:
        Matcher(wanted).excerpt(each.text)
    return len(found.documents), rounds


def ask_fts5(file: Path, typed: str) -> tuple[int, int]:
    """Answer from the file of SQLite; its reads follow one another."""
    (before, _) = _reads()
    wanted = query.parse(typed)
    matcher = Matcher(wanted)
    needed = [each for clause in wanted.required for each in clause.wanted]
    said = " AND ".join(_hexed(w.term) + "*" * w.is_prefix for w in needed)
    sql = "SELECT rowid FROM found WHERE found MATCH ? ORDER BY rowid"
    opened, count = sqlite3.connect(file), 0
    for (n,) in opened.execute(sql, (said,)):
        row = opened.execute("SELECT row, text FROM texts WHERE id = ?", (n,))
        title, packed = row.fetchone()
        text = zlib.decompress(packed).decode()
        if matcher.matches(searched(title, (), text)):
            matcher.excerpt(text)
            count += 1
        if count == SHOWN:
            break
    (after, _) = _reads()
    return count, after - before


def cold(which: str, place: Path, typed: str) -> None:
    """Print what one answer took, in this process, which has just begun."""
    files = [place] if place.is_file() else [p for p in place.rglob("*") if p.is_file()]
    for each in files:
        with each.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    ask = ask_ours if which == "ours" else ask_fts5
    (reads, octets), begin = _reads(), time.perf_counter()
    count, waits = ask(place, typed)
    took, (reads_, octets_) = time.perf_counter() - begin, _reads()
    said = {"ms": took * 1e3, "reads": reads_ - reads, "bytes": octets_ - octets}
    print(json.dumps({**said, "found": count, "waits": waits}))


def beside(asked: Sequence[Kind], folder: Path, file: Path) -> None:
    """Print both, cold, over some queries of all kinds."""
    typed = [each for kind in asked for each in kind.typed]
    typed = random.Random(9).sample(typed, COLD)
    print("| cold | median ms | p90 ms | in a bucket | p90 | reads | KB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    answers = {}
    for which, place in (("ours", folder), ("fts5", file)):
        rows = [_asked_cold(which, place, each) for each in typed]
        answers[which] = [row["found"] for row in rows]
        times = sorted(row["ms"] for row in rows)
        away = sorted(row["ms"] + row["waits"] * REQUEST_MS for row in rows)
        reads = statistics.median(row["reads"] for row in rows)
        octets = statistics.median(row["bytes"] for row in rows) / 1000
        print(
            f"| {which} | {statistics.median(times):.1f} | "
            f"{times[len(times) * 9 // 10]:.1f} | {statistics.median(away):.0f} | "
            f"{away[len(away) * 9 // 10]:.0f} | {reads:.0f} | {octets:.0f} |"
        )
    same = sum(a == b for a, b in zip(*answers.values(), strict=True))
    print(f"{same} of {COLD} queries have as many hits on both first pages")


def _asked_cold(which: str, place: Path, typed: str) -> dict[str, Any]:
    asked = [
        sys.executable,
        "-m",
        "benchmarks.search",
        "-",
        "--cold",
        which,
        str(place),
        typed,
    ]
    done = subprocess.run(asked, check=True, capture_output=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _peak_mb() -> float:
    """Return the peak of this program's memory; getrusage tells that of who began it."""
    said = Path("/proc/self/status").read_text("utf-8")
    return int(said.partition("VmHWM:")[2].split()[0]) / 1024


def merge(folder: Path) -> None:
    """Merge the segments of a folder, and print what that took."""
    shelf = Shelf(
        store=FolderDerivedStore(folder),
        workspace=FolderWorkspace(folder),
        clock=lambda: NOW,
    )
    shelf.open()
    idle = _peak_mb()
    begin, count = time.process_time(), len(shelf.manifest.segments)
    shelf.merge("merged")
    took = time.process_time() - begin
    peak = _peak_mb()
    [made] = shelf.manifest.segments
    print(
        f"merge of {count} segments, {made.documents} documents: {took:.1f} s CPU, "
        f"peak {peak:.0f} MB resident, {idle:.0f} MB of them before"
    )


def sizes(folder: Path, held: Sequence[Document]) -> None:
    """Print how large the segments are beside the texts."""
    known = read(FolderDerivedStore(folder))
    text = sum(len(f"{each.title}\n{each.text}".encode()) for each in held)
    directories = [each.directory for each in known.segments]
    index = sum(sum(d.term_sizes) + len(directory_bytes(d)) for d in directories)
    index += (folder / manifest.KEY).stat().st_size
    copies = sum(sum(each.text_sizes) for each in directories)
    print(
        f"{len(held)} documents, {text / 1e6:.1f} MB of text, "
        f"{len(directories)} segments: index {index / 1e6:.2f} MB "
        f"({index / text:.1%}), compressed texts {copies / 1e6:.1f} MB "
        f"({copies / text:.1%})"
    )


def measure(file: Path, place: Path) -> None:
    """Measure all, and print it."""
    held = documents(file)
    folder, parts = place / "search", place / "parts"
    begin = time.process_time()
    stored(folder, held, portion=PORTION)
    print(f"indexed in {time.process_time() - begin:.1f} s CPU, merges included")
    sizes(folder, held)
    stored(parts, held, portion=PART)
    own = [sys.executable, "-m", "benchmarks.search", "-", "--merge", str(parts)]
    subprocess.run(own, check=True)
    texts = {each.entry_key: each.folded() for each in held}
    asked = kinds(held, texts)
    right(asked, FolderDerivedStore(folder), texts)
    fts5(place / "fts5.sqlite", held)
    print(f"fts5: {(place / 'fts5.sqlite').stat().st_size / 1e6:.1f} MB with texts")
    beside(asked, folder, place / "fts5.sqlite")


def main() -> None:
    """Do what the arguments say; the others but FILE are for processes of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--merge", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--cold", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.merge:
        merge(asked.merge)
    elif asked.cold:
        which, place, typed = asked.cold
        cold(which, Path(place), typed)
    else:
        with tempfile.TemporaryDirectory() as place:
            measure(asked.file, Path(place))


if __name__ == "__main__":
    main()
