"""Answers of people to what e-invoices ask: the same invoice as that one, another one, or in its place.

Belongs here: what an answer does, and what withdrawing it does. Does not: which questions and answers there
are (`assets.invoices.questions`), who is asked (`assets.invoices`), and registering a document that may be
registered now, which is the work of a run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from assets.corrections.recording import Correction, refusal
from assets.corrections.registrations import document_of, refresh_import, reopen_delivery, take_out
from assets.invoices import standing
from assets.invoices.deciding import close_finished_deliveries
from assets.invoices.questions import REPEATS, REPLACES, STANDS, Answer, answers
from assets.ledger import findings
from assets.ledger.given import Given
from assets.statements import next_number, records, statement

_Step = Callable[[Correction, Mapping[str, Any]], None]

ANSWERED: Final = "question_answered"
WITHDRAWN: Final = "answer_withdrawn"
"""What a correction did to an answer: kinds of its effects."""

_CLOSED: Final = ("refused", "handled")


def answer_question(correction: Correction, answer: Answer, document_id: int, other_document_id: int) -> None:
    """Within a transaction: records what a person says of two documents, and does what follows from it.

    Raises:
        OperatingError: if there are no such documents, one is closed, they are addressed to two companies
            or of two suppliers, one is to stand in the place of another one that it does not correct, or
            somebody answered already. Nothing is changed then.
    """
    workbench = correction.workbench
    name, other_name = f"D{document_id}", f"D{other_document_id}"
    if document_id == other_document_id:
        raise refusal(f"{name} is one document: name another one beside it")
    document, other = document_of(workbench, document_id), document_of(workbench, other_document_id)
    if document["status"] in _CLOSED:
        raise refusal(
            f"{name} was {document['status']} by {document['closed_by']}: nothing is asked about it"
        )
    if other["status"] == "repeated":
        raise refusal(f"{other_name} is a document that repeats another one: name that one")
    pair = {"document_id": document_id, "other_document_id": other_document_id}
    _refuse_answered(correction, pair)
    companies = {row["company_code"] for row in (document, other) if row["company_code"] is not None}
    if answer.outcome != STANDS and len(companies) > 1:
        raise refusal(
            f"{name} is addressed to {document['company_code']}, {other_name} to {other['company_code']}"
        )
    suppliers = {
        row["counterparty_code"] for row in (document, other) if row["counterparty_code"] is not None
    }
    if answer.outcome != STANDS and len(suppliers) > 1:
        raise refusal(
            f"{name} is of {document['counterparty_code']}, {other_name} of {other['counterparty_code']}: "
            "two suppliers have no invoice together"
        )
    if answer.outcome == REPLACES and not _corrects(document, other):
        raise refusal(
            f"{name} is no correction of {other_name}: `partita refuse {other_name}` says that an invoice is "
            "not owed"
        )
    if answer.outcome == REPEATS and document["status"] == "repeated":
        raise refusal(f"{name} is closed already, as one that repeats another document")
    row = {
        "answer_id": next_number(workbench, "ledger.document_answer", "answer_id"),
        "question": answer.question,
        "answer": answer.answer,
        "status_before": document["status"],
        **pair,
    }
    workbench.execute(
        statement("corrections", "insert_answer"),
        row
        | {
            "correction_id": correction.correction_id,
            "requested_by": correction.decider.who,
            "reason": correction.decider.reason,
            "now": correction.now,
        },
    )
    correction.effect(ANSWERED, row["answer_id"], document_id)
    _GIVE[answer.outcome](correction, row)


def _corrects(document: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether a document names the other one as the invoice that it corrects, or both name one."""
    named = {other["identity_number"], *(other["corrected_numbers"] or ())}
    return not named.isdisjoint(document["corrected_numbers"] or ())


def _refuse_answered(correction: Correction, pair: Mapping[str, Any]) -> None:
    """Raises OperatingError if an answer about the two documents counts, in either order."""
    for earlier in records(correction.workbench, "corrections", "answer_in_force", pair):
        raise refusal(
            f"D{earlier['document_id']} and D{earlier['other_document_id']} have the answer "
            f"`{earlier['answer']}` by C{earlier['correction_id']}: undo that first"
        )


def is_turned_last(answered: Mapping[str, Any]) -> bool:
    """Whether registrations are turned before this answer (a row of `answer_to_turn`): a document is closed
    only after its registration was taken out.
    """
    return _outcome(answered) in (REPEATS, REPLACES) and answered["effect_kind"] == WITHDRAWN


def turn_answer(correction: Correction, answered: Mapping[str, Any]) -> None:
    """Within a transaction: withdraws an answer, or gives it again (a row of `answer_to_turn`).

    Raises:
        OperatingError: if somebody decided about the document since, or gave another answer, or something of
            it is settled.
    """
    is_given_again = answered["effect_kind"] == WITHDRAWN
    if is_given_again:
        pair = {name: answered[name] for name in ("document_id", "other_document_id")}
        _refuse_answered(correction, pair)
    correction.workbench.execute(
        statement("corrections", "mark_answer"),
        {"answer_id": answered["answer_id"], "now": correction.now, "is_given": is_given_again},
    )
    kind = ANSWERED if is_given_again else WITHDRAWN
    correction.effect(kind, answered["answer_id"], answered["document_id"])
    steps = _GIVE if is_given_again else _WITHDRAW
    steps[_outcome(answered)](correction, answered)


def _outcome(answered: Mapping[str, Any]) -> str:
    return answers()[answered["answer"]].outcome


def _close(correction: Correction, row: Mapping[str, Any]) -> None:
    """The document is the same as another one: nothing of it is posted, and nothing is left to do."""
    first = f"the same as document {row['other_document_id']}"
    _close_document(correction, row["document_id"], "repeated", first)
    _end_findings(correction, row["other_document_id"], row["document_id"])


def _close_document(
    correction: Correction, document_id: int, status: standing.ClosedStatus, reason: str
) -> None:
    """Nothing of the document is owed: a registration is taken out, its findings end."""
    workbench, decider = correction.workbench, correction.decider
    document = document_of(workbench, document_id)
    if document["status"] == "registered":
        take_out(correction, document)
    standing.close(workbench, [document_id], status, decider.now, decider.who, reason)
    of_document = Given("invoices", "finding_of_document", {"document_ids": [document_id]})
    findings.close(workbench, of_document, "dismissed", decider.now, decider.who, decider.reason)
    _refresh(correction, document_id)
    close_finished_deliveries(workbench, [document_id])


def _reopen(correction: Correction, row: Mapping[str, Any]) -> None:
    """The document is asked about again."""
    workbench = correction.workbench
    document = document_of(workbench, row["document_id"])
    if document["status"] != "repeated":
        raise refusal(f"D{row['document_id']} is {document['status']} since: undo what changed it first")
    standing.reopen(workbench, row["document_id"])
    for number in (row["document_id"], row["other_document_id"]):
        _reopen_findings(correction, number, row)
    reopen_delivery(workbench, row["document_id"])


def _replace(correction: Correction, row: Mapping[str, Any]) -> None:
    """The document stands in the place of the other one, of which nothing is owed any more."""
    for number, problem in (
        (row["document_id"], "it stands in no other's place"),
        (row["other_document_id"], "nothing of it is owed"),
    ):
        status = document_of(correction.workbench, number)["status"]
        if status not in ("registered", "to_register"):
            raise refusal(f"D{number} is {status}: {problem}")
    place = f"D{row['document_id']} stands in its place"
    _close_document(correction, row["other_document_id"], "handled", place)
    _end_findings(correction, row["document_id"], row["other_document_id"])


def _give_back(correction: Correction, row: Mapping[str, Any]) -> None:
    """The two are asked about again: what was registered since is taken out, the other one is to register.

    A document that was refused since stays so: nothing takes the place of the other one then.
    """
    other = document_of(correction.workbench, row["other_document_id"])
    if other["status"] != "handled":
        raise refusal(f"D{row['other_document_id']} is {other['status']} since: undo what changed it first")
    if document_of(correction.workbench, row["document_id"])["status"] == "refused":
        _reopen_findings(correction, row["other_document_id"], row)
    else:
        _ask_again(correction, row)
    standing.reopen(correction.workbench, row["other_document_id"])
    _refresh(correction, row["other_document_id"])
    reopen_delivery(correction.workbench, row["other_document_id"])


def _let_stand(correction: Correction, row: Mapping[str, Any]) -> None:
    """The two are two documents: neither is asked about the other any more."""
    workbench = correction.workbench
    numbers = (row["document_id"], row["other_document_id"])
    if document_of(workbench, numbers[0])["status"] == "repeated":
        standing.reopen(workbench, numbers[0])
        reopen_delivery(workbench, numbers[0])
    for number, other in (numbers, numbers[::-1]):
        _end_findings(correction, number, other)


def _ask_again(correction: Correction, row: Mapping[str, Any]) -> None:
    """The two are asked about again; what was registered only since the answer is taken out."""
    workbench = correction.workbench
    document = document_of(workbench, row["document_id"])
    if document["status"] in _CLOSED:
        raise refusal(f"D{row['document_id']} was {document['status']} since, by {document['closed_by']}")
    if document["registration_id"] is not None and row["status_before"] != "registered":
        take_out(correction, document)
        reopen_delivery(workbench, row["document_id"])
    for number in (row["document_id"], row["other_document_id"]):
        _reopen_findings(correction, number, row)
    if row["status_before"] == "repeated":
        _close(correction, row)


def _end_findings(correction: Correction, document_id: int, other_document_id: int) -> None:
    decider = correction.decider
    pair = {"document_id": document_id, "other_document_id": other_document_id}
    asked = Given("corrections", "asked_finding", pair)
    findings.close(correction.workbench, asked, "dismissed", decider.now, decider.who, decider.reason)
    _refresh(correction, document_id)


def _reopen_findings(correction: Correction, document_id: int, row: Mapping[str, Any]) -> None:
    by_id = {"document_id": document_id, "answered_at": row["answered_at"]}
    findings.reopen(correction.workbench, Given("corrections", "finding_to_ask_again", by_id))
    _refresh(correction, document_id)


def _refresh(correction: Correction, document_id: int) -> None:
    standing.refresh_reasons(correction.workbench, document_id)
    refresh_import(correction.workbench, document_of(correction.workbench, document_id)["import_id"])


_GIVE: Final[Mapping[str, _Step]] = MappingProxyType(
    {REPEATS: _close, STANDS: _let_stand, REPLACES: _replace}
)
_WITHDRAW: Final[Mapping[str, _Step]] = MappingProxyType(
    {REPEATS: _reopen, STANDS: _ask_again, REPLACES: _give_back}
)
"""By the outcome of an answer, what giving and withdrawing it does. A new outcome is a row in each."""
