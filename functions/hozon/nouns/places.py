"""Where captures stand among all of them: by key, then by instant; and where rows lie."""

from datetime import datetime
from typing import NamedTuple

from hozon.nouns import uris
from hozon.nouns.model import Capture


class Place(NamedTuple):
    """The place of one capture; places compare as captures are in order.

    `key` is `uris.key` of its target URI.
    """

    key: str
    captured_at: datetime
    record_id: str


Cursor = tuple[str, ...]
"""How far somebody has come in a list that is in an order; cursors compare as it goes on.
It says where a thing lies, whatever it says of itself.
"""


class Row(NamedTuple):
    """A row of the index: where it lies, the capture that it states, and whether that is
    where a row of this capture belongs.
    """

    cursor: Cursor
    capture: Capture
    is_in_place: bool


def place_of(capture: Capture) -> Place:
    """Return where a capture stands."""
    key = uris.key(capture.target_uri)
    return Place(key, capture.captured_at, capture.record_id)
