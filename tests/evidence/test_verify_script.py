"""docs/evidence/verify.py: one file that an expert can read, and that is right."""

import ast
import importlib.util
import json
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from hozon.sealing import proving
from tests.logs import KEY, SIGNER, checkpoint_of, shelf, vectors, wycheproof

SCRIPT = Path(__file__).parents[2] / "docs" / "evidence" / "verify.py"


def loaded() -> Any:
    spec = importlib.util.spec_from_file_location("expert", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


expert = loaded()


def test_it_can_be_read() -> None:
    """150 lines at most, and nothing but the standard library."""
    text = SCRIPT.read_text("utf-8")
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        for name in (
            [a.name for a in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert len(text.splitlines()) <= 150
    assert imported <= sys.stdlib_module_names
    # `python -O` would take assertions away.
    assert not any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(text)))


def _decoded(text: str | None) -> bytes:
    return b64decode(text or "")


@pytest.mark.corpus
@pytest.mark.parametrize("kind", ["inclusion", "consistency"])
def test_merkle_vectors(kind: str) -> None:
    """98 of 98, of each kind."""
    found = [json.loads(path.read_text("utf-8")) for path in vectors(f"merkle/{kind}")]
    if not found:
        pytest.skip("no corpora here")
    wrong = []
    for each in found:
        proof = [_decoded(one) for one in each["proof"] or []]
        if kind == "inclusion":
            leaf, root = _decoded(each["leafHash"]), _decoded(each["root"])
            place = each["leafIdx"], each["treeSize"]
            is_so = expert.included(leaf, *place, proof, root)
        else:
            roots = _decoded(each["root1"]), _decoded(each["root2"])
            is_so = expert.consistent(each["size1"], each["size2"], *roots, proof)
        if is_so is each["wantErr"]:
            wrong.append(each["desc"])

    assert (98, []) == (len(found), wrong)


@pytest.mark.corpus
def test_wycheproof() -> None:
    """151 of 151."""
    if not vectors("wycheproof"):
        pytest.skip("no corpora here")
    found = list(wycheproof())
    wrong = [n for n, (k, m, s, ok) in enumerate(found) if expert.signed(k, m, s) != ok]

    assert (151, []) == (len(found), wrong)


def test_a_checkpoint_is_opened() -> None:
    """Text, size and time; another key or a changed byte is refused."""
    text = checkpoint_of([b"a", b"b"])

    assert (KEY.name, 2) == expert.opened(text, [KEY.vkey])[:2]
    assert "2026-08-22 12:00:00+00:00" == str(expert.opened(text, [KEY.vkey])[3])
    for changed in (text.replace("\n2\n", "\n3\n"), text[:-8] + "AAAAAA=\n"):
        with pytest.raises(ValueError, match=r"not|Incorrect"):
            expert.opened(changed, [KEY.vkey])


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Make a receipt and its object."""
    folder = tmp_path_factory.mktemp("expert")
    with shelf(folder) as archive:
        archive.hold("aa", "bb")
        archive.seal()
        archive.clock.advance(minutes=5)
        [key, _] = archive.hold("cc", "dd")
        archive.seal()
        archive.clock.advance(minutes=5)
        archive.fill(300)
        archive.seal()
        (folder / "r.json").write_bytes(proving.of_id("cc", archive.archive))
        (folder / "o.warc.gz").write_bytes(archive.warcs.objects[key])
    return folder / "r.json", folder / "o.warc.gz"


def run(*arguments: object) -> tuple[int, str]:
    """Run it as an expert would: alone, in another folder."""
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), *map(str, arguments)],
        capture_output=True,
        check=False,
        timeout=60,
        encoding="utf-8",
        cwd="/",
    )
    return done.returncode, done.stdout + done.stderr


def test_a_receipt_and_its_object(files: tuple[Path, Path]) -> None:
    """Both are right: it says which bytes, where in which log, and since when."""
    code, said = run(*files)

    assert 0 == code
    assert "leaf 2 of log " in said
    assert "not in the log yet at 2026-11-23 12:00:00+00:00" in said
    assert "in the log at 2026-11-23 12:05:00+00:00 or before" in said
    assert "to the byte" in said
    assert 0 == run(files[0])[0]


def test_the_key_that_is_expected(files: tuple[Path, Path]) -> None:
    """Who has the key from elsewhere is not fooled by a receipt of one's own."""
    [vkey] = json.loads(files[0].read_text("utf-8"))["vkeys"]

    assert 0 == run(*files, vkey)[0]
    assert (1, "NOT PROVEN: a checkpoint is not signed by the key\n") == run(
        *files, KEY.vkey
    )


def change(path: Path, to: Path, old: str, new: str) -> Path:
    text = path.read_text("utf-8")
    assert old in text
    to.write_text(text.replace(old, new, 1), "utf-8")
    return to


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("12:05:00.000Z", "12:04:00.000Z", "not in the tree"),
        ("index 2", "index 1", "not in the tree"),
        ('"leaf":', '"blatt":', "leaf"),
        ("tlog-proof@v1", "tlog-proof@v2", "not a receipt"),
        ("\\u2014 hozon/", "\\u2014 other/", "not signed"),
        ("n\\nhozon/", "n\\nother/", "signature"),
        ("consistency", "inconsistency", "consistency"),
    ],
)
def test_a_receipt_that_was_changed(
    files: tuple[Path, Path], tmp_path: Path, old: str, new: str, fault: str
) -> None:
    """Is not proven, and it says why."""
    text = json.loads(files[0].read_text("utf-8"))
    text.pop("statement")
    plain = tmp_path / "plain.json"
    plain.write_text(json.dumps(text), "utf-8")
    code, said = run(change(plain, tmp_path / "changed.json", old, new))

    assert 1 == code
    assert "NOT PROVEN" in said
    assert fault in said


def test_an_object_that_was_changed(files: tuple[Path, Path], tmp_path: Path) -> None:
    """One byte is enough."""
    data = bytearray(files[1].read_bytes())
    data[20] ^= 1
    other = tmp_path / "other.warc.gz"
    other.write_bytes(data)

    assert (1, "NOT PROVEN: the object was changed\n") == run(files[0], other)


def test_what_is_no_receipt(tmp_path: Path) -> None:
    """Another file, an empty one, none."""
    other = tmp_path / "other.json"
    for data in ("", "{}", "[]", '"x"', "{"):
        other.write_text(data, "utf-8")
        assert 1 == run(other)[0]
    assert 1 == run()[0]


def test_it_agrees_with_the_program() -> None:
    """On signatures that a library made."""
    for length in (0, 1, 200):
        message = bytes(length)
        assert expert.signed(SIGNER.public_key(), message, SIGNER.sign(message))
