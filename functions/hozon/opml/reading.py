"""Read OPML lists as other programs write them: what can be used, and what cannot.

Titles, URIs and folders are OPML's own. All other settings of a feed travel in
attributes of `NAMESPACE`: ``paused`` (``true``), ``everyMin`` and ``everyMax`` (seconds
between two polls), ``plan`` (of re-checks, `hozon.timetable.plans`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from xml.parsers import expat

from hozon.feeds import kinds, mending
from hozon.nouns import uris
from hozon.nouns.errors import Misuse
from hozon.reading.encodings import decode_xml
from hozon.timetable import plans

NAMESPACE = "https://hozon.invalid/ns/opml/1"
LARGEST = 10_000_000
_MOST_MENDED = 500_000
_DEPTH = 50
_LONGEST_VALUE = 10_000
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DECLARATION = re.compile(r"\s*<\?xml\b[^<>]*>", re.IGNORECASE)
_OTHERWISE = {
    "html": "a page; look for “Export” in your reader",
    "rss": "a feed; follow it with `hozon feeds add`",
    "rdf:rdf": "a feed; follow it with `hozon feeds add`",
    "feed": "a feed; follow it with `hozon feeds add`",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One feed of a list: its `uri` in normal form, or what is wrong with it.

    `line` is where it stands in the file, from 1; `folder` names the outlines around
    it, outermost first. `problem` says why it cannot be followed, `notes` which of its
    settings were not understood: it is followed without those.
    """

    line: int
    title: str | None = None
    uri: str | None = None
    folder: tuple[str, ...] = ()
    paused: bool = False
    every_min_s: int | None = None
    every_max_s: int | None = None
    plan: str | None = None
    problem: str | None = None
    notes: tuple[str, ...] = ()


def read(document: bytes) -> list[Outline]:
    """Return the outlines of a list that name a feed, nested ones too, in order.

    Those whose feed cannot be used carry a `problem`, and so does the place from which
    on the document could not be read. A bare ``&`` and HTML's entities are understood.
    Raises `Misuse` where the document is no OPML, saying what it seems to be.
    """
    if len(document) > LARGEST:
        raise Misuse(f"OPML of {len(document)} bytes; at most {LARGEST} are read")
    text, _ = decode_xml(document, None)
    text = _FORBIDDEN.sub("", text.removeprefix("\ufeff"))
    if text.lstrip()[:1] in {"{", "["}:
        raise Misuse("not OPML but JSON; export OPML from your reader")
    if "<" not in text:
        raise Misuse("not OPML: there is no markup in it")
    # Its encoding is no longer what it declares; the lines stay where they are.
    text = _DECLARATION.sub(lambda found: "\n" * found[0].count("\n"), text, count=1)
    found, broken = _Reading().of(text)
    if broken is not None and _is_mendable(text):
        found, broken = _Reading().of(mending.mended(text))
    if broken is None or found:
        return [*found, *([broken] if broken else [])]
    if kinds.is_html(text):
        raise Misuse(f"not OPML, but {kinds.seeming(text)}")
    raise Misuse(f"not OPML that can be read: {broken.problem} (line {broken.line})")


def _is_mendable(text: str) -> bool:
    root = kinds.root(text) or ""
    return root.lower() == "opml" and text.count("&") <= _MOST_MENDED


class _Reading:
    """One pass of expat over a list."""

    def __init__(self) -> None:
        self._found: list[Outline] = []
        self._path: list[str | None] = []
        self._prefixes: set[str] = set()
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = self._refuse

    def of(self, text: str) -> tuple[list[Outline], Outline | None]:
        """Return the outlines, and where the document breaks off if it does."""
        try:
            self._parser.Parse(text.encode(), True)
        except expat.ExpatError as e:
            why = f"{expat.ErrorString(e.code)}; nothing behind it was read"
            return self._found, Outline(line=e.lineno, problem=why)
        return self._found, None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._path and name.lower() != "opml":
            what = _OTHERWISE.get(name.lower(), f"the root element is <{name:.40}>")
            raise Misuse(f"not OPML: this is {what}")
        if len(self._path) >= _DEPTH:
            raise Misuse(f"OPML nested deeper than {_DEPTH} levels")
        self._prefixes |= {
            name.removeprefix("xmlns:").lower()
            for name, value in attributes.items()
            if name.startswith("xmlns:") and value == NAMESPACE
        }
        self._path.append(self._outline(name, attributes))

    def _outline(self, name: str, attributes: dict[str, str]) -> str | None:
        """Note the feed that an element names; return its text if it is a folder."""
        if name.lower() != "outline":
            return None
        named = {n.lower(): v[:_LONGEST_VALUE] for n, v in attributes.items()}
        address = _address(named)
        if address is None:
            return (named.get("text") or named.get("title") or "").strip() or None
        folder = tuple(filter(None, self._path)) or _category(named)
        outline = Outline(line=self._parser.CurrentLineNumber, folder=folder)
        own = {
            name.partition(":")[2]: value
            for name, value in named.items()
            if name.partition(":")[0] in self._prefixes
        }
        self._found.append(_settled(_addressed(outline, named, address), own))
        return None

    def _end(self, _: str) -> None:
        self._path.pop()

    def _refuse(self, *_: object) -> None:
        raise Misuse("not OPML that can be read: it declares entities")


def _address(named: Mapping[str, str]) -> str | None:
    """Return the address that an outline gives for a feed, None if it is no feed."""
    is_feed = named.get("type", "").strip().lower() in {"rss", "atom", "rss1", "feed"}
    address = named.get("xmlurl") or (named.get("url", "") if is_feed else "")
    return address.strip() if address.strip() or is_feed else None


def _addressed(outline: Outline, named: Mapping[str, str], address: str) -> Outline:
    text = named.get("text")
    title = named.get("title") or (text if text != address else None) or None
    try:
        href = uris.lenient(_schemed(address))
    except Misuse as e:
        problem = str(e) if address else "no xmlUrl"
        return replace(outline, title=title, problem=problem)
    return replace(outline, title=title, uri=href)


def _settled(outline: Outline, own: Mapping[str, str]) -> Outline:
    """Return the outline with the settings that only we write."""
    notes = []
    if own.get("paused", "false") not in {"true", "false"}:
        notes.append(f"paused is neither true nor false: {own['paused']!r:.60}")
    seconds: dict[str, int | None] = {}
    for name in ("everymin", "everymax"):
        stated = own.get(name)
        usable = stated is not None and re.fullmatch("[1-9][0-9]{0,8}", stated)
        seconds[name] = int(stated) if stated and usable else None
        if stated is not None and not usable:
            notes.append(f"{name} is no number of seconds: {stated!r:.60}")
    plan = own.get("plan")
    if plan is not None and (wrong := _unplanned(plan)):
        notes.append(wrong)
        plan = None
    return replace(
        outline,
        paused=own.get("paused") == "true",
        every_min_s=seconds["everymin"],
        every_max_s=seconds["everymax"],
        plan=plan,
        notes=tuple(notes),
    )


def _unplanned(plan: str) -> str | None:
    """Return what is wrong with a re-check plan, if something is."""
    try:
        plans.parse(plan)
    except Misuse as e:
        return f"{e:.200}"
    return None


def _category(named: Mapping[str, str]) -> tuple[str, ...]:
    """Return the first category of an outline (OPML 2.0: ``/a/b,/c``) as a folder."""
    first = named.get("category", "").split(",")[0]
    return tuple(part.strip() for part in first.split("/") if part.strip())[:_DEPTH]


def _schemed(address: str) -> str:
    """Return the address with ``feed:`` taken off, as some readers write it."""
    bare = re.sub(r"^feed:(//)?(?=https?:)", "", address, flags=re.IGNORECASE)
    return re.sub(r"^feed://", "https://", bare, flags=re.IGNORECASE)
