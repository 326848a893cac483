"""What Chromium asks for without scripts, beside what a snapshot would hold."""

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from hozon.capturing.gathering import gather
from hozon.capturing.sharing import Commons
from hozon.nouns import uris
from hozon.nouns.errors import Misuse
from hozon.nouns.model import Exchange, Headers
from hozon.nouns.ports import Limits
from tests.browser.chromium import Answered, Asked, Browser, Screen, Visit
from tests.fakes import a_capture_job
from tests.readers import TextlessReader

SCREENS = (
    Screen(width=1280),
    Screen(width=1920, density=2),
    Screen(width=390, density=3, is_mobile=True),
)
_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63f8ffff3f0300080000030101a5f645400000000049454e44ae426082"
)
_NOW = datetime(2026, 8, 22, 12, tzinfo=UTC)


@dataclass(slots=True)
class World:
    """All that there is to be had: `held` answers by URI; the rest is made up.

    A style sheet that nobody holds refers to one picture of its own, so that who does
    not read it misses something.
    """

    held: Mapping[str, Answered]
    _sheets: set[str] = field(default_factory=set)

    def asked(self, asked: Asked) -> Answered:
        """Answer the browser, and remember what it takes for a style sheet."""
        if asked.type == "Stylesheet":
            self._sheets.add(bare(asked.uri))
        return self.answer(asked.uri, is_document=asked.type == "Document")

    def answer(self, uri: str, *, is_document: bool = False) -> Answered:
        """Return the answer to any URI."""
        if (held := self.held.get(uri)) is not None:
            return held
        if (name := bare(uri)) in self._sheets:
            number = sum(name.encode())
            sheet = f"html{{background:url(/of-sheet-{number}.png)}}"
            return Answered(body=sheet.encode(), media_type="text/css")
        if is_document:
            return Answered(body=b"<!doctype html>A frame", media_type="text/html")
        return Answered(body=_PIXEL, media_type="image/png")


@dataclass(frozen=True, slots=True)
class WorldFetcher:
    """A `hozon.nouns.ports.Fetcher` that asks a world."""

    world: World

    async def fetch(
        self,
        uri: str,
        *,
        headers: Headers = (),  # noqa: ARG002  the port's
        limits: Limits | None = None,  # noqa: ARG002  the port's
    ) -> Exchange:
        """Answer as the world would."""
        answered = self.world.answer(uris.normal(uri))
        fields = [("Content-Type", answered.media_type)]
        if answered.location is not None:
            fields.append(("Location", answered.location))
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields)
        return Exchange(
            target_uri=uris.normal(uri),
            started_at=_NOW,
            request=b"GET / HTTP/1.1\r\n\r\n",
            status=answered.status,
            head=f"HTTP/1.1 {answered.status} OK\r\n{lines}\r\n".encode(),
            headers=tuple(fields),
            payload=answered.body or b"",
            ip="192.0.2.1",
        )


def needed(visit: Visit, uri: str) -> dict[str, str]:
    """Return what the browser asked for, by URI with its type: what should be held.

    Frames of other hosts, and what these ask for, are left out: they are documents of
    others. Schemes are left out too: browsers upgrade pictures of secure pages.
    """
    host = urlsplit(uri).netloc
    foreign = {
        one.frame
        for one in visit.asked
        if one.type == "Document" and urlsplit(one.uri).netloc != host
    }
    return {
        bare(one.uri): one.type
        for one in visit.asked
        if one.frame not in foreign
        and one.uri.startswith("http")
        and one.type not in {"Ping", "CSPViolationReport"}
        and bare(one.uri) != bare(uri)
    }


def bare(uri: str) -> str:
    """Return a URI's normal form without scheme.

    Chromium encodes ``|`` in paths, which the standard that it follows else does not.
    """
    with contextlib.suppress(Misuse):
        uri = uris.lenient(uri)
    return uri.partition(":")[2].replace("|", "%7C")


@dataclass(slots=True)
class Compared:
    """Of how many requisites that the browser asked for, which are not held.

    `guessed` is ``/favicon.ico`` where the browser asked for it and we do not: it is no
    target that a page offers, and we make none up. It is not among the `missed`.
    """

    asked: int = 0
    guessed: int = 0
    missed: dict[str, str] = field(default_factory=dict)
    found: int = 0
    notes: list[str] = field(default_factory=list)


async def compared(
    browser: Browser, uri: str, world: World, screens: Iterable[Screen] = SCREENS
) -> Compared:
    """Visit a page in several windows, gather it, and compare."""
    asked: dict[str, str] = {}
    for screen in screens:
        visit = await browser.visit(uri, world.asked, screen=screen)
        asked |= needed(visit, uri)
    clock = lambda: _NOW  # noqa: E731  a clock that stands
    gathered = await gather(
        a_capture_job(link=uri),
        fetcher=WorldFetcher(world),
        commons=Commons(clock=clock),
        clock=clock,
        reader=TextlessReader(),
    )
    held = {bare(one) for one in gathered.completed.wanted}
    held |= {
        bare(hop.target_uri)
        for one in gathered.completed.wanted.values()
        for hop in one.fetched.exchanges
    }
    held |= {bare(hop.target_uri) for hop in gathered.exchanges}
    lacking = {one: type_ for one, type_ in asked.items() if one not in held}
    guess = f"//{urlsplit(uri).netloc}/favicon.ico"
    guessed = lacking.pop(guess, None) is not None
    return Compared(
        asked=len(asked) - guessed,
        guessed=int(guessed),
        missed=lacking,
        found=len(held),
        notes=gathered.notes,
    )
