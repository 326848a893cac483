"""Peer: a Scrapy spider whose downloader middleware writes records with warcio.

``python -m benchmarks.peers.scrapy_warcio URIS WARC``
"""

import io
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, ClassVar

import scrapy  # type: ignore[import-not-found,unused-ignore]  # where it is installed
from scrapy.crawler import (  # type: ignore[import-not-found,unused-ignore]  # ditto
    CrawlerProcess,
)
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benchmarks.peers import requisites

_CONCURRENT = 64


def _fields(headers: Any) -> list[tuple[str, str]]:
    pairs = ((n.decode(), v.decode("latin-1")) for n, vs in headers.items() for v in vs)
    return list(pairs)


class WarcMiddleware:
    """Writes each response, as it is before Scrapy decodes it, with its request."""

    def process_response(self, request: Any, response: Any, spider: Any = None) -> Any:
        """Write both records and pass the response on."""
        del spider
        writer: WARCWriter = WarcSpider.writer
        status = f"{response.status} OK"
        answer = writer.create_warc_record(
            response.url,
            "response",
            payload=io.BytesIO(response.body),
            http_headers=StatusAndHeaders(
                status, _fields(response.headers), protocol="HTTP/1.1"
            ),
        )
        asked = writer.create_warc_record(
            request.url,
            "request",
            http_headers=StatusAndHeaders("GET / HTTP/1.1", _fields(request.headers)),
        )
        writer.write_request_response_pair(asked, answer)
        return response


class WarcSpider(scrapy.Spider):  # type: ignore[misc,unused-ignore]  # Any where absent
    """Fetches pages and what they need, each URI once."""

    name = "warc"
    uris: ClassVar[list[str]] = []
    writer: ClassVar[Any] = None
    custom_settings: ClassVar[dict[str, Any]] = {
        "CONCURRENT_REQUESTS": _CONCURRENT,
        "CONCURRENT_REQUESTS_PER_DOMAIN": _CONCURRENT,
        "DOWNLOAD_DELAY": 0,
        "LOG_LEVEL": "WARNING",
        "ROBOTSTXT_OBEY": False,
        "TELNETCONSOLE_ENABLED": False,
        "RETRY_ENABLED": False,
        "COOKIES_ENABLED": False,
        # Nearest to the wire: what is decoded later has not been decoded yet.
        "DOWNLOADER_MIDDLEWARES": {WarcMiddleware: 950},
    }

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the pages."""
        for uri in self.uris:
            yield scrapy.Request(uri, callback=self.parse)

    def parse(self, response: Any) -> Iterator[Any]:
        """Ask for the requisites of a page."""
        for uri in requisites.of_page(response.body, response.url):
            yield scrapy.Request(uri, callback=self.parse_requisite)

    def parse_requisite(self, response: Any) -> Iterator[Any]:
        """Ask for what a style sheet loads."""
        if response.url.endswith(".css"):
            for uri in requisites.of_style_sheet(response.text, response.url):
                yield scrapy.Request(uri, callback=self.parse_requisite)


def main() -> None:
    """Crawl the pages named in the first argument into the file named in the second."""
    WarcSpider.uris = Path(sys.argv[1]).read_text("utf-8").split()
    with Path(sys.argv[2]).open("wb") as output:
        WarcSpider.writer = WARCWriter(output, gzip=True)
        process = CrawlerProcess()
        process.crawl(WarcSpider)
        process.start()


if __name__ == "__main__":
    main()
