"""New reference files: they explain themselves, and what stands in them is right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from assets.reference.completeness import doubtful_numbers, lacking
from assets.reference.load import ReferenceFrames, read_reference
from assets.reference.schemas import REFERENCE_FILES
from assets.reference.templates import STARTING_SETS, NewCompany, new_files

TODAY: Final = dt.date(2026, 11, 29)
OURS: Final = NewCompany("ALBA", "Albafinta, Utensili S.r.l.", vat_number="09990019995")

BACKUPS_ALONE: Final = {"setting": 1}
"""The only row of templates without a company: where backups go."""


def read(folder: Path, files: Mapping[str, bytes]) -> ReferenceFrames:
    """The files as reference data."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return read_reference(folder, {})


def row_counts(frames: ReferenceFrames) -> dict[str, int]:
    """The rows of each file that has any."""
    return {table: frame.num_rows for table, frame in frames.frames.items() if frame.num_rows}


def test_templates_without_a_company_are_right_and_empty(tmp_path: Path) -> None:
    files = new_files(None, None, TODAY)
    assert list(files) == [file.name for file in REFERENCE_FILES]
    frames = read(tmp_path, files)
    assert (frames.findings, row_counts(frames)) == ((), BACKUPS_ALONE)
    assert list(lacking(frames)) == ["companies.csv has no company yet"]


def test_every_template_names_each_of_its_columns_and_what_it_takes() -> None:
    for file in REFERENCE_FILES:
        lines = new_files(None, None, TODAY)[file.name].decode().splitlines()
        assert lines[0] == ",".join(file.columns)
        explained = [line.split(":", 1)[0].removeprefix("# ") for line in lines[2 : 2 + len(file.columns)]]
        assert explained == list(file.columns)
        rows = [line for line in lines[1:] if not line.startswith("#")]
        assert rows == ([",backup_folder,../partita-backups"] if file.table == "setting" else [])


def test_the_examples_of_all_templates_are_right_together_once_their_mark_is_taken_away(
    tmp_path: Path,
) -> None:
    files = {
        name: "\n".join(
            line.removeprefix("#") for line in content.decode().splitlines() if not line.startswith("# ")
        ).encode()
        for name, content in new_files(None, None, TODAY).items()
    }
    frames = read(tmp_path, files)
    assert frames.findings == ()
    assert {file.table for file in REFERENCE_FILES} == set(row_counts(frames))


def test_a_company_brings_its_row_and_the_periods_of_this_year_and_the_next(tmp_path: Path) -> None:
    frames = read(tmp_path, new_files(OURS, None, TODAY))
    counts = {"company": 1, "accounting_period": 24, **BACKUPS_ALONE}
    assert (frames.findings, row_counts(frames)) == ((), counts)
    periods = frames.frames["accounting_period"].to_pylist()
    ends = {row["period_code"]: (row["start_date"], row["end_date"]) for row in periods}
    assert ends["2026-02"] == ("2026-02-01", "2026-02-28")
    assert (min(ends), max(ends)) == ("2026-01", "2027-12")
    assert frames.frames["company"].to_pylist()[0]["company_name"] == "Albafinta, Utensili S.r.l."
    assert list(lacking(frames)) == [
        "chart_of_accounts.csv has no account of kind bank of ALBA, for payments",
        "chart_of_accounts.csv has no account of kind supplier of ALBA, for purchase invoices",
        "chart_of_accounts.csv has no account of kind customer of ALBA, for sales invoices",
        "chart_of_accounts.csv has no account of kind other of ALBA, for costs and revenues",
        "accounting_reasons.csv has no FTAC, the reason of purchase invoices of ALBA",
        "accounting_reasons.csv has no FTVE, the reason of sales invoices of ALBA",
    ]


@pytest.mark.parametrize("starting_set", STARTING_SETS)
def test_a_starting_set_is_right_and_lacks_nothing(tmp_path: Path, starting_set: str) -> None:
    frames = read(tmp_path, new_files(OURS, starting_set, TODAY))
    assert frames.findings == ()
    assert list(lacking(frames)) == []


def test_what_a_starting_set_proposes_in_comments_is_right_too(tmp_path: Path) -> None:
    files = new_files(OURS, "italian", TODAY)
    text = files["vat_codes.csv"].decode().replace("#,22P", ",22P")
    assert text.count("\n,22P") == 2
    assert read(tmp_path, {**files, "vat_codes.csv": text.encode()}).findings == ()


def test_every_withholding_type_and_welfare_fund_of_fatturapa_has_its_row(tmp_path: Path) -> None:
    frames = read(tmp_path, new_files(OURS, "italian", TODAY)).frames
    types = frames["withholding_account"]["withholding_type"].to_pylist()
    assert types == [f"RT0{number}" for number in range(1, 7)]
    funds = frames["welfare_fund_account"].to_pylist()
    assert [row["fund_type"] for row in funds] == [f"TC{number:02}" for number in range(1, 23)]
    assert [row["fund_type"] for row in funds if row["is_withheld"] == "true"] == ["TC07"]


def test_a_counterparty_without_an_account_is_named(tmp_path: Path) -> None:
    files = new_files(OURS, "italian", TODAY)
    line = b"F01,Acciai Montevuoto S.p.A.,supplier,IT,09990149990,,\n"
    frames = read(tmp_path, {**files, "counterparties.csv": files["counterparties.csv"] + line})
    assert list(lacking(frames)) == [
        "counterparty F01 (Acciai Montevuoto S.p.A.) has no account in any company"
    ]


def test_numbers_with_wrong_check_digits_are_named(tmp_path: Path) -> None:
    """Two digits that were exchanged: no e-invoice finds its party, and no payment its account."""
    ours = replace(OURS, vat_number="09990019959")
    files = new_files(ours, "italian", TODAY)
    header = "counterparty_code,counterparty_name,counterparty_kind,country_code,vat_number,tax_code,iban"
    rows = (
        "F01,Acciai Montevuoto S.p.A.,supplier,IT,09990149909,,IT60X0542811101000000123465",
        "F02,Trasporti Rondinella,supplier,DE,999999026,,DE89370400440532013000",
        "F03,Studio Pampaluna,supplier,US,12-3456789,,",
    )
    frames = read(tmp_path, {**files, "counterparties.csv": "\n".join((header, *rows, "")).encode()})
    assert frames.findings == ()
    assert list(doubtful_numbers(frames)) == [
        "companies.csv: the VAT number 09990019959 of ALBA has wrong check digits",
        "counterparties.csv: the VAT number 09990149909 of F01 has wrong check digits",
        "counterparties.csv: the IBAN IT60X0542811101000000123465 of F01 has wrong check digits",
    ]
