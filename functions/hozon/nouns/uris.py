"""URIs: one parser (WHATWG URL, through ada-url), whose serialisation alone is used.

What `normal` returns is what is connected to, sent as Host, written as
``WARC-Target-URI`` and keyed; no other parser may have an opinion about it. The only
module that knows ada-url.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import ada_url

from hozon.nouns import tracking
from hozon.nouns.errors import Misuse

MAX_LENGTH = 4096
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\\ud800-\udfff]")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SCHEMES = ("http://", "https://")
_SERIALISED = re.compile(
    r"(https?)://(?:([^/?#:@]*)(?::([^/?#@]*))?@)?(\[[^\]]*\]|[^/?#:@]*)(?::(\d+))?"
    r"(/[^?#]*)(\?[^#]*)?"
)
"""An http(s) URI as the parser writes it (URL Standard §4.5), without fragment."""

_PLAIN = re.compile(
    # Dot segments (also written %2e) are what a parser may still resolve.
    r"(https?://[a-z0-9.:-]+|)(?!.*/\.)(?!.*%2[eE])"
    r"/(?!/)[A-Za-z0-9_~.!$&()*+,;=:@/%-]*(?:\?[A-Za-z0-9_~.!$&()*+,;=:@/%?-]*)?"
)
"""References that resolve to themselves, at the origin they name or else the base's."""

_ORIGIN = re.compile(r"https?://[a-z0-9.:-]+(?=/)")
_WWW = re.compile(r"^www\d{0,2}\.(?=.+\.)")
_MENDED = re.compile(r"[\t\r\n \\]")
_MENDING = str.maketrans({"\t": "", "\r": "", "\n": "", " ": "%20", "\\": "/"})
_IPV4 = re.compile(r"\d+\.\d+\.\d+\.\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Uri:
    """A parsed http(s) URI: `href` is its normal form, without fragment."""

    href: str
    scheme: str
    username: str
    password: str
    host: str
    port: int
    path: str
    query: str

    @property
    def authority(self) -> str:
        """Host, and port where it is not the scheme's: the value of a Host header."""
        if self.port == _DEFAULT_PORTS[self.scheme]:
            return self.host
        return f"{self.host}:{self.port}"

    @property
    def target(self) -> str:
        """The origin-form of the request target (RFC 9112 §3.2.1)."""
        return self.path + self.query


# Found, vetted, recorded and keyed, one URI is parsed several times in a short while.
@lru_cache(maxsize=512)
def parse(uri: str, *, base: str | None = None) -> Uri:
    """Parse an http or https URI, relative to `base` if one is given.

    Raises `Misuse` for what is none, for what is longer than `MAX_LENGTH`, and for
    bytes that parsers disagree about (controls, spaces, backslashes), which the WHATWG
    algorithm would silently drop or turn.
    """
    href = normal(uri, base=base)
    # Taken apart here: each part that the parser is asked for costs as much as parsing.
    found = _SERIALISED.fullmatch(href)
    if found is None:
        raise Misuse(f"not an http or https URI: {uri!r}")
    scheme, username, password, host, port, path, query = found.groups("")
    return Uri(
        href=href,
        scheme=scheme,
        username=username,
        password=password,
        host=host,
        port=int(port) if port else _DEFAULT_PORTS[scheme],
        path=path,
        query="" if query == "?" else query,
    )


def normal(uri: str, *, base: str | None = None) -> str:
    """Return the normal form of an http(s) URI, or raise `Misuse` (see `parse`)."""
    if len(uri) > MAX_LENGTH:
        raise Misuse(f"URI of {len(uri)} characters; at most {MAX_LENGTH} are taken")
    href = _unchanged(uri, base) or _parsed(uri, base)
    if len(href) > MAX_LENGTH:
        # What is taken is taken again: percent-encoded, a text is six times as long.
        raise Misuse(
            f"URI of {len(href)} characters when encoded; "
            f"at most {MAX_LENGTH} are taken"
        )
    return href


def _unchanged(uri: str, base: str | None) -> str:
    """Return a URI that the parser would leave as it is; nothing for all others."""
    plain = _PLAIN.fullmatch(uri)
    if plain is None:
        return ""
    origin = plain[1] or _origin(base)
    if not origin or not _is_origin(origin):
        return ""
    return uri if plain[1] else origin + uri


def _parsed(uri: str, base: str | None) -> str:
    if _UNSAFE.search(uri):
        raise Misuse(f"control character, space or backslash in URI: {uri!r}")
    href = _serialised(uri, base)
    if not href.startswith(_SCHEMES):
        raise Misuse(f"not an http or https URI: {uri!r}")
    return href.partition("#")[0]


def _origin(base: str | None) -> str:
    found = _ORIGIN.match(base) if base else None
    return found[0] if found else ""


@lru_cache(maxsize=4096)
def _is_origin(origin: str) -> bool:
    """Tell whether the parser leaves an origin as it is: of many URIs it is one."""
    try:
        return bool(ada_url.normalize_url(f"{origin}/") == f"{origin}/")
    except ValueError:
        return False


def _serialised(uri: str, base: str | None) -> str:
    try:
        if base is None:
            return ada_url.normalize_url(uri)
        return ada_url.join_url(base, uri)
    except ValueError:
        if base or "://" in uri:
            raise Misuse(f"not a URI: {uri!r}") from None
        raise Misuse(f"not a URI: {uri!r}; did you forget https:// ?") from None


def lenient(uri: str, *, base: str | None = None) -> str:
    """Return the normal form of a URI found in a document, as browsers read it.

    White space around and line breaks inside are dropped and spaces encoded first:
    what stands in an attribute is not what somebody typed. Raises `Misuse` as `parse`.
    """
    stripped = uri.strip(" \t\r\n\f\0")
    if _MENDED.search(stripped):
        stripped = stripped.translate(_MENDING)
    return normal(stripped, base=base)


def host(uri: str) -> str:
    """Return the host of a URI that is in normal form (as `parse` does, in no time)."""
    found = _SERIALISED.fullmatch(uri)
    return found[4] if found else parse(uri).host


def key(uri: str) -> str:
    """Return the key captures of `uri` are found by: host reversed, then the rest.

    The form is that of SURTs in CDX files (``com,example)/path?query``). Scheme,
    default port, ``www.`` and a trailing ``?`` do not distinguish; the case of path and
    query does, and so does the order of query parameters. Raises `Misuse` as `parse`.
    """
    parsed = parse(uri)
    return _key(parsed, parsed.query)


def _key(parsed: Uri, query: str) -> str:
    host = parsed.host
    if not (host.startswith("[") or _IPV4.fullmatch(host)):
        host = ",".join(reversed(_WWW.sub("", host).rstrip(".").split(".")))
    port = "" if parsed.port == _DEFAULT_PORTS[parsed.scheme] else f":{parsed.port}"
    return f"{host}{port}){(parsed.path + query).removesuffix('?')}"


def untracked(uri: str) -> str:
    """Return the normal form of `uri` without the parameters that only track readers.

    What is left stands as it stood, in its order. Raises `Misuse` as `parse`.
    """
    parsed = parse(uri)
    return parsed.href.removesuffix(parsed.query) + _untracked_query(parsed)


@lru_cache(maxsize=4096)
def link_key(link: str) -> str:
    """Return the key of the page that `link` leads to: `key`, tracking parameters off.

    Links with one key lead to one page: they differ in scheme, ``www.``, default port,
    fragment and tracking parameters only. Raises `Misuse` as `parse`.
    """
    parsed = parse(link)
    return _key(parsed, _untracked_query(parsed))


def _untracked_query(parsed: Uri) -> str:
    host = _WWW.sub("", parsed.host)
    stated = parsed.query.removeprefix("?").split("&")
    kept = [each for each in stated if not tracking.tracks(each, host)]
    if len(kept) == len(stated):
        return parsed.query
    return "?" + "&".join(kept) if any(kept) else ""
