"""What exports cost: ``python -m benchmarks.exports [SNAPSHOTS…]``.

Makes an archive of so many snapshots, of about 150 KB each as stored, and one a quarter
as large; exports both in each format, each time in a process of its own. Prints seconds
of processor, the rate, and the peak of resident memory: of the small archive, then of the
large one. They should be alike.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hozon import wiring
from hozon.cli.exporting import FORMATS
from tests.archives import stocked
from tests.shelves import NOW, Shelf

_WORDS = 4000


def main(sizes: list[int]) -> None:
    """Measure each format on a small and a large archive, and print a table."""
    with tempfile.TemporaryDirectory() as made:
        folders = [_archive(Path(made), size) for size in sizes]
        print(
            f"| format | CPU s | MB/s | peak MB ({sizes[0]}) | peak MB ({sizes[1]}) |"
        )
        print("| --- | ---: | ---: | ---: | ---: |")
        for form in FORMATS:
            small, large = (_measured(folder, form) for folder in folders)
            rate = large["octets"] / 1e6 / large["cpu_s"]
            print(
                f"| {form} | {large['cpu_s']:.1f} | {rate:.0f} | "
                f"{small['peak_mb']:.0f} | {large['peak_mb']:.0f} |"
            )


def _archive(root: Path, size: int) -> Path:
    folder = root / str(size)
    with wiring.embedded(folder / "archive", clock=lambda: NOW, create=True) as opened:
        stocked(opened.archive, size, words=_WORDS)
    return folder


def _measured(folder: Path, form: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.exports", "--one", str(folder), form]
    done = subprocess.run(command, check=True, capture_output=True)
    said: dict[str, float] = json.loads(done.stdout)
    return said


def one(folder: Path, form: str) -> None:
    """Export once, and print what it took as JSON."""
    with wiring.embedded(folder / "archive", clock=lambda: NOW) as opened:
        began = time.process_time()
        path = Shelf(opened.archive, folder).export(form)
        cpu_s = time.process_time() - began
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    octets = sum(each.stat().st_size for each in files)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu_s": cpu_s, "octets": octets, "peak_mb": peak_mb}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(Path(sys.argv[2]), sys.argv[3])
    else:
        main([int(size) for size in sys.argv[1:]] or [500, 2000])
