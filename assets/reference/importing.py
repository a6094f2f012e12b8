"""Master data and open items of another program become rows of the reference files, exactly or not at all.

Their columns are found by their names (`import_names.csv`) or mapped by hand; what was mapped is kept in the
home (`reference/mappings/`), so that the next export of the same program needs no more than its file. Belongs
here: which of our columns a cell of theirs becomes, and the difference that it makes. Does not: how their
files are read (`assets.reference.foreign_tables`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, cast

import duckdb

from assets.decimals import Mark
from assets.errors import OperatingError, TransientError
from assets.findings import Finding, shorten
from assets.reference.books import CHART, Books, Problem, Rows
from assets.reference.csv_files import Row, write_judged, wrong_with
from assets.reference.csv_text import csv_rows
from assets.reference.differences import Difference, difference, key_of, refuse_incomplete
from assets.reference.foreign_tables import ForeignTable
from assets.reference.import_mappings import (
    KINDS,
    NEEDED,
    ImportMapping,
    keep_mapping,
    known_values,
    with_found_columns,
)
from assets.reference.known_items import Compared
from assets.reference.opening_items import OpeningItems
from assets.reference.schemas import ReferenceFile, file_named
from assets.wording import counted

_DAYS: Final = (
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "%Y-%m-%d"),
    (re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}"), "%d/%m/%Y"),
    (re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}"), "%d.%m.%Y"),
    (re.compile(r"[0-9]{1,2}-[0-9]{1,2}-[0-9]{4}"), "%d-%m-%Y"),
    (re.compile(r"[0-9]{8}"), "%Y%m%d"),
)
_FIRST_YEAR: Final = 1970
_DAY_EXPECTED: Final = "a day such as 31/10/2026 or 2026-10-31"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an import would write, and how their columns were understood.

    `mapping` is all of it, `said` what a person named, which is kept for the next file. `left_out` are
    columns of theirs of which nothing is taken, `totals` rows of theirs with neither key nor party,
    `zero_count` items of which nothing is open, `turned_count` items on the other side than their account's,
    `compared` what a home in use has of the items. `row_numbers` are those of their rows, for each row that
    would be added to the first file.
    """

    mapping: ImportMapping
    said: ImportMapping
    left_out: tuple[str, ...]
    totals: tuple[int, ...]
    zero_count: int
    turned_count: int
    compared: Compared
    differences: tuple[Difference, ...]
    row_numbers: tuple[int, ...]


def propose_import(
    folder: Path,
    kind: str,
    table: ForeignTable,
    mapping: ImportMapping,
    *,
    company_code: str | None = None,
    with_accounts: bool = False,
    prefix: str = "",
    ledger: duckdb.DuckDBPyConnection | None = None,
) -> Proposal:
    """What the table would change in the reference files of `folder`. Nothing is written.

    `company_code` is for tables that name no company; the only company of the home if left out.
    `with_accounts` gives each counterparty without an account one, with the next free code of its kind.
    `prefix` stands before the codes of counterparties.
    `ledger` has the ledger of a home in use attached: payments may stand on items that are there, so that
    they stay, and an invoice that it registered is no item once more.

    Raises:
        OperatingError: if a column is not found or may be one of several, or cells cannot become ours, naming
            the first of them; if a reference file cannot be read.
    """
    file = file_named(KINDS[kind])
    full = with_found_columns(kind, table, mapping)
    books = Books(folder)
    company = company_code or books.only_company()
    rows, problems = _rows(file, table, full, company, prefix)
    rows, totals = _without_totals(kind, rows)
    _refuse(table, _rows_of_no_kind(kind, rows))
    counts = (0, 0)
    compared = Compared()
    if kind == "counterparties":
        problems += _finish_counterparties(rows, books)
    elif kind == "open-items":
        mark = cast("Mark", mapping.options.get("decimal_mark", ""))
        is_signed_as_ledger = mapping.options.get("sign") == "ledger"
        items = OpeningItems(books, mark, is_signed_as_ledger=is_signed_as_ledger, ledger=ledger)
        rows, found = items.finish(rows)
        problems += found
        counts = (items.zero_count, items.turned_count)
        compared = items.compared
    _refuse(table, problems)
    refuse_incomplete(file, [row for _, row in rows], file.key)
    _refuse_repeated(file, rows)
    first = difference(folder, file, [row for _, row in rows], books.defaults(kind))
    # Of what stays the file says something, though nothing of it is written.
    differences = [replace(first, absent_count=max(0, first.absent_count - compared.stays_count))]
    numbers = {key_of(file, row): number for number, row in rows}
    row_numbers = tuple(numbers[key_of(file, row)] for row in first.added)
    if with_accounts and kind == "counterparties":
        accounts = books.new_accounts(differences[0].rows, company)
        differences.append(difference(folder, file_named(CHART), accounts, {}))
    used = {their.casefold() for their in full.columns.values()}
    left_out = tuple(name for name in table.columns if name.casefold() not in used)
    return Proposal(full, mapping, left_out, totals, *counts, compared, tuple(differences), row_numbers)


def accept_import(
    folder: Path, kind: str, proposal: Proposal, ledger: duckdb.DuckDBPyConnection | None = None
) -> None:
    """Writes what was proposed, and keeps the mapping for the next file of this kind. `ledger` as before.

    Raises:
        OperatingError: if the reference data would be wrong with it. Nothing is written then.
        TransientError: if a file changed meanwhile, or cannot be written.
    """
    refuse_import(folder, proposal, ledger)
    written = [each for each in proposal.differences if not each.is_empty]
    write_judged(
        folder,
        {each.file_name: each.content_before for each in written},
        {each.file_name: each.content for each in written},
    )
    keep_mapping(folder, kind, proposal.said)


def refuse_import(folder: Path, proposal: Proposal, ledger: duckdb.DuckDBPyConnection | None = None) -> None:
    """Judges the reference data as they would be with what is proposed.

    Raises:
        OperatingError: if they would be wrong, with the first things that would be: by the row of their file
            where a row that is added is at fault.
        TransientError: if the files cannot be judged just now.
    """
    after = {each.file_name: each.content for each in proposal.differences if not each.is_empty}
    try:
        findings = wrong_with(folder, after, ledger)
    except OSError as error:
        raise TransientError(f"{folder} cannot be judged: {error.strerror}") from error
    if not findings:
        return
    places = _rows_of_lines(proposal)
    shown = "; ".join(_in_their_file(finding, proposal, places) for finding in findings[:_MOST_NAMED])
    more = f"; and {len(findings) - _MOST_NAMED} more" if len(findings) > _MOST_NAMED else ""
    raise OperatingError(f"nothing was written, since the reference data would be wrong: {shown}{more}")


def _rows_of_lines(proposal: Proposal) -> dict[int, int]:
    """The row of their file that stands in each line that the first file would get more."""
    added = len(proposal.row_numbers)
    if not added:
        return {}
    text = proposal.differences[0].content.decode("utf-8-sig")
    lines = [row.last for row in csv_rows(text, strict=False)][-added:]
    return dict(zip(lines, proposal.row_numbers, strict=True))


def _in_their_file(finding: Finding, proposal: Proposal, places: Mapping[int, int]) -> str:
    """What is wrong, by row and column of their file, with the option that says what a word of theirs is."""
    is_theirs = finding.source_file == proposal.differences[0].file_name
    number = places.get(finding.line_number or 0) if is_theirs else None
    if number is None:
        return finding.sentence
    found = finding.raw_value or ""
    said = f"row {number}, {finding.field}: {shorten(found)!r}, expected {finding.expected_text}"
    return f"{said} (--value '{finding.field}:{found}=…')" if finding.field in _WORDS and found else said


_WORDS: Final = frozenset({"account_kind", "counterparty_kind", "is_active", "side"})
"""Columns that hold one of few words, for which other programs have others."""


# --- Rows ---------------------------------------------------------------------------------------------------


def _rows(
    file: ReferenceFile, table: ForeignTable, mapping: ImportMapping, company: str | None, prefix: str
) -> tuple[Rows, list[Problem]]:
    """Their rows as ours with their numbers in the file; columns of which nothing is said are left out."""
    places = {name.casefold(): place for place, name in enumerate(table.columns)}
    given = {ours: places[their.casefold()] for ours, their in mapping.columns.items()}
    problems: list[Problem] = []
    rows: Rows = []
    for number, cells in table.rows:
        row = {**mapping.constants, **{ours: cells[place] for ours, place in given.items()}}
        row = {ours: _our_value(ours, value, mapping) for ours, value in row.items()}
        code = row.get("counterparty_code")
        if prefix and code:
            row["counterparty_code"] = f"{prefix}{code}"
        if "company_code" in file.columns and not row.get("company_code"):
            row["company_code"] = company or ""
            if company is None:
                problems.append(Problem(number, "company_code", "", "a company: --company names it"))
        for ours in ("document_date", "due_date"):
            if row.get(ours):
                day = _day(row[ours])
                if day is None:
                    problems.append(Problem(number, ours, row[ours], _DAY_EXPECTED))
                row[ours] = day or ""
        rows.append((number, row))
    return rows, problems


_TOTALS: Final = re.compile(r"\s*(?:(?:sub[- ]?)?total[ei]?|saldo|riporto|a riportare)\b", re.IGNORECASE)
_OF_ONE_ITEM: Final = ("document_number", "document_date", "due_date")


def _without_totals(kind: str, rows: Rows) -> tuple[Rows, tuple[int, ...]]:
    """The rows without those of open items that have neither key nor party, and the numbers of these: what
    adds up others is nobody's debt.
    """
    if kind != "open-items":
        return rows, ()
    needed = [ours for columns in NEEDED[kind][:2] for ours in columns]
    items = [(number, row) for number, row in rows if any(row.get(ours) for ours in needed)]
    kept = {number for number, _ in items}
    return items, tuple(number for number, _ in rows if number not in kept)


def _rows_of_no_kind(kind: str, rows: Rows) -> list[Problem]:
    """The rows that are not of this kind: programs add up columns in rows that look like the others."""
    advice = "if this is a row of totals, take it out of the file"
    problems = []
    for number, row in rows:
        lacking = [needed for needed in NEEDED[kind][:2] if not any(row.get(ours) for ours in needed)]
        key = row.get(NEEDED[kind][0][0]) or ""
        for needed in lacking:
            column = " or ".join(needed)
            problems.append(Problem(number, column, "", f"a value, as every row has; {advice}"))
        if not lacking and _TOTALS.match(key) and not any(row.get(ours) for ours in _OF_ONE_ITEM):
            problems.append(Problem(number, NEEDED[kind][0][0], key, f"a key of one row; {advice}"))
    return problems


def _our_value(ours: str, value: str, mapping: ImportMapping) -> str:
    folded = (ours, value.casefold())
    own = {(column, theirs.casefold()): value for (column, theirs), value in mapping.values.items()}
    return own.get(folded, known_values().get(folded, value))


def _day(text: str) -> str | None:
    for pattern, form in _DAYS:
        if pattern.fullmatch(text):
            try:
                day = dt.datetime.strptime(text, form).date()  # noqa: DTZ007 - a day, no moment
            except ValueError:
                return None
            return day.isoformat() if day.year >= _FIRST_YEAR else None
    return None


def _finish_counterparties(rows: Rows, books: Books) -> list[Problem]:
    """Numbers without blanks; a party of both kinds; another party under a taken code is a problem."""
    problems = []
    for number, row in rows:
        for name in ("vat_number", "iban"):
            if row.get(name):
                row[name] = re.sub(r"\s", "", row[name])
        before = books.counterparty(row.get("counterparty_code", ""))
        if before is None:
            continue
        if _is_another(before, row):
            held = f"{before['counterparty_name']}, {before['counterparty_kind']}, {before['vat_number']}"
            found = f"{row.get('counterparty_name', '')}, {row.get('counterparty_kind', '')}"
            code = row["counterparty_code"]
            expected = f"another code, since {code} is {held} (--prefix puts letters before all codes)"
            problems.append(Problem(number, "counterparty_code", found, expected))
        elif (row.get("counterparty_kind") or before["counterparty_kind"]) != before["counterparty_kind"]:
            row["counterparty_kind"] = "both"
    return problems


def _is_another(before: Row, row: Row) -> bool:
    """Whether a code that is taken stands for another party: by its numbers, or by kind and name."""
    numbers = [(before[name], row.get(name) or before[name]) for name in ("vat_number", "tax_code")]
    if any(held and not _is_same_number(held, said) for held, said in numbers):
        return True
    names = ("counterparty_kind", "counterparty_name")
    return all((row.get(name) or before[name]) != before[name] for name in names)


def _is_same_number(one: str, other: str) -> bool:
    """Whether two numbers are the same but for blanks, case and the country before one of them."""
    first, second = ("".join(filter(str.isalnum, text)).upper() for text in (one, other))
    return first.endswith(second) or second.endswith(first)


_MOST_NAMED: Final = 10


def _refuse(table: ForeignTable, problems: Sequence[Problem]) -> None:
    if not problems:
        return
    shown = "; ".join(
        f"row {each.row_number}, {each.column}: {each.found!r}, expected {each.expected}"
        for each in sorted(problems)[:_MOST_NAMED]
    )
    more = f"; and {len(problems) - _MOST_NAMED} more" if len(problems) > _MOST_NAMED else ""
    raise OperatingError(f"nothing was taken of {counted(len(table.rows), 'row')}: {shown}{more}")


_APART: Final = (
    ". Instalments of one invoice have a key each: map another column by --map open_item_key='…', or add the "
    "number of the instalment to the key in the file"
)


def _refuse_repeated(file: ReferenceFile, rows: Iterable[tuple[int, Mapping[str, str]]]) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for number, row in rows:
        key = key_of(file, row)
        if key in seen:
            raise OperatingError(
                f"rows {seen[key]} and {number} have the same {' and '.join(file.key)} ({', '.join(key)}): "
                f"nothing was taken{_APART if file.name == KINDS['open-items'] else ''}"
            )
        seen[key] = number
