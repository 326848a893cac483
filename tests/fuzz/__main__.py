"""Fuzz all targets, or those named: ``python -m tests.fuzz --seconds 600 [TARGET…]``."""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from tests.fuzz.targets import TARGETS
from tests.hostile.corpora import CORPORA, content

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "fuzz"
SEEDS = {
    "feeds": ("feeds",),
    "texts": ("feeds",),
    "subscriptions": ("feeds/opml",),
    "pages": ("articles",),
    "sheets": ("sites",),
    "warcs": ("warcs",),
}
_MOST_SEEDS = 300
_LARGEST_SEED = 20_000


def main() -> None:
    """Run each target for its time; say what was found, exit 1 if anything was."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    stated = parser.parse_args()
    names = stated.targets or list(TARGETS)
    if unknown := set(names) - TARGETS.keys():
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    found = [name for name in names if not _survives(name, stated.seconds)]
    for name in found:
        print(f"{name}: see {CACHE / 'found'} (files that begin with {name}-)")
    print(f"{len(names) - len(found)} of {len(names)} targets survived")
    sys.exit(1 if found else 0)


def _survives(name: str, seconds: int) -> bool:
    corpus, found = CACHE / name, CACHE / "found"
    corpus.mkdir(parents=True, exist_ok=True)
    found.mkdir(parents=True, exist_ok=True)
    _seed(name, corpus)
    command = [
        *(sys.executable, "-m", "tests.fuzz.one", name, str(corpus)),
        f"-max_total_time={seconds}",
        f"-artifact_prefix={found / name}-",
        f"-dict={Path(__file__).with_name('words.dict')}",
        *(
            "-timeout=25",
            "-rss_limit_mb=1500",
            "-max_len=30000",
            "-print_final_stats=1",
        ),
    ]
    print(f"== {name}: {seconds} s", flush=True)
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def _seed(name: str, corpus: Path) -> None:
    """Begin with what was found before, and with real material where there is any."""
    for path in (ROOT / "tests" / "data" / "fuzz").glob(f"{name}-*"):
        shutil.copy(path, corpus)
    folders = [ROOT / "tests" / "data" / "feeds"] if name in {"feeds", "texts"} else []
    folders += [CORPORA / one for one in SEEDS.get(name, ())]
    for folder in folders:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        for number, path in enumerate(files[:: max(1, len(files) // _MOST_SEEDS)]):
            data = content(path)
            if len(data) <= _LARGEST_SEED:
                (corpus / f"seed-{folder.name}-{number}").write_bytes(b"\0" + data)


if __name__ == "__main__":
    main()
