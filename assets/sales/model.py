"""A sales invoice as its file has it, and the frames of all invoices of a file.

Values are the texts of our own layout (`assets.sales.layout`), whatever the form: so what a value must be is
said once (`assets.sales.schemas`). Does not belong here: reading any form.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

import pyarrow as pa

from assets.findings import MAX_FINDINGS_PER_FILE, said
from assets.invoices.messages import ExchangeMessage
from assets.sales.layout import Level, names_of

Values = Mapping[str, str | None]
"""Texts by field name; a blank value is None."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in its file: a line (CSV), an element of the array (JSON), a document (XML)."""

    line_number: int
    byte_start: int | None = None
    byte_end: int | None = None


@dataclass(frozen=True, slots=True)
class SourceInvoice:
    """One invoice of a file. `company_vat_number` and `company_tax_code` name our company where it has no
    code; `unhandled` names what of an e-invoice Partita does not post.
    """

    place: Place
    header: Values
    lines: Sequence[tuple[Place, Values]]
    instalments: Sequence[Values] = ()
    company_vat_number: str | None = None
    company_tax_code: str | None = None
    unhandled: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One thing wrong. `position` counts the invoices of the file from 1; None means the whole file.
    `expected` is what the rule says more specifically than the code (`assets.findings.said`).
    """

    finding_code: str
    position: int | None = None
    place: Place | None = None
    field: str | None = None
    raw_value: str | None = None
    expected: str | None = None


class FoundList(list[Found]):
    """What is wrong, in bounded memory: the first `MAX_FINDINGS_PER_FILE` of each list, and `unlisted`, how
    many more there are by invoice (None for the file) and code. An invoice is kept out by either.
    """

    def __init__(self, found: Iterable[Found] = ()) -> None:
        super().__init__()
        self.unlisted: Counter[tuple[int | None, str]] = Counter()
        self.extend(found)

    def append(self, found: Found) -> None:
        """Takes one."""
        if len(self) < MAX_FINDINGS_PER_FILE:
            super().append(found)
        else:
            self.unlisted[found.position, found.finding_code] += 1

    def extend(self, found: Iterable[Found]) -> None:
        """Takes several, each as `append` does."""
        for each in found:
            self.append(each)


@dataclass(slots=True)
class ReadSales:
    """What a reader made of a file. An ERROR without a position keeps the whole file out.

    `messages` are those of the exchange system, about invoices that we sent.
    """

    reader_name: str | None
    invoices: list[SourceInvoice] = field(default_factory=list)
    found: FoundList = field(default_factory=FoundList)
    messages: Sequence[ExchangeMessage] = ()


MAX_ROWS: Final = 50_000
AT_MOST_ROWS: Final = said("sales_file_rows", count=f"{MAX_ROWS:,}")
"""Each takes some kilobytes while the file is read and validated."""

_POSITION: Final = ("position", pa.int32())
_PLACE: Final = (("line_number", pa.int64()), ("byte_start", pa.int64()), ("byte_end", pa.int64()))
_OWN: Final = ("company_vat_number", "company_tax_code", "unhandled")


def _texts(names: Iterable[str]) -> list[tuple[str, pa.DataType]]:
    return [(name, pa.string()) for name in names]


def schema_of(level: Level) -> pa.Schema:
    """The columns of a frame: position and ordinal, place, and the fields of the level as texts.

    `ordinal` counts the lines and instalments of an invoice from 1. Headers have none, but the three columns
    in which e-invoices differ.
    """
    if level == "header":
        return pa.schema([_POSITION, *_PLACE, *_texts(names_of(level)), *_texts(_OWN)])
    return pa.schema([_POSITION, ("ordinal", pa.int32()), *_PLACE, *_texts(names_of(level))])


FOUND_SCHEMA: Final = pa.schema(
    [
        _POSITION,
        *_PLACE,
        *_texts(("field", "finding_code", "raw_value", "expected")),
        ("finding_count", pa.int64()),
        ("is_listed", pa.bool_()),
    ]
)
"""Findings with their places. Those that are not listed have none, and one row by invoice and code."""


def frames(invoices: Sequence[SourceInvoice]) -> dict[Level, pa.Table]:
    """The invoices as one table a level, in the order given."""
    headers = [
        (
            position,
            _of(each.place),
            each.header,
            (each.company_vat_number, each.company_tax_code, each.unhandled),
        )
        for position, each in enumerate(invoices, start=1)
    ]
    lines = [
        (position, ordinal, _of(place), values)
        for position, each in enumerate(invoices, start=1)
        for ordinal, (place, values) in enumerate(each.lines, start=1)
    ]
    instalments = [
        (position, ordinal, _of(each.place), values)
        for position, each in enumerate(invoices, start=1)
        for ordinal, values in enumerate(each.instalments, start=1)
    ]
    header_columns: list[Sequence[object]] = [[row[0] for row in headers]]
    header_columns += [[row[1][index] for row in headers] for index in range(3)]
    header_columns += [[row[2].get(name) for row in headers] for name in names_of("header")]
    header_columns += [[row[3][index] for row in headers] for index in range(3)]
    return {
        "header": _table("header", header_columns),
        "line": _table("line", _columns(lines, "line")),
        "instalment": _table("instalment", _columns(instalments, "instalment")),
    }


def _of(place: Place) -> tuple[int, int | None, int | None]:
    return place.line_number, place.byte_start, place.byte_end


def _columns(
    rows: Sequence[tuple[int, int, tuple[int, int | None, int | None], Values]], level: Level
) -> list[Sequence[object]]:
    columns: list[Sequence[object]] = [[row[0] for row in rows], [row[1] for row in rows]]
    columns += [[row[2][index] for row in rows] for index in range(3)]
    return columns + [[row[3].get(name) for row in rows] for name in names_of(level)]


def _table(level: Level, columns: Sequence[Sequence[object]]) -> pa.Table:
    schema = schema_of(level)
    return pa.table(
        [pa.array(column, each.type) for column, each in zip(columns, schema, strict=True)], schema=schema
    )


def found_table(*found: FoundList) -> pa.Table:
    """What is wrong as a frame with the columns of `FOUND_SCHEMA`."""
    rows: list[tuple[object, ...]] = []
    nowhere = (None, None, None)
    for each in chain.from_iterable(found):
        place = _of(each.place) if each.place else nowhere
        texts = each.field, each.finding_code, each.raw_value, each.expected
        rows.append((each.position, *place, *texts, 1, True))
    unlisted = sum((each.unlisted for each in found), Counter())
    for (position, code), count in unlisted.items():
        rows.append((position, *nowhere, None, code, None, None, count, False))
    return pa.table(
        [pa.array([row[index] for row in rows], column.type) for index, column in enumerate(FOUND_SCHEMA)],
        schema=FOUND_SCHEMA,
    )
