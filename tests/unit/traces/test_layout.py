"""The record layout: the product's fields stand where the layout file says, without gaps."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pytest

from assets.traces import layout as product
from assets.traces.layout import line_schema, trace_layout

LAYOUT_CSV = Path(product.__file__).parent / "layouts" / "docfinance_trace.csv"


def rows() -> list[dict[str, str]]:
    """The layout file itself."""
    with LAYOUT_CSV.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_field_but_the_filler_is_in_the_layout() -> None:
    assert [
        (field.name, field.position, field.length, field.kind, field.json_name, field.is_required)
        for field in trace_layout().fields
    ] == [
        (
            row["field"],
            int(row["position"]),
            int(row["length"]),
            row["kind"],
            row["json_name"],
            row["required"] == "yes",
        )
        for row in rows()
        if row["kind"] != "filler"
    ]


def test_the_fields_follow_each_other_without_gap_or_overlap_from_1_to_1019() -> None:
    ends = [int(row["position"]) + int(row["length"]) for row in rows()]
    assert [int(row["position"]) for row in rows()] == [1, *ends[:-1]]
    assert ends[-1] - 1 == 1019


def test_d27_the_widths_that_the_reader_goes_by_follow_from_the_layout() -> None:
    layout = trace_layout()
    assert (layout.width, layout.fixed_width, layout.shortest_width) == (1019, 449, 196)


def test_d33_names_in_json_are_unique_even_without_regard_to_case() -> None:
    names = [field.json_name.casefold() for field in trace_layout().fields]
    assert len(set(names)) == len(names)


def test_the_required_fields_are_those_that_an_entry_needs() -> None:
    assert [field.name for field in trace_layout().fields if field.is_required] == [
        "company",
        "progressive",
        "operation_date",
        "reason_code",
        "currency",
        "amount",
        "amount_company_currency",
        "account",
    ]


def test_amounts_in_the_frame_of_lines_are_exact_decimals() -> None:
    decimals = [field.name for field in line_schema() if pa.types.is_decimal(field.type)]
    assert decimals == ["amount", "amount_company_currency", "original_amount"]
    assert {str(line_schema().field(name).type) for name in decimals} == {"decimal128(18, 4)"}
    assert not any(pa.types.is_floating(field.type) for field in line_schema())


def test_a_field_that_the_layout_does_not_have_is_a_programmers_error() -> None:
    with pytest.raises(KeyError):
        trace_layout().field("filler")
