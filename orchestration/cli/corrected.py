"""The page that shows what a correction changed, or would change.

Belongs here: sentences and tables of it. Does not: what it changed (`assets.corrections.performing`), and the
commands (`orchestration.cli.corrections`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from assets.invoices.questions import answers
from assets.wording import counted
from orchestration.cli.lists import named_file
from orchestration.cli.render import Column, Page, amount_column

POSTING_COLUMNS: Final = (
    Column("entry", "entry_id", is_right_aligned=True),
    Column("line", "line_number", is_right_aligned=True),
    Column("date", "posting_date"),
    Column("account", "account_code"),
    amount_column("debit", "debit_amount"),
    amount_column("credit", "credit_amount"),
    Column("currency", "company_currency_code"),
    Column("item", "open_item_key"),
    Column("description", "description", is_prose=True),
)
ITEM_COLUMNS: Final = (
    Column("item", lambda row: f"{row['company_code']}:{row['open_item_key']}"),
    Column("account", "account_code"),
    amount_column("residual before", "residual_before"),
    amount_column("after", "residual_after"),
    Column("currency", "currency_code"),
    Column("status before", "status_before"),
    Column("after", "status_after"),
)
_PAYMENTS: Final = (
    Column("payment", lambda row: f"{row['entry_id']}/{row['line_number']}"),
    Column("company", "company_code"),
    Column("account", "account_code"),
    amount_column("amount", "amount"),
    amount_column("unlinked", "unlinked_amount"),
    Column("currency", "company_currency_code"),
)


def show_correction(answer: Mapping[str, Any]) -> None:
    """The page of a correction that was made just now, or tried (`is_dry_run`): who and why, and what it
    changed, with items before and after it.
    """
    page = Page()
    name = "A correction" if answer["is_dry_run"] else f"Correction C{answer['correction_id']}"
    page.line(f"{name} ({answer['correction_kind']}) by {answer['requested_by']}: {answer['reason']}")
    show_changes(page, answer, "Open items", ITEM_COLUMNS)
    if answer["is_dry_run"]:
        page.paragraph("Nothing was changed: without --dry-run it is done.")
    else:
        page.paragraph(f"`partita undo C{answer['correction_id']} --reason ...` undoes it.")
    page.show()


def show_changes(
    page: Page, answer: Mapping[str, Any], items_heading: str, item_columns: Sequence[Column]
) -> None:
    """What a correction changed: what it says of movements, imports, documents and IBANs, its postings, and
    the items and payments that it touched.
    """
    for row in answer["movement_answers"]:
        page.line(
            f"Movement {named_file(row, 'partition_key')}:{row['line_number']} {_movement_answered(row)}."
        )
    for row in answer["imports"]:
        page.line(f"{named_file(row)} is {row['status']}{_how_to_finish(row)}.")
    for row in answer["documents"]:
        page.line(f"Document D{row['document_id']} {_registered(row)}.")
    for row in answer["answers"]:
        page.line(f"Document D{row['document_id']} {_answered(row)}.")
    for row in answer["ibans"]:
        page.line(f"{_iban_answered(row)}.")
        page.line(_iban_of_the_treasury(row))
    _show_part(
        page,
        counted(answer["entry_count"], "journal entry", "journal entries"),
        POSTING_COLUMNS,
        answer["postings"],
    )
    _show_part(page, items_heading, item_columns, answer["items"])
    _show_part(page, "Payments", _PAYMENTS, answer["payments"])


def _answered(row: Mapping[str, Any]) -> str:
    """What an answer says of two documents, and what has become of the first."""
    words = f"is {answers()[row['answer']].said} D{row['other_document_id']}"
    status = row["status"].replace("_", " ")
    return f"{words}: {status}" if row["is_given"] else f"is asked about again ({words}): {status}"


def _movement_answered(row: Mapping[str, Any]) -> str:
    """What an answer says of a movement."""
    if row["is_withdrawn"]:
        return "has no answer any more"
    return "is another" if row["answer"] == "another" else "is the same as one in the ledger"


def _iban_answered(row: Mapping[str, Any]) -> str:
    """What an answer says of an IBAN, and which items may be paid after it."""
    words = (
        f"{row['iban']} is an IBAN of {row['counterparty_code']}"
        if row["is_confirmed"]
        else f"Document D{row['document_id']} is paid to another account than {row['iban']}"
    )
    if not row["is_given"]:
        words += ": that counts no longer"
    documents = counted(row["document_count"], "document", "documents")
    payable = counted(row["payable_item_count"], "open item", "open items")
    return f"{words} ({documents}: {payable} may be paid, {row['held_item_count']} held)"


def _iban_of_the_treasury(row: Mapping[str, Any]) -> str:
    """Which account the treasury is told to pay to, since an answer does not change that."""
    if row["registry_iban"] is None:
        return f"Expected was {row['expected']}. The treasury is given none: counterparties.csv has no IBAN."
    return (
        f"Expected was {row['expected']}. The treasury is given the IBAN of counterparties.csv, "
        f"{row['registry_iban']}: if another one is to be paid, enter it there before you export."
    )


def _how_to_finish(row: Mapping[str, Any]) -> str:
    """What posts the rest of an import of which what it left out is gone, or says what else is open of it."""
    if row["status"] != "incomplete":
        return ""
    if row["has_left_out"]:
        return f": what it left out may be nowhere now, `partita rerun {row['import_number']}` posts that"
    return f": `partita findings {row['import_number']}` says what is open"


def _registered(row: Mapping[str, Any]) -> str:
    if row["entry_after"] is not None:
        return f"is registered by entry {row['entry_after']}"
    return f"is {row['status'].replace('_', ' ')}"


def _show_part(page: Page, title: str, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        page.paragraph(title)
        page.table(columns, rows)
