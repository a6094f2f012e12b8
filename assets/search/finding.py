"""The things of the ledger that a text could mean, of every kind.

Belongs here: asking each kind of thing, and leaving out what another answer shows already. Does not: reading
what a text could be (`assets.search.asked`), or showing the answers.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

import duckdb

from assets.corrections.reports import explain_correction, is_known
from assets.invoices import reports as document_reports
from assets.ledger.asking import Answer, Row, Subject
from assets.reports import questions
from assets.search.asked import Asked, read_asked
from assets.statements import records, statement

HitKind = Literal[
    "file", "posting", "item", "document", "delivery", "correction", "invoice", "counterparty", "account"
]

MOST_HITS: Final = 20
"""Hits of one kind that are found: whoever gets more asks with more of what they know."""

_LIMIT: Final = MOST_HITS + 1
"""One more than is shown tells whether there are more."""

_CORRECTION: Final = re.compile(r"[Cc]([0-9]{1,18})", re.ASCII)

_PART: Final = "part of the number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One thing that a text could mean, and by what of it (`matched_by`).

    `reference` names it to `partita why` together with its kind; `number` is its import_id, entry_id,
    item_id, document_id, correction_id or invoice_id. `entry_id` is the journal entry that opened an item or
    booked a document. `amount` is what is left of an open item, and else the original one.
    """

    kind: HitKind
    reference: str
    matched_by: str
    number: int | None = None
    line_number: int | None = None
    company_code: str | None = None
    name: str | None = None
    document_number: str | None = None
    day: dt.date | None = None
    amount: Decimal | None = None
    currency_code: str | None = None
    status: str | None = None
    entry_id: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, the surest first, and the kinds of which there is more than is shown."""

    hits: tuple[Hit, ...]
    cut_kinds: tuple[HitKind, ...] = ()


def find(ledger: duckdb.DuckDBPyConnection, text: str) -> Found:
    """Everything that a text could mean: things that it names, and things of which it is something known.

    Parts of numbers and of names of files count where nothing is named or known by the whole text. What
    belongs to a document or sales invoice that was found (its items and postings) is left out, since the
    answer about that shows it.
    """
    asked = read_asked(text)
    if not asked.text:
        return Found(())
    given = named(ledger, asked)
    ledger.execute(statement("ledger", "has_words"))
    ledger.execute(statement("ledger", "named_account"))
    found = _search(ledger, asked)
    if given or any(hit.matched_by != _PART for hit in found):
        found = [hit for hit in found if hit.matched_by != _PART]
    elif asked.pattern is not None:
        found += _items(ledger, asked, asked.pattern)
        found += _hits(ledger, "find_files", {"text": asked.text, "limit": _LIMIT})
    counts = Counter(hit.kind for hit in found)
    cut = tuple(kind for kind, count in counts.items() if count > MOST_HITS)
    shown = [hit for kind in counts for hit in [each for each in found if each.kind == kind][:MOST_HITS]]
    return Found(tuple(_once([*given, *shown])), cut)


def named(ledger: duckdb.DuckDBPyConnection, asked: Asked) -> list[Hit]:
    """What the text names by its own name: a file or import (`I12`), an entry, an item, a document, a
    correction; a delivery of e-invoices where it names nothing else.
    """
    found = [
        *questions.identify(ledger, asked.text),
        *document_reports.identify_documents(ledger, asked.text),
    ]
    return [
        *(_hit_of(subject) for subject in found),
        *([] if found else _deliveries(ledger, asked)),
        *_corrections(ledger, asked),
    ]


def _deliveries(ledger: duckdb.DuckDBPyConnection, asked: Asked) -> list[Hit]:
    return [
        Hit(kind="delivery", reference=key, matched_by="reference", name=key)
        for key in document_reports.deliveries_named(ledger, asked.text)
    ]


def _corrections(ledger: duckdb.DuckDBPyConnection, asked: Asked) -> list[Hit]:
    named = _CORRECTION.fullmatch(asked.text)
    if named is None or not is_known(ledger, int(named[1])):
        return []
    record = explain_correction(ledger, int(named[1]))
    return [
        Hit(
            kind="correction",
            reference=f"C{record['correction_id']}",
            matched_by="reference",
            number=record["correction_id"],
            name=f"{record['correction_kind']} {record['subject'] or ''}".strip(),
        )
    ]


def explain_counterparty(ledger: duckdb.DuckDBPyConnection, counterparty_code: str) -> Answer:
    """A counterparty with its accounts, and what is open on each (per side and currency)."""
    ledger.execute(statement("ledger", "named_account"))
    by_code = {"counterparty_code": counterparty_code}
    (record,) = records(ledger, "search", "counterparty", by_code)
    return {**record, "accounts": records(ledger, "search", "counterparty_accounts", by_code)}


def _search(ledger: duckdb.DuckDBPyConnection, asked: Asked) -> list[Hit]:
    """Whatever something is known of, and parts of the numbers of documents; of items, whole numbers only."""
    by_name = {"text": asked.text, "name": asked.name, "identifier": asked.identifier}
    by_all = by_name | _values(asked) | {"pattern": asked.pattern}
    found = [
        *_hits(ledger, "find_counterparties", by_name | {"limit": _LIMIT}),
        *_hits(ledger, "find_documents", by_all),
        *_hits(ledger, "find_sales", by_all),
        *_items(ledger, asked, pattern=None),
    ]
    if asked.amounts or asked.day:
        found += _hits(ledger, "find_postings", _values(asked))
    return found


def _items(ledger: duckdb.DuckDBPyConnection, asked: Asked, pattern: str | None) -> list[Hit]:
    parameters = {
        "text": asked.text,
        "spellings": [asked.text, asked.text.upper(), asked.text.lower()],
        "pattern": pattern,
        "amounts": list(asked.amounts),
        "day": asked.day,
        "limit": _LIMIT,
    }
    return _hits(ledger, "find_items", parameters)


def _values(asked: Asked) -> dict[str, Any]:
    amount, other_amount = (*asked.amounts, None, None)[:2]
    return {"amount": amount, "other_amount": other_amount, "day": asked.day, "limit": _LIMIT}


def _hits(ledger: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, Any]) -> list[Hit]:
    return [Hit(**row) for row in records(ledger, "search", name, parameters)]


def _hit_of(subject: Subject) -> Hit:
    return Hit(
        kind=subject.kind,
        reference=subject.reference,
        matched_by="reference",
        number=subject.number,
        line_number=subject.line_number,
        name=subject.description,
    )


def _once(hits: Sequence[Hit]) -> list[Hit]:
    """Each thing once, and nothing that the answer about a document or an invoice shows as well."""
    entries = {hit.entry_id for hit in hits if hit.kind in ("document", "invoice") and hit.entry_id}
    shown = [
        hit
        for hit in hits
        if hit.kind not in ("item", "posting") or hit.matched_by == "reference" or hit.entry_id not in entries
    ]
    # An account is named by its company as well. What is named is shown with what is known of it.
    return list(
        {(hit.kind, hit.reference, hit.kind == "account" and hit.company_code): hit for hit in shown}.values()
    )


def facts_of(hit: Hit) -> Row:
    """What is known of a hit, by the names of an answer; the amount stands beside its currency."""
    return {
        "kind": hit.kind,
        "reference": hit.reference,
        "matched_by": hit.matched_by,
        "company_code": hit.company_code,
        "name": hit.name,
        "document_number": hit.document_number,
        "date": hit.day,
        "amount": hit.amount,
        "currency_code": hit.currency_code,
        "status": hit.status,
    }
