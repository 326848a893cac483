"""The bytes of a request (RFC 9112 §3). Pure."""

import re

from hozon.nouns.errors import Misuse
from hozon.nouns.model import Headers
from hozon.nouns.ports import FORM
from hozon.nouns.uris import Uri

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_OURS = frozenset(
    {"host", "connection", "content-length", "transfer-encoding", "te", "upgrade"}
)
"""Fields that decide where a request goes or where it ends: nobody else sets them."""


def request_bytes(
    uri: Uri,
    *,
    user_agent: str,
    headers: Headers = (),
    form: bytes | None = None,
    media_type: str = FORM,
) -> bytes:
    """Return a GET of `uri` in origin form, a POST where there is a `form`.

    `headers` replace our own of the same name and follow in the order given. Raises
    `Misuse` for a name or value that HTTP cannot carry, and for fields of the framing.
    """
    given = {_checked(name, value) for name, value in headers}
    defaults = (
        ("User-Agent", user_agent),
        ("Accept", "*/*"),
        ("Accept-Encoding", "gzip"),
    )
    fields = [
        ("Host", uri.authority),
        *((name, value) for name, value in defaults if name.lower() not in given),
        *headers,
        ("Connection", "keep-alive"),
    ]
    if form is not None:
        fields += [("Content-Type", media_type), ("Content-Length", str(len(form)))]
    method = "GET" if form is None else "POST"
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields)
    head = f"{method} {uri.target} HTTP/1.1\r\n{lines}\r\n".encode("latin-1")
    return head + (form or b"")


def _checked(name: str, value: str) -> str:
    lower = name.lower()
    if not _TOKEN.fullmatch(name) or not _VALUE.fullmatch(value):
        raise Misuse(f"not an HTTP header field: {name!r}: {value!r}")
    if lower in _OURS:
        raise Misuse(f"header field {name} is set by the fetcher alone")
    return lower


def user_agent_checked(user_agent: str) -> str:
    """Return `user_agent`, or raise `Misuse` if HTTP cannot carry it."""
    if not user_agent.strip() or not _VALUE.fullmatch(user_agent):
        raise Misuse(f"not a User-Agent: {user_agent!r}")
    return user_agent
