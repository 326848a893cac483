"""The key grammar of the one table; every item that Hozon writes is listed here.

    pk                    sk                            holds, and what is made of it
    --------------------  ----------------------------  ------------------------------
    FEED#<feed id>        FEED                          a feed and its state
                                                        due=FEEDS#<shard> due_at=[~]<due_at>
    FEED#<feed id>        PARTING                       what its hub may still ask of; expires
    ENTRY#<entry key>     ENTRY                         an entry, statements merged
                                                        river=RIVER#<shard> river_at=<river_at>#<entry key>
                                                        due=FEED#<feed id> due_at=the same
    LINK#<link id>        STATE                         a page: its latest snapshot, the trouble if one stands,
                                                        and who first was handed the job to capture it
                                                        due=TROUBLES due_at=<at>#<entry key>, while it has trouble
    LINK#<link id>        SNAP#<snapshot id>            an earlier snapshot
    LINK#<link id>        WATCH                         a page's life, and the operator's plan for it
                                                        due=LOOKS due_at=<next look>#<link id>, if there is one
    LINK#<link id>        LOOK#<at>#<look id>           what a look has found; or a capture, if it is to be told
                                                        river=CHANGES river_at=<at>#<look id>,
                                                        due=CHANGES#<feed id> due_at=the same, if it is to be told
    LINK#<link id>        ENTRY#<entry key>             nothing: this entry's link has led there
    CAP#<host group>      <key> <captured_at> <record>  a capture
    DIGEST#<digest>       DIGEST                        the earliest response with this payload, if that is large;
                                                        else where those are that revisits refer to, if there are any
    GROUPS                <host group>                  nothing: there are captures of this group
    JOB#<job id>          JOB                           a capture job of later; expires once sent
                                                        due=JOBS#<shard> due_at=<at>#<job id>, until then
    LOOKS                 <day>                         how many looks were sent on a day; expires
    EVENT#<event id>      EVENT                         an event that could not be told; expires once it is
                                                        due=EVENTS due_at=<next try>#<event id>, until then
    SEAL#<object id>      <key>                         an object of the archive: its leaf, once it has one
                                                        due=UNSEALED due_at=<held at>#<key>, until then
    LOG                   HEAD                          how far the log has come
    ACCESS                <subject id>                  the latest decision about a subject
    HOST#<authority>      ROBOTS#<scheme>               its robots.txt; expires
    HOST#<host>           LEASE                         who may ask the host, since and until free_at; expires
    TALLY#<feed id>       <day>                         what was done for a feed on a day, counted (of all: TALLY#*); expires
    HOLDS                 <placed_at>#<hold id>         a legal hold, standing or lifted
    SIGNINS               <sign-in id>                  what lets a reader in, as digests; expires

Instants are `instants.iso`, so that text sorts as time. ``due`` and ``river`` are the
two secondary indexes (hash ``due``, range ``due_at``; hash ``river``, range
``river_at``); an item without those attributes is not in them. ``expires`` (seconds
since 1970) is when DynamoDB may drop an item that nobody needs any more.

- A partition takes 1 000 writes a second, and the places of what is due and of the
  river grow with time, so DynamoDB could not part them. They are parted by a hash of
  the id, into `SHARDS`; who asks for them asks for all shards at once (docs/scale.md).
- A paused feed has ``~`` before its instant: it is beyond every instant that a query
  for what is due asks for, and still among all feeds.
- Entries are joined to the state of the page they link to (`naming.link_id`): a new
  snapshot then costs one small write however many entries lead to it, copies nothing
  into the indexes, and a new statement cannot undo it.
- The snapshot of record of a page is its state's, and most pages have no other: none
  costs a second item. One that is superseded is written before the one that supersedes
  it.
- The life of a page is beside its state, and not in it: a look changes when the page is
  due, and what is copied into the index for that is small. A look that has found nothing
  new is two writes: itself, and that.
- A host group is the last two labels of a host, three below a short generic second
  level (``co``, ``ne``…), so that one URI, one prefix and one host are one query each.
- A snapshot is written after all its captures: who finds it may rely on them.
- A range key holds 1 024 bytes: longer URI keys are cut and end in ``~`` and a hash.
"""  # noqa: E501 (a table)

import re
from collections.abc import Iterable
from datetime import date, datetime

from hozon.adapters.capturekeys import capture_key
from hozon.nouns import digests, instants
from hozon.nouns.digests import Digest
from hozon.nouns.findings import Finding
from hozon.nouns.model import Capture, Snapshot
from hozon.nouns.payloads import Reference
from hozon.nouns.places import Place
from hozon.stored import naming

Key = tuple[str, str]
"""The primary key of one item: `pk` and `sk`."""

FEEDS = "FEEDS"
TROUBLES = "TROUBLES"
JOBS = "JOBS"
RIVER = "RIVER"
GROUPS = "GROUPS"
HOLDS = "HOLDS"
LOOKS = "LOOKS"
CHANGES = "CHANGES"
EVENTS = "EVENTS"
UNSEALED = "UNSEALED"
HEAD: Key = ("LOG", "HEAD")
ACCESS = "ACCESS"
SIGNINS = "SIGNINS"

SHARDS = {FEEDS: 8, JOBS: 8, RIVER: 4}
"""Into how many partitions of an index feeds, jobs of later and the river are parted.

The river into fewer: each of its readers asks for all of them.
"""

_LONGEST_KEY = 900
_LONGEST_RECORD_ID = 64
_HOST = re.compile(r"(\[[^\]]*\]|(?!\[)[^:)]*)([:)])?")
_GENERIC = frozenset(
    [
        "ac",
        "co",
        "com",
        "ed",
        "edu",
        "go",
        "gob",
        "gov",
        "gr",
        "lg",
        "ne",
        "net",
        "nom",
        "or",
        "org",
    ]
)


def shard(name: str, id_: str) -> str:
    """Return the hash key of the partition of `name` that `id_` is in."""
    return f"{name}#{int(digests.identifier(id_, size=8), 16) % SHARDS[name]}"


def shards(name: str) -> list[str]:
    """Return the hash keys of all partitions of `name`: itself, where it is not parted."""
    if name not in SHARDS:
        return [name]
    return [f"{name}#{number}" for number in range(SHARDS[name])]


def of_each_shard(name: str, limit: int) -> int:
    """Return how many items to ask each shard for, so that `limit` are there mostly."""
    return limit // SHARDS[name] + 4 if name in SHARDS else limit


def feed(feed_id: str) -> Key:
    """Return the key of a feed."""
    return f"FEED#{feed_id}", "FEED"


def parting(feed_id: str) -> Key:
    """Return the key of the subscription of a feed that was removed."""
    return f"FEED#{feed_id}", "PARTING"


def due_at(instant: datetime, *, paused: bool) -> str:
    """Return a feed's place among those that are due."""
    return ("~" if paused else "") + instants.iso(instant)


def river_of(feed_id: str) -> str:
    """Return the hash key (of ``due``) of the river of one feed."""
    return f"FEED#{feed_id}"


def river_at(instant: datetime, entry_key: str) -> str:
    """Return an entry's place in the river, or a trouble's among troubles."""
    return f"{instants.iso(instant)}#{entry_key}"


def entry(entry_key: str) -> Key:
    """Return the key of an entry."""
    return f"ENTRY#{entry_key}", "ENTRY"


def state(link_id: str) -> Key:
    """Return the key of a page's state."""
    return f"LINK#{link_id}", "STATE"


def snapshot(link_id: str, snapshot_id: str) -> Key:
    """Return the key of a snapshot that is not the latest of its page."""
    return f"LINK#{link_id}", f"SNAP#{snapshot_id}"


def watch(link_id: str) -> Key:
    """Return the key of a page's life."""
    return f"LINK#{link_id}", "WATCH"


def look(link_id: str, found: Finding) -> Key:
    """Return the key of what a look has found."""
    return f"LINK#{link_id}", f"LOOK#{river_at(found.at, found.id)}"


def look_due(instant: datetime, link_id: str) -> str:
    """Return a page's place among those that are to be looked at."""
    return f"{instants.iso(instant)}#{link_id}"


def changes_of(feed_id: str) -> str:
    """Return the hash key (of ``due``) of the changes of one feed."""
    return f"CHANGES#{feed_id}"


def spent(day: date) -> Key:
    """Return the key of how many looks were sent on a day."""
    return LOOKS, day.isoformat()


def event(event_id: str) -> Key:
    """Return the key of an event that could not be told yet."""
    return f"EVENT#{event_id}", "EVENT"


def linking(link_id: str, entry_key: str) -> Key:
    """Return the key of the mark that an entry's link leads to a page."""
    return f"LINK#{link_id}", f"ENTRY#{entry_key}"


def taken_at(found: Snapshot) -> str:
    """Return a snapshot's place among those of its page."""
    return f"{instants.iso(found.captured_at)}#{found.id}"


def job(job_id: str) -> Key:
    """Return the key of a job that is not queued yet."""
    return f"JOB#{job_id}", "JOB"


def seal(object_key: str) -> Key:
    """Return the key of what is known of an object's seal."""
    return seals(naming.object_id(object_key)), object_key


def seals(object_id: str) -> str:
    """Return the hash key of the seals of all objects with one id."""
    return f"SEAL#{object_id}"


def decision(subject: str) -> Key:
    """Return the key of the latest decision about a subject (`access.Decision.key`)."""
    return ACCESS, digests.identifier("access", subject, size=24)


def signin(signin_id: str) -> Key:
    """Return the key of a sign-in."""
    return SIGNINS, signin_id


def record_place(found: Snapshot) -> str:
    """Return a snapshot's place among those that might be the page's one of record.

    One that was not accepted is before all that were.
    """
    return ("" if found.accepted else "!") + taken_at(found)


def taken(place: str) -> str:
    """Return the id of the snapshot at a place (`record_place`)."""
    return place.partition("#")[2]


def digest(payload_digest: Digest) -> Key:
    """Return the key of the earliest response with this payload."""
    return f"DIGEST#{payload_digest}", "DIGEST"


def group(name: str) -> Key:
    """Return the key of the mark that a host group has captures."""
    return GROUPS, name


def tally(whose: str, day: date) -> Key:
    """Return the key of the tally of a feed, or of the whole archive, on one day."""
    return f"TALLY#{whose}", day.isoformat()


def legal_hold(placed_at: datetime, hold_id: str) -> Key:
    """Return the key of a legal hold."""
    return HOLDS, f"{instants.iso(placed_at)}#{hold_id}"


def robots(origin: str) -> Key:
    """Return the key of the robots.txt of an origin (``scheme://authority``)."""
    scheme, _, authority = origin.partition("://")
    return f"HOST#{authority}", f"ROBOTS#{scheme}"


def lease(host: str) -> Key:
    """Return the key of the lease of a host."""
    return f"HOST#{host}", "LEASE"


def capture(found: Capture | Reference) -> Key:
    """Return the key of a capture, or of the one that is referred to."""
    key, record_id = capture_key(found.target_uri), found.record_id
    if len(record_id) > _LONGEST_RECORD_ID:
        record_id = digests.identifier(record_id, size=_LONGEST_RECORD_ID)
    at = instants.iso(found.captured_at)
    return f"CAP#{host_group(key)}", f"{short(key)} {at} {record_id}"


def timemap(uri_key: str) -> Key:
    """Return the hash key and the prefix of all captures with one key."""
    return f"CAP#{host_group(uri_key)}", f"{short(uri_key)} "


def captures(group_name: str, prefix: str) -> Key:
    """Return the hash key and a prefix of the captures of a group with `prefix`.

    A prefix that is longer than what stands in a key finds some others, too.
    """
    return f"CAP#{group_name}", uncut(prefix)


def behind(place: Place) -> str:
    """Return a range key that no capture behind `place` comes before.

    Those with a key that was cut stand in no order: it is before all that are cut alike.
    """
    if is_cut(place.key):
        return uncut(place.key)
    return f"{place.key} {instants.iso(place.captured_at)}"


def short(uri_key: str) -> str:
    """Return `uri_key`, cut to what fits in a range key and still is its own."""
    if len(uri_key) <= _LONGEST_KEY:
        return uri_key
    return f"{uncut(uri_key)}~{digests.identifier(uri_key, size=32)}"


def is_cut(uri_key: str) -> bool:
    """Tell whether a key stands in no order among those that begin as it does."""
    return len(uri_key) >= _LONGEST_KEY


def uncut(uri_key: str) -> str:
    """Return the part of `uri_key` by which range keys are in its order."""
    return uri_key[:_LONGEST_KEY]


def host_group(uri_key: str) -> str:
    """Return the host group of a whole key (`uris.key`)."""
    host = _HOST.match(uri_key)
    return _grouped(host[1].split(",")) if host else uri_key


def group_of_prefix(prefix: str) -> str | None:
    """Return the one group that all keys with this prefix are in.

    None if several groups may have such keys; their names then begin with the prefix.
    """
    host = _HOST.match(prefix)
    if host is None:
        return None
    labels = host[1].split(",")
    if host[2]:
        return _grouped(labels)
    # The last label may go on.
    name = _grouped(labels)
    return name if len(name) < len(host[1]) else None


def _grouped(labels: Iterable[str]) -> str:
    top, *rest = labels
    size = 2 if rest and rest[0] in _GENERIC else 1
    return ",".join([top, *rest[:size]])
