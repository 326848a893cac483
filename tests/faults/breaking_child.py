"""A child that breaks as a page tells it to: what a parser may do on its worst day."""

import os
import signal

from hozon.claims import Extract
from hozon.confined import child


def serve(*, memory: int, page_s: float) -> None:
    """Serve as the real child does, but for pages that name a way to break."""
    child.serve(memory=memory, page_s=page_s, read=_broken)


def _broken(html: str, uri: str) -> Extract:
    while "spin" in html:
        pass
    if "die" in html:
        os.kill(os.getpid(), signal.SIGSEGV)
    if "leave" in html:
        os._exit(0)
    if "babble" in html:
        os.write(1, b"\x00\x00\x00\x05junk!")
    if "flood" in html:
        os.write(1, b"\xff\xff\xff\xff")
    if "eat" in html:
        return child.extracted("<p>" + "x" * 4_000_000_000, uri)
    return child.extracted(html, uri)
