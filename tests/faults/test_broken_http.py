"""What the fetcher makes of servers that break HTTP, lie, stall or lead astray."""

import asyncio
import resource
import time
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from hozon.fetch import AllowedHosts, Chain, HttpFetcher, follow
from hozon.nouns.errors import HozonError, Unreachable
from hozon.nouns.instants import utcnow
from hozon.nouns.ports import Limits
from tests.faults.broken_cases import CASES, PAYLOAD_BYTES, ROWS, Case, Drip, Silence
from tests.faults.broken_http import serving

SHORT_S = 2.0
"""The deadline of an exchange with a server that waits."""
LONG_S = 30.0
"""That of all others, which other limits end first, on a busy machine as well."""
_ROW_OF = {name: row for row, names in ROWS.items() for name in names.split()}
SHOWN = [
    pytest.param(
        case,
        id=case.name,
        marks=[pytest.mark.museum(row)] if (row := _ROW_OF.get(case.name)) else [],
    )
    for case in CASES
]


class Lateness:
    """By how many seconds at most a busy machine kept us from running when we wished.

    What we did ourselves meanwhile is our own fault, and does not count.
    """

    def __init__(self) -> None:
        self.seconds = 0.0

    async def watch(self) -> None:
        """Sleep and look at the clock, until cancelled."""
        while True:
            wish, busy = time.monotonic() + 0.05, time.process_time()
            await asyncio.sleep(0.05)
            own = time.process_time() - busy
            self.seconds = max(self.seconds, time.monotonic() - wish - own)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one case: a chain or an error, and after how many seconds."""

    chain: Chain | None
    error: HozonError | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Run:
    """What came of all cases, how late this machine was at worst, and by how many
    bytes the process grew meanwhile.
    """

    outcomes: Mapping[str, Outcome]
    late_s: float
    growth: int


def _deadline_s(case: Case) -> float:
    waits = any(isinstance(step, Drip | Silence) for step in case.sent)
    return SHORT_S if waits else LONG_S


async def _meet(fetcher: HttpFetcher, uri: str, deadline_s: float) -> Outcome:
    limits = Limits(total_s=deadline_s, payload_bytes=PAYLOAD_BYTES)
    started = time.monotonic()
    chain = error = None
    try:
        chain = await follow(fetcher, uri, limits=limits)
    except HozonError as raised:
        error = raised
    return Outcome(chain, error, time.monotonic() - started)


async def _meet_all(port: int) -> tuple[dict[str, Outcome], float]:
    allowed = AllowedHosts.parse([f"127.0.0.1:{port}"])
    async with HttpFetcher(
        user_agent="Hozon tests", allowed=allowed, interval_s=0, clock=utcnow
    ) as fetcher:
        late = Lateness()
        watching = asyncio.create_task(late.watch())
        names = [case.name for case in CASES]
        met = [
            _meet(fetcher, f"http://127.0.0.1:{port}/{case.name}", _deadline_s(case))
            for case in CASES
        ]
        outcomes = await asyncio.gather(*met)
        watching.cancel()
    return dict(zip(names, outcomes, strict=True)), late.seconds


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.fixture(scope="module")
def run() -> Run:
    before = _peak()
    with serving() as port:
        outcomes, late_s = asyncio.run(_meet_all(port))
    return Run(outcomes, late_s, _peak() - before)


def test_all_ways_are_here() -> None:
    """There are 51 ways of answering, each with a name of its own."""
    assert 51 == len({case.name for case in CASES}) == len(CASES)
    assert {"ok"} == {case.name for case in CASES} - _ROW_OF.keys()


@pytest.mark.parametrize("case", SHOWN)
def test_a_broken_server_cannot_hold_us(run: Run, case: Case) -> None:
    """An exchange ends by its deadline, whatever the server does."""
    assert run.outcomes[case.name].seconds <= _deadline_s(case) + 1 + run.late_s


@pytest.mark.parametrize("case", SHOWN)
def test_what_came_is_kept_and_said(run: Run, case: Case) -> None:
    """What arrived is kept, with what was wrong in words; else the reason is said."""
    outcome = run.outcomes[case.name]

    if case.failure is not None:
        assert isinstance(outcome.error, Unreachable)
        assert case.failure in str(outcome.error)
        return
    assert outcome.error is None
    assert outcome.chain is not None
    final = outcome.chain.final
    assert (case.status, case.truncated) == (final.status, final.truncated)
    assert case.payload is None or case.payload == final.payload
    assert len(case.anomalies) == len(final.anomalies), final.anomalies
    for words, anomaly in zip(case.anomalies, final.anomalies, strict=True):
        assert words in anomaly
    assert case.hops == len(outcome.chain.exchanges)
    assert (case.stopped is None) == (outcome.chain.stopped is None)
    assert (case.stopped or "") in (outcome.chain.stopped or "")


@pytest.mark.museum(16, 18)
def test_broken_servers_do_not_fill_the_memory(run: Run) -> None:
    """All the endless answers together grow the process by less than 64 MB."""
    assert run.growth < 64 << 20
