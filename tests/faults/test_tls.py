"""TLS: what is negotiated is recorded, and what does not hold is never accepted."""

import asyncio
import ssl
from collections.abc import Sequence
from pathlib import Path

import pytest

from hozon.fetch import AllowedHosts, HttpFetcher
from hozon.nouns.errors import Unreachable
from hozon.nouns.instants import utcnow
from hozon.nouns.model import Exchange
from hozon.nouns.ports import Limits
from tests.faults.certificates import Authority
from tests.unit.fetch.scripted import ok, scripted

HOST = "news.test"
LIMITS = Limits(total_s=1)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority.made(tmp_path)


async def _resolve(host: str) -> Sequence[str]:
    return ["127.0.0.1"]


def fetch(
    tls: ssl.SSLContext | None,
    *,
    ca_file: str | None,
    host: str = HOST,
    scheme: str = "https",
    times: int = 1,
) -> Exchange:
    """Fetch from a server with the given TLS, and return the last exchange."""

    async def play() -> Exchange:
        async with (
            scripted(lambda _: ok(), tls=tls) as site,
            HttpFetcher(
                user_agent="Hozon tests",
                allowed=AllowedHosts.parse([f"{host}:{site.port}"]),
                interval_s=0,
                clock=utcnow,
                resolver=_resolve,
                ca_file=ca_file,
            ) as web,
        ):
            uri = f"{scheme}://{host}:{site.port}/"
            for _ in range(times):
                exchange = await web.fetch(uri, limits=LIMITS)
            assert 1 == site.connections
            return exchange

    return asyncio.run(play())


def test_what_was_negotiated_is_recorded(authority: Authority) -> None:
    """Version and cipher suite stand in the exchange; the connection is used again."""
    exchange = fetch(authority.server(HOST), ca_file=authority.ca_file, times=3)

    assert b"ok" == exchange.payload
    assert ("http/1.1", "tls/1.3") == exchange.protocol
    assert (exchange.cipher_suite or "").startswith("TLS_")
    assert () == exchange.anomalies


def test_tls_1_2_has_the_registered_name_of_its_suite(authority: Authority) -> None:
    """The name of a suite is IANA's, not OpenSSL's."""
    server = authority.server(HOST)
    server.maximum_version = ssl.TLSVersion.TLSv1_2
    server.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256")

    exchange = fetch(server, ca_file=authority.ca_file)

    assert ("http/1.1", "tls/1.2") == exchange.protocol
    assert "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" == exchange.cipher_suite


def test_a_certificate_for_an_address_is_accepted(authority: Authority) -> None:
    """An address in the URI is held against the addresses of the certificate."""
    host = "127.0.0.1"

    exchange = fetch(authority.server(host), ca_file=authority.ca_file, host=host)

    assert 200 == exchange.status


@pytest.mark.museum(24)
@pytest.mark.parametrize(
    ("host", "days", "self_signed", "words"),
    [
        (HOST, -1, False, "certificate has expired"),
        ("other.test", 30, False, "not valid for 'news.test'"),
        (HOST, 30, True, "self-signed certificate"),
    ],
    ids=["expired", "wrong host", "self-signed"],
)
def test_a_certificate_that_does_not_hold_is_not_accepted(
    authority: Authority, host: str, days: int, *, self_signed: bool, words: str
) -> None:
    """Expired, for another host, self-signed: unreachable, and why is said."""
    server = authority.server(host, days=days, self_signed=self_signed)

    with pytest.raises(Unreachable, match=words):
        fetch(server, ca_file=authority.ca_file)


@pytest.mark.museum(24)
def test_an_unknown_authority_is_not_trusted(authority: Authority) -> None:
    """The system's authorities do not include that of this test."""
    with pytest.raises(Unreachable, match="certificate not accepted"):
        fetch(authority.server(HOST), ca_file=None)


def test_old_versions_are_not_spoken(authority: Authority) -> None:
    """A server that knows nothing above TLS 1.1 cannot be talked to."""
    server = authority.server(HOST)
    with pytest.warns(DeprecationWarning, match=r"TLSv1_1|deprecated"):
        server.minimum_version = server.maximum_version = ssl.TLSVersion.TLSv1_1

    with pytest.raises(Unreachable, match=f"TLS with {HOST} failed"):
        fetch(server, ca_file=authority.ca_file)


def test_plain_http_on_a_port_of_https(authority: Authority) -> None:
    """A server without TLS is unreachable by https."""
    with pytest.raises(Unreachable):
        fetch(None, ca_file=authority.ca_file)


def test_tls_on_a_port_of_http(authority: Authority) -> None:
    """A server with TLS is unreachable by http."""
    with pytest.raises(Unreachable):
        fetch(authority.server(HOST), ca_file=authority.ca_file, scheme="http")
