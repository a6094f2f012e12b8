"""Master data and open items of another program become rows of the reference files, exactly or not at all.

Their columns are found by their names (`import_names.csv`) or mapped by hand; what was mapped is kept in the
home (`reference/mappings/`), so that the next export of the same program needs no more than its file. Belongs
here: which of our columns a cell of theirs becomes, and the difference that it makes. Does not: how their
files are read (`assets.reference.foreign_tables`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from assets.decimals import Cell, Mark, read_numbers
from assets.errors import OperatingError
from assets.reference.csv_files import Row, read_csv_file, replace_files
from assets.reference.differences import Difference, difference, key_of, refuse_incomplete
from assets.reference.foreign_tables import ForeignTable
from assets.reference.import_mappings import (
    KINDS,
    ImportMapping,
    keep_mapping,
    known_values,
    with_found_columns,
)
from assets.reference.proposing import next_code
from assets.reference.schemas import ReferenceFile, file_named
from assets.wording import counted

CHART: Final = "chart_of_accounts.csv"

_SIDES: Final = {"customer": "debit", "supplier": "credit"}
_OTHER_SIDE: Final = {"debit": "credit", "credit": "debit"}
_ROLES: Final = {"customer": ("customer",), "supplier": ("supplier",), "both": ("supplier", "customer")}
_DAYS: Final = (
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "%Y-%m-%d"),
    (re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}"), "%d/%m/%Y"),
    (re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}"), "%d.%m.%Y"),
    (re.compile(r"[0-9]{1,2}-[0-9]{1,2}-[0-9]{4}"), "%d-%m-%Y"),
    (re.compile(r"[0-9]{8}"), "%Y%m%d"),
)


_DAY_EXPECTED: Final = "a day such as 31/10/2026 or 2026-10-31"


class Problem(NamedTuple):
    """A cell that cannot become ours: their row, our column, what stands there, what is needed."""

    row_number: int
    column: str
    found: str
    expected: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an import would write, and how their columns were understood.

    `left_out` are columns of theirs of which nothing is taken, `zero_count` items of which nothing is open.
    """

    mapping: ImportMapping
    left_out: tuple[str, ...]
    zero_count: int
    differences: tuple[Difference, ...]


def propose_import(
    folder: Path,
    kind: str,
    table: ForeignTable,
    mapping: ImportMapping,
    *,
    company_code: str | None = None,
    decimal_mark: Mark = "",
    with_accounts: bool = False,
) -> Proposal:
    """What the table would change in the reference files of `folder`. Nothing is written.

    `company_code` is for tables that name no company; the only company of the home if left out.
    `with_accounts` gives each counterparty without an account one, with the next free code of its kind.

    Raises:
        OperatingError: if a column is not found or may be one of several, or cells cannot become ours, naming
            the first of them; if a reference file cannot be read.
    """
    file = file_named(KINDS[kind])
    full = with_found_columns(kind, table, mapping)
    books = _Books(folder)
    company = company_code or books.only_company()
    rows, problems = _rows(kind, file, table, full, books, company, decimal_mark)
    _refuse(table, problems)
    refuse_incomplete(file, [row for _, row in rows], file.key)
    open_rows = [(number, row) for number, row in rows if not _is_nothing(row)]
    _refuse_repeated(file, open_rows)
    taken = [row for _, row in open_rows]
    differences = [difference(folder, file, taken, books.defaults(kind))]
    if with_accounts and kind == "counterparties":
        accounts = books.new_accounts(differences[0].rows, company)
        differences.append(difference(folder, file_named(CHART), accounts, {}))
    used = {their.casefold() for their in full.columns.values()}
    left_out = tuple(name for name in table.columns if name.casefold() not in used)
    return Proposal(full, left_out, len(rows) - len(taken), tuple(differences))


def accept_import(folder: Path, kind: str, proposal: Proposal) -> None:
    """Writes what was proposed, and keeps the mapping for the next file of this kind.

    Raises:
        OperatingError: if the reference data would be wrong with it. Nothing is written then.
        TransientError: if a file changed meanwhile, or cannot be written.
    """
    written = [each for each in proposal.differences if not each.is_empty]
    replace_files(
        folder,
        {each.file_name: each.content_before for each in written},
        {each.file_name: each.content for each in written},
    )
    keep_mapping(folder, kind, proposal.mapping)


# --- Rows ---------------------------------------------------------------------------------------------------


class _Books:
    """What the reference files of a folder say already: companies, accounts, counterparties."""

    def __init__(self, folder: Path) -> None:
        self.companies = read_csv_file(folder / "companies.csv").rows
        self.accounts = read_csv_file(folder / CHART).rows

    def only_company(self) -> str | None:
        """The code of the company, if the home has one."""
        codes = {row["company_code"] for row in self.companies}
        return codes.pop() if len(codes) == 1 else None

    def company(self, code: str | None, column: str) -> str:
        """What companies.csv says of a company in this column."""
        return next((row[column] for row in self.companies if row["company_code"] == code), "")

    def kind_of(self, company: str | None, account_code: str) -> str:
        """The kind of an account; blank if there is none."""
        wanted = (company, account_code)
        found = (row for row in self.accounts if (row["company_code"], row["account_code"]) == wanted)
        return next((row["account_kind"] for row in found), "")

    def accounts_of(self, company: str | None, counterparty_code: str) -> list[Row]:
        """The accounts of a counterparty in a company."""
        wanted = (company, counterparty_code)
        return [row for row in self.accounts if (row["company_code"], row["counterparty_code"]) == wanted]

    def defaults(self, kind: str) -> dict[str, str]:
        """What a new row has where their file says nothing."""
        if kind == "counterparties":
            return {"country_code": self.company(self.only_company(), "country_code")}
        return {"account_kind": "other", "is_active": "true"} if kind == "accounts" else {}

    def new_accounts(self, counterparties: Sequence[Row], company: str | None) -> list[Row]:
        """An account for each counterparty that has none of its kind in the company.

        Raises OperatingError if the company is not known, or no account of the kind shows how they are
        numbered.
        """
        if company is None:
            raise OperatingError("accounts are those of a company: name it by --company")
        own = [row for row in self.accounts if row["company_code"] == company]
        used = {row["account_code"] for row in own}
        last = {role: [row["account_code"] for row in own if row["account_kind"] == role] for role in _SIDES}
        made: list[Row] = []
        for row in counterparties:
            held = {each["account_kind"] for each in self.accounts_of(company, row["counterparty_code"])}
            for role in _ROLES.get(row["counterparty_kind"], ()):
                if role in held:
                    continue
                code = next_code(last[role], used)
                if code is None:
                    raise OperatingError(
                        f"company {company} has no numbered account of kind {role} after which others could "
                        f"be numbered: add one to {CHART}"
                    )
                used.add(code)
                last[role].append(code)
                made.append(_new_account(company, code, role, row))
        return made


def _new_account(company: str, code: str, role: str, counterparty: Row) -> Row:
    return {
        "company_code": company,
        "account_code": code,
        "account_name": counterparty["counterparty_name"],
        "account_second_name": "",
        "account_kind": role,
        "counterparty_code": counterparty["counterparty_code"],
        "is_active": "true",
    }


def _rows(
    kind: str,
    file: ReferenceFile,
    table: ForeignTable,
    mapping: ImportMapping,
    books: _Books,
    company: str | None,
    mark: Mark,
) -> tuple[list[tuple[int, dict[str, str]]], list[Problem]]:
    """Their rows as ours with their numbers in the file; columns of which nothing is said are left out."""
    places = {name.casefold(): place for place, name in enumerate(table.columns)}
    given = {ours: places[their.casefold()] for ours, their in mapping.columns.items()}
    problems: list[Problem] = []
    rows: list[tuple[int, dict[str, str]]] = []
    for number, cells in table.rows:
        row = {**mapping.constants, **{ours: cells[place] for ours, place in given.items()}}
        row = {ours: _our_value(ours, value, mapping) for ours, value in row.items()}
        if "company_code" in file.columns and not row.get("company_code"):
            row["company_code"] = company or ""
            if company is None:
                problems.append(Problem(number, "company_code", "", "a company: --company names it"))
        for ours in ("document_date", "due_date"):
            if row.get(ours):
                day = _day(row[ours])
                if day is None:
                    problems.append(
                        Problem(number, ours, row[ours], "a day such as 31/10/2026 or 2026-10-31")
                    )
                row[ours] = day or ""
        rows.append((number, row))
    problems += _FINISH[kind](rows, books, mark)
    return rows, problems


def _our_value(ours: str, value: str, mapping: ImportMapping) -> str:
    folded = (ours, value.casefold())
    own = {(column, theirs.casefold()): value for (column, theirs), value in mapping.values.items()}
    return own.get(folded, known_values().get(folded, value))


def _day(text: str) -> str | None:
    for pattern, form in _DAYS:
        if pattern.fullmatch(text):
            try:
                return dt.datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 - a day, no moment
            except ValueError:
                return None
    return None


_Rows = list[tuple[int, dict[str, str]]]


def _finish_accounts(rows: _Rows, books: _Books, mark: Mark) -> list[Problem]:
    del rows, books, mark
    return []


def _finish_counterparties(rows: _Rows, books: _Books, mark: Mark) -> list[Problem]:
    del books, mark
    for _, row in rows:
        for name in ("vat_number", "iban"):
            if row.get(name):
                row[name] = re.sub(r"\s", "", row[name])
    return []


def _finish_items(rows: _Rows, books: _Books, mark: Mark) -> list[Problem]:
    """Amounts without a sign, the side that they stand on, and the account of the counterparty."""
    problems: list[Problem] = []
    for number, row in rows:
        company = row["company_code"]
        code = row.pop("counterparty_code", "")
        if not row.get("account_code") and code:
            account = _account_of(books.accounts_of(company, code), row)
            if account is None:
                problems.append(
                    Problem(number, "counterparty_code", code, f"one account of it in company {company}")
                )
            row["account_code"] = account or ""
        row["currency_code"] = row.get("currency_code") or books.company(company, "currency_code")
        problems += _take_side(number, row)
    problems += _read_amounts(rows, books, mark)
    for number, row in rows:
        sign, amount = _signed(row.get("original_amount", ""))
        side = row.get("side") or _SIDES.get(
            books.kind_of(row["company_code"], row.get("account_code", "")), ""
        )
        if not side:
            problems.append(
                Problem(number, "side", "", "debit or credit, or an account of a customer or supplier")
            )
        row["side"] = _OTHER_SIDE.get(side, side) if sign else side
        row["original_amount"] = amount
        company_currency = books.company(row["company_code"], "currency_code")
        if not row.get("original_amount_company_currency") and row["currency_code"] == company_currency:
            row["original_amount_company_currency"] = amount
        row["original_amount_company_currency"] = _signed(row.get("original_amount_company_currency", ""))[1]
    return problems


def _account_of(accounts: Sequence[Row], row: Mapping[str, str]) -> str | None:
    """The only account of a counterparty; of one who is supplier and customer, that of the item's side."""
    if len(accounts) > 1 and row.get("side"):
        accounts = [each for each in accounts if _SIDES.get(each["account_kind"]) == row["side"]]
    return accounts[0]["account_code"] if len(accounts) == 1 else None


def _take_side(number: int, row: dict[str, str]) -> list[Problem]:
    """Two columns, one for each side, become an amount and its side."""
    pair = {side: row.pop(f"{side}_amount", "") for side in ("debit", "credit")}
    filled = {side: text for side, text in pair.items() if text.strip("0.,")}
    if len(filled) > 1:
        return [Problem(number, "debit_amount", str(filled), "an amount on one side")]
    for side, text in filled.items():
        row["side"], row["original_amount"] = side, text
    if not filled and any(pair.values()):
        row["original_amount"] = pair["debit"] or pair["credit"]
    return []


def _read_amounts(rows: _Rows, books: _Books, mark: Mark) -> list[Problem]:
    """Amounts in their notation become ours; two readings or too many decimals are a problem."""
    cells, places = [], []
    for index, (_, row) in enumerate(rows):
        for name in ("original_amount", "original_amount_company_currency"):
            if not row.get(name):
                continue
            own = row["currency_code"] if name == "original_amount" else None
            currency = own or books.company(row["company_code"], "currency_code")
            cells.append(Cell(name, row[name], mark, currency))
            places.append((index, name))
    problems = []
    for (index, name), number in zip(places, read_numbers(cells), strict=True):
        line, row = rows[index]
        if number.problem is not None:
            expected = number.expected or "an amount"
            problems.append(
                Problem(line, name, row[name], f"{expected} (--decimal-mark says how they are written)")
            )
        row[name] = number.text
    return problems


def _is_nothing(row: Mapping[str, str]) -> bool:
    """Whether this is an item of which nothing is open."""
    amount = row.get("original_amount", "")
    return amount != "" and not amount.strip("0.")


def _signed(text: str) -> tuple[bool, str]:
    """Whether the amount is below zero, and the amount without its sign."""
    return text.startswith("-"), text.lstrip("+-")


_FINISH: Final[Mapping[str, Callable[[_Rows, _Books, Mark], list[Problem]]]] = {
    "accounts": _finish_accounts,
    "counterparties": _finish_counterparties,
    "open-items": _finish_items,
}


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


def _refuse_repeated(file: ReferenceFile, rows: Iterable[tuple[int, Mapping[str, str]]]) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for number, row in rows:
        key = key_of(file, row)
        if key in seen:
            raise OperatingError(
                f"rows {seen[key]} and {number} have the same {' and '.join(file.key)} ({', '.join(key)}): "
                "nothing was taken"
            )
        seen[key] = number
