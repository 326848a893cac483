"""The way to the network: one HTTP/1.1 exchange at a time, safely and politely.

============== ==============================================================
addresses      which IP addresses are public (pure)
vetting        which URIs are fetched at all, and where they may lead (pure)
connect        the only module that opens sockets
connection     one open connection, and the pool of idle ones
tls            certificates, and the standard's names for what was negotiated
request        the bytes of a request (pure)
heads          reading a response head, however broken (pure)
bodies         taking the transfer coding off a response body
spooling       large payloads, in files
response       reading one response from the bytes of a connection
leases         one worker at a time for each host
turns          when a host may be asked next
http           `HttpFetcher`, the adapter of `hozon.nouns.ports.Fetcher`
redirects      following redirects without losing a hop
============== ==============================================================
"""

from hozon.fetch.addresses import is_public
from hozon.fetch.http import HttpFetcher
from hozon.fetch.leases import Leases
from hozon.fetch.redirects import Chain, follow
from hozon.fetch.vetting import AllowedHosts, vet

__all__ = [
    "AllowedHosts",
    "Chain",
    "HttpFetcher",
    "Leases",
    "follow",
    "is_public",
    "vet",
]
