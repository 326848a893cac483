"""Content codings are undone, in bounds, and never with an exception."""

import gzip
import zlib

import brotli  # type: ignore[import-untyped]  # it has no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.reading.codings import Decoded, decode

TEXT = b"<p>hello</p>" * 1000


def raw_deflate(data: bytes) -> bytes:
    return zlib.compress(data)[2:-4]


@pytest.mark.parametrize(
    ("coding", "payload"),
    [
        (None, TEXT),
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT)),
        ("X-GZIP", gzip.compress(TEXT)),
        ("gzip", gzip.compress(TEXT[:600]) + gzip.compress(TEXT[600:])),
        ("gzip", gzip.compress(TEXT) + b"\0\0\0"),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
        ("br", brotli.compress(TEXT)),
        ("gzip, br", brotli.compress(gzip.compress(TEXT))),
        ("identity, gzip", gzip.compress(TEXT)),
    ],
)
def test_codings_are_undone(coding: str | None, payload: bytes) -> None:
    """Members of gzip, both kinds of deflate, br, and chains of two."""
    assert Decoded(data=TEXT) == decode(payload, coding)


@pytest.mark.museum(26)
@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "gzip, br"])
def test_plain_content_comes_back_as_it_is(coding: str) -> None:
    """A server that says it compressed, and did not, is believed by its bytes."""
    decoded = decode(TEXT, coding)

    assert decoded.data == TEXT
    assert decoded.problem


@pytest.mark.museum(25)
@pytest.mark.parametrize("coding", ["zstd", "compress", "x" * 500, "gzip, zstd"])
def test_unknown_codings_are_left_alone(coding: str) -> None:
    """What we cannot undo is returned, with the coding's name."""
    decoded = decode(TEXT, coding)

    assert decoded.data == TEXT
    assert decoded.problem is not None
    assert decoded.problem.startswith("unknown content coding")


@pytest.mark.museum(25)
def test_long_chains_are_left_alone() -> None:
    """No server means a chain of three codings."""
    assert Decoded(data=TEXT, problem="chain of 3 content codings") == decode(
        TEXT, "gzip, gzip, gzip"
    )


def test_a_stream_that_breaks_off_gives_what_came() -> None:
    """A cut connection does not lose what had arrived."""
    noise = bytes(range(256)) * 4000
    decoded = decode(gzip.compress(noise)[:-200], "gzip")

    assert noise.startswith(decoded.data)
    assert len(decoded.data) > 10_000
    assert decoded.problem == "gzip: stream breaks off"


def test_a_broken_stream_gives_what_came_before() -> None:
    """A corrupt byte in the middle is a problem, not an exception."""
    noise = bytes(range(256)) * 40_000
    coded = bytearray(gzip.compress(noise))
    coded[-8] ^= 0xFF

    decoded = decode(bytes(coded), "gzip")

    assert noise.startswith(decoded.data)
    assert decoded.problem is not None
    assert "not valid" in decoded.problem


@pytest.mark.museum(25)
@pytest.mark.parametrize(
    ("coding", "bomb"),
    [
        ("gzip", gzip.compress(bytes(30_000_000))),
        ("br", brotli.compress(bytes(30_000_000), quality=1)),
        ("gzip, gzip", gzip.compress(gzip.compress(bytes(30_000_000)))),
        ("gzip, br", brotli.compress(gzip.compress(b"") * 500_000, quality=1)),
    ],
)
def test_bombs_end_at_the_limit(coding: str, bomb: bytes) -> None:
    """No more than the limit is made, at any stage of a chain."""
    decoded = decode(bomb, coding, limit=1_000_000)

    assert len(decoded.data) <= 1_000_000
    assert decoded.problem is not None
    assert "more than 1000000 bytes" in decoded.problem


@given(st.binary(), st.sampled_from(["gzip", "deflate", "br", "br, gzip", "x"]))
def test_any_bytes_are_taken(payload: bytes, coding: str) -> None:
    """Nothing that a server sends raises."""
    assert isinstance(decode(payload, coding).data, bytes)


@given(st.binary())
def test_what_was_coded_comes_back(payload: bytes) -> None:
    """Undoing is the inverse of doing."""
    assert payload == decode(gzip.compress(brotli.compress(payload)), "br, gzip").data
