import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

import pytest

from hozon.fetch import Chain, follow
from hozon.nouns.errors import Refused, Unreachable
from hozon.nouns.model import Headers
from tests.fetching import Answer, FakeFetcher, Reply

NOW = datetime(2026, 8, 22, 10, 15, tzinfo=UTC)
A, B, C = "https://a.org/", "https://b.org/", "http://c.org/"
PAGE = Answer(b"page")


def to(location: str, status: int = 302) -> Answer:
    return Answer(b"", status, (("Location", location),))


def walk(
    site: dict[str, Reply],
    *,
    headers: Headers = (),
    validators: Mapping[str, Headers] = MappingProxyType({}),
    hops: int = 10,
) -> tuple[Chain, FakeFetcher]:
    fetcher = FakeFetcher(site, lambda: NOW)
    chain = asyncio.run(
        follow(fetcher, A, headers=headers, validators=validators, hops=hops)
    )
    return chain, fetcher


def uris(chain: Chain) -> list[str]:
    return [exchange.target_uri for exchange in chain.exchanges]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(status: int) -> None:
    """All five redirects lead on, and every hop is kept in order."""
    chain, _ = walk({A: to(B, status), B: to("/x", status), B + "x": PAGE})

    assert [A, B, B + "x"] == uris(chain)
    assert b"page" == chain.final.payload
    assert chain.stopped is None


@pytest.mark.parametrize("status", [200, 201, 300, 304, 305, 404])
def test_nothing_else_is_followed(status: int) -> None:
    """A Location on any other status leads nowhere, and that is no trouble."""
    chain, _ = walk({A: to(B, status)})

    assert ([A], None) == (uris(chain), chain.stopped)


def test_validators_go_to_the_resource_that_gave_them() -> None:
    """What was said of one resource is not sent to another; other fields go to all."""
    accept, tag = ("Accept", "text/html"), ("If-None-Match", '"x"')
    _, fetcher = walk({A: to(B), B: PAGE}, headers=(accept,), validators={B: (tag,)})

    assert [(A, (accept,)), (B, (accept, tag))] == fetcher.asked


@pytest.mark.museum(13)
@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("", "without a Location"),
        (" ", "without a Location"),
        (A, "redirect loop"),
        ("#top", "redirect loop"),
        ("file:///etc/passwd", "not an http or https URI"),
        ("//[", "redirect refused"),
        ("/" + "a" * 5000, "at most 4096"),
        ("http://x\0y/", "redirect refused"),
    ],
)
def test_a_redirect_to_nowhere_ends_the_chain(location: str, words: str) -> None:
    """Where a redirect cannot be followed, it is the last exchange, and why is said."""
    chain, _ = walk({A: to(location)})

    assert [A] == uris(chain)
    assert words in (chain.stopped or "")


@pytest.mark.museum(13)
def test_no_location_ends_the_chain() -> None:
    """A redirect without a target is kept as it is."""
    chain, _ = walk({A: Answer(b"", 301, ())})

    assert "redirect (301) without a Location" == chain.stopped


@pytest.mark.museum(12)
@pytest.mark.parametrize(
    "error", [Refused("10.0.0.1"), Unreachable("no route", retry_after_s=5)]
)
def test_what_stops_a_later_hop_loses_no_earlier_one(error: Exception) -> None:
    """The hops before a refused or unreachable one are kept; the error is at hand."""
    chain, _ = walk({A: to(B), B: to(C), C: error})

    assert [A, B] == uris(chain)
    assert error is chain.cause
    assert C in (chain.stopped or "")
    assert str(error) in (chain.stopped or "")


def test_the_first_exchange_raises() -> None:
    """If nothing was fetched at all, there is no chain."""
    with pytest.raises(Unreachable):
        walk({A: Unreachable("no route")})


@pytest.mark.museum(13)
def test_a_circle_is_walked_once() -> None:
    """Three redirects in a circle are three exchanges."""
    chain, fetcher = walk({A: to(B), B: to(C), C: to(A)})

    assert [A, B, C] == uris(chain)
    assert f"redirect loop: back to {A}" == chain.stopped
    assert 3 == fetcher.requests


@pytest.mark.museum(13)
@pytest.mark.parametrize(("hops", "exchanges"), [(10, 11), (3, 4), (0, 1)])
def test_redirects_are_followed_so_far_and_no_further(
    hops: int, exchanges: int
) -> None:
    """`hops` redirects are followed; the one beyond is kept but not followed."""
    site: dict[str, Reply] = {f"{A}{n}": to(f"{A}{n + 1}") for n in range(20)}
    chain, _ = walk({**site, A: to(A + "0")}, hops=hops)

    assert exchanges == len(chain.exchanges)
    assert f"more than {hops} redirects" == chain.stopped


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/caf\xc3\xa9 x", "https://a.org/caf%C3%A9%20x"),
        ("/caf\xe9", "https://a.org/caf%C3%A9"),
        ("//b.org/y", "https://b.org/y"),
        ("?q", "https://a.org/?q"),
        ("https:\\\\b.org\\z", "https://b.org/z"),
        ("/ok%0d%0aX-Inj:%20y", "https://a.org/ok%0d%0aX-Inj:%20y"),
    ],
)
def test_a_location_is_read_as_browsers_do(location: str, target: str) -> None:
    """Raw UTF-8, Latin-1, spaces and backslashes lead where browsers would go."""
    chain, _ = walk({A: to(location), target: PAGE})

    assert [A, target] == uris(chain)


def test_leaving_tls_is_noted() -> None:
    """A redirect from https to http is followed and remembered."""
    chain, _ = walk({A: to(C), C: to(B), B: PAGE})

    assert (f"redirect from https to http: {C}",) == chain.notes
