"""How long a river of 50 entries takes: ``python -m benchmarks.rivers``.

CPU time of one process, best of many rounds: of the template and the rows it shows, and
of the whole answer with the index (SQLite) before it and compression behind it; and how
large the page is.
"""

import gzip
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from hozon import web, wiring
from hozon.nouns.model import Holdings
from hozon.retrieving import streams
from hozon.retrieving.streams import Wanted
from hozon.web import riverview, views
from hozon.web.request import Request
from tests.archives import BEGAN, EVERY, followed, numbered

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROUNDS = 60
_SUMMARY = "東京都は二十二日、来年度の予算案を発表した。総額は過去最大となった。" * 9
_EVENT = {
    "version": "2.0",
    "rawPath": "/",
    "rawQueryString": "",
    "headers": {"host": "h.example"},
    "requestContext": {"stage": "$default", "http": {"method": "GET", "path": "/"}},
    "isBase64Encoded": False,
}


def best_ms(work: Callable[[], object]) -> float:
    """Return the least CPU time of the work, in milliseconds."""
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return min(taken) * 1000


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "archive"
        with wiring.embedded(place, clock=lambda: NOW, create=True) as opened:
            archive = opened.archive
            feeds = followed(archive)
            written = [
                replace(
                    numbered(feeds[n % 2], n, BEGAN + n * EVERY),
                    title="都の予算案、過去最大に。議会は財源の見通しを問う",
                    summary=_SUMMARY if n % 2 else "Words of an article. " * 30,
                    language="ja" if n % 2 else "en",
                )
                for n in range(60)
            ]
            archive.index.add(Holdings(entries=tuple(written)))
            request = Request.of(_EVENT, archive, largest=1 << 30)
            page = streams.entries(archive, Wanted(), limit=50, before=None)

            def rendered() -> object:
                rows = list(riverview.entry_rows(request, page.items, feeds))
                return views.rendered(
                    request,
                    "river.html",
                    entries=rows,
                    asked={},
                    sources=[],
                    languages=[],
                    kinds=[],
                )

            def answered(coding: str = "") -> web.Answer:
                fields = {"host": "h.example", "accept-encoding": coding}
                event = {**_EVENT, "headers": fields}
                return web.respond(event, None, archive, largest=1 << 30)

            data = answered()["body"].encode()
            print(f"rows and template  {best_ms(rendered):6.2f} ms CPU")
            print(f"whole answer       {best_ms(answered):6.2f} ms CPU")
            print(f"  compressed       {best_ms(lambda: answered('gzip')):6.2f} ms CPU")
            print(f"page               {len(data):6} bytes")
            print(f"  compressed       {len(gzip.compress(data, 5)):6} bytes")


if __name__ == "__main__":
    main()
