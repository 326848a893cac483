"""Published attack URIs and the WPT URL tests, held against the vetting."""

import json
from pathlib import Path

import pytest

from hozon.fetch import AllowedHosts, vet
from hozon.fetch.vetting import admits, literal
from hozon.nouns.errors import Refused

VECTORS = Path(__file__).parents[4] / "shared" / "corpora" / "vectors"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not VECTORS.is_dir(), reason="no corpora beside the repository"),
]


def reached(uri: str) -> str | None:
    """Return the address that a fetch of `uri` leads to, were all names loopback's."""
    try:
        vetted = vet(uri)
    except Refused:
        return None
    address = literal(vetted.host) or "127.0.0.1"
    return address if admits(vetted, address, AllowedHosts()) else None


def test_attack_uris_reach_nothing_private() -> None:
    """Of 263 published URIs for SSRF, only the one with a public address is fetched."""
    text = (VECTORS / "ssrf" / "payloads-all-the-things.txt").read_text()
    vectors = [line for line in text.split("\n") if line]

    assert 263 == len(vectors)
    assert ["1.1.1.1"] == [address for uri in vectors if (address := reached(uri))]


def test_the_url_standards_tests_agree() -> None:
    """What is vetted of the WPT inputs is exactly what the standard says it is."""
    cases = json.loads((VECTORS / "wpt-url" / "urltestdata.json").read_text())
    absolute = [
        case
        for case in cases
        if isinstance(case, dict) and case["base"] in (None, "about:blank")
    ]
    vetted = 0
    for case in absolute:
        try:
            found = vet(case["input"])
        except Refused:
            continue
        vetted += 1
        assert not case.get("failure"), case
        assert case["href"].split("#")[0] == found.href
    assert len(absolute) > 500
    assert vetted > 50
