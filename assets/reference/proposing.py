"""Proposes the rows of the reference files that make the supplier of an e-invoice known, and writes them.

Belongs here: what is there already, and the next free codes. Does not: whose document it is
(`assets.invoices.reports`), what the rows must be (`assets.reference.schemas`), and how a file is
written (`assets.reference.csv_files`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assets.errors import OperatingError
from assets.reference.csv_files import Row, read_csv_file, replace_files
from assets.reference.identifiers import TAX, VAT, numbers_of, spelled, vat_country, vat_identifier
from assets.reference.identifying import IDENTIFIERS_FILE, read_identifiers

SUPPLIERS_FILE: Final = "counterparties.csv"
ACCOUNTS_FILE: Final = "chart_of_accounts.csv"
FIRST_CODE: Final = "S001"
LONGEST_NAME: Final = 80

_NUMBERED: Final = re.compile(r"(.*?)([0-9]+)")


@dataclass(frozen=True, slots=True)
class SupplierProposal:
    """Who becomes known with which account, the lines to write by file name, what the files hold now (None
    for one that is not there), and what they would hold then.

    `known_account` says that the line of the chart of accounts replaces one of the same account, and why.
    """

    counterparty_code: str
    company_code: str
    account_code: str
    lines: Mapping[str, str]
    before: Mapping[str, bytes | None]
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
    suppliers, accounts = read_csv_file(folder / SUPPLIERS_FILE), read_csv_file(folder / ACCOUNTS_FILE)
    added, added_before = read_identifiers(folder)
    numbers = _document_numbers(document)
    known = _known(suppliers.rows, added.rows, numbers, is_new=is_new)
    lines: dict[str, str] = {}
    after: dict[str, bytes] = {}
    if known is None:
        supplier, others = _supplier(suppliers.rows, document, numbers)
        if not is_new:
            _refuse_namesake(suppliers.rows, supplier)
        lines[SUPPLIERS_FILE] = suppliers.line(supplier)
        after[SUPPLIERS_FILE] = suppliers.with_lines([lines[SUPPLIERS_FILE]])
        if others:
            rows = [added.line(row) for row in others]
            lines[IDENTIFIERS_FILE] = "\n".join(rows)
            after[IDENTIFIERS_FILE] = added.with_lines(rows)
    else:
        supplier = known
        _refuse_if_usable(supplier, accounts.rows, company_code)
    own = [row for row in accounts.rows if row["company_code"] == company_code]
    existing = _existing_account(own, supplier, account_code, is_new=is_new)
    if existing is None:
        account = _account(own, company_code, supplier, account_code)
        line = accounts.line(account)
        after[ACCOUNTS_FILE] = accounts.with_lines([line])
    else:
        account = {**existing, "counterparty_code": supplier["counterparty_code"]}
        line = accounts.line(account)
        after[ACCOUNTS_FILE] = accounts.with_row(existing, line)
    lines[ACCOUNTS_FILE] = line
    contents = {SUPPLIERS_FILE: suppliers.content, ACCOUNTS_FILE: accounts.content}
    before = {name: (contents | {IDENTIFIERS_FILE: added_before})[name] for name in lines}
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


def _document_numbers(document: Mapping[str, object]) -> set[tuple[str, str]]:
    """The numbers by which the document's supplier can be recognised, by scheme. Texts that are none are left
    out.

    Raises:
        OperatingError: if there is none.
    """
    stored = str(document.get("supplier_identifiers") or "")
    found = {(part.partition(":")[0], part.partition(":")[2]) for part in stored.split()}
    if not found:
        country = str(document["supplier_country_code"] or "IT")
        numbers = {
            VAT: vat_identifier(country, str(document["supplier_vat_number"] or "")),
            TAX: spelled(TAX, str(document["supplier_tax_code"] or "")),
        }
        found = {(scheme, number) for scheme, number in numbers.items() if number is not None}
    if not found:
        raise OperatingError(
            "the document has neither a VAT number nor a tax code nor a registration of its supplier: add it "
            "to counterparties.csv yourself"
        )
    return found


def _known(
    rows: Iterable[Row], added: Iterable[Row], numbers: set[tuple[str, str]], *, is_new: bool
) -> Row | None:
    """The row of the file that bears the numbers of the document's supplier; None for a new supplier.

    Raises:
        OperatingError: if the numbers are those of several, or of one who lacks others of them; the message
            says what to do. With `is_new` another tax code beside a VAT number makes a member of a VAT group.
    """
    by_code: dict[str, list[Row]] = {}
    for each in added:
        by_code.setdefault(each["counterparty_code"], []).append(each)
    own = {
        row["counterparty_code"]: (row, numbers_of(row, by_code.get(row["counterparty_code"], ())))
        for row in rows
    }
    hits = {code: numbers & theirs for code, (_, theirs) in own.items() if numbers & theirs}
    if not hits:
        return None
    known = set().union(*hits.values())
    fitting = [code for code, hit in hits.items() if hit == known]
    strangers = sorted(
        number
        for number in numbers - known
        if number[0] == VAT or (number[0] == TAX and number[1].startswith("IT"))
    )
    if len(fitting) == 1 and not strangers:
        return own[fitting[0]][0]
    is_member = {scheme for scheme, _ in known} == {VAT} and {scheme for scheme, _ in strangers} == {TAX}
    if is_new and is_member:
        return None
    said = ", ".join(f"{scheme} {number}" for scheme, number in sorted(known))
    codes = ", ".join(sorted(hits))
    if not strangers:
        raise OperatingError(f"{said}: these are numbers of {codes}, and one supplier is meant: correct them")
    other = ", ".join(f"{scheme} {number}" for scheme, number in strangers)
    member = "; if it is another member of a VAT group then say --new" if is_member else ""
    raise OperatingError(
        f"{codes} has {said}, and the document bears {other} too: if that is theirs then "
        f"`partita add-identifier {fitting[0] if len(fitting) == 1 else 'CODE'} {' '.join(strangers[0])}`"
        f"{member}"
    )


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


def _supplier(
    rows: Iterable[Row], document: Mapping[str, object], numbers: set[tuple[str, str]]
) -> tuple[Row, list[Row]]:
    """The row of the supplier, and those of the numbers for which it has no column."""
    rows = list(rows)
    used = {row["counterparty_code"] for row in rows}
    numbered = [row["counterparty_code"] for row in rows if row["counterparty_kind"] == "supplier"]
    name = str(document["supplier_name"] or "").strip()
    if not name:
        raise OperatingError("the document does not name its supplier: add it to counterparties.csv yourself")
    code = next_code(numbered, used) or FIRST_CODE
    written = str(document["supplier_country_code"] or "IT")
    vat_numbers = sorted(number for scheme, number in numbers if scheme == VAT)
    header = vat_identifier(written, str(document["supplier_vat_number"] or ""))
    vat_number = header if header in vat_numbers else next(iter(vat_numbers), None)
    country = vat_number[:2] if vat_number else vat_country(written)
    tax_codes = sorted(number for scheme, number in numbers if scheme == TAX)
    tax_code = next((number for number in tax_codes if number[:2] in ("IT", country)), None)
    columns = {(VAT, vat_number), (TAX, tax_code)}
    supplier: Row = {
        "counterparty_code": code,
        "counterparty_name": name[:LONGEST_NAME].rstrip(),
        "counterparty_kind": "supplier",
        "country_code": country,
        "vat_number": "" if vat_number is None else vat_number[2:],
        "tax_code": "" if tax_code is None else tax_code[2:],
    }
    others: list[Row] = [
        {"counterparty_code": code, "scheme_code": scheme, "identifier": number}
        for scheme, number in sorted(numbers)
        if (scheme, number) not in columns
    ]
    return supplier, others


def _account(own: list[Row], company_code: str, supplier: Row, account_code: str | None) -> Row:
    used = {row["account_code"] for row in own}
    suppliers = [row for row in own if row["account_kind"] == "supplier"]
    code = account_code or next_code([row["account_code"] for row in suppliers], used)
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


def next_code(codes: Iterable[str], used: set[str]) -> str | None:
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
