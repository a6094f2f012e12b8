"""What `why` says of e-invoices: a document, and the dropped file in which a delivered one stands.

Belongs here: the answer about a document and how people see it. Does not: what the text of a command means
(`orchestration.cli.why`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final, cast

import duckdb

from assets.exchange.reports import identifiers_of, messages_of_file
from assets.home import Home
from assets.invoices import reports as document_reports
from assets.ledger import asking
from assets.wording import spoken_date
from orchestration.cli.invoices import document_name
from orchestration.cli.kept_files import KeptFile, find_kept_file, find_kept_invoice
from orchestration.cli.lists import item_status, named_file
from orchestration.cli.names import in_command
from orchestration.cli.render import Column, Page, amount_column, cell

DOCUMENTS_OF_FILE: Final = (
    Column("document", document_name),
    Column("place", "position", is_right_aligned=True),
    Column("supplier", "supplier_name", is_prose=True),
    Column("number", "document_number"),
    Column("date", "document_date"),
    amount_column("payable", "payable_amount"),
    Column("currency", "currency_code"),
    Column("status", "status"),
    Column("entry", "entry_id", is_right_aligned=True),
    Column("reasons", "reason_codes"),
)
_PARTS: Final = (
    Column("part", "ordinal", is_right_aligned=True),
    Column("account", "account_code"),
    Column("VAT code", "vat_code"),
    Column("chosen by", lambda row: f"{row['rule_kind']} {row['rule_code'] or ''}".strip(), is_prose=True),
    amount_column("taxable", "taxable_amount"),
    amount_column("VAT", "vat_amount"),
    amount_column("deductible", "deductible_amount"),
    amount_column("deferred", "deferred_amount"),
    Column("currency", "company_currency_code"),
)
POSTINGS: Final = (
    Column("posting", lambda row: f"{row['entry_id']}/{row['line_number']}"),
    Column("account", "account_code"),
    Column("name", "account_name", is_prose=True),
    amount_column("debit", "debit_amount"),
    amount_column("credit", "credit_amount"),
    Column("currency", "company_currency_code"),
    Column("item", "open_item_key"),
)
ITEMS: Final = (
    Column("item", lambda row: f"{row['company_code']}:{row['open_item_key']}"),
    Column("due", "due_date"),
    Column("side", "side"),
    amount_column("original", "original_amount"),
    amount_column("residual", "residual_amount"),
    Column("currency", "currency_code"),
    Column("status", item_status),
)
_FINDINGS: Final = (
    Column("code", "finding_code"),
    Column("severity", "severity"),
    Column("field", "field"),
    Column("value", "raw_value", is_prose=True),
    Column("expected", "expected", is_prose=True),
    Column("what to do", "remedy", is_prose=True),
    Column("attempt", "attempt", is_right_aligned=True),
    Column("resolution", "resolution"),
)
_DECISIONS: Final = (
    Column("decided", "decided_at"),
    Column("by", "decided_by"),
    Column("decision", "decision"),
    Column("account", "account_code"),
    Column("VAT code", "vat_code"),
    Column("remembered", "is_remembered"),
    Column("because", "decided_reason", is_prose=True),
)
_ANSWERS: Final = (
    Column("answered", "answered_at"),
    Column("by", "answered_by"),
    Column("answer", lambda row: f"{row['answer']} D{row['document_id']} D{row['other_document_id']}"),
    Column("correction", lambda row: f"C{row['correction_id']}"),
    Column("undone", "undone_at"),
    Column("because", "reason", is_prose=True),
)
_EARLIER: Final = (
    Column("registered", "registered_at"),
    Column("how", "registered_by"),
    Column("by", "requested_by"),
    Column("entry", "entry_id", is_right_aligned=True),
    Column("undone", "undone_at"),
    Column("undone by", "undone_by"),
    Column("reversed by", "reversed_by_entry_id", is_right_aligned=True),
    Column("because", "undone_reason", is_prose=True),
)
MESSAGES: Final = (
    Column("message", lambda row: f"{row['message_kind']} {row['outcome_code'] or ''}".strip()),
    Column("identifier", "sdi_identifier"),
    Column("file sent", "sdi_file_name"),
    Column("says", "detail", is_prose=True),
    Column("is about", "is_about", is_prose=True),
    Column("file", named_file, is_prose=True),
)
_FACTS: Final = (
    ("import", "import_number"),
    ("file", "source_file"),
    ("place in the file", "position"),
    ("delivery", "delivery_key"),
    ("kept as", "kept_file"),
    ("not kept", "kept_file_problem"),
    ("SHA-256", "content_sha256"),
    ("exchange identifier", "sdi_identifier"),
    ("format", "document_format"),
    ("type", "document_type"),
    ("received", "received_at"),
    ("date", "document_date"),
    ("company", "company_code"),
    ("customer", "customer_name"),
    ("customer's VAT number", "customer_vat_number"),
    ("customer's tax code", "customer_tax_code"),
    ("supplier", "counterparty_code"),
    ("supplier's name", "supplier_name"),
    ("supplier's country", "supplier_country_code"),
    ("supplier's VAT number", "supplier_vat_number"),
    ("supplier's tax code", "supplier_tax_code"),
    ("supplier's numbers", "supplier_identifiers"),
    ("supplier's address", "supplier_address"),
    ("payee", "payee_name"),
    ("payee's numbers", "payee_identifiers"),
    ("to be paid to", "payee_ibans"),
    ("currency", "currency_code"),
    ("total", "total_amount"),
    ("payable", "payable_amount"),
    ("total explained by", "total_convention"),
    ("reasons", "reason_codes"),
    ("registration key", "registration_key"),
    ("registered by", "registered_by"),
    ("requested by", "requested_by"),
    ("evidence", "evidence"),
    ("accounting date", "accounting_date"),
    ("entry", "entry_id"),
    ("reference version", "reference_version"),
    ("run", "run_id"),
    ("closed", "closed_at"),
    ("closed by", "closed_by"),
    ("closed because", "closed_reason"),
    ("undone", "undone_at"),
)


def kept_file(connection: duckdb.DuckDBPyConnection, home: Home, record: Mapping[str, object]) -> KeptFile:
    """Where the bytes of the file behind a record stand; for a member of an archive, those of the archive."""
    if record["partition_key"] is None:
        return KeptFile(None)
    delivered = document_reports.delivered_file(connection, str(record["partition_key"]))
    if delivered is not None and delivered["source_file"] is not None:
        return find_kept_invoice(
            home,
            file_key=str(delivered["file_key"]),
            source_file=str(delivered["source_file"]),
            byte_count=cast("int", delivered["byte_count"]),
            content_sha256=str(delivered["content_sha256"]),
        )
    return find_kept_file(
        home,
        partition_key=str(record["partition_key"]),
        source_file=str(record["source_file"]),
        byte_count=cast("int", record["byte_count"]),
        content_sha256=str(record["content_sha256"]),
    )


def evidence(home: Home, kept: KeptFile) -> dict[str, object]:
    """The fields that say where a file is kept, or why it is not there."""
    path = None if kept.path is None else kept.path.relative_to(home.root).as_posix()
    return {"kept_file": path, "kept_file_problem": kept.problem}


def explain_document(connection: duckdb.DuckDBPyConnection, home: Home, document_id: int) -> asking.Answer:
    """Where a document came from, how it was recognised, what it came to, and what keeps it out."""
    record = dict(document_reports.explain_document(connection, document_id))
    messages = messages_of_file(connection, cast("int", record.pop("import_id")))
    told = {"sdi_identifier": identifiers_of(messages), "messages": messages}
    return {"kind": "document", **evidence(home, kept_file(connection, home, record)), **record, **told}


def show_document(page: Page, answer: Mapping[str, object]) -> None:
    """The answer about a document for people; the last sentence says what to do next."""
    page.line(
        f"Document {document_name(answer)}: {cell(answer, 'document_number') or 'without a number'} of "
        f"{cell(answer, 'supplier_name') or 'nobody'}, {cell(answer, 'status').replace('_', ' ')}"
    )
    facts = [
        (label, _type(answer) if name == "document_type" else cell(answer, name)) for label, name in _FACTS
    ]
    if answer["credits_document_id"] is not None:
        facts.append(("credits document", f"D{answer['credits_document_id']}"))
    for condition in cast("list[asking.Row]", answer["conditions"]):
        facts.append(("cash discount", condition_text(condition)))
    for stated in cast("list[asking.Row]", answer["other_dates"]):
        facts.append(("other date", f"{stated['other_date']} ({stated['field']})"))
    page.facts(facts)
    for heading, name, columns in (
        ("How it is posted", "parts", _PARTS),
        ("Postings", "postings", POSTINGS),
        ("Open items", "items", ITEMS),
        ("Findings of all attempts", "findings", _FINDINGS),
        ("Decisions", "decisions", _DECISIONS),
        ("Answers", "answers", _ANSWERS),
        ("Registrations that were undone", "earlier_registrations", _EARLIER),
        ("Messages of the exchange system", "messages", MESSAGES),
    ):
        rows = cast("list[asking.Row]", answer[name])
        if rows:
            page.paragraph(heading)
            page.table(columns, rows)
    page.paragraph(_advice(answer))


def _type(answer: Mapping[str, object]) -> str:
    """The type as the ledger has it, and as the document's own format names it."""
    kind, code = cell(answer, "document_type"), cell(answer, "type_code")
    return f"{kind} ({code} in its format)" if code and code != kind else kind


def condition_text(condition: Mapping[str, object]) -> str:
    """What may be paid less, and until when: `3 % until 15 November 2026`."""
    pct, less, left, currency = (
        cell(condition, name)
        for name in ("discount_pct", "discount_amount", "discounted_amount", "currency_code")
    )
    what = [
        *([f"{pct} %"] if pct else []),
        *([f"{less} {currency} less"] if less else []),
        *([f"{left} {currency} are enough"] if left else []),
    ]
    day, days = condition["discount_date"], condition["discount_days"]
    until = ""
    if isinstance(day, dt.date):
        until = f" until {spoken_date(day)}"
    elif days is not None:
        until = f" within {days} days"
    return f"{', '.join(what) or 'less'}{until}"


def _advice(answer: Mapping[str, object]) -> str:
    name = document_name(answer)
    if answer["status"] == "to_register":
        key = in_command(str(answer["delivery_key"]))
        return (
            f"Next: mend what the findings say and `partita rerun {key}`, or "
            f"`partita register {name}`, `partita refuse {name}` or `partita handle {name}`."
        )
    if answer["items"]:
        return "Next: `partita why COMPANY:KEY` shows what settled an open item."
    return "Nothing is left to do about this document."
