"""Writers from many threads share commits of one SQLite connection.

A commit that is to outlive a power cut waits for the medium, and that is most of what
it takes. So writers who wait for one another write into one transaction, each behind a
savepoint of its own, and the last of them commits for all. None of them is told that it
has written before that commit is on the medium.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_PATIENCE_S = 1.0


class _Group:
    """Writers whose work is committed together. `error` says why it was not."""

    __slots__ = ("error", "settled")

    def __init__(self) -> None:
        self.settled = threading.Event()
        self.error: sqlite3.Error | None = None


class Commits:
    """Gives turns to write on `connection`, from any thread; `waiting` want one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._writing = threading.Lock()
        self._counting = threading.Lock()
        self.waiting = 0
        self._group: _Group | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the connection for the block; return when its work is durable.

        What the block raises undoes its own work and nobody else's. Raises what SQLite
        raised at the commit, to all whose work it would have made durable.
        """
        self._take()
        try:
            group = self._group or self._begun()
            try:
                with self._savepoint(group):
                    yield
            finally:
                if not self.waiting:
                    self._commit()
        finally:
            self._writing.release()
        self._await(group)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the connection for the block with nothing left uncommitted."""
        self._take()
        try:
            self._commit()
            yield
        finally:
            self._writing.release()

    def _take(self) -> None:
        self._count(1)
        try:
            self._writing.acquire()
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._counting:
            self.waiting += change

    def _begun(self) -> _Group:
        self._connection.execute("BEGIN IMMEDIATE")
        self._group = _Group()
        return self._group

    @contextmanager
    def _savepoint(self, group: _Group) -> Iterator[None]:
        self._connection.execute("SAVEPOINT turn")
        try:
            yield
        except BaseException as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK TO turn")
                self._connection.execute("RELEASE turn")
            elif isinstance(error, sqlite3.Error):
                # SQLite itself has rolled back all of it, as on a full disk.
                group.error = error
                self._commit()
            raise
        self._connection.execute("RELEASE turn")

    def _commit(self) -> None:
        """Commit the work of all who have written, if any; tell them how that went."""
        group, self._group = self._group, None
        if group is None:
            return
        try:
            if group.error is None:
                self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            group.error = error
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            group.settled.set()

    def _await(self, group: _Group) -> None:
        while not group.settled.wait(_PATIENCE_S):
            # Who was to come after us, and commit, was interrupted.
            with self._writing:
                if self._group is group:
                    self._commit()
        if group.error is not None:
            raise group.error
