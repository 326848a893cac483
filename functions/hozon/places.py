"""Where captures stand among all of them: by key, then by instant."""

from datetime import datetime
from typing import NamedTuple

from hozon import uris
from hozon.model import Capture


class Place(NamedTuple):
    """The place of one capture; places compare as captures are in order.

    `key` is `uris.key` of its target URI.
    """

    key: str
    captured_at: datetime
    record_id: str


def place_of(capture: Capture) -> Place:
    """Return where a capture stands."""
    key = uris.key(capture.target_uri)
    return Place(key, capture.captured_at, capture.record_id)
