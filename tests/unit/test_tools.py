"""The operator's tools: what they ask, refuse and say, without an account."""

import json

import pytest

from tools import audit, deploying, destroying
from tools.deploying import Refused, asked, command, parameters, settings

KNOWN = parameters()


def test_the_parameters_are_the_templates() -> None:
    """Only who answers for the archive has to be said."""
    assert ["Contact"] == [
        name for name, has_default in KNOWN.items() if not has_default
    ]
    assert {"LockMode", "MonthlyBudgetUsd", "LambdaArchitecture"} <= KNOWN.keys()
    assert deploying.FIRST.keys() <= KNOWN.keys()


def test_settings_are_read() -> None:
    """A value may hold anything, spaces and equals signs, too."""
    stated = [
        "Contact=https://example.org/?a=b",
        "TimeStampAuthorities=http://a http://b",
    ]

    assert settings(stated, KNOWN) == {
        "Contact": "https://example.org/?a=b",
        "TimeStampAuthorities": "http://a http://b",
    }


@pytest.mark.parametrize("stated", ["Contct=me@example.org", "Contact", "=x", ""])
def test_what_is_no_setting_is_refused(stated: str) -> None:
    """A misspelt parameter is not taken for none; the names are told."""
    with pytest.raises(Refused, match="LockMode") as refused:
        settings([stated], KNOWN)
    assert refused.value.code == 2


def test_the_first_time_it_asks() -> None:
    """What was given is not asked; what has a default may be left open."""
    answers = iter(["", "20"])
    questions = []

    def ask(question: str) -> str:
        questions.append(question)
        return next(answers)

    found = asked({"Contact": "me@example.org"}, KNOWN, ask)

    assert {"Contact": "me@example.org", "MonthlyBudgetUsd": "20"} == found
    assert ["mailed" in questions[0], "dollars" in questions[1]] == [True, True]


def test_nobody_is_there_to_be_asked() -> None:
    """In a pipeline the one thing that is needed has to be named."""
    with pytest.raises(Refused, match='SET="Contact='):
        asked({}, KNOWN, None)
    assert {"Contact": "a@b"} == asked({"Contact": "a@b"}, KNOWN, None)


def test_nothing_is_no_contact() -> None:
    """An empty answer to what has no default is refused."""
    with pytest.raises(Refused, match="Contact is needed"):
        asked({}, KNOWN, lambda _: "")


def test_the_command_names_only_what_changes() -> None:
    """Parameters that are not named keep their values."""
    plain = command("news", {}, yes=False)
    full = command("news", {"LockYears": "5"}, yes=True)

    assert "--parameter-overrides" not in plain
    assert ["--parameter-overrides", "LockYears=5"] == full[-2:]
    assert "--no-confirm-changeset" in full
    assert ["--stack-name", "news"] == plain[4:6]


def test_what_stays_is_named() -> None:
    """With the command that goes on with it; all of it are outputs and parameters."""
    outputs = {name: f"the-{name}" for name in destroying.KEPT}
    said = destroying.farewell(outputs)

    assert all(f"the-{name}" in said for name in destroying.KEPT)
    assert "AdoptArchiveBucket=the-ArchiveBucket" in said
    assert destroying.ADOPTED.keys() <= KNOWN.keys()


def report(**found: object) -> str:
    return json.dumps({"dependencies": [{"name": "x", "version": "1", **found}]})


HOLE = report(vulns=[{"id": "GHSA-1", "fix_versions": ["2"]}])


def test_a_hole_fails(capsys: pytest.CaptureFixture[str]) -> None:
    """It is named, with the version that mends it."""
    assert audit.main([], lambda _: HOLE) == 1
    assert "x 1: GHSA-1, mended in 2" in capsys.readouterr().err


@pytest.mark.parametrize("said", ["", "nonsense", report(skip_reason="not found")])
def test_nobody_can_be_asked(said: str) -> None:
    """That fails only where it is required."""
    assert audit.main([], lambda _: said) == 0
    assert audit.main(["--required"], lambda _: said) == 1


def test_nothing_is_wrong() -> None:
    """All was asked about, and there is no hole."""
    assert audit.main(["--required"], lambda _: report(vulns=[])) == 0
