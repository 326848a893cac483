"""The tables of an embedded archive.

Two files, because they differ in what a loss of them means: ``index.sqlite`` is
derived from the WARC objects and is replaced whole by ``hozon reindex``;
``state.sqlite`` holds what only the operator knows, and what is under way.

Rows stand as canonical JSON (`hozon.rows`) beside the columns they are found by. To
change a table, append a script: databases made before are brought forward by it.
"""

from hozon.adapters.embedded.database import Schema

INDEX = Schema(
    remedy="delete it and run hozon reindex",
    versions=(
        """
        CREATE TABLE entries (
            key TEXT NOT NULL PRIMARY KEY,
            feed_id TEXT NOT NULL,
            river_at TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            entry TEXT NOT NULL
        ) STRICT;
        CREATE INDEX entries_by_river ON entries (river_at, key);
        CREATE INDEX entries_by_feed ON entries (feed_id, river_at, key);
        CREATE TABLE snapshots (
            id TEXT NOT NULL PRIMARY KEY,
            entry_key TEXT NOT NULL,
            captured_at TEXT NOT NULL,
            snapshot TEXT NOT NULL
        ) STRICT;
        CREATE INDEX snapshots_by_entry ON snapshots (entry_key, captured_at, id);
        CREATE TABLE captures (
            key TEXT NOT NULL,
            captured_at TEXT NOT NULL,
            record_id TEXT NOT NULL,
            response_digest TEXT, -- of a response's payload, null for a revisit
            capture TEXT NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX captures_by_key ON captures (key, captured_at, record_id);
        CREATE INDEX captures_by_digest
            ON captures (response_digest, captured_at, record_id)
            WHERE response_digest IS NOT NULL
        """,
    ),
)

STATE = Schema(
    remedy="bring it back from a backup, or delete it and add your feeds again",
    versions=(
        """
        CREATE TABLE feeds (
            id TEXT NOT NULL PRIMARY KEY,
            added_at TEXT NOT NULL,
            uri TEXT NOT NULL,
            due_at TEXT NOT NULL,
            paused INTEGER NOT NULL,
            feed TEXT NOT NULL
        ) STRICT;
        CREATE INDEX feeds_by_age ON feeds (added_at, uri, id);
        CREATE INDEX feeds_by_due ON feeds (due_at, id) WHERE paused = 0;
        CREATE TABLE jobs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            available_at TEXT NOT NULL,
            taken INTEGER NOT NULL DEFAULT 0,
            count INTEGER NOT NULL DEFAULT 0,
            job TEXT NOT NULL UNIQUE
        ) STRICT;
        CREATE INDEX jobs_waiting ON jobs (available_at, id) WHERE taken = 0;
        CREATE INDEX jobs_taken ON jobs (taken) WHERE taken = 1;
        CREATE TABLE troubles (
            entry_key TEXT NOT NULL PRIMARY KEY,
            at TEXT NOT NULL,
            trouble TEXT NOT NULL
        ) STRICT;
        CREATE INDEX troubles_by_age ON troubles (at, entry_key)
        """,
        """
        CREATE TABLE robots (
            host_key TEXT NOT NULL PRIMARY KEY,
            fetched_at TEXT NOT NULL,
            status INTEGER,
            document BLOB NOT NULL,
            expires_at TEXT NOT NULL,
            failing_since TEXT,
            note TEXT
        ) STRICT;
        CREATE INDEX robots_by_age ON robots (expires_at);
        CREATE TABLE leases (
            host TEXT NOT NULL PRIMARY KEY,
            owner TEXT, -- null: nobody, but not before free_at
            free_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX leases_by_age ON leases (free_at)
        """,
        """
        CREATE TABLE partings (
            feed_id TEXT NOT NULL PRIMARY KEY,
            subscription TEXT NOT NULL
        ) STRICT
        """,
    ),
)
