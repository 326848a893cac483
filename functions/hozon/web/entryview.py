"""``/entries/<id>``: one entry: its text, its facts, its versions, and the evidence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from aws_lambda_powertools.event_handler import Response

from hozon.lives.histories import Version
from hozon.nouns.errors import HozonError, NotFound
from hozon.nouns.findings import Step
from hozon.nouns.instants import timestamp
from hozon.nouns.model import Facts, RiverEntry, Snapshot
from hozon.rechecking import versions
from hozon.retrieving import retrieval
from hozon.retrieving.listing import entry_of
from hozon.serving import memento, river
from hozon.serving.describing import state
from hozon.stored import holdings
from hozon.web import replayview, views
from hozon.web.elsewhere import Elsewhere
from hozon.web.request import Request
from hozon.web.views import fitting, moment, web_uri
from hozon.web.words import language_name, words
from hozon.web.words import state as stated

_TEXT_ROOM = 22_000
_LONGEST_PARAGRAPH = 4_000
_VERSIONS, _LOOKS, _ABSENT, _ENCLOSURES = 30, 20, 12, 5
_LINE, _WHY = 400, 300
_ABSENCES = frozenset({"failed", "refused", "skipped"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is read of a snapshot's metadata for a page; `problem` says why it is less."""

    facts: Facts
    absent: Sequence[Mapping[str, Any]] = ()
    problem: str = ""


def show(request: Request) -> Response[Any]:
    """Show one entry, in its version of record, or the ``version`` that is asked for."""
    archive = request.archive
    shown = entry_of(archive.index, request.path.removeprefix("/entries/"))
    link = shown.entry.link
    steps = versions.steps(link, archive) if link else []
    snapshots = archive.index.snapshots(link) if link else ()
    known = versions.versions(link, archive) if link else []
    held = _chosen(request, shown, known, snapshots)
    told = _told(held, request)
    paragraphs = list(_paragraphs(told.facts.text or shown.entry.summary))
    part, parts, text = _part(request, paragraphs)
    return views.page(
        request,
        "entry.html",
        here="river",
        entry=_entry(request, shown, told, held),
        versions=_timeline(request, known, held),
        looks=_looks(request, steps),
        looked=len(steps),
        next_look=_next_look(request, link),
        evidence=held and _evidence(request, shown, held, len(snapshots)),
        absent=[_absent(request, one) for one in told.absent[:_ABSENT]],
        notice=_notice(shown, held, request),
        elsewhere=Elsewhere.of(link, shown.entry.river_at) if link else None,
        problem=views.told(request, told.problem, _LINE),
        trouble=_trouble(request, shown, held),
        captures=link if snapshots else None,
        text=text,
        is_statement=not told.facts.text,
        part=part,
        parts=parts,
        back=_turned(request, part - 1, parts),
        on=_turned(request, part + 1, parts),
    )


def _chosen(
    request: Request,
    shown: RiverEntry,
    known: Sequence[Version],
    snapshots: Sequence[Snapshot],
) -> Snapshot | None:
    """Return the snapshot to show: the one asked for, else the one of record."""
    if (id_ := request.parameter("snapshot")) is not None:
        held = next((each for each in snapshots if each.id == id_), None)
        if held is None:
            raise NotFound(f"no snapshot {id_:.64} of this entry")
        return held
    if (number := request.parameter("version")) is not None:
        version = next((v for v in known if str(v.number) == number), None)
        if version is None or not version.snapshots:
            raise NotFound(f"no snapshot of version {number:.20} is held")
        return version.snapshots[-1]
    held = shown.snapshot
    return held if held is not None and held.accepted else None


def _told(held: Snapshot | None, request: Request) -> Told:
    """Read what a snapshot says; where that cannot be had, the index has a beginning."""
    if held is None:
        return Told(facts=Facts())
    try:
        said = retrieval.said_of(held, request.archive)
    except HozonError as e:
        return Told(facts=held.facts, problem=str(e))
    absent = [r for r in said.get("requisites", ()) if r.get("outcome") in _ABSENCES]
    facts = holdings.extract(said).facts
    return Told(facts=replace(held.facts, text=facts.text), absent=absent)


def _paragraphs(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if line := line.strip():
            for at in range(0, len(line), _LONGEST_PARAGRAPH):
                yield line[at : at + _LONGEST_PARAGRAPH]


def _part(
    request: Request, paragraphs: Sequence[str]
) -> tuple[int, int, Sequence[str]]:
    """Return which part of a long text is shown, of how many, and that part."""
    sizes = (views.weight(p) + 24 for p in paragraphs)
    parts = views.portions(paragraphs, sizes, _TEXT_ROOM)
    number = views.number(request.parameter("part"), most=len(parts))
    return number, len(parts), parts[number - 1]


def _turned(request: Request, part: int, parts: int) -> str | None:
    if not 1 <= part <= parts:
        return None
    kept = {name: request.parameter(name) for name in ("version", "snapshot")}
    return views.way(request, request.path, **kept, part=part)


def _entry(
    request: Request, shown: RiverEntry, told: Told, held: Snapshot | None
) -> dict[str, Any]:
    entry, facts = shown.entry, told.facts
    said = words(request.language)
    source = source_of(request, entry.feed_id)
    stands = state(shown)
    since = shown.life.since if shown.life and stands in {"gone", "missing"} else None
    published = entry.published_at or facts.published_at
    updated = facts.modified_at or entry.updated_at
    page = held.page_uri if held else None
    spoken = views.tag(facts.language or river.language(shown))
    return {
        "id": entry.key,
        "title": fitting(facts.title or entry.title or entry.link or entry.id, _LINE),
        "language": spoken,
        "spoken": language_name(request.language, spoken),
        "authors": fitting(", ".join(facts.authors or entry.authors), _LINE),
        "source": fitting(source, _LINE),
        "feed": entry.feed_id,
        "is_followed": bool(source),
        "link": web_uri(entry.link),
        "page": web_uri(page) if page != entry.link else None,
        "state": stated(request.language, stands),
        "since": since and said["since"].format(views.exact(since)),
        "published": published and moment(request, published),
        "updated": updated and moment(request, updated),
        "seen": moment(request, entry.first_seen_at),
        "captured": held and moment(request, held.captured_at),
        "categories": fitting(", ".join(entry.categories), _LINE),
        "enclosures": [
            {"uri": web_uri(one.uri), "type": fitting(one.type or "", 60)}
            for one in entry.enclosures[:_ENCLOSURES]
            if len(one.uri) <= _LINE
        ],
        "version": _number_of(request, held, shown),
    }


def source_of(request: Request, feed_id: str) -> str:
    """Return the title of a feed, nothing where it is followed no more."""
    try:
        feed = request.archive.feeds.get(feed_id)
    except NotFound:
        return ""
    return feed.title or feed.uri


def _number_of(
    request: Request, held: Snapshot | None, shown: RiverEntry
) -> int | None:
    asked = request.parameter("version")
    if held is None or shown.life is None or shown.life.version < 2:
        return None
    return views.number(asked, most=10**6) if asked else None


def _notice(shown: RiverEntry, held: Snapshot | None, request: Request) -> str | None:
    """Return what is to be said of a page that is not held, or is there no more."""
    said, stands = words(request.language), state(shown)
    if held is None:
        return said["not_held_state"]
    return said["gone_but_held"] if stands in {"gone", "missing"} else None


def _trouble(
    request: Request, shown: RiverEntry, held: Snapshot | None
) -> views.Told | None:
    """Return why there is no snapshot, as far as somebody has said so."""
    if held is not None or shown.trouble is None:
        return None
    return views.told(request, shown.trouble.reason, _LINE)


def _timeline(
    request: Request, known: Sequence[Version], held: Snapshot | None
) -> list[dict[str, Any]]:
    """Return the versions, latest first, each with the degree of its change."""
    said = words(request.language)
    return [
        {
            "number": version.number,
            "at": moment(request, version.found.at),
            "until": moment(request, version.until.at),
            "kind": said[f"change_{version.found.change}"]
            if version.found.change
            else said["version_first"],
            "share": round(version.found.size * 100),
            "percent": views.percent(version.found.size) if version.found.size else "",
            "is_held": bool(version.snapshots),
            "is_shown": held is not None and held in version.snapshots,
        }
        for version in reversed(known[-_VERSIONS:])
    ]


def _looks(request: Request, steps: Sequence[Step]) -> list[dict[str, Any]]:
    said = words(request.language)
    return [
        {
            "at": moment(request, step.finding.at),
            "outcome": said[f"outcome_{step.finding.outcome}"],
            "reason": views.told(request, step.finding.reason or "", _WHY),
            "status": step.finding.status,
        }
        for step in reversed(steps[-_LOOKS:])
    ]


def _next_look(request: Request, link: str | None) -> str | None:
    known = request.archive.watches.get(link) if link else None
    due = known.due_at if known else None
    return None if due is None else views.exact(due)


def _evidence(
    request: Request, shown: RiverEntry, held: Snapshot, count: int
) -> dict[str, Any]:
    leaves = request.archive.seals.named(held.id)
    leaf = leaves.get(held.warc_key)
    said, at = words(request.language), timestamp(held.captured_at)
    got = f"/api/v1/get?uri={quote(held.page_uri, safe='')}&at={at}&format="
    sealed = said["unsealed"] if leaf is None else said["sealed"].format(leaf)
    return {
        "memento": replayview.path(request, held.page_uri, held.captured_at),
        "raw": memento.path(held.page_uri, held.captured_at, "id_"),
        "got": got,
        "warc": f"/warc/{held.warc_key}",
        "receipt": f"/receipt/{held.id}" if leaf is not None else None,
        "sealed": sealed,
        "size": said["size"].format(views.amount(held.warc_length)),
        "counts": said["snapshots_count"].format(count, held.requisites),
        "missing": held.missing,
        "link": shown.entry.link,
    }


def _absent(request: Request, one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "uri": fitting(str(one.get("uri", "")), _LINE // 2),
        "reason": views.told(
            request, str(one.get("reason") or one.get("outcome")), _WHY
        ),
    }
