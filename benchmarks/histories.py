"""How well edits, deletions and returns are found, and what looking again costs.

    python -m benchmarks.histories edits [ARTICLES]  histories of articles, over 120 days
    python -m benchmarks.histories pages             real pages that were edited, or not
    python -m benchmarks.histories year [ENTRIES]    a year of entries that nobody edits
    python -m benchmarks.histories deployed [ENTRIES]  the same through the Lambda handlers

All of it over HTTP on loopback, the clock put from one instant at which something is due
to the next. ``edits`` and ``pages`` end with 1 where precision or recall is below 0.97, a
state begins at another instant than it did, or `get` gives other bytes than were sent.
Articles and real pages are those of the corpora (HOZON_CORPORA), and of the bundled site.
"""

import asyncio
import json
import os
import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from moto import mock_aws

from benchmarks.aws import CREDENTIALS
from benchmarks.metering import Meter, metered
from hozon import wiring
from hozon.nouns.archive import Archive
from hozon.nouns.findings import Finding
from tests.aws.atomic import make_atomic
from tests.aws.edwards import make_edwards
from tests.aws.place import Place
from tests.aws.rehearsal import Rehearsal
from tests.aws.stack import TEMPLATE, deploy
from tests.histories import library, real
from tests.histories.articles import Article
from tests.histories.judge import Score, judge
from tests.histories.replay import Replayed, replay
from tests.histories.scripts import Act, Script, State, typical
from tests.histories.templates import TEMPLATES, Moment
from tests.histories.town import Town
from tests.manners.town import Standing
from tests.sites import Site

BORN = datetime(2026, 1, 5, 9, tzinfo=UTC)
LEAST = 0.97
MANNERS = ("noisy", "static", "bare")
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def edits(count: int) -> int:
    """Replay what becomes of so many articles, and print how well it was found."""
    articles = [*library.bundled(), *library.from_corpora(count)][:count]
    named = [replace(one, slug=f"n{number}") for number, one in enumerate(articles)]
    scripts = typical(named, born_at=BORN, seed=1)
    return _judged(_replayed(scripts, days=120))


def pages(_count: int) -> int:
    """Replay real pages: after three weeks each becomes what it became."""
    aged = list(real.pages())
    scripts = [_script(each, number) for number, each in enumerate(aged)]
    shown = {f"p{number}": each for number, each in enumerate(aged)}

    class Real(Town):
        """A site whose pages are real ones, to the byte."""

        def shown(self, state: State, moment: Moment) -> bytes:  # noqa: ARG002
            page = shown[state.article.slug]
            is_new = state.version > 1 or state.template == "new"
            return (page.new if is_new else page.old).read_bytes()

    return _judged(_replayed(scripts, days=45, played=Real))


def _script(aged: real.Aged, number: int) -> Script:
    edited = Act(days=21, verb="edit", what="added")
    made_anew = Act(days=21, verb="redesign", what="new")
    blocks = ("The harbour was closed.", "It opened again on Friday.")
    return Script(
        article=Article(slug=f"p{number}", title=aged.name, author="", blocks=blocks),
        born_at=BORN + timedelta(minutes=number),
        template="old",
        acts=[edited if aged.is_edited else made_anew],
    )


def _replayed(
    scripts: Sequence[Script], *, days: int, played: type[Town] = Town
) -> Replayed:
    with TemporaryDirectory(prefix="hozon-histories-", dir=_MEMORY) as made:
        until = max(script.born_at for script in scripts) + timedelta(days=days)
        return asyncio.run(
            replay(scripts, Path(made) / "archive", until=until, played=played)
        )


def _judged(replayed: Replayed) -> int:
    score: Score = judge(replayed)
    for problem in score.problems:
        print(problem, file=sys.stderr)
    print(
        json.dumps(
            {
                "articles": len(replayed.told),
                "looks": score.looks,
                "requests": replayed.requests,
                "edits": score.edits,
                "versions": score.versions,
                "precision": round(score.precision, 4),
                "recall": round(score.recall, 4),
                "looks at what was away": score.absences,
                "looks at what had moved": score.moves,
                "changes of state, told": score.states,
                "snapshots read back": sum(
                    len(t.given) for t in replayed.told.values()
                ),
                "problems": len(score.problems),
            },
            indent=1,
        )
    )
    is_good = min(score.precision, score.recall) >= LEAST and not score.problems
    return 0 if is_good else 1


def left_alone(count: int, *, apart: timedelta) -> list[Script]:
    """Return scripts of articles that nobody edits, shown in all kinds of clothes.

    A third has other bytes each time, a third the same ones with a validator, a third
    the same ones without.
    """
    articles, names = library.bundled(), list(TEMPLATES)
    rng = random.Random(3)
    return [
        Script(
            article=replace(rng.choice(articles), slug=f"e{number}"),
            born_at=BORN + apart * number,
            template=names[number % len(names)],
            manner=MANNERS[number % 3],  # type: ignore[arg-type]  # one of these
        )
        for number in range(count)
    ]


def year(count: int) -> int:
    """Look at so many entries for a year, embedded, and print what that took."""
    scripts = left_alone(count, apart=timedelta(minutes=13))
    with TemporaryDirectory(prefix="hozon-year-", dir=_MEMORY) as made:
        folder = Path(made) / "archive"
        until = scripts[-1].born_at + timedelta(days=400)
        replayed = asyncio.run(replay(scripts, folder, until=until))
        found = [s.finding for told in replayed.told.values() for s in told.steps]
        sizes = {f.id: (folder / f.warc_key).stat().st_size for f in found}
        sealed = sum(f.stat().st_size for f in folder.glob("*.sqlite"))
    print(
        json.dumps(
            {
                **_told(found, sizes),
                "requests in all": replayed.requests,
                "requests of pages": len(replayed.town.log),
                "databases, bytes": sealed,
            },
            indent=1,
        )
    )
    return 0


def _told(found: Sequence[Finding], sizes: dict[str, int]) -> dict[str, Any]:
    """Return what there is to say of looks and of the objects they left."""
    looks = [each for each in found if each.outcome != "new"]
    stored = [sizes[each.id] for each in looks]
    return {
        "entries": len(found) - len(looks),
        "looks": len(looks),
        "outcomes": dict(Counter(each.outcome for each in found)),
        "looks answered by 304": sum(each.vouched for each in looks),
        "bytes stored by looks": sum(stored),
        "bytes of a look, mean": round(sum(stored) / max(1, len(stored))),
        "bytes of a look, most": max(stored, default=0),
    }


@dataclass(slots=True, kw_only=True)
class _Deployed:
    """A stack on moto that follows a site, and a clock that stands."""

    rehearsal: Rehearsal
    clock: Standing
    meter: Meter

    @property
    def archive(self) -> Archive:
        return self.rehearsal.deployed.archive

    def until(self, end: datetime, *, tick: timedelta) -> None:
        """Tick whenever something is due, until `end`."""
        while (at := self._next()) is not None and at < end:
            self.clock.now = max(at, self.clock.now + tick)
            self.meter.on = True
            drained = self.rehearsal.work(at=self.clock.now)
            self.meter.on = False
            if drained.failed:
                raise RuntimeError(f"a handler failed: {drained.errors}")

    def _next(self) -> datetime | None:
        archive = self.archive
        feeds = [feed.due_at for feed in archive.feeds.due(_NEVER, limit=1)]
        looks = [w.due_at for w in archive.watches.due(_NEVER, limit=1) if w.due_at]
        return min([*feeds, *looks], default=None)


def deployed(count: int) -> int:
    """Look at so many entries for a year through the handlers, and count the writes.

    All came at once, from a feed that is polled no more. What is stored is sealed.
    """
    scripts = left_alone(count, apart=timedelta())
    clock = Standing(BORN)
    os.environ |= {
        **CREDENTIALS,
        "POWERTOOLS_METRICS_DISABLED": "true",
        "POWERTOOLS_LOG_LEVEL": "ERROR",
    }
    make_atomic()
    make_edwards()
    town = Town(scripts, clock)
    with metered() as meter, mock_aws(), town.site() as site:
        rehearsal = Rehearsal.of(
            deploy(TEMPLATE, Place(name="year"), parameters={"Contact": "a@b.example"}),
            allow=[site.authority],
            interval_s=0,
            clock=clock,
        )
        try:
            rehearsal.follow([site.uri("/feed.xml")])
            stack = _Deployed(rehearsal=rehearsal, clock=clock, meter=meter)
            stack.until(BORN + timedelta(minutes=50), tick=timedelta(minutes=1))
            [feed] = stack.archive.feeds.all()
            stack.archive.feeds.save(replace(feed, paused=True), due_at=feed.due_at)
            first = Counter(meter.requests), meter.items_written
            stack.until(BORN + timedelta(days=8), tick=timedelta(minutes=30))
            stack.until(BORN + timedelta(days=410), tick=timedelta(days=1))
            found = _findings(stack.archive, site, scripts)
            sizes = {f.id: stack.archive.warcs.size(f.warc_key) for f in found}
            log = stack.archive.log
            logged = sum(len(log.read_all(key)) for key in log.keys("log/"))
        finally:
            wiring.use(None)
    told = _told(found, sizes)
    written, looks = meter.items_written - first[1], max(1, told["looks"])
    print(
        json.dumps(
            {
                **told,
                "bytes of the log": logged,
                "items written, captures": first[1],
                "items written, the year after": written,
                "items written, of a look": round(written / looks, 2),
                "requests, of a look": {
                    name: round(number / looks, 2)
                    for name, number in sorted((meter.requests - first[0]).items())
                },
            },
            indent=1,
        )
    )
    return 0


def _findings(archive: Archive, site: Site, scripts: Sequence[Script]) -> list[Finding]:
    return [
        found
        for script in scripts
        for found in archive.index.findings(site.uri(script.path))
    ]


_BENCHES = {
    "edits": (edits, 400),
    "pages": (pages, 0),
    "year": (year, 1000),
    "deployed": (deployed, 100),
}

if __name__ == "__main__":
    chosen = sys.argv[1] if len(sys.argv) > 1 else ""
    if chosen not in _BENCHES:
        sys.exit(__doc__)
    bench, usual = _BENCHES[chosen]
    sys.exit(bench(int(sys.argv[2]) if len(sys.argv) > 2 else usual))
