"""The child's side: one document after another, until who asks has gone.

Nothing here trusts what it reads; nothing that reads here is trusted by who asks.
"""

import resource
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from hozon import text, verdicts
from hozon.confined.questions import (
    FAILED,
    HEAD,
    NO_FEED,
    READ,
    Inert,
    Needs,
    Refusal,
    answer,
    asked,
)
from hozon.nouns.claims import Extract
from hozon.nouns.errors import NotAFeed
from hozon.nouns.model import Exchange, Verdict
from hozon.nouns.opened import Occasion, OpenedPage
from hozon.reading import continuations, css, encodings, passing
from hozon.reading.page import Page

Reading = Callable[[Mapping[str, Any], bytes], object]
"""What answers a question: its header and the document in, a frozen value out."""

TOO_MUCH = "it takes more memory than it may"
_SPARE_S = 5
_LARGE = 128 * 1024 * 1024
_FIRST_TO_GO = "1000"
_SOMETHING = b"\n"
"""Stands for the payload of an answer that was read: an empty one is not."""


def serve(memory: int, *, read: Reading | None = None) -> None:
    """Answer the questions that come on standard input, within limits.

    The kernel ends a process that uses more processor time on a document than whoever
    asked would wait, so that none spins on alone; where memory runs out, it ends this
    one before the one that asked. One that has grown large ends itself between two
    documents.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO, "ascii")
    while head := sys.stdin.buffer.read(HEAD.size):
        header, document = asked(head, sys.stdin.buffer.read)
        seconds = int(time.process_time() + header["seconds"]) + _SPARE_S
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
        resource.setrlimit(resource.RLIMIT_AS, (header["memory"], memory))
        sys.stdout.buffer.write(_answered(read or answered, header, document))
        sys.stdout.buffer.flush()
        if _resident() > _LARGE:
            return


def answered(header: Mapping[str, Any], document: bytes) -> object:
    """Return what the document comes to, for the kind of question that is asked."""
    return _ANSWERS[header["ask"]](header, document)


def _page(header: Mapping[str, Any], document: bytes) -> OpenedPage:
    html, _ = encodings.decode_html(document, header["content_type"])
    page = Page.parse(html, header["uri"])
    said = text.Statements(page.tree)
    extract = _extracted(page, said)
    opened = _leading(page, header) if header["leads"] else OpenedPage()
    occasion = (
        passing.read(Occasion, header["occasion"]) if header["occasion"] else None
    )
    is_read_again = occasion is None or occasion.is_compared
    if is_read_again or opened.whole or opened.following:
        _rehearse(page, said)
    verdict = judged(occasion, page, extract, said) if occasion else None
    return replace(opened, extract=extract, verdict=verdict)


def _leading(page: Page, header: Mapping[str, Any]) -> OpenedPage:
    """Return what a page needs, and where it leads."""
    first, number = header["first"], header["number"]
    return OpenedPage(
        requisites=page.requisites,
        refresh=page.refresh,
        whole=continuations.whole(page) if number == 1 else None,
        following=continuations.following(page, first=first, number=number),
    )


def _extracted(page: Page, said: text.Statements) -> Extract:
    """Return what can be made out of a page; a failure is an extract with a note."""
    try:
        return text.extract(page, said)
    except MemoryError:
        raise
    except Exception as e:  # noqa: BLE001  its requisites and its words are still there
        return Extract(notes=(f"text: {type(e).__name__}: {e!s:.200}",))


def judged(
    occasion: Occasion, page: Page, extract: Extract, said: text.Statements
) -> Verdict:
    """Return what came on an occasion."""
    answer = Exchange(
        target_uri=page.uri,
        started_at=occasion.job.due_at,
        request=b"",
        status=occasion.status,
        head=b"",
        headers=occasion.headers,
        payload=_SOMETHING,
        ip="",
    )
    facts = text.shown(extract, page)
    return verdicts.judge(occasion.job, [answer], page, facts, said)


def _rehearse(page: Page, said: text.Statements) -> None:
    """Do here first what the one who asked may do with the page's tree."""
    assert page.words is not None
    assert page.tree.html is not None
    assert said.nodes is not None


def _needs(header: Mapping[str, Any], document: bytes) -> Needs:
    content_type, uri = header["content_type"], header["uri"]
    words, _ = encodings.decode_html(document, content_type)
    if header["sheet"] == "style":
        return Needs(requisites=css.requisites(words, uri=uri))
    return Needs(requisites=Page.parse(words, uri).requisites)


def _inert(header: Mapping[str, Any], document: bytes) -> Inert:
    from hozon import inert  # noqa: PLC0415  what shows pages, for that alone

    is_sheet = header["sheet"] == "style"
    decode = encodings.decode_css if is_sheet else encodings.decode_html
    words, _ = decode(document, header["content_type"])
    ways = inert.Ways(stage=header["stage"], pages=header["pages"])
    write = inert.sheet if is_sheet else inert.page
    return Inert(text=write(words, uri=header["uri"], ways=ways))


def _feed(header: Mapping[str, Any], document: bytes) -> object:
    from hozon import feeds  # noqa: PLC0415  what reads feeds, for that alone

    return feeds.parse(document, uri=header["uri"], content_type=header["content_type"])


_ANSWERS: Mapping[str, Reading] = {
    "page": _page,
    "needs": _needs,
    "feed": _feed,
    "inert": _inert,
}


def _answered(read: Reading, header: Mapping[str, Any], document: bytes) -> bytes:
    """Return the bytes of the answer; a failure is one in words."""
    try:
        return answer(READ, passing.dumps(read(header, document)))
    except NotAFeed as e:
        return answer(NO_FEED, passing.dumps(Refusal.of(e)))
    except MemoryError:
        return answer(FAILED, TOO_MUCH.encode())
    except Exception as e:  # noqa: BLE001  a document that breaks us still is stored
        return answer(
            FAILED, f"{type(e).__name__}: {e!s:.200}".encode(errors="replace")
        )


def _resident() -> int:
    """Return the bytes of memory in use; `ru_maxrss` would count the parent's too."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, ValueError):
        return 0
    return pages * resource.getpagesize()
