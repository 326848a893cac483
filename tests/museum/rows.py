# ruff: noqa: E501  a table
"""The rows of the museum: what comes in, and what is to come of it.

Outcome words: REFUSE: not fetched, recorded with the reason. KEEP+FLAG: the bytes are
stored, what is wrong with them is recorded. TRUNC(x): stored, ``WARC-Truncated: x``.
PARSEFAIL: the bytes are stored, the feed says what is wrong, no entries, no crash.
"""

from typing import NamedTuple

AREAS = {
    "N": "network",
    "F": "feed",
    "H": "HTML",
    "W": "WARC",
    "K": "keys and texts",
    "A": "API",
    "R": "robots.txt",
}


class Row(NamedTuple):
    """One row: its number, its area (see `AREAS`), the input and the outcome."""

    number: int
    area: str
    given: str
    outcome: str


_STATED = (
    ("N", "IPv4 as decimal, hex, octal, short: 2130706433, 0x7f000001, 127.1, 0", "REFUSE"),
    ("N", "169.254.169.254, dotted, decimal, octal, hex, mixed and mapped", "REFUSE"),
    ("N", "IPv6: unspecified, loopback, link-local, unique local, NAT64, 6to4, Teredo", "REFUSE"),
    ("N", "addresses in Unicode digits, full width, ideographic dots, percent-encoded", "REFUSE"),
    ("N", "credentials: user:pass@, host@address, %23@", "REFUSE"),
    ("N", "backslashes, tabs, newlines and spaces in a URI or before it", "REFUSE"),
    ("N", "ports 22, 9001, 0, 99999, in full-width digits", "REFUSE"),
    ("N", "file:, gopher:, dict:, ftp:, jar:, data:, javascript:, blob:, //host", "REFUSE"),
    ("N", "a name that leads to a private address", "REFUSE"),
    ("N", "rebinding: a name that leads elsewhere at the next look-up", "one look-up; never there"),
    ("N", "a name with good and bad addresses", "only the good; FLAG"),
    ("N", "redirects to a private address, a file, with credentials", "REFUSE at the hop; hops kept"),
    ("N", "redirect loops, 11 hops, empty, missing, huge, odd Location", "ends; KEEP+FLAG"),
    ("N", "proxies in the environment", "not heard"),
    ("N", "the archive's own host as feed, link or redirect", "REFUSE"),
    ("N", "endless body, endless chunks", "TRUNC(length)"),
    ("N", "slow head, slow body, no reply", "TRUNC(time) or error, in time"),
    ("N", "endless 100, 103, trailers, header line, status line, chunk extension", "error, in time and 64 MB"),
    ("N", "200 and 100 000 header fields, a field of 70 KB", "read, or an error that says so"),
    ("N", "contradicting and impossible lengths, broken chunks", "KEEP+FLAG or TRUNC(disconnect)"),
    ("N", "short body; bytes behind the body", "TRUNC(disconnect); never a second response"),
    ("N", "HTTP/0.9, HTTP/2, status -1 and 999, 204 with a body", "error or KEEP+FLAG"),
    ("N", "obs-fold, bare LF, bare CR, NUL, Latin-1, no colon, space before it", "to the byte; FLAG"),
    ("N", "reset, close at once, certificates expired, foreign, self-signed", "recorded, tried again"),
    ("N", "bombs: gzip, br, zstd, nested, long chains", "wire bytes stored; decoding capped"),
    ("N", "said to be gzip and is not; a wrong charset", "KEEP"),
    ("N", "304 with a body; monstrous and senseless validators; cookies", "no state poisoned"),
    ("F", "a body that is a file name or a URI", "PARSEFAIL, nothing opened"),
    ("F", "entity bombs", "PARSEFAIL, nothing expanded"),
    ("F", "external entities, DTDs, XInclude, style sheets", "no request, no file's content"),
    ("F", "encodings that are none of the web's, in declaration and header", "not heard, nothing raised"),
    ("F", "impossible character references, broken geography", "nothing raised"),
    ("F", "100 000 attributes, 50 000 namespaces, depth, 20 MB of text", "in bounds; PARSEFAIL allowed"),
    ("F", "100 000 and more entries, a document of 100 MB", "cut, in document order; FLAG"),
    ("F", "empty, cut, a login page, JSON, PDF, binary, wide, mislabelled", "read or PARSEFAIL"),
    ("F", "ids that repeat, change, are missing, monstrous, unprintable", "none lost, none mixed"),
    ("F", "links: javascript:, data:, broken, relative, monstrous, evil base", "no link; entry kept"),
    ("F", "dates that cannot be", "as written, or none; never order"),
    ("F", "titles: script, template, right-to-left override, 5 MB", "escaped, cut"),
    ("F", "a feed that moves to another host", "followed, not taken over at once"),
    ("H", "100 000 of any tag, attribute or half a tag; 20 MB in one", "bytes stored; bounded"),
    ("H", "links at depth 300 and behind it", "found"),
    ("H", "100 000 links and pictures, srcset, @import in a circle, data: of 10 MB", "capped; FLAG"),
    ("H", "base, refresh to private hosts, srcdoc, object, SVG with script", "vetted; inert in replay"),
    ("H", "charset utf-7, UTF-16, contradicting labels", "original bytes, nosniff"),
    ("H", "archives, programs, polyglots as pages and pictures", "stored, identified, not trusted"),
    ("W", "CR, LF, NUL, surrogates in fields; a body that looks like a record", "refused before the write"),
    ("K", "naughty strings as titles, ids, tags, parameters, arguments", "byte-equal or 400"),
    ("K", "path tricks, keys and items too long", "keys of hashes only"),
    ("A", "JSON torture", "400, never 500"),
    ("A", "forged cursors, encoded paths, CR and LF in header fields", "400 or 404"),
    ("R", "robots.txt: 5xx, 404, 600 KB, redirects, HTML, 100 000 rules", "RFC 9309"),
)  # fmt: skip

ROWS = tuple(Row(n, *stated) for n, stated in enumerate(_STATED, start=1))
