"""What right reference data lack all the same: what stands between a new home and its first entry, and
numbers that were mistyped.

No finding: a home may work so, and nothing is refused. The rows are told to whoever asks (`partita reference
check`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import duckdb
from stdnum import iban

from assets.reference.identifiers import has_wrong_digits
from assets.reference.load import ReferenceFrames
from assets.statements import statement

_INPUTS: Final = (
    "company",
    "account",
    "accounting_reason",
    "accounting_period",
    "counterparty",
    "setting",
)


def lacking(read: ReferenceFrames) -> Iterator[str]:
    """Sentences about what is missing, in the order in which a person would write it; none if all is there.

    `read` has the frames of every file and no findings.
    """
    with duckdb.connect(":memory:") as workbench:
        for name in _INPUTS:
            workbench.register(name, read.frames[name])
        rows = workbench.execute(statement("reference", "lacking")).fetchall()
    yield from (sentence for (sentence,) in rows)
    yield from doubtful_numbers(read)


def doubtful_numbers(read: ReferenceFrames) -> Iterator[str]:
    """Sentences about numbers of companies and counterparties whose check digits are wrong: no document that
    bears the right one finds its party, and no payment reaches it.
    """
    for file, frame, code in (
        ("companies.csv", "company", "company_code"),
        ("counterparties.csv", "counterparty", "counterparty_code"),
    ):
        for row in read.frames[frame].to_pylist():
            if row["vat_number"] and has_wrong_digits(row["country_code"], row["vat_number"]):
                yield f"{file}: the VAT number {row['vat_number']} of {row[code]} has wrong check digits"
            if row.get("iban") and not iban.is_valid(row["iban"], check_country=False):
                yield f"{file}: the IBAN {row['iban']} of {row[code]} has wrong check digits"
