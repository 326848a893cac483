"""HTTP content codings undone (RFC 9110 §8.4): gzip, deflate, br, and chains of two.

The archive keeps payloads as they came; this is for reading them. Output is bounded
while it is made, so that a small payload cannot become a large memory. The only module
that knows brotli.
"""

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from hozon.nouns.model import Payload

LIMIT = 64_000_000
_MAX_CHAIN = 2
_CHUNK = 1 << 16
_GZIP, _ZLIB, _RAW_DEFLATE = 31, 15, -15

_Pieces = Iterator[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A payload without its content coding. `problem` says what was wrong with it.

    With a problem, `data` is what could be had: a part of the content, or the payload
    as it came where nothing could be undone.
    """

    data: bytes
    problem: str | None = None


class _BrokenError(Exception):
    """The coded data cannot be what it is said to be, or end too early."""


def decode(
    payload: Payload, content_encoding: str | None, *, limit: int = LIMIT
) -> Decoded:
    """Undo the content codings that a ``Content-Encoding`` header states.

    Never raises. What is said to be coded but is not comes back as it is (servers do
    that); a stream that breaks off gives what came before. No more than `limit` bytes
    are held, and no more are made between two codings.
    """
    codings, payload = named(content_encoding), bytes(payload)
    if not codings or not payload:
        return Decoded(data=payload)
    if len(codings) > _MAX_CHAIN:
        return Decoded(data=payload, problem=f"chain of {len(codings)} content codings")
    if unknown := [name for name in codings if name not in _UNDO]:
        return Decoded(data=payload, problem=f"unknown content coding {unknown[0]:.40}")
    return _decoded(payload, codings, limit)


def are_known(names: Sequence[str]) -> bool:
    """Tell whether content codings so named can be undone here."""
    return len(names) <= _MAX_CHAIN and all(name in _UNDO for name in names)


def named(content_encoding: str | None) -> list[str]:
    """Return the names in a ``Content-Encoding``, lower case, without ``identity``."""
    names = (name.strip().lower() for name in (content_encoding or "").split(","))
    return [name for name in names if name not in {"", "identity", "none"}]


def _decoded(payload: bytes, codings: list[str], limit: int) -> Decoded:
    problems: list[str] = []
    pieces = _cut(payload)
    for name in reversed(codings):
        pieces = _noting(name, _bounded(_UNDO[name](pieces), limit), problems)
    data = b"".join(pieces)
    if not problems:
        return Decoded(data=data)
    if not data or payload.lstrip()[:1] in {b"<", b"{"}:
        # Broken data may decode to a little noise before it breaks: plain text is
        # known by how it begins, and no coded stream of ours begins so.
        return Decoded(data=payload, problem=problems[0])
    return Decoded(data=data, problem=problems[0])


def _cut(payload: bytes) -> _Pieces:
    return (payload[at : at + _CHUNK] for at in range(0, len(payload), _CHUNK))


def _noting(name: str, pieces: _Pieces, problems: list[str]) -> _Pieces:
    """Yield the pieces up to where they break; then note why, and be done."""
    try:
        yield from pieces
    except _BrokenError as error:
        problems.append(f"{name}: {error}")


def _bounded(pieces: _Pieces, limit: int) -> _Pieces:
    room = limit
    for piece in pieces:
        yield piece[:room]
        room -= len(piece)
        if room < 0:
            raise _BrokenError(f"more than {limit} bytes when decoded")


def _gunzipped(pieces: _Pieces) -> _Pieces:
    return _inflated(pieces, _GZIP)


def _undeflated(pieces: _Pieces) -> _Pieces:
    """Undo ``deflate``: zlib as the standard says, or bare as some servers send it."""
    first = next(pieces, b"")
    is_zlib = first[:1] == b"\x78" and int.from_bytes(first[:2], "big") % 31 == 0
    return _inflated(_chained(first, pieces), _ZLIB if is_zlib else _RAW_DEFLATE)


def _chained(first: bytes, pieces: _Pieces) -> _Pieces:
    yield first
    yield from pieces


def _inflated(pieces: _Pieces, wbits: int) -> _Pieces:
    inflater = zlib.decompressobj(wbits)
    for piece in pieces:
        rest = piece
        while rest:
            if inflater.eof and not (wbits == _GZIP and rest.startswith(b"\x1f")):
                return  # padding after the last member
            if inflater.eof:
                inflater = zlib.decompressobj(wbits)
            yield _inflate(inflater, rest)
            rest = inflater.unconsumed_tail or inflater.unused_data
    yield inflater.flush()
    if not inflater.eof:
        raise _BrokenError("stream breaks off")


def _inflate(inflater: "zlib._Decompress", piece: bytes) -> bytes:
    try:
        return inflater.decompress(piece, _CHUNK)
    except zlib.error as error:
        raise _BrokenError(f"not valid ({error})") from None


def _unbrotlied(pieces: _Pieces) -> _Pieces:
    # Imported here because few payloads need it; it has no types.
    import brotli  # type: ignore[import-untyped]  # noqa: PLC0415

    stream = brotli.Decompressor()
    try:
        for piece in pieces:
            out = stream.process(piece, output_buffer_limit=_CHUNK)
            while out:
                yield out
                out = stream.process(b"", output_buffer_limit=_CHUNK)
            if stream.is_finished():
                return
    except brotli.error:
        raise _BrokenError("not valid") from None
    raise _BrokenError("stream breaks off")


_UNDO: dict[str, Callable[[_Pieces], _Pieces]] = {
    "gzip": _gunzipped,
    "x-gzip": _gunzipped,
    "deflate": _undeflated,
    "br": _unbrotlied,
}
