"""Open items of another program as rows of opening_open_items.csv: account, side and amount, or nothing.

Belongs here: what an item of theirs is with us. Does not: which column is which
(`assets.reference.import_mappings`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import duckdb

from assets.decimals import Cell, Mark, read_numbers
from assets.findings import in_words
from assets.reference.books import SIDES, Books, Problem, Rows
from assets.reference.csv_files import Row
from assets.reference.foreign_tables import SpreadsheetNumber
from assets.reference.known_items import Compared, compare_items

_OTHER_SIDE: Final = {"debit": "credit", "credit": "debit"}
_AMOUNTS: Final = ("original_amount", "original_amount_company_currency")


class OpeningItems:
    """Makes items of rows; counts those of which nothing is open, and those turned over.

    `ledger` has the ledger of a home in use attached: `compared` then says what of the items is here.
    """

    def __init__(
        self, books: Books, mark: Mark, *, is_signed_as_ledger: bool, ledger: duckdb.DuckDBPyConnection | None
    ) -> None:
        self._books = books
        self._mark = mark
        self._is_signed_as_ledger = is_signed_as_ledger
        self._ledger = ledger
        self.zero_count = 0
        self.turned_count = 0
        self.compared = Compared()

    def finish(self, rows: Rows) -> tuple[Rows, list[Problem]]:
        """The items, and what is wrong with the rows. An item that says no amount is refused."""
        problems: list[Problem] = []
        for number, row in rows:
            problems += self._take_account_and_side(number, row)
        problems += self._read_amounts(rows)
        items: Rows = []
        closed: Rows = []
        for number, row in rows:
            amount = row.get("original_amount", "")
            if amount and not amount.strip("+-0."):
                row["original_amount"] = ""
                closed.append((number, row))
            else:
                problems += self._sign(number, row)
                items.append((number, row))
        if problems:
            return items, problems
        self.compared = compare_items(self._ledger, self._books, sorted([*items, *closed], key=_row_number))
        self.zero_count = len(closed)
        return self.compared.new, self.compared.problems

    def _take_account_and_side(self, number: int, row: dict[str, str]) -> list[Problem]:
        problems = _take_side(number, row)
        company, code = row["company_code"], row.pop("counterparty_code", "")
        name, kind = row.pop("counterparty_name", ""), row.pop("counterparty_kind", "")
        owner = self._books.owner_of(company, row.get("account_code", ""))
        if code and owner and owner != code:
            expected = f"an account of {code}: {row['account_code']} is that of {owner}"
            problems.append(Problem(number, "account_code", row["account_code"], expected))
        if not row.get("account_code") and code:
            account = _account_of(self._books.accounts_of(company, code), row, kind)
            if account is None:
                expected = f"one account of it in company {company}"
                problems.append(Problem(number, "counterparty_code", code, expected))
            row["account_code"] = account or ""
        problems += self._of_another(number, row, name, kind)
        before = self._books.item(company, row.get("open_item_key", ""))
        held = "" if before is None else before["currency_code"]
        row["currency_code"] = row.get("currency_code") or held or self._own_currency(row)
        return problems

    def _of_another(self, number: int, row: Mapping[str, str], name: str, kind: str) -> list[Problem]:
        """Whether their file means another party than that of the account: where customers and suppliers are
        numbered apart, one code is two of them, and a debt would stand for what is owed to us.
        """
        company, account = row["company_code"], row.get("account_code", "")
        held, owner = self._books.kind_of(company, account), self._books.owner_of(company, account)
        party = self._books.counterparty(owner)
        its_name = "" if party is None else party["counterparty_name"]
        prefix = "--prefix puts the letters before its codes that its parties were given"
        problems = []
        if kind in SIDES and held in SIDES and kind != held:
            expected = f"{held}, as account {account} of {owner} {its_name} is; {prefix}"
            problems.append(Problem(number, "counterparty_kind", kind, expected))
        elif name and its_name and not _is_same_name(name, its_name):
            without = "--map counterparty_name= compares no names"
            expected = f"{its_name}, whose account {account} is; {prefix}, and {without}"
            problems.append(Problem(number, "counterparty_name", name, expected))
        return problems

    def _own_currency(self, row: Mapping[str, str]) -> str:
        return self._books.company(row["company_code"], "currency_code")

    def _sign(self, number: int, row: dict[str, str]) -> list[Problem]:
        """Amounts without a sign, and the side on which they stand."""
        problems = []
        said = row.get("original_amount", "")
        if not said:
            problems.append(Problem(number, "original_amount", "", "an amount"))
        other = row.get("original_amount_company_currency", "")
        if other.strip("+-0.") and said.startswith("-") != other.startswith("-"):
            expected = f"an amount with the sign of {said}"
            problems.append(Problem(number, "original_amount_company_currency", other, expected))
        usual = SIDES.get(self._books.kind_of(row["company_code"], row.get("account_code", "")), "")
        side = row.get("side") or ("debit" if self._is_signed_as_ledger else usual)
        if not side:
            expected = "debit or credit, or an account of a customer or supplier"
            problems.append(Problem(number, "side", "", expected))
        row["side"] = _OTHER_SIDE.get(side, side) if said.startswith("-") else side
        self.turned_count += bool(usual and row["side"] == _OTHER_SIDE[usual])
        for name in _AMOUNTS:
            row[name] = row.get(name, "").lstrip("+-")
        if not row["original_amount_company_currency"]:
            if row["currency_code"] == self._own_currency(row):
                row["original_amount_company_currency"] = row["original_amount"]
            else:
                expected = f"the amount in {self._own_currency(row)} too: the item is in another currency"
                problems.append(Problem(number, "original_amount_company_currency", "", expected))
        return problems

    def _read_amounts(self, rows: Rows) -> list[Problem]:
        """Amounts in their notation become ours; two readings or too many decimals are a problem."""
        cells, places = [], []
        for index, (_, row) in enumerate(rows):
            for name in _AMOUNTS:
                if not row.get(name):
                    continue
                currency = row["currency_code"] if name == "original_amount" else self._own_currency(row)
                # A number of a spreadsheet is no text in any notation.
                mark: Mark = "point" if isinstance(row[name], SpreadsheetNumber) else self._mark
                cells.append(Cell(name, str(row[name]), mark, currency))
                places.append((index, name))
        problems = []
        for (index, name), number in zip(places, read_numbers(cells), strict=True):
            line, row = rows[index]
            if number.problem is not None:
                amount = in_words(number.expected, "an amount")
                expected = f"{amount} (--decimal-mark says how they are written)"
                problems.append(Problem(line, name, row[name], expected))
            row[name] = number.text
        return problems


def _row_number(row: tuple[int, dict[str, str]]) -> int:
    return row[0]


def _account_of(accounts: Sequence[Row], row: Mapping[str, str], kind: str) -> str | None:
    """The only account of a counterparty; of one who is supplier and customer, that of the kind that is
    named, or of the item's side.
    """
    if len(accounts) > 1 and kind in SIDES:
        accounts = [each for each in accounts if each["account_kind"] == kind]
    elif len(accounts) > 1 and row.get("side"):
        accounts = [each for each in accounts if SIDES.get(each["account_kind"]) == row["side"]]
    return accounts[0]["account_code"] if len(accounts) == 1 else None


def _is_same_name(one: str, other: str) -> bool:
    """Whether two names are one, but for case and punctuation; a program may cut long ones off."""
    first, second = ("".join(filter(str.isalnum, text)).casefold() for text in (one, other))
    return first.startswith(second) or second.startswith(first)


def _take_side(number: int, row: dict[str, str]) -> list[Problem]:
    """Two columns, one for each side, become an amount and its side."""
    pair = {side: row.pop(f"{side}_amount", "") for side in ("debit", "credit")}
    filled = {side: text for side, text in pair.items() if text.strip("0.,")}
    if len(filled) > 1:
        row["side"], row["original_amount"] = next(iter(filled.items()))
        expected = "an amount on one side: what is open is the difference"
        return [Problem(number, "debit_amount", f"{pair['debit']} beside {pair['credit']}", expected)]
    for side, text in filled.items():
        row["side"], row["original_amount"] = side, text
    if not filled and any(pair.values()):
        row["original_amount"] = pair["debit"] or pair["credit"]
    return []
