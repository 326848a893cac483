"""``/entries/<id>/diff``: how one version became another, in one column or two."""

from collections.abc import Iterator, Sequence
from typing import Any

from aws_lambda_powertools.event_handler import Response

from hozon.changes import diffing
from hozon.changes.diffing import Line, Part
from hozon.lives.histories import Compared, Version
from hozon.nouns.errors import NotFound
from hozon.rechecking import versions
from hozon.retrieving.listing import entry_of
from hozon.serving.describing import compared as described
from hozon.serving.river import language
from hozon.web import views
from hozon.web.request import Request
from hozon.web.views import fitting, moment
from hozon.web.words import words

INLINE, SPLIT = "inline", "split"

_ROOM = 30_000
_AROUND = 1
_OFFERED = 60
_LINE = 400
_PART = 48
_WIDE = "\u2e80"


def show(request: Request) -> Response[Any]:
    """Show how one version became another; by default the latest edit. `NotFound`."""
    archive = request.archive
    key = request.path.removeprefix("/entries/").removesuffix("/diff")
    shown = entry_of(archive.index, key)
    link = shown.entry.link
    known = versions.versions(link, archive) if link else []
    asked = [_asked(request, name) for name in ("from", "to")]
    wanted = versions.wanted(known, *asked)
    if wanted is None:
        raise NotFound("this article has one version only: no edit was found")
    found = versions.compared(known, archive, before=wanted[0], after=wanted[1])
    is_split = request.parameter("view") != INLINE
    is_whole = request.parameter("whole") == "1"
    lines = list(found.lines) if is_whole else list(_hunks(found))
    parts = views.portions(lines, map(_size, lines), _ROOM // (2 if is_split else 1))
    number = views.number(request.parameter("part"), most=len(parts))
    rows = parts[number - 1]
    return views.page(
        request,
        "diff.html",
        here="changes",
        wide=is_split,
        id=key,
        title=fitting(shown.entry.title or link or key, _LINE),
        spoken=views.tag(language(shown)),
        change=_change(request, found),
        ends=[_end(request, each) for each in (found.before, found.after)],
        facts=list(_facts(request, found)),
        is_split=is_split,
        is_whole=is_whole,
        rows=rows if is_split else list(paragraphs(rows)),
        numbers=[version.number for version in known[-_OFFERED:]],
        ways=_ways(request, wanted, is_split=is_split, is_whole=is_whole),
        part=number,
        parts=len(parts),
        back=_turned(request, number - 1, len(parts)),
        on=_turned(request, number + 1, len(parts)),
    )


def _asked(request: Request, name: str) -> int | None:
    text = request.parameter(name)
    return views.number(text, most=10**6) if text else None


def _hunks(found: Compared) -> Iterator[Line | None]:
    return diffing.hunks(found.lines, around=_AROUND)


def _size(line: Line | None) -> int:
    if line is None:
        return 80
    return sum(views.weight(p.text) + _PART for p in line.parts)


def paragraphs(lines: Sequence[Line | None]) -> Iterator[list[Part] | None]:
    """Yield the parts of sentences that stand in one paragraph; None: some are left out.

    What was removed stands where it stood, in the paragraph that is there now.
    """
    block, gathered = -1, list[Part]()
    for line in lines:
        is_new = line is None or (line.op != "removed" and line.block != block)
        if is_new and gathered:
            yield gathered
            gathered = []
        if line is None:
            yield None
            continue
        if line.op != "removed":
            block = line.block
        if gathered and _parted(gathered[-1].text):
            gathered.append(Part("same", " "))
        gathered += line.parts
    if gathered:
        yield gathered


def _parted(text: str) -> bool:
    """Tell whether a space stands between a sentence that ends so and the next one."""
    return bool(text) and text[-1] < _WIDE and not text[-1].isspace()


def _change(request: Request, found: Compared) -> dict[str, Any] | None:
    said, change = words(request.language), found.change
    if change is None:
        return None
    return {
        "kind": said[f"change_{change.kind}"],
        "share": round(change.size * 100),
        "percent": views.percent(change.size) if change.size else "",
        "added": said["added_count"].format(change.added) if change.added else "",
        "removed": said["removed_count"].format(change.removed)
        if change.removed
        else "",
    }


def _end(request: Request, version: Version) -> dict[str, Any]:
    return {"number": version.number, "at": moment(request, version.found.at)}


def _facts(request: Request, found: Compared) -> Iterator[dict[str, Any]]:
    said = words(request.language)
    for name, pair in described(found)["facts"].items():
        stated = [_stated(pair[side]) for side in ("before", "after")]
        yield {
            "name": said[f"fact_{name}"],
            "before": stated[0] or said["none_stated"],
            "after": stated[1] or said["none_stated"],
        }


def _stated(value: Any) -> str:
    text = ", ".join(value) if isinstance(value, list) else str(value or "")
    return fitting(text, _LINE)


def _ways(
    request: Request, wanted: tuple[int, int], *, is_split: bool, is_whole: bool
) -> dict[str, str]:
    """Return the links to the same difference, shown in the other ways."""

    def to(view: str, whole: bool) -> str:  # noqa: FBT001  read as two words
        asked = {"from": wanted[0], "to": wanted[1], "view": view}
        return views.way(request, request.path, **asked, whole="1" if whole else None)

    view = SPLIT if is_split else INLINE
    return {
        "view": to(INLINE if is_split else SPLIT, is_whole),
        "whole": to(view, not is_whole),
    }


def _turned(request: Request, part: int, parts: int) -> str | None:
    if not 1 <= part <= parts:
        return None
    names = ("from", "to", "view", "whole")
    kept = {name: request.parameter(name) for name in names}
    return views.way(request, request.path, **kept, part=part)
