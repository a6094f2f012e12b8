"""Answers of people to whether an IBAN of a document is the supplier's (R13): it is, or another one is paid.

Belongs here: what an answer is, and turning it. Does not: which IBANs deserve a look (`assets.invoices`), and
what follows from answers for warnings and held items (`assets.reconciliation.causes.follow_ibans`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from stdnum import iban as ibans

from assets.corrections.recording import Correction, named, refusal
from assets.corrections.registrations import document_of
from assets.invoices.iban_doubts import look_at_ibans
from assets.statements import next_number, records, statement

ANSWERED: Final = "iban_answered"
WITHDRAWN: Final = "iban_answer_withdrawn"
"""What a correction did to an answer: kinds of its effects."""


def answer_iban(correction: Correction, document_id: int, iban: str | None, *, is_confirmed: bool) -> None:
    """Within a transaction: notes of the IBANs of a document that wait, or of one of them, that they are the
    supplier's (`is_confirmed`), in every document of his; or that this document is paid to another account.

    Raises:
        OperatingError: if there is no such document, it is closed, none of its IBANs waits, or one
            is to be confirmed whose check sum is wrong. Nothing is changed then.
    """
    workbench, decider = correction.workbench, correction.decider
    document = document_of(workbench, document_id)
    if document["status"] not in ("registered", "to_register"):
        raise refusal(f"D{document_id} is {document['status']}: nothing of it is paid")
    waiting = _waiting(correction, document_id, iban)
    if is_confirmed:
        wrong = [row["iban"] for row in waiting if not ibans.is_valid(row["iban"])]
        if wrong:
            raise refusal(
                f"{named(wrong)} is no IBAN, since its check sum is wrong: --known-account says that "
                f"D{document_id} is paid to another account"
            )
    for row in waiting:
        answer_id = next_number(workbench, "ledger.iban_answer", "answer_id")
        workbench.execute(
            statement("corrections", "insert_iban_answer"),
            {
                "answer_id": answer_id,
                "document_id": document_id,
                "counterparty_code": row["counterparty_code"],
                "iban": row["iban"],
                "is_confirmed": is_confirmed,
                "correction_id": correction.correction_id,
                "who": decider.who,
                "reason": decider.reason,
                "now": correction.now,
            },
        )
        correction.effect(ANSWERED, answer_id, document_id)


def _waiting(correction: Correction, document_id: int, iban: str | None) -> list[dict[str, Any]]:
    """The IBANs of a document of which nobody said anything, or the one that is named."""
    look_at_ibans(correction.workbench)
    found = records(correction.workbench, "corrections", "iban_question", {"document_id": document_id})
    waiting = [row for row in found if row["correction_id"] is None]
    if iban is not None:
        plain = re.sub("[^A-Z0-9]", "", iban.upper())
        of_name = [row for row in found if row["iban"] == plain]
        if of_name and of_name[0]["correction_id"] is not None:
            raise refusal(f"{plain} was answered by C{of_name[0]['correction_id']}: undo that first")
        if not of_name:
            others = f", but {named([row['iban'] for row in waiting])}" if waiting else ""
            raise refusal(f"{plain} of D{document_id} waits for no answer{others}")
        return of_name
    if not waiting:
        answered = sorted({f"C{row['correction_id']}" for row in found})
        how = f": answered by {named(answered)}" if answered else ""
        raise refusal(f"no IBAN of D{document_id} waits for an answer{how}")
    return waiting


def iban_answers_to_turn(correction: Correction, correction_id: int) -> list[dict[str, Any]]:
    """The answers that a correction gave or withdrew (`iban_answer_to_turn`); of most corrections none."""
    return records(
        correction.workbench, "corrections", "iban_answer_to_turn", {"correction_id": correction_id}
    )


def turn_iban_answers(correction: Correction, turned: Sequence[Mapping[str, Any]]) -> None:
    """Within a transaction: withdraws answers, or lets them count again (from `iban_answers_to_turn`)."""
    for row in turned:
        is_given_again = row["effect_kind"] == WITHDRAWN
        correction.workbench.execute(
            statement("corrections", "mark_iban_answer"),
            {"answer_id": row["answer_id"], "undone_at": None if is_given_again else correction.now},
        )
        kind = ANSWERED if is_given_again else WITHDRAWN
        correction.effect(kind, row["answer_id"], row["document_id"])
