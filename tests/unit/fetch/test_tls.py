import pytest

from hozon.fetch.tls import cipher_suite_name, negotiated, protocol_name


@pytest.mark.parametrize(
    ("openssl", "iana"),
    [
        ("TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384"),
        ("ECDHE-RSA-AES128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
        ("ECDHE-ECDSA-AES256-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"),
        ("DHE-RSA-AES256-SHA", "TLS_DHE_RSA_WITH_AES_256_CBC_SHA"),
        (
            "ECDHE-RSA-CHACHA20-POLY1305",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        ),
        ("CAMELLIA256-SHA", "CAMELLIA256-SHA"),
    ],
)
def test_cipher_suites_have_their_registered_names(openssl: str, iana: str) -> None:
    """A record names the suite as the registry does, where we know it."""
    assert iana == cipher_suite_name(openssl)


def test_versions_have_the_names_of_warc_protocol() -> None:
    """The TLS version is spelt as WARC-Protocol spells it."""
    assert ["tls/1.3", "tls/1.2"] == [protocol_name(v) for v in ("TLSv1.3", "TLSv1.2")]


def test_without_tls_nothing_is_negotiated() -> None:
    """A plain connection has neither TLS protocol nor suite."""
    assert ((), None) == negotiated(None)
