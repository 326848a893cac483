"""Home pages of sites, told by their URIs: where articles that are gone often lead."""

import re

from hozon.nouns.uris import Uri

_HOME = re.compile(
    r"/?(?:(?:index|default|home|top|main)(?:\.\w{2,5})?|[a-z]{2}(?:[-_][a-zA-Z]{2})?)?/?",
    re.IGNORECASE,
)
_ASKS = re.compile(r"[?&](?:p|id|page_id|article|story|aid|no)=")


def is_home(uri: Uri) -> bool:
    """Tell whether a URI is that of a site's home page, and asks for nothing else."""
    return bool(_HOME.fullmatch(uri.path)) and not _ASKS.search(uri.query)
