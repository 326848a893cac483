"""What became of articles: for the API, and as the feed of changes."""

from html import escape
from itertools import islice
from typing import Any
from xml.etree import ElementTree as ET

from hozon.changes import diffing
from hozon.changes.diffing import Line
from hozon.lives.histories import Compared
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Damaged, Misuse, NotFound
from hozon.nouns.events import KINDS, Filter
from hozon.nouns.findings import Step
from hozon.nouns.instants import iso
from hozon.nouns.model import Entry
from hozon.rechecking import versions
from hozon.serving import describing
from hozon.settling import planning
from hozon.web.request import Request
from hozon.web.syndication import ATOM, element

SHOWN = 30
"""Changes in the feed of changes, at most."""

_LOOKED_AT = 300
_MOST_LINES = 60


def looked(link: str | None, archive: Archive) -> dict[str, Any]:
    """Return the plan of an entry's page, and what every look at it found."""
    known = archive.watches.get(link) if link else None
    due = known.due_at if known else None
    steps = versions.steps(link, archive) if link else []
    return {
        "plan": planning.stated_plan(known, archive) if known else None,
        "next_look_at": due and iso(due),
        "looks": [describing.finding(step) for step in steps],
    }


def versions_of(entry_id: str, archive: Archive, min_change: float) -> dict[str, Any]:
    """Return the versions of an article, but for edits smaller than `min_change`."""
    link = _link(archive.index.entry(entry_id))
    return {
        "versions": [
            describing.version(known)
            for known in versions.versions(link, archive)
            if known.number == 1 or versions.is_large(known, min_change)
        ]
    }


def diff_of(
    entry_id: str,
    archive: Archive,
    before: int | None,
    after: int | None,
    min_change: float,
) -> dict[str, Any]:
    """Return how one version became another. Raises `NotFound` where there is no edit."""
    link = _link(archive.index.entry(entry_id))
    known = versions.versions(link, archive)
    wanted = versions.wanted(known, before, after, min_size=min_change)
    if wanted is None:
        raise NotFound("this article has no edit of that size")
    found = versions.compared(known, archive, before=wanted[0], after=wanted[1])
    return describing.compared(found)


def _link(found: Entry) -> str:
    if found.link is None:
        raise NotFound("this entry links to no page")
    return found.link


def changes(request: Request) -> bytes:
    """Return what became of articles as an Atom feed, newest first, edits with their diff.

    ``feed`` (an id), ``kind`` (of event or edit, several with commas) and ``min`` (a
    share of the text) choose. Raises `Misuse` for what is none of these.
    """
    archive = request.archive
    feed_id, wanted = request.parameter("feed"), _wanted(request)
    found, _ = archive.index.changes(limit=_LOOKED_AT, feed_id=feed_id)
    steps = list(islice((step for step in found if _takes(wanted, step)), SHOWN))
    entries = archive.index.entries(step.finding.entry_key for step in steps)
    root = ET.Element(f"{{{ATOM}}}feed")
    element(root, "id", f"{request.base}/changes.atom")
    element(root, "title", "Hozon: what became of articles")
    at = max((step.finding.at for step in steps), default=archive.clock())
    element(root, "updated", iso(at))
    element(ET.SubElement(root, f"{{{ATOM}}}author"), "name", "Hozon")
    for step in steps:
        _add(root, step, entries.get(step.finding.entry_key), request)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _wanted(request: Request) -> Filter:
    stated = (request.parameter("kind") or "").split(",")
    kinds = frozenset(kind.strip() for kind in stated if kind.strip())
    if unknown := kinds - {*KINDS, *versions.CHANGES}:
        raise Misuse(f"no such kind of change: {', '.join(sorted(unknown))}")
    least = request.parameter("min")
    return Filter(kinds=kinds, min_size=versions.checked_size(least) if least else 0.0)


def _takes(wanted: Filter, step: Step) -> bool:
    found = step.finding
    named = {step.event or "", found.change or ""}
    is_edit = step.event == "changed" and found.change != "title"
    return (not wanted.kinds or bool(wanted.kinds & named)) and (
        not is_edit or found.size >= wanted.min_size
    )


def _add(root: ET.Element, step: Step, known: Entry | None, request: Request) -> None:
    found = step.finding
    title = (known.title if known else "") or found.link
    item = ET.SubElement(root, f"{{{ATOM}}}entry")
    element(item, "id", f"urn:hozon:look:{found.id}")
    element(item, "title", f"{_event(step)}: {title}")
    element(item, "updated", iso(found.at))
    ET.SubElement(item, f"{{{ATOM}}}link", rel="alternate", href=found.link)
    for term in filter(None, (step.event, found.change)):
        ET.SubElement(item, f"{{{ATOM}}}category", term=term)
    element(item, "content", _content(step, request.archive)).set("type", "html")


def _event(step: Step) -> str:
    found = step.finding
    if found.change is None:
        return step.event or found.outcome
    return (
        f"{step.event} ({found.change}, {found.size:.1%}, version {step.life.version})"
    )


def _content(step: Step, archive: Archive) -> str:
    """Return what there is to see of a change, as HTML: the diff, or the reason."""
    found = step.finding
    lines = [f"<p>{escape(found.reason)}</p>"] if found.reason else []
    if found.outcome == "changed" and found.held:
        try:
            known = versions.versions(found.link, archive)
            number = step.life.version
            compared = versions.compared(
                known, archive, before=number - 1, after=number
            )
            lines += _diff(compared)
        except (NotFound, Damaged) as e:
            lines.append(f"<p>{escape(str(e))}</p>")
    return "".join(lines) or f"<p>{escape(found.outcome)}</p>"


def _diff(compared: Compared) -> list[str]:
    facts = describing.compared(compared)["facts"].items()
    stated = [
        f"<p>{escape(name)}: <del>{escape(str(pair['before'] or ''))}</del> "
        f"<ins>{escape(str(pair['after'] or ''))}</ins></p>"
        for name, pair in facts
    ]
    shown = (
        _sentence(line) if line else "<p>…</p>"
        for line in diffing.hunks(compared.lines)
    )
    return [*stated, *islice(shown, _MOST_LINES)]


def _sentence(line: Line) -> str:
    marks = {"added": "ins", "removed": "del"}
    parts = (
        f"<{marks[part.op]}>{escape(part.text)}</{marks[part.op]}>"
        if part.op in marks
        else escape(part.text)
        for part in line.parts
    )
    return f"<p>{''.join(parts)}</p>"
