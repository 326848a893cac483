"""A page that breaks its reader loses its text, and nothing and nobody else."""

import asyncio
import time
from collections.abc import Iterator

import pytest

from hozon.claims import Extract
from hozon.confined import ConfinedReader

URI = "https://e.example/a"
GOOD = "<p>" + "The harbour master opened the gate at dawn. " * 20


@pytest.fixture
def reader() -> Iterator[ConfinedReader]:
    reader = ConfinedReader(
        program="tests.faults.breaking_child", page_s=3, memory=512 * 1024 * 1024
    )
    yield reader
    reader.close()


def process_of(reader: ConfinedReader) -> int:
    (idle,) = reader._idle
    return idle.process.pid


@pytest.mark.parametrize(
    ("page", "note"),
    [
        ("spin", "text: ended after 3 s"),
        ("die", "text: its reader ended (exit code -11)"),
        ("leave", "text: its reader ended (exit code 0)"),
        ("babble", "text: its reader answered an extract that is none"),
        ("flood", "text: its reader answered an answer of 4294967295 bytes"),
        ("eat", "text: it takes more memory than it may"),
    ],
)
async def test_a_page_that_breaks_its_reader_has_a_note(
    reader: ConfinedReader, page: str, note: str
) -> None:
    """What was read comes back empty, with the reason; the next page is read."""
    await reader.read(GOOD, URI)

    broken = await reader.read(page, URI)
    after = await reader.read(GOOD, URI)

    assert Extract(notes=broken.notes) == broken
    assert broken.notes[0].startswith(note)
    assert after.facts.text.startswith("The harbour")


async def test_a_child_is_warm(reader: ConfinedReader) -> None:
    """One process reads page after page: starting it costs as much as fifty pages."""
    await reader.read(GOOD, URI)
    first = process_of(reader)

    await reader.read(GOOD, URI)

    assert first == process_of(reader)


async def test_a_child_that_ended_between_pages_costs_no_text(
    reader: ConfinedReader,
) -> None:
    """The kernel may end an idle child; the next page is no worse for it."""
    await reader.read(GOOD, URI)
    reader._idle[0].process.kill()
    reader._idle[0].process.wait()

    assert () == (await reader.read(GOOD, URI)).notes


async def test_who_no_longer_waits_leaves_no_child_at_work(
    reader: ConfinedReader,
) -> None:
    """A cancelled capture ends its child: an answer would be taken for another's."""
    reading = asyncio.create_task(reader.read("spin", URI))
    await asyncio.sleep(0.5)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading

    assert [] == reader._idle
    assert () == (await reader.read(GOOD, URI)).notes


async def test_a_page_too_large_is_not_read(reader: ConfinedReader) -> None:
    """Its bytes are stored; nobody needs twenty megabytes of HTML as text."""
    found = await reader.read("<p>" + "x" * 20_000_000, URI)

    assert ("text: not looked for in 20000003 bytes of HTML",) == found.notes


def test_a_reader_serves_one_loop_after_another(reader: ConfinedReader) -> None:
    """A Lambda's invocations have a loop each and share the warm child."""
    first = asyncio.run(reader.read(GOOD, URI))
    child = process_of(reader)

    assert first == asyncio.run(reader.read(GOOD, URI))
    assert child == process_of(reader)


async def test_one_page_after_another_where_there_is_one_child(
    reader: ConfinedReader,
) -> None:
    """Pages wait their turn; time starts when theirs has come."""
    pages = [GOOD, "spin", GOOD, GOOD]
    started = time.monotonic()

    found = await asyncio.gather(*(reader.read(page, URI) for page in pages))

    assert [False, True, False, False] == [bool(one.notes) for one in found]
    assert time.monotonic() - started < 30


async def test_a_child_knows_no_secret(
    reader: ConfinedReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What reads strangers' pages has none of our environment."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cret-of-ours")
    await reader.read(GOOD, URI)

    with open(f"/proc/{process_of(reader)}/environ", "rb") as environment:  # noqa: ASYNC230, PTH123
        assert b"s3cret" not in environment.read()
