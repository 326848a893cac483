"""Check a receipt of a Hozon archive, with nothing but Python (3.9 or newer).

    python3 verify.py RECEIPT.json [OBJECT.warc.gz] [--key VKEY]

Prints what the receipt shows, or what is wrong with it (exit code 1). It reads the two
files and nothing else. What each step means: docs/evidence.md. Sources: RFC 6962 (tree),
RFC 8032 (Ed25519), c2sp.org/signed-note, /tlog-checkpoint, /tlog-proof, /tlog-cosignature.
"""

import hashlib
import json
import sys
from base64 import b64decode
from datetime import datetime, timezone

# --- 1. Ed25519 signatures (RFC 8032 section 5.1) -----------------------------------------
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def x_of(y, sign):
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (not x and sign):
        return None
    return P - x if x % 2 != sign else x


def point(data):
    y = int.from_bytes(data, "little")
    y, sign = y & (2**255 - 1), y >> 255
    x = x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * p[3] * q[3] * D, 2 * p[2] * q[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(scalar, p):
    result = (0, 1, 1, 0)
    while scalar:
        result = add(result, p) if scalar & 1 else result
        p, scalar = add(p, p), scalar >> 1
    return result


BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def signed(key, message, signature):
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    p, q = multiply(s, BASE), add(r, multiply(int.from_bytes(digest, "little") % L, a))
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 == (p[1] * q[2] - q[1] * p[2]) % P


# --- 2. The Merkle tree (RFC 6962 section 2.1, proofs as in RFC 9162 section 2.1) ---------
def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def climb(at, last, proof, hashes):
    """Follow a proof upwards; `hashes` are (old, new) roots, or only one for inclusion."""
    for other in proof:
        assert last and len(other) == 32, "a proof of the wrong length"
        if at & 1 or at == last:
            hashes = [sha256(b"\1", other, one) for one in hashes]
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            hashes[-1] = sha256(b"\1", hashes[-1], other)
        at, last = at >> 1, last >> 1
    return hashes if not last else []


def included(leaf_hash, index, size, proof, root):
    is_hash = len(leaf_hash) == len(root) == 32
    return is_hash and 0 <= index < size and climb(index, size - 1, proof, [leaf_hash]) == [root]


def consistent(old, new, old_root, new_root, proof):
    if old == new:
        return old > 0 and old_root == new_root and not proof
    path = ([old_root] if old & (old - 1) == 0 else []) + list(proof)
    if not 0 < old < new or not path or {len(old_root), len(new_root), len(path[0])} != {32}:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    return climb(at, last, path[1:], [path[0], path[0]]) == [old_root, new_root]


# --- 3. Signed notes, checkpoints, and the time they state (C2SP) -------------------------
def open_key(vkey):
    name, key_id, coded = vkey.strip().split("+", 2)
    key = b64decode(coded, validate=True)
    assert len(key) == 33 and key[0] == 1, "not an Ed25519 key"
    assert sha256(name.encode(), b"\n", key)[:4].hex() == key_id, "a key with a wrong id"
    return name, key[1:]


def open_note(note, keys):
    """Return the text that one of the keys has signed, and when it says that was."""
    text, _, lines = note.rpartition("\n\n")
    text, is_signed, made_at = text + "\n", False, None
    for line in lines.splitlines():
        mark, name, coded = line.split(" ")
        data = b64decode(coded, validate=True)
        for key in (k for n, k in keys if n == name and mark == "\u2014"):
            if data[:4] == sha256(name.encode(), b"\n\1", key)[:4]:
                assert signed(key, text.encode(), data[4:]), "a signature that does not fit"
                is_signed = True
            if data[:4] == sha256(name.encode(), b"\n\4", key)[:4]:
                made_at = int.from_bytes(data[4:12], "big")
                timed = f"cosignature/v1\ntime {made_at}\n{text}".encode()
                assert signed(key, timed, data[12:]), "a time that the key did not sign"
    assert is_signed, "not signed by a key of the receipt"
    return text, made_at


def open_checkpoint(note, keys):
    text, made_at = open_note(note, keys)
    origin, size, root = text.split("\n")[:3]
    return origin, int(size), b64decode(root, validate=True), made_at


# --- 4. The receipt -----------------------------------------------------------------------
def check(receipt, warc=None, vkey=None):
    assert receipt["hozon"] == "receipt/1", "not a receipt"
    assert vkey in (None, *receipt["vkeys"]), "signed by another key than the one expected"
    keys = [open_key(each) for each in ([vkey] if vkey else receipt["vkeys"])]
    head, _, note = receipt["proof"].partition("\n\n")
    header, index, *path = head.split("\n")
    assert header == "c2sp.org/tlog-proof@v1" and index.startswith("index "), "not a proof"
    index, path = int(index[6:]), [b64decode(each, validate=True) for each in path]
    origin, size, root, made_at = open_checkpoint(note, keys)
    leaf = receipt["leaf"].encode()
    assert included(sha256(b"\0", leaf), index, size, path, root), "the leaf is not in the tree"
    said, moment = json.loads(leaf), lambda s: datetime.fromtimestamp(s, timezone.utc)
    shown = [f"leaf {index} of log {origin}, in its tree of {size} leaves", f"leaf: {said}"]
    for one in receipt.get("checkpoints", []):
        name, n, other, at = open_checkpoint(one["checkpoint"], keys)
        proof = [b64decode(each, validate=True) for each in one["consistency"]]
        (a, r), (b, s) = sorted([(n, other), (size, root)])
        assert name == origin and consistent(a, b, r, s, proof), "the log was rewritten"
        if n <= index and at:
            shown.append(f"not in the log yet at {moment(at)}, says the operator's key")
    if made_at:
        shown.append(f"in the log at {moment(made_at)} or before, says the operator's key")
    if warc is not None:
        assert len(warc) == said["length"], "the object has another length than was sealed"
        assert hashlib.sha256(warc).hexdigest() == said["sha256"], "the object was changed"
        shown.append("the WARC object is the one that was sealed, to the byte")
    return shown


def main(arguments):
    vkey = arguments.pop(arguments.index("--key") + 1) if "--key" in arguments else None
    files = [open(name, "rb").read() for name in arguments if name != "--key"]
    try:
        print("\n".join(check(json.loads(files[0]), files[1] if files[1:] else None, vkey)))
    except (AssertionError, ValueError, KeyError, TypeError) as fault:
        print(f"NOT PROVEN: {fault}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
