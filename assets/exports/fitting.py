"""Fits the values of an export into the fields of its record, a block of lines at a time.

Belongs here: characters, lengths, precision, what is required, and the account of what was replaced, cut or
did not fit. Does not: how a value is written (`text_form`, `json_form`) and where the lines come from.
Few distinct values occur in most text fields, so each distinct value is judged once; a value is looked at
character by character only where it has a character that the receiver does not allow.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from assets.exports.characters import IS_ALLOWED_BYTE, replaced
from assets.layouts import Layout, LayoutField
from assets.money import AMOUNT_SCALE
from assets.wording import counted

MOST_PROBLEMS_LISTED: Final = 20

# Fields in which nearly every line has its own value: a dictionary would only cost.
_OWN_VALUES: Final = frozenset({"open_item_key", "document_number"})

Ints = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int32]


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

    `values` are the distinct values and `rows` says which of them each line has; where `rows` is None there
    is one value a line. Decimals come as whole numbers of the field's last decimal in `units` instead.
    """

    field: LayoutField
    values: pa.Array
    rows: Rows | None = None
    units: Ints | None = None


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

    def fit(self, block: pa.RecordBatch) -> list[FittedColumn]:
        """The columns of the block that the layout knows, fitted.

        The block has the names of the layout's fields; a field without a column is left empty. Where a
        problem is found the columns are not to be written.
        """
        names = block.schema.names
        columns = []
        for field in self.layout.fields:
            assert field.name in names or not field.is_required, f"an export has the field {field.name}"
            if field.name not in names or block.column(field.name).null_count == block.num_rows:
                # Most optional fields are empty on every line: they cost nothing.
                if field.is_required:
                    self._report(field, np.arange(block.num_rows), block, "a value")
                continue
            columns.append(self._fit(field, block.column(field.name), block))
        return columns

    def _fit(self, field: LayoutField, column: pa.Array, block: pa.RecordBatch) -> FittedColumn:
        assert column.type == field.arrow_type, f"{field.name} is {column.type}"
        if field.is_required and column.null_count:
            empty = np.flatnonzero(column.is_null().to_numpy(zero_copy_only=False))
            self._report(field, empty, block, "a value")
        if field.kind == "decimal":
            return self._decimal(field, column, block)
        if field.name in _OWN_VALUES:
            values, rows = column, None
        else:
            encoded = column.dictionary_encode("encode")
            values, rows = encoded.dictionary, encoded.indices.to_numpy()
        if field.kind == "text":
            values = self._text(field, values, rows, block)
        elif field.kind == "integer":
            largest = 10**field.length
            self._report_values(
                field, pc.or_(pc.less(values, 0), pc.greater_equal(values, largest)), rows, block,
                f"a whole number below {largest}",
            )  # fmt: skip
        else:
            self._report_values(
                field, pc.or_(pc.less(pc.year(values), 1900), pc.greater(pc.year(values), 2199)), rows, block,
                "a date from 1900 to 2199",
            )  # fmt: skip
        return FittedColumn(field, values, rows)

    def _text(
        self, field: LayoutField, values: pa.Array, rows: Rows | None, block: pa.RecordBatch
    ) -> pa.Array:
        before = values
        if not _has_allowed_characters(values):
            values = self._replace(field, values, rows)
        values = pc.utf8_trim(values, " ")
        is_long = pc.greater(pc.utf8_length(values), field.length)
        has_long = bool(pc.any(is_long).as_py())
        if field.on_misfit == "refuse":
            differs = pc.or_(pc.not_equal(values, before), is_long)
            expected = f"at most {counted(field.length, 'character')} that the receiver allows"
            self._report_values(field, differs, rows, block, expected)
        elif has_long:
            self.cut_values[field.name] += int(_occurrences(is_long, rows).sum())
            # The last characters of a document number tell it from others, the first ones of a name do.
            start = -field.length if field.on_misfit == "cut_start" else 0
            stop = None if start else field.length
            cut = pc.utf8_trim(pc.utf8_slice_codeunits(values, start, stop), " ")
            values = pc.if_else(is_long, cut, values)
        is_empty = pc.equal(pc.binary_length(values), 0)
        if pc.any(is_empty).as_py():
            if field.is_required:
                self._report_values(field, is_empty, rows, block, "a value")
            values = pc.if_else(is_empty, pa.scalar(None, pa.string()), values)
        return values

    def _replace(self, field: LayoutField, values: pa.Array, rows: Rows | None) -> pa.Array:
        """The values in allowed characters: the one place where Python looks at them one by one."""
        results = [(None, 0) if value is None else replaced(value) for value in values.to_pylist()]
        counts = np.array([count for _, count in results], dtype=np.int64)
        if rows is not None:
            counts = counts[rows[rows >= 0]] if len(counts) else counts
        self.replaced_characters[field.name] += int(counts.sum())
        return pa.array([text for text, _ in results], type=pa.string())

    def _decimal(self, field: LayoutField, column: pa.Array, block: pa.RecordBatch) -> FittedColumn:
        units = units_of(column)
        step = 10 ** (AMOUNT_SCALE - field.decimals)
        is_wrong = (units % step != 0) | (np.abs(units) >= 10 ** (field.integer_digits + AMOUNT_SCALE))
        expected = f"at most {field.integer_digits} digits and {field.decimals} decimals"
        if not field.is_signed:
            is_wrong |= units <= 0
            expected = f"a rate above 0 with {expected}"
        self._report(field, np.flatnonzero(is_wrong), block, expected)
        return FittedColumn(field, column, units=units // step)

    def _report_values(
        self, field: LayoutField, is_wrong: pa.Array, rows: Rows | None, block: pa.RecordBatch, expected: str
    ) -> None:
        if pc.any(is_wrong).as_py():
            self._report(field, np.flatnonzero(_occurrences(is_wrong, rows)), block, expected)

    def _report(self, field: LayoutField, lines: Ints, block: pa.RecordBatch, expected: str) -> None:
        self.problem_count += len(lines)
        for line in lines[: max(0, MOST_PROBLEMS_LISTED - len(self.problems))]:
            row = block.slice(int(line), 1).to_pylist()[0]
            value = row[field.name]
            item = row.get("open_item_key", row["account"])
            raw = "" if value is None else str(value)
            self.problems.append(Problem(str(row["company"]), str(item), field.name, raw, expected))


def units_of(amounts: pa.Array) -> Ints:
    """Units of the fourth decimal: the lower half of each decimal128, since eighteen digits fit 64 bits."""
    words = np.frombuffer(amounts.buffers()[1], dtype=np.int64).reshape(-1, 2)
    return words[amounts.offset : amounts.offset + len(amounts), 0]


def characters_of(values: pa.Array) -> memoryview:
    """The bytes of all strings, one after the other (UTF-8)."""
    offsets, data = values.buffers()[1:3]
    if data is None or not len(values):
        return memoryview(b"")
    bounds = np.frombuffer(offsets, dtype=np.int32)
    return memoryview(data)[int(bounds[values.offset]) : int(bounds[values.offset + len(values)])]


def _has_allowed_characters(values: pa.Array) -> bool:
    raw = characters_of(values)
    codes = np.frombuffer(raw, dtype=np.uint8)
    if not len(codes):
        return True
    if codes.max() >= 0x80:
        try:
            codes = np.frombuffer(str(raw, "utf-8").encode("cp1252"), dtype=np.uint8)
        except UnicodeEncodeError:
            return False
    return bool(IS_ALLOWED_BYTE[codes].all())


def _occurrences(is_so: pa.Array, rows: Rows | None) -> npt.NDArray[np.bool_]:
    """By line, whether something is so of its value; of no value nothing is."""
    by_value: npt.NDArray[np.bool_] = pc.fill_null(is_so, False).to_numpy(zero_copy_only=False)
    if rows is None:
        return by_value
    return by_value[rows] if len(by_value) else np.zeros(len(rows), dtype=np.bool_)
