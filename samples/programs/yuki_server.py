"""Yuki as far as Partita uses it: sessions, documents, outstanding items, and refusals by HTTP 200.

The behaviour is that of docs/sync-yuki.md; the real service was never asked. Everything happens at the moment
of the clock that the test sets.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final
from xml.sax.saxutils import escape

from lxml import etree

from samples.programs.answering import Call, Program, Reply, SetClock

ACCESS_KEY: Final = "access-key-of-alba"
ADMINISTRATION: Final = "0b7a9a52-1f4c-4bb7-9d6c-6f4a3f3e2a11"
SESSION_SECONDS: Final = 24 * 3600
CALLS_A_DAY: Final = 1_000

_PARAMETERS: Final = {
    ("Sales", "Authenticate"): ("accessKey",),
    ("Sales", "ProcessSalesInvoices"): ("sessionId", "administrationId", "xmlDoc"),
    ("Accounting", "CheckOutstandingItem"): ("sessionID", "Reference"),
}
"""How each operation spells its parameters; one that is spelled otherwise is not there at all."""

MESSAGES: Final[Mapping[str, Mapping[str, str]]] = {
    "EN": {
        "access_key": "The access key is not valid",
        "session": "Invalid session ID",
        "quota": "The maximum number of 1000 webservice calls per day has been reached",
        "vat_number": "VAT number {0} is not valid",
        "not_customer": "Contact {0} is not a debtor",
        "account": "GL account {0} does not exist",
        "no_account": "There is no GL account on line {0}",
        "vat_code": "VAT type {0} does not exist",
        "vat_rate": "VAT percentage {0} does not belong to VAT type {1}",
        "period": "Period {0} is closed",
        "year": "Year {0} is closed",
        "discount": "The discount account has not been set up",
        "exists": "A sales invoice with reference {0} already exists",
        "draft": "The layout is not complete",
        "other": "The project code is mandatory",
    },
    "NL": {
        "access_key": "De toegangssleutel is ongeldig",
        "session": "De sessie is ongeldig",
        "quota": "Het maximum aantal van 1000 aanroepen per dag is bereikt",
        "vat_number": "BTW-nummer {0} is ongeldig",
        "not_customer": "Contact {0} is geen debiteur",
        "account": "Grootboekrekening {0} bestaat niet",
        "no_account": "Er is geen grootboekrekening op regel {0}",
        "vat_code": "Btw-code {0} bestaat niet",
        "vat_rate": "Btw-percentage {0} hoort niet bij btw-code {1}",
        "period": "Periode {0} is afgesloten",
        "year": "Boekjaar {0} is afgesloten",
        "discount": "Er is geen kortingsrekening ingesteld",
        "exists": "Een verkoopfactuur met referentie {0} bestaat al",
        "draft": "De lay-out is niet volledig",
        "other": "De projectcode is verplicht",
    },
}
"""What the program says, in the language of its user."""

_ENVELOPE: Final = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>{0}</soap:Body></soap:Envelope>'
)


class _FaultError(Exception):
    """The call ends in a fault."""


class _RefusalError(Exception):
    """A document is refused."""


@dataclass
class Item:
    """An outstanding item, paid or not."""

    item_id: str
    reference: str
    contact_code: str
    date: str
    due_date: str
    original: Decimal
    still_open: Decimal


class YukiServer(Program):
    """One administration."""

    def __init__(self, clock: SetClock, language_code: str = "EN") -> None:
        super().__init__(clock)
        self.language_code = language_code
        self.sessions: dict[str, dt.datetime] = {}
        self.served_at: list[dt.datetime] = []
        self.accounts = {"80000", "80100"}
        self.vat_types = {"1": Decimal(22), "2": Decimal(10)}
        self.contacts: dict[str, bool] = {}
        self.closed_periods: set[str] = set()
        self.has_discount_account = True
        self.leaves_drafts = False
        self.refusal: str | None = None
        self.fault: tuple[str, str] | None = None
        self.items: list[Item] = []
        self.drafts: list[str] = []
        self.documents: list[dict[str, str]] = []

    def say(self, kind: str, *values: object) -> str:
        """A message in the language of the user."""
        return MESSAGES[self.language_code][kind].format(*values)

    def name_of(self, call: Call) -> str:
        return call.headers.get("SOAPAction", "").strip('"').rpartition("/")[2]

    def answer(self, call: Call) -> Reply:
        service = call.path.removeprefix("/").removesuffix(".asmx")
        operation = self.name_of(call)
        spelled = _PARAMETERS.get((service, operation))
        if spelled is None:
            return Reply(404, b"<html>Not found</html>", "text/html")
        body = etree.fromstring(call.body)[0][0]
        given = {etree.QName(each).localname: each for each in body}
        values = {name: given[name] for name in spelled if name in given}
        try:
            done = self._do(operation, values)
        except _FaultError as error:
            code, words = error.args
            fault = (
                f"<soap:Fault><faultcode>soap:{code}</faultcode>"
                f"<faultstring>{escape(words)}</faultstring></soap:Fault>"
            )
            return Reply(500, _ENVELOPE.format(fault).encode(), "text/xml; charset=utf-8")
        answer = (
            f'<{operation}Response xmlns="http://www.theyukicompany.com/">'
            f"<{operation}Result>{done}</{operation}Result></{operation}Response>"
        )
        return Reply(200, _ENVELOPE.format(answer).encode(), "text/xml; charset=utf-8")

    def _do(self, operation: str, values: Mapping[str, etree._Element]) -> str:
        now = self.clock.now()
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        if sum(moment >= today for moment in self.served_at) >= CALLS_A_DAY:
            raise _FaultError("Server", self.say("quota"))
        self.served_at.append(now)
        if operation == "Authenticate":
            return self._session(_text(values, "accessKey"))
        began_at = self.sessions.get(_text(values, "sessionId") or _text(values, "sessionID"))
        if began_at is None or (now - began_at).total_seconds() >= SESSION_SECONDS:
            raise _FaultError("Server", self.say("session"))
        if self.fault and operation == "ProcessSalesInvoices":
            raise _FaultError(*self.fault)
        if operation == "CheckOutstandingItem":
            return self._shown(_text(values, "Reference"))
        if _text(values, "administrationId") != ADMINISTRATION:
            raise _FaultError("Client", "Administration not found")
        return self._processed(values["xmlDoc"][0])

    def _session(self, access_key: str) -> str:
        if access_key != ACCESS_KEY:
            raise _FaultError("Server", self.say("access_key"))
        session = f"session-{len(self.sessions) + 1}"
        self.sessions[session] = self.clock.now()
        return session

    def _processed(self, documents: etree._Element) -> str:
        counts = {"Succeeded": 0, "Failed": 0, "Skipped": 0}
        answers = []
        for document in documents:
            fields = _fields(document)
            processed, message = False, ""
            try:
                outcome, processed, message = self._document(document, fields)
            except _RefusalError as error:
                outcome, message = "Failed", str(error)
            counts[outcome] += 1
            answers.append(
                f"<Invoice><Succeeded>{str(outcome == 'Succeeded').lower()}</Succeeded>"
                f"<Processed>{str(processed).lower()}</Processed><EmailSent>false</EmailSent>"
                f"<Reference>{escape(fields['Reference'])}</Reference><Message>{escape(message)}</Message></Invoice>"
            )
        totals = "".join(f"<Total{name}>{count}</Total{name}>" for name, count in counts.items())
        return (
            f'<SalesInvoicesImportResponse xmlns=""><AdministrationId>{ADMINISTRATION}</AdministrationId>'
            f"{totals}{''.join(answers)}</SalesInvoicesImportResponse>"
        )

    def _document(self, document: etree._Element, fields: dict[str, str]) -> tuple[str, bool, str]:
        """What becomes of a document, whether it was processed, and the message."""
        reference = fields["Reference"]
        if reference in self.drafts or any(item.reference == reference for item in self.items):
            return "Skipped", False, self.say("exists", reference)
        if self.refusal:
            raise _RefusalError(self.say(self.refusal, "", ""))
        contact = _fields(_child(document, "Contact"))
        self._check_contact(contact)
        if fields["Date"][:7] in self.closed_periods:
            raise _RefusalError(self.say("period", fields["Date"][:7]))
        total = Decimal(0)
        for number, line in enumerate(_child(document, "InvoiceLines"), start=1):
            product = _fields(_child(line, "Product"))
            self.documents.append({**fields, **contact, **product})
            total += self._amount(number, product) * Decimal(_fields(line)["ProductQuantity"])
        self.contacts[contact["ContactCode"]] = True
        if self.leaves_drafts or fields.get("Process") != "true":
            self.drafts.append(reference)
            return "Succeeded", False, self.say("draft")
        self.items.append(
            Item(
                str(uuid.uuid4()),
                reference,
                contact["ContactCode"],
                fields["Date"],
                fields["DueDate"],
                total,
                total,
            )
        )
        return "Succeeded", True, ""

    def _check_contact(self, contact: Mapping[str, str]) -> None:
        if not self.contacts.get(contact["ContactCode"], True):
            raise _RefusalError(self.say("not_customer", contact["ContactCode"]))
        number = contact.get("VATNumber", "12345678901")
        if contact["CountryCode"] == "IT" and len(number.removeprefix("IT")) != 11:
            raise _RefusalError(self.say("vat_number", number))

    def _amount(self, number: int, product: Mapping[str, str]) -> Decimal:
        """The amount of a line with its VAT."""
        account, vat_type = product.get("GLAccountCode"), product["VATType"]
        if not account:
            raise _RefusalError(self.say("no_account", number))
        if account not in self.accounts:
            raise _RefusalError(self.say("account", account))
        if vat_type not in self.vat_types:
            raise _RefusalError(self.say("vat_code", vat_type))
        rate, net = self.vat_types[vat_type], Decimal(product["SalesPrice"])
        if Decimal(product["VATPercentage"]) != rate:
            raise _RefusalError(self.say("vat_rate", product["VATPercentage"], vat_type))
        if net < 0 and not self.has_discount_account:
            raise _RefusalError(self.say("discount"))
        return net + (net * rate / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)

    def _shown(self, reference: str) -> str:
        items = [
            f'<Item ID="{item.item_id}"><Reference>{item.reference}</Reference>'
            f"<Contact>{item.contact_code}</Contact>"
            f"<Date>{item.date}T00:00:00</Date><DueDate>{item.due_date}T00:00:00</DueDate>"
            f"<OriginalAmount>{item.original}</OriginalAmount><OpenAmount>{item.still_open}</OpenAmount></Item>"
            for item in self.items
            if item.reference.lower() == reference.lower()
        ]
        return f'<OutstandingItems xmlns="">{"".join(items)}</OutstandingItems>'


def _text(values: Mapping[str, etree._Element], name: str) -> str:
    return (values[name].text or "").strip() if name in values else ""


def _child(parent: etree._Element, name: str) -> etree._Element:
    return next(each for each in parent if etree.QName(each).localname == name)


def _fields(parent: etree._Element) -> dict[str, str]:
    return {etree.QName(each).localname: each.text or "" for each in parent if len(each) == 0}
