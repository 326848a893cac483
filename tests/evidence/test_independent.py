"""Others' implementations of C2SP notes, tiles and proofs take ours for right.

`tlog_scales` (PyPI) is a dependency of the tests; Go's own ``x/mod/sumdb`` is used where
it is installed (Debian: golang-go and golang-golang-x-mod-dev).
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey
from tlog_scales.tlog import Checkpoint, ConsistencyProof, InclusionProof
from tlog_scales.utils import sha256

from hozon.log import notes, proofs, receipts
from hozon.sealing import following, proving
from hozon.stored.naming import object_id
from hozon.web import respond
from tests.events import url_event
from tests.logs import Shelf, shelf

OUTSIDER = Path(__file__).parent / "outsider"
GO_PATH = Path("/usr/share/gocode")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """Yield a log of 700 leaves, sealed in four goes."""
    with shelf(tmp_path_factory.mktemp("independent")) as found:
        for count in (1, 254, 45, 400):
            found.fill(count)
            found.seal()
            found.clock.advance(minutes=5)
        yield found


class Served:
    """A log as our HTTP routes serve it: the other side's `TilesBackend`."""

    def __init__(self, archive: Shelf) -> None:
        self._archive = archive

    def get(self, *path: str) -> bytes | None:
        """Return a resource of the log, or None."""
        status, body = fetched(self._archive, "/log/" + "/".join(path))
        return body if status == 200 else None


def fetched(archive: Shelf, path: str) -> tuple[int, bytes]:
    """Send a GET to the archive's pages."""
    import base64  # noqa: PLC0415  for this only

    answer = respond(url_event(path), None, archive.archive, largest=10**7)
    body: str = answer["body"]
    data = base64.b64decode(body) if answer["isBase64Encoded"] else body.encode()
    return answer["statusCode"], data


def keys_of(archive: Shelf) -> tuple[Vkey, Vkey]:
    """Return the log's key for its two kinds of signatures."""
    [vkey] = fetched(archive, "/log/vkeys")[1].decode().split()
    plain = Vkey.from_string(vkey)
    return plain, Vkey(plain.name, None, notes.COSIGNATURE, plain.pubkey)


def test_a_tile_reader_reads_the_log(archive: Shelf) -> None:
    """Over HTTP: the checkpoint, its signatures, the root from tiles, each leaf."""
    reader = TilesReader(Served(archive))
    checkpoint = reader.get_checkpoint()
    for key in keys_of(archive):
        checkpoint.verify(key)

    assert 700 == checkpoint.size
    assert checkpoint.root_hash == reader.calculate_root_hash()
    for index in (0, 255, 256, 299, 300, 511, 512, 699):
        leaf = reader.get_entry(index)
        proof = reader.get_inclusion_proof(index, 700)
        proof.check(sha256(b"\0" + leaf), checkpoint.root_hash)
        assert following.leaf(index, archive.log).data == leaf


@pytest.mark.parametrize("size", [1, 255, 300])
def test_a_tile_reader_reads_it_as_it_was(archive: Shelf, size: int) -> None:
    """Each tree that was signed can still be read, and this one goes on from it."""
    old = Checkpoint.from_text(following.checkpoint(size, archive.log))
    new = Checkpoint.from_text(following.checkpoint(700, archive.log))
    reader = TilesReader(Served(archive))
    reader.set_size(size)
    assert old.root_hash == reader.calculate_root_hash()
    reader = TilesReader(Served(archive))
    reader.set_size(700)

    reader.get_consistency_proof(size, 700).check(old.root_hash, new.root_hash)


@pytest.mark.parametrize("index", [0, 1, 255, 299, 300, 699])
def test_our_receipts_are_taken(archive: Shelf, index: int) -> None:
    """Their proofs, the checkpoints around them, and every signature."""
    key = following.leaf(index, archive.log).key
    made = receipts.decoded(proving.of_id(object_id(key), archive.archive))
    proof = proofs.decoded(made["proof"])
    stated = Checkpoint.from_text(proof.checkpoint)
    leaf_hash = sha256(b"\0" + made["leaf"].encode())

    InclusionProof(index, stated.size, list(proof.path)).check(
        leaf_hash, stated.root_hash
    )
    for key_ in keys_of(archive):
        stated.verify(key_)
    for one in made["checkpoints"]:
        other = Checkpoint.from_text(one["checkpoint"])
        for key_ in keys_of(archive):
            other.verify(key_)
        old, new = sorted((stated, other), key=lambda each: each.size)
        hashes = [notes.unbased(each) for each in one["consistency"]]
        ConsistencyProof(old.size, new.size, hashes).check(old.root_hash, new.root_hash)


def written(archive: Shelf, folder: Path) -> Path:
    """Write the log as static files: what C2SP serves, and receipts beside it."""
    for key, data in archive.log.objects.items():
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (folder / "log/checkpoint").write_bytes(fetched(archive, "/log/checkpoint")[1])
    (folder / "log/vkey").write_bytes(fetched(archive, "/log/vkeys")[1])
    bundle = folder / "log/tile/entries/002.p/188"
    bundle.parent.mkdir(parents=True)
    bundle.write_bytes(fetched(archive, "/log/tile/entries/002.p/188")[1])
    for index in (0, 1, 255, 299, 300, 699):
        key = following.leaf(index, archive.log).key
        made: dict[str, Any] = receipts.decoded(
            proving.of_id(object_id(key), archive.archive)
        )
        (folder / f"{index}.leaf").write_text(made["leaf"], "utf-8")
        (folder / f"{index}.tlog-proof").write_text(made["proof"], "utf-8")
    return folder


@pytest.mark.skipif(
    shutil.which("go") is None or not (GO_PATH / "src/golang.org/x/mod/sumdb").is_dir(),
    reason="needs golang-go and golang-golang-x-mod-dev",
)
def test_gos_checksum_database_takes_it(archive: Shelf, tmp_path: Path) -> None:
    """golang.org/x/mod/sumdb: note.Open, tlog.TileHashReader, tlog.CheckRecord."""
    folder = written(archive, tmp_path / "written")
    done = subprocess.run(
        ["go", "run", str(OUTSIDER / "main.go"), str(folder)],
        env={
            **os.environ,
            "GO111MODULE": "off",
            "GOPATH": str(GO_PATH),
            "GOCACHE": str(tmp_path / "cache"),
            "GOFLAGS": "",
        },
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=600,
    )

    assert (0, "700 leaves, 6 receipts\n") == (done.returncode, done.stdout), (
        done.stderr
    )
