"""A deployed archive at home: pulled into a folder that verifies and is browsed."""

from pathlib import Path

import boto3
from click.testing import CliRunner

from benchmarks.metering import metered
from hozon import wiring
from hozon.auditing.pulling import Pulled, pull
from hozon.cli import cli
from hozon.cli.pulling import Source, carry_over
from hozon.guarding import deciding, preserving
from hozon.nouns.copies import SecondCopy
from hozon.sealing.sealing import seal
from hozon.wiring import Deployed
from tests.archives import ORIGIN, stocked
from tests.aws.rehearsal import Rehearsal
from tests.aws.stack import Stack


def _pulled(deployed: Deployed, folder: Path) -> Pulled:
    """Do what `hozon --stack NAME --archive DIR pull` does with the stack that it found."""
    archive = deployed.archive
    copy = SecondCopy(what="the stack", warcs=archive.warcs, log=archive.log)
    source = Source(copy=copy, archive=archive, custody=deployed.custody)
    with wiring.embedded(folder, create=True) as opened:
        done = pull(copy, opened.archive, opened.mender(), verify=wiring.verify)
        carry_over(source, opened, done)
    return done


def test_a_stack_is_pulled(stack: Stack, tmp_path: Path) -> None:
    """All that it holds, has decided and has to keep is in the folder, and verifies."""
    deployed = Rehearsal.of(stack).deployed
    archive, folder = deployed.archive, tmp_path / "home"
    stocked(archive, 5)
    deciding.decide("page", f"{ORIGIN}/2.html", "dark", archive)
    feed = archive.feeds.all()[0]
    preserving.place(feed.uri, archive, deployed.custody, reason="case 1", by="me")
    seal(archive, deployed.signer)

    done = _pulled(deployed, folder)

    assert (11, 11, []) == (done.size, done.objects, done.lacking)
    with wiring.embedded(folder) as opened:
        assert [*archive.index.dump()] == [*opened.archive.index.dump()]
        assert [*archive.seals.dump()] == [*opened.archive.seals.dump()]
        assert [*archive.access.all()] == [*opened.archive.access.all()]
        assert [True, True] == [each.paused for each in opened.archive.feeds.all()]
        held = [*filter(opened.custody.keeps, opened.archive.warcs.keys())]
        assert held == [*filter(deployed.custody.keeps, archive.warcs.keys())]
        assert held
    here = ["--archive", str(folder)]
    run = CliRunner()
    assert 0 == run.invoke(cli, [*here, "verify"]).exit_code
    assert 0 == run.invoke(cli, ["verify", str(folder)]).exit_code
    listed = run.invoke(cli, [*here, "entries", "list"]).stdout
    assert ("記事 1" in listed, "記事 2" in listed) == (True, False)
    assert 0 == run.invoke(cli, [*here, "get", f"{ORIGIN}/0.html"]).exit_code
    assert 0 != run.invoke(cli, [*here, "get", f"{ORIGIN}/2.html"]).exit_code
    assert 0 == run.invoke(cli, [*here, "audit"]).exit_code


def test_a_second_pull_costs_little(stack: Stack, tmp_path: Path) -> None:
    """Nothing new: sixteen requests, and none of them for an object's bytes."""
    deployed = Rehearsal.of(stack).deployed
    stocked(deployed.archive, 3)
    seal(deployed.archive, deployed.signer)
    _pulled(deployed, tmp_path)
    with metered() as meter:
        boto3.setup_default_session()
        again = wiring.connect(deployed.settings)
        meter.on = True
        done = _pulled(again, tmp_path)

    asked = {k: n for k, n in meter.requests.items() if not k.startswith("sts.")}
    assert 0 == done.leaves
    assert asked["s3.GetObject"] <= 2
    assert sum(asked.values()) <= 16
