"""One child process, and our ends of the two pipes that are its only files."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hozon.confined.questions import SIZE, question, size_of_answer

_BOOT = (
    "import sys; sys.path[:] = {path!r}; from {program} import serve; serve({memory})"
)


class Gone(Exception):
    """The child has ended, and what it was asked is not answered."""


@dataclass(slots=True)
class Child:
    """A child process that is asked one question after another."""

    process: subprocess.Popen[bytes]
    questions: int
    answers: int

    @classmethod
    def start(cls, program: str, *, memory: int) -> "Child":
        """Start a child that runs `serve` of the module `program`."""
        path = [one for one in sys.path if one.startswith("/")]
        boot = _BOOT.format(path=path, program=program, memory=memory)
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

    async def ask(
        self, header: Mapping[str, Any], document: bytes
    ) -> tuple[bytes, bytes]:
        """Return the kind of the child's answer, and the answer.

        Raises `Gone`, or `Damaged` for nonsense.
        """
        try:
            await self._send(question(header, document))
            size = size_of_answer(await self._exactly(SIZE.size))
            answer = await self._exactly(size)
        except OSError as e:
            raise Gone from e
        return answer[:1], answer[1:]

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
                raise Gone
            found += part
        return bytes(found)

    def end(self) -> int:
        """End the child whatever it does, and return its exit code (negative: signal)."""
        if self.process.poll() is None:
            self.process.kill()
        os.close(self.questions)
        os.close(self.answers)
        return self.process.wait()


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
