"""Pictures made of nothing but arithmetic: PNG and baseline JPEG, without a library.

The same name and size always give the same bytes (for one version of zlib).
"""

import math
import random
import struct
import zlib
from collections.abc import Callable, Iterator

Colour = tuple[int, int, int]
Painting = Callable[[float, float], Colour]
"""Gives the red, green and blue (0 to 255) at x, y, both from 0 to 1."""

_DC_LENGTHS = bytes((0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0))
# By the size of a difference in bits: those of table K.3 that 8-bit samples can need.
_DC_CODES = ["00", "010", "011", "100", "101", "110", "1110", "11110", "111110"]
_END_OF_BLOCK = "0"
_SUN_RADIUS, _SHORE = 0.06, 0.72
_SEGMENT_LIMIT = 65_533


def landscape(name: str) -> Painting:
    """Return a picture of hills, water and a sun, another one for each name."""
    chance = random.Random(name)  # noqa: S311 - the same picture each time, no secret
    hue = chance.random() * math.tau
    sun_x, sun_y = 0.2 + 0.6 * chance.random(), 0.15 + 0.2 * chance.random()
    waves = [(chance.uniform(2, 9), chance.random() * math.tau) for _ in range(3)]

    def paint(x: float, y: float) -> Colour:
        if math.hypot(x - sun_x, (y - sun_y) * 0.56) < _SUN_RADIUS:
            return 255, 236, 170
        ridge = 0.5 + 0.05 * sum(math.sin(x * f + phase) for f, phase in waves)
        depth = 0.0 if y < ridge else 1.2 if y < _SHORE else 2.4
        light = 190 - 60 * y - 25 * depth
        red, green, blue = (light + 45 * math.cos(hue + depth + k) for k in (0, 2, 4))
        return int(red), int(green), int(blue)

    return paint


def png(width: int, height: int, painting: Painting) -> bytes:
    """Return a PNG (ISO 15948) of `width` by `height` pixels in 24-bit colour."""
    rows = (
        b"\0" + bytes(v for x in range(width) for v in painting(x / width, y / height))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = (
        _png_chunk(b"IHDR", header),
        _png_chunk(b"IDAT", zlib.compress(b"".join(rows), 9)),
        _png_chunk(b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    checked = kind + data
    return (
        struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))
    )


def jpeg(width: int, height: int, painting: Painting, *, extra: bytes = b"") -> bytes:
    """Return a baseline JPEG (ISO 10918-1) in squares of 8 pixels, each of one colour.

    `extra` is carried in application segments, as photographs carry colour profiles:
    it makes a file as large as one wants.
    """
    size = struct.pack(">BHHB", 8, height, width, 3)
    parts = [
        b"\xff\xd8",
        _segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
        *(_segment(0xE9, part) for part in _parts(extra)),
        _segment(0xDB, b"\0" + bytes([8]) * 64),
        _segment(0xC0, size + bytes((1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0))),
        _segment(0xC4, b"\x00" + _DC_LENGTHS + bytes(range(12))),
        _segment(0xC4, b"\x10" + bytes([1] + [0] * 15) + b"\0"),
        _segment(0xDA, bytes((3, 1, 0, 2, 0, 3, 0, 0, 63, 0))),
        _scan(width, height, painting),
        b"\xff\xd9",
    ]
    return b"".join(parts)


def _segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def _parts(extra: bytes) -> Iterator[bytes]:
    for at in range(0, len(extra), _SEGMENT_LIMIT):
        yield extra[at : at + _SEGMENT_LIMIT]


def _scan(width: int, height: int, painting: Painting) -> bytes:
    columns, rows = -(-width // 8), -(-height // 8)
    before = (0, 0, 0)
    codes: list[str] = []
    for row in range(rows):
        for column in range(columns):
            here = _ycbcr(painting(column / columns, row / rows))
            for now, last in zip(here, before, strict=True):
                codes += (_difference(now - last), _END_OF_BLOCK)
            before = here
    bits = "".join(codes)
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")


def _ycbcr(colour: Colour) -> Colour:
    red, green, blue = (min(255, max(0, value)) for value in colour)
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    return round(luma) - 128, round((blue - luma) * 0.564), round((red - luma) * 0.713)


def _difference(value: int) -> str:
    """Return the code of a DC difference (ISO 10918-1 F.1.2.1): its size, its bits."""
    size = abs(value).bit_length()
    bits = value if value >= 0 else value + (1 << size) - 1
    return _DC_CODES[size] + (f"{bits:0{size}b}" if size else "")
