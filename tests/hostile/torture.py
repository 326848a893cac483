"""JSON that tests parsers: broken, ambiguous, too deep, too large."""

import json

BROKEN: dict[str, bytes] = {
    "empty": b"",
    "space": b" ",
    "a byte-order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "not UTF-8": b'{"a": "\xff"}',
    "cut": b'{"a": [1, 2',
    "an open text": b'{"a',
    "a comma too many": b"[1,]",
    "a comma too few": b"[1 2]",
    "single quotes": b"{'a': 1}",
    "no quotes": b"{a: 1}",
    "a comment": b"{/* a */}",
    "two values": b"{} {}",
    "a leading zero": b"[012]",
    "NaN": b"[NaN]",
    "infinity": b"[-Infinity]",
    "a bare text": b"abc",
    "a control character": b'["\x00"]',
    "a bad escape": rb'["\q"]',
    "half an escape": rb'["\u00"]',
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "a number of 5 000 digits": b"[" + b"9" * 5_000 + b"]",
}
ODD: dict[str, bytes] = {
    "a list": b"[]",
    "a number": b"1",
    "null": b"null",
    "a text": b'"text"',
    "a name twice": b'{"version": 1, "version": "x", "items": {}, "items": []}',
    "an empty name": b'{"": {"": {}}}',
    "a prototype": b'{"__proto__": {"x": 1}, "constructor": {"prototype": {}}}',
    "a number without end": b'{"id": 1e400}',
    "a small number": b'{"id": 1e-400}',
    "a lone surrogate": rb'{"title": "\ud800"}',
    "NUL": rb'{"title": "\u0000"}',
    "a long name": json.dumps({"a" * 100_000: 1}).encode(),
    "many names": json.dumps({str(n): n for n in range(20_000)}).encode(),
    "seven megabytes": json.dumps({"a": "x" * 7_000_000}).encode(),
}
ALL = {**BROKEN, **ODD}
