"""What a line of a trace must be before it may become part of a movement (pandera).

Columns only: rules across lines are SQL, where they cost a hundredth. Every failed check names the finding
code that it becomes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import numpy as np
import pandas as pd
import pandera.pandas as pda
import pyarrow as pa
import pyarrow.compute as pc

from assets.findings import Finding, said
from assets.traces.cells import Ints, Mask
from assets.traces.layout import trace_layout

_TEXT: Final = pd.ArrowDtype(pa.string())
_MISSING: Final = "required_value_missing"
_NO_BAR: Final = r"^[^|]*$"

_YEAR: Final = pda.Check.str_matches(r"^[0-9]{4}$", error="value_not_allowed"), said("year_of_four_digits")
_CURRENCY: Final = pda.Check.str_matches(r"^[A-Z]{3}$", error="value_not_allowed"), said("currency_code")

_ALLOWED: Final[dict[str, tuple[pda.Check, str]]] = {
    "settlement_flag": (pda.Check.isin(["A", "S"], error="value_not_allowed"), said("settlement_flags")),
    "bill_flag": (pda.Check.isin(["D"], error="value_not_allowed"), said("bill_flags")),
    "currency": _CURRENCY,
    "company_currency": _CURRENCY,
    "year": _YEAR,
    "return_year": _YEAR,
    # The bar separates the parts of the movement key (D12).
    "numerator": (pda.Check.str_matches(_NO_BAR, error="value_not_allowed"), said("characters_but_bar")),
}


MOST_CASES: Final = 10_000
"""Missing values of one part that pandera tells one by one; more are counted by arrow, at no cost."""


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """Lines that fail one check of one field: their numbers, ascending. `raw_values` are theirs, in the same
    order; None where the value is missing.
    """

    field: str
    finding_code: str
    line_numbers: Ints
    raw_values: Sequence[object] | None = None
    expected: str | None = None

    def finding(self, index: int, source_file: str) -> Finding:
        """The finding about one of the lines, without its place in the file."""
        return Finding(
            source_file,
            self.finding_code,
            line_number=int(self.line_numbers[index]),
            field=self.field,
            raw_value="" if self.raw_values is None else str(self.raw_values[index]),
            expected=self.expected,
        )

    def only(self, is_kept: Mask) -> FailedCheck:
        """The same of some of the lines."""
        if is_kept.all():
            return self
        values = self.raw_values
        kept = None if values is None else [values[index] for index in np.flatnonzero(is_kept).tolist()]
        return replace(self, line_numbers=self.line_numbers[is_kept], raw_values=kept)


@cache
def validated_lines(*, is_value_missing: bool = False) -> pda.DataFrameSchema:
    """The frame of lines (`layout.line_schema`) with ArrowDtype columns; strict, nothing coerced.

    Text without a check of its own may be dictionary encoded: decoding it costs more than all the checks.
    `is_value_missing` leaves it to others to say which required values are missing.
    """
    columns = {
        name: pda.Column(pd.ArrowDtype(pa.int64())) for name in ("line_number", "byte_start", "byte_end")
    }
    for field in trace_layout().fields:
        checks = [_ALLOWED[field.name][0]] if field.name in _ALLOWED else []
        is_any_text = pa.types.is_string(field.arrow_type) and not checks
        dtype = None if is_any_text else pd.ArrowDtype(field.arrow_type)
        is_nullable = is_value_missing or not field.is_required
        columns[field.name] = pda.Column(dtype, checks, nullable=is_nullable)
    return pda.DataFrameSchema(columns, strict=True, coerce=False)


def check_lines(lines: pa.Table) -> list[FailedCheck]:
    """The checks that lines fail, by field in the order of the layout.

    `lines` has the columns of `layout.line_schema`; text columns may be dictionary encoded. Pandera makes
    an object of every case. Of a file that is wrong from end to end that would be millions, all of values
    that are not there, which arrow counts without looking at them.
    """
    required = [field.name for field in trace_layout().fields if field.is_required]
    is_value_missing = sum(lines[name].null_count for name in required) > MOST_CASES
    found = _failed(lines, is_value_missing=is_value_missing)
    if not is_value_missing:
        return found
    numbers = lines["line_number"].to_numpy()
    found += [
        FailedCheck(name, _MISSING, numbers[pc.is_null(lines[name]).to_numpy()])
        for name in required
        if lines[name].null_count
    ]
    order = {field.name: position for position, field in enumerate(trace_layout().fields)}
    return sorted(found, key=lambda failed: (order[failed.field], failed.finding_code))


def _failed(lines: pa.Table, *, is_value_missing: bool) -> list[FailedCheck]:
    plain = [
        column.cast(column.type.value_type)
        if name in _ALLOWED and pa.types.is_dictionary(column.type)
        else column
        for name, column in zip(lines.column_names, lines.itercolumns(), strict=True)
    ]
    frame = pa.table(plain, names=lines.column_names).to_pandas(types_mapper=pd.ArrowDtype)
    try:
        validated_lines(is_value_missing=is_value_missing).validate(frame, lazy=True)
    except pda.errors.SchemaErrors as error:
        cases = error.failure_cases
        assert cases["index"].notna().all(), f"the frame of lines itself is wrong: {cases.head()}"
        numbers = frame["line_number"].to_numpy()
        return [
            _described(str(name), str(check), numbers[of_check["index"].to_numpy(np.int64)], of_check)
            for (name, check), of_check in cases.groupby(["column", "check"], sort=False)
        ]
    return []


def _described(name: str, check: str, line_numbers: Ints, cases: pd.DataFrame) -> FailedCheck:
    if check == "not_nullable":
        return FailedCheck(name, _MISSING, line_numbers)
    return FailedCheck(name, check, line_numbers, cases["failure_case"].to_list(), _ALLOWED[name][1])
