"""An index is the sum of what was added, in any order and any number of times."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hozon.nouns.digests import sha256
from hozon.nouns.findings import Finding, Outcome
from hozon.nouns.model import Capture, Entry, Holdings, Snapshot
from hozon.nouns.payloads import LARGE
from hozon.nouns.ports import Index
from tests.contract.conftest import IndexMaker
from tests.fakes import NOON, a_capture, a_finding, a_snapshot, an_entry

instants = st.integers(0, 3).map(lambda n: NOON + timedelta(milliseconds=n * 7))
hosts = st.sampled_from(["example.com", "www.example.com", "a.example.com", "b.org"])
digests = st.integers(0, 2).map(lambda n: sha256(bytes([n])))


def link(number: int) -> str:
    """Return the link of entry ``e<number>``."""
    return f"https://example.com/e{number}"


@st.composite
def captures(draw: st.DrawFn) -> Capture:
    """Make captures that often share a URI, an instant or a payload."""
    return a_capture(
        f"https://{draw(hosts)}/{draw(st.integers(0, 1))}",
        captured_at=draw(instants),
        payload_digest=draw(digests),
        payload_length=LARGE,
        record_type=draw(st.sampled_from(["response", "revisit"])),
    )


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """Make statements that often are of one entry, and often tie."""
    return an_entry(
        f"e{draw(st.integers(0, 1))}",
        first_seen_at=draw(instants),
        river_at=draw(instants),
        seen_at=draw(instants),
        title=draw(st.sampled_from(["one", "two"])),
        fingerprint=draw(st.sampled_from(["f1", "f2"])),
        language=draw(st.sampled_from(["en", None])),
    )


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Make snapshots, most of them of the same pages."""
    number = draw(st.integers(0, 5))
    at = NOON + timedelta(milliseconds=number % 3)
    return a_snapshot(f"s{number}", link=link(number % 2), captured_at=at)


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    """Make findings of looks at the same pages, some of which are one."""
    number = draw(st.integers(0, 7))
    return a_finding(
        f"l{number}",
        link=link(number % 2),
        at=NOON + timedelta(milliseconds=number % 5),
        outcome=OUTCOMES[number],
    )


OUTCOMES: tuple[Outcome, ...] = (
    "same",
    "changed",
    "missing",
    "gone-410",
    "gone-410",
    "same",
    "blocked",
    "moved",
)
holdings = st.builds(
    Holdings,
    captures=st.lists(captures(), max_size=3).map(tuple),
    entries=st.lists(entries(), max_size=2).map(tuple),
    snapshots=st.lists(snapshots(), max_size=1).map(tuple),
    findings=st.lists(findings(), max_size=2).map(tuple),
)
histories = st.lists(holdings, min_size=1, max_size=4)
FEW_FIXTURES = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def seen(index: Index) -> object:
    """Return all that an index says."""
    all_digests = [sha256(bytes([n])) for n in range(3)]
    return (
        list(index.dump()),
        list(index.captures()),
        index.by_digest(all_digests),
        index.timemap("https://example.com/1"),
        index.river(limit=9),
        index.river(limit=9, feed_id="f1"),
        index.snapshots(link(0)),
        index.findings(link(0)),
        index.findings(link(1)),
        index.changes(limit=9),
        index.changes(limit=9, feed_id="f1"),
        index.entries(["e0", "e1"]),
        index.recent("f1", limit=9),
        index.counts(),
    )


def added(index: Index, all_: Sequence[Holdings]) -> Index:
    """Return `index` after all was added."""
    for each in all_:
        index.add(each)
    return index


@settings(max_examples=100, deadline=None, suppress_health_check=FEW_FIXTURES)
@given(once=histories, data=st.data())
def test_any_order(
    new_embedded_index: IndexMaker, once: list[Holdings], data: st.DataObject
) -> None:
    """Whatever is added, its order and its repetition do not matter."""
    again = reordered(data, once)

    assert seen(added(new_embedded_index(), once)) == seen(
        added(new_embedded_index(), again)
    )


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=FEW_FIXTURES,
)
@given(once=histories, data=st.data())
def test_any_order_anywhere(
    new_embedded_index: IndexMaker,
    new_aws_index: IndexMaker,
    once: list[Holdings],
    data: st.DataObject,
) -> None:
    """Nor do they on AWS, and there the index answers the same to every question."""
    again = reordered(data, once)

    assert seen(added(new_embedded_index(), once)) == seen(
        added(new_aws_index(), again)
    )


def reordered(data: st.DataObject, once: Sequence[Holdings]) -> list[Holdings]:
    """Return the same holdings in some order, and some of them once more."""
    again = data.draw(st.permutations(once))
    return again + data.draw(st.lists(st.sampled_from(once), max_size=2))


def some_holdings() -> list[Holdings]:
    """Return the holdings of several objects that have to do with each other."""
    return [
        Holdings(
            captures=tuple(
                a_capture(
                    f"https://example.com/{n % 3}/{i}",
                    captured_at=NOON + timedelta(seconds=n),
                    payload_digest=sha256(bytes([i])),
                )
                for i in range(4)
            ),
            entries=(
                an_entry(f"e{n % 2}", seen_at=NOON + timedelta(seconds=n)),
                an_entry(f"only{n}"),
            ),
            snapshots=(
                a_snapshot(
                    f"s{n}",
                    link=link(n % 2),
                    captured_at=NOON + timedelta(seconds=n),
                ),
            ),
        )
        for n in range(6)
    ]


def test_several_at_once(new_index: IndexMaker) -> None:
    """Several threads that add at once lose nothing."""
    all_ = some_holdings()
    together = new_index()
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(together.add, all_))

    # Which of two that first meet in one moment is earliest may be seen late on AWS.
    alone = added(new_index(), all_)
    added(together, all_)
    assert seen(alone) == seen(together)


def test_a_dump_is_sorted(new_index: IndexMaker) -> None:
    """The lines of a dump ascend, and each names what it is a row of."""
    lines = list(added(new_index(), some_holdings()).dump())

    assert sorted(lines) == lines
    assert {"capture": 24, "entry": 8, "snapshot": 6} == {
        kind: sum(line.startswith(f'{{"{kind}":') for line in lines)
        for kind in ("capture", "entry", "snapshot")
    }


def test_another_row_shows(new_index: IndexMaker) -> None:
    """Indexes that differ in one field of one row have other dumps."""
    [one, *others] = some_holdings()
    changed = replace(one, captures=(replace(one.captures[0], status=500),))

    assert list(added(new_index(), [one, *others]).dump()) != list(
        added(new_index(), [changed, *others]).dump()
    )


GOLDEN = [
    '{"capture":{"captured_at":"2026-08-22T12:00:00.000Z","location":{"length":100,'
    '"offset":0,"warc_key":"warcs/2026/08/22/hozon-20260822120000-0123456789abcdef'
    '.warc.gz"},"media_type":"text/html","payload_digest":"sha256:B4IV3MDCW7AN2AYLC2'
    'DYZGO6UXBVJNE5YN5TR24IIYLZY54D5HLQ====","payload_length":1234,"record_id":"urn:uuid:1",'
    '"record_type":"response","status":200,"target_uri":"https://example.com/"}}',
]


def test_the_same_lines_everywhere(new_index: IndexMaker) -> None:
    """A dump is the same text on every backend, so that archives can be compared."""
    index = added(
        new_index(), [Holdings(captures=(a_capture(record_id="urn:uuid:1"),))]
    )

    assert GOLDEN == list(index.dump())
