"""The command `unlinked`: payments that settle no item, with the items they may belong to (D07)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, cast

import click

from assets.home import home_from_environment
from assets.ledger import asking
from assets.reports import lists
from orchestration.cli.access import reading, say_nothing_yet
from orchestration.cli.lists import NAME_COLUMN, NARROWER, party_name, source_place
from orchestration.cli.narrowing import Wanted, limited, narrowing_options, write_spreadsheet
from orchestration.cli.render import TABLE_ROWS, Column, Page, answer_buffer, cell, write_array

COLUMNS: Final = (
    Column("posting", "posting", sorts=("entry_id", "line_number")),
    Column("company", "company_code"),
    Column("account", "account_code"),
    Column("date", "posting_date"),
    Column("amount", "amount", is_right_aligned=True, sorts=("unlinked_amount",)),
    Column("currency", "currency", sorts=("company_currency_code",)),
    Column("item / reason", "item", is_prose=True, sorts=("unlinked_reason",)),
    Column("score", "score", is_right_aligned=True, sorts=()),
    Column("description / why this candidate", "text", is_prose=True, sorts=("description",)),
    Column("file:line", "place", is_prose=True, sorts=("source_file", "source_line")),
    Column("name", "name", is_prose=True, sorts=NAME_COLUMN.sorts),
)


@click.command()
@narrowing_options(lists.UNLINKED, COLUMNS)
def unlinked(*, wanted: Wanted) -> None:
    """Payments that are posted but settle no item, or not in full, and the best candidates for each.

    A spreadsheet has one row for each payment, with its best candidate beside it.
    """
    if wanted.is_spreadsheet:
        write_spreadsheet(lambda ledger, _, asked: lists.best_candidates(ledger, asked), wanted, "unlinked")
        return
    limit = wanted.asked.limit
    if wanted.as_json:
        with answer_buffer(home_from_environment().ledger) as buffer, reading() as (home, connection):
            if connection is None:
                say_nothing_yet(home, as_json=True)
                write_array(buffer, [])
            else:
                write_array(buffer, lists.unlinked(connection, wanted.asked))
        return
    shown = limit or TABLE_ROWS
    payments: list[asking.Answer] = []
    with reading() as (home, connection):
        if connection is not None:
            payments = list(lists.unlinked(connection, limited(wanted, shown + 1)))
    if connection is None:
        say_nothing_yet(home, as_json=False)
        return
    page = Page()
    if not payments:
        page.line("No unlinked payments: every payment settles the items that it names.")
    else:
        page.table(COLUMNS, _lines(payments[:shown]))
        if len(payments) > shown:
            page.paragraph(f"These are the first {shown} payments: {NARROWER}, or raise --limit.")
        page.paragraph(
            "Each payment is followed by its candidates, the best first. Find out which item it belongs to: "
            "`partita why COMPANY:KEY` shows an item, `partita why ENTRY/LINE` the line of the file. "
            "`partita link ENTRY/LINE COMPANY:KEY --reason ...` links them."
        )
    page.show()


def _lines(payments: list[asking.Answer]) -> Iterator[Mapping[str, object]]:
    """A payment on one line and its candidates, set in, below it."""
    for payment in payments:
        yield {
            "posting": f"{payment['entry_id']}/{payment['line_number']}",
            "company_code": payment["company_code"],
            "account_code": payment["account_code"],
            "posting_date": payment["posting_date"],
            "amount": cell(payment, "unlinked_amount"),
            "currency": payment["company_currency_code"],
            "item": payment["unlinked_reason"],
            "score": None,
            "text": payment["description"],
            "place": source_place(payment),
            "name": party_name(payment),
        }
        for candidate in cast("list[asking.Row]", payment["candidates"]):
            yield {
                "posting": f"  {candidate['candidate_rank']}.",
                "company_code": candidate["company_code"],
                "account_code": candidate["account_code"],
                "posting_date": candidate["due_date"],
                "amount": cell(candidate, "residual_amount"),
                "currency": candidate["currency_code"],
                "item": candidate["open_item_key"],
                "score": candidate["score"],
                "text": candidate["explanation"],
                "place": None,
                "name": None,
            }
