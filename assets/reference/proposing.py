"""Proposes the rows of the reference files that make the supplier of an e-invoice known, and appends them.

Belongs here: the next free codes, and writing a row as its file is written. Does not: whose document it is
(`assets.ledger.document_reports`) and what the rows must be (`assets.reference.schemas`).
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
class _CsvFile:
    """A reference file as it is written: its bytes, its header, its rows, and how its lines look."""

    content: bytes
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    separator: str
    line_end: str

    def line(self, row: Row) -> str:
        """The row as a line of this file, without its end."""
        stream = io.StringIO()
        writer = csv.writer(stream, delimiter=self.separator, lineterminator="")
        writer.writerow([row.get(name, "") for name in self.header])
        return stream.getvalue()

    def with_line(self, line: str) -> bytes:
        """The file with one more line."""
        end = self.line_end.encode()
        gap = b"" if self.content.endswith(b"\n") else end
        return self.content + gap + line.encode() + end


@dataclass(frozen=True, slots=True)
class SupplierProposal:
    """Who becomes known with which account, the lines to append by file name, what the files hold now, and
    what they would hold then.
    """

    counterparty_code: str
    company_code: str
    account_code: str
    lines: Mapping[str, str]
    before: Mapping[str, bytes]
    after: Mapping[str, bytes]


def propose(
    folder: Path, document: Mapping[str, object], account_code: str | None = None
) -> SupplierProposal:
    """The rows for the supplier of a document (columns as `report_document`), with the next free codes.

    A supplier that the file knows and that has no account in the company yet needs the account only. The
    IBAN is left blank: who pays asks the supplier for it.

    Raises:
        OperatingError: if the supplier is known and has an account, or the document's data do not do, or
            there is no free code, or a file cannot be read.
    """
    company_code = str(document["company_code"] or "")
    if not company_code:
        raise OperatingError("the document is addressed to none of our companies: mend companies.csv first")
    suppliers, accounts = _read(folder / SUPPLIERS_FILE), _read(folder / ACCOUNTS_FILE)
    known = _known(suppliers.rows, document)
    lines: dict[str, str] = {}
    if known is None:
        supplier = _supplier(suppliers.rows, document)
        lines[SUPPLIERS_FILE] = suppliers.line(supplier)
    else:
        supplier = known
        _refuse_if_usable(supplier, accounts.rows, company_code)
    own = [row for row in accounts.rows if row["company_code"] == company_code]
    account = _account(own, company_code, supplier, account_code)
    lines[ACCOUNTS_FILE] = accounts.line(account)
    files = {SUPPLIERS_FILE: suppliers, ACCOUNTS_FILE: accounts}
    return SupplierProposal(
        supplier["counterparty_code"],
        company_code,
        account["account_code"],
        lines,
        {name: files[name].content for name in lines},
        {name: files[name].with_line(line) for name, line in lines.items()},
    )


def accept_supplier(folder: Path, proposal: SupplierProposal) -> None:
    """Appends the rows: each file is replaced by one that holds them, or stays as it is.

    Raises:
        OperatingError: if the reference data would be wrong with the rows. Nothing is written then.
        TransientError: if a file changed since the proposal, or cannot be written.
    """
    try:
        with TemporaryDirectory() as trial:
            for path in folder.glob("*.csv"):
                shutil.copyfile(path, Path(trial) / path.name)
            for name, content in proposal.after.items():
                (Path(trial) / name).write_bytes(content)
            findings = read_reference(Path(trial), {}).findings
        if findings:
            first = findings[0]
            raise OperatingError(
                f"nothing was written, since the reference data would be wrong: {first.source_file}:"
                f"{first.line_number or 1} {first.field or ''}: expected {first.expected_text}"
            )
        for name, content in proposal.before.items():
            if (folder / name).read_bytes() != content:
                raise TransientError(f"{name} was changed meanwhile; nothing was written: try again")
        # The supplier first: a crash in between leaves it without an account, which is proposed then.
        for name, content in proposal.after.items():
            _replace(folder / name, content)
    except OSError as error:
        raise TransientError(f"cannot write to {folder}: {error.strerror}") from error


def _read(path: Path) -> _CsvFile:
    try:
        content = path.read_bytes()
        text = content.removeprefix(_BOM).decode("utf-8")
    except OSError as error:
        raise OperatingError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise OperatingError(f"{path} is no text in UTF-8") from error
    first = text.split("\n", 1)[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    header, *rows = [[cell.strip() for cell in row] for row in reader if any(cell.strip() for cell in row)]
    return _CsvFile(
        content,
        tuple(header),
        tuple(dict(zip(header, row, strict=False)) for row in rows),
        separator,
        "\r\n" if first.endswith("\r") else "\n",
    )


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


def _replace(path: Path, content: bytes) -> None:
    """Replaces a file by another content, whole or not at all."""
    with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".tmp", delete=False) as new:
        temporary = Path(new.name)
        try:
            new.write(content)
            new.flush()
            os.fsync(new.fileno())
            shutil.copymode(path, temporary)
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
