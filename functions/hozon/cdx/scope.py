"""Which keys a query is about: its URI, and how much around it (``matchType``)."""

from dataclasses import dataclass
from typing import Literal, get_args

from hozon.nouns import uris
from hozon.nouns.errors import Misuse
from hozon.nouns.uris import Uri

MatchType = Literal["exact", "prefix", "host", "domain"]
MATCH_TYPES: tuple[MatchType, ...] = get_args(MatchType)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The keys that begin with one of `prefixes`, which are in order and apart.

    `exact`: only the key that is the one prefix. `uri` is in normal form.
    """

    uri: str
    prefixes: tuple[str, ...]
    exact: bool = False


def scope(stated: str, match_type: str | None) -> Scope:
    """Return what a ``url`` means; without a ``matchType`` its asterisks count.

    ``*.example.org`` is a domain and ``example.org/*`` a prefix. A scheme may be
    missing. Raises `Misuse`.
    """
    kind = _match_type(match_type)
    uri = stated.strip()
    if kind is None and uri.startswith("*."):
        kind, uri = "domain", uri[2:]
    elif kind is None and uri.endswith("*"):
        kind, uri = "prefix", uri[:-1]
    if not uri:
        raise Misuse("a URI to look for is missing; add url=…")
    href = uris.lenient(uri if "://" in uri else f"http://{uri}")
    match kind:
        case "prefix":
            return Scope(uri=href, prefixes=(_prefix(uri, href),))
        case "host":
            return Scope(uri=href, prefixes=_of_host(uris.parse(href), "):"))
        case "domain":
            return Scope(uri=href, prefixes=_of_host(uris.parse(href), "),:"))
        case _:
            return Scope(uri=href, prefixes=(uris.key(href),), exact=True)


def _match_type(stated: str | None) -> MatchType | None:
    if not stated:
        return None
    for each in MATCH_TYPES:
        if stated.lower() == each:
            return each
    raise Misuse(f"matchType is one of {', '.join(MATCH_TYPES)}, not {stated!r:.100}")


def _prefix(stated: str, href: str) -> str:
    """Return the beginning of keys; of a bare host they may have any path."""
    key = uris.key(href)
    if stated.endswith("?"):
        return key + "?"
    if key.endswith(")/") and not stated.endswith("/"):
        return key.removesuffix("/")
    return key


def _of_host(parsed: Uri, ends: str) -> tuple[str, ...]:
    """Return the prefixes of a host's keys, in the order of what may end its name.

    ``)`` ends it, ``,`` begins a subdomain, ``:`` a port. An address has no subdomains,
    and who names a port means that one.
    """
    name = uris.key(parsed.href).partition(")")[0]
    if parsed.authority != parsed.host:
        return (f"{name})",)
    is_address = name == parsed.host and not name.isalpha()
    return tuple(name + end for end in ends if not (end == "," and is_address))
