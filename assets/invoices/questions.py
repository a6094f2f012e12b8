"""What people are asked about e-invoices, and how they may answer: `question_kinds.csv`.

A question stands in the ledger as a finding, whose remedy names the commands that answer it. Each answer
is a command and a kind of correction of its name. A new kind of question is a few rows of the file, rows that
a statement adds to `doc_question`, and their texts (`finding_texts.csv`). Belongs here: reading the file.
Does not: who is asked what (the statement `doc_question`) and what an answer does
(`assets.corrections.answering`).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

REPEATS: Final = "repeats"
"""The outcome of an answer that closes a document as the same as another one."""

STANDS: Final = "stands"
"""The outcome of an answer that lets a document be registered although it was asked about."""


REPLACES: Final = "replaces"
"""The outcome of an answer that lets a document be registered and closes the other one in its favour."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to one question: a row of `question_kinds.csv`.

    `finding_codes` are the findings that ask the question; `said` is what the answer says of two documents.
    `outcome` says what it does; `help` is what the command says of itself.
    """

    question: str
    answer: str
    finding_codes: tuple[str, ...]
    said: str
    outcome: str
    help: str


@cache
def answers() -> Mapping[str, Answer]:
    """All answers by their name, in the order of the file."""
    content = resources.files("assets.invoices").joinpath("question_kinds.csv").read_text("utf-8")
    return {
        row["answer"]: Answer(
            row["question"],
            row["answer"],
            tuple(row["finding_codes"].split()),
            row["said"],
            row["outcome"],
            row["help"],
        )
        for row in csv.DictReader(content.splitlines())
    }


def question_rows() -> list[dict[str, str]]:
    """The answers for SQL: one row per answer and finding code."""
    return [
        {
            "question": answer.question,
            "finding_code": code,
            "answer": answer.answer,
            "outcome": answer.outcome,
        }
        for answer in answers().values()
        for code in answer.finding_codes
    ]
