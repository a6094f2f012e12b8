"""Reads exported files back, in both forms, and exports within a test's transaction.

What belongs here: from bytes to values. Nothing is taken from the product but the layout files, so that a
mistake of the writers cannot hide behind the same mistake here.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from assets.exports.exporting import Exported, ExportRequest, export
from assets.home import Home
from tests.support.ledgers import LedgerHome

_LAYOUTS: Final = Path(__file__).resolve().parents[2] / "assets" / "exports" / "layouts"

WIDTHS: Final = {"open_items": 535, "registry": 764}
MORNING: Final = dt.datetime(2026, 10, 20, 6, 0)  # noqa: DTZ001 - times of the ledger are UTC

Row = dict[str, Any]


class LayoutRow(NamedTuple):
    """A field of a layout as its file has it."""

    name: str
    start: int
    end: int
    kind: str
    decimals: int
    json_name: str
    is_required: bool


@cache
def layout_rows(kind: str) -> tuple[LayoutRow, ...]:
    """All fields of a layout but the fillers."""
    with (_LAYOUTS / f"docfinance_{kind}.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(
            LayoutRow(
                row["field"],
                int(row["position"]) - 1,
                int(row["position"]) - 1 + int(row["length"]),
                row["kind"],
                int(row["decimals"] or 0),
                row["json_name"],
                row["required"] == "yes",
            )
            for row in csv.DictReader(stream)
            if row["kind"] != "filler"
        )


def read_text(kind: str, data: bytes) -> list[Row]:
    """The lines of the positional form; every line has the width of the layout, and no more."""
    assert data.startswith(b"\xef\xbb\xbf"), "the file begins with the mark of UTF-8"
    text = data[3:].decode("utf-8")
    assert text == "" or text.endswith("\n"), "the last line ends with a line feed"
    lines = text.split("\n")[:-1]
    assert {len(line) for line in lines} <= {WIDTHS[kind]}
    return [_from_line(kind, line) for line in lines]


def _from_line(kind: str, line: str) -> Row:
    covered = set()
    row = {}
    for field in layout_rows(kind):
        covered.update(range(field.start, field.end))
        row[field.name] = _value(field, line[field.start : field.end])
    assert {line[place] for place in set(range(len(line))) - covered} <= {" "}, "fillers are blank"
    return row


def _value(field: LayoutRow, cell: str) -> object:
    if not cell.strip():
        return None
    if field.kind == "date":
        return dt.datetime.strptime(cell, "%Y%m%d").replace(tzinfo=dt.UTC).date()
    if field.kind == "integer":
        assert cell.isdigit(), cell
        return int(cell)
    if field.kind == "decimal":
        assert cell.replace(",", "").lstrip("+-").isdigit(), cell
        assert cell[-field.decimals - 1] == ",", cell
        return Decimal(cell.replace(",", "."))
    assert cell[0] != " ", f"{field.name} is left aligned"
    return cell.rstrip(" ")


def read_json(kind: str, data: bytes) -> list[Row]:
    """The objects of the JSON form, in which optional names without a value are left out."""
    fields = {field.json_name: field for field in layout_rows(kind) if field.json_name}
    rows = []
    for element in json.loads(data.decode("utf-8"), parse_float=Decimal):
        assert set(element) <= set(fields), "names are those of the layout"
        assert {name for name, field in fields.items() if field.is_required} <= set(element)
        assert None not in element.values()
        assert "" not in element.values()
        row = dict.fromkeys((field.name for field in layout_rows(kind)), None)
        rows.append(
            row | {fields[name].name: _json_value(fields[name], value) for name, value in element.items()}
        )
    return rows


def _json_value(field: LayoutRow, value: object) -> object:
    if field.kind == "date":
        return dt.date.fromisoformat(str(value))
    return Decimal(value) if field.kind == "decimal" else value  # type: ignore[arg-type]


def run_export(home: LedgerHome, kind: str = "open_items", **request: Any) -> Exported:
    """Exports on 20 October 2026 in the morning unless told otherwise; in the trial, or in a transaction."""
    wanted = ExportRequest(**{"kind": kind, "now": MORNING, "run_id": "test"} | request)
    if home.is_in_trial:
        return export(home.workbench, Home(home.root), wanted)
    with home.ledger.transaction(home.workbench, "test"):
        return export(home.workbench, Home(home.root), wanted)


def exported_rows(home: LedgerHome, kind: str = "open_items", **request: Any) -> list[Row]:
    """The lines of an export, read back from its file."""
    exported = run_export(home, kind, **request)
    read = read_json if exported.form == "json" else read_text
    return read(kind, exported.path.read_bytes())


def filled(row: Row) -> Row:
    """The fields of a line that have a value."""
    return {name: value for name, value in row.items() if value is not None}
