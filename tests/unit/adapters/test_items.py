"""Rows as attributes of the table: what was stored once can always be read."""

import base64
import zlib

import pytest

from hozon.adapters.aws import items
from hozon.nouns.errors import Damaged
from hozon.nouns.model import Facts
from hozon.stored import rows
from tests.fakes import a_snapshot

ROW = rows.to_json(a_snapshot(facts=Facts(title="保存", text="words " * 60)))
STORED = base64.b64decode(
    "ePlHT9ESw26Eha6RUYihEW4jUg2RDYGmkPL8opRihVGS1iQw6GF58cn+uU/XzlCq1UHKDWmGsPxQ"
    "DGIRyhSpFYm5BTmpesCsqg+OVqwZBJSAYVkEkZoxUq2Bhb6REVLaNbAwMjIEqjcwACZKI2MTUzNz"
    "C8vEpOSU1DR4sgY6nkDWwnAicjYzJyabmTqbOfkGuDqbGgdG+vtGeQYFmYWGBQWFG/uauhsbRTp5"
    "GEf5uZsZe7p7hpm5uoSbeEa4O9oCgRIZHi02xJVjTYyNDGsBmSIoXQ=="
)


def test_a_short_row_is_text() -> None:
    """It can be read in the console, and is a kilobyte in any case."""
    assert {"S": "{}"} == items.packed("{}")
    assert "{}" == items.unpacked({"S": "{}"})


def test_a_long_row_is_deflated() -> None:
    """With what stands in most rows known beforehand: a third less than without."""
    packed = items.packed(ROW)

    assert ROW == items.unpacked(packed)
    assert 3 * len(packed["B"]) < 2 * len(zlib.compress(ROW.encode(), 9))


@pytest.mark.parametrize("stored", [STORED, zlib.compress(ROW.encode())])
def test_what_was_stored_before_is_read(stored: bytes) -> None:
    """With the dictionary of the first day, which never changes, or with none."""
    assert ROW == items.unpacked({"B": stored})


@pytest.mark.parametrize(
    "attribute",
    [
        {"B": STORED[:-9]},
        {"B": b""},
        {"B": STORED[:6] + b"x" + STORED[7:]},
        {"B": zlib.compress(b"\xff")},
        {"N": "1"},
    ],
)
def test_what_is_no_row(attribute: dict[str, bytes | str]) -> None:
    """Cut off, changed, no text, or something else: it says what helps."""
    with pytest.raises(Damaged, match="hozon reindex"):
        items.unpacked(attribute)
