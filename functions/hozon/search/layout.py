r"""The bytes of a segment. Pure.

::

    text block …  term block …  directory  trailer

text block   deflated: size of the head, the head (JSON: a row per document, and the size
             of its text), then the texts in UTF-8. Documents are in the order of
             `documents.place`, first to last, and known by their numbers in it.
term block   deflated: size of the names, the names (a line each, ascending), how many
             documents each has, how wide its numbers are, then the numbers: the gaps
             between the documents that have the term (`numberlists`)
directory    deflated: what `Directory` has
trailer      32 bytes: place and size of the directory, its CRC-32, "hozonsg1"

Terms that begin with ``\x01`` are no words: ``\x01`` and a feed's id stands in all
documents of that feed.

Whatever is read is bounded before it is inflated, and checked before it is believed;
what does not add up raises `Damaged`. Deflate's own check (Adler-32) finds flipped bits.
"""

import json
import struct
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from hozon.nouns.errors import Damaged
from hozon.search import numberlists
from hozon.search.documents import (
    Document,
    from_row,
    loaded,
    searched_of_row,
    to_row,
)
from hozon.search.numberlists import packed, unpacked

MAGIC = b"hozonsg1"
TRAILER = struct.Struct("<QQQ8s")

MOST_DOCUMENTS = 1 << 17
"""Most documents of one segment."""

TEXT_BLOCK = 32 * 1024
"""A block of text is full when it has so many bytes."""

TERM_BLOCK = 32 * 1024
"""The same of a block of terms."""

_MOST = 16 << 20
_LEVEL = 6
_SIZE = struct.Struct("<I")
_NUMBER = struct.Struct("<Q")


def feed_term(feed_id: str) -> str:
    """Return the term that all documents of a feed have."""
    return f"\x01{feed_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Where the blocks of one segment are, and what is in each.

    Of text blocks: the size deflated, how many documents each has, and the milliseconds
    of its first one's `at`; `oldest` are those of the segment's last document. Of term
    blocks, which follow: the size, and the first term.
    """

    text_sizes: Sequence[int]
    text_counts: Sequence[int]
    text_newest: Sequence[int]
    oldest: int
    term_sizes: Sequence[int]
    term_firsts: Sequence[str]
    text_offsets: Sequence[int] = field(init=False, compare=False, repr=False)
    term_offsets: Sequence[int] = field(init=False, compare=False, repr=False)
    firsts: Sequence[int] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        offsets = list(accumulate([*self.text_sizes, *self.term_sizes], initial=0))
        texts = len(self.text_sizes)
        object.__setattr__(self, "text_offsets", offsets[: texts + 1])
        object.__setattr__(self, "term_offsets", offsets[texts:])
        firsts = list(accumulate(self.text_counts, initial=0))
        object.__setattr__(self, "firsts", firsts)

    @property
    def documents(self) -> int:
        """How many documents the segment has."""
        return self.firsts[-1]

    @property
    def size(self) -> int:
        """Bytes of all blocks; the directory begins there."""
        return self.term_offsets[-1]


def deflated(raw: bytes) -> bytes:
    """Return bytes as they are stored."""
    return zlib.compress(raw, _LEVEL)


def inflated(data: bytes | memoryview) -> bytes:
    """Return the bytes that `deflated` was given; `Damaged` if that cannot have been."""
    machine = zlib.decompressobj()
    try:
        raw = machine.decompress(data, _MOST)
    except zlib.error as e:
        raise Damaged(f"a block of a search segment is damaged ({e})") from e
    if not machine.eof or machine.unused_data:
        raise Damaged("a block of a search segment is cut off, or too large")
    return raw


def text_block(documents: Sequence[Document], texts: Sequence[bytes]) -> bytes:
    """Return a block of documents with their texts (UTF-8)."""
    rows = [
        [*to_row(each), len(text)] for each, text in zip(documents, texts, strict=True)
    ]
    head = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    said = head.encode("utf-8", "replace")
    return deflated(b"".join([_SIZE.pack(len(said)), said, *texts]))


class TextBlock:
    """A block of text that was read. Documents are made when they are asked for."""

    def __init__(self, data: bytes | memoryview) -> None:
        raw = inflated(data)
        head = _size(raw)
        rows = loaded(raw[_SIZE.size : head])
        if not isinstance(rows, list) or not all(map(_is_row, rows)):
            raise Damaged("a block of a search segment has no rows")
        self.rows = rows
        self.texts = memoryview(raw)[head:]
        self._ends = list(accumulate((row[-1] for row in rows), initial=0))
        if self._ends[-1] != len(self.texts):
            raise Damaged("a block of a search segment has another size than its texts")

    def __len__(self) -> int:
        return len(self.rows)

    def text(self, n: int) -> bytes:
        """Return the text of the block's document `n`, in UTF-8."""
        return bytes(self.texts[self._ends[n] : self._ends[n + 1]])

    def document(self, n: int) -> Document:
        """Return the block's document `n`."""
        return from_row(self.rows[n][:-1], self.text(n).decode("utf-8", "replace"))

    def searched(self, n: int) -> str:
        """Return what is searched of the block's document `n`."""
        text = self.text(n).decode("utf-8", "replace")
        return searched_of_row(self.rows[n][:-1], text)

    def bare(self) -> list[Document]:
        """Return the documents of the block without their texts."""
        return [from_row(row[:-1], "") for row in self.rows]


def _is_row(row: object) -> bool:
    return isinstance(row, list) and bool(row) and type(row[-1]) is int and row[-1] >= 0


def _size(raw: bytes) -> int:
    """Return where the head ends whose size the first bytes state."""
    if len(raw) < _SIZE.size:
        raise Damaged("a block of a search segment is empty")
    (size,) = _SIZE.unpack_from(raw)
    if _SIZE.size + size > len(raw):
        raise Damaged("the head of a block of a search segment is cut off")
    return int(_SIZE.size + size)


Posting = tuple[str, int, int, bytes]
"""A term, how many documents have it, how wide their gaps are, and the gaps' planes."""


def posting(term: str, documents: Iterable[int]) -> Posting:
    """Return the posting of a term: the ascending numbers of its documents."""
    gaps = numberlists.gaps(documents)
    wide = numberlists.width(gaps)
    return term, len(gaps), wide, numberlists.planes(gaps, wide)


def term_block(postings: Sequence[Posting]) -> bytes:
    """Return a block of postings, which are ascending by their terms."""
    names = "\n".join(term for term, _, _, _ in postings).encode()
    counts = packed([count for _, count, _, _ in postings])
    widths = packed([wide for _, _, wide, _ in postings])
    gaps = (planes for _, _, _, planes in postings)
    return deflated(b"".join([_SIZE.pack(len(names)), names, counts, widths, *gaps]))


class TermBlock:
    """A block of terms that was read, of a segment of so many documents."""

    def __init__(self, data: bytes | memoryview, documents: int) -> None:
        raw = inflated(data)
        end = _size(raw)
        self.terms = raw[_SIZE.size : end].decode("utf-8", "replace").split("\n")
        self._counts, end = unpacked(raw, end)
        self._widths, end = unpacked(raw, end)
        if not len(self.terms) == len(self._counts) == len(self._widths):
            raise Damaged("a block of a search segment has other counts than terms")
        sizes = map(int.__mul__, self._counts, self._widths)
        self._ends = list(accumulate(sizes, initial=end))
        if self._ends[-1] != len(raw):
            raise Damaged("a block of a search segment has another size than its terms")
        self._raw = memoryview(raw)
        self._most = documents

    def documents(self, n: int) -> list[int]:
        """Return the numbers of the documents that have the block's term `n`."""
        planes = self._raw[self._ends[n] : self._ends[n + 1]]
        gaps = numberlists.from_planes(planes, self._counts[n], self._widths[n])
        found = numberlists.ascending(gaps)
        if found and not 0 <= found[0] <= found[-1] < self._most:
            raise Damaged("a search segment names documents that it does not have")
        return found

    def find(self, term: str) -> list[int]:
        """Return the numbers of the documents that have a term; none: it is not here."""
        n = bisect_left(self.terms, term)
        is_here = n < len(self.terms) and self.terms[n] == term
        return self.documents(n) if is_here else []

    def beginning(self, prefix: str) -> Iterable[list[int]]:
        """Yield the same for each term here that begins with `prefix`."""
        for n in range(bisect_left(self.terms, prefix), len(self.terms)):
            if not self.terms[n].startswith(prefix):
                return
            yield self.documents(n)


def directory_bytes(directory: Directory) -> bytes:
    """Return a directory as it is stored."""
    raw = b"".join(
        [
            packed(directory.text_sizes),
            packed(directory.text_counts),
            packed(directory.text_newest),
            packed(directory.term_sizes),
            _NUMBER.pack(directory.oldest),
            "\n".join(directory.term_firsts).encode(),
        ]
    )
    return deflated(raw)


def read_directory(data: bytes) -> Directory:
    """Return a stored directory, or raise `Damaged`."""
    raw = inflated(data)
    lists, end = [], 0
    for _ in range(4):
        numbers, end = unpacked(raw, end)
        lists.append(numbers)
    if len(raw) < end + _NUMBER.size:
        raise Damaged("the directory of a search segment is cut off")
    (oldest,) = _NUMBER.unpack_from(raw, end)
    firsts = raw[end + _NUMBER.size :].decode("utf-8", "replace")
    found = Directory(
        text_sizes=lists[0],
        text_counts=lists[1],
        text_newest=lists[2],
        term_sizes=lists[3],
        oldest=oldest,
        term_firsts=firsts.split("\n") if firsts else [],
    )
    return _checked(found)


def _checked(found: Directory) -> Directory:
    texts = len(found.text_sizes)
    if not texts == len(found.text_counts) == len(found.text_newest):
        raise Damaged("the directory of a search segment counts its texts two ways")
    if len(found.term_sizes) != len(found.term_firsts):
        raise Damaged("the directory of a search segment counts its terms two ways")
    if found.documents > MOST_DOCUMENTS or min(found.text_counts, default=1) < 1:
        raise Damaged("a search segment has more documents than it may have")
    return found


def trailer(at: int, directory: bytes) -> bytes:
    """Return the last bytes of a segment whose directory is stored `at`."""
    return TRAILER.pack(at, len(directory), zlib.crc32(directory), MAGIC)
