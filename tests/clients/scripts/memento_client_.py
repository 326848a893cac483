"""memento-client: what it makes of a TimeGate."""

import json
import sys
from datetime import datetime

import requests
from memento_client import MementoClient

told = json.loads(sys.argv[1])
base = told["base"]
# Without an answer of the original it asks the original's own server, in the Internet.
original = requests.Response()
original.status_code = 200
original.headers["Vary"] = ""
original.url = told["home"]

client = MementoClient(timegate_uri=f"{base}/web/", check_native_timegate=False)
found = client.get_memento_info(
    told["home"], datetime.fromisoformat("2025-10-28T05:00"), req_uri_response=original
)
memento = found["mementos"]["closest"]["uri"][0]
json.dump(
    {
        "mementos": {
            name: [one["uri"][0], one["datetime"].isoformat()]
            for name, one in found["mementos"].items()
        },
        "timegate": found["timegate_uri"],
        "is timegate": MementoClient.is_timegate(
            f"{base}/web/{told['home']}", "Tue, 28 Oct 2025 00:00:00 GMT"
        ),
        "is memento": MementoClient.is_memento(memento),
    },
    sys.stdout,
)
