"""docs/http.md tells the truth: routes, parameters and fields are those of the code."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from hozon.cdx import fields, filters, query
from hozon.web import mementos, pages
from tests.unit.web.conftest import Door

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "http.md").read_text("utf-8")
CDX = TEXT.partition("## CDX")[2].partition("\n## ")[0]


def named(text: str) -> set[str]:
    """Return the words that stand in code within a text."""
    spans = re.findall(r"`([^`\n]+)`", text)
    return {word for span in spans for word in re.split(r"[\s=*,:]+", span)}


def read(module: Path) -> Iterator[str]:
    """Yield the names of the parameters that the query's code reads."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "said"
        ):
            yield from (a.value for a in node.args if isinstance(a, ast.Constant))  # type: ignore[misc]  # names


def test_cdx_parameters() -> None:
    """Each parameter that is read is told, and each that is told is read."""
    table = CDX.partition("| --- | --- |")[2].partition("\n\n")[0]
    told = named("".join(line.split("|")[1] for line in table.strip().splitlines()))
    found = {*read(ROOT / "functions" / "hozon" / "cdx" / "query.py")}
    others = {"gzip", "false", "reverse", "-N", "closest", "filter0", "collapse0", "…"}

    aliases = {"from_ts", "reverse"}
    assert found - aliases <= told
    assert told - others <= found


def test_cdx_fields() -> None:
    """All fields are told, by both servers' names."""
    assert {*fields.PLACED, *fields.PYWB, *fields.ORIGINALS} <= named(CDX)


def test_bounds() -> None:
    """The numbers are those of the code."""
    assert f"pages of {query.LINES // 1000} 000 captures" in CDX
    assert f"up to {query.MOST_BLOCKS}" in CDX
    assert f"at most {filters.LONGEST} characters" in CDX
    assert f"at most {filters.MOST}" in CDX
    assert f"lists {mementos.MOST_MEMENTOS // 1000} 000 mementos" in TEXT


def test_routes(door: Door) -> None:
    """Every route is told: those of machines and people, and those of the API."""
    described = json.loads(door.ask("/api/openapi.json").text)
    for rule, _ in pages._ROUTES:
        begin = re.split(r"[.\[(]", rule)[0] or "/"
        assert begin in TEXT, rule
    for path, operations in described["paths"].items():
        assert f"`{path}`" in TEXT
        for parameter in operations["get"].get("parameters", ()):
            assert parameter["name"] in TEXT
