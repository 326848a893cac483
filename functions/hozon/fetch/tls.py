"""TLS: whom we trust, and the standard's names for what was negotiated.

The certificate is verified always; there is no way to turn that off.
"""

import re
import ssl

_AEAD_OR_CBC = re.compile(
    r"(ECDHE|DHE)-(ECDSA|RSA)-AES(128|256)-(?:(GCM)-)?(SHA|SHA256|SHA384)"
)
_CHACHA = re.compile(r"(ECDHE|DHE)-(ECDSA|RSA)-CHACHA20-POLY1305")


def client_context(ca_file: str | None) -> ssl.SSLContext:
    """Return a context that trusts the system's authorities, or only those of a file.

    Takes some 25 ms: make it once. Made by hand because `ssl.create_default_context`
    writes session keys to wherever the environment says.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    if ca_file is None:
        context.load_default_certs()
    else:
        context.load_verify_locations(ca_file)
    return context


def protocol_name(version: str | None) -> str:
    """Return the WARC-Protocol name of a version: ``TLSv1.3`` is ``tls/1.3``."""
    return (version or "TLS").lower().replace("v", "/")


def cipher_suite_name(name: str) -> str:
    """Return the IANA name of a cipher suite that OpenSSL calls `name` (RFC 5246 §A.5).

    TLS 1.3 suites have one name. An OpenSSL name outside of the families that a client
    of today offers is returned as it is.
    """
    if family := _AEAD_OR_CBC.fullmatch(name):
        exchange, signature, bits, mode, digest = family.groups()
        return f"TLS_{exchange}_{signature}_WITH_AES_{bits}_{mode or 'CBC'}_{digest}"
    if family := _CHACHA.fullmatch(name):
        return f"TLS_{family[1]}_{family[2]}_WITH_CHACHA20_POLY1305_SHA256"
    return name


def negotiated(tls: ssl.SSLObject | None) -> tuple[tuple[str, ...], str | None]:
    """Return the WARC-Protocol names of TLS (none without it) and its cipher suite."""
    if tls is None:
        return (), None
    cipher = tls.cipher()
    suite = cipher_suite_name(cipher[0]) if cipher else None
    return (protocol_name(tls.version()),), suite
