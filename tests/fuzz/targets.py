"""What is fuzzed: functions of bytes that raise nothing but what they promise to."""

import gzip
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from urllib.parse import parse_qsl

from hozon import feeds
from hozon.cdx.query import query
from hozon.confined.child import answered
from hozon.feeds import jsonfeed
from hozon.fetch.heads import read_head
from hozon.fetch.response import ResponseReader
from hozon.log import leaves, notes, proofs, receipts, stamps, tiles
from hozon.manners.robots import Rules
from hozon.nouns import uris
from hozon.nouns.errors import Damaged, Misuse, NotAFeed, Unreachable
from hozon.nouns.opened import Occasion
from hozon.opml import reading as opml
from hozon.reading import codings, css, dates, encodings, identifying, passing
from hozon.reading.srcset import candidates
from hozon.search import layout, manifest
from hozon.serving import byteranges, validating
from hozon.stored import holdings
from hozon.warc import reader
from tests.fakes import a_capture_job

URI = "https://e.example.org/dir/a.html"
OCCASION = Occasion(job=a_capture_job(), status=200, headers=())
_TYPES = (
    None,
    "text/html",
    "text/html; charset=shift_jis",
    "application/xml; charset=utf-16",
    "application/rss+xml; charset=euc-jp",
    "text/css",
)
_CODINGS = ("gzip", "br", "deflate", "gzip, br", "deflate, gzip")
_LIMIT = 200_000
_PAYLOAD = 5_000
_DOCUMENTS = 1_000


def _picked(data: bytes, choices: tuple[str | None, ...]) -> tuple[str | None, bytes]:
    """Return a choice that the first byte makes, and the rest."""
    return choices[data[0] % len(choices)] if data else choices[0], data[1:]


def feed(data: bytes) -> None:
    """Feed documents of all kinds, as the door of feeds takes them."""
    content_type, document = _picked(data, _TYPES)
    try:
        found = feeds.parse(document, uri=URI, content_type=content_type)
    except NotAFeed:
        return
    for entry in found.entries:
        assert entry.link is None or uris.normal(entry.link) == entry.link
        entry.title.encode()


def page(data: bytes) -> None:
    """Pages, with all that is looked for in them."""
    content_type, document = _picked(data, _TYPES)
    header = {
        "uri": URI,
        "content_type": content_type,
        "leads": True,
        "occasion": passing.plain(OCCASION),
    }
    answered({**header, "ask": "page", "first": URI, "number": 1}, document)


def sheet(data: bytes) -> None:
    """Style sheets, and the lists of pictures in attributes."""
    words, _ = encodings.decode_html(data, "text/css")
    for one in css.requisites(words, uri=URI):
        assert uris.normal(one.uri) == one.uri
    for candidate in candidates(words):
        assert candidate.url


def response(data: bytes) -> None:
    """HTTP responses: the same whatever pieces they come in, and in bounds."""
    size = 1 + data[0] if data else 1
    whole, torn = _reader(), _reader()
    whole.feed(data[1:])
    whole.eof()
    for piece in _pieces(data[1:], size):
        torn.feed(piece)
    torn.eof()
    assert _told(whole) == _told(torn)
    assert len(whole.payload) <= _PAYLOAD
    assert (whole.head is None) == (whole.failure is not None)


def _reader() -> ResponseReader:
    return ResponseReader(payload_bytes=_PAYLOAD)


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def _told(found: ResponseReader) -> tuple[object, ...]:
    head = found.head
    return (
        head and (head.raw, head.status, head.fields, head.anomalies),
        found.payload,
        found.truncated,
        # How much is too much depends on the pieces; not that it is.
        tuple(
            one
            for one in found.anomalies
            if "trailer" not in one and "extra" not in one
        ),
        found.failure and str(found.failure),
    )


def head(data: bytes) -> None:
    """Heads of responses."""
    try:
        found = read_head(data)
    except Unreachable:
        return
    assert 100 <= found.status <= 999
    assert found.raw == data


def warc(data: bytes) -> None:
    """WARCs: read, indexed and verified; plain, or packed here so that the fuzzer sees
    what is inside.
    """
    if data[:1] == b"Z":
        data = gzip.compress(data[1:], 1, mtime=0)
    try:
        found = holdings.read("warcs/a.warc.gz", data)
    except Damaged:
        found = None
    if found is not None:
        assert all(one.location.offset < len(data) for one in found.captures)
    for problem in reader.verify(data, limit=_LIMIT):
        assert problem


def coding(data: bytes) -> None:
    """Content codings, and what is identified by first bytes."""
    named, payload = _picked(data, _CODINGS)
    decoded = codings.decode(payload, named, limit=_LIMIT)
    assert len(decoded.data) <= max(_LIMIT, len(payload))
    identifying.otherwise(payload, stated="text/html", content_encoding=named)


def uri(data: bytes) -> None:
    """URIs: one normal form, one key."""
    text = data.decode("utf-8", "surrogateescape")
    for read in (uris.normal, uris.lenient):
        try:
            href = read(text, base=URI)
        except Misuse:
            continue
        assert href == uris.normal(href)
        assert uris.key(href) == uris.key(uris.normal(href))
        assert uris.link_key(href) == uris.link_key(uris.untracked(href))
        href.encode("ascii")


def robots(data: bytes) -> None:
    """robots.txt, and what it says of a path made of its own bytes."""
    rules = Rules.parse(data)
    rules.decide("/" + data[-50:].decode("latin-1"), "hozon")
    rules.crawl_delay_s("hozon")


def subscriptions(data: bytes) -> None:
    """OPML lists."""
    try:
        found = opml.read(data)
    except Misuse:
        return
    for outline in found:
        assert outline.uri is None or uris.normal(outline.uri) == outline.uri


def text(data: bytes) -> None:
    """Dates and JSON feeds, which are texts before they are anything else."""
    words = data.decode("utf-8", "replace")
    dates.parse(words)
    try:
        jsonfeed.read(words, uri=URI)
    except NotAFeed:
        return


def receipt(data: bytes) -> None:
    """Receipts: whatever does not hold is told, and none is taken for another."""
    try:
        said = receipts.decoded(data)
    except Damaged:
        return
    found = receipts.checked(said)
    assert all(found.faults)
    assert all(receipts.doubts(found))
    if not found.faults:
        assert receipts.statement(found)


def note(data: bytes) -> None:
    """What else a verifier reads: notes, checkpoints, keys, proofs, bundles, stamps."""
    words = data.decode("utf-8", "replace")
    readers: tuple[Callable[[], object], ...] = (
        lambda: notes.checkpoint(notes.parsed(words).text),
        lambda: notes.Key.of(words),
        lambda: notes.unbased(words),
        lambda: proofs.decoded(words),
        lambda: leaves.read(data),
        lambda: tiles.leaves(data),
        lambda: tiles.hashes(data),
        lambda: stamps.read(data),
    )
    for read in readers:
        try:
            read()
        except (Damaged, Misuse):
            continue


def segment(data: bytes) -> None:
    """What a search reads of its segments, inflated: blocks, directory, manifest."""
    readers: tuple[Callable[[bytes], object], ...] = (
        lambda raw: _texts(layout.TextBlock(layout.deflated(raw))),
        lambda raw: _terms(layout.TermBlock(layout.deflated(raw), _DOCUMENTS)),
        lambda raw: layout.read_directory(layout.deflated(raw)),
        manifest.decoded,
        layout.inflated,
    )
    if not data:
        return
    with suppress(Damaged):
        readers[data[0] % len(readers)](data[1:])


def _texts(block: layout.TextBlock) -> None:
    for n in range(len(block)):
        with suppress(Damaged):
            block.searched(n)
        with suppress(Damaged):
            block.document(n)


def _terms(block: layout.TermBlock) -> None:
    for n, term in enumerate(block.terms):
        with suppress(Damaged):
            assert all(0 <= one < _DOCUMENTS for one in block.documents(n))
        with suppress(Damaged):
            block.find(term)
            list(block.beginning(term[:1]))


def question(data: bytes) -> None:
    """What readers ask: CDX queries, ranges, conditions."""
    words = data.decode("utf-8", "surrogateescape")
    for read in (
        lambda: query(parse_qsl(words[:500], max_num_fields=501)),
        lambda: byteranges.wanted(words, 1_000),
    ):
        try:
            read()
        except Misuse:
            continue
    validating.is_unchanged(words, '"a"')
    validating.may_continue(words, '"a"')


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "feeds": feed,
    "pages": page,
    "sheets": sheet,
    "responses": response,
    "heads": head,
    "warcs": warc,
    "codings": coding,
    "uris": uri,
    "robots": robots,
    "subscriptions": subscriptions,
    "texts": text,
    "receipts": receipt,
    "notes": note,
    "segments": segment,
    "questions": question,
}
