"""An archive as the use cases see it: its ports, its clock, and who answers for it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from hozon import __version__
from hozon.nouns.access import EVERYTHING, AccessBook, Sight
from hozon.nouns.derived import DerivedStore
from hozon.nouns.events import NOBODY, Outbox, Telling
from hozon.nouns.hosts import HostBook
from hozon.nouns.instants import Clock
from hozon.nouns.model import RobotsPolicy
from hozon.nouns.ports import FeedBook, Index, JobQueue, WarcStore
from hozon.nouns.readers import DocumentReader
from hozon.nouns.scratch import Scratch
from hozon.nouns.seals import LogStore, Seals
from hozon.nouns.tallies import NO_QUOTAS, NoTallies, Quotas, Tallies
from hozon.nouns.watches import WatchBook


def new_record_id() -> str:
    """Return a fresh WARC record id (a UUID URN, without the angle brackets)."""
    return f"urn:uuid:{uuid.uuid4()}"


def user_agent(contact: str) -> str:
    """Return the User-Agent: name, version, and the operator's contact if there is one."""
    return f"Hozon/{__version__} (+{contact})" if contact else f"Hozon/{__version__}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The ports of one archive. Use cases take it whole and touch nothing else.

    `robots` is what it does where a robots.txt disallows a page, `public_uri` where its
    pages can be reached from the Internet, if they can; `is_public` tells whether anybody
    may read them. `plan` is the re-check plan of articles whose feed has none, `budget` how
    many looks are made on one day at most (0: as many as are due). `telling` says who is
    told of what. `tallies` counts what is done, and `quotas` is how much of it may be
    done in a day. `sight` is what whoever acts on it may see (`guarding`).
    """

    warcs: WarcStore
    index: Index
    feeds: FeedBook
    queue: JobQueue
    hosts: HostBook
    reader: DocumentReader
    watches: WatchBook
    outbox: Outbox
    log: LogStore
    seals: Seals
    scratch: Scratch
    derived: DerivedStore
    access: AccessBook
    clock: Clock
    contact: str = ""
    robots: RobotsPolicy = "respect"
    public_uri: str | None = None
    is_public: bool = False
    plan: str = "standard"
    budget: int = 0
    telling: Telling = NOBODY
    sight: Sight = EVERYTHING
    new_id: Callable[[], str] = new_record_id
    tallies: Tallies = field(default_factory=NoTallies)
    quotas: Quotas = NO_QUOTAS
