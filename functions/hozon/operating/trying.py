"""Try an archive: capture one page through all of it, get it and its receipt back.

What is captured stays, as every capture does.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from hozon.log import receipts
from hozon.nouns import uris
from hozon.nouns.archive import Archive
from hozon.nouns.checkup import Check, judged, ok
from hozon.nouns.digests import identifier, sha256
from hozon.nouns.errors import HozonError
from hozon.nouns.instants import iso, timestamp, truncated
from hozon.nouns.model import Snapshot
from hozon.nouns.work import CaptureJob
from hozon.retrieving import retrieval

PATIENCE_S = 300.0
"""How long a trial waits for its capture: a batching window, a start, a page."""

SEAL_PATIENCE_S = 660.0
"""How long it waits for the seal: two ticks of the sealer, and its work."""

_LOOKS_EVERY_S = 5.0

_NOBODY = "doctor"
"""Stands for the feed and the entry of a trial; no feed has such an id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One trial of `archive` with the page at `uri`.

    `ask` gets a URL of the archive as its readers do, `base` is where they find it;
    `wait` sleeps.
    """

    archive: Archive
    uri: str
    base: str
    ask: Callable[[str], bytes]
    wait: Callable[[float], None]

    def capture(self) -> tuple[Check, Snapshot | None]:
        """Queue a capture, and wait until it is in the index."""
        link = uris.normal(self.uri)
        now = truncated(self.archive.clock())
        job = CaptureJob(
            id=identifier(_NOBODY, link, iso(now), size=24),
            feed_id=_NOBODY,
            entry_key=_NOBODY,
            link=link,
            title="",
            due_at=now,
        )
        did = f"queued a capture of {link} and waited for it"
        self.archive.queue.send([job])
        waited = 0.0
        while waited < PATIENCE_S:
            for snapshot in self.archive.index.snapshots(link):
                if snapshot.id == job.id:
                    size = f"{snapshot.warc_length:,} bytes"
                    return ok("capture", did, f"{snapshot.warc_key}, {size}"), snapshot
            self.wait(_LOOKS_EVERY_S)
            waited += _LOOKS_EVERY_S
        return self._late(did), None

    def _late(self, did: str) -> Check:
        link = uris.normal(self.uri)
        reasons = [t.reason for t in self.archive.index.troubles() if t.link == link]
        why = reasons[0] if reasons else f"nothing came within {PATIENCE_S:.0f} s"
        return Check(
            name="capture",
            outcome="fault",
            did=did,
            found=why,
            todo="read the log of CaptureEntry; another page: --uri URI",
        )

    def receipt(self, snapshot: Snapshot) -> Check:
        """Wait for the seal, get the receipt, and hold it against the stored object."""
        url = f"{self.base.rstrip('/')}/receipt/{snapshot.id}"
        did = f"waited for the seal, and read {url}"
        todo = "read the log of SealLog"
        if not self._sealed(snapshot.warc_key):
            late = f"it has no seal after {SEAL_PATIENCE_S:.0f} s"
            return judged("receipt", did, faults=[late], todo=todo)
        try:
            found = receipts.checked(receipts.decoded(self.ask(url)))
            stored = self.archive.warcs.read_all(snapshot.warc_key)
        except HozonError as e:
            return judged("receipt", did, faults=[str(e)], todo=todo)
        faults = list(found.faults)
        if not faults and found.leaf["sha256"] != hashlib.sha256(stored).hexdigest():
            faults.append("it is for other bytes than are stored")
        proven = f"leaf {found.index}, signed by {', '.join(found.vkeys)}"
        return judged("receipt", did, faults=faults, found=proven, todo=todo)

    def _sealed(self, key: str) -> bool:
        waited = 0.0
        while self.archive.seals.leaves([key]).get(key) is None:
            if waited >= SEAL_PATIENCE_S:
                return False
            self.wait(_LOOKS_EVERY_S)
            waited += _LOOKS_EVERY_S
        return True

    def retrieve(self, snapshot: Snapshot) -> Check:
        """Get the page back from the archive's URL, and hold it against the store."""
        at = timestamp(snapshot.captured_at)
        url = f"{self.base.rstrip('/')}/web/{at}id_/{snapshot.page_uri}"
        did = f"read {url}"
        try:
            served = self.ask(url)
            stored = retrieval.follow(snapshot.page_uri, self.archive).content()
        except HozonError as e:
            return Check(
                name="retrieval",
                outcome="fault",
                did=did,
                found=str(e),
                todo="read the log of ServeArchive",
            )
        if served != stored:
            return Check(
                name="retrieval",
                outcome="fault",
                did=did,
                found=f"{len(served)} bytes came, {len(stored)} others are stored",
                todo="run hozon reindex; if that does not help, tell us",
            )
        return ok("retrieval", did, f"{len(served):,} bytes, {sha256(served)}")
