"""Where captures stand among all of them: by key, then by instant."""

from datetime import datetime
from typing import NamedTuple


class Place(NamedTuple):
    """The place of one capture; places compare as captures are in order.

    `key` is `uris.key` of its target URI.
    """

    key: str
    captured_at: datetime
    record_id: str
