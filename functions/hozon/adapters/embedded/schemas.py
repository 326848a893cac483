"""The tables of an embedded archive.

Three files, because they differ in what a loss of them means: ``index.sqlite`` is
derived from the WARC objects and is replaced whole by ``hozon reindex``;
``state.sqlite`` holds what only the operator knows, and what is under way;
``hosts.sqlite`` holds what publishers are asked for again if it is lost, and who asks
them now, so its commits wait for no disk.

Rows stand as canonical JSON (`hozon.stored.rows`) beside the columns they are found by. To
change a table, append a script: databases made before are brought forward by it.
"""

from hozon.adapters.embedded.database import Schema
from hozon.lives import looks
from hozon.nouns.model import Snapshot
from hozon.stored import naming, rows


def _link_id(link: str | None) -> str | None:
    return naming.link_id(link) if link else None


def _finding(snapshot: str | None) -> str | None:
    """Return what a snapshot found that was captured before there were looks."""
    if snapshot is None:
        return None
    return rows.to_json(looks.of_snapshot(rows.from_json(Snapshot, snapshot)))


def _object_id(key: str | None) -> str | None:
    return naming.object_id(key) if key else None


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
        """
        ALTER TABLE entries DROP COLUMN fingerprint;
        ALTER TABLE entries ADD COLUMN link_id TEXT; -- null: it has no link
        UPDATE entries SET link_id = link_id(json_extract(entry, '$.link'));
        DROP INDEX snapshots_by_entry;
        ALTER TABLE snapshots DROP COLUMN entry_key;
        ALTER TABLE snapshots ADD COLUMN link_id TEXT NOT NULL DEFAULT '';
        UPDATE snapshots SET link_id = link_id(json_extract(snapshot, '$.link'));
        CREATE INDEX snapshots_by_link ON snapshots (link_id, captured_at, id);
        ALTER TABLE snapshots ADD COLUMN accepted INTEGER NOT NULL DEFAULT 1;
        UPDATE snapshots SET accepted = json_extract(snapshot, '$.status') < 400;
        CREATE INDEX snapshots_of_record
            ON snapshots (link_id, accepted, captured_at, id)
        """,
        """
        CREATE TABLE seals (
            key TEXT NOT NULL PRIMARY KEY,
            object_id TEXT NOT NULL,
            at TEXT NOT NULL,
            leaf INTEGER -- null: it waits, since at
        ) STRICT;
        CREATE INDEX seals_waiting ON seals (at, key) WHERE leaf IS NULL;
        CREATE INDEX seals_by_id ON seals (object_id, key);
        CREATE TABLE log_head (
            one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
            published INTEGER NOT NULL,
            marked INTEGER NOT NULL,
            stamped_at TEXT
        ) STRICT;
        INSERT INTO seals (key, object_id, at)
            SELECT key, object_id(key), at FROM (
                SELECT json_extract(capture, '$.location.warc_key') AS key,
                    max(captured_at) AS at
                FROM captures GROUP BY 1
            )
        """,
        """
        CREATE INDEX IF NOT EXISTS entries_by_link
            ON entries (link_id) WHERE link_id IS NOT NULL
        """,
        """
        CREATE TABLE findings (
            id TEXT NOT NULL PRIMARY KEY,
            link_id TEXT NOT NULL,
            at TEXT NOT NULL,
            feed_id TEXT NOT NULL,
            is_look INTEGER NOT NULL, -- 0: a snapshot says it, that no look has made
            event TEXT, -- what is to be told of it, null: nothing
            life TEXT, -- what it came to, where there is something to be told
            finding TEXT NOT NULL
        ) STRICT;
        CREATE INDEX findings_by_link ON findings (link_id, at, id);
        CREATE INDEX findings_told ON findings (at, id)
            WHERE event IS NOT NULL AND event <> 'new';
        CREATE INDEX findings_told_by_feed ON findings (feed_id, at, id)
            WHERE event IS NOT NULL AND event <> 'new';
        CREATE TABLE watches (
            link_id TEXT NOT NULL PRIMARY KEY,
            link TEXT NOT NULL,
            feed_id TEXT NOT NULL,
            entry_key TEXT NOT NULL,
            due_at TEXT, -- null: it is not looked at any more
            tries INTEGER NOT NULL DEFAULT 0,
            life TEXT NOT NULL
        ) STRICT;
        CREATE INDEX watches_by_due ON watches (due_at, link_id)
            WHERE due_at IS NOT NULL;
        INSERT INTO findings
            SELECT id, link_id, captured_at, json_extract(snapshot, '$.feed_id'), 0,
                NULL, NULL, finding(snapshot) FROM snapshots
        """,
    ),
    functions={"link_id": _link_id, "object_id": _object_id, "finding": _finding},
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
        # What is known of hosts had its tables here; it has a file of its own.
        "",
        """
        DELETE FROM jobs WHERE id NOT IN (
            SELECT min(id) FROM jobs
            GROUP BY coalesce(json_extract(job, '$.capture.id'), id)
        );
        CREATE UNIQUE INDEX jobs_of_captures
            ON jobs (json_extract(job, '$.capture.id'))
            WHERE json_extract(job, '$.capture.id') IS NOT NULL;
        ALTER TABLE troubles RENAME TO old_troubles;
        DROP INDEX troubles_by_age;
        CREATE TABLE troubles (
            link_id TEXT NOT NULL PRIMARY KEY,
            at TEXT NOT NULL,
            entry_key TEXT NOT NULL,
            trouble TEXT NOT NULL
        ) STRICT;
        CREATE INDEX troubles_by_age ON troubles (at, entry_key);
        INSERT OR REPLACE INTO troubles
            SELECT link_id(json_extract(trouble, '$.link')), at, entry_key, trouble
            FROM old_troubles ORDER BY at;
        DROP TABLE old_troubles
        """,
        """
        CREATE TABLE partings (
            feed_id TEXT NOT NULL PRIMARY KEY,
            subscription TEXT NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE wishes (
            link_id TEXT NOT NULL PRIMARY KEY,
            plan TEXT NOT NULL
        ) STRICT;
        CREATE TABLE spent (
            day TEXT NOT NULL PRIMARY KEY,
            looks INTEGER NOT NULL,
            until TEXT NOT NULL
        ) STRICT;
        CREATE TABLE outbox (
            id TEXT NOT NULL PRIMARY KEY,
            at TEXT NOT NULL,
            event TEXT NOT NULL
        ) STRICT;
        CREATE INDEX outbox_by_age ON outbox (at, id)
        """,
        """
        CREATE TABLE tallies (
            subject TEXT NOT NULL,
            day TEXT NOT NULL,
            name TEXT NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (subject, day, name)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE legal_holds (
            id TEXT NOT NULL PRIMARY KEY,
            placed_at TEXT NOT NULL,
            hold TEXT NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE decisions (
            subject TEXT NOT NULL PRIMARY KEY,
            place TEXT NOT NULL, -- of two about one subject the greater one stands
            decision TEXT NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE signins (
            id TEXT NOT NULL PRIMARY KEY,
            signin TEXT NOT NULL -- of its secrets digests only
        ) STRICT
        """,
    ),
    functions={"link_id": _link_id},
)

HOSTS = Schema(
    remedy="delete it: what was in it is asked for again",
    durable=False,
    versions=(
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
            since TEXT NOT NULL,
            free_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX leases_by_age ON leases (free_at)
        """,
    ),
)
