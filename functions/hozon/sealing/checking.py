"""Check files that came from anywhere: receipts, WARC files, WACZ packages, together.

A receipt vouches for a WARC file beside it that has the digest of its leaf; one that has
its name and another digest was changed.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from hozon.log import ed25519, notes, receipts
from hozon.log.findings import Finding
from hozon.log.notes import Verify
from hozon.log.receipts import Checked
from hozon.nouns.errors import Damaged
from hozon.stored import packages
from hozon.warc import reader

_ZIP, _JSON = b"PK\x03\x04", b"{"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What receipts are held against: keys that have to have signed them (none: any),
    and checkpoints that somebody has kept.
    """

    vkeys: frozenset[str] = frozenset()
    kept: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class CheckedFiles:
    """What checking came to; `shown` is what each sound receipt shows, in sentences."""

    findings: list[Finding] = field(default_factory=list)
    shown: dict[str, list[str]] = field(default_factory=dict)


def check_files(
    paths: Sequence[Path], wanted: Wanted, *, verify: Verify = ed25519.verify
) -> CheckedFiles:
    """Return what is wrong, or odd, with the files; receipts are read first."""
    found = CheckedFiles()
    kinds = {path: _kind(path) for path in paths}
    leaves: list[dict[str, Any]] = []
    for path in (p for p, kind in kinds.items() if kind == "receipt"):
        leaves += _receipt(path, wanted, found, verify)
    for path, kind in kinds.items():
        if kind == "package":
            with path.open("rb") as file:
                problems = packages.faults(file)
            found.findings += (_finding("changed", path, each) for each in problems)
        elif kind == "warc":
            found.findings += _of_warc(path, path.read_bytes(), leaves)
    return found


def _receipt(
    path: Path, wanted: Wanted, found: CheckedFiles, verify: Verify
) -> list[dict[str, Any]]:
    """Check a receipt, and return its leaf if it proves one."""
    try:
        receipt = receipts.decoded(path.read_bytes())
    except Damaged as e:
        found.findings.append(_finding("unreadable", path, str(e)))
        return []
    checked = receipts.checked(receipt, verify=verify)
    found.findings += _of_receipt(path, checked, wanted, verify)
    if checked.faults:
        return []
    stored_at = receipt.get("stored_at")
    sentences = receipts.statement(checked, stored_at=stored_at)
    found.shown[str(path)] = sentences
    return [checked.leaf]


def _kind(path: Path) -> Literal["receipt", "package", "warc"]:
    with path.open("rb") as file:
        start = file.read(64)
    if start.startswith(_ZIP):
        return "package"
    return "receipt" if start.lstrip().startswith(_JSON) else "warc"


def _finding(act: Any, path: Path, says: str, *, doubt: bool = False) -> Finding:
    return Finding(act=act, subject=str(path), says=says, is_doubt=doubt)


def _of_receipt(
    path: Path, checked: Checked, wanted: Wanted, verify: Verify
) -> Iterator[Finding]:
    for fault in checked.faults:
        yield _finding("no proof", path, fault)
    if checked.faults:
        return
    if wanted.vkeys and not wanted.vkeys.issuperset(checked.vkeys):
        others = ", ".join(sorted(set(checked.vkeys) - wanted.vkeys))
        yield _finding(
            "another key", path, f"is signed by a key not asked for: {others}"
        )
    for doubt in receipts.doubts(checked):
        yield _finding("late", path, doubt, doubt=True)
    for text in wanted.kept:
        yield from _against(path, checked, text, verify)


def _against(
    path: Path, checked: Checked, text: str, verify: Verify
) -> Iterator[Finding]:
    """Hold the checkpoints of a receipt against one that was kept: one size, one tree."""
    keys = [notes.Key.of(vkey) for vkey in checked.vkeys]
    kept = notes.checkpoint(notes.opened(text, keys, verify=verify).text)
    dated = [checked.before, checked.after, *checked.later]
    for one in filter(None, dated):
        if one.checkpoint.size == kept.size and one.checkpoint != kept:
            says = f"two signed trees of {kept.size} leaves: this one and the one kept"
            yield _finding("forked", path, says)


def _of_warc(
    path: Path, data: bytes, leaves: Sequence[dict[str, Any]]
) -> Iterator[Finding]:
    problems = reader.verify(data)
    for problem in problems:
        yield _finding("changed", path, problem)
    digest = hashlib.sha256(data).hexdigest()
    if not leaves or any(leaf.get("sha256") == digest for leaf in leaves):
        return
    named = [leaf for leaf in leaves if _name(leaf) == path.name]
    for leaf in named:
        is_short = bool(problems) and len(data) < leaf.get("length", 0)
        says = f"is not the object that its receipt is for ({leaf['key']})"
        yield _finding("truncated" if is_short else "changed", path, says)
    if not named:
        yield _finding("unsealed", path, "no receipt here is for it", doubt=True)


def _name(leaf: dict[str, Any]) -> str:
    return str(leaf.get("key", "")).rpartition("/")[2]
