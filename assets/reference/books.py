"""What the reference files of a home say already, for whoever brings more into them.

Belongs here: questions to the files as they are written. Does not: what is brought
(`assets.reference.importing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from assets.decimals import Cell, Mark, read_numbers
from assets.errors import OperatingError
from assets.reference.csv_files import Row, read_csv_file
from assets.reference.load import written_settings
from assets.reference.numbers import FILE_KIND
from assets.reference.proposing import next_code

CHART: Final = "chart_of_accounts.csv"

SIDES: Final = {"customer": "debit", "supplier": "credit"}
"""On which side an item of an account of this kind stands."""

_ROLES: Final = {"customer": ("customer",), "supplier": ("supplier",), "both": ("supplier", "customer")}

Rows = list[tuple[int, dict[str, str]]]
"""Rows of another program as ours, each with its number in their file."""


class Problem(NamedTuple):
    """A cell that cannot become ours: their row, our column, what stands there, what is needed."""

    row_number: int
    column: str
    found: str
    expected: str


class Books:
    """What the reference files of a folder say already: companies, accounts, counterparties."""

    def __init__(self, folder: Path) -> None:
        self.companies = read_csv_file(folder / "companies.csv").rows
        self.accounts = read_csv_file(folder / CHART).rows
        self._accounts = {(row["company_code"], row["account_code"]): row for row in self.accounts}
        self._accounts_of: dict[tuple[str, str], list[Row]] = {}
        for row in self.accounts:
            self._accounts_of.setdefault((row["company_code"], row["counterparty_code"]), []).append(row)
        self._counterparties = {
            row["counterparty_code"]: row for row in read_csv_file(folder / "counterparties.csv").rows
        }
        items = read_csv_file(folder / "opening_open_items.csv").rows
        self._items = {(row["company_code"], row["open_item_key"]): row for row in items}
        self._mark: Mark = written_settings(folder).decimal_mark(FILE_KIND) or "point"

    def only_company(self) -> str | None:
        """The code of the company, if the home has one."""
        codes = {row["company_code"] for row in self.companies}
        return codes.pop() if len(codes) == 1 else None

    def company(self, code: str | None, column: str) -> str:
        """What companies.csv says of a company in this column."""
        return next((row[column] for row in self.companies if row["company_code"] == code), "")

    def counterparty(self, code: str) -> Row | None:
        """The row of a counterparty, if there is one."""
        return self._counterparties.get(code)

    def item(self, company: str | None, key: str) -> Row | None:
        """The row of an opening item, if there is one."""
        return self._items.get((company or "", key))

    def items(self) -> list[Row]:
        """The rows of the opening items, with their amounts in our notation: blank where one is no number."""
        rows = list(self._items.values())
        cells = [Cell("original_amount", row.get("original_amount", ""), self._mark) for row in rows]
        amounts = ["" if number.problem else number.text for number in read_numbers(cells)]
        return [{**row, "original_amount": text} for row, text in zip(rows, amounts, strict=True)]

    def owner_of(self, company: str | None, account_code: str) -> str:
        """The counterparty whose account this is; blank if it is nobody's."""
        return self._account(company, account_code).get("counterparty_code", "")

    def kind_of(self, company: str | None, account_code: str) -> str:
        """The kind of an account; blank if there is none."""
        return self._account(company, account_code).get("account_kind", "")

    def _account(self, company: str | None, account_code: str) -> Row:
        return self._accounts.get((company or "", account_code), {})

    def accounts_of(self, company: str | None, counterparty_code: str) -> list[Row]:
        """The accounts of a counterparty in a company."""
        return self._accounts_of.get((company or "", counterparty_code), [])

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
        last = {role: [row["account_code"] for row in own if row["account_kind"] == role] for role in SIDES}
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
