"""Segments written: block by block, so that memory holds one block at a time. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hozon.search import layout
from hozon.search.documents import Document, is_superseded, milliseconds, place
from hozon.search.layout import Directory, Posting
from hozon.search.terms import terms

Sink = Callable[[bytes], object]
"""Takes the bytes of a segment, one part after the other."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many bytes of texts, and of terms, fill a block."""

    texts: int = layout.TEXT_BLOCK
    terms: int = layout.TERM_BLOCK


class Writer:
    """Writes one segment: all documents in their order, then all postings in theirs."""

    def __init__(self, sink: Sink, sizes: Sizes | None = None) -> None:
        self._sink = sink
        self.sizes = sizes or Sizes()
        self._documents: list[Document] = []
        self._texts: list[bytes] = []
        self._postings: list[Posting] = []
        self._filled = 0
        self._text_sizes: list[int] = []
        self._text_counts: list[int] = []
        self._text_newest: list[int] = []
        self._oldest = 0
        self._term_sizes: list[int] = []
        self._term_firsts: list[str] = []

    def document(self, document: Document, text: bytes) -> None:
        """Write the next document; `text` is its text in UTF-8."""
        self._documents.append(document)
        self._texts.append(text)
        self._filled += len(text)
        if self._filled >= self.sizes.texts:
            self._end_texts()

    def copied(self, block: bytes, *, count: int, newest: int, oldest: int) -> None:
        """Write a whole block of another segment: `count` documents, none left out."""
        self._end_texts()
        self._add_texts(block, count=count, newest=newest, oldest=oldest)

    def posting(self, posting: Posting) -> None:
        """Write the next posting."""
        self._end_texts()
        self._postings.append(posting)
        self._filled += len(posting[0]) + len(posting[3])
        if self._filled >= self.sizes.terms:
            self._end_terms()

    def close(self) -> Directory:
        """Write the rest, and return the directory of what was written."""
        self._end_texts()
        self._end_terms()
        directory = Directory(
            text_sizes=self._text_sizes,
            text_counts=self._text_counts,
            text_newest=self._text_newest,
            oldest=self._oldest,
            term_sizes=self._term_sizes,
            term_firsts=self._term_firsts,
        )
        stored = layout.directory_bytes(directory)
        self._sink(stored)
        self._sink(layout.trailer(directory.size, stored))
        return directory

    def _end_texts(self) -> None:
        if self._documents:
            first, last = self._documents[0], self._documents[-1]
            self._add_texts(
                layout.text_block(self._documents, self._texts),
                count=len(self._documents),
                newest=milliseconds(first.at),
                oldest=milliseconds(last.at),
            )
            self._documents, self._texts, self._filled = [], [], 0

    def _add_texts(self, block: bytes, *, count: int, newest: int, oldest: int) -> None:
        self._sink(block)
        self._text_sizes.append(len(block))
        self._text_counts.append(count)
        self._text_newest.append(newest)
        self._oldest = oldest

    def _end_terms(self) -> None:
        if self._postings:
            block = layout.term_block(self._postings)
            self._sink(block)
            self._term_sizes.append(len(block))
            self._term_firsts.append(self._postings[0][0])
            self._postings, self._filled = [], 0


def segment(
    documents: Iterable[Document], sizes: Sizes | None = None
) -> tuple[bytes, Directory]:
    """Return a segment of these documents, and its directory.

    Of several with one id (`Document.id`) the last one given counts.
    """
    ordered = _ordered(documents)
    data = bytearray()
    writer = Writer(data.extend, sizes)
    for each in ordered:
        writer.document(each, each.text.encode("utf-8", "replace"))
    for term, numbers in sorted(_inverted(ordered).items()):
        writer.posting(layout.posting(term, numbers))
    directory = writer.close()
    return bytes(data), directory


def _ordered(documents: Iterable[Document]) -> list[Document]:
    held = {each.id: each for each in documents}
    kept: list[Document] = []
    for each in sorted(held.values(), key=place, reverse=True):
        if not is_superseded(each, kept[-1] if kept else None):
            kept.append(each)
    return kept


def _inverted(documents: Sequence[Document]) -> dict[str, list[int]]:
    """Return for each term the numbers of the documents that have it."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(documents):
        found[layout.feed_term(each.feed_id)].append(number)
        for term in terms(each.folded()):
            found[term].append(number)
    return found
