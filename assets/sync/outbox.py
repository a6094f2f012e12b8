"""The outbox of one company: what is due, and what became of it, each noted in a transaction of the ledger.

Belongs here: the states of an invoice on its way to a program, as they stand in the ledger. Does not: calls
to a program, and when they are made (`assets.sync.syncing`).

An invoice is *reserved* when a sync takes it up, *pending* before the call that may book it, then *booked*,
*rejected* or *unknown*. A sync that died leaves reserved ones, of which nothing was sent, and pending ones,
which are as good as unknown: they are looked up and never just sent again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import pyarrow as pa

from assets.ledger.audit import Change, record_change
from assets.ledger.store import Ledger, utc_now
from assets.statements import records, statement
from assets.sync.errors import Explanation
from assets.sync.model import BookedInvoice, Customer, SalesInvoice, SalesLine

CHANGE_SCHEMA: Final = pa.schema(
    [
        ("invoice_id", pa.int64()),
        ("company_code", pa.string()),
        ("program", pa.string()),
        ("address", pa.string()),
        ("state", pa.string()),
        ("journal_code", pa.string()),
        ("customer_id", pa.string()),
        ("program_id", pa.string()),
        ("registration_number", pa.string()),
        ("error_code", pa.string()),
        ("error_detail", pa.string()),
    ]
)

READ_BACK_SCHEMA: Final = pa.schema(
    [("invoice_id", pa.int64()), ("drift_code", pa.string()), ("drift_detail", pa.string())]
)

NUMBERED_SCHEMA: Final = pa.schema(
    [
        ("invoice_id", pa.int64()),
        ("company_code", pa.string()),
        ("journal_code", pa.string()),
        ("document_date", pa.date32()),
        ("ordinal", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True)
class OutboxInvoice:
    """A booked invoice with the codes of the program in it, and where it stands in the outbox.

    `state`, `program` and `address` are None where it was never reserved. `pending_at` (UTC) is when the
    last batch with it was noted as pending; of an unknown one, a moment after the call that may have booked
    it began. `program_id` is the program's own key of what it booked; None also where a person entered it.
    """

    invoice_id: int
    document: SalesInvoice
    state: str | None = None
    program: str | None = None
    address: str | None = None
    pending_at: dt.datetime | None = None
    customer_id: str | None = None
    registration_number: str | None = None
    program_id: str | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """Which invoices of a company are meant: those of these files (`keys`, None: of all), `only` those with
    these references or document numbers (None: all), and none that is older than `start_date` (T10).
    """

    keys: tuple[str, ...] | None = None
    only: tuple[str, ...] | None = None
    start_date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class StateChange:
    """What happened to an invoice: its new state, and what the program said or what went wrong.

    `entered_number`: the number under which a person entered it in the program, which did not say so itself.
    """

    invoice: OutboxInvoice
    state: str
    booked: BookedInvoice | None = None
    error: Explanation | None = None
    customer_id: str | None = None
    entered_number: str | None = None


@dataclass(frozen=True, slots=True)
class Journals:
    """Our codes of the journals that invoices and credit notes go to (T07)."""

    invoices: str
    credit_notes: str


@dataclass(slots=True)
class Outbox:
    """The outbox of one company and the program it uses now. Every method is one transaction or one look.

    `address` says where the program is and which of its books are meant; blank for the ledger itself.
    """

    ledger: Ledger
    workbench: duckdb.DuckDBPyConnection
    company_code: str
    program: str
    run_id: str
    journals: Journals
    address: str = ""

    def due(self, selection: Selection) -> list[OutboxInvoice]:
        """The booked invoices that are not in a program yet, by document date and number."""
        return self._invoices(selection, None)

    def booked_since(self, moment: dt.datetime) -> list[OutboxInvoice]:
        """The invoices that this program booked since then (UTC), by document date and number."""
        return self._invoices(Selection(), moment)

    def _invoices(self, selection: Selection, booked_since: dt.datetime | None) -> list[OutboxInvoice]:
        with self.ledger.reading() as connection:
            headers = records(
                connection,
                "sync",
                "invoice_to_sync",
                {
                    "company_code": self.company_code,
                    "program": self.program,
                    "keys": None if selection.keys is None else list(selection.keys),
                    "only": None if selection.only is None else list(selection.only),
                    "start_date": selection.start_date,
                    "booked_since": booked_since,
                },
            )
            codes = _Codes(connection, self.company_code)
            lines = _lines(connection, [row["invoice_id"] for row in headers], codes)
        return [_invoice(row, tuple(lines[row["invoice_id"]]), codes, self.journals) for row in headers]

    def note(self, changes: Iterable[StateChange]) -> None:
        """Writes new states, durable when it returns; nothing is written where nothing changed."""
        rows = [self._row(each) for each in changes]
        if not rows:
            return
        with self._transaction("sync sales invoices"):
            self._write(rows)

    def decide(self, changes: StateChange, change: Change) -> None:
        """Writes the state that a person says an invoice has, and the record of that, both or neither."""
        with self._transaction(change.action):
            self._write([self._row(changes)])
            record_change(self.workbench, change)

    def number(self, invoices: Sequence[OutboxInvoice]) -> list[StateChange]:
        """Gives the next registration numbers of our own to these invoices, which are booked with it."""
        if not invoices:
            return []
        numbered = [
            {
                "invoice_id": each.invoice_id,
                "company_code": self.company_code,
                "journal_code": each.document.journal_code,
                "document_date": each.document.document_date,
                "ordinal": ordinal,
            }
            for ordinal, each in enumerate(invoices)
        ]
        by_id = {each.invoice_id: each for each in invoices}
        with self._transaction("number sales invoices"):
            self.workbench.register("numbered", pa.Table.from_pylist(numbered, NUMBERED_SCHEMA))
            self.workbench.execute(statement("sync", "number_in_ledger"))
            changes = [
                StateChange(by_id[row["invoice_id"]], "booked", self._own(by_id[row["invoice_id"]], row))
                for row in records(self.workbench, "sync", "number_of_invoice")
            ]
            self.workbench.unregister("numbered")
            self._write([self._row(each) for each in changes])
        return changes

    def note_customers(self, made: Mapping[str, str]) -> None:
        """Remembers that customers were made in the program: its keys by our codes."""
        if not made:
            return
        with self._transaction("note customers"):
            rows = pa.table({"customer_code": list(made), "customer_id": list(made.values())})
            self.workbench.register("made", rows)
            self.workbench.execute(statement("sync", "insert_sync_customer"), self._of_run())
            self.workbench.unregister("made")

    def note_problems(self, problems: Iterable[Explanation]) -> None:
        """Remembers what was wrong with the sync as a whole."""
        found = list(problems)
        if not found:
            return
        with self._transaction("note problems of a sync"):
            for each in found:
                parameters = {"error_code": each.sync_error_code, "error_detail": each.detail}
                self.workbench.execute(statement("sync", "insert_sync_problem"), self._of_run() | parameters)

    def note_read_back(self, drift: Mapping[int, Explanation | None]) -> None:
        """Writes what reading back found of booked invoices, by their ids; None: it is as it was sent."""
        if not drift:
            return
        rows = [
            {
                "invoice_id": invoice_id,
                "drift_code": each.sync_error_code if each else None,
                "drift_detail": each.detail if each else None,
            }
            for invoice_id, each in drift.items()
        ]
        with self._transaction("note what programs hold"):
            self.workbench.register("read_back", pa.Table.from_pylist(rows, READ_BACK_SCHEMA))
            self.workbench.execute(statement("sync", "update_drift"), {"now": utc_now()})
            self.workbench.unregister("read_back")

    def _transaction(self, purpose: str) -> Any:
        return self.ledger.transaction(self.workbench, purpose)

    def _of_run(self) -> dict[str, object]:
        return {
            "company_code": self.company_code,
            "program": self.program,
            "run_id": self.run_id,
            "now": utc_now(),
        }

    def _write(self, rows: list[dict[str, object]]) -> None:
        self.workbench.register("state_change", pa.Table.from_pylist(rows, CHANGE_SCHEMA))
        parameters = {"now": utc_now(), "run_id": self.run_id}
        self.workbench.execute(statement("sync", "update_outbox"), parameters)
        self.workbench.execute(statement("sync", "insert_sync_event"), parameters)
        self.workbench.unregister("state_change")

    def _row(self, changes: StateChange) -> dict[str, object]:
        booked = changes.booked
        return {
            "invoice_id": changes.invoice.invoice_id,
            "company_code": self.company_code,
            "program": self.program,
            "address": self.address,
            "state": changes.state,
            "journal_code": changes.invoice.document.journal_code,
            "customer_id": (booked.customer_id if booked else None) or changes.customer_id,
            "program_id": booked.program_id if booked else None,
            "registration_number": booked.registration_number if booked else changes.entered_number,
            "error_code": changes.error.sync_error_code if changes.error else None,
            "error_detail": changes.error.detail if changes.error else None,
        }

    @staticmethod
    def _own(invoice: OutboxInvoice, row: Mapping[str, Any]) -> BookedInvoice:
        return BookedInvoice(
            invoice.document.reference, str(invoice.invoice_id), str(row["registration_number"])
        )


class _Codes:
    """The program's codes for ours; a code that is not mapped is the same in the program."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, company_code: str) -> None:
        rows = records(connection, "sync", "code_map", {"company_code": company_code})
        self._codes = {(row["code_kind"], row["our_code"]): str(row["program_code"]) for row in rows}

    def of(self, kind: str, our_code: str) -> str:
        return self._codes.get((kind, our_code), our_code)


def _lines(
    connection: duckdb.DuckDBPyConnection, invoice_ids: list[int], codes: _Codes
) -> dict[int, list[SalesLine]]:
    lines: dict[int, list[SalesLine]] = {invoice_id: [] for invoice_id in invoice_ids}
    for row in records(connection, "sync", "line_to_sync", {"invoice_ids": invoice_ids}):
        lines[row["invoice_id"]].append(
            SalesLine(
                row["line_number"],
                row["description"] or "",
                row["net_amount"],
                codes.of("account", row["account_code"]),
                codes.of("vat_code", row["vat_code"]),
                row["vat_rate"],
            )
        )
    return lines


def _invoice(
    row: Mapping[str, Any], lines: tuple[SalesLine, ...], codes: _Codes, journals: Journals
) -> OutboxInvoice:
    journal = journals.credit_notes if row["is_credit_note"] else journals.invoices
    customer = Customer(
        row["customer_code"],
        row["customer_name"],
        row["customer_country_code"],
        row["customer_vat_number"],
        row["customer_tax_code"],
        row["customer_address"],
        row["customer_postal_code"],
        row["customer_city"],
    )
    document = SalesInvoice(
        row["reference"],
        row["is_credit_note"],
        row["document_number"],
        row["document_date"],
        row["due_date"],
        row["currency_code"],
        codes.of("journal", journal),
        customer,
        lines,
        row["net_amount"],
        row["vat_amount"],
        row["total_amount"],
    )
    return OutboxInvoice(
        row["invoice_id"],
        document,
        row["state"],
        row["program"],
        row["address"],
        row["pending_at"],
        row["customer_id"],
        row["registration_number"],
        row["program_id"],
    )
