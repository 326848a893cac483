"""Real pages of two sites, as they were and as they became: what was edited is labelled.

The pages are the corpora's; nothing of them is here but their names.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.histories.library import CORPORA

SITES = CORPORA / "sites"

UNTOUCHED = {
    "RustConf",
    "libs-contributors",
    "CTCFT-may",
    "1.61.0-prerelease",
    "survey-2021-report",
    "2023-04-05-s3-bucket-public-access-block",
    "2023-04-05-tflint-is-good",
    "2023-04-14-curl-not-match-libcurl-on-alpine",
    "2023-04-21-install-awscli-on-alpine",
    "2023-05-18-raspberrypi4b-speaks-via-usb-speaker",
    "2023-06-01-fix-no-space-left-on-device-when-pip-install",
    "2023-06-01-get-savings-plans-coverage-data-unavailable-exception",
    "2023-06-01-install-google-cloud-speech-on-raspberrypi4b",
    "2023-07-08-install-terraform-multi-versions-by-asdf",
    "2023-07-14-show-dependabot-pull-requests",
    "2023-07-21-python-load-file",
    "2023-11-07-describe-ec2-specified-tag-key-value",
    "2023-12-01-show-running-aws-resources",
    "2024-05-29-upgrade-alb-accesslog-format",
    "2024-06-24-clear-github-profile-status",
    "2024-08-27-docker-is-unreachable",
    "2024-10-18-glue-job-bookmark",
    "2024-09-03-asdf-plugin-update-ruby",
    "2025-01-15-how-to-delete-datadog-child-org",
    "2025-06-05-python-tox",
}
"""Pages of which only the site around the text is another: read one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aged:
    """One page in two versions; `is_edited` says whether anybody edited the article."""

    name: str
    old: Path
    new: Path
    is_edited: bool


def pages() -> Iterator[Aged]:
    """Yield all pages that there are in two versions."""
    for old in sorted(SITES.glob("*/_older/**/*.html")):
        site = next(p for p in old.parents if p.parent == SITES)
        name = old.parent.name if old.stem == "index" else old.stem
        yield Aged(
            name=name,
            old=old,
            new=site / old.relative_to(site / "_older"),
            is_edited=name not in UNTOUCHED,
        )
