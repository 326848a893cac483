"""EDGI's wayback through `hozon.compat.wayback`."""

import json
import sys
from datetime import UTC, datetime

from wayback import WaybackClient
from wayback.exceptions import MementoPlaybackError

from hozon.compat.wayback import session

told = json.loads(sys.argv[1])
client = WaybackClient(
    session(told["base"], search_calls_per_second=0, memento_calls_per_second=0)
)


def day(number, *time):
    return datetime(2025, 10, number, *time, tzinfo=UTC)


found = list(client.search(told["query"]))
memento = client.get_memento(found[1])
redirected = client.get_memento(told["moved"], timestamp=day(28, 3, 4, 5), exact=False)
try:
    client.get_memento(told["home"], timestamp=day(28, 9))
    inexact = "played"
except MementoPlaybackError as e:
    inexact = type(e).__name__
nearest = client.get_memento(told["home"], timestamp=day(28, 9), exact=False)

json.dump(
    {
        "all": len(list(client.search("example.org/*", limit=4))),
        "domain": len(list(client.search("*.example.org"))),
        "since": len(list(client.search(told["home"], from_date=day(28)))),
        "latest": len(list(client.search(told["home"], limit=-1))),
        "filtered": len(
            list(client.search("example.org/*", filter_field="statuscode:404"))
        ),
        "record": [found[1].url, found[1].status_code, found[1].mime_type],
        "memento": [memento.ok, memento.text[:30], memento.timestamp.isoformat()],
        "headers": dict(memento.headers),
        "links": sorted(memento.links),
        "redirected": [redirected.url, [one.url for one in redirected.history]],
        "inexact": inexact,
        "nearest": nearest.timestamp.isoformat(),
    },
    sys.stdout,
)
