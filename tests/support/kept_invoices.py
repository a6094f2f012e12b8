"""Kept files of the documents of the ledger of version 11, whose own were never written.

What belongs here: files that hold those documents, and putting them where the ledger looks for them. What
does not: expectations.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from assets.detection.keys import file_key
from assets.home import Home
from samples.invoice_files import body, fatturapa, line, party, payment, payments, summary, ubl
from tests.support.ledgers import LedgerHome

CUSTOMER: Final = party("09990019995", name="Company ALBA")
STEEL: Final = party("09990149990", name="Acciai Montevuoto S.p.A.", tax_code="09990149990")
STRANGE: Final = party("09990149990", name="Acciai Montevuoto S.p.A.", tax_code="09990229990")
TRANSPORT: Final = party("09990159999", name="Trasporti Rondinella", tax_code="09990159999")
GROUP: Final = party("09990189996", name="Counterparty G001", tax_code="09990199995")


def _italian(number: str, supplier: str, *amounts: str, due: tuple[str, ...] = ()) -> bytes:
    taxable, vat, total = amounts or ("100.00", "22.00", "122.00")
    paid = [payments(*(payment("61.00", day, iban=None) for day in due))] if due else []
    lines, summaries = [line(1, taxable, description="Steel bars")], [summary(taxable, vat)]
    document = body(number, date="2026-10-15", total=total, lines=lines, summaries=summaries, paid=paid)
    return fatturapa(document, form="FPA12", supplier=supplier, customer=CUSTOMER).encode()


def _advance_paid(number: str) -> bytes:
    """UBL of 122.00, of which 22.00 were paid before; the rest is due on a day that stands there."""
    text = ubl(number, rate="22", due="2026-11-30")
    for old, new in (
        ("242.00", "122.00"),
        ("200.00", "100.00"),
        ("42.00", "22.00"),
        ('currencyID="EUR">0.00<', 'currencyID="EUR">22.00<'),
        ('PayableAmount currencyID="EUR">122.00', 'PayableAmount currencyID="EUR">100.00'),
        ("2026-10-16", "2026-10-15"),
        ("ESB12345674", "IT09990149990"),
        ("B12345674", "09990149990"),
        ("Olivares S.L.", "Acciai Montevuoto S.p.A."),
        (">ES<", ">IT<"),
    ):
        assert old in text, f"the file has {old}"
        text = text.replace(old, new)
    return text.replace(text.split("IT")[-1].split("<")[0], "09990019995").encode()


FILES: Final[Mapping[int, bytes]] = MappingProxyType(
    {
        2: _italian("2/A", STEEL, due=("2026-11-30", "2026-12-31")),
        3: _italian("B48", GROUP),
        5: _italian("RE 77", STEEL),
        6: _italian("RE  77", STEEL, "50.00", "11.00", "61.00"),
        7: _italian("G1", GROUP),
        10: _italian("W1", STRANGE),
        11: _italian("W2", TRANSPORT),
        12: _advance_paid("W3"),
    }
)
"""By document. D10 bears a tax code that its supplier has not; of D12 something was paid before. The others
say what is booked; D4 has no file.
"""


def keep(home: LedgerHome, document_id: int, data: bytes) -> Path:
    """Keeps these bytes as the file of a document; where it stands."""
    ((import_id, source_file),) = home.rows(
        "SELECT import_id, source_file FROM ledger.file_import JOIN ledger.document USING (import_id) "
        "WHERE document_id = ?",
        [document_id],
    )
    digest = hashlib.sha256(data).hexdigest()
    key = file_key(str(source_file), digest)
    with home.transaction():
        home.workbench.execute(
            "UPDATE ledger.dropped_file SET file_key = $1, content_sha256 = $2, byte_count = $3 "
            "WHERE file_key = (SELECT min(file_key) FROM ledger.delivered_file WHERE import_id = $4)",
            [key, digest, len(data), import_id],
        )
        home.workbench.execute(
            "UPDATE ledger.delivered_file SET file_key = $1 WHERE import_id = $2", [key, import_id]
        )
        home.workbench.execute(
            "UPDATE ledger.file_import SET partition_key = $1, content_sha256 = $2, byte_count = $3 "
            "WHERE import_id = $4",
            [key, digest, len(data), import_id],
        )
    folder = Home(home.root).processed_invoices
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / key
    path.write_bytes(data)
    return path
