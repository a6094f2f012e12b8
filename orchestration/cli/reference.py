"""The commands `reference check` and `reference import`: the reference data, before anything is booked.

Belongs here: what is taken and shown. Does not: how files are judged (`assets.reference.load`) and read from
other programs (`assets.reference.importing`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, Final

import click
import duckdb

from assets.decimals import Mark
from assets.findings import Finding
from assets.home import Home, home_from_environment
from assets.ledger.store import Ledger
from assets.money import format_amount
from assets.reference.completeness import lacking
from assets.reference.differences import Difference, key_text
from assets.reference.foreign_tables import read_table
from assets.reference.import_mappings import KINDS, ImportMapping, kept_mapping, our_columns
from assets.reference.importing import Proposal, accept_import, propose_import, refuse_import
from assets.reference.known_items import Compared
from assets.reference.load import judged_reference
from assets.wording import counted
from orchestration.cli.exit_codes import STOPPED
from orchestration.cli.options import PlainText, json_option
from orchestration.cli.render import TABLE_ROWS, Page, show_object, visible

_MOST_SHOWN: Final = 20
_IN_FORCE: Final = "The files take effect with the next command that posts."


@click.group()
def reference() -> None:
    """The reference data: judge the files before anything is booked, bring in those of other programs."""


@reference.command()
@json_option
def check(as_json: bool) -> None:
    """Judge the reference files as they are now, whether or not they are in force.

    Ends with 1 if they would be refused, with 0 if not. What is merely missing is said, and refuses nothing.
    """
    home = home_from_environment()
    folder = home.reference
    with _ledger_of(home) as ledger:
        read = judged_reference(folder, ledger)
    notes = list(lacking(read)) if not read.findings else []
    if as_json:
        show_object(
            {
                "is_right": not read.findings,
                "findings": [_as_row(finding) for finding in read.findings],
                "lacking": notes,
            }
        )
    else:
        _show(str(folder), read.findings, notes)
    if read.findings:
        click.get_current_context().exit(STOPPED)


@reference.command("import")
@click.argument("kind", type=click.Choice(tuple(KINDS)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--map", "columns", multiple=True, metavar="OUR=THEIR", help="Our column is theirs of this name."
)
@click.option(
    "--constant", "constants", multiple=True, metavar="OUR=VALUE", help="Our column, for every row."
)
@click.option(
    "--value",
    "values",
    multiple=True,
    metavar="OUR:THEIR=OURS",
    help="A value of theirs in our column is ours.",
)
@click.option("--sheet", type=PlainText(), help="Sheet of a spreadsheet that has several.")
@click.option(
    "--decimal-mark",
    type=click.Choice(("point", "comma")),
    help="How a CSV writes numbers: 1234.56, or 1.234,56.",
)
@click.option("--company", type=PlainText(), metavar="CODE", help="Only this company.")
@click.option("--prefix", type=PlainText(), default="", help="Letters before all codes of counterparties.")
@click.option(
    "--sign",
    type=click.Choice(("account", "ledger")),
    help="Open items: what an amount above zero is. The side of its account's kind (account), or debit "
    "(ledger).",
)
@click.option("--with-accounts", is_flag=True, help="Counterparties: an account for each that has none.")
@click.option(
    "--accept", is_flag=True, help="Write it. Without this, the difference is shown and nothing written."
)
def import_table(
    kind: str,
    file: Path,
    columns: tuple[str, ...],
    constants: tuple[str, ...],
    values: tuple[str, ...],
    sheet: str | None,
    decimal_mark: Mark | None,
    company: str | None,
    prefix: str,
    sign: str | None,
    *,
    with_accounts: bool,
    accept: bool,
) -> None:
    """Take accounts, counterparties or open items from a CSV or XLSX file of another program.

    Columns are found by their names, or as --map says; what was accepted is kept for the next file. Rows that
    are there are changed where the file says something else, none is ever removed.
    """
    if with_accounts and kind != "counterparties":
        raise click.UsageError("--with-accounts goes with counterparties")
    home = home_from_environment()
    folder = home.reference
    named = ImportMapping(
        dict(_pair(kind, text) for text in columns),
        dict(_pair(kind, text) for text in constants),
        {(ours, theirs): value for ours, theirs, value in (_value(kind, text) for text in values)},
        {name: value for name, value in (("decimal_mark", decimal_mark), ("sign", sign)) if value},
    )
    table = read_table(file, sheet)
    with _ledger_of(home) as ledger:
        is_in_use = ledger is not None
        proposal = propose_import(
            folder,
            kind,
            table,
            named.over(kept_mapping(folder, kind)),
            company_code=company,
            with_accounts=with_accounts,
            prefix=prefix,
            ledger=ledger,
        )
        after = {each.file_name: each.content for each in proposal.differences if not each.is_empty}
        if not accept:
            refuse_import(folder, proposal, ledger)
        elif after:
            accept_import(folder, kind, proposal, ledger)
    page = Page()
    _show_mapping(page, proposal)
    for difference in proposal.differences:
        _show_difference(page, difference)
    _show_counts(page, proposal)
    is_unnumbered = "document_number" not in {*proposal.mapping.columns, *proposal.mapping.constants}
    if is_in_use and kind == "open-items" and is_unnumbered:
        page.line(
            "No column has the number of the document, so that an item of an invoice that is here under "
            "another key is not seen: name it by --map document_number='…'."
        )
    if not after:
        page.paragraph("Nothing to write: all of it is there.")
    elif accept:
        page.paragraph("Written. `partita reference check` says what is still missing.")
    else:
        page.paragraph("Nothing was written: the same command with --accept does.")
    page.show()


@contextmanager
def _ledger_of(home: Home) -> Iterator[duckdb.DuckDBPyConnection | None]:
    """A connection to which the ledger is attached; None if the home has none yet."""
    ledger = Ledger.of(home)
    if not ledger.exists():
        yield None
        return
    with ledger.reading() as connection:
        yield connection


def _pair(kind: str, text: str) -> tuple[str, str]:
    ours, is_pair, value = text.partition("=")
    if not is_pair:
        raise click.UsageError(f"{text} is no pair such as account_name=Descrizione")
    if ours not in our_columns(kind):
        raise click.UsageError(f"{ours} is no column of {kind}; there are {', '.join(our_columns(kind))}")
    return ours, value.strip()


def _value(kind: str, text: str) -> tuple[str, str, str]:
    ours, _, rest = text.partition(":")
    theirs, is_pair, value = rest.partition("=")
    if not is_pair:
        raise click.UsageError(f"{text} is no value such as account_kind:Cliente=customer")
    _pair(kind, f"{ours}=")
    return ours, theirs, value


def _show_mapping(page: Page, proposal: Proposal) -> None:
    mapping = proposal.mapping
    page.facts(
        [
            *((ours, f"column {theirs}") for ours, theirs in mapping.columns.items()),
            *((ours, f"{value} for every row") for ours, value in mapping.constants.items()),
            *((name.replace("_", " "), value) for name, value in mapping.options.items()),
        ]
    )
    if proposal.left_out:
        page.line(f"Nothing is taken of: {visible(', '.join(proposal.left_out))}.")


def _show_counts(page: Page, proposal: Proposal) -> None:
    if proposal.zero_count:
        page.line(f"{counted(proposal.zero_count, 'row')} left out: nothing of the item is open.")
    if proposal.totals:
        named = ", ".join(str(number) for number in proposal.totals[:_MOST_SHOWN])
        hidden = len(proposal.totals) - _MOST_SHOWN
        more = f" and {hidden:,} more" if hidden > 0 else ""
        rows = counted(len(proposal.totals), "row")
        page.line(f"{rows} left out, with neither key nor party, as rows of totals are: {named}{more}.")
    _show_compared(page, proposal.compared)
    if proposal.turned_count:
        items = counted(proposal.turned_count, "item")
        page.line(
            f"{items} on the other side than the account's kind, as credit notes are. If these are invoices, "
            "the file has debit above zero: --sign ledger."
        )


def _show_compared(page: Page, compared: Compared) -> None:
    """What of the items is here, and where the two programs differ: whoever takes the file compares them."""
    if compared.stays_count:
        one = "item is here and stays: nothing of it is written."
        many = "items are here and stay: nothing of them is written."
        page.line(counted(compared.stays_count, one, many))
    for left_out, one, many in (
        (
            compared.differing,
            "item has another amount open here: find out why, the file changes nothing",
            "items have another amount open here: find out why, the file changes nothing",
        ),
        (
            compared.registered,
            "row left out, since the ledger has the document under another key, by which traces name it",
            "rows left out, since the ledger has their documents under other keys, by which traces name them",
        ),
        (
            compared.taken_out,
            "row left out, since its item was taken out of opening_open_items.csv: put it back if it is open",
            "rows left out, since their items were taken out of opening_open_items.csv: put them back if "
            "they are open",
        ),
    ):
        if not left_out:
            continue
        page.line(f"{counted(len(left_out), one, many)}:")
        for each in left_out[:_MOST_SHOWN]:
            page.line(f"  {visible(each.open_item_key)}: {visible(each.said)}")
        if len(left_out) > _MOST_SHOWN:
            page.line(f"  … and {len(left_out) - _MOST_SHOWN:,} more")


def _show_difference(page: Page, difference: Difference) -> None:
    page.paragraph(
        f"{difference.file_name}: {len(difference.added):,} new, {len(difference.changed):,} changed, "
        f"{difference.same_count:,} the same, {difference.absent_count:,} of which the file says nothing"
    )
    for row in difference.added[:_MOST_SHOWN]:
        page.line(f"  + {visible(', '.join(value for value in row.values() if value))}")
    if len(difference.added) > _MOST_SHOWN:
        page.line(f"  … and {len(difference.added) - _MOST_SHOWN:,} more")
    for before, row in difference.changed[:_MOST_SHOWN]:
        changes = (
            f"{name} {before[name]!r} -> {row[name]!r}" for name in row if before.get(name) != row[name]
        )
        page.line(f"  ~ {visible(key_text(difference.file_name, row))}: {visible('; '.join(changes))}")
    if len(difference.changed) > _MOST_SHOWN:
        page.line(f"  … and {len(difference.changed) - _MOST_SHOWN:,} more")
    for sentence in _totals(difference):
        page.line(sentence)


def _totals(difference: Difference) -> Iterator[str]:
    """What new items come to by currency and side, to be compared with the list that their program prints."""
    if difference.file_name != KINDS["open-items"]:
        return
    totals: dict[str, dict[str, Decimal]] = {}
    for row in difference.added:
        sides = totals.setdefault(row["currency_code"], dict.fromkeys(("debit", "credit"), Decimal(0)))
        sides[row["side"]] += Decimal(row["original_amount"])
    for currency, sides in sorted(totals.items()):
        amounts = ", ".join(f"{side} {format_amount(amount, currency)}" for side, amount in sides.items())
        yield f"What is new comes to {amounts} {currency}."


def _show(folder: str, findings: tuple[Finding, ...], notes: list[str]) -> None:
    page = Page()
    for finding in islice(findings, TABLE_ROWS):
        page.line(visible(finding.sentence))
        page.line(f"    {finding.remedy}")
    if len(findings) > TABLE_ROWS:
        page.line(f"… and {counted(len(findings) - TABLE_ROWS, 'more')}: --json lists all.")
    for note in islice(notes, TABLE_ROWS):
        page.line(f"Still missing: {visible(note)}.")
    if len(notes) > TABLE_ROWS:
        page.line(f"… and {len(notes) - TABLE_ROWS:,} more: --json lists all.")
    if findings:
        page.paragraph(
            f"{counted(len(findings), 'problem')} in {folder}: nothing of a change takes effect until all "
            "are mended."
        )
    elif notes:
        page.paragraph(f"They are right as far as they go. {_IN_FORCE}")
    else:
        page.paragraph(f"All is well. {_IN_FORCE}")
    page.show()


def _as_row(finding: Finding) -> dict[str, Any]:
    return {
        "source_file": finding.source_file,
        "line_number": finding.line_number,
        "field": finding.field,
        "finding_code": finding.finding_code,
        "raw_value": finding.raw_value,
        "expected": finding.expected_text,
        "remedy": finding.remedy,
    }


COMMANDS: Final[list[click.Command]] = [reference]
