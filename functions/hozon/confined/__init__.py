"""Pages are read in a process of their own, which ends with the page that breaks it.

A child has no credentials and no environment, bounded memory and bounded time per page.
It stays warm from page to page. Whatever becomes of it, who asked gets an `Extract`,
whose notes say what happened; the page's bytes are with the one who asked.
"""

import asyncio
import os
import struct
import subprocess
import sys
import weakref
from asyncio import to_thread
from collections.abc import Callable
from dataclasses import dataclass, field

from hozon import extracts
from hozon.claims import Extract
from hozon.errors import Damaged

PAGE_S = 20.0
"""Seconds that one page may take, waiting for a processor included."""

MEMORY = 768 * 1024 * 1024
"""Bytes of address space that a child may have."""

MOST_HTML = 20_000_000
"""Most bytes of a page, as UTF-8, that are read at all."""

_MOST_ANSWER = 16_000_000
_BOOT = (
    "import sys; sys.path[:] = {path!r}; "
    "from {program} import serve; serve(memory={memory}, page_s={page_s})"
)


class _Gone(Exception):
    """The child has ended, and what it was asked is not answered."""


@dataclass(slots=True)
class _Child:
    """One child process, and our ends of the two pipes that are its only files."""

    process: subprocess.Popen[bytes]
    questions: int
    answers: int

    @classmethod
    def start(cls, program: str, *, memory: int, page_s: float) -> "_Child":
        """Start a child that runs `serve` of the module `program`."""
        path = [one for one in sys.path if one.startswith("/")]
        boot = _BOOT.format(path=path, program=program, memory=memory, page_s=page_s)
        libraries = os.environ.get("LD_LIBRARY_PATH")
        theirs_in, questions = os.pipe()
        answers, theirs_out = os.pipe()
        try:
            process = subprocess.Popen(  # noqa: S603  our own code, nothing of a page
                [sys.executable, "-I", "-S", "-c", boot],
                stdin=theirs_in,
                stdout=theirs_out,
                stderr=subprocess.DEVNULL,
                env={"LD_LIBRARY_PATH": libraries} if libraries else {},
                cwd="/",
            )
        except BaseException:
            os.close(questions)
            os.close(answers)
            raise
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        os.set_blocking(questions, False)
        os.set_blocking(answers, False)
        return cls(process, questions, answers)

    async def ask(self, html: bytes, uri: bytes) -> Extract:
        """Return the child's answer; raises `_Gone`, or `Damaged` for nonsense."""
        try:
            await self._send(struct.pack(">II", len(uri), len(html)) + uri + html)
            (size,) = struct.unpack(">I", await self._exactly(4))
            if size > _MOST_ANSWER:
                raise Damaged(f"an answer of {size} bytes")
            answer = await self._exactly(size)
        except OSError as e:
            raise _Gone from e
        return extracts.loads(answer)

    async def _send(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self.questions, rest) :]
            except BlockingIOError:
                loop = asyncio.get_running_loop()
                await _ready(self.questions, loop.add_writer, loop.remove_writer)

    async def _exactly(self, size: int) -> bytes:
        loop, found = asyncio.get_running_loop(), bytearray()
        while len(found) < size:
            try:
                part = os.read(self.answers, min(size - len(found), 1 << 18))
            except BlockingIOError:
                await _ready(self.answers, loop.add_reader, loop.remove_reader)
                continue
            if not part:
                raise _Gone
            found += part
        return bytes(found)

    def end(self) -> int:
        """End the child whatever it does, and return its exit code (negative: signal)."""
        if self.process.poll() is None:
            self.process.kill()
        os.close(self.questions)
        os.close(self.answers)
        return self.process.wait()


@dataclass(slots=True, kw_only=True, weakref_slot=True)
class ConfinedReader:
    """Reads pages in at most `children` processes, which it starts when they are needed.

    It may be used from one event loop after another. Children end with `close`, with
    this object, and with this process.
    """

    children: int = 1
    memory: int = MEMORY
    page_s: float = PAGE_S
    program: str = "hozon.confined.child"
    _idle: list[_Child] = field(default_factory=list)
    _gate: tuple[asyncio.AbstractEventLoop, asyncio.Semaphore] | None = None

    def __post_init__(self) -> None:
        weakref.finalize(self, _end_all, self._idle)

    async def read(self, html: str, uri: str) -> Extract:
        """Return what can be made out of a page. Never raises but when cancelled."""
        page = html.encode("utf-8", "surrogatepass")
        if len(page) > MOST_HTML:
            return _nothing(f"text: not looked for in {len(page)} bytes of HTML")
        async with self._turn():
            try:
                return await self._read(page, uri.encode("utf-8", "surrogatepass"))
            except TimeoutError:
                return _nothing(f"text: ended after {self.page_s:g} s")
            except _Gone as e:
                return _nothing(f"text: its reader ended ({e})")
            except Damaged as e:
                return _nothing(f"text: its reader answered {e}")
            except OSError as e:
                return _nothing(f"text: its reader did not start: {e}")

    def close(self) -> None:
        """End the children that wait for pages."""
        _end_all(self._idle)

    def _turn(self) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()
        if self._gate is None or self._gate[0] is not loop:
            self._gate = (loop, asyncio.Semaphore(self.children))
        return self._gate[1]

    async def _read(self, page: bytes, uri: bytes) -> Extract:
        """Ask a warm child, and where that has ended in the meantime a new one."""
        while self._idle:
            child = self._idle.pop()
            try:
                return await self._ask(child, page, uri)
            except _Gone:
                continue
        return await self._ask(await self._start(), page, uri)

    async def _start(self) -> _Child:
        return await to_thread(
            _Child.start, self.program, memory=self.memory, page_s=self.page_s
        )

    async def _ask(self, child: _Child, page: bytes, uri: bytes) -> Extract:
        try:
            async with asyncio.timeout(self.page_s):
                found = await child.ask(page, uri)
        except _Gone:
            raise _Gone(f"exit code {child.end()}") from None
        except BaseException:
            child.end()
            raise
        self._idle.append(child)
        return found


async def _ready(
    pipe: int, add: Callable[..., None], remove: Callable[[int], bool]
) -> None:
    """Wait until a pipe can be read from, or written to, on the running loop."""
    ready = asyncio.get_running_loop().create_future()
    add(pipe, _resolve, ready)
    try:
        await ready
    finally:
        remove(pipe)


def _resolve(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


def _nothing(note: str) -> Extract:
    return Extract(notes=(note,))


def _end_all(children: list[_Child]) -> None:
    while children:
        children.pop().end()
