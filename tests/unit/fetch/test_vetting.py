import pytest

from hozon.fetch import AllowedHosts, vet
from hozon.fetch.vetting import admits, relies_on
from hozon.nouns.errors import Misuse, Refused

FORBIDDEN_ADDRESSES = """
http://127.0.0.1/ http://2130706433/ http://0x7f000001/ http://0x7f.0x0.0x0.0x1/
http://0177.0.0.1/ http://017700000001/ http://0000177.0.0.1/ http://127.1/
http://127.0.1/ http://0/ http://0.0.0.0/ http://2852039166/ http://0xA9FEA9FE/
http://0251.0376.0251.0376/ http://0xa9.0376.43518/ http://169.254.43518/
http://[::ffff:169.254.169.254]/ http://[::ffff:a9fe:a9fe]/
http://[0:0:0:0:0:ffff:127.0.0.1]/ http://[::]/ http://[::1]/ http://[fd00:ec2::254]/
http://[64:ff9b::7f00:1]/ http://[2002:7f00:1::1]/ http://127.0.0.1./
http://①②⑦.⓪.⓪.①/ http://１２７.０.０.１/ http://０Ｘ７ｆ.1/ http://127。0。0。1/
http://127%2e0%2e0%2e1/ http://%31%32%37.0.0.1/
http://%30%78%63%30%2e%30%32%35%30.01/ http:127.0.0.1/ http:/127.0.0.1/
http:///127.0.0.1/ http://127.0.0.1:080/ HTTP://127.0.0.1/ https://10.0.0.1/
"""
FORBIDDEN_NAMES = """
http://localhost/ http://LOCALHOST./ http://localhost.localdomain/ http://foo.localhost/
http://ip6-localhost/ http://intranet/ http://xn--/ http://printer.local/
http://metadata.google.internal/ http://nas.home.arpa/ http://x.onion/ http://x.i2p/
http://a.test/ http://a.invalid/ http://a.example/ http://a.alt/
http://1.0.0.127.in-addr.arpa/ http://8.b.d.0.1.0.0.2.ip6.arpa/ http://%6cocalhost/
"""
CREDENTIALS = """
http://user:pass@127.0.0.1/ http://example.com@127.0.0.1/ http://127.0.0.1@example.com/
http://example.com:80@127.0.0.1:9001/ http://[::1]@example.com/ http://user@example.com/
http://example.com%23@127.0.0.1/ http://example.com;@127.0.0.1/ https://:x@example.com/
"""
AMBIGUOUS = [
    r"http://127.1.1.1:80\@127.2.2.2:80/",
    r"http://127.1.1.1:80\@@127.2.2.2:80/",
    r"http://127.1.1.1:80:\@@127.2.2.2:80/",
    r"http://127.1.1.1:80#\@127.2.2.2:80/",
    "http:\\\\127.0.0.1\\",
    "http://1.1.1.1 &@2.2.2.2# @3.3.3.3/",
    "http://example.com\t@127.0.0.1/",
    "http://exa\tmple.com/",
    " http://127.0.0.1/",
    "ht\ntp://127.0.0.1/",
    "http://example.com/\r\nX-Injected: 1",
    "http://example.com/\x00",
]
PORTS = """
http://127.0.0.1:0/ http://example.com:22/ http://example.com:9001/
http://[::ffff:7f00:1]:9001/2018-06-01/runtime/invocation/next http://example.com:443/
https://example.com:80/ http://example.com:8080/
"""
NOT_URIS = """
http://425.510.425.510/ http://4294967296/ http://7147006462/ http://[::1%25lo]/
http://[fe80::1%25eth0]/ http://[fe80::1%eth0]/ http://[v1.x]/ http://127.0.0.1:80:9001/
http://127.0.0.1:99999/ http://127.0.0.1:-1/ http://127.0.0.1:９００１/
http://exam%00ple.com/ http://example.com%0d%0aX-Injected:1/ //127.0.0.1/ example.com http://
"""
SCHEMES = """
gopher://127.0.0.1:6379/_x file:///etc/passwd dict://127.0.0.1:11211/stat
ftp://127.0.0.1/ jar:http://127.0.0.1!/ javascript:alert(1) blob:http://example.com/1
data:text/html,<script>1</script> ws://example.com/ view-source:http://example.com/
"""
RUBBISH = """
localhost 127.0.0.1 :8080 localhost: localhost:http localhost:0 localhost:65536
localhost:080 ::1:80 [::1 user@localhost:80 localhost/path:80 http://localhost:80
127.77.0.1/17:8080 300.1.1.1:80 10.0.0.0/33:80 a?b:80 a#b:80 [::1]x:80
"""
MALFORMED_NAMES = [
    "http://a..b/",
    "http://../",
    "http://.example.com/",
    "http://a*b.com/",
    f"http://{'a' * 64}.com/",
    f"http://{'a.' * 127}com/",
]
FETCHED = {
    "http://example.com#@127.0.0.1/": "http://example.com/",
    "http://example.com?@127.0.0.1/": "http://example.com/?@127.0.0.1/",
    "http://-a.com/": "http://-a.com/",
    "http://a_b.example.com/": "http://a_b.example.com/",
    "http://faß.de/": "http://xn--fa-hia.de/",
    "http://xn--fa-hia.de/": "http://xn--fa-hia.de/",
    "http://ex\xadample.com/": "http://example.com/",
    "https://日本.jp/": "https://xn--wgv71a.jp/",
    "https://8.8.8.8/": "https://8.8.8.8/",
    "https://[2606:4700::1111]/": "https://[2606:4700::1111]/",
    "https://foo.com./": "https://foo.com./",
    "HTTP://EXAMPLE.ORG:80/a%20b#c": "http://example.org/a%20b",
    "https://www.bbc.co.uk/news/rss.xml": "https://www.bbc.co.uk/news/rss.xml",
    "http://example.org/?u=http://localhost/": "http://example.org/?u=http://localhost/",
}


@pytest.mark.parametrize(
    ("uris", "why"),
    [
        (FORBIDDEN_ADDRESSES.split(), "is not a public address"),
        (FORBIDDEN_NAMES.split(), "is not a name of the public web"),
        (CREDENTIALS.split(), "credentials"),
        (AMBIGUOUS, "control character, space or backslash"),
        (PORTS.split(), "; only "),
        (NOT_URIS.split(), "not a URI"),
        (SCHEMES.split(), "not an http or https URI"),
        (MALFORMED_NAMES, "not a host name"),
    ],
    ids=[
        "address",
        "name",
        "credentials",
        "ambiguous",
        "port",
        "uri",
        "scheme",
        "form",
    ],
)
def test_forbidden_uris_are_refused_with_the_reason(uris: list[str], why: str) -> None:
    """A URI that is not the plain public web is refused, and the sentence says why."""
    for uri in uris:
        with pytest.raises(Refused, match=why):
            vet(uri)


@pytest.mark.parametrize(("uri", "normal"), FETCHED.items())
def test_the_public_web_is_fetched_by_its_normal_form(uri: str, normal: str) -> None:
    """What is fetched is the one serialisation, whatever was written."""
    assert normal == vet(uri).href


def test_a_long_uri_is_refused() -> None:
    """URIs have a greatest length."""
    with pytest.raises(Refused, match="4096"):
        vet("http://example.org/" + "a" * 4096)


@pytest.mark.parametrize("own", ["archive.org.uk", "archive.org.uk:443"])
def test_the_archive_does_not_fetch_itself(own: str) -> None:
    """Own hosts are refused, even where they are allowed."""
    allowed = AllowedHosts.parse(["archive.org.uk:443"])

    with pytest.raises(Refused, match="this archive itself"):
        vet("https://Archive.org.uk./", allowed, own_hosts=frozenset({own}))


def test_an_own_port_leaves_the_others() -> None:
    """An own host with a port stands for that port alone."""
    allowed = AllowedHosts.parse(["127.0.0.1:8080", "127.0.0.1:8081"])
    own = frozenset({"127.0.0.1:8081"})

    assert 8080 == vet("http://127.0.0.1:8080/", allowed, own_hosts=own).port
    with pytest.raises(Refused):
        vet("http://127.0.0.1:8081/", allowed, own_hosts=own)


@pytest.mark.parametrize(
    ("spec", "uri"),
    [
        ("127.0.0.1:8080", "http://127.0.0.1:8080/a"),
        ("127.0.0.1:8080", "http://0x7f.1:8080/a"),
        ("127.77.0.0/17:8080", "http://127.77.1.2:8080/"),
        ("[::1]:8080", "http://[0:0::1]:8080/"),
        ("[fd00::]/8:80", "http://[fd12::1]/"),
        ("[fd00::/8]:80", "http://[fd12::1]/"),
        ("LocalHost:8080", "http://localhost:8080/"),
        ("news.test.:443", "https://news.test/"),
        ("example.com:8443", "https://example.com:8443/"),
        ("127.77.0.0/17:8080", "http://news.test:8080/"),
    ],
)
def test_what_is_allowed_is_fetched(spec: str, uri: str) -> None:
    """An allowance opens its destination, in any spelling of the URI."""
    assert vet(uri, AllowedHosts.parse([spec])).href


@pytest.mark.parametrize(
    ("spec", "uri"),
    [
        ("127.0.0.1:8080", "http://127.0.0.1:8081/"),
        ("127.0.0.1:8080", "http://127.0.0.2:8080/"),
        ("127.0.0.1:8080", "http://localhost:8080/"),
        ("127.77.0.0/17:8080", "http://127.77.128.1:8080/"),
        ("127.77.0.0/17:8080", "http://127.77.1.1:9001/"),
        ("127.77.0.0/17:8080", "http://news.test/"),
        ("localhost:8080", "http://127.0.0.1:8080/"),
        ("news.test:80", "https://news.test/"),
        ("127.0.0.1:80", "http://user@127.0.0.1/"),
        ("127.0.0.1:80", "ftp://127.0.0.1:80/"),
    ],
)
def test_an_allowance_opens_nothing_else(spec: str, uri: str) -> None:
    """Another port, address, name or scheme is as forbidden as before."""
    with pytest.raises(Refused):
        vet(uri, AllowedHosts.parse([spec]))


@pytest.mark.parametrize(
    "spec",
    [*RUBBISH.split(), "", " ", "local host:80"],
)
def test_rubbish_is_no_allowance(spec: str) -> None:
    """What cannot be understood is refused, and the message shows what can be."""
    with pytest.raises(Misuse, match="write HOST:PORT"):
        AllowedHosts.parse([spec])


@pytest.mark.parametrize(
    ("spec", "uri", "address", "admitted"),
    [
        ("other.net:1", "http://example.com/", "93.184.216.34", True),
        ("other.net:1", "http://example.com/", "127.0.0.1", False),
        ("other.net:1", "http://example.com/", "::ffff:127.0.0.1", False),
        ("other.net:1", "http://example.com/", "fe80::1%eth0", False),
        ("other.net:1", "http://example.com/", "nonsense", False),
        ("example.com:80", "http://example.com/", "10.0.0.1", True),
        ("example.com:80", "https://example.com/", "10.0.0.1", False),
        ("10.0.0.0/8:80", "http://example.com/", "10.0.0.1", True),
        ("10.0.0.0/8:80", "http://example.com/", "11.0.0.1", True),
        ("10.0.0.0/8:80", "http://example.com/", "192.168.0.1", False),
        ("10.0.0.0/8:80", "http://news.test/", "10.0.0.1", True),
        ("10.0.0.0/8:80", "http://news.test/", "93.184.216.34", False),
        ("10.0.0.0/8:8080", "http://example.com:8080/", "93.184.216.34", False),
        ("127.0.0.1:80", "http://example.com/", "127.0.0.1", False),
    ],
)
def test_an_address_is_admitted_as_public_or_as_allowed(
    spec: str, uri: str, address: str, *, admitted: bool
) -> None:
    """A name may lead to public addresses, or where an allowance says."""
    allowed = AllowedHosts.parse([spec])

    assert admitted == admits(vet(uri, allowed), address, allowed)


@pytest.mark.parametrize(
    ("uri", "relies"),
    [
        ("http://127.0.0.1:8080/", True),
        ("http://127.77.0.1:8080/", True),
        ("http://8.8.8.8/", True),
        ("http://news.test:8080/", True),
        ("http://example.com/", False),
        ("https://8.8.8.8/", False),
    ],
)
def test_haste_is_for_allowed_hosts_only(uri: str, *, relies: bool) -> None:
    """Only what is fetched because it was allowed may be asked in short intervals."""
    allowed = AllowedHosts.parse(
        ["127.0.0.1:8080", "127.77.0.0/17:8080", "8.8.8.0/24:80"]
    )

    assert relies == relies_on(vet(uri, allowed), allowed)
