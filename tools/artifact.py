"""Look into a built artifact: could Lambda load it?

    python -m tools.artifact .aws-sam/build/ScheduleWork-Shared aws

Nothing else would notice before the first invocation: a wheel for another CPU or
CPython installs as well as any other, and so does one that needs a newer libc.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools import prune

LIMIT_BYTES = 100_000_000
"""Our own limit for the unzipped artifact. Lambda's is 250 MiB; what is larger than it has
to be is fetched and read at each start of a function.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What runs the artifact: ELF machine, CPython ABI, and the libc it has at most."""

    machine: int
    abi: str
    glibc: tuple[int, ...]


TARGETS = {
    # Amazon Linux 2023, the base of python3.12 and later, has glibc 2.34.
    "aws": Target(machine=183, abi="cpython-313-", glibc=(2, 34)),
    # What runs on a desk, under the emulator: its own CPython, whichever that is.
    **{
        f"python3.{minor}": Target(machine=62, abi=f"cpython-3{minor}-", glibc=(2, 34))
        for minor in (11, 12, 13)
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """An extension module or shared library, and the newest libc symbol it asks for."""

    path: Path
    machine: int
    glibc: tuple[int, ...]


def modules(folder: Path) -> Iterator[Module]:
    """Yield every ELF file below the folder."""
    for path in sorted(folder.rglob("*.so*")):
        if path.is_file() and (data := path.read_bytes()).startswith(b"\x7fELF"):
            yield Module(
                path=path.relative_to(folder),
                # e_machine (ELF-64, little endian: both our CPUs)
                machine=int.from_bytes(data[18:20], "little"),
                glibc=_newest_glibc(data),
            )


def faults(folder: Path, target: Target) -> list[str]:
    """Return why the artifact would not do, one sentence each; none: it would."""
    found = list(_content_faults(folder))
    for module in modules(folder):
        found += _module_faults(module, target)
    if (size := size_bytes(folder)) > LIMIT_BYTES:
        found.append(f"{size} bytes unzipped, more than {LIMIT_BYTES}")
    return found


def size_bytes(folder: Path) -> int:
    """Return the size of all files."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def report(folder: Path) -> str:
    """Return one line on size, modules and libc."""
    found = list(modules(folder))
    newest = max((m.glibc for m in found), default=(0,))
    compiled = sum(1 for _ in folder.rglob("*.pyc"))
    return (
        f"{size_bytes(folder) / 1e6:.1f} MB unzipped, {len(found)} extension modules, "
        f"glibc {'.'.join(map(str, newest))}, {compiled} files compiled"
    )


def main(arguments: Sequence[str]) -> int:
    """Report on the artifact; return 1 if it would not do, saying why on stderr."""
    folder, target = Path(arguments[0]), TARGETS[arguments[1]]
    sys.stdout.write(report(folder) + "\n")
    wrong = faults(folder, target)
    for fault in wrong:
        sys.stderr.write(f"{fault}\n")
    return 1 if wrong else 0


def _content_faults(folder: Path) -> Iterator[str]:
    if not (folder / "hozon" / "__init__.py").is_file():
        yield "the package hozon is not in it"
    described = folder / "botocore" / "data"
    if not described.is_dir():
        yield "botocore is not in it: Lambda's runtime has one of another version"
    elif more := {p.name for p in described.iterdir() if p.is_dir()} - prune.SERVICES:
        yield f"{len(more)} services are described that nobody calls (tools.prune)"


def _module_faults(module: Module, target: Target) -> Iterator[str]:
    if module.machine != target.machine:
        yield f"{module.path}: for ELF machine {module.machine}, not {target.machine}"
    if ".cpython-" in module.path.name and target.abi not in module.path.name:
        yield f"{module.path}: not for {target.abi.rstrip('-')}"
    if module.glibc > target.glibc:
        yield f"{module.path}: needs glibc {'.'.join(map(str, module.glibc))}"


def _newest_glibc(data: bytes) -> tuple[int, ...]:
    """Return the newest symbol version named anywhere: rather one too many."""
    named = re.findall(rb"\0GLIBC_(\d+(?:\.\d+)+)\0", data)
    return max((tuple(map(int, v.split(b"."))) for v in named), default=(0,))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
