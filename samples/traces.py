"""The sample company: its traces of October 2026, each with something to show, and those of November.

Special cases stand in `sample_special_cases`. One trace of November pays an instalment that an e-invoice
opens, so it is dropped after the e-invoices.
"""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from samples.company import sample_items, write_sample_reference
from samples.invoices import PAID_NUMBER, paid_item_key, write_sample_invoices
from samples.movements import (
    BANK_CHARGES,
    ORDERS_IN_TRANSIT,
    UNPAID_IN_TRANSIT,
    Movement,
    books,
    numbered,
    operation,
    pays,
)
from samples.sales import write_sample_sales
from samples.special_cases import special_case_traces
from samples.trace_files import (
    Leg,
    TraceLine,
    layout_field,
    render_json,
    render_line,
    render_text,
    with_raw,
)

_LONG_NOTE: Final = (
    "BONIFICO SEPA A VOSTRO FAVORE - ORDINANTE CARPENTERIA LUPINELLA SNC - INFORMAZIONI PER IL BENEFICIARIO: "
    "SALDO FATTURE 403 DEL 18/08/2026 EURO 1830,00 - 404 DEL 02/09/2026 EURO 2440,00 - 405 DEL 21/09/2026 "
    "EURO 976,00 - TOTALE EURO 5246,00 - "
)


def _clean_files() -> dict[str, bytes]:
    """Files in which every movement is posted and every line that names an open item is linked."""
    full_settlements = numbered(
        1,
        operation(
            "ALBA", 1, 1, "ICLI", pays("ALBA-FV-2026-0402-1"), bank_note="BONIFICO OFFICINE DORICA FINTA"
        ),
        operation(
            "ALBA", 2, 1, "PFOR", pays("ALBA-FA-2026-0303-1"), books(BANK_CHARGES, "2.50", "Commissioni")
        ),
    )
    payment_order = operation(
        "ALBA",
        6,
        5,
        "DISP",
        pays("ALBA-FA-2026-0308-1"),
        pays("ALBA-FA-2026-0309-1"),
        account=ORDERS_IN_TRANSIT,
        bill_flag="D",
        reference_number="OP00000017",
    )
    transfer = operation(
        "ALBA", 7, 5, "GIRO", books("1801002", "20000.00", "Giroconto"), payee_account="1801002"
    )
    json_lines = numbered(
        4,
        operation("ALBA", 8, 6, "IRIB", pays("ALBA-FV-2026-0406-1"), account="1801002"),
        operation(
            "ALBA", 9, 6, "PFOR", pays("ALBA-FA-2026-0305-1"), books(BANK_CHARGES, "1.50", "Commissioni")
        ),
    )
    return {
        "RITCOGE_20261001.txt": render_text(full_settlements),
        "RITCOGE_20261002.txt": render_text(numbered(2, _three_invoices_at_once(), *_part_payments())),
        "RITCOGE_20261005.txt": render_text(numbered(3, payment_order, transfer)),
        "RITCOGE_20261006.json": render_json(json_lines),
        "RITCOGE_20261007.txt": render_text(_utf8_lines(), encoding="utf-8", bom=True),
        "RITCOGE_20261008.txt": render_text(_cp1252_lines()),
        "RITCOGE_20261009.txt": render_text(
            _minimal_lines(), width="minimal", newline="\n", final_newline=False
        ),
        "RITCOGE_20261012.txt": render_text(_lines_of_both_companies()),
        "RITCOGE_20261013.txt": render_text(_on_behalf_lines()),
    }


def _three_invoices_at_once() -> Movement:
    """One transfer for three invoices, with a bank note of all the 570 characters that the field holds."""
    note = (_LONG_NOTE * 3)[: layout_field("bank_note").length - 1] + "."
    keys = ("ALBA-FV-2026-0403-1", "ALBA-FV-2026-0404-1", "ALBA-FV-2026-0405-1")
    return operation("ALBA", 3, 2, "ICLI", *(pays(key) for key in keys), bank_note=note)


def _part_payments() -> tuple[Movement, Movement]:
    return (
        operation(
            "ALBA", 4, 2, "ICLI", pays("ALBA-FV-2026-0410-1", "2500.00", "A", note="Acconto ft. FV/410")
        ),
        operation(
            "ALBA", 5, 2, "PFOR", pays("ALBA-FA-2026-0301-1", "4000.00", "A", note="Acconto ft. 1187/A")
        ),
    )


def _utf8_lines() -> list[TraceLine]:
    return numbered(
        5,
        operation(
            "ALBA", 10, 7, "PFOR", pays("ALBA-FA-2026-0310-1", note="Saldo ft. 505 Oliolà: € 1.234,00")
        ),
        operation(
            "ALBA",
            11,
            7,
            "ICLI",
            pays("ALBA-FV-2026-0411-1", note="Utensileria Bricolàna € 1.464,00"),
            bank_note="BONIFICO UTENSILERIA BRICOLÀNA, QUALITÀ € 1.464,00",
        ),
    )


def _cp1252_lines() -> list[TraceLine | str]:
    lines = numbered(
        6,
        operation(
            "ALBA",
            12,
            8,
            "IEST",
            pays("ALBA-FV-2026-0413-1", note="Nirgendheim, Zahlung über € 7.350,00"),
            bank_note="ÜBERWEISUNG WERKZEUG NIRGENDHEIM GMBH € 7.350,00",
        ),
        operation("ALBA", 13, 8, "PFOR", pays("ALBA-FA-2026-0312-1", note="Già concordato, metà € 213,50")),
    )
    # The second movement writes its blank dates as eight zeros, which means the same as eight blanks.
    rendered = [render_line(line) for line in lines]
    zeros = "0" * layout_field("value_date").length
    return [*rendered[:2], *(with_raw(text, "value_date", zeros) for text in rendered[2:])]


def _minimal_lines() -> list[TraceLine]:
    """Lines that end with the account (196 characters) or, where an item is named, with the flag (243)."""
    key = "ALBA-FV-2026-0408-1"
    item = sample_items()[key]
    bare = Leg(item.account_code, -item.original_amount, open_item_key=key, settlement_flag="S")
    lines = numbered(
        7,
        operation("ALBA", 14, 9, "ADDE", books(ORDERS_IN_TRANSIT, "5002.00", reference_number="OP00000017")),
        operation("ALBA", 15, 9, "SPEB", books(BANK_CHARGES, "12.40", "Canone e commissioni")),
        operation(
            "ALBA",
            16,
            9,
            "INSO",
            books(UNPAID_IN_TRANSIT, "1830.00", "Insoluto ft. FV/403"),
            books(BANK_CHARGES, "3.50", "Commissioni insoluto"),
        ),
        operation("ALBA", 17, 9, "ICLI", bare),
    )
    return [
        dataclasses.replace(line, return_year="", return_number=None, operation_description="")
        for line in lines
    ]


def _lines_of_both_companies() -> list[TraceLine]:
    exchange_loss = Leg(
        account="7503001",
        amount=Decimal("0.00"),
        amount_company_currency=Decimal("150.00"),
        overrides={"note": "Differenza cambi", "reason_code": "DCAM"},
    )
    return numbered(
        8,
        operation("ALBA", 18, 12, "ICLI", pays("ALBA-FV-2026-0409-1")),
        operation(
            "BREZZA",
            1,
            12,
            "ICLI",
            pays("BREZZA-FV-2026-0201-1"),
            books(BANK_CHARGES, "3.00", "Commissioni"),
        ),
        operation("BREZZA", 2, 12, "PFOR", pays("BREZZA-FA-2026-0604-1")),
        operation(
            "BREZZA",
            3,
            12,
            "IEST",
            pays("BREZZA-FV-2026-0207-1"),
            exchange_loss,
            account="1801003",
            currency="USD",
            bank_note="INCOMING WIRE NOPLACE GARMENTS INC USD 10,000.00",
        ),
    )


def _on_behalf_lines() -> list[TraceLine]:
    paid_for_brezza = books(
        "1601001",
        "3904.00",
        "Pagato per conto Brezzavana ft. T/118",
        on_behalf_company="BREZZA",
        on_behalf_account="4000102",
    )
    return numbered(
        9,
        operation("ALBA", 19, 13, "COPE", paid_for_brezza),
        operation("BREZZA", 4, 13, "PFOR", pays("BREZZA-FA-2026-0607-1")),
        operation("ALBA", 20, 13, "ICLI", pays("ALBA-FV-2026-0410-1", "3600.00", note="Saldo ft. FV/410")),
    )


def _problem_files(already_written: dict[str, bytes]) -> dict[str, bytes]:
    """Files that each show one kind of problem, most of them beside a movement that has none."""
    wrong_keys = numbered(
        10,
        operation("ALBA", 21, 19, "IEST", pays("ALBA-FV-2026-0414-1", open_item_key="ALBA-FV-2026-0414-9")),
        operation("ALBA", 22, 19, "PFOR", pays("ALBA-FA-2026-0306-1", open_item_key="ALBA-FA-2026-0302-1")),
        operation("ALBA", 23, 19, "ICLI", pays("ALBA-FV-2026-0415-1")),
    )
    wrong_amounts = numbered(
        11,
        operation("ALBA", 24, 20, "ICLI", pays("ALBA-FV-2026-0407-1", "1270.00")),
        operation("ALBA", 25, 20, "PEST", pays("ALBA-FA-2026-0311-1", "9850.00")),
    )
    advance = books("4000009", "2500.00", "Acconto Verniciatura Arcobalena", cash_flow_item="FOR")
    missing_codes = numbered(
        12,
        operation("ALBA", 26, 21, "ICLI", pays("ALBA-FV-2026-0401-1")),
        operation("ALBA", 27, 21, "ACCF", advance),
        operation(
            "ALBA",
            28,
            21,
            "PSDD",
            pays("ALBA-FA-2026-0304-1"),
            operation_description="ADDEBITO DIRETTO SEPA",
        ),
    )
    closed_period = numbered(
        15,
        operation("ALBA", 38, 26, "PFOR", pays("ALBA-FA-2026-0302-1"), operation_date=date(2026, 9, 30)),
        operation("BREZZA", 6, 26, "PEST", pays("BREZZA-FA-2026-0606-1")),
    )
    repeated = numbered(
        16,
        _three_invoices_at_once(),
        operation("BREZZA", 7, 27, "ICLI", pays("BREZZA-FV-2026-0204-1")),
    )
    return {
        "RITCOGE_20261019.txt": render_text(wrong_keys),
        "RITCOGE_20261020.txt": render_text(wrong_amounts),
        "RITCOGE_20261021.txt": render_text(missing_codes),
        "RITCOGE_20261022.txt": render_text(_unreadable_lines()),
        "RITCOGE_20261023.txt": render_text(_unbalanced_lines()),
        "RITCOGE_20261026.txt": render_text(closed_period),
        "RITCOGE_20261027.txt": render_text(repeated),
        "RITCOGE_20261028.txt": already_written["RITCOGE_20261001.txt"],
        "RITCOGE_20261030.txt": (
            b"Cespite;Descrizione;Costo storico;Fondo\r\n"
            b"M-014;Tornio parallelo;48200,00;19280,00\r\n"
            b"M-022;Carrello elevatore;21500,00;6450,00\r\n"
        ),
    }


def _unreadable_lines() -> list[str]:
    """A good movement, then five whose second line cannot be read, each for another reason."""
    keys = (
        "ALBA-FV-2026-0406-2",
        "ALBA-FV-2026-0401-2",
        "ALBA-FA-2026-0302-1",
        "ALBA-FV-2026-0412-1",
        "ALBA-FA-2026-0301-2",
        "ALBA-FV-2026-0410-2",
    )
    movements = []
    for entry, key in enumerate(keys, start=29):
        reason = "ICLI" if "-FV-" in key else "PFOR"
        movements.append(operation("ALBA", entry, 22, reason, pays(key)))
    lines = [render_line(line) for line in numbered(13, *movements)]

    def raw_amount(text: str) -> str:
        field = layout_field("amount")
        return text[field.start : field.end]

    lines[3] = with_raw(lines[3], "amount", raw_amount(lines[3]).replace("61", "6l"))
    lines[5] = with_raw(lines[5], "amount", raw_amount(lines[5]).replace(",", "."))
    lines[7] = with_raw(lines[7], "amount", " " + raw_amount(lines[7])[1:])
    lines[9] = with_raw(lines[9], "operation_date", "20261032")
    lines[11] = lines[11][:150]
    return lines


def _unbalanced_lines() -> list[TraceLine]:
    first, counterpart = operation("ALBA", 36, 23, "ICLI", pays("ALBA-FV-2026-0412-1"))
    ten_short = dataclasses.replace(first, amount=first.amount - Decimal("10.00"))
    return numbered(
        14,
        operation("ALBA", 35, 23, "ICLI", pays("ALBA-FV-2026-0410-3")),
        (ten_short, counterpart),
        operation("BREZZA", 5, 23, "ICLI", pays("BREZZA-FV-2026-0202-1"), view="ledger"),
    )


def sample_traces() -> dict[str, bytes]:
    """The sample's trace files by name, in the order in which they would arrive."""
    clean = _clean_files()
    return clean | _problem_files(clean) | special_case_traces()


def payment_traces() -> dict[str, bytes]:
    """The trace that pays an instalment of an e-invoice: to be dropped once that is registered."""
    day = date(2026, 11, 16)
    instalment = Leg(
        account="4000101",
        amount=Decimal("2928.00"),
        open_item_key=paid_item_key(),
        settlement_flag="S",
        overrides={
            "note": f"Ft. {PAID_NUMBER} (1 di 2)",
            "cash_flow_item": "FOR",
            "due_date": day,
            "document_number": PAID_NUMBER,
            "document_date": date(2026, 10, 12),
            "original_amount": Decimal("2928.00"),
        },
    )
    paid = operation("BREZZA", 8, 16, "PFOR", instalment, month=11)
    return {"RITCOGE_20261116.txt": render_text(numbered(17, paid))}


def write_sample(folder: Path) -> list[Path]:
    """Writes the sample company into `folder`, always the same bytes; returns the traces.

    The traces stand in the folder itself; `reference/`, `invoices/`, `payments/` and `sales/` below it.
    """
    write_sample_reference(folder / "reference")
    write_sample_invoices(folder / "invoices")
    write_sample_sales(folder / "sales")
    payments = folder / "payments"
    payments.mkdir(parents=True, exist_ok=True)
    for name, content in payment_traces().items():
        (payments / name).write_bytes(content)
    paths = []
    for name, content in sample_traces().items():
        (folder / name).write_bytes(content)
        paths.append(folder / name)
    return paths
