"""Fits the lines of an export into the fields of its record, a block at a time.

Belongs here: the columns of a block, amounts and their precision, and the account by line of what was
replaced, cut or did not fit. Does not: what becomes of a value (`judging`), how it is written (`text_form`,
`json_form`) and where the lines come from. Few distinct values occur in most fields, so each distinct value
is judged once; and what groups of lines have in common is judged once for all blocks.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from assets.exports.judging import Ints, Judged, flags, judge
from assets.layouts import Layout, LayoutField
from assets.money import AMOUNT_SCALE

MOST_PROBLEMS_LISTED: Final = 20

# Fields in which nearly every line has its own value: a dictionary would only cost.
_OWN_VALUES: Final = frozenset({"open_item_key", "document_number"})

Rows = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Shared:
    """What groups of lines have in common: a row a group, and by field its values, judged once for all."""

    batch: pa.RecordBatch
    judged: dict[str, Judged]

    @classmethod
    def of(cls, layout: Layout, batch: pa.RecordBatch) -> Shared:
        """The groups with the columns of the batch that the layout knows, and that are not empty."""
        fields = [field for field in layout.fields if field.name in batch.schema.names]
        return cls(
            batch,
            {
                field.name: judge(field, batch.column(field.name))
                for field in fields
                if field.is_required or batch.column(field.name).null_count < batch.num_rows
            },
        )


@dataclass(frozen=True, slots=True)
class Lines:
    """A block of lines whose columns have the names of the layout's fields (others are left alone).

    `own` has a row a line; `rows` says by line which row of `shared` has what it has in common with others.
    """

    own: pa.RecordBatch
    shared: Shared | None = None
    rows: Rows | None = None

    def line(self, number: int) -> dict[str, Any]:
        """All values of one line (from 0) by name."""
        own: dict[str, Any] = self.own.slice(number, 1).to_pylist()[0]
        if self.shared is None or self.rows is None:
            return own
        common: dict[str, Any] = self.shared.batch.slice(int(self.rows[number]), 1).to_pylist()[0]
        return common | own


@dataclass(frozen=True, slots=True)
class Problem:
    """A value that keeps the whole export back: of which line (its key, or its account), and why."""

    company_code: str
    item: str
    field: str
    raw_value: str
    expected: str

    def __str__(self) -> str:
        """One sentence for people."""
        return (
            f"{self.company_code} {self.item}: {self.field} is {self.raw_value!r}, expected {self.expected}"
        )


@dataclass(frozen=True, slots=True)
class FittedColumn:
    """The values of a field, all of which fit; null where empty.

    `rows` says which of the `values` each line has; where `rows` is None there is one value a line. The
    values are those of the groups of `shared`, or else distinct ones. Decimals come as whole numbers of the
    field's last decimal in `units` as well.
    """

    field: LayoutField
    values: pa.Array
    rows: Rows | None = None
    units: Ints | None = None
    shared: Shared | None = None


@dataclass(slots=True)
class Fitting:
    """Fits block after block, and counts by field what was replaced and cut. Problems end an export."""

    layout: Layout
    problem_count: int = 0
    problems: list[Problem] = dataclass_field(default_factory=list)
    replaced_characters: Counter[str] = dataclass_field(default_factory=Counter)
    cut_values: Counter[str] = dataclass_field(default_factory=Counter)

    def extend(self, later: Fitting) -> None:
        """Takes over what was found in a later block."""
        self.problem_count += later.problem_count
        self.problems += later.problems[: max(0, MOST_PROBLEMS_LISTED - len(self.problems))]
        self.replaced_characters.update(later.replaced_characters)
        self.cut_values.update(later.cut_values)

    def fit(self, lines: Lines) -> list[FittedColumn]:
        """The columns of the lines that the layout knows, fitted; a field without a column is left empty.

        Where a problem is found the columns are not to be written.
        """
        shared, own = lines.shared, lines.own
        columns = []
        for field in self.layout.fields:
            if shared is not None and field.name in shared.judged:
                judged = shared.judged[field.name]
                self._count(field, judged, lines.rows, lines)
                columns.append(FittedColumn(field, judged.values, lines.rows, shared=shared))
            elif field.name in own.schema.names and (
                field.is_required or own.column(field.name).null_count < own.num_rows
            ):
                columns.append(self._fit(field, own.column(field.name), lines))
            else:
                # Most optional fields are empty on every line: they cost nothing.
                assert not field.is_required, f"an export has the field {field.name}"
        return columns

    def _fit(self, field: LayoutField, values: pa.Array, lines: Lines) -> FittedColumn:
        if field.kind == "decimal":
            return self._decimal(field, values, lines)
        rows = None
        if field.name not in _OWN_VALUES:
            encoded = values.dictionary_encode("encode")
            values, rows = encoded.dictionary, encoded.indices.to_numpy()
        judged = judge(field, values)
        self._count(field, judged, rows, lines)
        return FittedColumn(field, judged.values, rows)

    def _decimal(self, field: LayoutField, column: pa.Array, lines: Lines) -> FittedColumn:
        assert column.type == field.arrow_type, f"{field.name} is {column.type}"
        if column.null_count:
            self._report(field, np.flatnonzero(flags(column.is_null())), lines, "a value")
        units = units_of(column)
        step = 10 ** (AMOUNT_SCALE - field.decimals)
        is_wrong = (units % step != 0) | (np.abs(units) >= 10 ** (field.integer_digits + AMOUNT_SCALE))
        expected = f"at most {field.integer_digits} digits and {field.decimals} decimals"
        if not field.is_signed:
            is_wrong |= units <= 0
            expected = f"a rate above 0 with {expected}"
        self._report(field, np.flatnonzero(is_wrong), lines, expected)
        return FittedColumn(field, column, units=units // step)

    def _count(self, field: LayoutField, judged: Judged, rows: Rows | None, lines: Lines) -> None:
        """Counts by line what was found by value; `rows` says which value each line has."""
        every = slice(None) if rows is None else rows
        if judged.replaced_characters is not None:
            self.replaced_characters[field.name] += int(judged.replaced_characters[every].sum())
        if judged.is_cut is not None:
            self.cut_values[field.name] += int(judged.is_cut[every].sum())
        for is_misfit, expected in judged.misfits:
            self._report(field, np.flatnonzero(is_misfit[every]), lines, expected)

    def _report(self, field: LayoutField, numbers: Ints, lines: Lines, expected: str) -> None:
        self.problem_count += len(numbers)
        for number in numbers[: max(0, MOST_PROBLEMS_LISTED - len(self.problems))]:
            row = lines.line(int(number))
            value = row[field.name]
            item = row.get("open_item_key", row["account"])
            raw = "" if value is None else str(value)
            self.problems.append(Problem(str(row["company"]), str(item), field.name, raw, expected))


def units_of(amounts: pa.Array) -> Ints:
    """Units of the fourth decimal: the lower half of each decimal128, since eighteen digits fit 64 bits."""
    words = np.frombuffer(amounts.buffers()[1], dtype=np.int64).reshape(-1, 2)
    return words[amounts.offset : amounts.offset + len(amounts), 0]
