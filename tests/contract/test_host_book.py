"""What every `HostBook` promises."""

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

import pytest

from hozon.manners.robots import LIMIT, Rules
from hozon.nouns.hosts import HostBook, Robots
from tests.fakes import NOON, a_robots, after

HOST = "example.com"


@pytest.mark.parametrize(
    "robots",
    [
        a_robots(),
        a_robots(fetched_at=after(0.123), expires_at=after(3600.456)),
        a_robots(status=404, document=b""),
        a_robots(status=None, document=b"", failing_since=after(-86400.001)),
        a_robots(failing_since=after(7), note="cut"),
        a_robots(document="User-agent: *\r\nDisallow: /保存\r".encode() + b"\xff\0"),
        a_robots("http://[2001:db8::1]:8080"),
    ],
)
def test_a_robots_txt_comes_back(hostbook: HostBook, robots: Robots) -> None:
    """A robots.txt is found as it was kept, with every field and to the byte."""
    hostbook.keep(robots)

    assert robots == hostbook.robots(robots.host_key)


def test_nothing_is_known(hostbook: HostBook) -> None:
    """Of a host that was never asked there is nothing."""
    assert hostbook.robots("https://example.com") is None


def test_each_origin_for_itself(hostbook: HostBook) -> None:
    """Scheme, host and port distinguish: each has a robots.txt of its own."""
    origins = [
        "https://example.com",
        "http://example.com",
        "https://example.com:8443",
        "https://www.example.com",
    ]
    kept = [a_robots(origin, document=origin.encode()) for origin in origins]
    for robots in kept:
        hostbook.keep(robots)

    assert kept == [hostbook.robots(origin) for origin in origins]


def test_the_later_one_stays(hostbook: HostBook) -> None:
    """What was fetched later replaces what was fetched before, and never the reverse."""
    earlier, later = a_robots(), a_robots(fetched_at=after(1), document=b"")
    hostbook.keep(earlier)
    hostbook.keep(later)
    hostbook.keep(earlier)

    assert later == hostbook.robots(later.host_key)


def test_the_same_one_again(hostbook: HostBook) -> None:
    """The same document may be given another day, and a reason for it."""
    hostbook.keep(a_robots())
    longer = a_robots(expires_at=after(99999), failing_since=after(9))
    hostbook.keep(longer)

    assert longer == hostbook.robots(longer.host_key)


def test_nothing_is_left_of_the_one_before(hostbook: HostBook) -> None:
    """What the one before had and the new one has not is gone."""
    hostbook.keep(a_robots(failing_since=NOON, note="cut"))
    hostbook.keep(a_robots(status=None))

    assert a_robots(status=None) == hostbook.robots("https://example.com")


def test_a_large_document(hostbook: HostBook) -> None:
    """A document as large as we read one is kept whole if it deflates at all well."""
    line = b"Disallow: /some/long/path/of/an/article-%06d.html\n"
    document = b"User-agent: *\n" + b"".join(line % n for n in range(9500))
    hostbook.keep(a_robots(document=document))

    assert len(document) > 400_000
    assert a_robots(document=document) == hostbook.robots("https://example.com")


def test_an_expired_one_is_still_known(hostbook: HostBook) -> None:
    """What has expired is there until it is forgotten: it may be the best there is."""
    expired = a_robots(expires_at=after(-86400))
    hostbook.keep(expired)

    assert expired == hostbook.robots(expired.host_key)


def _lease(
    hostbook: HostBook, owner: str, *, at: float = 0, seconds: float = 60
) -> datetime | None:
    return hostbook.lease(HOST, owner=owner, now=after(at), seconds=seconds)


def test_a_host_is_one_owners(hostbook: HostBook) -> None:
    """While one has a host, others are told until when."""
    assert _lease(hostbook, "a") is None
    assert after(60) == _lease(hostbook, "b")
    assert after(60) == _lease(hostbook, "b", at=59.999)


def test_other_hosts_are_free(hostbook: HostBook) -> None:
    """A lease of one host says nothing of another."""
    _lease(hostbook, "a")

    assert hostbook.lease("www.example.com", owner="b", now=NOON, seconds=9) is None


def test_a_lease_ends_by_itself(hostbook: HostBook) -> None:
    """A host is free again when its lease has run out: its owner may have died."""
    _lease(hostbook, "a")

    assert _lease(hostbook, "b", at=60) is None
    assert after(120) == _lease(hostbook, "a", at=60)


def test_a_lease_is_extended(hostbook: HostBook) -> None:
    """Its owner may extend a lease as often as it likes, and shorten it."""
    _lease(hostbook, "a")

    assert _lease(hostbook, "a", at=30) is None
    assert after(90) == _lease(hostbook, "b", at=60)

    assert _lease(hostbook, "a", at=60, seconds=1) is None
    assert after(61) == _lease(hostbook, "b", at=60)


def test_a_lease_to_the_millisecond(hostbook: HostBook) -> None:
    """Leases are as precise as our instants."""
    _lease(hostbook, "a", seconds=0.25)

    assert after(0.25) == _lease(hostbook, "b", at=0.249)
    assert _lease(hostbook, "b", at=0.25) is None


def test_released(hostbook: HostBook) -> None:
    """A host that was released is left alone until it may be asked next, by anybody."""
    _lease(hostbook, "a")
    hostbook.release(HOST, owner="a", next_at=after(2))

    assert after(2) == _lease(hostbook, "b", at=1)
    assert after(2) == _lease(hostbook, "a", at=1)
    assert _lease(hostbook, "b", at=2) is None


def test_released_for_long(hostbook: HostBook) -> None:
    """The instant may lie beyond the lease: a publisher has asked for it."""
    _lease(hostbook, "a")
    hostbook.release(HOST, owner="a", next_at=after(3600))

    assert after(3600) == _lease(hostbook, "b", at=61)


def test_released_too_late(hostbook: HostBook) -> None:
    """Who comes back after its lease has run out cannot end that of another."""
    _lease(hostbook, "a")
    _lease(hostbook, "b", at=60)
    hostbook.release(HOST, owner="a", next_at=after(61))

    assert after(120) == _lease(hostbook, "c", at=61)


def test_released_twice(hostbook: HostBook) -> None:
    """A lease ends once; the second time says nothing."""
    _lease(hostbook, "a")
    hostbook.release(HOST, owner="a", next_at=after(2))
    hostbook.release(HOST, owner="a", next_at=NOON)

    assert after(2) == _lease(hostbook, "b")


def test_a_release_of_nothing(hostbook: HostBook) -> None:
    """A release by somebody who never had the host makes nothing."""
    hostbook.release(HOST, owner="a", next_at=after(99))

    assert _lease(hostbook, "b") is None


def test_a_document_that_is_too_large(hostbook: HostBook) -> None:
    """What a store cannot hold is cut at the end of a line, and that is said."""
    digits = "".join(sha256(b"%d" % n).hexdigest() for n in range(9000))
    lines = [f"Disallow: /{digits[n : n + 40]}" for n in range(0, len(digits), 40)]
    document = ("User-agent: *\n" + "\n".join(lines)).encode()[:LIMIT]
    hostbook.keep(a_robots(document=document))
    kept = hostbook.robots("https://example.com")

    assert kept is not None
    assert document.startswith(kept.document)
    if kept.document != document:
        assert kept.document.endswith(b"\n")
        assert f"cut to {len(kept.document)} of {len(document)} bytes" == kept.note
        assert len(kept.document) > 150_000
    assert replace(kept, document=b"", note=None) == a_robots(document=b"")
    assert not Rules.parse(kept.document).decide(lines[0][10:], "hozon").allowed


def test_an_old_one_does_not_crowd_out_a_new_one(hostbook: HostBook) -> None:
    """What others keep, however much later, takes nothing away that is still good."""
    hostbook.keep(a_robots("https://a.example"))
    hostbook.keep(a_robots("https://b.example", expires_at=NOON + timedelta(days=30)))

    assert a_robots("https://a.example") == hostbook.robots("https://a.example")


def test_a_host_that_asks_for_a_pause(hostbook: HostBook) -> None:
    """Nobody has a host before it says so, not even the one who holds it."""
    _lease(hostbook, "a")
    hostbook.hold(HOST, now=NOON, until=after(3600))

    assert after(3600) == _lease(hostbook, "a", at=1)
    assert after(3600) == _lease(hostbook, "b", at=61)
    assert _lease(hostbook, "b", at=3600) is None


def test_a_pause_of_a_host_that_nobody_has(hostbook: HostBook) -> None:
    """A pause needs no lease, and release does not end it."""
    hostbook.hold(HOST, now=NOON, until=after(60))
    hostbook.release(HOST, owner="a", next_at=NOON)

    assert after(60) == _lease(hostbook, "a")


def test_the_longer_pause_stays(hostbook: HostBook) -> None:
    """Of two pauses, whoever was told them, the later end counts."""
    hostbook.hold(HOST, now=NOON, until=after(60))
    hostbook.hold(HOST, now=after(1), until=after(30))

    assert after(60) == _lease(hostbook, "a", at=31)


def test_a_rehearsal_says_nothing_of_today(hostbook: HostBook) -> None:
    """What was written at an instant far ahead (``--now``) holds up nobody today."""
    far = 86400.0
    _lease(hostbook, "rehearsing", at=far)
    assert _lease(hostbook, "a") is None
    hostbook.hold(HOST, now=after(far), until=after(2 * far))
    assert _lease(hostbook, "a") is None
    hostbook.hold(HOST, now=after(far), until=after(2 * far))
    hostbook.hold(HOST, now=NOON, until=after(9))

    assert after(9) == _lease(hostbook, "a")


def test_a_pause_can_be_seen(hostbook: HostBook) -> None:
    """Who leases nothing sees that a host wants a pause, and nobody else's lease."""
    assert hostbook.paused(HOST, now=NOON) is None
    _lease(hostbook, "a")
    assert hostbook.paused(HOST, now=NOON) is None
    hostbook.hold(HOST, now=NOON, until=after(3600))

    assert after(3600) == hostbook.paused(HOST, now=after(1))
    assert hostbook.paused(HOST, now=after(3600)) is None
    assert hostbook.paused(HOST, now=after(-86400)) is None
