"""The canonical document: what every format ends in, as records and as frames.

Belongs here: the frames and their columns, the document made of records, and the error of a document that
cannot be read. Does not: how any format writes a value (the readers), and what a value must be
(`assets.invoices.schemas`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import pyarrow as pa

from assets.columns import AMOUNT_TYPE

QUANTITY_TYPE: Final = pa.decimal128(28, 8)
"""Quantities, unit prices and the amounts of lines: the formats allow eight decimals."""

RATE_TYPE: Final = pa.decimal128(9, 4)
"""Rates and percentages, 22 % as 22.0000."""

_KEYS: Final = (("file_number", pa.int64()), ("position", pa.int32()))
_TEXT: Final = pa.string()
_DATE: Final = pa.date32()
_ORDINAL: Final = ("ordinal", pa.int32())


def _schema(*columns: tuple[str, pa.DataType]) -> pa.Schema:
    return pa.schema([*_KEYS, *columns])


FRAMES: Final[Mapping[str, pa.Schema]] = MappingProxyType(
    {
        "document": _schema(
            ("format", _TEXT),
            ("document_type", _TEXT),
            ("type_code", _TEXT),
            ("is_credit_note", pa.bool_()),
            ("document_number", _TEXT),
            ("document_date", _DATE),
            ("currency_code", _TEXT),
            ("transmission_code", _TEXT),
            ("supplier_country_code", _TEXT),
            ("supplier_vat_prefix", _TEXT),
            ("supplier_vat_number", _TEXT),
            ("supplier_tax_code", _TEXT),
            ("supplier_name", _TEXT),
            ("supplier_address", _TEXT),
            ("supplier_postal_code", _TEXT),
            ("supplier_city", _TEXT),
            ("supplier_province", _TEXT),
            ("customer_country_code", _TEXT),
            ("customer_vat_number", _TEXT),
            ("customer_tax_code", _TEXT),
            ("customer_name", _TEXT),
            ("period_start_date", _DATE),
            ("period_end_date", _DATE),
            ("line_total_amount", AMOUNT_TYPE),
            ("allowance_total_amount", AMOUNT_TYPE),
            ("charge_total_amount", AMOUNT_TYPE),
            ("tax_exclusive_amount", AMOUNT_TYPE),
            ("tax_total_amount", AMOUNT_TYPE),
            ("accounting_currency_code", _TEXT),
            ("accounting_tax_total_amount", AMOUNT_TYPE),
            ("total_amount", AMOUNT_TYPE),
            ("rounding_amount", AMOUNT_TYPE),
            ("stamp_duty_amount", AMOUNT_TYPE),
            ("prepaid_amount", AMOUNT_TYPE),
            ("payable_rounding_amount", AMOUNT_TYPE),
            ("payable_amount", AMOUNT_TYPE),
        ),
        "identifier": _schema(
            _ORDINAL,
            ("party", _TEXT),
            ("role", _TEXT),
            ("scheme_code", _TEXT),
            ("identifier", _TEXT),
        ),
        "line": _schema(
            ("line_number", pa.int32()),
            ("line_id", _TEXT),
            ("parent_line_id", _TEXT),
            ("is_subtotal", pa.bool_()),
            ("description", _TEXT),
            ("item_code", _TEXT),
            ("line_kind", _TEXT),
            ("quantity", QUANTITY_TYPE),
            ("unit_price", QUANTITY_TYPE),
            ("amount", QUANTITY_TYPE),
            ("vat_rate", RATE_TYPE),
            ("vat_nature", _TEXT),
            ("is_withheld", pa.bool_()),
        ),
        "vat_summary": _schema(
            _ORDINAL,
            ("vat_category", _TEXT),
            ("vat_rate", RATE_TYPE),
            ("vat_nature", _TEXT),
            ("taxable_amount", AMOUNT_TYPE),
            ("vat_amount", AMOUNT_TYPE),
            ("accounting_vat_amount", AMOUNT_TYPE),
            ("exigibility", _TEXT),
            ("ancillary_amount", AMOUNT_TYPE),
            ("rounding_amount", AMOUNT_TYPE),
            ("legal_reference", _TEXT),
        ),
        "withholding": _schema(
            _ORDINAL,
            ("withholding_type", _TEXT),
            ("amount", AMOUNT_TYPE),
            ("rate", RATE_TYPE),
            ("reason_code", _TEXT),
        ),
        "welfare_fund": _schema(
            _ORDINAL,
            ("fund_type", _TEXT),
            ("rate", RATE_TYPE),
            ("amount", AMOUNT_TYPE),
            ("taxable_amount", AMOUNT_TYPE),
            ("vat_rate", RATE_TYPE),
            ("vat_nature", _TEXT),
            ("is_withheld", pa.bool_()),
        ),
        "adjustment": _schema(
            _ORDINAL,
            ("kind", _TEXT),
            ("pct", RATE_TYPE),
            ("amount", AMOUNT_TYPE),
            ("vat_rate", RATE_TYPE),
            ("vat_nature", _TEXT),
            ("description", _TEXT),
        ),
        "payment": _schema(
            _ORDINAL,
            ("conditions_code", _TEXT),
            ("method_code", _TEXT),
            ("due_date", _DATE),
            ("term_date", _DATE),
            ("term_days", pa.int32()),
            ("amount", AMOUNT_TYPE),
            ("iban", _TEXT),
            ("beneficiary", _TEXT),
        ),
        "payment_condition": _schema(
            _ORDINAL,
            ("discount_date", _DATE),
            ("discount_days", pa.int32()),
            ("discount_pct", RATE_TYPE),
            ("discount_amount", AMOUNT_TYPE),
            ("discounted_amount", AMOUNT_TYPE),
            ("description", _TEXT),
        ),
        "other_date": _schema(
            _ORDINAL,
            ("field", _TEXT),
            ("date", _DATE),
        ),
        "reference": _schema(
            _ORDINAL,
            ("kind", _TEXT),
            ("number", _TEXT),
            ("reference_date", _DATE),
        ),
        "attachment": _schema(
            _ORDINAL,
            ("attachment_name", _TEXT),
            ("attachment_format", _TEXT),
            ("byte_count", pa.int64()),
        ),
    }
)
"""The columns of each frame, in their order; every frame begins with `file_number` and `position`.

`file_number` counts the files of a delivery from 1, `position` the documents of a file. The frame `document`
has one row a document; a row of another frame is one record of a document, numbered from 1 by `ordinal`
(a line by `line_number`; what stands in the document is its `line_id`). Amounts keep the sign that stands in
the document.

Terms are those of EN 16931. Of a document: `line_total_amount` BT-106, `allowance_total_amount` BT-107,
`charge_total_amount` BT-108, `tax_exclusive_amount` BT-109, `tax_total_amount` BT-110,
`accounting_tax_total_amount` BT-111 (VAT in `accounting_currency_code` BT-6; compared, never added),
`total_amount` BT-112 (with VAT), `prepaid_amount` BT-113, `payable_rounding_amount` BT-114,
`payable_amount` BT-115; `rounding_amount` is FatturaPA's Arrotondamento, which belongs to the total. An
`identifier` has its `party` (supplier | customer | payee), its `role` (vat | tax | legal | party) and the
`scheme_code` as it stands there: it never moves into the column of another scheme. Countries are those of
ISO 3166; the prefix with which the supplier's VAT number is written (EL, XI) is `supplier_vat_prefix`. A line
that is the sum of others, or only said (`is_subtotal`), enters no sum. A `payment` is an instalment; what may
be paid less, and until when, is a `payment_condition`. `other_date` has the dates for payment that a document
states beside those that count.
"""

Record = dict[str, Any]
"""One row of a frame without its keys; a column that is left out is null."""


class UnreadableDocumentError(Exception):
    """A file or a document cannot be read; becomes a finding R17 and never leaves the readers.

    `expected` says what would have been read (`assets.findings.said`); `field` is `frame.column` where it is
    about one value, and `raw_value` that value or what stands in its place.
    """

    def __init__(self, expected: str, raw_value: str | None = None, field: str | None = None) -> None:
        super().__init__(expected)
        self.expected = expected
        self.raw_value = raw_value
        self.field = field


class NoDocumentError(UnreadableDocumentError):
    """A file is whole and something else than a document: a copy for the eye, a signature, a style sheet.

    By itself it is refused as others are; beside documents in an archive it is what belongs there.
    """


@dataclass(frozen=True, slots=True)
class CanonicalDocument:
    """One document: its place in the file (from 1) and its records by frame.

    Every frame has a list; that of `document` holds exactly one record. Values have the Python types of
    their columns: `str`, `bool`, `int`, `Decimal`, `datetime.date`.
    """

    position: int
    records: Mapping[str, list[Record]]

    @property
    def header(self) -> Record:
        """The record of the frame `document`."""
        return self.records["document"][0]


def frames(documents: Iterable[tuple[int, CanonicalDocument]]) -> dict[str, pa.Table]:
    """The documents, each with the number of its file, as one table a frame, in the order given."""
    rows: dict[str, list[Record]] = {name: [] for name in FRAMES}
    file_numbers: dict[str, list[int]] = {name: [] for name in FRAMES}
    positions: dict[str, list[int]] = {name: [] for name in FRAMES}
    for file_number, document in documents:
        for name, records in document.records.items():
            rows[name] += records
            file_numbers[name] += [file_number] * len(records)
            positions[name] += [document.position] * len(records)
    return {
        name: _frame(schema, file_numbers[name], positions[name], rows[name])
        for name, schema in FRAMES.items()
    }


def _frame(schema: pa.Schema, file_numbers: list[int], positions: list[int], rows: list[Record]) -> pa.Table:
    columns = [pa.array(file_numbers, schema.field(0).type), pa.array(positions, schema.field(1).type)]
    said = set().union(*rows)
    for column in schema.names[2:]:
        arrow_type = schema.field(column).type
        if column in said:
            columns.append(pa.array([row.get(column) for row in rows], arrow_type))
        else:
            columns.append(pa.nulls(len(rows), arrow_type))
    return pa.Table.from_arrays(columns, schema=schema)
