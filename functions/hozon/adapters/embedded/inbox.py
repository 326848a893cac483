"""`JobInbox` over ``state.sqlite``."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from hozon.adapters.embedded.database import Database
from hozon.nouns import instants
from hozon.nouns.instants import Clock
from hozon.nouns.work import CaptureJob, Delivery, Job
from hozon.stored import jobs

_TAKE = """
    UPDATE jobs SET taken = 1, count = count + 1 WHERE id IN (
        SELECT id FROM jobs WHERE taken = 0 AND available_at <= ?
        ORDER BY available_at, id LIMIT ?
    ) RETURNING available_at, id, count, job"""


class SqliteJobInbox:
    """Keeps jobs until they are done, each once. `clock` tells from when a delay counts.

    A receipt names one handing-out of a job: once the job was given back or handed out
    again, it is void and does nothing.
    """

    def __init__(self, state: Database, clock: Clock = instants.utcnow) -> None:
        self._state = state
        self._clock = clock

    def send(self, jobs_: Sequence[Job], *, delay_s: float = 0) -> None:
        """Enqueue jobs that are not there yet, available after `delay_s` seconds."""
        self._send(jobs_, self._clock() + timedelta(seconds=delay_s))

    def send_at(self, job: CaptureJob, at: datetime) -> None:
        """Enqueue a job that becomes available at `at`."""
        self._send([job], at)

    def defer(self, job: CaptureJob, at: datetime) -> None:
        """Have a job that was handed out become available at `at`, as if it was new."""
        with self._state.write() as db:
            db.execute(
                "DELETE FROM jobs WHERE json_extract(job, '$.capture.id') = ?",
                (job.id,),
            )
        self._send([job], at)

    def release(self, now: datetime, *, limit: int) -> int:  # noqa: ARG002  the port's
        """Return 0: jobs become available by themselves."""
        return 0

    def _send(self, jobs_: Sequence[Job], at: datetime) -> None:
        available_at = instants.iso(at)
        with self._state.write() as db:
            db.executemany(
                "INSERT OR IGNORE INTO jobs (available_at, job) VALUES (?, ?)",
                [(available_at, jobs.to_json(job)) for job in jobs_],
            )

    def receive(self, *, now: datetime, limit: int) -> Sequence[Delivery]:
        """Hand out jobs that are available at `now`, oldest first."""
        if not self._has_waiting(now):
            return []
        with self._state.write() as db:
            taken = db.execute(_TAKE, (instants.iso(now), limit)).fetchall()
        return [
            Delivery(job=jobs.from_json(text), receipt=f"{id_}.{count}", count=count)
            for _, id_, count, text in sorted(taken)
        ]

    def done(self, receipt: str) -> None:
        """Forget a job."""
        with self._state.write() as db:
            db.execute(
                "DELETE FROM jobs WHERE id = ? AND count = ? AND taken = 1",
                _handed_out(receipt),
            )

    def retry(self, receipt: str, *, at: datetime) -> None:
        """Give a job back; it is available again at `at`."""
        with self._state.write() as db:
            db.execute(
                "UPDATE jobs SET taken = 0, available_at = ?"
                " WHERE id = ? AND count = ? AND taken = 1",
                (instants.iso(at), *_handed_out(receipt)),
            )

    def postpone(self, receipt: str, *, at: datetime) -> None:
        """Give a job back that was not tried; it is available at `at`, as if it was new."""
        with self._state.write() as db:
            gone = db.execute(
                "DELETE FROM jobs WHERE id = ? AND count = ? AND taken = 1 RETURNING job",
                _handed_out(receipt),
            )
            db.executemany(
                "INSERT INTO jobs (available_at, job) VALUES (?, ?)",
                [(instants.iso(at), job) for (job,) in gone.fetchall()],
            )

    def release_all(self) -> None:
        """Make jobs available again that were handed out by a process that died."""
        with self._state.write() as db:
            db.execute("UPDATE jobs SET taken = 0 WHERE taken = 1")

    def next_at(self) -> datetime | None:
        """Return when the next job becomes available, or None if there is no job."""
        [(at,)] = self._state.read("SELECT min(available_at) FROM jobs WHERE taken = 0")
        return instants.from_iso(at) if at else None

    def depths(self) -> Mapping[str, int]:
        """Return how many jobs there are of each kind."""
        [(captures, all_)] = self._state.read(
            "SELECT count(json_extract(job, '$.capture.id')), count(*) FROM jobs"
        )
        return {"polls": int(all_) - int(captures), "captures": int(captures)}

    def depth(self) -> int:
        """Return the number of jobs that are not done."""
        [(depth,)] = self._state.read("SELECT count(*) FROM jobs")
        return int(depth)

    def _has_waiting(self, now: datetime) -> bool:
        # An idle worker asks often; it shall not write, and so not fsync, for that.
        at = self.next_at()
        return at is not None and at <= now


def _handed_out(receipt: str) -> tuple[str, str]:
    id_, _, count = receipt.partition(".")
    return id_, count
