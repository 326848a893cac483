import asyncio
import select
import socket

import pytest

from hozon.fetch.connect import _check_peer, _is_quiet
from hozon.fetch.connection import IDLE_S, Connection, IdleConnections, Peer
from hozon.nouns.errors import Refused
from tests.unit.fetch.rehearsed import rehearse

A = ("http", "a.org", 80)
B = ("http", "b.org", 80)


def connection(*, quiet: bool = True) -> Connection:
    return Connection(
        Peer(ip="192.0.2.1"), is_quiet=lambda: quiet, buffer=memoryview(bytearray(64))
    )


def test_the_youngest_idle_connection_is_taken_first() -> None:
    """Connections come back by origin, last in first out, each once."""

    async def play() -> None:
        idle = IdleConnections(10)
        first, second, other = connection(), connection(), connection()
        for origin, one in ((A, first), (A, second), (B, other)):
            idle.put(origin, one)

        assert [second, first, None] == [idle.take(A) for _ in range(3)]
        assert other is idle.take(B)
        idle.close()

    rehearse(play())


def test_a_connection_that_does_not_stand_is_closed_not_taken() -> None:
    """What was lost, or has unread bytes, does not carry another exchange."""

    async def play() -> None:
        idle = IdleConnections(10)
        noisy, lost, sound = connection(quiet=False), connection(), connection()
        for one in (sound, noisy, lost):
            idle.put(A, one)
        lost.lost = True

        assert sound is idle.take(A)
        assert noisy.lost
        idle.close()

    rehearse(play())


def test_idle_connections_are_closed_in_time() -> None:
    """None waits longer than `IDLE_S`; younger ones stay."""

    async def play() -> None:
        idle = IdleConnections(10)
        old, young = connection(), connection()
        idle.put(A, old)
        await asyncio.sleep(IDLE_S - 1)
        idle.put(A, young)
        await asyncio.sleep(1.1)
        assert (True, False) == (old.lost, young.lost)
        await asyncio.sleep(IDLE_S)
        assert young.lost
        assert idle.take(A) is None

    rehearse(play())


def test_the_pool_is_bounded() -> None:
    """Beyond the limit, a connection is closed instead of kept."""

    async def play() -> None:
        idle = IdleConnections(2)
        three = [connection() for _ in range(3)]
        for one in three:
            idle.put(A, one)
        assert [False, False, True] == [one.lost for one in three]
        idle.close()
        assert all(one.lost for one in three)

    rehearse(play())


def test_quiet_is_neither_readable_nor_ended() -> None:
    """A socket is quiet until something, or the end, has come."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        assert _is_quiet(ours)

        theirs.send(b"x")
        select.select([ours], [], [], 1)
        assert not _is_quiet(ours)

        ours.recv(1)
        assert _is_quiet(ours)

        theirs.close()
        assert not _is_quiet(ours)
    assert not _is_quiet(ours)


def test_the_peer_is_held_against_the_vetted_address() -> None:
    """A socket that leads elsewhere than was vetted is refused."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as ours,
    ):
        _check_peer(ours, "127.0.0.1")
        with pytest.raises(Refused, match=r"127\.0\.0\.1 instead of 127\.0\.0\.2"):
            _check_peer(ours, "127.0.0.2")


def test_a_connection_to_itself_is_none() -> None:
    """A loopback port that nobody serves can meet itself; that is no server."""
    with socket.socket() as ours:
        ours.bind(("127.0.0.1", 0))
        ours.connect(ours.getsockname())
        with pytest.raises(ConnectionRefusedError):
            _check_peer(ours, "127.0.0.1")
