"""Registers the documents of one delivery: everything it changes in the ledger, within one transaction.

Exactly once: a file by the key of its content, a document by its identity (supplier, number and year), of
which the key of a registration is made, which is unique in the ledger. Doing it again changes nothing but
what had been left to do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from typing import Final

import duckdb
import pyarrow as pa

from assets.days import day_of
from assets.findings import Finding, finding_codes
from assets.invoices.document_types import document_types
from assets.invoices.iban_doubts import follow_ibans
from assets.invoices.prepare import UNEXPECTED, PreparedDelivery
from assets.invoices.questions import question_rows
from assets.invoices.rules import READING_RULES
from assets.ledger import findings as ledger_findings
from assets.ledger import journal
from assets.ledger.audit import PARTITA, Change, record_change
from assets.ledger.given import Given
from assets.ledger.imports import Attempt, begin_imports, note_attempts, restate_imports, update_imports
from assets.money import WHOLE_IN_PRACTICE, currency_digits, minor_digits
from assets.reference.identifiers import scheme_table
from assets.reference.load import settings_on
from assets.statements import count_of, parsed, records, row_count, statement, statement_text
from assets.unexpected import UnexpectedError, guarding

DELIVERY_COUNTS: Final = (
    "file_count",
    "document_count",
    "registered_count",
    "repeated_count",
    "decided_count",
    "waiting_count",
    "open_file_count",
    "message_count",
    "left_out_count",
)

_WORKBENCH_NAMES: Final = {"line": "invoice_line", "reference": "document_reference"}
"""Frames whose names mean something else on a workbench."""

_RECOGNITION: Final = (
    "units_of",
    "amount_of",
    "round_units",
    "due_by_terms",
    "supplier",
    "company_vat_code",
    "company_withholding",
    "company_welfare_fund",
    "doc",
    "doc_type",
    "vat_number",
    "party_identifier",
    "identity_number_of",
    "number_key_of",
    "digit_key_of",
    "doc_number",
    "doc_correction",
    "doc_candidate",
    "doc_identifier",
    "doc_owner",
    "doc_party",
    "iban_answer_of",
    "iban_remedy",
    "doc_iban",
    "doc_fund",
    "doc_per_cent",
    "doc_sum",
    "doc_group",
    "doc_line_check",
    "doc_total",
    "doc_line",
    "doc_decision",
    "memory",
    "doc_line_account",
    "doc_share",
    "doc_rate",
    "doc_part",
    "doc_instalment",
    "doc_identity",
    "doc_posting",
)

_RULES: Final = (
    "check_parties",
    "check_types",
    "check_dates",
    "check_amounts",
    "check_setup",
    "check_opening",
)
"""Statements that find what is wrong with documents. Without a `remedy` of theirs, it is that of the code."""


@dataclass(frozen=True, slots=True)
class DeliveryOutcome:
    """What has become of one delivery after this attempt; counts by the names of `DELIVERY_COUNTS`."""

    delivery_key: str
    delivery_id: int
    counts: Mapping[str, int]

    @property
    def is_closed(self) -> bool:
        """Whether every document is registered, repeated, refused or handled, and every file readable."""
        return self.counts["waiting_count"] == 0 and self.counts["open_file_count"] == 0


def recorded_delivery(workbench: duckdb.DuckDBPyConnection, delivery_key: str) -> DeliveryOutcome | None:
    """What the ledger says of this delivery; None if it was never gathered."""
    found = records(workbench, "invoices", "delivery_totals", {"delivery_key": delivery_key})
    if not found:
        return None
    (row,) = found
    return DeliveryOutcome(delivery_key, row["delivery_id"], {name: row[name] for name in DELIVERY_COUNTS})


def register_delivery(
    workbench: duckdb.DuckDBPyConnection, prepared: PreparedDelivery, attempt: Attempt
) -> DeliveryOutcome:
    """Within a transaction of the ledger: recognises the documents, registers those that may be, and records
    every outcome. Grain: one delivery, which the ledger knows. The reference tables stand on the workbench.

    Raises UnexpectedError if judging meets what nobody foresaw; `unexpected_parts` names the parts in which,
    in another transaction.
    """
    of_attempt = {
        "now": attempt.now,
        "run_id": attempt.run_id,
        "reference_version": attempt.reference_version,
    }
    by_key = {"delivery_key": prepared.delivery_key}
    before = recorded_delivery(workbench, prepared.delivery_key)
    assert before is not None, f"{prepared.delivery_key} was gathered before it is registered"
    lay_out(workbench, prepared)
    begin_imports(workbench, Given("invoices", "import_to_begin"), attempt)
    workbench.execute(statement("invoices", "insert_delivered_file"), by_key)
    _note_left_out(workbench, before.delivery_id, attempt.now)
    with guarding(prepared.delivery_key, UNEXPECTED):
        is_asked = recognise(workbench, attempt.now)
    workbench.execute(statement("invoices", "write_document"))
    workbench.execute(statement("invoices", "insert_document_condition"))
    workbench.execute(statement("invoices", "insert_document_other_date"))
    workbench.execute(statement("invoices", "forget_doubtful_iban"))
    workbench.execute(statement("invoices", "insert_doubtful_iban"))
    _write_registrations(workbench, of_attempt, attempt.now)
    who = {"now": attempt.now, "who": PARTITA}
    workbench.execute(statement("invoices", "update_document"), who)
    ledger_findings.carry(workbench, Given("invoices", "finding_to_carry"))
    earlier = Given("invoices", "finding_of_earlier_attempt")
    ledger_findings.close(workbench, earlier, "mended", attempt.now)
    ledger_findings.note(workbench, Given("invoices", "finding_to_note", {"now": attempt.now}))
    if count_of(workbench, statement("invoices", "count_repeated_with_an_iban")):
        follow_ibans(workbench, attempt.now, PARTITA, None)
    workbench.execute(statement("invoices", "forget_question"))
    if is_asked:
        workbench.execute(statement("invoices", "insert_question"), {"now": attempt.now})
    update_imports(workbench, Given("invoices", "import_to_update"), attempt, READING_RULES)
    note_attempts(workbench, Given("invoices", "attempted_import"), attempt)
    outcome = recorded_delivery(workbench, prepared.delivery_key)
    assert outcome is not None, "it was there before"
    status = "done" if outcome.is_closed else "open"
    workbench.execute(
        statement("invoices", "update_delivery"),
        {"now": attempt.now, "run_id": attempt.run_id, "status": status, "delivery_id": outcome.delivery_id},
    )
    record_change(
        workbench,
        Change(
            "register",
            f"delivery {prepared.delivery_key}",
            attempt.requester.at(attempt.now),
            run_id=attempt.run_id,
            reference_version=attempt.reference_version,
            before=dict(before.counts),
            after=dict(outcome.counts),
        ),
    )
    return outcome


def lay_out(workbench: duckdb.DuckDBPyConnection, prepared: PreparedDelivery) -> None:
    """Within a transaction of the ledger: puts what was read on the workbench, each part with its import."""
    _register_frames(workbench, prepared)
    workbench.execute(statement("invoices", "delivered"))


def recognise(workbench: duckdb.DuckDBPyConnection, now: dt.datetime) -> bool:
    """After `lay_out`: makes of the documents to register all that follows from them (tables doc_...), and
    changes nothing in the ledger. Returns whether a person is asked about one (`_apply_rules`).
    """
    workbench.execute(statement("invoices", "leave_out_undelivered"))
    for name in _RECOGNITION:
        workbench.execute(statement("invoices", name))
    return _apply_rules(workbench, now)


def unexpected_parts(
    workbench: duckdb.DuckDBPyConnection,
    prepared: PreparedDelivery,
    now: dt.datetime,
    undone: Callable[[], AbstractContextManager[object]],
) -> dict[int, Finding]:
    """The parts that cannot be judged even alone, by their numbers, each with the finding that says so.

    `undone` opens a transaction of the ledger of which nothing remains. Half of the parts are tried together,
    then half of those, so that one part among hundreds costs some ten trials.
    """
    names = {
        number: name
        for number, name in zip(
            prepared.parts["file_number"].to_pylist(), prepared.parts["source_file"].to_pylist(), strict=True
        )
        if number is not None
    }
    found: dict[int, Finding] = {}
    pending = [list(names)]
    while pending:
        numbers = pending.pop()
        name = names[numbers[0]] if len(numbers) == 1 else prepared.delivery_key
        try:
            with undone(), guarding(name, UNEXPECTED):
                lay_out(workbench, prepared.only(numbers))
                recognise(workbench, now)
        except UnexpectedError as error:
            if len(numbers) == 1:
                found[numbers[0]] = error.finding
            else:
                half = len(numbers) // 2
                pending += [numbers[half:], numbers[:half]]
    return found


def _note_left_out(workbench: duckdb.DuckDBPyConnection, delivery_id: int, now: dt.datetime) -> None:
    """Notes what is no document, and mends what an earlier attempt refused for that."""
    by_delivery = {"delivery_id": delivery_id}
    workbench.execute(statement("invoices", "insert_left_out_file"), by_delivery)
    workbench.execute(statement("invoices", "drop_left_out_file"), by_delivery)
    workbench.execute(statement("invoices", "left_out_import"), by_delivery)
    ledger_findings.close(workbench, Given("invoices", "finding_of_left_out_file"), "mended", now)
    restate_imports(workbench, Given("invoices", "left_out_import_to_restate", {"now": now}))


def _register_frames(workbench: duckdb.DuckDBPyConnection, prepared: PreparedDelivery) -> None:
    for name, frame in prepared.frames.items():
        workbench.register(_WORKBENCH_NAMES.get(name, name), frame)
    workbench.register("part", prepared.parts)
    workbench.register("document_hash", prepared.hashes)
    workbench.register("wrong_iban", prepared.wrong_ibans)
    workbench.register("right_tax_code", prepared.right_tax_codes)
    workbench.register("identifier_scheme", scheme_table())
    workbench.register("question_kind", pa.Table.from_pylist(question_rows()))
    workbench.register("reader_finding", prepared.reader_findings)
    workbench.register("part_finding", prepared.part_findings)
    workbench.register("left_out", prepared.left_out)
    workbench.register("known_document_type", pa.Table.from_pylist([asdict(row) for row in document_types()]))
    currencies = sorted({*currency_digits(), *WHOLE_IN_PRACTICE})
    workbench.register(
        "currency_digits",
        pa.table(
            {
                "currency_code": currencies,
                "digits": pa.array(map(minor_digits, currencies), type=pa.int32()),
                "is_whole": [code in WHOLE_IN_PRACTICE for code in currencies],
            }
        ),
    )
    codes = finding_codes().values()
    workbench.register(
        "finding_severity",
        pa.table(
            {
                "finding_code": [code.finding_code for code in codes],
                "severity": [code.severity for code in codes],
            }
        ),
    )


def _apply_rules(workbench: duckdb.DuckDBPyConnection, now: dt.datetime) -> bool:
    """Leaves doc_finding and doc_state: what is wrong with each document, and what becomes of it.

    Returns whether a person is asked about one, and then leaves doc_question.
    """
    today = day_of(now, settings_on(workbench).get("time_zone"))
    union = "\nUNION ALL BY NAME\n".join(f"({statement_text('invoices', rule)})" for rule in _RULES)
    workbench.execute(parsed(f"CREATE OR REPLACE TEMP TABLE found_in_documents AS {union}"), {"today": today})
    # Which of several documents comes first depends on what is wrong with each; what that asks is a finding.
    workbench.execute(statement("invoices", "doc_finding"))
    workbench.execute(statement("invoices", "doc_first"))
    is_asked = count_of(workbench, statement("invoices", "count_what_may_be_asked")) > 0
    if is_asked:
        workbench.execute(statement("invoices", "credited_document"))
        for name in ("doc_corrected", "doc_question", "found_question", "doc_finding"):
            workbench.execute(statement("invoices", name))
    for name in ("doc_state", "doc_waiting", "doc_finding"):
        workbench.execute(statement("invoices", name))
    return is_asked


def _write_registrations(
    workbench: duckdb.DuckDBPyConnection, of_attempt: Mapping[str, object], now: dt.datetime
) -> None:
    workbench.execute(statement("invoices", "doc_key"))
    workbench.execute(statement("invoices", "doc_entry"))
    if not row_count(workbench, "doc_entry"):
        return
    workbench.execute(statement("invoices", "doc_payable"))
    journal.post_entries(workbench, Given("invoices", "entry_to_post", {"now": now}))
    journal.post_lines(workbench, Given("invoices", "line_to_post"))
    journal.open_items(workbench, Given("invoices", "item_to_open"), now)
    by_rules = {**of_attempt, "rules_version": READING_RULES}
    workbench.execute(statement("invoices", "insert_registration"), by_rules)
    workbench.execute(statement("invoices", "insert_registration_part"))
