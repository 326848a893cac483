"""What a snapshot shows, read without ever holding all of it."""

import random
import tracemalloc
from pathlib import Path

from hozon import wiring
from hozon.retrieving import joining, showing
from hozon.stored import naming
from hozon.stored.recording import Recorder
from tests.fakes import NOON, a_capture_job
from tests.fetching import Answer, exchange

PICTURES, EACH = 56, 1_000_000
MOST_HELD = 12 * EACH
"""What one record takes, in pieces, put together, inflated, and the next piece."""


def test_a_large_object_takes_no_more_memory_than_a_record(tmp_path: Path) -> None:
    """Neither to know what it shows, nor to hand it on."""
    key = naming.warc_key(a_capture_job())
    noise = random.Random(1)
    with wiring.embedded(tmp_path / "archive", create=True) as opened:
        archive = opened.archive
        recorder = Recorder.of(archive, key, NOON)
        for number in range(PICTURES):
            picture = Answer(
                noise.randbytes(EACH), 200, (("Content-Type", "image/png"),)
            )
            recorder.exchange(exchange(f"https://example.org/{number}", picture, NOON))
        data = recorder.encoded()
        archive.warcs.put(key, data)
        size = len(data)
        del recorder, data
        tracemalloc.start()
        try:
            held = showing.directory(key, archive)
            handed_on = sum(len(piece) for piece in joining.pieces(key, archive))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert PICTURES == len(held.captures)
    assert size == handed_on == held.length > 50_000_000
    assert peak < MOST_HELD
