"""51 ways of answering, 50 of them broken or odd; and what is expected of each.

One row of `CASES` is one way: what the server (`broken_http`) sends, and what an
archive should make of it.
"""

from dataclasses import dataclass

PAYLOAD_BYTES = 1_000_000
"""The payload limit that the expectations below are stated for."""


@dataclass(frozen=True, slots=True)
class Endless:
    """Send this again and again until the client has gone."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Drip:
    """Send this every half second."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Silence:
    """Send nothing, and do not close either."""


@dataclass(frozen=True, slots=True)
class Reset:
    """End the connection with a RST."""


Step = bytes | Endless | Drip | Silence | Reset


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is sent (then the connection is closed), and what should come of it.

    `failure`: no whole head arrives, and the reason has these words. Otherwise
    `status`, `payload` (None: any), `truncated`, and words of `anomalies` (all of
    them, in order). `stopped`: these words say why a redirect ends here.
    """

    name: str
    sent: tuple[Step, ...]
    failure: str | None = None
    status: int = 200
    payload: bytes | None = b""
    truncated: str | None = None
    anomalies: tuple[str, ...] = ()
    stopped: str | None = None
    hops: int = 1


def _ok(*fields: bytes, body: bytes = b"", status: bytes = b"200 OK") -> bytes:
    head = b"".join(b"%s\r\n" % line for line in (b"HTTP/1.1 " + status, *fields))
    return head + b"\r\n" + body


_START = b"HTTP/1.1 200 OK\r\n"
_TWO = b"Content-Length: 2"
_FIVE = b"Content-Length: 5"
_CHUNKED = b"Transfer-Encoding: chunked"
_BIG = b"A" * PAYLOAD_BYTES
_MANY = b"".join(b"X-%d: y\r\n" % n for n in range(100_000))
_KEPT = "the body is kept as it came"


def _redirect(location: bytes) -> bytes:
    return _ok(b"Location: " + location, b"Content-Length: 0", status=b"302 Found")


CASES = (
    Case(name="ok", sent=(_ok(_TWO, body=b"ok"),), payload=b"ok"),
    # Bodies and heads without end, or too slow.
    Case(
        name="endless_body",
        sent=(_ok(b"Content-Type: text/html"), Endless(b"A" * 65_536)),
        payload=_BIG,
        truncated="length",
    ),
    Case(
        name="endless_chunks",
        sent=(_ok(_CHUNKED), Endless(b"1\r\nA\r\n" * 1000)),
        payload=None,
        truncated="length",
        anomalies=("more chunk framing than payload",),
    ),
    Case(
        name="slow_headers",
        sent=(_START, Drip(b"X-N: y\r\n")),
        failure="no whole response head in time",
    ),
    Case(
        name="slow_body",
        sent=(_ok(b"Content-Length: 100000"), Drip(b"A")),
        payload=None,
        truncated="time",
    ),
    Case(name="never_reply", sent=(Silence(),), failure="in time"),
    Case(
        name="headers_200",
        sent=(_ok(*(b"X-%d: y" % n for n in range(200)), _TWO, body=b"ok"),),
        payload=b"ok",
    ),
    Case(
        name="headers_many",
        sent=(_START, _MANY, _TWO, b"\r\n\r\nok"),
        failure="head of more than 65536 bytes",
    ),
    Case(
        name="header_line_70k",
        sent=(_ok(b"X: " + b"y" * 70_000, _TWO, body=b"ok"),),
        failure="head of more than 65536 bytes",
    ),
    Case(
        name="header_infinite_line",
        sent=(_START + b"X: ", Endless(b"y" * 65_536)),
        failure="head of more than 65536 bytes",
    ),
    Case(
        name="status_infinite",
        sent=(b"HTTP/1.1 200 ", Endless(b"y" * 65_536)),
        failure="head of more than 65536 bytes",
    ),
    Case(
        name="endless_100",
        sent=(Endless(b"HTTP/1.1 100 Continue\r\n\r\n" * 100),),
        failure="more than 16 interim responses",
    ),
    Case(
        name="endless_103",
        sent=(Endless(_ok(b"Link: </a>", status=b"103 Early Hints") * 100),),
        failure="more than 16 interim responses",
    ),
    # Lengths that contradict one another or are none.
    Case(
        name="cl_and_te",
        sent=(_ok(b"Content-Length: 3", _CHUNKED, body=b"5\r\nhello\r\n0\r\n\r\n"),),
        payload=b"hello",
        anomalies=("both Content-Length and Transfer-Encoding",),
    ),
    Case(
        name="two_cl",
        sent=(_ok(_TWO, _FIVE, body=b"hello"),),
        payload=b"hello",
        anomalies=("contradicting Content-Lengths",),
    ),
    Case(
        name="neg_cl",
        sent=(_ok(b"Content-Length: -1", body=b"hello"),),
        payload=b"hello",
        anomalies=("Content-Length is no length: '-1'",),
    ),
    Case(
        name="huge_cl",
        sent=(_ok(b"Content-Length: 99999999999999999999", body=b"hello"),),
        payload=b"hello",
        anomalies=("Content-Length is no length",),
    ),
    Case(
        name="bad_cl",
        sent=(_ok(b"Content-Length: 5, 5", body=b"hello"),),
        payload=b"hello",
        anomalies=("Content-Length stated more than once",),
    ),
    Case(
        name="plus_cl",
        sent=(_ok(b"Content-Length: +5", body=b"hello"),),
        payload=b"hello",
        anomalies=("Content-Length is no length: '+5'",),
    ),
    Case(
        name="short_body",
        sent=(_ok(b"Content-Length: 100", body=b"hello"),),
        payload=b"hello",
        truncated="disconnect",
        anomalies=("short body: 5 of 100 bytes",),
    ),
    Case(
        name="long_body",
        sent=(_ok(_TWO, body=b"hello-extra-" + _START + b"\r\nsmuggled"),),
        payload=b"he",
        anomalies=("extra bytes after the body",),
    ),
    # Chunked coding that breaks.
    Case(
        name="bad_chunk",
        sent=(_ok(_CHUNKED, body=b"ZZ\r\nhello\r\n0\r\n\r\n"),),
        payload=b"ZZ\r\nhello\r\n0\r\n\r\n",
        anomalies=(f"malformed chunk size; {_KEPT}",),
    ),
    Case(
        name="neg_chunk",
        sent=(_ok(_CHUNKED, body=b"-5\r\nhello\r\n0\r\n\r\n"),),
        payload=b"-5\r\nhello\r\n0\r\n\r\n",
        anomalies=(f"malformed chunk size; {_KEPT}",),
    ),
    Case(
        name="huge_chunk",
        sent=(_ok(_CHUNKED, body=b"FFFFFFFFFFFFFFFF\r\nhello\r\n"),),
        payload=b"FFFFFFFFFFFFFFFF\r\nhello\r\n",
        anomalies=(f"malformed chunk size; {_KEPT}",),
    ),
    Case(
        name="chunk_ext_infinite",
        sent=(_ok(_CHUNKED, body=b"5;"), Endless(b"x" * 65_536)),
        payload=b"5;" + b"x" * (PAYLOAD_BYTES - 2),
        truncated="length",
        anomalies=(f"malformed chunk size; {_KEPT}",),
    ),
    Case(
        name="trailers_infinite",
        sent=(
            _ok(_CHUNKED, body=b"5\r\nhello\r\n0\r\n"),
            Endless(b"X-T: y\r\n" * 1000),
        ),
        payload=b"hello",
        anomalies=("trailer of more than 65536 bytes",),
    ),
    Case(
        name="trunc_chunk",
        sent=(_ok(_CHUNKED, body=b"5\r\nhel"),),
        payload=b"hel",
        truncated="disconnect",
        anomalies=("the chunked coding has no end",),
    ),
    Case(
        name="te_identity",
        sent=(_ok(b"Transfer-Encoding: xchunked", _FIVE, body=b"hello"),),
        payload=b"hello",
        anomalies=("both Content-Length and Trans", "Transfer-Encoding is 'xchunked'"),
    ),
    # What is no HTTP/1, or has an odd status.
    Case(name="http09", sent=(b"<html>hi</html>",), failure="is not HTTP/1"),
    Case(
        name="http2_preface",
        sent=(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + bytes(18),),
        failure="speaks HTTP/2",
    ),
    Case(
        name="status_999",
        sent=(_ok(_TWO, body=b"ok", status=b"999 Denied"),),
        status=999,
        payload=b"ok",
    ),
    Case(
        name="status_neg",
        sent=(_ok(_TWO, body=b"ok", status=b"-1 x"),),
        failure="no HTTP status: 'HTTP/1.1 -1 x'",
    ),
    Case(
        name="status_204_body",
        sent=(_ok(_FIVE, body=b"hello", status=b"204 No Content"),),
        status=204,
        anomalies=("extra bytes after the body",),
    ),
    # Heads that break the grammar.
    Case(
        name="obs_fold",
        sent=(_ok(b"X-A: one\r\n two", _TWO, body=b"ok"),),
        payload=b"ok",
        anomalies=("obs-fold",),
    ),
    Case(
        name="lf_only",
        sent=(b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok",),
        payload=b"ok",
        anomalies=("bare LF",),
    ),
    Case(
        name="bare_cr",
        sent=(_ok(b"X-A: one\rX-Injected: two", _TWO, body=b"ok"),),
        payload=b"ok",
        anomalies=("bare CR",),
    ),
    Case(
        name="nul_header",
        sent=(_ok(b"X-A: a\x00b", _TWO, body=b"ok"),),
        payload=b"ok",
        anomalies=("NUL",),
    ),
    Case(
        name="latin1_header",
        sent=(_ok(b"X-A: caf\xe9", _TWO, body=b"ok"),),
        payload=b"ok",
        anomalies=("beyond ASCII",),
    ),
    Case(
        name="space_before_colon",
        sent=(_ok(b"Content-Length : 2", b"X-B: c", body=b"ok"),),
        payload=b"ok",
        anomalies=("space before the colon",),
    ),
    Case(
        name="no_colon",
        sent=(_ok(b"garbage line", _TWO, body=b"ok"),),
        payload=b"ok",
        anomalies=("without a colon",),
    ),
    Case(
        name="ws_first_header",
        sent=(_ok(b" X-A: b", _TWO, body=b"ok"),),
        payload=b"ok",
        anomalies=("white space before the first",),
    ),
    Case(
        name="fake_gzip",
        sent=(_ok(b"Content-Encoding: gzip", _FIVE, body=b"hello"),),
        payload=b"hello",
    ),
    # Connections that break.
    Case(
        name="reset_mid",
        sent=(_ok(b"Content-Length: 100", body=b"hello"), Reset()),
        payload=b"hello",
        truncated="disconnect",
        anomalies=("short body: 5 of 100 bytes",),
    ),
    Case(name="close_now", sent=(), failure="ended before a whole response head"),
    # Redirects that lead nowhere, or where nobody should go.
    Case(
        name="redir_loop",
        sent=(_redirect(b"/redir_loop"),),
        status=302,
        stopped="redirect loop",
    ),
    Case(
        name="redir_file",
        sent=(_redirect(b"file:///etc/passwd"),),
        status=302,
        stopped="not an http or https URI",
    ),
    Case(
        name="redir_crlf",
        sent=(_redirect(b"/ok%0d%0aX-Inj:%20y"),),
        payload=b"ok",
        hops=2,
    ),
    Case(
        name="redir_utf8",
        sent=(_redirect("/ok?caf\u00e9 x".encode()),),
        payload=b"ok",
        hops=2,
    ),
    Case(
        name="redir_empty",
        sent=(_ok(b"Location:", b"Content-Length: 0", status=b"302 Found"),),
        status=302,
        stopped="without a Location",
    ),
    Case(
        name="redir_noloc",
        sent=(_ok(b"Content-Length: 0", status=b"301 Moved"),),
        status=301,
        stopped="without a Location",
    ),
    Case(
        name="redir_huge",
        sent=(_redirect(b"/ok?" + b"a" * 60_000),),
        status=302,
        stopped="at most 4096",
    ),
)

ROWS = {
    12: "redir_file",
    13: "redir_loop redir_crlf redir_utf8 redir_empty redir_noloc redir_huge",
    16: "endless_body endless_chunks",
    17: "slow_headers slow_body never_reply",
    18: "header_infinite_line status_infinite endless_100 endless_103 "
    "chunk_ext_infinite trailers_infinite",
    19: "headers_200 headers_many header_line_70k",
    20: "cl_and_te two_cl neg_cl huge_cl bad_cl plus_cl bad_chunk neg_chunk huge_chunk "
    "trunc_chunk te_identity",
    21: "short_body long_body",
    22: "http09 http2_preface status_999 status_neg status_204_body",
    23: "obs_fold lf_only bare_cr nul_header latin1_header space_before_colon no_colon "
    "ws_first_header",
    24: "reset_mid close_now",
    26: "fake_gzip",
}
"""Which rows of the museum the cases stand for (tests/museum), by their names."""
