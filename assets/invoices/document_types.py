"""The types of documents (`document_types.csv`): what each code means, and what becomes of such a document.

Belongs here: the code lists of FatturaPA (TipoDocumento) and of EN 16931 (UNTDID 1001). Does not: what a
document must have beside its type (the statement `check_types`).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

FATTURAPA: Final = "fatturapa"
EN16931: Final = "en16931"

TREATMENTS: Final = (
    "register",
    "advance",
    "corrected",
    "vat",
    "payable",
    "self_billed",
    "proforma",
    "own",
    "report",
)
"""register: as an invoice or credit note; advance: to the supplier's advance account; corrected: an invoice
that replaces another one or adds to it; vat: registered where it has a VAT breakdown; payable: registered
where it asks for an amount. The others are not registered (R08): self_billed is the buyer's document for the
seller, own what the buyer or the seller made for himself, report what the buyer reports to the authority,
proforma no invoice yet."""


@dataclass(frozen=True, slots=True)
class DocumentType:
    """One row of `document_types.csv`.

    `document_type` is the type that rules of invoice_rules.csv and the ledger know: the Italian one, or the
    code itself where there is none.
    """

    syntax: str
    type_code: str
    document_type: str
    treatment: str
    is_credit_note: bool
    description: str
    source: str


@cache
def document_types() -> tuple[DocumentType, ...]:
    """Every row, in the order of the file.

    Raises:
        ValueError: if a code is listed twice, or has an unknown treatment.
    """
    text = resources.files("assets.invoices").joinpath("document_types.csv").read_text("utf-8")
    rows = [
        DocumentType(
            row["syntax"],
            row["type_code"],
            row["document_type"],
            row["treatment"],
            row["is_credit_note"] == "true",
            row["description"],
            row["source"],
        )
        for row in csv.DictReader(text.splitlines(), strict=True)
    ]
    if len({(row.syntax, row.type_code) for row in rows}) != len(rows):
        raise ValueError("document_types.csv lists a code twice")
    unknown = {row.treatment for row in rows} - set(TREATMENTS)
    if unknown:
        raise ValueError(f"document_types.csv has unknown treatments: {', '.join(sorted(unknown))}")
    return tuple(rows)


@cache
def types_of(syntax: str) -> Mapping[str, DocumentType]:
    """The types of one code list, by their codes."""
    return {row.type_code: row for row in document_types() if row.syntax == syntax}
