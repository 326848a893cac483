"""A web font of one shape, a square: the smallest that browsers accept.

TrueType tables (ISO 14496-22) in a WOFF 1.0 wrapper (W3C, 2012).
"""

import struct
import zlib

_UNITS = 1000
_FIRST, _LAST = 0x25A0, 0x25CF
_EPOCH = 3_800_000_000
_NAMES = {1: "Marks", 2: "Regular", 3: "Marks 1", 4: "Marks", 5: "1.0", 6: "Marks"}


def woff(*, private: bytes = b"") -> bytes:
    """Return the font ``Marks``: a square for each of U+25A0 to U+25CF.

    `private` becomes its private block, which makes it as large as one wants.
    """
    tables = dict(sorted(_tables().items()))
    directory, data = b"", b""
    start = 44 + 20 * len(tables)
    for tag, table in tables.items():
        # The adjustment, bytes 8 to 12 of head, is left out of head's own checksum.
        summed = table[:8] + table[12:] if tag == b"head" else table
        packed = zlib.compress(table, 9)
        stored = packed if len(packed) < len(table) else table
        lengths = (start + len(data), len(stored), len(table), _checksum(summed))
        directory += struct.pack(">4sIIII", tag, *lengths)
        data += _padded(stored)
    unpacked = 12 + sum(16 + len(_padded(table)) for table in tables.values())
    end = start + len(data)
    header = struct.pack(
        ">4sIIHHIHHIIIII",
        *(b"wOFF", 0x00010000, end + len(private), len(tables), 0, unpacked, 1, 0),
        *(0, 0, 0, end if private else 0, len(private)),
    )
    return header + directory + data + private


def _tables() -> dict[bytes, bytes]:
    glyph = _square()
    metrics = (800, -200, 0, _UNITS, 100, 100, 900, 1, 0, 0, 0, 0, 0, 0, 0, 2)
    tables = {
        b"OS/2": _os2(),
        b"cmap": _cmap(),
        b"glyf": glyph,
        b"head": _head(0),
        b"hhea": struct.pack(">I3hH11hH", 0x00010000, *metrics),
        b"hmtx": struct.pack(">HhHh", _UNITS, 0, _UNITS, 100),
        b"loca": struct.pack(">3H", 0, 0, len(glyph) // 2),
        b"maxp": struct.pack(">I14H", 0x00010000, 2, 4, 1, *([0] * 2), 1, *([0] * 8)),
        b"name": _name(),
        b"post": struct.pack(">Iihh5I", 0x00030000, 0, -100, 50, 0, 0, 0, 0, 0),
    }
    return tables | {b"head": _head(_adjustment(tables))}


def _square() -> bytes:
    """Return a glyph of one contour of four points on the curve."""
    box = struct.pack(">5h", 1, 100, 0, 900, 800)
    points = struct.pack(">HH4B", 3, 0, 1, 1, 1, 1)
    steps = struct.pack(">4h4h", 100, 800, 0, -800, 0, 0, 800, 0)
    return _padded(box + points + steps)


def _head(adjustment: int) -> bytes:
    return struct.pack(
        ">IIIIHHqq4hHHhhh",
        *(0x00010000, 0x00010000, adjustment, 0x5F0F3CF5, 3, _UNITS, _EPOCH, _EPOCH),
        *(100, 0, 900, 800, 0, 8, 2, 0, 0),
    )


def _os2() -> bytes:
    subscript = (650, 600, 0, 75, 650, 600, 0, 350, 50, 300, 0)
    edges = (0x0040, _FIRST, _LAST, 800, -200, 0, 800, 200)
    return b"".join(
        (
            struct.pack(">HhHHH", 4, _UNITS, 400, 5, 0),
            struct.pack(">11h10x4I4s", *subscript, 0, 1 << 13, 0, 0, b"NONE"),
            struct.pack(">3H3h2H", *edges),
            struct.pack(">IIhhHHH", 1, 0, 500, 700, 0, 32, 1),
        )
    )


def _cmap() -> bytes:
    """Return a character map of format 4 that sends all marks to the one glyph."""
    count = _LAST - _FIRST + 1
    segments = struct.pack(">HHxxHH", _LAST, 0xFFFF, _FIRST, 0xFFFF)
    ranges = struct.pack(">hhHH", 0, 1, 4, 0) + struct.pack(f">{count}H", *[1] * count)
    body = struct.pack(">4H", 4, 4, 1, 0) + segments + ranges
    table = struct.pack(">3H", 4, 6 + len(body), 0) + body
    return struct.pack(">HHHHI", 0, 1, 3, 1, 12) + table


def _name() -> bytes:
    records, text = b"", b""
    for number, value in _NAMES.items():
        coded = value.encode("utf-16-be")
        records += struct.pack(">6H", 3, 1, 0x409, number, len(coded), len(text))
        text += coded
    return struct.pack(">3H", 0, len(_NAMES), 6 + len(records)) + records + text


def _adjustment(tables: dict[bytes, bytes]) -> int:
    """Return what makes the sum of the whole unpacked font 0xB1B0AFBA."""
    offset = 12 + 16 * len(tables)
    directory = struct.pack(">I4H", 0x00010000, len(tables), 128, 3, 32)
    total = 0
    for tag, table in sorted(tables.items()):
        sums = (_checksum(table), offset, len(table))
        directory += struct.pack(">4sIII", tag, *sums)
        offset += len(_padded(table))
        total += _checksum(table)
    return (0xB1B0AFBA - total - _checksum(directory)) & 0xFFFFFFFF


def _checksum(table: bytes) -> int:
    padded = _padded(table)
    words = range(0, len(padded), 4)
    return sum(int.from_bytes(padded[at : at + 4]) for at in words) & 0xFFFFFFFF


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)
