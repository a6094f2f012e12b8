"""Carries out a correction by its kind and its arguments, as they stand in a run's configuration.

Belongs here: which arguments a kind takes, and which function does it. Does not: the rules
of a kind (the other modules).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Final

import duckdb

from assets.corrections.anew import make_anew, settle_and_recognise
from assets.corrections.answering import answer_question
from assets.corrections.arguments import LONGEST_TEXT, ArgumentReader, Arguments, is_plain, shown
from assets.corrections.deleting import delete_import, delete_payment, import_to_delete, subject_of_import
from assets.corrections.ibans import answer_iban
from assets.corrections.linking import Compensation, compensate, link
from assets.corrections.movement_answers import (
    Answer,
    answer_movements,
    answers_to_turn,
    turn_answers,
)
from assets.corrections.recording import Correction, Request, Rerun, refusal
from assets.corrections.settling import (
    BY_HAND,
    CANCELLED,
    SettlementRequest,
    settle_by_hand,
    write_off_request,
)
from assets.corrections.undoing import correction_to_undo, reopen, undo
from assets.findings import in_words
from assets.invoices.iban_doubts import follow_ibans
from assets.invoices.questions import answers
from assets.ledger.audit import Change, Decider, record_change
from assets.reconciliation.causes import follow_causes
from assets.statements import records

_Action = Callable[[Correction, ArgumentReader], None]


def _delete_import(correction: Correction, given: ArgumentReader) -> None:
    named = given.text("import")
    is_cascading, date = given.flag("cascade"), given.optional_date("date")
    given.refuse_others()
    found = import_to_delete(correction.workbench, named)
    delete_import(correction, found["import_id"], is_cascading=is_cascading, posting_date=date)


def _delete_payment(correction: Correction, given: ArgumentReader) -> None:
    payment, is_cascading, date = given.payment("payment"), given.flag("cascade"), given.optional_date("date")
    given.refuse_others()
    delete_payment(correction, payment, is_cascading=is_cascading, posting_date=date)


def _link(correction: Correction, given: ArgumentReader) -> None:
    payment, amount = given.payment("payment"), given.amount("amount")
    company_code, keys = given.items("items")
    given.refuse_others()
    found = records(
        correction.workbench, "corrections", "payment", {"entry_id": payment[0], "line_number": payment[1]}
    )
    if found and found[0]["company_code"] != company_code:
        raise refusal(
            f"the payment is one of company {found[0]['company_code']}, the items of {company_code}"
        )
    link(correction, payment, keys, amount)
    correction.refresh_imports()


def _settle(correction: Correction, given: ArgumentReader) -> None:
    company_code, keys = given.items("items")
    credit_notes = given.texts("credit_notes", is_required=False)
    like = given.optional_payment("like")
    request = SettlementRequest(
        str(company_code),
        keys,
        given.date("date"),
        given.optional_text("account"),
        credit_notes,
        given.amount("amount"),
        given.optional_text("description"),
        CANCELLED if credit_notes else BY_HAND,
    )
    given.refuse_others()
    if (request.account_code is None) == (not request.other_keys):
        raise refusal("settle needs either an account or the items of the other side")
    if like is None:
        settle_and_recognise(correction, request)
        return
    if request.account_code is None:
        raise refusal("a payment is made anew against an account, not against items of the other side")
    make_anew(correction, request, like)


def _compensate(correction: Correction, given: ArgumentReader) -> None:
    company_code, keys = given.items("items", is_required=False)
    payments = given.payments("payments")
    if company_code is None:
        company_code = _company_of(correction.workbench, payments)
    request = Compensation(
        company_code,
        keys,
        payments,
        given.date("date"),
        given.flag("partial"),
        given.amount("amount"),
        given.optional_text("description"),
    )
    given.refuse_others()
    compensate(correction, request)
    correction.refresh_imports()


def _company_of(ledger: duckdb.DuckDBPyConnection, payments: tuple[tuple[int, int], ...]) -> str:
    for entry_id, line_number in payments:
        found = records(ledger, "corrections", "payment", {"entry_id": entry_id, "line_number": line_number})
        if found:
            return str(found[0]["company_code"])
    raise refusal("compensate needs items or payments that are there")


def _write_off(correction: Correction, given: ArgumentReader) -> None:
    (company_code, key), date = given.item("item"), given.date("date")
    given.refuse_others()
    settle_by_hand(correction, write_off_request(correction.workbench, company_code, key, date))


def _reopen(correction: Correction, given: ArgumentReader) -> None:
    company_code, key = given.item("item")
    given.refuse_others()
    reopen(correction, company_code, key)


def _movement_answer(answer: Answer) -> _Action:
    def answered(correction: Correction, given: ArgumentReader) -> None:
        places = given.texts("movements")
        given.refuse_others()
        answer_movements(correction, places, answer)

    return answered


def _undo(correction: Correction, given: ArgumentReader) -> None:
    correction_id = given.number("correction")
    given.refuse_others()
    turned = answers_to_turn(correction.workbench, correction_id)
    if not turned:
        undo(correction, correction_id)
        return
    by_id = {"correction_id": correction_id}
    correction_to_undo(correction_id, records(correction.workbench, "corrections", "correction", by_id))
    turn_answers(correction, correction_id, turned)


def _answer(name: str, correction: Correction, given: ArgumentReader) -> None:
    document_id, other_document_id = given.document("document"), given.document("other")
    given.refuse_others()
    answer_question(correction, answers()[name], document_id, other_document_id)


def _confirm_iban(correction: Correction, given: ArgumentReader) -> None:
    document_id, iban = given.document("document"), given.optional_text("iban")
    is_paid_elsewhere = given.flag("known_account")
    given.refuse_others()
    answer_iban(correction, document_id, iban, is_confirmed=not is_paid_elsewhere)


KINDS: Final[Mapping[str, _Action]] = MappingProxyType(
    {
        "delete-import": _delete_import,
        "delete-payment": _delete_payment,
        "link": _link,
        "settle": _settle,
        "compensate": _compensate,
        "write-off": _write_off,
        "reopen": _reopen,
        "same-movement": _movement_answer("same"),
        "another-movement": _movement_answer("another"),
        "confirm-iban": _confirm_iban,
        "undo": _undo,
        **{name: partial(_answer, name) for name in answers()},
    }
)
"""By kind, what carries it out; each answer to a question is one. Changing a registration is not among them:
a run registers the document anew.
"""


def perform(
    workbench: duckdb.DuckDBPyConnection,
    kind: str,
    arguments: Arguments,
    decider: Decider,
    run_id: str | None = None,
    rerun: Rerun | None = None,
) -> int:
    """Within a transaction of the ledger: carries out a correction and records it; its number.

    `rerun` imports a file once more in the same transaction; answers about movements need it.

    Raises:
        OperatingError: if it cannot be done. The transaction must be rolled back then: nothing may be
        changed.
    """
    if kind not in KINDS:
        raise refusal(f"there is no correction {kind!r}: they are {', '.join(KINDS)}")
    for name, text in (("a reason", decider.reason or ""), ("somebody who asks for it", decider.who)):
        if not any(each.isalnum() for each in text):
            raise refusal(f"a correction needs {name}")
        if not is_plain(text):
            raise refusal(f"a correction needs {name} in at most {LONGEST_TEXT} plain characters")
    undoes = ArgumentReader(kind, arguments).number("correction") if kind == "undo" else None
    subject = _subject(workbench, arguments)
    if not is_plain(subject) and len(subject) <= LONGEST_TEXT:
        raise refusal(f"{shown(subject)} is no name of anything in the ledger")
    subject = subject[:LONGEST_TEXT]
    request = Request(kind, subject, arguments, decider, run_id)
    correction = Correction(workbench, request, undoes=undoes, rerun=rerun)
    KINDS[kind](correction, ArgumentReader(kind, arguments))
    record_correction(correction)
    return correction.correction_id


def record_correction(correction: Correction, more: Mapping[str, Any] | None = None) -> None:
    """Within the transaction of a correction, when all of it is done: writes it into the audit log.

    Before and after are what it changed: items, and the registrations of documents. `more` is added to what
    there is after it.

    Raises:
        OperatingError: if a payment that it took out settles something.
    """
    correction.refuse_linked_since()
    request = correction.request
    decider = request.decider
    follow_causes(correction.workbench, decider.now, decider.who, f"C{correction.correction_id}")
    follow_ibans(correction.workbench, decider.now, decider.who, decider.reason)
    difference = difference_of(correction.workbench, correction.correction_id)
    before, after = (_state(difference, side) for side in ("before", "after"))
    after |= {name: difference[name] for name in ("postings", "imports")}
    for name in ("movement_answers", "ibans"):
        if difference[name]:
            after[name] = difference[name]
    after |= {"entries": difference["entry_count"]} | dict(more or {})
    record_change(
        correction.workbench,
        Change(
            request.kind,
            f"C{correction.correction_id}: {request.subject}",
            request.decider,
            run_id=request.run_id,
            before=before,
            after=after,
        ),
    )


def _state(difference: Mapping[str, Any], side: str) -> dict[str, Any]:
    state: dict[str, Any] = {"items": [_side(row, side) for row in difference["items"]]}
    if difference["documents"]:
        state["documents"] = [_registered(row, side) for row in difference["documents"]]
    if difference["answers"]:
        state["answers"] = [_answered(row, is_after=side == "after") for row in difference["answers"]]
    return state


def _answered(row: Mapping[str, Any], *, is_after: bool) -> dict[str, Any]:
    """What counts of an answer before or after the correction."""
    return {
        "document": f"D{row['document_id']}",
        "other": f"D{row['other_document_id']}",
        "answer": row["answer"] if row["is_given"] == is_after else None,
    }


def _registered(row: Mapping[str, Any], side: str) -> dict[str, Any]:
    entry_id = row[f"entry_{side}"]
    return {
        "document": f"D{row['document_id']}",
        "status": "to_register" if entry_id is None else "registered",
        "entry": entry_id,
    }


def _side(row: Mapping[str, Any], side: str) -> dict[str, Any]:
    return {
        "item": f"{row['company_code']}:{row['open_item_key']}",
        "residual_amount": row[f"residual_{side}"],
        "status": row[f"status_{side}"],
    }


def _subject(workbench: duckdb.DuckDBPyConnection, arguments: Arguments) -> str:
    """What the correction is about, in words: what people named."""
    parts = []
    for name in (
        "import", "payment", "item", "items", "payments", "credit_notes", "movements", "document", "other",
        "iban",
    ):  # fmt: skip
        value = arguments.get(name)
        if name == "import" and isinstance(value, str):
            value = subject_of_import(workbench, value)
        if value:
            parts.append(", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value))
    if "correction" in arguments:
        parts.append(f"C{arguments['correction']}")
    return "; ".join(parts)


MAX_SHOWN: Final = 20


def difference_of(ledger: duckdb.DuckDBPyConnection, correction_id: int) -> dict[str, Any]:
    """What a correction changed, as the ledger stands: postings and items (the first 20 of each), counts,
    imports, documents and answers about them.

    Items have residual and status before and after; exact only until something else changes them.
    """
    by_id = {"correction_id": correction_id}
    limited = by_id | {"limit": MAX_SHOWN}
    (counts,) = records(ledger, "corrections", "difference_counts", by_id)
    return {
        **counts,
        "postings": records(ledger, "corrections", "difference_postings", limited),
        "items": records(ledger, "corrections", "difference_items", limited),
        "payments": records(ledger, "corrections", "difference_payments", limited),
        "imports": records(ledger, "corrections", "difference_imports", by_id),
        "documents": records(ledger, "corrections", "difference_documents", by_id),
        "answers": records(ledger, "corrections", "difference_answers", by_id),
        "movement_answers": records(ledger, "corrections", "difference_movement_answers", by_id),
        "ibans": [
            row | {"expected": in_words(row["expected"], "")}
            for row in records(ledger, "corrections", "difference_ibans", by_id)
        ],
    }
