"""What a line of a trace must be before it may become part of a movement (pandera).

Columns only: rules across lines are SQL, where they cost a hundredth. Every failed check names the finding
code that it becomes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

import pandas as pd
import pandera.pandas as pda
import pyarrow as pa

from assets.findings import Finding
from assets.traces.layout import trace_layout

_TEXT: Final = pd.ArrowDtype(pa.string())
_NO_BAR: Final = r"^[^|]*$"

_ALLOWED: Final[dict[str, tuple[pda.Check, str]]] = {
    "settlement_flag": (pda.Check.isin(["A", "S"], error="value_not_allowed"), "A (part), S (full) or blank"),
    "bill_flag": (pda.Check.isin(["D"], error="value_not_allowed"), "D or blank"),
    "currency": (
        pda.Check.str_matches(r"^[A-Z]{3}$", error="value_not_allowed"),
        "a currency code of ISO 4217 such as EUR",
    ),
    "company_currency": (
        pda.Check.str_matches(r"^[A-Z]{3}$", error="value_not_allowed"),
        "a currency code of ISO 4217 such as EUR",
    ),
    "year": (pda.Check.str_matches(r"^[0-9]{4}$", error="value_not_allowed"), "a year of four digits"),
    "return_year": (pda.Check.str_matches(r"^[0-9]{4}$", error="value_not_allowed"), "a year of four digits"),
    # The bar separates the parts of the movement key (D12).
    "numerator": (pda.Check.str_matches(_NO_BAR, error="value_not_allowed"), "characters other than |"),
}


@cache
def validated_lines() -> pda.DataFrameSchema:
    """The frame of lines (`layout.line_schema`) with ArrowDtype columns; strict, nothing coerced.

    Text without a check of its own may be dictionary encoded: decoding it costs more than all the checks.
    """
    columns = {
        name: pda.Column(pd.ArrowDtype(pa.int64())) for name in ("line_number", "byte_start", "byte_end")
    }
    for field in trace_layout().fields:
        checks = [_ALLOWED[field.name][0]] if field.name in _ALLOWED else []
        is_any_text = pa.types.is_string(field.arrow_type) and not checks
        dtype = None if is_any_text else pd.ArrowDtype(field.arrow_type)
        columns[field.name] = pda.Column(dtype, checks, nullable=not field.is_required)
    return pda.DataFrameSchema(columns, strict=True, coerce=False)


def check_lines(lines: pa.Table, source_file: str) -> Iterator[Finding]:
    """Yields one finding per failed check, without its place in the file (the caller locates it).

    `lines` has the columns of `layout.line_schema`; text columns may be dictionary encoded.
    """
    plain = [
        column.cast(column.type.value_type)
        if name in _ALLOWED and pa.types.is_dictionary(column.type)
        else column
        for name, column in zip(lines.column_names, lines.itercolumns(), strict=True)
    ]
    frame = pa.table(plain, names=lines.column_names).to_pandas(types_mapper=pd.ArrowDtype)
    try:
        validated_lines().validate(frame, lazy=True)
    except pda.errors.SchemaErrors as error:
        line_numbers = frame["line_number"].to_numpy()
        for row in error.failure_cases.to_dict("records"):
            assert row["index"] is not None, f"the frame of lines itself is wrong: {row}"
            name, check = str(row["column"]), str(row["check"])
            code = "required_value_missing" if check == "not_nullable" else check
            raw = "" if code == "required_value_missing" else str(row["failure_case"])
            expected = None if code == "required_value_missing" else _ALLOWED[name][1]
            yield Finding(
                source_file,
                code,
                line_number=int(line_numbers[int(row["index"])]),
                field=name,
                raw_value=raw,
                expected=expected,
            )
