"""Reads registered documents again by the present rules, and says where they would be booked otherwise.

Belongs here: judging what was read as if it came now, beside what is booked. Does not: where the files stand
(`orchestration.reading_again`), and booking a document anew (`assets.corrections.changing`).
"""

from __future__ import annotations

import datetime as dt
import shlex
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import duckdb

from assets.invoices.prepare import PreparedDelivery
from assets.invoices.registering import lay_out, recognise
from assets.invoices.rules import READING_RULES
from assets.money import format_amount
from assets.statements import records, statement

Row = dict[str, Any]

_OTHER_CODES: Final = ("R01", "R06", "R07", "R14", "R15", "similar_document")
"""What keeps a document out for the sake of other documents (a check of its own lists two that are one), or
of what changes with time: periods, exchange rates, posting rules and the supplier's memory.
"""

_SHOWN: Final = (
    "document_id",
    "company_code",
    "counterparty_code",
    "supplier_name",
    "document_number",
    "document_date",
    "rules_version",
)


@dataclass(slots=True)
class Readings:
    """What became of documents that were read again.

    `agreeing` are the documents of which nothing differs, with their registrations. `differing` and
    `unreadable` have a row for each other document: what differs and which commands change it, or why it
    cannot be read.
    """

    agreeing: dict[int, int] = field(default_factory=dict)
    differing: list[Row] = field(default_factory=list)
    unreadable: list[Row] = field(default_factory=list)

    @property
    def document_count(self) -> int:
        """All documents that were to be read again."""
        return len(self.agreeing) + len(self.differing) + len(self.unreadable)


def older_readings(
    ledger: duckdb.DuckDBPyConnection, *, company: str | None = None, delivery: str | None = None
) -> list[Row]:
    """The registered documents that older rules read, each with every dropped file in which it came."""
    parameters = {"rules_version": READING_RULES, "company": company, "delivery": delivery}
    return records(ledger, "invoices", "read_by_older_rules", parameters)


def read_again(
    workbench: duckdb.DuckDBPyConnection, prepared: PreparedDelivery, now: dt.datetime
) -> Readings:
    """Within a transaction of the ledger that is rolled back: judges the documents of these files as if they
    came now, with what a person chose for each. The reference tables stand on the workbench.
    """
    by_rules = {"rules_version": READING_RULES}
    lay_out(workbench, prepared)
    workbench.execute(statement("invoices", "older_reading"), by_rules)
    workbench.execute(statement("invoices", "reopen_older_readings"), by_rules)
    workbench.execute(statement("invoices", "no_doc_question"))
    recognise(workbench, now)
    differences = _by_document(
        records(workbench, "invoices", "reading_difference", {"other_codes": list(_OTHER_CODES)})
    )
    items = _by_document(
        records(workbench, "invoices", "older_reading_item", {"document_ids": list(differences)})
    )
    found = Readings()
    for row in records(workbench, "invoices", "older_reading_shown"):
        number = row["document_id"]
        if number not in differences:
            found.agreeing[number] = row["registration_id"]
            continue
        found.differing.append(
            {name: row[name] for name in _SHOWN}
            | {
                "differences": [_as_text(each) for each in differences[number]],
                "items": items[number],
                "commands": list(_commands(row, items[number])),
            }
        )
    return found


def note_agreeing(workbench: duckdb.DuckDBPyConnection, registration_ids: Sequence[int]) -> None:
    """Within a transaction: the present rules read these documents as they are booked. No more is written."""
    parameters = {"registration_ids": list(registration_ids), "rules_version": READING_RULES}
    workbench.execute(statement("invoices", "note_reading_rules"), parameters)


def _by_document(found: list[Row]) -> dict[int, list[Row]]:
    """The rows of each document, without its number."""
    of_document: dict[int, list[Row]] = defaultdict(list)
    for row in found:
        of_document[row.pop("document_id")].append(row)
    return of_document


def _as_text(row: Mapping[str, Any]) -> Row:
    """A field as it is registered and as it is read now, amounts with the decimals of their currency."""

    def text(name: str) -> str | None:
        amount = row[f"{name}_amount"]
        return row[name] if amount is None else format_amount(amount, row["currency_code"])

    return {
        "field": row["field"],
        "registered": text("registered"),
        "read": text("read"),
        "currency_code": row["currency_code"],
    }


def _commands(row: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What takes the registration out and makes a new one: what is settled is opened again first."""
    for item in items:
        if item["settled_by"] is not None:
            yield f"partita reopen {item['company_code']}:{item['open_item_key']} --reason ..."
    chosen = [
        f"--{option} {shlex.quote(row[name])} "
        for option, name in (("account", "decided_account_code"), ("vat-code", "decided_vat_code"))
        if row[name] is not None
    ]
    if row["is_choice_remembered"]:
        chosen.append("--remember ")
    yield f"partita change D{row['document_id']} {''.join(chosen)}--reason ..."
