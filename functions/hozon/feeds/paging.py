"""Where the entries before those of a feed document are (RFC 5005 and its kin). Pure."""

import re

_PAGED = re.compile(r"(?<=[?&])paged=(\d{1,6})(?=&|\Z)")


def older(
    uri: str,
    *,
    archive_uri: str | None = None,
    next_uri: str | None = None,
    generator: str = "",
) -> str | None:
    """Return the document with the entries before those of the one at `uri`, or None.

    An archive (``prev-archive``, RFC 5005 §4) comes before a page (``next``, §3): what
    stands in it does not move while we read. WordPress pages its feeds by ``paged``
    and does not say so. A document that names itself names none.
    """
    named = archive_uri or next_uri
    if named is None and "wordpress" in generator.lower():
        named = _paged(uri)
    return named if named != uri else None


def _paged(uri: str) -> str:
    """Return the URI of the next page of a WordPress feed; the first is number 1."""
    if found := _PAGED.search(uri):
        return f"{uri[: found.start()]}paged={int(found[1]) + 1}{uri[found.end() :]}"
    return f"{uri}{'&' if '?' in uri else '?'}paged=2"
