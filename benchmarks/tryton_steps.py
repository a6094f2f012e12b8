"""The step of the benchmark of Tryton: one server, and invoices by turns. In a child."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from assets.sync.model import SalesInvoice
from samples.programs.tryton import TrytonServer, serving
from samples.programs.tryton_documents import customer, invoice
from samples.programs.tryton_targets import tryton_target


def send(count: int) -> dict[str, float]:
    """Seconds for an invoice, over so many by the target and as many by the bare client, by turns.

    The target's first invoice pays for looking up codes, as that of a sync does. The server has booked one
    before, so that neither pays for what it loads at its first.
    """
    spent = {"target": 0.0, "bare": 0.0}
    with tempfile.TemporaryDirectory(prefix="partita-tryton-") as folder, serving(Path(folder)) as server:
        target = tryton_target(server)
        buyer = customer("BENCH")
        customer_id = target.create_customer(buyer)
        bare = _Bare(server, int(customer_id))
        bare.send(invoice("WARM", buyer))
        for number in range(count):
            for name in sorted(spent, reverse=bool(number % 2)):
                document = invoice(f"{name.upper()}{number}", buyer)
                started = time.perf_counter()
                if name == "target":
                    target.create_invoice(document, customer_id)
                else:
                    bare.send(document)
                spent[name] += time.perf_counter() - started
        target.close()
    return {name: seconds / count for name, seconds in spent.items()}


class _Bare:
    """What a script would do that knows every key beforehand and checks nothing."""

    def __init__(self, server: TrytonServer, party: int) -> None:
        self._rest = rest = server.rest
        name = "default_account_receivable"
        self._line = {
            "company": rest.company_id,
            "currency": rest.the_id("currency.currency", [["code", "=", "EUR"]]),
            "type": "line",
            "account": rest.the_id("account.account", [["code", "=", "7001001"]]),
            "quantity": 1,
            "taxes": [["add", [rest.the_id("account.tax", [["name", "=", "22"]])]]],
        }
        self._invoice = {
            "company": rest.company_id,
            "type": "out",
            "party": party,
            "currency": self._line["currency"],
            "invoice_address": rest.find("party.party", [["id", "=", party]], "addresses")[0]["addresses"][0],
            "account": rest.find("account.configuration", [], name)[0][name],
            "journal": rest.the_id("account.journal", [["code", "=", "VEN"]]),
        }

    def send(self, document: SalesInvoice) -> None:
        """Makes a draft, validates it, posts it and reads its number."""
        lines = [
            self._line
            | {
                "description": line.description,
                "unit_price": {"__class__": "Decimal", "decimal": str(line.net_amount)},
            }
            for line in document.lines
        ]
        day = document.document_date
        date: dict[str, Any] = {"__class__": "date", "year": day.year, "month": day.month, "day": day.day}
        own = {"reference": document.reference, "invoice_date": date, "lines": [["create", lines]]}
        made = self._rest.create("account.invoice", self._invoice | own)
        self._rest.press("account.invoice", made["id"], "validate_invoice")
        posted = self._rest.press("account.invoice", made["id"], "post", "number")
        assert posted["number"], "it was booked"
