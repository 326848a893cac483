"""C2SP signed notes and checkpoints: what the log's key has said of the tree.

A note is text, an empty line, and signatures. A checkpoint is a note of three lines: the
log's origin, the tree's size, its hash. Our sealer signs each twice with one key: as
the log (signature type 1), and with the time (type 4, tlog-cosignature), which is how
a checkpoint states when it was made.
"""

import binascii
import hashlib
import math
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from hozon.log import ed25519, tree
from hozon.nouns.errors import Damaged, Misuse

ED25519, COSIGNATURE = 1, 4
"""Signature types (signed-note)."""

MOST_SIGNATURES = 64
_MARK = "\u2014 "
_NAME = re.compile(r"[^\s+]{1,200}")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")

Verify = Callable[[bytes, bytes, bytes], bool]
"""``(public key, message, signature)`` → whether it is that key's: `ed25519.verify`."""

Sign = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A public key of 32 bytes under the name of a log."""

    name: str
    public: bytes

    def id(self, type_: int = ED25519) -> bytes:
        """Return the four bytes by which a signature names its key."""
        named = self.name.encode() + b"\n" + bytes([type_]) + self.public
        return hashlib.sha256(named).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key as people keep it: ``name+id+key``."""
        coded = b64encode(bytes([ED25519]) + self.public).decode()
        return f"{self.name}+{self.id().hex()}+{coded}"

    @classmethod
    def of(cls, vkey: str) -> Self:
        """Read a vkey, or raise `Misuse`."""
        name, _, rest = vkey.strip().partition("+")
        stated, _, coded = rest.partition("+")
        try:
            data = unbased(coded)
        except Damaged:
            data = b""
        key = cls(name=name, public=data[1:])
        known = len(data) == 1 + tree.SIZE and data[0] == ED25519
        if not known or not _NAME.fullmatch(name) or key.id().hex() != stated:
            raise Misuse(f"not the public key of a log (name+id+key): {vkey!r:.200}")
        return key


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note taken apart: `signatures` are (name, key id, signature) as they stand."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    def signature(self, key: Key, type_: int = ED25519) -> bytes | None:
        """Return the signature that names this key, verified or not."""
        wanted = key.name, key.id(type_)
        return next(
            (s for *named, s in self.signatures if tuple(named) == wanted), None
        )


def based(data: bytes) -> str:
    """Return standard base 64."""
    return b64encode(data).decode()


def unbased(text: str) -> bytes:
    """Read standard base 64, in its one spelling, or raise `Damaged`."""
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not data or based(data) != text:
        raise Damaged(f"not base 64: {text!r:.100}")
    return data


def note(text: str, *signatures: tuple[str, bytes, bytes]) -> str:
    """Return a note; `signatures` are those of `Note`."""
    lines = "".join(f"{_MARK}{name} {based(id_ + s)}\n" for name, id_, s in signatures)
    return f"{text}\n{lines}"


def parsed(data: str) -> Note:
    """Take a note apart, verifying nothing yet, or raise `Damaged`."""
    text, found, lines = data.rpartition("\n\n")
    if not found or _CONTROL.search(data) or not lines.endswith("\n"):
        raise Damaged("not a signed note")
    signed = lines.removesuffix("\n").split("\n")
    if len(signed) > MOST_SIGNATURES:
        raise Damaged(f"a note with {len(signed)} signatures")
    return Note(text=text + "\n", signatures=tuple(map(_signature, signed)))


def _signature(line: str) -> tuple[str, bytes, bytes]:
    name, _, coded = line.removeprefix(_MARK).partition(" ")
    if not line.startswith(_MARK) or not _NAME.fullmatch(name):
        raise Damaged(f"not the signature line of a note: {line!r:.100}")
    data = unbased(coded)
    if len(data) < 5:
        raise Damaged(f"a signature of {len(data)} bytes")
    return name, data[:4], data[4:]


def opened(data: str, keys: Iterable[Key], *, verify: Verify = ed25519.verify) -> Note:
    """Return a note that one of the keys has signed; `Damaged` if none has.

    One signature that names a key of these and is not its own spoils the note; those of
    unknown keys are passed over.
    """
    found = parsed(data)
    held = {key.id(): key for key in keys}
    signers = 0
    for name, id_, signature in found.signatures:
        key = held.get(id_)
        if key is None or key.name != name:
            continue
        if not verify(key.public, found.text.encode(), signature):
            raise Damaged(f"the signature of {name} is not that of its key")
        signers += 1
    if not signers:
        raise Damaged("not signed by a known key")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a log states of its tree."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The note's text."""
        return f"{self.origin}\n{self.size}\n{based(self.root)}\n"


def checkpoint(text: str) -> Checkpoint:
    """Read the text of a note as a checkpoint, or raise `Damaged`."""
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 3 or "" in lines or not _NUMBER.fullmatch(lines[1]):
        raise Damaged("not a checkpoint: origin, size and hash are its first lines")
    found = Checkpoint(origin=lines[0], size=int(lines[1]), root=unbased(lines[2]))
    if len(found.root) != tree.SIZE or (not found.size and found.root != tree.EMPTY):
        raise Damaged("not a checkpoint: its hash cannot be that of its tree")
    return found


def made_at(
    found: Note, key: Key, *, verify: Verify = ed25519.verify
) -> datetime | None:
    """Return when the key says that it signed a checkpoint; None if it does not say.

    Whole seconds. Raises `Damaged` for a statement that is not the key's.
    """
    signature = found.signature(key, COSIGNATURE)
    if signature is None:
        return None
    seconds = int.from_bytes(signature[:8], "big")
    if len(signature) != 72 or not verify(
        key.public, _timed(found.text, seconds), signature[8:]
    ):
        raise Damaged(f"the time that {key.name} states is not signed by its key")
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        raise Damaged(f"no such time: {seconds}") from None


def _timed(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def sealed(found: Checkpoint, key: Key, sign: Sign, *, at: datetime) -> str:
    """Return the signed checkpoint, made `at`: in whole seconds, not before."""
    seconds = math.ceil(at.timestamp())
    log = key.name, key.id(), sign(found.text.encode())
    time = sign(_timed(found.text, seconds))
    stated = seconds.to_bytes(8, "big") + time
    return note(found.text, log, (key.name, key.id(COSIGNATURE), stated))
