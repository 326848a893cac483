"""Small things that want to become large ones, made on the spot."""

import gzip
import zlib

import brotli  # type: ignore[import-untyped]  # it has no types

_MB = 1 << 20


def gzipped(megabytes: int) -> bytes:
    """Return so many megabytes of zeros as gzip: a thousandth of that."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(bytes(_MB)) for _ in range(megabytes)]
    return b"".join((*parts, packer.flush()))


def brotlied(megabytes: int) -> bytes:
    """Return so many megabytes of zeros as brotli: a few bytes each."""
    packer = brotli.Compressor(quality=3)
    parts = [packer.process(bytes(_MB)) for _ in range(megabytes)]
    return b"".join((*parts, packer.finish()))


def chained(times: int) -> tuple[bytes, str]:
    """Return a payload that was gzipped `times` over, and its Content-Encoding."""
    payload = b"x"
    for _ in range(times):
        payload = gzip.compress(payload, mtime=0)
    return payload, ", ".join(["gzip"] * times)


def coded(megabytes: int = 200) -> dict[str, tuple[bytes, str]]:
    """Return payloads with their Content-Encoding, by what they are."""
    once = gzipped(megabytes)
    window = b"\x28\xb5\x2f\xfd\x00\xa8" + bytes(13)  # zstd, that wants 2 GB at once
    return {
        "gzip": (once, "gzip"),
        "br": (brotlied(megabytes), "br"),
        "gzip in gzip": (gzip.compress(once, mtime=0), "gzip, gzip"),
        "gzip in br": (brotli.compress(once), "gzip, br"),
        "51 times gzip": chained(51),
        "zstd": (window, "zstd"),
        "deflate": (zlib.compress(bytes(megabytes * _MB), 9), "deflate"),
    }
