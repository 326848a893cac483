"""What the peers' scripts fetch besides a page: as short as one would write it."""

import re
from urllib.parse import urljoin

import lxml.html

_NEEDED = "//link[@rel='stylesheet']/@href | //script/@src | //img/@src"


def of_page(html: bytes, base: str) -> list[str]:
    """Return the URIs of style sheets, scripts and images."""
    document = lxml.html.document_fromstring(html)
    return [urljoin(base, str(found)) for found in document.xpath(_NEEDED)]


def of_style_sheet(css: str, base: str) -> list[str]:
    """Return the URIs of what a style sheet loads."""
    return [urljoin(base, found) for found in re.findall(r'url\("?([^")]+)', css)]
