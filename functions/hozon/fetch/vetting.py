"""Which URIs are fetched at all, and to which addresses they may lead. Pure.

`vet` decides on what a URI says, `admits` on what its host turned out to resolve to;
a connection needs both. Everything is refused unless it is the plain public web, or
the operator allowed exactly that destination.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from hozon.fetch.addresses import is_public
from hozon.nouns import uris
from hozon.nouns.errors import Misuse, Refused
from hozon.nouns.uris import Uri

_DEFAULT_PORTS = {"http": 80, "https": 443}
_IPV4 = re.compile(r"\d+\.\d+\.\d+\.\d+")
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_SPECIAL = re.compile(
    r"[^.]*"  # a single label is a name of the local network
    r"|(?:.*\.)?(?:localhost|local|localdomain|internal|home\.arpa|onion|i2p|alt"
    r"|test|invalid|example|in-addr\.arpa|ip6\.arpa)"
)
"""Names that never lead into the public web (RFC 6761, 6762, 7686, 8375, 9476)."""

_PORT = re.compile(r"[1-9]\d{0,4}")
_LAST_PORT = 65_535
_SHAPES = "write HOST:PORT, NETWORK/BITS:PORT or [ADDRESS]:PORT"


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedHosts:
    """Destinations that the operator allowed although they are not the public web.

    `exact` holds (host, port), which may resolve to whatever it likes; `networks`
    holds (network, port), which admits literal addresses inside and names that
    resolve into it. Nothing is allowed by default.
    """

    exact: frozenset[tuple[str, int]] = frozenset()
    networks: tuple[tuple[IPv4Network | IPv6Network, int], ...] = ()

    @classmethod
    def parse(cls, specs: Iterable[str]) -> "AllowedHosts":
        """Read what was given to ``--allow-host``.

        Raises `Misuse` and shows the forms that would be understood.
        """
        exact, networks = set(), []
        for spec in specs:
            host, port = _split(spec)
            if "/" in host:
                networks.append((_network(host, spec), port))
            else:
                exact.add((_host(host, spec), port))
        return cls(exact=frozenset(exact), networks=tuple(networks))

    def may_admit(self, uri: Uri) -> bool:
        """Tell whether `uri` is allowed, or could be once its name is resolved."""
        address = literal(uri.host)
        if address is not None:
            return self.admits(uri, address)
        return self.names(uri) or any(port == uri.port for _, port in self.networks)

    def names(self, uri: Uri) -> bool:
        """Tell whether exactly this host and port is allowed."""
        return (_bare(uri.host), uri.port) in self.exact

    def admits(self, uri: Uri, address: str) -> bool:
        """Tell whether `uri` may lead to literal `address` because that is allowed."""
        if self.names(uri):
            return True
        return any(
            port == uri.port and _within(address, network)
            for network, port in self.networks
        )


NONE_ALLOWED = AllowedHosts()


def _split(spec: str) -> tuple[str, int]:
    host, _, port = spec.strip().rpartition(":")
    if not host or not _PORT.fullmatch(port) or int(port) > _LAST_PORT:
        raise Misuse(f"not a host and port: {spec!r}; {_SHAPES}")
    if ":" in host and "[" not in host:
        raise Misuse(f"an IPv6 address without brackets: {spec!r}; {_SHAPES}")
    return host, int(port)


def _network(host: str, spec: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(host.replace("[", "").replace("]", ""))
    except ValueError as reason:
        raise Misuse(f"not a network: {spec!r} ({reason}); {_SHAPES}") from None


def _host(host: str, spec: str) -> str:
    try:
        parsed = uris.parse(f"http://{host}/")
    except Misuse:
        parsed = None
    # A host that carries more than a host (user@host, host?x, host#x) is not one.
    if parsed is None or parsed.href != f"http://{parsed.host}/" or "#" in host:
        raise Misuse(f"not a host and port: {spec!r}; {_SHAPES}")
    return _bare(parsed.host)


def _within(address: str, network: IPv4Network | IPv6Network) -> bool:
    try:
        return ip_address(address) in network
    except ValueError:
        return False


def _bare(host: str) -> str:
    return host.removesuffix(".")


def literal(host: str) -> str | None:
    """Return the address that `host` (of a parsed URI) spells, or None for a name."""
    if host.startswith("["):
        return host[1:-1]
    return host if _IPV4.fullmatch(host) else None


def is_ordinary(uri: Uri) -> bool:
    """Tell whether `uri` names a place of the public web by scheme, port and host."""
    if uri.port != _DEFAULT_PORTS[uri.scheme]:
        return False
    address = literal(uri.host)
    if address is not None:
        return is_public(address)
    return not _SPECIAL.fullmatch(_bare(uri.host))


def admits(uri: Uri, address: str, allowed: AllowedHosts) -> bool:
    """Tell whether a connection for `uri` (vetted) may be made to literal `address`."""
    return allowed.admits(uri, address) or (is_ordinary(uri) and is_public(address))


def relies_on(uri: Uri, allowed: AllowedHosts) -> bool:
    """Tell whether `uri` (vetted) is fetched because the operator allowed it."""
    if not is_ordinary(uri) or allowed.names(uri):
        return True
    address = literal(uri.host)
    return address is not None and allowed.admits(uri, address)


def vet(
    uri: str,
    allowed: AllowedHosts = NONE_ALLOWED,
    *,
    own_hosts: frozenset[str] = frozenset(),
) -> Uri:
    """Return `uri` parsed, or raise `Refused` with the reason in a sentence.

    `own_hosts` are the hosts (``name`` or ``name:port``) of this archive itself:
    capturing them would never end, so they are refused even if they are allowed.
    """
    try:
        parsed = uris.parse(uri)
    except Misuse as reason:
        raise Refused(str(reason)) from None
    if parsed.username or parsed.password:
        raise Refused(f"credentials in the URI of {parsed.host}")
    if own_hosts & {_bare(parsed.host), f"{_bare(parsed.host)}:{parsed.port}"}:
        raise Refused(f"{parsed.authority} is this archive itself")
    if not is_ordinary(parsed) and not allowed.may_admit(parsed):
        raise Refused(_why(parsed))
    if literal(parsed.host) is None and not _NAME.fullmatch(_bare(parsed.host)):
        raise Refused(f"not a host name: {parsed.host!r}")
    return parsed


def _why(uri: Uri) -> str:
    """Say what is not ordinary about `uri`."""
    if uri.port != _DEFAULT_PORTS[uri.scheme]:
        usual = _DEFAULT_PORTS[uri.scheme]
        return f"port {uri.port} of {uri.host}; only {usual} is asked for {uri.scheme}"
    if literal(uri.host) is not None:
        return f"{uri.host} is not a public address"
    return f"{uri.host!r} is not a name of the public web"
