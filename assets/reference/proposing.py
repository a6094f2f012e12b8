"""Proposes the rows of the reference files that make the supplier of an e-invoice known, and writes them.

Belongs here: what is there already, the next free codes, and writing a row as its file is written. Does not:
whose document it is (`assets.ledger.document_reports`) and what the rows must be
(`assets.reference.schemas`).
"""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Final

from assets.errors import OperatingError, TransientError
from assets.reference.load import read_reference

SUPPLIERS_FILE: Final = "counterparties.csv"
ACCOUNTS_FILE: Final = "chart_of_accounts.csv"
FIRST_CODE: Final = "S001"
LONGEST_NAME: Final = 80

_NUMBERED: Final = re.compile(r"(.*?)([0-9]+)")
_NO_SIGN: Final = re.compile(r"[^A-Z0-9]")
_BOM: Final = b"\xef\xbb\xbf"

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SupplierProposal:
    """Who becomes known with which account, the lines to write by file name, what the files hold now, and
    what they would hold then.

    `known_account` says that the line of the chart of accounts replaces one of the same account, and why.
    """

    counterparty_code: str
    company_code: str
    account_code: str
    lines: Mapping[str, str]
    before: Mapping[str, bytes]
    after: Mapping[str, bytes]
    known_account: str | None = None


def propose(
    folder: Path,
    document: Mapping[str, object],
    account_code: str | None = None,
    *,
    is_new: bool = False,
) -> SupplierProposal:
    """The rows for the supplier of a document (columns as `report_document`), with the next free codes.

    A supplier that the file knows and that has no account in the company yet needs the account only. An
    account of a supplier that bears the same name, or the one that was named, becomes his if it is nobody's:
    what was posted on it before then meets the invoices. With `is_new` names do not count. The IBAN is left
    blank: who pays asks the supplier for it.

    Raises:
        OperatingError: if the supplier is known and has an account, there is a counterparty of the same name
            with other numbers, or several accounts of it, the document's data do not do, there is no free
            code, or a file cannot be read.
    """
    company_code = str(document["company_code"] or "")
    if not company_code:
        raise OperatingError("the document is addressed to none of our companies: mend companies.csv first")
    suppliers, accounts = _read(folder / SUPPLIERS_FILE), _read(folder / ACCOUNTS_FILE)
    known = _known(suppliers.rows, document)
    lines: dict[str, str] = {}
    after: dict[str, bytes] = {}
    if known is None:
        supplier = _supplier(suppliers.rows, document)
        if not is_new:
            _refuse_namesake(suppliers.rows, supplier)
        lines[SUPPLIERS_FILE] = suppliers.line(supplier)
        after[SUPPLIERS_FILE] = suppliers.with_line(lines[SUPPLIERS_FILE])
    else:
        supplier = known
        _refuse_if_usable(supplier, accounts.rows, company_code)
    own = [row for row in accounts.rows if row["company_code"] == company_code]
    existing = _existing_account(own, supplier, account_code, is_new=is_new)
    if existing is None:
        account = _account(own, company_code, supplier, account_code)
        line = accounts.line(account)
        after[ACCOUNTS_FILE] = accounts.with_line(line)
    else:
        account = {**existing, "counterparty_code": supplier["counterparty_code"]}
        line = accounts.line(account)
        after[ACCOUNTS_FILE] = accounts.with_row(existing, line)
    lines[ACCOUNTS_FILE] = line
    before = {name: {SUPPLIERS_FILE: suppliers, ACCOUNTS_FILE: accounts}[name].content for name in lines}
    return SupplierProposal(
        supplier["counterparty_code"],
        company_code,
        account["account_code"],
        lines,
        before,
        after,
        None if existing is None else _why(existing, supplier),
    )


def accept_supplier(folder: Path, proposal: SupplierProposal) -> None:
    """Writes the rows: each file is replaced by one that holds them, or stays as it is.

    The supplier comes first: a crash in between leaves it without an account, which is proposed then.

    Raises:
        OperatingError: if the reference data would be wrong with the rows. Nothing is written then.
        TransientError: if a file changed since the proposal, or cannot be written.
    """
    replace_files(folder, proposal.before, proposal.after)


def _plain(text: object) -> str:
    return _NO_SIGN.sub("", str(text or "").upper())


def _known(rows: Iterable[Row], document: Mapping[str, object]) -> Row | None:
    """The row of the file that bears a number of the document's supplier."""
    country = str(document["supplier_country_code"] or "IT")
    vat_number, tax_code = _plain(document["supplier_vat_number"]), _plain(document["supplier_tax_code"])
    if not vat_number and not tax_code:
        raise OperatingError("the document has neither a VAT number nor a tax code of its supplier")
    for row in rows:
        own = _plain(row["vat_number"]).removeprefix(row["country_code"])
        if (vat_number and own == vat_number and row["country_code"] == country) or (
            tax_code and _plain(row["tax_code"]) == tax_code
        ):
            return row
    return None


def _refuse_if_usable(supplier: Row, accounts: Iterable[Row], company_code: str) -> None:
    code = supplier["counterparty_code"]
    if supplier["counterparty_kind"] == "customer":
        raise OperatingError(
            f"{SUPPLIERS_FILE} has it as the customer {code}: set its counterparty_kind to both, "
            "then ask again for its account"
        )
    for row in accounts:
        is_its_own = row["company_code"] == company_code and row["counterparty_code"] == code
        if is_its_own and row["account_kind"] == "supplier":
            raise OperatingError(
                f"the supplier exists: {code} with account {row['account_code']} of {company_code}"
            )


def _is_same_name(first: object, second: object) -> bool:
    """Whether two names differ in nothing but case, blanks and punctuation."""
    names = ["".join(sign for sign in str(name).casefold() if sign.isalnum()) for name in (first, second)]
    return names[0] == names[1]


def _refuse_namesake(rows: Iterable[Row], supplier: Row) -> None:
    name = supplier["counterparty_name"]
    for row in rows:
        if _is_same_name(row["counterparty_name"], name):
            numbers = " and ".join(filter(None, (row["vat_number"], row["tax_code"]))) or "none"
            raise OperatingError(
                f"{SUPPLIERS_FILE} has {row['counterparty_code']} {row['counterparty_name']} with other "
                f"numbers ({numbers}): if it is the same then correct its row, otherwise say --new"
            )


def _existing_account(
    own: Iterable[Row], supplier: Row, account_code: str | None, *, is_new: bool
) -> Row | None:
    """The account that becomes the supplier's: the one that was named, or that bears his name."""
    fitting = [
        row
        for row in own
        if row["account_kind"] == "supplier"
        and (
            row["account_code"] == account_code
            if account_code is not None
            else not is_new and _is_same_name(row["account_name"], supplier["counterparty_name"])
        )
    ]
    usable = [row for row in fitting if not row["counterparty_code"] and row["is_active"] == "true"]
    if len(usable) == 1:
        return usable[0]
    if fitting and account_code is None:
        raise OperatingError(
            f"{', '.join(_described(row) for row in fitting)} of the company "
            "bear the name of the supplier: choose one with --account that is nobody's, or say --new"
        )
    return None


def _described(row: Row) -> str:
    owner = f" of {row['counterparty_code']}" if row["counterparty_code"] else ""
    return f"account {row['account_code']}{owner}{'' if row['is_active'] == 'true' else ' (not active)'}"


def _why(account: Row, supplier: Row) -> str:
    """Why an account that is there becomes the supplier's."""
    reason = (
        "bears the same name"
        if _is_same_name(account["account_name"], supplier["counterparty_name"])
        else "was named"
    )
    return f"account {account['account_code']} is there already, {reason} and is nobody's yet"


def _supplier(rows: Iterable[Row], document: Mapping[str, object]) -> Row:
    rows = list(rows)
    used = {row["counterparty_code"] for row in rows}
    numbered = [row["counterparty_code"] for row in rows if row["counterparty_kind"] == "supplier"]
    name = str(document["supplier_name"] or "").strip()
    if not name:
        raise OperatingError("the document does not name its supplier: add it to counterparties.csv yourself")
    return {
        "counterparty_code": _next_code(numbered, used) or FIRST_CODE,
        "counterparty_name": name[:LONGEST_NAME].rstrip(),
        "counterparty_kind": "supplier",
        "country_code": str(document["supplier_country_code"] or "IT"),
        "vat_number": str(document["supplier_vat_number"] or ""),
        "tax_code": str(document["supplier_tax_code"] or ""),
    }


def _account(own: list[Row], company_code: str, supplier: Row, account_code: str | None) -> Row:
    used = {row["account_code"] for row in own}
    suppliers = [row for row in own if row["account_kind"] == "supplier"]
    code = account_code or _next_code([row["account_code"] for row in suppliers], used)
    if code is None:
        raise OperatingError(f"company {company_code} has no numbered account of a supplier: give --account")
    if code in used:
        raise OperatingError(f"company {company_code} has an account {code} already: choose another one")
    second_names = Counter(row["account_second_name"] for row in suppliers)
    return {
        "company_code": company_code,
        "account_code": code,
        "account_name": supplier["counterparty_name"],
        "account_second_name": second_names.most_common(1)[0][0] if second_names else "",
        "account_kind": "supplier",
        "counterparty_code": supplier["counterparty_code"],
        "is_active": "true",
    }


def _next_code(codes: Iterable[str], used: set[str]) -> str | None:
    """The number after the highest one of the commonest series of codes; None without a numbered code."""
    found = [match for code in codes if (match := _NUMBERED.fullmatch(code))]
    if not found:
        return None
    series = Counter((match[1], len(match[2])) for match in found)
    prefix, width = max(series, key=lambda key: (series[key], key))
    number = max(int(match[2]) for match in found if (match[1], len(match[2])) == (prefix, width))
    while (code := f"{prefix}{number:0{width}}") in used:
        number += 1
    return code
