"""Check a receipt of a Hozon archive with nothing but Python (3.9 or newer):

    python3 verify.py RECEIPT.json [OBJECT.warc.gz [VKEY]]

says what these files show, or NOT PROVEN and why. docs/evidence.md explains each step.
After RFC 8032 (Ed25519), RFC 6962 and 9162 (Merkle trees), c2sp.org/signed-note,
tlog-checkpoint, tlog-proof and tlog-cosignature. Reads nothing else, asks nobody.
"""

import hashlib
import json
import sys
from base64 import b64decode
from datetime import datetime, timezone
from pathlib import Path

P = 2**255 - 19  # RFC 8032, 5.1: the field, the order of the base point, the curve
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def need(is_so, why):
    if not is_so:
        raise ValueError(why)


def point(data):  # RFC 8032, 5.1.3; None if these bytes are no point
    y, sign = int.from_bytes(data, "little") % 2**255, data[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x * pow(2, (P - 1) // 4, P) % P if (x * x - square) % P else x
    if y >= P or (x * x - square) % P or (sign and not x):
        return None
    x = P - x if x % 2 != sign else x
    return x, y, 1, x * y % P


def add(p, q):  # 5.1.4
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * p[3] * q[3] * D, 2 * p[2] * q[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(scalar, p):
    result = 0, 1, 1, 0
    while scalar:
        result = add(result, p) if scalar & 1 else result
        p, scalar = add(p, p), scalar >> 1
    return result


def signed(key, message, signature):  # 5.1.7
    if (len(key), len(signature)) != (32, 64):
        return False
    a, r = point(key), point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    k = int.from_bytes(digest, "little") % L
    base = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    p, q = multiply(s, base), add(r, multiply(k, a))
    return all((p[i] * q[2] - q[i] * p[2]) % P == 0 for i in (0, 1))


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def climb(at, last, proof, hashes):  # RFC 9162, 2.1.3.2 and 2.1.4.2: up to the roots
    for other in proof:
        if not last or len(other) != 32:
            return []
        if at & 1 or at == last:
            hashes = [sha256(b"\1", other, one) for one in hashes]
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            hashes = [*hashes[:-1], sha256(b"\1", hashes[-1], other)]
        at, last = at >> 1, last >> 1
    return hashes if not last else []


def included(leaf, index, size, proof, root):
    is_so = len(leaf) == 32 and 0 <= index < size
    return is_so and climb(index, size - 1, proof, [leaf]) == [root]


def consistent(old, new, old_root, new_root, proof):
    if old == new:
        return old > 0 and old_root == new_root and not proof
    path = [*([old_root] if old & (old - 1) == 0 else []), *proof]
    if not 0 < old < new or not path or {32} != {len(h) for h in (old_root, *path)}:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    return climb(at, last, path[1:], path[:1] * 2) == [old_root, new_root]


def opened(note, vkeys):  # a checkpoint that a key has signed, and when that was
    text, _, lines = note.rpartition("\n\n")
    text, is_signed, made_at = text + "\n", False, None
    for name, coded in (vkey.strip().split("+", 2)[::2] for vkey in vkeys):
        key = b64decode(coded)[1:]
        plain, timed = (sha256(name.encode(), t, key)[:4] for t in (b"\n\1", b"\n\4"))
        for line in lines.splitlines():
            mark, signer, said = line.split(" ")
            named, rest = (mark, signer, b64decode(said)[:4]), b64decode(said)[4:]
            if named == ("\u2014", name, plain):
                need(signed(key, text.encode(), rest), "a signature does not fit")
                is_signed = True
            if named == ("\u2014", name, timed):
                seconds = int.from_bytes(rest[:8], "big")
                message = f"cosignature/v1\ntime {seconds}\n{text}".encode()
                need(signed(key, message, rest[8:]), "a time is not the key's")
                made_at = datetime.fromtimestamp(seconds, timezone.utc)
    need(is_signed, "a checkpoint is not signed by the key")
    origin, size, root = text.split("\n")[:3]
    return origin, int(size), b64decode(root), made_at


def check(receipt, warc=None, vkey=None):
    keys, leaf = [vkey] if vkey else receipt["vkeys"], receipt["leaf"].encode()
    head, _, note = receipt["proof"].partition("\n\n")
    header, number, *path = head.split("\n")
    need(header == "c2sp.org/tlog-proof@v1", "not a receipt")
    index, path = int(number[len("index ") :]), [b64decode(each) for each in path]
    origin, size, root, at = opened(note, keys)
    need(included(sha256(b"\0", leaf), index, size, path, root), "not in the tree")
    shown = [f"leaf {index} of log {origin}, signed by {keys}", receipt["leaf"]]
    for one in receipt.get("checkpoints", []):
        name, n, other, when = opened(one["checkpoint"], keys)
        (a, r), (b, s) = sorted([(n, other), (size, root)])
        goes_on = consistent(a, b, r, s, [b64decode(h) for h in one["consistency"]])
        need(name == origin and goes_on, "the log was rewritten")
        shown += [f"not in the log yet at {when}, says that key"] if n <= index else []
    if warc is not None:
        need(sha256(warc).hex() == json.loads(leaf)["sha256"], "the object was changed")
        shown.append("the WARC object is the one that was sealed, to the byte")
    return [*shown, f"in the log at {at} or before, says the operator's key"]


if __name__ == "__main__":
    try:
        files = [Path(name).read_bytes() for name in sys.argv[1:3]]
        print("\n".join(check(json.loads(files[0]), *files[1:], *sys.argv[3:])))
    except (ValueError, KeyError, TypeError, IndexError) as fault:
        sys.exit(f"NOT PROVEN: {fault}")
