"""SQLite databases of an embedded archive, and what their errors mean.

WAL with ``synchronous=FULL``: every commit is on the medium when it returns, so that
neither kill -9 nor a power cut takes back what a port has promised. ``NORMAL`` would
outlive the first only; it saves one fsync per commit, which is wall time and no CPU.

One connection writes (see `commits`); another reads, so that readers never wait for
the writer's fsync. Long reads get a connection, and so one frozen view, of their own.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hozon.adapters.embedded.commits import Commits
from hozon.nouns.errors import HozonError, NoSpace, Unavailable, Unusable

Values = Sequence[Any] | Mapping[str, Any]

APPLICATION_ID = 0x686F7A6E
"""Marks our databases in their header ("hozn")."""

OLDEST_SQLITE = (3, 38, 0)
"""The first with strict tables, ``RETURNING`` and JSON always built in."""

PATIENCE_S = 30.0
"""How long a writer waits for one of another process."""

_FULL = (NoSpace, "no space left for {}; free some and run again, nothing is lost")
_LOCKED = (Unavailable, "{} is in use by another process; try again")
_FORBIDDEN = (
    Unusable,
    "not allowed to write {}; give this user the file and its folder",
)
_BROKEN = (Unusable, "{} is damaged or no database; {}")
_SHARED_MEMORY_FULL = 4874
_MEANING: Mapping[int, tuple[type[HozonError], str]] = {
    sqlite3.SQLITE_FULL: _FULL,
    _SHARED_MEMORY_FULL: _FULL,
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_PROTOCOL: _LOCKED,
    sqlite3.SQLITE_READONLY: _FORBIDDEN,
    sqlite3.SQLITE_CANTOPEN: _FORBIDDEN,
    sqlite3.SQLITE_PERM: _FORBIDDEN,
    sqlite3.SQLITE_AUTH: _FORBIDDEN,
    sqlite3.SQLITE_NOTADB: _BROKEN,
    sqlite3.SQLITE_CORRUPT: _BROKEN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """What a database holds.

    `versions` are the scripts that lead to each version from the one before, which may
    call `functions` of one text by their names; `remedy` is what a person does when the
    file is damaged. What need not be `durable` may lose its latest commits in a power
    cut, and waits for no disk.
    """

    versions: tuple[str, ...]
    remedy: str
    functions: Mapping[str, Callable[[str | None], str | None]] = field(
        default_factory=dict
    )
    durable: bool = True


class Database:
    """One SQLite file, usable from any thread; made by whoever opens it first.

    Raises `Unusable` if the file was made by a newer version of this program, by
    another program, or cannot be read or written.
    """

    def __init__(self, path: Path, schema: Schema) -> None:
        self.path = path
        self._remedy = schema.remedy
        self._synchronous = "FULL" if schema.durable else "NORMAL"
        self._reading = threading.Lock()
        if sqlite3.sqlite_version_info < OLDEST_SQLITE:
            raise Unusable(
                f"SQLite {sqlite3.sqlite_version} is too old; "
                f"use a Python with {'.'.join(map(str, OLDEST_SQLITE))} or newer"
            )
        with self.translated(), ExitStack() as undo:
            self._make_folder()
            self._writer = undo.enter_context(closing(self._connect()))
            self._prepare(schema)
            self._commits = Commits(self._writer)
            self._reader = undo.enter_context(closing(self._connect()))
            self._reader.execute("PRAGMA query_only = 1")
            undo.pop_all()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection; what the block writes is durable once it has ended.

        All of it is, or nothing: where the block or the commit fails, nothing is.
        """
        with self.translated(), self._commits.turn():
            yield self._writer

    def read(self, query: str, values: Values = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with self.translated(), self._reading:
            return self._reader.execute(query, values).fetchall()

    def stream(self, query: str, values: Values = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query that may have very many, as of its start."""
        with self.translated(), closing(self._connect()) as connection:
            yield from connection.execute(query, values)

    def copy_to(self, other: "Database") -> None:
        """Make `other` hold what this one holds, in one transaction of `other`."""
        target, commits = other._writer, other._commits  # noqa: SLF001 (of the same class)
        with other.translated(), commits.alone(), self._commits.alone():
            self._writer.backup(target)

    def close(self) -> None:
        """Close the file; its write-ahead log goes into it."""
        with self._reading:
            self._reader.close()
        with self._commits.alone():
            self._writer.close()

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn the errors of SQLite into ours."""
        try:
            yield
        except sqlite3.Error as e:
            code = getattr(e, "sqlite_errorcode", 0)
            unknown = Unavailable, f"{{}} cannot be used now: {e}"
            kind, sentence = _MEANING.get(code) or _MEANING.get(code & 0xFF, unknown)
            raise kind(sentence.format(self.path, self._remedy)) from e

    def _make_folder(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as e:
            raise Unusable(
                f"no archive can be made at {self.path.parent}: {e.strerror}"
            ) from e
        if self.path.exists() and not os.access(self.path, os.R_OK | os.W_OK):
            raise Unusable(_FORBIDDEN[1].format(self.path))

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path,
            timeout=PATIENCE_S,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=64,
        )
        with ExitStack() as undo:
            undo.enter_context(closing(connection))
            connection.execute(f"PRAGMA synchronous = {self._synchronous}")
            connection.execute("PRAGMA fullfsync = 1")
            connection.execute("PRAGMA foreign_keys = 1")
            undo.pop_all()
        return connection

    @contextmanager
    def _transaction(self, kind: str) -> Iterator[None]:
        self._writer.execute(f"BEGIN {kind}")
        try:
            yield
            self._writer.execute("COMMIT")
        finally:
            # SQLite itself has rolled back after some errors, such as a full disk.
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")

    def _prepare(self, schema: Schema) -> None:
        """Bring the file to the version we know, if it is ours and not beyond it."""
        with self._transaction("DEFERRED"):
            version = self._version(schema)
        self._writer.execute("PRAGMA journal_mode = WAL")
        if version == len(schema.versions):
            return
        for name, function in schema.functions.items():
            self._writer.create_function(name, 1, function, deterministic=True)
        with self._transaction("IMMEDIATE"):
            # Another process may have been faster.
            for script in schema.versions[self._version(schema) :]:
                for statement in script.split(";"):
                    self._writer.execute(statement)
            self._writer.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            self._writer.execute(f"PRAGMA user_version = {len(schema.versions)}")

    def _version(self, schema: Schema) -> int:
        [(owner,)] = self._writer.execute("PRAGMA application_id")
        [(version,)] = self._writer.execute("PRAGMA user_version")
        [(tables,)] = self._writer.execute("SELECT count(*) FROM sqlite_schema")
        if owner != APPLICATION_ID and (owner or version or tables):
            raise Unusable(f"{self.path} is the database of another program")
        if version > len(schema.versions):
            raise Unusable(
                f"{self.path} was made by a newer version of hozon "
                f"(format {version}, this one knows {len(schema.versions)}); "
                "update this program"
            )
        return int(version)
