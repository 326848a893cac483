"""A walk around an archive in a folder: is it whole, and is there room for more?"""

import os
import platform
import shutil
import sqlite3
import ssl
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from uuid import uuid4

from hozon import __version__
from hozon.adapters.embedded.database import Database
from hozon.nouns.checkup import Check, Step, judged

LITTLE_BYTES = 1_000_000_000
"""Less room than this is told: a large page with all it needs is a tenth of it."""

_LIBRARIES = ("feedparser", "httptools", "turbohtml", "deflate", "ada-url")
_KEYS = ("*.key", "*.pem", "*-key")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderDoctor:
    """Looks at the archive in `directory`, whose `databases` are open."""

    directory: Path
    databases: Sequence[Database]

    def steps(self) -> Iterator[Step]:
        """Yield the steps."""
        yield Step("versions", self.versions)
        yield Step("folder", self.folder)
        yield Step("disk", self.disk)
        yield Step("databases", self.integrity)
        yield Step("keys", self.keys)

    def versions(self) -> Check:
        """Say what runs here."""
        libraries = ", ".join(f"{name} {_version(name)}" for name in _LIBRARIES)
        said = (
            f"hozon {__version__}, Python {platform.python_version()}, "
            f"SQLite {sqlite3.sqlite_version}, {ssl.OPENSSL_VERSION}, {libraries}"
        )
        old = sys.version_info < (3, 11)
        return judged(
            "versions",
            "looked at what runs here",
            faults=["this Python is older than 3.11"] if old else [],
            found=said,
            todo="use Python 3.11 or newer",
        )

    def folder(self) -> Check:
        """Make a file and a hard link to it, as each new WARC file is made."""
        name = self.directory / f"doctor-{uuid4().hex}"
        other = name.with_suffix(".link")
        wrong = []
        try:
            name.write_bytes(b"")
            os.link(name, other)
        except OSError as e:
            wrong.append(f"no file can be made and linked here: {e.strerror}")
        finally:
            for each in (other, name):
                each.unlink(missing_ok=True)
        left = list((self.directory / "tmp").glob("*.part"))
        warnings = [f"{len(left)} files of writers that died are left"] if left else []
        return judged(
            "folder",
            f"made and linked a file in {self.directory}",
            faults=wrong,
            warnings=warnings,
            found="both went well",
            todo="give this user the folder, on a file system with hard links",
        )

    def disk(self) -> Check:
        """Look how much room is left."""
        free = shutil.disk_usage(self.directory).free
        little = free < LITTLE_BYTES
        return judged(
            "disk",
            f"asked how much room is left for {self.directory}",
            faults=[],
            warnings=[f"only {free / 1e6:,.0f} MB are left"] if little else [],
            found=f"{free / 1e9:,.1f} GB",
            todo="free some space; when it is full, runs stop and nothing is lost",
        )

    def integrity(self) -> Check:
        """Have SQLite read each database through."""
        wrong = []
        for database in self.databases:
            found = [text for (text,) in database.read("PRAGMA integrity_check(3)")]
            if found != ["ok"]:
                wrong.append(f"{database.path.name}: {'; '.join(map(str, found))}")
        return judged(
            "databases",
            f"had SQLite check {len(self.databases)} databases",
            faults=wrong,
            found="all are whole",
            todo="hozon reindex makes index.sqlite anew; hosts.sqlite may be deleted; "
            "state.sqlite comes from a backup",
        )

    def keys(self) -> Check:
        """Look who may read what is secret."""
        found = {f for pattern in _KEYS for f in self.directory.glob(pattern)}
        open_ = sorted(f.name for f in found if f.stat().st_mode & _OTHERS)
        return judged(
            "keys",
            f"looked who may read the key files in {self.directory}",
            faults=[f"others may read {name}" for name in open_],
            found=f"{len(found)} key files, of which nobody else may read any",
            todo="chmod 600 them; a key that others have read proves nothing any more",
        )


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "(absent)"
