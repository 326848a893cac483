"""Ed25519 signatures, verified (RFC 8032 §5.1.7). Public data only: nothing is secret.

Signing is a library's matter (`adapters/embedded/keyfile`) or a key service's. Verifying
is here so that a receipt can be checked wherever Python runs; about 3 ms each. Strict:
the scalar is reduced, points are canonical (what §5.1.3 and §5.1.7 ask for).
"""

import hashlib

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)

_Point = tuple[int, int, int, int]
"""In extended homogeneous coordinates (§5.1.4)."""


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether a signature of 64 bytes is that of the key of 32 bytes."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    key, r = _decoded(public_key), _decoded(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= _L:
        return False
    hashed = hashlib.sha512(signature[:32] + public_key + message).digest()
    k = int.from_bytes(hashed, "little") % _L
    return _equal(_multiplied(s, _BASE), _added(r, _multiplied(k, key)))


def _decoded(data: bytes) -> _Point | None:
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = _x(y, sign)
    return None if x is None else (x, y, 1, x * y % _P)


def _x(y: int, sign: int) -> int | None:
    """Recover x (§5.1.3)."""
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    if square == 0:
        return None if sign else 0
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P:
        return None
    return _P - x if x & 1 != sign else x


def _added(one: _Point, other: _Point) -> _Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = 2 * one[3] * other[3] * _D % _P
    d = 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _multiplied(scalar: int, point: _Point) -> _Point:
    found: _Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            found = _added(found, point)
        point = _added(point, point)
        scalar >>= 1
    return found


def _equal(one: _Point, other: _Point) -> bool:
    return (one[0] * other[2] - other[0] * one[2]) % _P == 0 and (
        one[1] * other[2] - other[1] * one[2]
    ) % _P == 0


def _base() -> _Point:
    y = 4 * pow(5, -1, _P) % _P
    x = _x(y, 0) or 0
    return x, y, 1, x * y % _P


_BASE = _base()
