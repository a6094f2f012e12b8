"""The assets of the traces, partitioned by file: lines, validated lines, movements, postings."""

from __future__ import annotations

from typing import Final

import dagster as dg
import pyarrow as pa

from assets.ledger.assets import POSTING_COLUMNS
from assets.traces.layout import line_schema, trace_layout

_TYPES: Final = {"int64": "bigint", "string": "varchar", "date32[day]": "date"}


def _column_type(data_type: pa.DataType) -> str:
    name = str(data_type)
    return _TYPES.get(name, name.replace("128", ""))


def _line_columns() -> dg.TableSchema:
    meanings = {field.name: field.meaning for field in trace_layout().fields} | {
        "line_number": "line of the file, from 1 (JSON: element of the array)",
        "byte_start": "offset of the line's first byte in the file",
        "byte_end": "offset after the line's last byte",
    }
    return dg.TableSchema(
        [
            dg.TableColumn(column.name, _column_type(column.type), description=meanings[column.name])
            for column in line_schema()
        ]
    )


_MOVEMENT_COLUMNS: Final = dg.TableSchema(
    [
        dg.TableColumn(
            "movement_number", "bigint", "number within the file, in the order of the first lines"
        ),
        dg.TableColumn("company", "varchar", "company that owns the entry"),
        dg.TableColumn("progressive", "varchar", "what the lines of a movement share"),
        dg.TableColumn("first_line", "bigint", "line with the bank or transit account"),
        dg.TableColumn("operation_date", "date", "becomes the date of the journal entry"),
        dg.TableColumn("balance", "decimal(38,4)", "what the lines add up to from the ledger's view; zero"),
        dg.TableColumn(
            "movement_key", "varchar", "company, numerator, year, entry, date, amount, account (D12)"
        ),
        dg.TableColumn("is_kept_out", "boolean", "whether a finding keeps the movement out of the ledger"),
    ]
)

SPECS: Final = (
    dg.AssetSpec(
        "trace_lines",
        deps=["trace_inbox"],
        group_name="traces",
        skippable=True,
        kinds={"python", "arrow"},
        owners=["team:treasury"],
        metadata={"dagster/column_schema": _line_columns()},
        description=(
            "The lines of a trace, read field by field from the text or the JSON form.\n\n"
            "Grain: one line of one file. Idempotent: recomputed from the kept file and never stored; the "
            "event carries the counts. Caveat: a field that cannot be read is empty here and a finding."
        ),
    ),
    dg.AssetSpec(
        "validated_trace_lines",
        deps=["trace_lines"],
        group_name="traces",
        skippable=True,
        kinds={"pandera", "arrow"},
        owners=["team:treasury"],
        metadata={"dagster/column_schema": _line_columns()},
        description=(
            "The lines that are what the layout says: required fields filled, codes well formed.\n\n"
            "Grain: one line of one file. Not stored: every posting says from which bytes of which kept "
            "file it came."
        ),
    ),
    dg.AssetSpec(
        "trace_movements",
        deps=["validated_trace_lines", "reference_data"],
        group_name="traces",
        skippable=True,
        kinds={"sql", "duckdb"},
        owners=["team:treasury"],
        metadata={"dagster/column_schema": _MOVEMENT_COLUMNS},
        description=(
            "The movements of a trace: lines that share company and progressive, judged as a whole.\n\n"
            "Grain: one movement of one file. Kept out: what does not balance, names unknown accounts or "
            "reasons, lies in a closed period, or was imported before."
        ),
    ),
    dg.AssetSpec(
        "trace_postings",
        deps=["trace_settlements"],
        group_name="traces",
        skippable=True,
        kinds={"sql", "duckdb"},
        owners=["team:finance"],
        metadata={"dagster/column_schema": POSTING_COLUMNS},
        description=(
            "Journal entries and postings of a trace.\n\n"
            "Grain: one debit or credit; tables `journal_entry` and `posting`. Idempotent: one transaction "
            "per file, and a movement key that the ledger takes once. Every posting names its file, line and "
            "bytes."
        ),
    ),
)
