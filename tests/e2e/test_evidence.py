"""From a run to a receipt that an expert checks, as processes."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import ROOT, Hozon
from tests.sites import Site, page, rss

pytestmark = pytest.mark.e2e


def test_a_run_seals_and_a_receipt_proves(directory: Path, tmp_path: Path) -> None:
    """Hozon run, receipt, verify, and the expert's own file; then a byte is changed."""
    article = page("A", "<p>" + "Words of an article. " * 40 + "</p>")
    paper, warc = tmp_path / "a.receipt.json", tmp_path / "a.warc.gz"
    with Site({"/feed": rss("/a"), "/a": article}) as site:
        hozon = Hozon(directory=directory, allow=(site.authority,))
        hozon("feeds", "add", site.uri("/feed"))
        [summary] = hozon.json("run")
        uri = site.uri("/a")
    hozon("receipt", uri, "-o", str(paper), "--warc", str(warc))
    script = str(ROOT / "docs/evidence/verify.py")
    expert = [sys.executable, "-I", script, str(paper), str(warc)]
    [verified] = hozon.json("verify")
    [checked] = hozon.json("verify", str(paper), str(warc))

    assert 2 == summary["sealed"]
    assert (2, 2, 0) == tuple(verified[n] for n in ("leaves", "objects", "faults"))
    assert (2, 0) == (checked["files"], checked["faults"])
    assert 0 == subprocess.run(expert, check=False, capture_output=True).returncode
    assert 3 == hozon("receipt", f"{uri}x", code=3).returncode
    [again] = hozon.json("seal")
    assert {"size": 2, "leaves": 0} == again

    copy = tmp_path / "copy"
    shutil.copytree(directory, copy)
    assert 0 == hozon("verify", str(copy)).returncode
    victim = next((copy / "warcs").rglob("*.warc.gz"))
    victim.write_bytes(victim.read_bytes()[:-1] + b"x")
    done = hozon("verify", str(copy), code=4)
    assert done.stdout.startswith(b"changed: warcs/")
    assert json.loads(paper.read_text("utf-8"))["hozon"] == "receipt/1"


def test_an_archive_without_anything_to_verify(directory: Path, tmp_path: Path) -> None:
    """Is told so; a folder that is no archive is a mistake of the caller's."""
    hozon = Hozon(directory=directory)

    assert b"no archive" in hozon("verify", code=5).stderr
    assert b"is no archive" in hozon("verify", str(tmp_path), code=5).stderr
