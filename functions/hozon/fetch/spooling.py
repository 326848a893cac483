"""The bytes of one payload as they come: in memory while they are few, else in a file.

However many large bodies are under way, what a process holds of them is pages of the
system's cache, which it may write out. The files have no names: they end with whoever
looks at them, whatever becomes of this process.
"""

import mmap
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO

from hozon.nouns.model import Payload
from hozon.nouns.ports import MEMORY_BYTES


class Spool:
    """Takes a payload piece by piece; holds at most `memory_bytes` of it in memory.

    Files are made in `folder`, or where the system makes temporary files.
    """

    __slots__ = ("_file", "_folder", "_memory_bytes", "_payload", "_pieces", "size")

    def __init__(
        self, memory_bytes: int = MEMORY_BYTES, folder: Path | None = None
    ) -> None:
        self.size = 0
        self._folder = folder
        self._memory_bytes = memory_bytes
        self._pieces: list[bytes] = []
        self._file: IO[bytes] | None = None
        self._payload: Payload | None = None

    def __del__(self) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, piece: bytes) -> bool:
        """Take the next piece; tell whether there was room for it."""
        if self._file is None and self.size + len(piece) <= self._memory_bytes:
            self._pieces.append(piece)
        elif not self._write(piece):
            return False
        self.size += len(piece)
        self._payload = None
        return True

    def _write(self, piece: bytes) -> bool:
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(  # noqa: SIM115
                    buffering=0, dir=self._folder
                )
                for one in self._pieces:
                    self._file.write(one)
            self._file.write(piece)
        except OSError:
            if self._file is not None:
                with suppress(OSError):
                    self._file.truncate(self.size)
            return False
        self._pieces.clear()
        return True

    @property
    def payload(self) -> Payload:
        """All that was taken: bytes, or a view of the file."""
        if self._payload is None:
            self._payload = self._viewed() if self._file else b"".join(self._pieces)
        return self._payload

    def _viewed(self) -> Payload:
        assert self._file is not None
        if not self.size:
            return b""
        return memoryview(
            mmap.mmap(self._file.fileno(), self.size, access=mmap.ACCESS_READ)
        )
