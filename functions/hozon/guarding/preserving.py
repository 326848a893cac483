"""Place and lift legal holds: keep all that there is of a feed or of an entry.

A hold covers what is stored when it is carried out: carry it out again for what came
since. An object is let go only when no other hold that stands covers it.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from hozon.nouns import instants, uris
from hozon.nouns.archive import Archive
from hozon.nouns.custody import Custody, Kind, LegalHold
from hozon.nouns.digests import Digest, identifier
from hozon.nouns.errors import Misuse, NotFound, Refused
from hozon.retrieving.listing import entries_of
from hozon.stored import holdings, naming
from hozon.warc import reader

AT_ONCE = 16

Told = Callable[[int], None]


def _nobody(_: int) -> None:
    """Tell nobody."""


def subject_of(named: str, archive: Archive) -> tuple[Kind, str, str]:
    """Return what a person names: the kind, the id or key, and the URI.

    `named` is a feed's URI or id, or an entry's id. A feed that is followed no more is
    found by the URI under which it was. Raises `NotFound`.
    """
    for feed in archive.feeds.all():
        if named in {feed.id, feed.uri} or _feed_id(named) == feed.id:
            return "feed", feed.id, feed.uri
    try:
        entry = archive.index.entry(named)
    except NotFound:
        pass
    else:
        return "entry", entry.key, entry.link or entry.id
    if (feed_id := _feed_id(named)) and archive.index.recent(feed_id, limit=1):
        return "feed", feed_id, uris.normal(named)
    raise NotFound(
        f"neither a feed nor an entry: {named}; `hozon feeds list` and "
        "`hozon entries list --long` show their URIs and ids"
    )


def _feed_id(named: str) -> str | None:
    try:
        return naming.feed_id(uris.normal(named))
    except Misuse:
        return None


def place(
    named: str,
    archive: Archive,
    custody: Custody,
    *,
    reason: str,
    by: str,
    tell: Told = _nobody,
) -> LegalHold:
    """Put on hold all that there is of what is named, and return the hold.

    Where one stands already, it is carried out again. The order is remembered before
    the first object is kept, so that nothing is purged meanwhile.
    """
    kind, subject, uri = subject_of(named, archive)
    standing = standing_of(subject, custody)
    now = instants.truncated(archive.clock())
    hold = standing or LegalHold(
        id=identifier("hold", subject, instants.iso(now)),
        kind=kind,
        subject=subject,
        uri=uri,
        reason=reason,
        placed_by=by,
        placed_at=now,
    )
    custody.save(hold)
    keys = sorted(objects_of(hold, archive))
    _all(custody.keep, keys, tell)
    hold = replace(hold, objects=len(keys))
    custody.save(hold)
    return hold


def lift(
    named: str,
    archive: Archive,
    custody: Custody,
    *,
    reason: str,
    by: str,
    tell: Told = _nobody,
) -> LegalHold:
    """Lift the hold on what is named, and return it. Raises `NotFound` if none stands.

    It is remembered as lifted only when all objects are let go: a lift that was
    interrupted is done again.
    """
    kind, subject, _ = subject_of(named, archive)
    hold = standing_of(subject, custody)
    if hold is None:
        raise NotFound(f"no hold stands on {kind} {named}; `hozon hold list` shows all")
    others = [h for h in custody.holds() if h.stands and h.id != hold.id]
    covered = {key for other in others for key in objects_of(other, archive)}
    _all(custody.let_go, sorted(objects_of(hold, archive) - covered), tell)
    lifted = replace(
        hold,
        lifted_at=instants.truncated(archive.clock()),
        lifted_by=by,
        lifted_reason=reason,
    )
    custody.save(lifted)
    return lifted


def carry_out(hold: LegalHold, archive: Archive, custody: Custody) -> None:
    """Do what a hold of another copy of this archive says, and remember it: of a hold that
    was lifted there nothing is kept, but for what others cover.
    """
    custody.save(hold)
    keys = _covered(hold, archive)
    if hold.stands:
        _all(custody.keep, sorted(keys), _nobody)
        return
    for other in custody.holds():
        if other.stands:
            keys -= _covered(other, archive)
    _all(custody.let_go, sorted(keys), _nobody)


def _covered(hold: LegalHold, archive: Archive) -> set[str]:
    """Return what a hold covers of what this copy has."""
    try:
        return {k for k in objects_of(hold, archive) if archive.warcs.holds(k)}
    except NotFound:
        return set()


def standing_of(subject: str, custody: Custody) -> LegalHold | None:
    """Return the hold that stands on a feed (id) or an entry (key), or None."""
    found = (h for h in custody.holds() if h.stands and h.subject == subject)
    return next(found, None)


def objects_of(hold: LegalHold, archive: Archive) -> set[str]:
    """Return the keys of all WARC objects that a hold covers at this moment.

    Of an entry: its page's snapshots, and what those share with others. Of a feed: the
    same of all its entries, and its documents.
    """
    if hold.kind == "feed":
        documents = archive.index.timemap(hold.uri)
        keys = {capture.location.warc_key for capture in documents}
        entries = entries_of(archive.index, feed_id=hold.subject)
        links = {shown.entry.link for shown in entries}
    else:
        keys, links = set(), {archive.index.entry(hold.subject).link}
    for link in links:
        if link:
            keys |= _of_page(link, archive)
    return keys


def refuse_if_held(keys: set[str], archive: Archive, custody: Custody) -> None:
    """Raise `Refused` if a hold that stands covers one of the objects.

    Whoever deletes asks this first: of the orders, not only of the objects, for these
    may have come after the order was carried out.
    """
    for hold in custody.holds():
        if hold.stands and (covered := keys & objects_of(hold, archive)):
            raise Refused(
                f"{min(covered)} is on legal hold: {hold.kind} {hold.uri}, since "
                f"{instants.iso(hold.placed_at)}, {hold.reason}; "
                "it is lifted by `hozon hold lift`"
            )


def _of_page(link: str, archive: Archive) -> set[str]:
    keys: set[str] = set()
    for snapshot in archive.index.snapshots(link):
        keys |= {snapshot.warc_key, *_shared_with(snapshot.warc_key, archive)}
    return keys


def _shared_with(key: str, archive: Archive) -> Iterator[str]:
    """Yield the keys of other objects that a snapshot cannot be replayed without."""
    revisited: set[Digest] = set()
    for record in reader.records(archive.warcs.read_all(key)):
        if record.type == "metadata":
            said = holdings.metadata(bytes(record.block))
            for one in said.get("requisites", ()):
                if one["outcome"] == "shared":
                    yield one["warc_key"]
        elif record.type == "revisit":
            revisited.add(Digest(record.field("WARC-Payload-Digest") or ""))
    for original in archive.index.by_digest(revisited).values():
        yield original.location.warc_key


def _all(act: Callable[[str], None], keys: list[str], tell: Told) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done, _ in enumerate(pool.map(act, keys), start=1):
            tell(done)
