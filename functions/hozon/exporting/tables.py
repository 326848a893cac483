"""The metadata as Parquet, in partitions of a day (UTC): for DuckDB, Athena, pandas.

``entries/dt=YYYY-MM-DD/part-00000.parquet``    by their place in the river
``snapshots/dt=…``                              by when they were captured
``captures/dt=…``                               the same

Rows are sorted on disk by day, so that one file is open at a time, and written in groups
of `GROUP` rows. pyarrow is the only library that is needed for one export alone: it comes
with the extra ``hozon[parquet]``.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, islice
from types import ModuleType
from typing import TYPE_CHECKING, Any

from hozon.exporting.columns import TABLES, Kind, row_of_entry, row_of_snapshot
from hozon.exporting.copying import of_objects
from hozon.exporting.telling import Tell
from hozon.exporting.wishes import Wish, entries, objects, some, sources
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Unusable
from hozon.nouns.instants import from_iso, iso
from hozon.nouns.model import Capture
from hozon.nouns.workspace import Lines, NewFolder, Sorter, Workspace
from hozon.serving import describing
from hozon.stored import rows

if TYPE_CHECKING:
    import pyarrow as pa

GROUP = 5_000
"""Rows that are held in memory and compressed together."""

_SEPARATOR = b"\0"
_DAY = len("2026-11-23")


def write(
    wish: Wish,
    archive: Archive,
    out: NewFolder,
    *,
    disk: Workspace,
    tell: Tell,
    group: int = GROUP,
) -> None:
    """Write the entries that are wished for, their snapshots and their captures.

    Raises `Unusable` where pyarrow is not installed, `NotFound` if nothing is held.
    """
    arrow, parquet = _libraries()
    tables = _Tables(arrow, parquet, out, tell, group)
    tell.total(len(TABLES))
    entries_ = _write_entries(wish, archive, disk, tables)
    captures = disk.sorter()
    for capture in _captures(wish, archive, disk):
        place = iso(capture.captured_at), capture.record_id
        _add(captures, *place, describing.capture(capture))
    some(tables.write("captures", captures.sorted()) or entries_)


def _libraries() -> tuple[ModuleType, ModuleType]:
    try:
        import pyarrow as pa  # noqa: PLC0415  an optional extra
        from pyarrow import parquet  # noqa: PLC0415  the same
    except ImportError:
        raise Unusable(
            "Parquet needs pyarrow; install it with: pip install 'hozon[parquet]'"
        ) from None
    return pa, parquet


def _write_entries(
    wish: Wish, archive: Archive, disk: Workspace, tables: "_Tables"
) -> Lines:
    """Write entries and snapshots, and return the entries."""
    named = sources(archive)
    rows_, snapshots = disk.sorter(), disk.sorter()
    for shown in entries(wish, archive):
        feed = named.get(shown.entry.feed_id)
        row = row_of_entry(shown, (feed and (feed.title or feed.uri)) or "")
        _add(rows_, row["river_at"], shown.entry.key, row)
        link = shown.entry.link
        for each in archive.index.snapshots(link) if link else ():
            _add(snapshots, iso(each.captured_at), each.id, row_of_snapshot(each))
    tables.write("snapshots", snapshots.sorted())
    return tables.write("entries", rows_.sorted())


def _captures(wish: Wish, archive: Archive, disk: Workspace) -> Iterator[Capture]:
    """Yield the captures that lie in the objects that are wished for.

    The index finds captures by their URIs only: it is read whole, and joined on disk.
    """
    if wish.is_all:
        yield from archive.index.captures()
        return
    by_object = disk.sorter()
    for capture in archive.index.captures():
        row = rows.to_json(capture).encode()
        by_object.add(capture.location.warc_key.encode() + _SEPARATOR + row)
    for line in of_objects(by_object.sorted(), objects(wish, archive, disk)):
        yield rows.from_json(Capture, line.partition(_SEPARATOR)[2].decode())


def _add(sorter: Sorter, at: str, key: str, row: dict[str, Any]) -> None:
    fields = at, key, json.dumps(row, ensure_ascii=False)
    sorter.add(_SEPARATOR.join(field.encode("utf-8", "replace") for field in fields))


class _Tables:
    """Writes sorted rows as files, a day each."""

    def __init__(
        self,
        arrow: ModuleType,
        parquet: ModuleType,
        out: NewFolder,
        tell: Tell,
        group: int,
    ) -> None:
        self._arrow = arrow
        self._parquet = parquet
        self._out = out
        self._tell = tell
        self._group = group

    def write(self, name: str, lines: Lines) -> Lines:
        """Write the rows of a table, and return them.

        They stand in ascending order of their instants.
        """
        schema = self._schema(TABLES[name])
        for day, rows_of_day in groupby(lines, key=lambda line: line[:_DAY]):
            path = f"{name}/dt={day.decode()}/part-00000.parquet"
            with (
                self._out.new(path) as file,
                self._parquet.ParquetWriter(file, schema, compression="zstd") as writer,
            ):
                while several := list(islice(rows_of_day, self._group)):
                    writer.write_table(self._table(name, several, schema))
        self._tell.count(**{name: len(lines)})
        self._tell.step()
        return lines

    def _schema(self, columns: Mapping[str, Kind]) -> "pa.Schema":
        arrow = self._arrow
        enclosure = {"uri": arrow.string(), "type": arrow.string()}
        enclosure["length"] = arrow.int64()
        types = {
            "text": arrow.string(),
            "texts": arrow.list_(arrow.string()),
            "instant": arrow.timestamp("ms", tz="UTC"),
            "number": arrow.int64(),
            "truth": arrow.bool_(),
            "enclosures": arrow.list_(arrow.struct(list(enclosure.items()))),
        }
        return arrow.schema([(name, types[kind]) for name, kind in columns.items()])

    def _table(
        self, name: str, lines: Iterable[bytes], schema: "pa.Schema"
    ) -> "pa.Table":
        columns = TABLES[name]
        found = [_typed(line, columns) for line in lines]
        return self._arrow.Table.from_pylist(found, schema=schema)


def _typed(line: bytes, columns: Mapping[str, Kind]) -> dict[str, Any]:
    row = json.loads(line.split(_SEPARATOR, 2)[2])
    return {
        name: from_iso(value) if kind == "instant" and value else value
        for name, kind in columns.items()
        if (value := row[name]) is not None
    }
