"""RFC 3161: what an authority stamps, and what becomes of one that does not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.log import notes, places, receipts, stamps
from hozon.nouns.errors import Damaged
from hozon.nouns.model import Headers
from hozon.sealing import following, proving
from hozon.sealing.stamping import stamp
from tests.authority import OPENSSL, Authority
from tests.fetching import Answer, FakeFetcher, Reply, down
from tests.logs import Shelf, shelf

ONE, OTHER = "http://tsa.example.org/", "http://tsa.example.com/stamp"
DATA = b"a checkpoint\n"

pytestmark = pytest.mark.skipif(OPENSSL is None, reason="needs openssl")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.made(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Shelf]:
    with shelf(tmp_path) as found:
        found.hold("aa", "bb")
        found.seal()
        yield found


def answering(authority: Authority) -> Reply:
    """Return what answers a request as the authority does."""

    def answer(headers: Headers) -> Answer:
        query = bytes.fromhex(dict(headers)["Body"])
        return Answer(
            authority.answer(query),
            200,
            (("Content-Type", "application/timestamp-reply"),),
        )

    return answer


def fetcher(archive: Shelf, **site: Reply) -> FakeFetcher:
    known = {"one": ONE, "other": OTHER}
    return FakeFetcher({known[k]: v for k, v in site.items()}, archive.clock)


def test_a_stamp_is_read(authority: Authority) -> None:
    """Openssl answers our request, we read the answer, and openssl verifies it."""
    response = authority.answer(stamps.request(DATA, 2**63 + 5))
    found = stamps.fits(response, DATA)

    assert 2**63 + 5 == found.nonce
    assert abs(found.made_at - datetime.now(UTC)) < timedelta(minutes=5)
    assert authority.verify(response, DATA)
    assert not authority.verify(response, DATA + b".")
    with pytest.raises(Damaged, match="something else"):
        stamps.fits(response, DATA + b".")


@pytest.mark.parametrize("nonce", [0, 1, 127, 128, 255, 2**64 - 1])
def test_requests_are_der(authority: Authority, nonce: int) -> None:
    """Whatever the nonce: an integer of DER has one spelling."""
    assert nonce == stamps.read(authority.answer(stamps.request(DATA, nonce))).nonce


@pytest.mark.parametrize("cut", [0, 1, 5, 30, 200, -1])
def test_what_is_no_stamp(authority: Authority, cut: int) -> None:
    """A response that ends early, or is none."""
    with pytest.raises(Damaged):
        stamps.read(authority.answer(stamps.request(DATA, 1))[:cut])


def test_a_refusal(authority: Authority) -> None:
    """An authority that does not grant a stamp."""
    refusal = authority.answer(b"no request")

    with pytest.raises(Damaged, match="did not grant"):
        stamps.read(refusal)


@given(st.binary(max_size=80))
def test_bytes_of_anybody(data: bytes) -> None:
    """Are damaged, whatever they are, and never anything else."""
    with pytest.raises(Damaged):
        stamps.read(data)


async def test_a_checkpoint_is_stamped(archive: Shelf, authority: Authority) -> None:
    """By each authority; the receipt has the stamps, and openssl takes them."""
    site = fetcher(archive, one=answering(authority), other=answering(authority))

    assert [] == await stamp(archive.archive, site, [ONE, OTHER])

    checkpoint = following.checkpoint(2, archive.log).encode()
    made = receipts.decoded(proving.of_id("aa", archive.archive))
    assert 2 == len(made["stamps"])
    for token in made["stamps"]:
        assert authority.verify(notes.unbased(token), checkpoint)
    checked = receipts.checked(made)
    assert checked.after is not None
    assert ([], 2) == (checked.faults, len(checked.after.stamped))
    assert "time stamping authority says: not later than" in " ".join(made["statement"])


async def test_once_an_hour(archive: Shelf, authority: Authority) -> None:
    """More seals than that are stamped by the next; receipts name the first one stamped."""
    site = fetcher(archive, one=answering(authority))
    await stamp(archive.archive, site, [ONE])
    archive.clock.advance(minutes=30)
    archive.hold("cc")
    archive.seal()
    await stamp(archive.archive, site, [ONE])
    assert 1 == site.requests
    archive.clock.advance(minutes=31)
    archive.hold("dd")
    archive.seal()
    await stamp(archive.archive, site, [ONE])
    assert 2 == site.requests

    checked = receipts.checked(receipts.decoded(proving.of_id("cc", archive.archive)))
    assert checked.after is not None
    assert ([], (), 3) == (
        checked.faults,
        checked.after.stamped,
        checked.after.checkpoint.size,
    )
    assert [(4, 1)] == [
        (each.checkpoint.size, len(each.stamped)) for each in checked.later
    ]


async def test_an_authority_that_is_down(archive: Shelf, authority: Authority) -> None:
    """Delays no seal and no other authority; it is told, and asked again."""
    site = fetcher(archive, one=down(), other=answering(authority))
    [problem] = await stamp(archive.archive, site, [ONE, OTHER])

    assert ONE in problem
    assert 1 == len(list(archive.log.keys(places.STAMPS)))
    site = fetcher(archive, one=down())
    archive.clock.advance(hours=2)
    assert 1 == len(await stamp(archive.archive, site, [ONE]))
    assert 1 == len(await stamp(archive.archive, site, [ONE]))
    assert 2 == site.requests


@pytest.mark.parametrize(
    "answer", [Answer(b"", 500), Answer(b"no stamp", 200), Answer(b"", 200)]
)
async def test_an_authority_that_answers_nonsense(
    archive: Shelf, answer: Answer
) -> None:
    """Nothing of it is stored."""
    assert 1 == len(await stamp(archive.archive, fetcher(archive, one=answer), [ONE]))
    assert [] == list(archive.log.keys(places.STAMPS))


async def test_a_stamp_of_another_request(archive: Shelf, authority: Authority) -> None:
    """An old answer, played again: its nonce is not ours, or its digest is not."""
    data = following.checkpoint(2, archive.log).encode()
    for old in (stamps.request(data, 5), stamps.request(DATA, 5)):
        answer = Answer(authority.answer(old), 200)
        assert 1 == len(
            await stamp(archive.archive, fetcher(archive, one=answer), [ONE])
        )
    assert [] == list(archive.log.keys(places.STAMPS))


async def test_nothing_to_stamp(tmp_path: Path, archive: Shelf) -> None:
    """No authority, or no checkpoint: nobody is asked."""
    assert [] == await stamp(archive.archive, fetcher(archive), [])
    (tmp_path / "empty").mkdir()
    with shelf(tmp_path / "empty") as empty:
        assert [] == await stamp(empty.archive, fetcher(empty, one=down()), [ONE])


async def test_a_stamp_that_was_changed(archive: Shelf, authority: Authority) -> None:
    """In a receipt it is held against its checkpoint; openssl sees the rest."""
    await stamp(archive.archive, fetcher(archive, one=answering(authority)), [ONE])
    made = receipts.decoded(proving.of_id("aa", archive.archive))
    other = notes.based(authority.answer(stamps.request(DATA, 1)))
    token = bytearray(notes.unbased(made["stamps"][0]))
    token[-5] ^= 1
    checkpoint = following.checkpoint(2, archive.log).encode()

    assert "something else" in receipts.checked({**made, "stamps": [other]}).faults[0]
    assert not authority.verify(bytes(token), checkpoint)
