"""Rows as text: one a line, as JSON, or as CDXJ; with a resume key where it is wanted."""

import json
from collections.abc import Sequence

from hozon.cdx.fields import Row
from hozon.cdx.query import Output

MEDIA_TYPES: dict[Output, str] = {
    "text": "text/plain; charset=utf-8",
    "json": "application/json",
    "cdxj": "text/x-cdxj; charset=utf-8",
}


def line(row: Row, output: Output, names: Sequence[str]) -> str:
    """Return a row as it stands in an answer (`written`)."""
    values = [row.value(name) for name in names]
    if output == "text":
        return " ".join(values)
    if output == "json":
        return json.dumps(values)
    members = json.dumps(dict(zip(names, values, strict=True)))
    return f"{row.value('urlkey')} {row.value('timestamp')} {members}"


def written(
    found: Sequence[str], output: Output, names: Sequence[str], resume_key: str | None
) -> str:
    """Return an answer of these lines.

    JSON is a list of lists, the first of which has the names of the fields; without
    rows it is ``[]``. The resume key stands behind an empty line, or an empty list.
    """
    if output == "json":
        return _json(found, names, resume_key)
    key = ["", resume_key] if resume_key else []
    return "".join(f"{line}\n" for line in [*found, *key])


def _json(found: Sequence[str], names: Sequence[str], resume_key: str | None) -> str:
    if not found and resume_key is None:
        return "[]\n"
    key = ["[]", json.dumps([resume_key])] if resume_key else []
    return "[" + ",\n".join([json.dumps(list(names)), *found, *key]) + "]\n"
