"""Adds a number to a counterparty: a row of counterparty_identifiers.csv, by which documents recognise it.

Belongs here: what the file holds already, and the row. Does not: what a number must be
(`assets.reference.identifiers`), and how a file is written (`assets.reference.csv_files`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assets.errors import OperatingError
from assets.findings import in_words
from assets.reference.csv_files import CsvFile, read_csv_file, replace_files
from assets.reference.identifiers import identifier_problem, numbers_of, schemes, spelled

IDENTIFIERS_FILE: Final = "counterparty_identifiers.csv"
_COUNTERPARTIES_FILE: Final = "counterparties.csv"
_COLUMNS: Final = ("counterparty_code", "scheme_code", "identifier", "valid_from", "valid_to")


@dataclass(frozen=True, slots=True)
class IdentifierProposal:
    """A number to add: the line, what the file holds now (None: it is not there), and what it would hold."""

    counterparty_code: str
    scheme_code: str
    line: str
    before: bytes | None
    after: bytes


def read_identifiers(folder: Path) -> tuple[CsvFile, bytes | None]:
    """The file as it is written, and its bytes; one with a header alone, and None, if there is none."""
    path = folder / IDENTIFIERS_FILE
    if not path.exists():
        header = ",".join(_COLUMNS)
        return CsvFile(f"{header}\n".encode(), _COLUMNS, (), (), ",", "\n"), None
    file = read_csv_file(path)
    return file, file.content


def propose_identifier(
    folder: Path,
    counterparty_code: str,
    scheme: str,
    identifier: str,
    valid_from: str | None = None,
    valid_to: str | None = None,
) -> IdentifierProposal:
    """The row that gives a counterparty one more number, from a day and to a day (YYYY-MM-DD) if given.

    The scheme is its code, or another name of it such as `GLN`; the number is written as it is compared.

    Raises:
        OperatingError: if there is no such counterparty or scheme, the number can be none of it, it has the
            number already, or a file cannot be read.
    """
    rows = read_csv_file(folder / _COUNTERPARTIES_FILE).rows
    row = next((each for each in rows if each["counterparty_code"] == counterparty_code), None)
    if row is None:
        raise OperatingError(f"{_COUNTERPARTIES_FILE} has no counterparty {counterparty_code}")
    code = _scheme_code(scheme)
    problem = identifier_problem(code, identifier)
    if problem is not None:
        raise OperatingError(f"{scheme} {identifier}: expected {in_words(problem[1], '')}")
    number = spelled(code, identifier)
    file, before = read_identifiers(folder)
    added = [each for each in file.rows if each["counterparty_code"] == counterparty_code]
    if (code, number) in numbers_of(row, added):
        raise OperatingError(f"{counterparty_code} {row['counterparty_name']} has {code} {number} already")
    values = (counterparty_code, code, number, valid_from, valid_to)
    line = file.line({name: value or "" for name, value in zip(_COLUMNS, values, strict=True)})
    return IdentifierProposal(counterparty_code, code, line, before, file.with_lines([line]))


def add_identifier(folder: Path, proposal: IdentifierProposal) -> None:
    """Writes the row: the file is replaced by one that holds it, or stays as it is.

    Raises:
        OperatingError: if the reference data would be wrong with it, as when another supplier has the number.
        TransientError: if the file changed since the proposal, or cannot be written.
    """
    files: Mapping[str, bytes | None] = {IDENTIFIERS_FILE: proposal.before}
    replace_files(folder, files, {IDENTIFIERS_FILE: proposal.after})


def _scheme_code(name: str) -> str:
    """The code of a scheme that a person may name otherwise; numbers of tax offices become VAT or TAX."""
    for scheme in schemes().values():
        if name.upper() in scheme.spellings:
            kinds = {"vat": "VAT", "tax": "TAX"}
            return kinds.get(scheme.kind, scheme.scheme_code)
    return name
