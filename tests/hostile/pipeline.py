"""Real feeds, pages and WARCs through the whole program, in 1 GB, watched.

``python -m tests.hostile.pipeline [FOLDER]`` (``make corpora``) takes what `CORPORA` holds,
or any folder with ``feeds``, ``articles``, ``sites`` and ``warcs`` in it. Each kind is
served on loopback and archived by a process of its own, with 1 GB of address space, whose
every file and connection is seen; so is what its readers open. It says what came of it,
and ends with 1 where anything was lost, opened or asked that should not have been.
"""

import asyncio
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hozon import wiring
from hozon.confined.reader import ConfinedReader
from hozon.fetch import AllowedHosts, HttpFetcher, addresses, vetting
from hozon.nouns import instants, uris
from hozon.nouns.errors import HozonError, Unreachable
from hozon.nouns.model import Exchange, Headers
from hozon.nouns.outcomes import Outcome
from hozon.nouns.ports import Limits
from hozon.polling.subscribing import new_feed
from hozon.retrieving import retrieval
from hozon.warc import reader
from hozon.wiring import Embedded
from hozon.working.running import AT_ONCE, Run
from tests.hostile.corpora import CORPORA, content
from tests.hostile.watched_child import ASTRAY
from tests.hostile.watching import FORBIDDEN, is_ours
from tests.sites import Reply, Site, page, rss

MEMORY = 1 << 30
ROOT = Path(__file__).parents[2]
_PAGES_A_FEED = 200
_CHILD = "tests.hostile.watched_child"
_SHOWN = 50
_DEVICES = ("/dev/null", "/etc/localtime", "/proc/self/statm")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of corpus: which folder, and how it is served as feeds."""

    folder: str
    routes: Callable[[Sequence[Path]], tuple[dict[str, Reply], list[str]]]


def _feeds(files: Sequence[Path]) -> tuple[dict[str, Reply], list[str]]:
    """Serve each file as a feed, whatever it is."""
    routes = {
        f"/feeds/{n}": Reply(content(path), media_type=None)
        for n, path in enumerate(files)
    }
    return routes, list(routes)


def _pages(files: Sequence[Path]) -> tuple[dict[str, Reply], list[str]]:
    """Serve each file as a page, named by feeds of some hundred entries."""
    routes = {
        f"/pages/{n}.html": Reply(content(path), media_type="text/html")
        for n, path in enumerate(files)
    }
    links = list(routes)
    groups = [
        links[at : at + _PAGES_A_FEED] for at in range(0, len(links), _PAGES_A_FEED)
    ]
    named = {f"/feed/{n}": rss(*group) for n, group in enumerate(groups)}
    return routes | named, list(named)


KINDS = {
    "feeds": Kind("feeds", _feeds),
    "histories": Kind("feeds-history", _feeds),
    "pages": Kind("articles", _pages),
    "sites": Kind("sites", _pages),
    "vectors": Kind("vectors", _pages),
}


@dataclass(slots=True)
class Watch:
    """What a process may open: what lies in `folder`, and itself; and whom it may ask."""

    folder: str
    port: int
    astray: list[str] = field(default_factory=list)

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        """Take notice of an event of the interpreter."""
        if event != "open" and event not in FORBIDDEN:
            return
        if not self._is_own(event, args) and len(self.astray) < _SHOWN:
            self.astray.append(f"{event} {args!r:.200}")

    def _is_own(self, event: str, args: tuple[Any, ...]) -> bool:
        if event == "socket.connect":
            return tuple(args[1][:2]) == ("127.0.0.1", self.port)
        if event == "subprocess.Popen":
            return _CHILD in str(args[1])
        if isinstance(args[0], int) or (
            event == "open" and _is_above(args, self.folder)
        ):
            return True
        path = os.fsdecode(args[0])
        return path.startswith((self.folder, *_DEVICES)) or is_ours(event, args)


def _is_above(args: tuple[Any, ...], folder: str) -> bool:
    """Tell whether a folder is opened that ours is in: to make sure that ours is."""
    return bool(args[2] & os.O_DIRECTORY) and folder.startswith(os.fsdecode(args[0]))


def archive(feeds: Sequence[str], port: int, folder: str) -> dict[str, Any]:
    """Archive what the feeds name into `folder`; return what came of it."""
    told: list[Outcome] = []
    watch = Watch(folder, port)
    sys.addaudithook(watch)
    reader = ConfinedReader(children=2, program=_CHILD)
    with wiring.embedded(Path(folder) / "archive", create=True) as made:
        opened = replace(made, archive=replace(made.archive, reader=reader))
        for uri in feeds:
            opened.archive.feeds.add(new_feed(uri, opened.archive))
        counts = asyncio.run(_run(opened, port, told))
        stored = list(opened.archive.warcs.keys())
        dump = list(opened.archive.index.dump())
        opened.reindex(progress=lambda _: None)
    with wiring.embedded(Path(folder) / "archive") as again:
        rebuilt = list(again.archive.index.dump())
    problems = [f"{one.subject}: {one.problem}" for one in told if one.problem]
    return {
        "counts": counts,
        "objects": len(stored),
        "rebuilt": dump == rebuilt,
        "broken": [one for one in problems if "this program failed" in one],
        "astray": [*watch.astray, *(p for p in problems if f"exit code {ASTRAY}" in p)],
        "unread": sum("could not be read as a feed" in one for one in problems),
    }


_LIMITS = Limits()


class Islander(HttpFetcher):
    """A fetcher for which the internet is not there: its names and addresses answer not.

    Addresses that are not of the internet are left to the fetcher's own rules.
    """

    async def fetch(
        self, uri: str, *, headers: Headers = (), limits: Limits = _LIMITS
    ) -> Exchange:
        """Ask as `HttpFetcher` does, if there is somebody to ask."""
        host = uris.parse(uri).host
        address = vetting.literal(host)
        if address is not None and addresses.is_public(address):
            raise Unreachable(f"{host} is not served")
        return await super().fetch(uri, headers=headers, limits=limits)


async def _run(opened: Embedded, port: int, told: list[Outcome]) -> dict[str, int]:
    async def nobody(host: str) -> Sequence[str]:
        raise OSError(f"{host} is not served")

    async with Islander(
        user_agent="Hozon tests",
        allowed=AllowedHosts.parse([f"127.0.0.1:{port}"]),
        clock=instants.utcnow,
        interval_s=0,
        resolver=nobody,
    ) as fetcher:
        run = Run(
            archive=opened.archive,
            inbox=opened.inbox,
            fetcher=fetcher,
            tell=told.append,
            per_host=AT_ONCE,
        )
        await run.to_the_end()
        return {**run.counts, "requests": fetcher.requests}


def read_warcs(files: Sequence[str], folder: str) -> dict[str, Any]:
    """Put WARCs of others into an archive, index it anew, and read every capture."""
    watch = Watch(folder, 0)
    named = {f"warcs/x/{n}.warc.gz": Path(file) for n, file in enumerate(files)}
    data = {key: path.read_bytes() for key, path in named.items()}
    sys.addaudithook(watch)
    counts = Counter[str]()
    with wiring.embedded(Path(folder) / "archive", create=True) as opened:
        for key, one in data.items():
            opened.archive.warcs.put(key, one)
            counts["problems"] += len(reader.verify(one))
        found = opened.reindex(progress=lambda _: None)
    with wiring.embedded(Path(folder) / "archive") as again:
        for capture in again.archive.index.captures():
            counts["captures"] += 1
            try:
                retrieval.read(capture, again.archive).content()
            except HozonError:
                counts["unreadable"] += 1
    return {
        "counts": {**counts, "damaged": len(found.damaged)},
        "objects": found.objects,
        "rebuilt": True,
        "broken": [],
        "astray": [*watch.astray],
        "unread": 0,
    }


def work() -> None:
    """Do what stdin says, within 1 GB; write what came of it as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    task = json.load(sys.stdin)
    tempfile.tempdir = task["folder"]  # large payloads wait in files without a name
    if task["kind"] == "warcs":
        found = read_warcs(task["files"], task["folder"])
    else:
        found = archive(task["feeds"], task["port"], task["folder"])
    json.dump({**found, "peak_mb": _peak_mb()}, sys.stdout)


def _peak_mb() -> int:
    """Return the peak of this process alone (getrusage tells that of who began it)."""
    (said,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(said) // 1024


def through(kind: str, files: Sequence[Path]) -> dict[str, Any]:
    """Send files of a kind through the program; return what came of it."""
    with tempfile.TemporaryDirectory(prefix="hozon-") as folder:
        if kind == "warcs":
            return _worked(
                {"kind": kind, "files": [str(f) for f in files], "folder": folder}
            )
        routes, paths = KINDS[kind].routes(files)
        with Site(routes, otherwise=lambda _: page("x")) as site:
            feeds = [site.uri(path) for path in paths]
            return _worked(
                {"kind": kind, "feeds": feeds, "port": site.port, "folder": folder}
            )


def _worked(task: Mapping[str, Any]) -> dict[str, Any]:
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.pipeline", "--worker"],
        input=json.dumps(task),
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        found = {"broken": said, "counts": {}, "objects": 0, "astray": [], "peak_mb": 0}
    else:
        found = json.loads(done.stdout)
    return {**found, "seconds": round(time.monotonic() - started)}


def files_of(folder: Path) -> list[Path]:
    """Return the files of a folder in a fixed order."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def is_well(found: Mapping[str, Any]) -> bool:
    """Tell whether nothing was lost, and nothing opened or asked that should not be."""
    return not (found["broken"] or found["astray"]) and bool(found.get("rebuilt"))


def _lines(kind: str, count: int, found: Mapping[str, Any]) -> Iterator[str]:
    counts = ", ".join(
        f"{value} {name}" for name, value in found["counts"].items() if value
    )
    yield (
        f"{kind}: {count} files, {found['objects']} objects, {found['seconds']} s, "
        f"peak {found['peak_mb']} MB: {'well' if is_well(found) else 'NOT WELL'}"
    )
    yield f"    {counts}"
    yield from (f"    broken: {one}" for one in found["broken"][:9])
    yield from (f"    astray: {one}" for one in found["astray"][:9])


def main(words: Sequence[str]) -> None:
    """Send all kinds through, or those whose folders there are."""
    root = Path(words[0]) if words else CORPORA
    ended_well = True
    folders = {**{name: kind.folder for name, kind in KINDS.items()}, "warcs": "warcs"}
    present = {
        name: root / one for name, one in folders.items() if (root / one).is_dir()
    }
    if not present:
        raise SystemExit(f"nothing to archive in {root}: name a folder")
    for kind, folder in present.items():
        files = files_of(folder)
        found = through(kind, files)
        ended_well &= is_well(found)
        print("\n".join(_lines(kind, len(files), found)), flush=True)
    sys.exit(0 if ended_well else 1)


if __name__ == "__main__":
    if "--worker" in sys.argv:
        work()
    else:
        main(sys.argv[1:])
