"""What `process` and `rerun` do with e-invoices: deliveries through Dagster, and their outcome (F04, F05).

Belongs here: progress, the outcome, the lists of what is recognised and what is not. Does not: commands.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import click
import duckdb

from assets.home import Home
from assets.invoices import reports as document_reports
from assets.ledger.store import Ledger
from assets.wording import counted
from orchestration.cli.lists import named_file
from orchestration.cli.render import TABLE_ROWS, Column, Page, amount_column, visible

if TYPE_CHECKING:
    import dagster as dg

    from assets.invoices.registering import DeliveryOutcome
    from assets.settings import Settings

ALL_REGISTERED: Final = "all registered"
SOME_NOT: Final = "some not registered"
NOT_PROCESSED: Final = "not processed"

_MESSAGES: Final = "messages of the exchange system"
_MOST_NAMED: Final = 10
_FILES_BETWEEN_SIGNS: Final = 100
"""The progress bar is drawn anew after so many files of an archive."""


def _name(row: Mapping[str, object]) -> str:
    """How people name a document; nothing for a file in which none can be read."""
    return "" if row["document_id"] is None else f"D{row['document_id']}"


_RECOGNISED: Final = (
    Column("document", _name, is_right_aligned=True),
    Column("supplier", "supplier_name", is_prose=True),
    Column("type", "document_type"),
    Column("number", "document_number"),
    Column("date", "document_date"),
    amount_column("to pay", "payable_amount"),
    Column("currency", "currency_code"),
    Column("accounts", "account_codes"),
    Column("VAT codes", "vat_codes"),
    Column("recognised by", "rule_kinds"),
)
_NOT_RECOGNISED: Final = (
    Column("document", _name, is_right_aligned=True),
    Column("file", named_file, is_prose=True),
    Column("supplier", "supplier_name", is_prose=True),
    Column("number", "document_number"),
    Column("reason", "finding_code"),
    Column("found", "raw_value", is_prose=True),
    Column("expected", "expected", is_prose=True),
    Column("what to do", "remedy", is_prose=True),
)


def register(
    instance: dg.DagsterInstance, ledger: Ledger, keys: Sequence[str], tags: Mapping[str, str]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Registers the deliveries with a progress bar; an answer for each, and why runs failed.

    `tags` stand on every run.
    """
    from assets.invoices.registering import recorded_delivery
    from orchestration.process import failure_messages, run_registration

    if not keys:
        return [], []
    bar = click.progressbar(
        length=len(keys), label="Registering", file=sys.stderr, item_show_func=lambda shown: shown
    )
    with bar:

        def read(file_count: int) -> None:
            if file_count % _FILES_BETWEEN_SIGNS == 0:
                bar.update(0, f"{file_count} files read")

        results = run_registration(instance, keys, lambda key: bar.update(1, key), read=read, tags=tags)
    run_ids = {result.run_id for result in results}
    answers = []
    with ledger.reading() as workbench:
        for key in keys:
            outcome = recorded_delivery(workbench, key)
            assert outcome is not None, "a delivery is gathered before it is processed"
            is_processed = _is_processed(workbench, key)
            answers.append(_answer(workbench, outcome, run_ids, is_processed=is_processed))
    return answers, failure_messages(results)


def preview(home: Home, ledger: Ledger, settings: Settings) -> list[dict[str, Any]]:
    """What registering the deliveries that wait, and what lies in the inbox, would come to."""
    from orchestration.deliveries import DeliveryImports, new_deliveries, waiting_deliveries

    groups = new_deliveries(home, ledger, settings)
    if not groups and not waiting_deliveries(ledger):
        return []
    with DeliveryImports(home, ledger, "dry run") as imports:
        return [
            _answer(workbench, outcome, {imports.run_id}, is_processed=True)
            for outcome, workbench in imports.dry_run(groups)
        ]


def _is_processed(workbench: duckdb.DuckDBPyConnection, key: str) -> bool:
    """Whether the delivery was ever processed: one that could not be read for now still waits."""
    from assets.statements import rows, statement

    waiting = rows(workbench, statement("invoices", "delivery_by_status"), {"statuses": ["waiting"]})
    return (key,) not in waiting


def _answer(
    workbench: duckdb.DuckDBPyConnection, outcome: DeliveryOutcome, run_ids: set[str], *, is_processed: bool
) -> dict[str, Any]:
    """What became of a delivery; of its documents, what these runs registered and what is left to do."""
    key = outcome.delivery_key
    status = ALL_REGISTERED if outcome.is_closed else SOME_NOT
    documents = document_reports.delivery_documents(workbench, key)
    return {
        "partition_key": key,
        "source_file": key,
        "status": status if is_processed else NOT_PROCESSED,
        **outcome.counts,
        "recognised": [
            document
            for document in documents
            if document["status"] == "registered" and document["run_id"] in run_ids
        ],
        "not_recognised": document_reports.delivery_findings(workbench, key),
        "left_out": document_reports.left_out_files(workbench, key),
        "import_number": None,
    }


def show(page: Page, answers: Sequence[dict[str, Any]]) -> None:
    """The outcome of each delivery, with what is recognised and what is not."""
    for answer in answers:
        page.paragraph(f"{answer['partition_key']}: {_outcome(answer)}")
        for heading, columns, rows in (
            ("Recognised", _RECOGNISED, answer["recognised"]),
            ("Not recognised", _NOT_RECOGNISED, answer["not_recognised"]),
        ):
            if not rows:
                continue
            page.paragraph(heading)
            page.table(columns, rows[:TABLE_ROWS])
            if len(rows) > TABLE_ROWS:
                page.line(f"and {len(rows) - TABLE_ROWS:,} more: `--json` lists all of them.")
        if answer["left_out"]:
            names = answer["left_out"]
            more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
            shown = ", ".join(visible(name) for name in names[:_MOST_NAMED])
            page.paragraph(f"Left out, since no documents: {shown}{more}")


def _outcome(answer: dict[str, Any]) -> str:
    if answer["status"] == NOT_PROCESSED:
        return f"{NOT_PROCESSED}, it waits for the next attempt."
    parts = [f"{answer['registered_count']:,} of {answer['document_count']:,} documents registered"]
    for name, words in (
        ("repeated_count", "repeated"),
        ("decided_count", "refused or handled"),
        ("waiting_count", "to register"),
    ):
        if answer[name]:
            parts.append(f"{answer[name]:,} {words}")
    if answer["message_count"]:
        parts.append(counted(answer["message_count"], "message of the exchange system", _MESSAGES))
    if answer["left_out_count"]:
        parts.append(counted(answer["left_out_count"], "file left out", "files left out"))
    if answer["open_file_count"]:
        parts.append(f"something left to do in {counted(answer['open_file_count'], 'file')}")
    return f"{answer['status']}: {', '.join(parts)}."


def advice(answers: Sequence[dict[str, Any]], *, is_tried: bool = False) -> Iterator[str]:
    """What to do next about e-invoices; nothing if all are registered, or with `is_tried` would be."""
    waiting = sum(answer["status"] == NOT_PROCESSED for answer in answers)
    if waiting:
        waits = counted(waiting, "delivery waits", "deliveries wait")
        yield f"{waits} for the next attempt: what was tried now did not work."
    count = sum(answer["waiting_count"] for answer in answers)
    if count and is_tried:
        waits = counted(count, "document would wait", "documents would wait")
        yield f'{waits} to be registered: under "Not recognised" stands why, and what to do.'
    elif count:
        yield (
            f"{counted(count, 'document is', 'documents are')} to be registered: mend the cause, then "
            "`partita rerun --failed`; or `partita register`, `refuse` or `handle`."
        )
    unread = {
        finding["import_number"]
        for answer in answers
        for finding in answer["not_recognised"]
        if finding["document_id"] is None
    }
    if unread:
        files = counted(len(unread), "file")
        yield f"Something cannot be read in {files}: drop again what is mended, or `partita dismiss` it."
