"""What the texts of a sales invoice must be before anything is judged (pandera), whatever form they came in.

Columns only: whether figures agree with each other is SQL, and so is what the codes mean. A failed check
becomes a finding with the place, the field and what was expected.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

import pandas as pd
import pandera.pandas as pda
import pyarrow as pa

from assets.findings import said, shorten
from assets.reference.schemas import TEXT, VAT_NATURE, is_date, one_of
from assets.sales.layout import Level, SalesField, sales_layout
from assets.sales.model import Found, Place, schema_of

_VALIDATED_TOGETHER: Final = 10_000
"""Rows per call of pandera, which makes an object of everything that is wrong with them."""

_INVALID: Final = "sales_value_invalid"
_MISSING: Final = "sales_value_missing"
_FIXED: Final = frozenset({"position", "ordinal", "line_number"})
"""Columns that every reader fills."""

_PATTERNS: Final[Mapping[str, tuple[str, str]]] = {
    "currency": (r"^[A-Z]{3}$", said("currency_code")),
    "country": (r"^[A-Z]{2}$", said("country_code")),
    "amount": (r"^-?[0-9]{1,11}(\.[0-9]{1,4})?$", said("amount")),
    "quantity": (r"^-?[0-9]{1,9}(\.[0-9]{1,8})?$", said("number")),
    "rate": (r"^(100(\.0{1,4})?|[0-9]{1,2}(\.[0-9]{1,4})?)$", said("percentage")),
    "nature": (VAT_NATURE, said("vat_nature_of_sale")),
}


def _check(field: SalesField) -> pda.Check:
    if field.kind == "date":
        return pda.Check(is_date, error=said("date"))
    if field.kind == "choice":
        return pda.Check.isin(field.choices, error=one_of(field.choices))
    if field.kind == "text":
        length = field.max_length
        return pda.Check.str_matches(
            rf"^[^|\x00-\x1f]{{1,{length}}}$", error=said("text_on_one_line", count=length)
        )
    pattern, expected = _PATTERNS[field.kind]
    return pda.Check.str_matches(pattern, error=expected)


def number_problem(kind: str, text: str) -> str | None:
    """What is said to be expected where this text is no amount, quantity or rate; None where it is one."""
    pattern, expected = _PATTERNS[kind]
    return None if re.fullmatch(pattern, text) else expected


@cache
def schema(level: Level) -> pda.DataFrameSchema:
    """The frame of one level (`model.schema_of`) with ArrowDtype columns; strict, nothing coerced."""
    fields = {field.field_name: field for field in sales_layout() if field.level == level}
    columns = {}
    for column in schema_of(level):
        field = fields.get(column.name)
        if field is None:
            dtype = pd.ArrowDtype(column.type)
            columns[column.name] = pda.Column(dtype, nullable=column.name not in _FIXED)
        else:
            # Our company has no code in an e-invoice; whether it is known at all is SQL.
            is_required = field.is_required and field.field_name != "company_code"
            columns[column.name] = pda.Column(TEXT, [_check(field)], nullable=not is_required)
    return pda.DataFrameSchema(columns, strict=True, coerce=False)


def check_invoices(frames: Mapping[Level, pa.Table]) -> Iterator[Found]:
    """One entry per failed check, in the order of the rows of each level."""
    for level, table in frames.items():
        for start in range(0, table.num_rows, _VALIDATED_TOGETHER):
            yield from _failed_in(level, table.slice(start, _VALIDATED_TOGETHER))


def _failed_in(level: Level, table: pa.Table) -> Iterator[Found]:
    frame = table.to_pandas(types_mapper=pd.ArrowDtype)
    try:
        schema(level).validate(frame, lazy=True)
    except pda.errors.SchemaErrors as error:
        cases = error.failure_cases
        assert cases["index"].notna().all(), f"the frame {level} itself is wrong: {cases.head()}"
        ordered = cases.assign(index=cases["index"].astype("int64"), column=cases["column"].astype(str))
        ordered = ordered.sort_values(["index", "column"], kind="stable")
        columns = (ordered[name].tolist() for name in ("index", "column", "check", "failure_case"))
        places = [table[name].to_pylist() for name in ("position", "line_number", "byte_start", "byte_end")]
        ordinals = None if level == "header" else table["ordinal"].to_pylist()
        for row, column, check, value in zip(*columns, strict=True):
            position, *place = (each[row] for each in places)
            ordinal = None if ordinals is None else ordinals[row]
            yield _described(level, position, Place(*place), ordinal, (column, check, value))


def _described(
    level: Level, position: int, place: Place, ordinal: int | None, case: tuple[str, str, object]
) -> Found:
    field, check, value = case
    is_missing = check == "not_nullable"
    if level == "instalment" or (level == "line" and place.byte_start is None):
        # The line of a CSV is a row of its own; elsewhere the place is that of the whole invoice.
        field = f"{level}s[{ordinal}].{field}"
    return Found(
        _MISSING if is_missing else _INVALID,
        position,
        place,
        field,
        None if is_missing else shorten(str(value)),
        None if is_missing else check,
    )
