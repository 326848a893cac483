"""The header fields of every answer of the replay's origin, errors included.

Measured in Chromium (tests/browser/test_hostile.py): what these let through runs nothing,
and asks nobody but this origin. Fonts and pictures of a page without an origin are
requests of another one: hence ``*`` and ``cross-origin``.
"""

from collections.abc import Mapping

_INERT = (
    "default-src 'none'; img-src 'self' data:; media-src 'self' data:; "
    "font-src 'self' data:; style-src 'self' 'unsafe-inline'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors {pages}; "
    "sandbox allow-top-navigation-by-user-activation"
)
_SHELL = (
    "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; "
    "connect-src 'self'{lent}; frame-src 'self'; worker-src 'self'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors {pages}"
)
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), clipboard-read=()",
    "x-robots-tag": "noindex, noarchive",
    "x-dns-prefetch-control": "off",
}


def inert(stated: Mapping[str, str], pages: str | None) -> dict[str, str]:
    """Return header fields (lower-case names) with those that guard, which win.

    `pages` is the origin that may frame it; None: none may.
    """
    guard = {
        **ALWAYS,
        "content-security-policy": _INERT.format(pages=pages or "'none'"),
        "cross-origin-resource-policy": "cross-origin",
        "access-control-allow-origin": "*",
    }
    return {**stated, **guard}


def shell(
    stated: Mapping[str, str], pages: str | None, lent: str = ""
) -> dict[str, str]:
    """Return the same for what runs the full replay: our own loader, and the worker.

    `lent` is the origin where a large WARC is lent out, if there is one.
    """
    guard = {
        **ALWAYS,
        "content-security-policy": _SHELL.format(
            pages=pages or "'none'", lent=f" {lent}" if lent else ""
        ),
        "cross-origin-resource-policy": "same-origin",
    }
    return {**stated, **guard}
