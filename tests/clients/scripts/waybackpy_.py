"""waybackpy: snapshots, the nearest ones, and availability, with its endpoints set."""

import json
import sys
import warnings

from waybackpy import WaybackMachineAvailabilityAPI, WaybackMachineCDXServerAPI

warnings.simplefilter("ignore")
told = json.loads(sys.argv[1])
base = told["base"]


def asking(url, **more):
    api = WaybackMachineCDXServerAPI(url, "test", **more)
    api.endpoint = f"{base}/cdx/search/cdx"
    return api


available = WaybackMachineAvailabilityAPI(told["home"], "test")
available.endpoint = f"{base}/wayback/available"
available.api_call_time_gap = 0

json.dump(
    {
        "snapshots": [
            [one.timestamp, one.original, one.statuscode]
            for one in asking(told["home"]).snapshots()
        ],
        "in parts": len(
            list(asking("example.org", match_type="domain", limit=4).snapshots())
        ),
        "filtered": len(
            list(
                asking(
                    "example.org",
                    match_type="domain",
                    filters=["statuscode:200", "!mimetype:warc/revisit"],
                    collapses=["urlkey"],
                ).snapshots()
            )
        ),
        "near": asking(told["home"])
        .near(year=2025, month=10, day=28, hour=1, minute=1)
        .timestamp,
        "oldest": asking(told["home"]).oldest().timestamp,
        "newest": asking(told["home"]).newest().timestamp,
        "available": available.near(year=2025, month=10, day=28).archive_url,
    },
    sys.stdout,
)
