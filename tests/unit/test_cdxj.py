"""Lines of CDXJ: the keys that replay software asks for."""

import gzip
import json

import pytest

from hozon.stored import cdxj


@pytest.mark.parametrize(
    ("uri", "key"),
    [
        # As warcio.js (getSurt), which ReplayWeb.page looks lines up by.
        ("https://www.example.org/", "org,example)/"),
        ("http://example.org/A/B.HTML", "org,example)/a/b.html"),
        ("https://www2.example.org:8443/x/", "org,example:8443)/x/"),
        ("https://example.org/a?Z=1&b=2&a=3", "org,example)/a?a=3&b=2&z=1"),
        ("https://example.org/?", "org,example)/"),
        (
            "https://example.org/%E6%97%A5?q=%E3%81%82",
            "org,example)/%e6%97%a5?q=%e3%81%82",
        ),
        ("http://192.0.2.7/a", "192.0.2.7)/a"),
    ],
)
def test_keys(uri: str, key: str) -> None:
    """Host reversed, lower case, parameters in order."""
    assert key == cdxj.surt(uri)


def test_blocks() -> None:
    """Each block is a gzip member by itself, and the index says where and from where."""
    lines = [f"org,example)/{n:03} 2026 {{}}".encode() for n in range(25)]
    header, *found = cdxj.blocks(lines, filename="x.cdx.gz", size=10)

    data = b"".join(block for block, _ in found)
    assert (
        b"",
        b'!meta 0 {"format": "cdxj-gzip-1.0", "filename": "x.cdx.gz"}\n',
    ) == header
    whole = []
    for _, line in found:
        prefix, _, said = line.decode().partition(" {")
        place = json.loads("{" + said)
        block = data[place["offset"] : place["offset"] + place["length"]]
        several = gzip.decompress(block).split(b"\n")[:-1]
        assert prefix.encode() == several[0].removesuffix(b" {}")
        assert place["digest"] == cdxj.hexadecimal(block)
        whole.append(several)
    assert [10, 10, 5] == [len(several) for several in whole]
    assert lines == [line for several in whole for line in several]


def test_nothing_to_index() -> None:
    """No line makes no block."""
    assert 1 == len(list(cdxj.blocks([], filename="x.cdx.gz")))
