import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.adapters.aws import keys
from hozon.nouns import uris
from tests.fakes import a_capture


@pytest.mark.parametrize(
    ("uri", "group"),
    [
        ("https://example.com/", "com,example"),
        ("https://www.example.com/", "com,example"),
        ("https://a.b.example.com:8080/", "com,example"),
        ("https://com/", "com"),
        ("https://example.co.jp/", "jp,co,example"),
        ("https://a.example.co.jp/", "jp,co,example"),
        ("https://co.jp/", "jp,co"),
        ("https://city.example.jp/", "jp,example"),
        ("https://localhost:81/", "localhost"),
        ("https://192.0.2.1:81/", "192.0.2.1"),
        ("https://[2001:db8::1]:81/", "[2001:db8::1]"),
    ],
)
def test_the_group_of_a_host(uri: str, group: str) -> None:
    """Hosts of one owner are in one group; those of a registry are not."""
    assert group == keys.host_group(uris.key(uri))


@pytest.mark.parametrize(
    ("prefix", "group"),
    [
        ("", None),
        ("com", None),
        ("com,", None),
        ("com,example", None),
        ("com,example,", "com,example"),
        ("com,example,b", "com,example"),
        ("com,example)", "com,example"),
        ("com,example:8", "com,example"),
        ("com,example)/a", "com,example"),
        ("jp,co", None),
        ("jp,co,", None),
        ("jp,co,example", None),
        ("jp,co,example,", "jp,co,example"),
        ("jp,co)", "jp,co"),
        ("192.0.2", None),
        ("192.0.2.1)", "192.0.2.1"),
        ("[2001:db8", None),
        ("[2001:db8::1]", None),
        ("[2001:db8::1]:", "[2001:db8::1]"),
    ],
)
def test_the_group_of_a_prefix(prefix: str, group: str | None) -> None:
    """A prefix has one group once no other label can follow that matters."""
    assert group == keys.group_of_prefix(prefix)


labels = st.text("ab-1", min_size=1, max_size=3) | st.sampled_from(["co", "com", "jp"])
hosts = st.lists(labels, min_size=1, max_size=4).map(",".join)
uri_keys = st.builds(
    "{}{})/{}".format, hosts, st.sampled_from(["", ":81"]), st.text("a,:)", max_size=3)
)


@given(uri_key=uri_keys, data=st.data())
def test_a_prefix_misses_no_group(uri_key: str, data: st.DataObject) -> None:
    """The captures with any prefix of a key are looked for where that key is."""
    prefix = uri_key[: data.draw(st.integers(0, len(uri_key)))]
    group = keys.host_group(uri_key)

    assert keys.group_of_prefix(prefix) in (None, group)
    if keys.group_of_prefix(prefix) is None:
        assert group.startswith(prefix)


@pytest.mark.museum(49)
def test_no_key_is_too_long() -> None:
    """DynamoDB takes 1 024 bytes; the longest URI with the longest id stays below."""
    uri = "https://example.com/" + "a" * (uris.MAX_LENGTH - 20)
    _, sk = keys.capture(a_capture(uri, record_id="urn:uuid:" + "0" * 300))

    assert len(sk.encode()) <= 1024


def test_what_is_not_cut() -> None:
    """Keys that fit stand in the table as they are."""
    assert ("com,example)/a", "a" * 900) == (
        keys.short("com,example)/a"),
        keys.short("a" * 900),
    )
    assert keys.short("a" * 901) != keys.short("a" * 902)
