"""RFC 3161 time stamps: the request, and what the answer says. DER, as far as needed.

A stamp is an authority's signed word that it has seen a digest at a time. Its signature
and certificates are not verified here: that needs the roots one trusts, and is what
``openssl ts -verify`` is for (docs/evidence.md).
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from hozon.nouns import instants
from hozon.nouns.errors import Damaged, Misuse

MEDIA_TYPE = "application/timestamp-query"
_SHA256 = bytes.fromhex("300d06096086480165030402010500")
"""AlgorithmIdentifier: id-sha256, no parameters."""

_INTEGER, _OCTETS, _TIME, _SEQUENCE = 0x02, 0x04, 0x18, 0x30
_GRANTED = (b"\0", b"\1")
_GENERALIZED = re.compile(rb"(\d{14})(?:\.(\d{1,9}))?Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What an authority has stamped: a SHA-256 digest, when, and for which request."""

    digest: bytes
    made_at: datetime
    nonce: int | None


def request(data: bytes, nonce: int) -> bytes:
    """Return the request for a stamp of `data` with the authority's certificate."""
    imprint = _der(_SEQUENCE, _SHA256 + _der(_OCTETS, hashlib.sha256(data).digest()))
    ask_for_certificate = b"\x01\x01\xff"
    version = _der(_INTEGER, b"\1")
    return _der(_SEQUENCE, version + imprint + _integer(nonce) + ask_for_certificate)


def read(response: bytes) -> Stamp:
    """Return what a response (a ``.tsr`` file) stamps, or raise `Damaged`."""
    try:
        return _read(response)
    except (ValueError, IndexError, StopIteration, Misuse) as e:
        raise Damaged(f"not a time stamp (RFC 3161): {e!r}") from None


def fits(response: bytes, data: bytes) -> Stamp:
    """Return what a response says if it is a stamp of `data`, or raise `Damaged`."""
    stamp = read(response)
    if stamp.digest != hashlib.sha256(data).digest():
        raise Damaged("a time stamp of something else")
    return stamp


def _read(response: bytes) -> Stamp:
    [(_, whole)] = _items(response)
    (_, status), *rest = _items(whole)
    if next(_items(status))[1] not in _GRANTED or not rest:
        raise ValueError("the authority did not grant it")
    [(_, info)] = _items(_token_info(rest[0][1]))
    _, _, (_, imprint), _, (kind, at), *others = _items(info)
    algorithm, (_, digest) = _items(imprint)
    if kind != _TIME or _der(*algorithm) != _SHA256:
        raise ValueError("its digest is not SHA-256, or it has no time")
    nonce = next((v for tag, v in others if tag == _INTEGER), None)
    return Stamp(
        digest=digest,
        made_at=_time(at),
        nonce=None if nonce is None else int.from_bytes(nonce, "big"),
    )


def _token_info(token: bytes) -> bytes:
    """Return the TSTInfo that a token (CMS SignedData) is over."""
    _, (_, explicit) = _items(token)
    [(_, signed)] = _items(explicit)
    _, _, (_, encapsulated), *_ = _items(signed)
    _, (_, content) = _items(encapsulated)
    [(_, info)] = _items(content)
    return info


def _time(text: bytes) -> datetime:
    found = _GENERALIZED.fullmatch(text)
    if found is None:
        raise ValueError("no such time")
    whole = instants.from_timestamp(found[1].decode())
    return whole.replace(microsecond=int((found[2] or b"0").ljust(6, b"0")[:6]))


def _items(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield tag and content of each element of DER; `ValueError` for a wrong length."""
    at = 0
    while at < len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length & 0x80:
            count = length & 0x7F
            length, at = int.from_bytes(data[at : at + count], "big"), at + count
        if at + length > len(data):
            raise ValueError("it ends inside an element")
        yield tag, data[at : at + length]
        at += length


def _integer(value: int) -> bytes:
    return _der(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content
