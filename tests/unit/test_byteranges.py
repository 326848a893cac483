"""RFC 9110 §14: which bytes a Range field asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hozon.serving import byteranges
from hozon.serving.byteranges import BeyondTheEnd


@pytest.mark.parametrize(
    ("field", "first", "length"),
    [
        ("bytes=0-4", 0, 5),
        ("bytes=2-2", 2, 1),
        ("bytes=7-", 7, 3),
        ("bytes=0-", 0, 10),
        ("bytes=-3", 7, 3),
        ("bytes=-10", 0, 10),
        ("bytes=-99", 0, 10),
        ("bytes=4-99", 4, 6),
        ("bytes=9-9", 9, 1),
        ("BYTES=1-2", 1, 2),
        ("bytes= 1-2 ", 1, 2),
    ],
)
def test_one_range(field: str, first: int, length: int) -> None:
    """From and to, from on, the last so many: each cut to what there is."""
    span = byteranges.wanted(field, 10)

    assert span is not None
    assert (first, length) == (span.first, span.length)
    assert f"bytes {first}-{first + length - 1}/10" == span.content_range


@pytest.mark.parametrize(
    "field",
    [
        None,
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=4-2",
        "bytes=a-b",
        "bytes=1",
        "bytes=1-2,4-5",
        "bytes=0-0,-1",
        "items=0-4",
        "bytes 0-4",
        "bytes=0x0-4",
        "bytes=٠-٤",
        "bytes=" + "9" * 40 + "-",
    ],
)
def test_what_is_ignored(field: str | None) -> None:
    """Another unit, several ranges, or no range at all: the whole is sent (§14.2)."""
    assert byteranges.wanted(field, 10) is None


@pytest.mark.parametrize(
    ("field", "size"),
    [("bytes=10-", 10), ("bytes=11-20", 10), ("bytes=-0", 10), ("bytes=0-", 0)],
)
def test_beyond_the_end(field: str, size: int) -> None:
    """A range of which nothing is there cannot be satisfied (§15.5.17)."""
    with pytest.raises(BeyondTheEnd) as raised:
        byteranges.wanted(field, size)

    assert f"bytes */{size}" == raised.value.content_range


@given(st.text(max_size=30), st.integers(0, 50))
def test_no_field_leads_outside(field: str, size: int) -> None:
    """Whatever a field says, the span lies within what there is."""
    for stated in (field, f"bytes={field}"):
        try:
            span = byteranges.wanted(stated, size)
        except BeyondTheEnd:
            continue
        if span is not None:
            assert 0 <= span.first < span.first + span.length <= size
