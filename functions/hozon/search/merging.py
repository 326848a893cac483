"""Several segments made into one, in little memory. Pure.

Two passes. The first brings the documents of all into one order, and remembers for each
segment which number each document has got; the second goes through the terms of all at
once. Each holds a block of every segment, and the numbers. Blocks of text whose
documents stay together are copied as they are.
"""

import heapq
from array import array
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from operator import itemgetter

from hozon.nouns.errors import Damaged
from hozon.search import layout
from hozon.search.documents import Document, Place, is_superseded, milliseconds, place
from hozon.search.layout import Directory, TermBlock, TextBlock
from hozon.search.writing import Sink, Sizes, Writer

ReadRange = Callable[[int, int], bytes]
"""Returns the bytes of one segment from an offset on, so many."""

AHEAD = 512 * 1024
"""Bytes that are read of a segment at a time, or one block if that is larger."""

_WORTH_COPYING = 8
"""Blocks that are deflated to less than such a part of a full one are made larger."""

_GONE = 0xFFFFFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A segment to be merged."""

    directory: Directory
    read: ReadRange


def merged(
    sources: Sequence[Source],
    sink: Sink,
    *,
    gone: Collection[str] = (),
    sizes: Sizes | None = None,
) -> Directory:
    """Write one segment of all documents of `sources` to `sink`; the newest comes first.

    Documents of snapshots and entries whose ids are `gone` are left out. Of the same
    document in several segments that of the first one stays. Raises `Damaged`.
    """
    writer = Writer(sink, sizes)
    readers = [_Reader.of(each) for each in sources]
    _merge_documents(readers, writer, gone)
    _merge_postings(sources, [each.numbers for each in readers], writer)
    return writer.close()


def holds(source: Source, gone: Collection[str]) -> bool:
    """Tell whether a segment has documents of snapshots or entries that are `gone`."""
    blocks = _blocks(source, source.directory.text_offsets)
    return any(each.is_of(gone) for data in blocks for each in TextBlock(data).bare())


def _blocks(source: Source, offsets: Sequence[int]) -> Iterator[bytes]:
    """Yield the blocks between `offsets`, reading several at a time."""
    begin, data = 0, b""
    for offset, end in pairwise(offsets):
        if end > begin + len(data):
            last = max(end, min(offset + AHEAD, offsets[-1]))
            begin, data = offset, source.read(offset, last - offset)
        yield data[offset - begin : end - begin]


@dataclass(slots=True)
class _Reader:
    """Goes through the documents of a segment. `block` is None behind the last one.

    `numbers` are the new numbers of the documents that it has gone past.
    """

    blocks: Iterator[bytes]
    block: TextBlock | None = None
    data: bytes = b""
    documents: list[Document] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    at: int = 0
    numbers: "array[int]" = field(default_factory=lambda: array("I"))

    @classmethod
    def of(cls, source: Source) -> "_Reader":
        """Return a reader at the first document."""
        reader = cls(_blocks(source, source.directory.text_offsets))
        reader.next_block()
        return reader

    def next_block(self) -> None:
        """Go on to the first document of the next block."""
        self.data = next(self.blocks, b"")
        self.block = TextBlock(self.data) if self.data else None
        self.documents = self.block.bare() if self.block else []
        self.places = [place(each) for each in self.documents]
        self.at = 0

    def step(self, number: int) -> None:
        """Go past the next document, whose number is `number` from now on."""
        self.numbers.append(number)
        self.at += 1
        if self.at == len(self.documents):
            self.next_block()

    def stays_whole(self, until: Place | None, gone: Collection[str]) -> bool:
        """Tell whether no document comes between those of the block, and none is gone."""
        if self.at:
            return False
        if until is not None and self.places[-1] <= until:
            return False
        return not any(each.is_of(gone) for each in self.documents)


def _merge_documents(
    readers: Sequence[_Reader], writer: Writer, gone: Collection[str]
) -> None:
    """Write the documents of all in one order; the readers keep their new numbers."""
    written: list[Document] = []
    number = 0
    while waiting := [each for each in readers if each.block is not None]:
        # Of equal ones `max` takes the first, and the newest segment is the first.
        reader = max(waiting, key=lambda each: each.places[each.at])
        document = reader.documents[reader.at]
        last = written[-1] if written else None
        if is_superseded(document, last) or document.is_of(gone):
            reader.step(_GONE)
            continue
        others = [each.places[each.at] for each in waiting if each is not reader]
        is_large = len(reader.data) >= writer.sizes.texts // _WORTH_COPYING
        is_whole = is_large and reader.stays_whole(max(others, default=None), gone)
        write = _copy if is_whole else _write
        written = write(reader, writer, number)
        number += len(written)


def _copy(reader: _Reader, writer: Writer, number: int) -> list[Document]:
    """Copy the reader's block; return its documents."""
    documents = reader.documents
    writer.copied(
        reader.data,
        count=len(documents),
        newest=milliseconds(documents[0].at),
        oldest=milliseconds(documents[-1].at),
    )
    reader.numbers.extend(range(number, number + len(documents)))
    reader.next_block()
    return documents


def _write(reader: _Reader, writer: Writer, number: int) -> list[Document]:
    """Write the reader's next document, and return it."""
    assert reader.block is not None
    document = reader.documents[reader.at]
    writer.document(document, reader.block.text(reader.at))
    reader.step(number)
    return [document]


def _merge_postings(
    sources: Sequence[Source], numbers: "Sequence[array[int]]", writer: Writer
) -> None:
    """Write the postings of all, with the documents' new numbers."""
    streams = [
        _postings(source, new) for source, new in zip(sources, numbers, strict=True)
    ]
    by_term = itemgetter(0)
    for term, same in groupby(heapq.merge(*streams, key=by_term), key=by_term):
        found = [number for _, documents in same for number in documents]
        if kept := sorted(number for number in found if number != _GONE):
            writer.posting(layout.posting(term, kept))


def _postings(source: Source, numbers: "array[int]") -> Iterator[tuple[str, list[int]]]:
    """Yield the terms of a segment with the new numbers of their documents."""
    directory = source.directory
    if len(numbers) != directory.documents:
        raise Damaged("a search segment has other documents than its directory says")
    for data in _blocks(source, directory.term_offsets):
        block = TermBlock(data, len(numbers))
        for n, term in enumerate(block.terms):
            yield term, [numbers[each] for each in block.documents(n)]
