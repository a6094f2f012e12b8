"""The reference files with which a home begins: templates that explain themselves, or a starting set.

Belongs here: what stands in a new file. Does not: whether a home may begin (`orchestration.beginning`). The
starting set `italian` follows public law: balance sheet and income statement of the Civil Code (articles 2424
and 2425), the VAT rates of DPR 633/1972, and the codes of FatturaPA 1.2 (natures, withholding, funds).
"""

from __future__ import annotations

import calendar
import csv
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from assets.findings import in_words
from assets.reference.csv_files import CsvFile, Row
from assets.reference.csv_text import COMMENT_MARK
from assets.reference.schemas import REFERENCE_FILES, ReferenceFile
from assets.settings import SETTING_RULES

STARTING_SETS: Final = ("italian",)

_YEARS_AHEAD: Final = 2
"""Periods are made for this year and the next, so that nobody stands without one in January."""

_SET: Final = {"backup_folder": "../partita-backups"}
"""What a new home sets: where its backups go, from its folder on, until somebody names another disk."""

_DEFAULTS: Final = {"is_active": "true"}


@dataclass(frozen=True, slots=True)
class NewCompany:
    """A company with which a home begins, as companies.csv has it; blank texts say nothing."""

    company_code: str
    company_name: str
    currency_code: str = "EUR"
    country_code: str = "IT"
    vat_number: str = ""
    tax_code: str = ""


def new_files(company: NewCompany | None, starting_set: str | None, today: dt.date) -> dict[str, bytes]:
    """Every reference file by name, as a home begins with it: comments in all, rows where something is known.

    `starting_set` is one of STARTING_SETS and needs a company, whose chart of accounts it becomes. `today`
    says for which years there are accounting periods.
    """
    return {
        file.name: _template(file, _rows(file, company, starting_set, today)).encode()
        for file in REFERENCE_FILES
    }


def _template(file: ReferenceFile, rows: Sequence[str]) -> str:
    lines = [",".join(file.columns), *_explained(file), *rows]
    return "".join(f"{line}\n" for line in lines)


def _explained(file: ReferenceFile) -> Iterator[str]:
    """What the file is for, what its columns take, and an example: comments, but for what a new home sets."""
    known = [row for row in _purposes() if row["file_name"] == file.name]
    yield f"# {known[0]['purpose']}. Lines that begin with # are comments; docs/reference-data.md says more"
    for name, (is_required, checks) in file.columns.items():
        expected = [in_words(str(check.error), "") for check in checks]
        takes = "; ".join(["required" if is_required else "may be blank", *expected])
        yield f"# {name}: {takes}"
    if file.table == "setting":
        for name, rule in SETTING_RULES.items():
            own = "; each company may have its own" if rule.is_per_company else ""
            yield f"# {in_words(rule.expected, '')}{own}"
            mark, value = ("", _SET[name]) if name in _SET else (COMMENT_MARK, rule.default)
            yield f"{mark}{_file(file).line({'setting_name': name, 'setting_value': value})}"
    else:
        yield "# For example, without the # at the beginning:"
        yield from (f"{COMMENT_MARK}{row['example']}" for row in known)


def _rows(
    file: ReferenceFile, company: NewCompany | None, starting_set: str | None, today: dt.date
) -> list[str]:
    rows: list[Row | str] = []
    if company is not None and file.table == "company":
        rows.append({name: getattr(company, name) for name in file.columns})
    if company is not None and file.table == "accounting_period":
        rows += _periods(company.company_code, today.year)
    if company is not None and starting_set is not None:
        rows += _starting_rows(file, company.company_code, starting_set)
    return [row if isinstance(row, str) else _file(file).line(row) for row in rows]


def _periods(company_code: str, year: int) -> list[Row]:
    months = [(year + ahead, month) for ahead in range(_YEARS_AHEAD) for month in range(1, 13)]
    return [
        {
            "company_code": company_code,
            "period_code": f"{year}-{month:02}",
            "start_date": f"{year}-{month:02}-01",
            "end_date": f"{year}-{month:02}-{calendar.monthrange(year, month)[1]}",
            "period_status": "open",
        }
        for year, month in months
    ]


def _starting_rows(file: ReferenceFile, company_code: str, starting_set: str) -> Iterator[Row | str]:
    """The rows of a starting set as rows of this file, its comments between them."""
    source = resources.files("assets.reference").joinpath("starting_sets", starting_set, file.name)
    if not source.is_file():
        return
    header, *lines = source.read_text("utf-8").splitlines()
    names = header.split(",")
    own = company_code if file.columns.get("company_code", (False,))[0] else ""
    for line in lines:
        if line.startswith("# "):
            yield line
            continue
        (cells,) = csv.reader([line.removeprefix(COMMENT_MARK)])
        row = {"company_code": own, **_DEFAULTS, **dict(zip(names, cells, strict=True))}
        yield f"{COMMENT_MARK}{_file(file).line(row)}" if line.startswith(COMMENT_MARK) else row


def _file(file: ReferenceFile) -> CsvFile:
    return CsvFile(b"", tuple(file.columns), (), (), ",", "\n")


@cache
def _purposes() -> list[Mapping[str, str]]:
    text = resources.files("assets.reference").joinpath("templates.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines(), strict=True))
