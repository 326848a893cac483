"""What can be told of any archive through its ports: is its work done, is it whole?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta
from itertools import islice

from hozon.guarding.preserving import objects_of
from hozon.log import receipts
from hozon.nouns.archive import Archive
from hozon.nouns.checkup import Check, Step, judged
from hozon.nouns.custody import Custody
from hozon.nouns.errors import Damaged, NotFound
from hozon.nouns.instants import iso
from hozon.operating.standing import days_until
from hozon.retrieving.listing import entries_of
from hozon.sealing import proving
from hozon.stored import naming
from hozon.stored.holdings import read

LATE = timedelta(days=1)
"""How long a feed may be due before somebody should look why it is not polled."""

UNSEALED = timedelta(minutes=15)
"""How long what was stored may wait for its seal."""

SAMPLE = 20
"""How many of the latest snapshots are read back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """Looks at an archive through its ports. `is_whole` reads every WARC object."""

    archive: Archive
    custody: Custody
    is_deployed: bool
    is_whole: bool = False

    def steps(self) -> Iterator[Step]:
        """Yield the steps."""
        yield Step("work", self.work)
        yield Step("objects", self.objects)
        yield Step("holds", self.holds)
        yield Step("log", self.log)

    def work(self) -> Check:
        """Look whether feeds are polled when they are due."""
        now = self.archive.clock()
        feeds = [feed for feed in self.archive.feeds.all() if not feed.paused]
        late = [feed for feed in feeds if feed.due_at < now - LATE]
        days = days_until(self.archive, now.astimezone(UTC).date(), count=2)
        ticks = sum(counts.get("ticks", 0) for counts in days.values())
        faults = []
        if late:
            first = min(late, key=lambda feed: feed.due_at)
            faults.append(
                f"{len(late)} feeds are late, {first.uri} since {iso(first.due_at)}"
            )
        if self.is_deployed and not ticks:
            faults.append("there was no tick since yesterday")
        todo = (
            "look at the schedule and the queues above"
            if self.is_deployed
            else ("run `hozon run` from time to time (cron), or `hozon run --watch`")
        )
        return judged(
            "work",
            f"looked when {len(feeds)} feeds were to be polled",
            faults=faults,
            found="none is late",
            todo=todo,
        )

    def objects(self) -> Check:
        """Read objects back, and hold what is in them against the index."""
        keys = self._all_keys() if self.is_whole else self._latest_keys()
        wrong, count = list[str](), 0
        for key in keys:
            count += 1
            wrong += self._wrong_with(key)
        which = (
            "every WARC object" if self.is_whole else f"the latest {count} snapshots"
        )
        return judged(
            "objects",
            f"read back {which} and looked for what is in them in the index",
            faults=wrong[:5],
            found=f"{count} are whole and indexed",
            todo="hozon reindex, if the index lacks something; what is damaged comes "
            "from the second copy",
        )

    def _latest_keys(self) -> Iterator[str]:
        shown = islice(entries_of(self.archive.index), 5 * SAMPLE)
        held = (each.snapshot.warc_key for each in shown if each.snapshot)
        return islice(dict.fromkeys(held), SAMPLE)

    def _all_keys(self) -> Iterator[str]:
        return iter(self.archive.warcs.keys())

    def _wrong_with(self, key: str) -> Iterator[str]:
        try:
            found = read(key, self.archive.warcs.read_all(key))
        except (Damaged, NotFound) as e:
            yield str(e)
            return
        for snapshot in found.snapshots:
            held = self.archive.index.snapshots(snapshot.link)
            if all(each.id != snapshot.id for each in held):
                yield f"{key} is not in the index"
        known = self.archive.index.entries(entry.key for entry in found.entries)
        if len(known) < len({entry.key for entry in found.entries}):
            yield f"entries of {key} are not in the index"

    def holds(self) -> Check:
        """Look whether what is on legal hold is held, object by object."""
        standing = [hold for hold in self.custody.holds() if hold.stands]
        wrong, count = [], 0
        for hold in standing:
            for key in objects_of(hold, self.archive):
                count += 1
                if not self.custody.keeps(key):
                    wrong.append(f"{key} is not held, though {hold.uri} is on hold")
        return judged(
            "holds",
            f"looked at what {len(standing)} legal holds cover",
            faults=[],
            warnings=wrong[:5],
            found=f"{count} objects are held",
            todo="place the hold again: hozon hold place",
        )

    def log(self) -> Check:
        """Look whether all is sealed, and check the receipt of the latest that is."""
        archive = self.archive
        did = "looked at what waits for its seal"
        faults, warnings = list[str](), list[str]()
        oldest = archive.seals.oldest()
        if oldest is not None and archive.clock() - oldest > UNSEALED:
            late = f"something waits for its seal since {iso(oldest)}"
            (faults if self.is_deployed else warnings).append(late)
        leaves = archive.seals.leaves(list(self._latest_keys()))
        if leaves:
            key = max(leaves, key=lambda each: leaves[each])
            did += f", and checked the receipt of {key}"
            receipt = proving.of_id(naming.object_id(key), archive)
            faults += receipts.checked(receipts.decoded(receipt)).faults
        return judged(
            "log",
            did,
            faults=faults,
            warnings=warnings,
            found="the receipt is right" if leaves else "nothing is sealed yet",
            todo="read the log of SealLog, then hozon verify"
            if self.is_deployed
            else "hozon seal, then hozon verify",
        )
