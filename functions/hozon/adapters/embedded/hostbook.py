"""`HostBook` over ``hosts.sqlite``."""

from datetime import datetime, timedelta

from hozon.adapters.embedded.database import Database
from hozon.manners.robots import FORGOTTEN_AFTER
from hozon.nouns import instants
from hozon.nouns.hosts import AHEAD, Robots

_ROBOTS = """
    SELECT fetched_at, status, document, expires_at, failing_since, note
    FROM robots WHERE host_key = ?"""
_KEEP = """
    INSERT INTO robots VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (host_key) DO UPDATE SET
        fetched_at = excluded.fetched_at, status = excluded.status,
        document = excluded.document, expires_at = excluded.expires_at,
        failing_since = excluded.failing_since, note = excluded.note
    WHERE robots.fetched_at <= excluded.fetched_at"""
_LEASE = """
    INSERT INTO leases VALUES (:host, :owner, :now, :free_at)
    ON CONFLICT (host) DO UPDATE SET
        owner = excluded.owner, since = excluded.since, free_at = excluded.free_at
    WHERE leases.owner = excluded.owner
        OR leases.free_at <= :now OR leases.since > :ahead
    RETURNING host"""
_RELEASE = "UPDATE leases SET owner = NULL, free_at = ? WHERE host = ? AND owner = ?"
_PAUSED = """
    SELECT free_at FROM leases WHERE host = :host AND owner IS NULL
        AND free_at > :now AND since <= :ahead"""
_HOLD = """
    INSERT INTO leases VALUES (:host, NULL, :now, :until)
    ON CONFLICT (host) DO UPDATE SET
        owner = NULL, since = excluded.since, free_at = excluded.free_at
    WHERE leases.free_at < :until OR leases.since > :ahead"""


class SqliteHostBook:
    """The robots.txt and the leases of hosts."""

    def __init__(self, hosts: Database) -> None:
        self._hosts = hosts

    def robots(self, origin: str) -> Robots | None:
        """Return what was kept last for an origin, or None."""
        for row in self._hosts.read(_ROBOTS, (origin,)):
            fetched_at, status, document, expires_at, failing_since, note = row
            return Robots(
                host_key=origin,
                fetched_at=instants.from_iso(fetched_at),
                status=status,
                document=document,
                expires_at=instants.from_iso(expires_at),
                failing_since=failing_since and instants.from_iso(failing_since),
                note=note,
            )
        return None

    def keep(self, robots: Robots) -> None:
        """Keep a robots.txt, unless a later one is kept; forget what is long past."""
        past = instants.iso(robots.expires_at - FORGOTTEN_AFTER)
        since = robots.failing_since
        values = (
            robots.host_key,
            instants.iso(robots.fetched_at),
            robots.status,
            robots.document,
            instants.iso(robots.expires_at),
            instants.iso(since) if since else None,
            robots.note,
        )
        with self._hosts.write() as db:
            db.execute(_KEEP, values)
            db.execute("DELETE FROM robots WHERE expires_at < ?", (past,))
            db.execute("DELETE FROM leases WHERE free_at < ?", (past,))

    def lease(
        self, host: str, *, owner: str, now: datetime, seconds: float
    ) -> datetime | None:
        """Take or extend the lease of a host, or say until when it is not to be had."""
        values = {
            "host": host,
            "owner": owner,
            "now": instants.iso(now),
            "ahead": instants.iso(now + AHEAD),
            "free_at": instants.iso(now + timedelta(seconds=seconds)),
        }
        with self._hosts.write() as db:
            if db.execute(_LEASE, values).fetchall():
                return None
            held = db.execute("SELECT free_at FROM leases WHERE host = ?", (host,))
            [(free_at,)] = held.fetchall()
        return instants.from_iso(free_at)

    def release(self, host: str, *, owner: str, next_at: datetime) -> None:
        """End the lease of `owner`; the host is free again at `next_at`."""
        with self._hosts.write() as db:
            db.execute(_RELEASE, (instants.iso(next_at), host, owner))

    def paused(self, host: str, *, now: datetime) -> datetime | None:
        """Return until when nobody may have the host, if nobody has it."""
        values = {
            "host": host,
            "now": instants.iso(now),
            "ahead": instants.iso(now + AHEAD),
        }
        for (free_at,) in self._hosts.read(_PAUSED, values):
            return instants.from_iso(free_at)
        return None

    def hold(self, host: str, *, now: datetime, until: datetime) -> None:
        """Let nobody have the host before `until`, whoever holds it."""
        values = {
            "host": host,
            "now": instants.iso(now),
            "ahead": instants.iso(now + AHEAD),
            "until": instants.iso(until),
        }
        with self._hosts.write() as db:
            db.execute(_HOLD, values)
