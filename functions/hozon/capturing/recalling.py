"""Requisites that the archive holds already, from an earlier run or another worker.

What `sharing` does within a process, over processes: a requisite that was stored a moment
ago, or that is fresh by its own header fields, is not fetched again. The index knows its
latest capture; the snapshot refers to that as it does to one of this process.

Only whole answers of status 200 to that very URI count. One that leads elsewhere is
fetched again, and so is one of a page that was put out of sight: it would be missing from
this page as well.
"""

import asyncio
from asyncio import Future, Task, to_thread
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from hozon.capturing.gathering import sheet
from hozon.capturing.sharing import FRESH, FRESH_AT_MOST, Commons, Fetched
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Damaged, NotFound, Restoring, Unread
from hozon.nouns.model import Capture
from hozon.nouns.readers import Sheet
from hozon.nouns.requisites import Requisite
from hozon.reading.codings import decode
from hozon.warc import reader
from hozon.warc.reader import StoredRecord

_GONE = (Damaged, NotFound, Restoring)
_AT_ONCE = 8
"""How many URIs one thread asks the index for, one after the other."""


def commons(archive: Archive) -> Commons:
    """Return requisites to share that are reminded of what the archive holds."""
    return Commons(clock=archive.clock, recall=Recall(archive))


def counts_until(capture: Capture) -> datetime:
    """Return until when what was captured serves others: a moment, or as it said."""
    moment = capture.captured_at + FRESH
    stale_at = capture.stale_at or moment
    return max(moment, min(stale_at, capture.captured_at + FRESH_AT_MOST))


class Recall:
    """Tells which requisites need not be fetched (`sharing.Recall`).

    Questions that come at once go to the index together.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._asked: dict[str, Future[Capture | None]] = {}
        self._answering: set[Task[None]] = set()

    async def __call__(self, requisite: Requisite) -> Fetched | None:
        """Return the requisite as the archive holds it, or None."""
        capture = await self._latest(requisite.uri)
        if capture is None:
            return None
        until, captures = counts_until(capture), (capture,)
        read_as = sheet(requisite, capture.media_type)
        if read_as is None:
            return Fetched((), captures=captures, until=until)
        try:
            record = await to_thread(_whole_record, capture, self._archive)
            needs = await self._needs(requisite.uri, record, read_as)
        except _GONE:
            return None
        except Unread as e:
            stopped = f"not read for what it needs: {e}"
            return Fetched((), stopped=stopped, captures=captures, until=until)
        return Fetched((), needs, captures=captures, until=until)

    async def _needs(
        self, uri: str, record: StoredRecord, read_as: Sheet
    ) -> tuple[Requisite, ...]:
        _, fields, _ = reader.http_head(record.block)
        said = {name.lower(): value for name, value in reversed(fields)}
        document = decode(reader.payload(record), said.get("content-encoding")).data
        content_type = said.get("content-type") or "text/css"
        return await self._archive.reader.needs(
            document, uri=uri, content_type=content_type, sheet=read_as
        )

    async def _latest(self, uri: str) -> Capture | None:
        """Return the latest capture of a URI if it still counts."""
        loop = asyncio.get_running_loop()
        if not self._asked:
            loop.call_soon(self._ask)
        return await asyncio.shield(self._asked.setdefault(uri, loop.create_future()))

    def _ask(self) -> None:
        """Put all questions that came in this turn of the loop."""
        asked, self._asked = [*self._asked.items()], {}
        for start in range(0, len(asked), _AT_ONCE):
            some = dict(asked[start : start + _AT_ONCE])
            task = asyncio.create_task(self._answer(some))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def _answer(self, asked: Mapping[str, "Future[Capture | None]"]) -> None:
        try:
            found = await to_thread(_counting, list(asked), self._archive)
        except BaseException as error:
            for future in asked.values():
                _settle(future, error)
            if not isinstance(error, Exception):
                raise
        else:
            for uri, future in asked.items():
                _settle(future, found.get(uri))


def _settle(
    future: "Future[Capture | None]", answer: Capture | BaseException | None
) -> None:
    if future.done():
        return
    if isinstance(answer, BaseException):
        future.set_exception(answer)
    else:
        future.set_result(answer)


def _counting(uris: Sequence[str], archive: Archive) -> Mapping[str, Capture]:
    """Return the latest captures of those URIs of which they still count."""
    now = archive.clock()
    since = now - FRESH_AT_MOST
    latest = archive.index.latest(uris, since=since)
    found = {uri: each for uri, each in latest.items() if _serves(each, now)}
    seen = _in_sight(found.values(), archive)
    return {uri: capture for uri, capture in found.items() if capture in seen}


def _serves(capture: Capture, now: datetime) -> bool:
    """Tell whether a capture can stand for an exchange now."""
    is_whole = capture.status == 200 and capture.truncated is None
    counts = capture.captured_at <= now <= counts_until(capture)
    return is_whole and capture.kind is None and counts


def _in_sight(captures: Iterable[Capture], archive: Archive) -> set[Capture]:
    found, now = list(captures), archive.clock()
    if not found:
        return set()
    standing = [each for each in archive.access.all() if each.stands(now)]
    if not standing:
        return set(found)
    # Here, because few archives have any, and who captures would start later for it.
    from hozon.guarding.seeing import Guard  # noqa: PLC0415  see above

    decided = Guard(archive, standing).of_captures(found)
    return {
        capture
        for capture, decision in zip(found, decided, strict=True)
        if decision is None or not decision.is_hiding
    }


def _whole_record(capture: Capture, archive: Archive) -> StoredRecord:
    """Return the record that has a capture's payload, its own or the one it revisits."""
    if capture.record_type == "revisit":
        held = archive.index.by_digest([capture.payload_digest])
        if capture.payload_digest not in held:
            raise NotFound(f"no response with {capture.payload_digest}")
        capture = held[capture.payload_digest]
    place = capture.location
    data = archive.warcs.read(place.warc_key, offset=place.offset, length=place.length)
    return reader.record_at(data)
