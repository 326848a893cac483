"""Rows 1 to 8 and 15: URIs that are refused before anything is asked or opened."""

import json

import ada_url
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hozon import wiring
from hozon.fetch import vet
from hozon.fetch.vetting import literal
from hozon.nouns import uris
from hozon.nouns.errors import Misuse, Refused
from tests.hostile.corpora import CORPORA, needed

METADATA = (
    "169.254.169.254 2852039166 0xA9FEA9FE 0251.0376.0251.0376 0xa9.0376.43518 "
    "169.254.43518 [::ffff:a9fe:a9fe] [::ffff:169.254.169.254] 169.254.169.254."
)
LAMBDA = (
    "127.0.0.1 169.254.100.1 169.254.76.1 169.254.79.129 169.254.170.2 169.254.170.23 "
    "[fd00:ec2::254] [fd00:ec2::23] sandbox.localdomain sandbox localhost"
)
REFUSED = {
    1: "2130706433 0x7f000001 017700000001 0177.0.0.1 127.1 0 0x7f.1 127.0.1 0.0.0.0",
    2: METADATA,
    3: "[::] [::1] [fe80::1] [fd00:ec2::254] [64:ff9b::7f00:1] [2002:7f00:1::1] "
    "[2001:0:4136:e378:8000:63bf:3fff:fdd2] [fe80::1%25eth0] [::7f00:1] [fec0::1]",
    4: "①②⑦.⓪.⓪.① １２７.0.0.1 127。0。0。1 127｡0｡0｡1 %31%32%37.0.0.1 ０ｘ７ｆ.1 127%2e1",
    5: "user:pass@example.com example.com@127.0.0.1 127.0.0.1@example.com "
    "example.com%23@127.0.0.1 :x@example.com x@example.com",
    7: "example.com:22 example.com:9001 example.com:0 example.com:99999 "
    "example.com:９００１ example.com:8080 127.0.0.1:9001 169.254.100.1:9001",
}
CASES = [
    pytest.param(f"http://{host}/", id=host, marks=pytest.mark.museum(row))
    for row, hosts in REFUSED.items()
    for host in hosts.split()
]
SPELT = [
    "http://127.1.1.1:80\\@127.2.2.2/",
    "http://exa\tmple.com/",
    "http://example.com/\n",
    " http://example.com/",
    "\x00http://example.com/",
    "http://example.com/a b",
    "http://example.com\r\nHost: 127.0.0.1/",
    "http:\\\\127.0.0.1\\",
]
SCHEMES = [
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_x",
    "dict://127.0.0.1:11211/stat",
    "ftp://example.com/",
    "jar:http://example.com!/",
    "data:text/html,x",
    "javascript:alert(1)",
    "blob:http://example.com/1",
    "ws://example.com/",
    "//example.com/",
    "/a",
    "a",
    "",
]


@pytest.mark.parametrize("uri", CASES)
def test_what_is_not_the_public_web_is_refused(uri: str) -> None:
    """Every way to write a forbidden host, port or sign-in is refused."""
    with pytest.raises(Refused):
        vet(uri)


@pytest.mark.museum(6)
@pytest.mark.parametrize("uri", SPELT, ids=range(len(SPELT)))
def test_what_parsers_disagree_about_is_refused(uri: str) -> None:
    """No parser's opinion of these counts, for there are several."""
    with pytest.raises(Refused, match="control character, space or backslash"):
        vet(uri)


@pytest.mark.museum(8)
@pytest.mark.parametrize("uri", SCHEMES)
def test_other_schemes_and_relative_references_are_refused(uri: str) -> None:
    """Full URIs of http and https, and nothing else."""
    with pytest.raises(Refused):
        vet(uri)


@pytest.mark.parametrize("host", LAMBDA.split())
def test_what_a_lambda_has_around_it_is_refused(host: str) -> None:
    """The runtime's API hands out events, the metadata services keys: by their names and
    addresses, at any port.
    """
    for port in ("", ":80", ":2000", ":9001"):
        with pytest.raises(Refused):
            vet(f"http://{host}{port}/2018-06-01/runtime/invocation/next")


@pytest.mark.museum(15)
@pytest.mark.parametrize(
    ("public", "uri"),
    [
        ("https://archive.example.org/", "https://archive.example.org/river.atom"),
        ("https://archive.example.org", "http://ARCHIVE.example.org./"),
        ("https://abc.lambda-url.eu-west-1.on.aws/", "https://abc.lambda-url.eu-west-1.on.aws/"),
    ],
)  # fmt: skip
def test_an_archive_knows_where_it_is_served(public: str, uri: str) -> None:
    """What leads back to this archive is refused, by https and by http."""
    with pytest.raises(Refused, match="is this archive itself"):
        vet(uri, own_hosts=wiring.served_at(public))


def test_a_port_of_ones_own_leaves_the_others() -> None:
    """Beside an archive at a port of its own there may be other servers."""
    assert {"a.example.org:8443"} == wiring.served_at("https://a.example.org:8443/")
    assert not wiring.served_at(None)


@pytest.mark.corpus
@needed
def test_all_inputs_of_the_url_standard() -> None:
    """Whatever is parsed has the standard's host and no other, bases included; nothing
    crashes. The URI that is connected to is the one that is recorded.
    """
    found = json.loads((CORPORA / "vectors/wpt-url/urltestdata.json").read_text())
    cases = [case for case in found if isinstance(case, dict)]
    parsed = 0
    for case in cases:
        base = None if case["base"] in (None, "about:blank") else case["base"]
        try:
            uri = uris.parse(case["input"], base=base)
        except Misuse:
            continue
        parsed += 1
        assert not case.get("failure"), case
        assert (case["hostname"], case["href"].split("#")[0]) == (uri.host, uri.href)
        assert uri.href == uris.normal(uri.href)
    assert 800 < len(cases)
    assert 200 < parsed


@pytest.mark.corpus
@needed
@pytest.mark.parametrize("name", ["toascii.json", "IdnaTestV2.json"])
def test_international_names(name: str) -> None:
    """A host in other scripts becomes the name that the standard says, or is refused:
    no two parsers of ours can see two hosts in it.
    """
    cases = json.loads((CORPORA / "vectors" / "wpt-url" / name).read_text())
    agreed = 0
    for case in cases:
        if not isinstance(case, dict) or not case["input"]:
            continue
        try:
            host = uris.parse(f"https://{case['input']}/x").host
        except Misuse:
            continue
        agreed += 1
        assert host in {case["output"], (case["output"] or "").lower()}, case
        assert literal(host) is None or case["output"] == host
    assert 20 < agreed


ORIGINS = st.one_of(
    st.sampled_from(
        [
            *(
                "example.org",
                "EXAMPLE.org.",
                "127.1",
                "0x7f.1",
                "1.2.3.4:80",
                "[::1]:8080",
            ),
            *(
                "a.b:443",
                "a:b",
                "a:0",
                "a:99999",
                "xn--a",
                "u@h",
                "u:p@h:1",
                "--",
                "a..b",
            ),
            *("256.256.256.256", "08", "1.2.3.08", ":80", "", "a_b", "%61", "a%2eb"),
        ]
    ),
    st.text("aZ09.-:[]@%xn_", max_size=12),
)
RESTS = st.text("aZ09./:%2eE?;=&@~_!$()*+,#'|\\^`{}\"<> \u00e9", max_size=30)


@pytest.mark.museum(4, 6)
@settings(max_examples=400)
@given(
    scheme=st.sampled_from(["http", "https", "HTTP"]),
    origin=ORIGINS,
    rest=RESTS,
    relative=st.booleans(),
)
def test_no_shortcut_goes_around_the_parser(
    *, scheme: str, origin: str, rest: str, relative: bool
) -> None:
    """What is taken as it is, and what is taken apart by an expression, is what the
    parser would have made of it, part by part; what it refuses is refused.
    """
    base = f"{scheme}://{origin}/d/" if relative else None
    uri = f"/{rest}" if relative else f"{scheme}://{origin}/{rest}"
    try:
        found = uris.parse(uri, base=base)
    except Misuse:
        return
    said = ada_url.URL(uri, base) if base else ada_url.URL(uri)
    said.hash = ""

    assert said.href == found.href
    assert (said.protocol, said.hostname) == (f"{found.scheme}:", found.host)
    assert (said.username, said.password) == (found.username, found.password)
    assert (said.pathname, said.search) == (found.path, found.query)
    assert said.port in {str(found.port), ""}
    assert found.host == uris.host(found.href)
