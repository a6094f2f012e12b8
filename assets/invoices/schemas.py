"""What the frames of documents must be before anything is judged (pandera).

Columns only: whether figures agree with each other is SQL. A failed check names the finding code that it
becomes: R17 where the document cannot be judged with such a value, else a remark. Codes whose meaning is
looked up in data (document types, natures of VAT, withholdings, funds) are not judged here.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Final

import pandas as pd
import pandera.pandas as pda
import pyarrow as pa

from assets.findings import said, shorten
from assets.invoices.model import FRAMES
from assets.invoices.walking import IGNORED_VALUE, REQUIRED, REQUIRED_VALUE, UNREADABLE

Failed = tuple[int, int, str, int | None, str, str, str, str]
"""file_number, position, frame, ordinal or line number, column, code, raw value, what was expected (said)."""

_HUNDRED: Final = Decimal(100)


def _rate(code: str) -> tuple[pda.Check, str]:
    return (
        pda.Check(lambda rates: (rates >= Decimal(0)) & (rates <= _HUNDRED), error=code),
        said("rate_of_hundred"),
    )


_RATE: Final = _rate(UNREADABLE)
_MERE_RATE: Final = _rate(IGNORED_VALUE)
"""The amount of a withholding or a contribution stands beside its rate, and is what counts; one for
paying early is only shown."""

_COUNTRY: Final = (
    pda.Check.str_matches(r"^[A-Z]{2}$", error=IGNORED_VALUE),
    said("country_code"),
)

_CHECKS: Final[Mapping[str, tuple[pda.Check, str]]] = {
    "document.document_type": (
        pda.Check.str_matches(r"^[^\x00-\x1f]{1,20}$", error=UNREADABLE),
        said("invoice_type"),
    ),
    "document.document_number": (
        pda.Check.str_matches(r"^[^\x00-\x1f]{1,200}$", error=UNREADABLE),
        said("number_on_one_line"),
    ),
    "document.currency_code": (
        pda.Check.str_matches(r"^[A-Z]{3}$", error=UNREADABLE),
        said("currency_code"),
    ),
    "document.supplier_country_code": _COUNTRY,
    "document.customer_country_code": _COUNTRY,
    "line.vat_rate": _RATE,
    "vat_summary.vat_rate": _RATE,
    "vat_summary.exigibility": (
        pda.Check.isin(["I", "D", "S"], error=UNREADABLE),
        said("exigibility_code"),
    ),
    "withholding.rate": _MERE_RATE,
    "welfare_fund.rate": _MERE_RATE,
    "welfare_fund.vat_rate": _RATE,
    "adjustment.vat_rate": _RATE,
    "payment_condition.discount_pct": _MERE_RATE,
    "adjustment.kind": (
        pda.Check.isin(["discount", "charge"], error=UNREADABLE),
        said("discount_or_charge"),
    ),
}

_REQUIRED: Final = {
    **REQUIRED,
    "document": (*REQUIRED["document"], "format", "is_credit_note", "currency_code"),
    "adjustment": ("kind",),
}


@cache
def schema_of(frame: str) -> pda.DataFrameSchema:
    """The frame (`model.FRAMES`) with ArrowDtype columns; strict, nothing coerced."""
    required = {"file_number", "position", "ordinal", "line_number", *_REQUIRED.get(frame, ())}
    columns = {}
    for field in FRAMES[frame]:
        known = _CHECKS.get(f"{frame}.{field.name}")
        columns[field.name] = pda.Column(
            pd.ArrowDtype(field.type), [known[0]] if known else [], nullable=field.name not in required
        )
    return pda.DataFrameSchema(columns, strict=True, coerce=False)


def check_documents(frames: Mapping[str, pa.Table]) -> list[Failed]:
    """One entry per failed check, in the order of the frames and, within one, of its rows."""
    failed: list[Failed] = []
    for name, table in frames.items():
        if table.num_rows:
            failed += sorted(
                _failed_in(name, table), key=lambda each: (each[0], each[1], each[3] or 0, each[4])
            )
    return failed


def _failed_in(name: str, table: pa.Table) -> list[Failed]:
    frame = table.to_pandas(types_mapper=pd.ArrowDtype)
    try:
        schema_of(name).validate(frame, lazy=True)
    except pda.errors.SchemaErrors as error:
        return [_described(name, table, case) for case in error.failure_cases.to_dict("records")]
    return []


def _described(name: str, table: pa.Table, case: Mapping[Any, Any]) -> Failed:
    assert case["index"] is not None, f"the frame {name} itself is wrong: {case}"
    row, column, check = int(case["index"]), str(case["column"]), str(case["check"])
    number = "line_number" if name == "line" else "ordinal"
    is_missing = check == "not_nullable"
    return (
        table["file_number"][row].as_py(),
        table["position"][row].as_py(),
        name,
        table[number][row].as_py() if number in table.column_names else None,
        column,
        UNREADABLE if is_missing else check,
        "" if is_missing else shorten(str(case["failure_case"])),
        REQUIRED_VALUE if is_missing else _CHECKS[f"{name}.{column}"][1],
    )
