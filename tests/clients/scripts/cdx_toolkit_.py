"""cdx_toolkit: iterate, count, filter, and fetch by both ways it knows."""

import json
import sys

import cdx_toolkit

told = json.loads(sys.argv[1])
base = told["base"]


def content(found):
    return found.content.decode("utf-8", "replace")[:30]


plain = cdx_toolkit.CDXFetcher(source=f"{base}/cdx")
replayed = cdx_toolkit.CDXFetcher(source=f"{base}/cdx/search/cdx", wb=f"{base}/web")
ranged = cdx_toolkit.CDXFetcher(
    source=f"{base}/cdx", warc_download_prefix=f"{base}/warc"
)

everything = list(plain.iter("*.example.org"))
json.dump(
    {
        "all": [one["url"] for one in everything],
        "fields": sorted(everything[0]),
        "limited": len(list(plain.iter("*.example.org", limit=4))),
        "filtered": len(list(plain.iter("*.example.org", filter="=status:301"))),
        "ia filter": len(plain.get("*.example.org", filter="statuscode:404")),
        "negated": len(plain.get("*.example.org", filter=["!=status:200"])),
        "expression": len(plain.get("*.example.org", filter="~url:news/1")),
        "span": len(plain.get(told["home"], from_ts="20251028", to="202510")),
        "closest": plain.get(told["home"], closest="20251028", limit=1)[0]["timestamp"],
        "pages": plain.get_size_estimate("*.example.org", as_pages=True),
        "nothing": list(plain.iter("nowhere.example.org/*")),
        "replayed": content(replayed.get(told["query"])[1]),
        "ranged": content(ranged.get(told["query"])[1]),
        "redirect": replayed.get(told["moved"])[0]
        .fetch_warc_record()
        .http_headers.get_header("location"),
    },
    sys.stdout,
)
