"""`partita documents --read-again`: what is booked beside what the present rules read in the same files.

Belongs here: progress, the answer, and telling Dagster's check of it. Does not: reading and comparing
(`orchestration.reading_again`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Never

from assets.home import Home
from assets.invoices.reading_again import Readings
from assets.invoices.rules import READING_RULES
from assets.ledger.store import Ledger
from assets.money import format_amount
from assets.wording import counted
from orchestration.cli.access import reading, say_nothing_yet
from orchestration.cli.exit_codes import ALL_WELL, SOMETHING_LEFT
from orchestration.cli.invoices import document_name, known_delivery
from orchestration.cli.progress import counting
from orchestration.cli.render import TABLE_ROWS, Column, Page, show_object

_FIELDS: Final = (
    Column("document", document_name),
    Column("company", "company_code"),
    Column("supplier", "supplier_name", is_prose=True),
    Column("number", "document_number"),
    Column("field", "field", is_prose=True),
    Column("registered", "registered", is_right_aligned=True),
    Column("read now", "read", is_right_aligned=True),
    Column("currency", "currency_code"),
)
_UNREADABLE: Final = (
    Column("document", document_name),
    Column("company", "company_code"),
    Column("supplier", "supplier_name", is_prose=True),
    Column("number", "document_number"),
    Column("kept as", "file_key", is_prose=True),
    Column("problem", "problem", is_prose=True),
)


def show_read_again(company: str | None, delivery: str | None, limit: int | None, *, as_json: bool) -> Never:
    """Reads registered documents again that older rules read, shows which differ, and ends the command."""
    with reading() as (home, connection):
        if connection is None:
            say_nothing_yet(home, as_json=as_json)
            readings = Readings()
        else:
            delivery = None if delivery is None else known_delivery(connection, delivery)
    if connection is not None:
        readings = _read(home, Ledger.of(home), company, delivery)
    if as_json:
        show_object(_answer(readings, limit))
    elif connection is not None:
        _show(readings, limit or TABLE_ROWS)
    raise SystemExit(SOMETHING_LEFT if readings.differing or readings.unreadable else ALL_WELL)


def _read(home: Home, ledger: Ledger, company: str | None, delivery: str | None) -> Readings:
    from orchestration.reading_again import ReadingAgain

    with ReadingAgain(home, ledger, "read again") as again, counting("Reading") as report:
        readings = again.read(company=company, delivery=delivery, progress=report)
    if readings.agreeing:
        _report(home, ledger)
    return readings


def _report(home: Home, ledger: Ledger) -> None:
    """Tells Dagster what the check says now, if it runs in this home at all."""
    if not (home.dagster / "dagster.yaml").exists():
        return
    from assets.invoices.checks import CHECKS
    from orchestration.instance import open_instance
    from orchestration.outcomes import check_result, evaluation

    (rule,) = (each for each in CHECKS if each.name == "documents_are_read_by_present_rules")
    with ledger.reading() as workbench:
        result = check_result(workbench, rule)
    with open_instance(home) as instance:
        instance.report_runless_asset_event(evaluation(result))


def _answer(readings: Readings, limit: int | None) -> dict[str, Any]:
    return {
        "rules_version": READING_RULES,
        "document_count": readings.document_count,
        "agreeing_count": len(readings.agreeing),
        "differing": readings.differing[:limit],
        "unreadable": readings.unreadable[:limit],
    }


def _show(readings: Readings, rows: int) -> None:
    page = Page()
    shown, lost = readings.differing[:rows], readings.unreadable[:rows]
    if shown:
        page.table(_FIELDS, [row | each for row in shown for each in row["differences"]])
        page.paragraph("What changes them:")
        for row in shown:
            page.line(f"  {document_name(row)}: {_remedy(row)}")
    if lost:
        page.paragraph("Not read, since the file is not there:")
        page.table(_UNREADABLE, lost)
    if len(shown) < len(readings.differing) or len(lost) < len(readings.unreadable):
        page.paragraph(f"These are the first {rows}: choose --company or --delivery, or raise --limit.")
    page.paragraph(" ".join(_outcome(readings)))
    page.show()


def _remedy(row: Mapping[str, Any]) -> str:
    """The commands, and what of the items was settled or exported already."""
    commands = ", then ".join(f"`{command}`" for command in row["commands"])
    touched = "; ".join(_touched(item) for item in row["items"])
    return f"{commands} ({touched})" if touched else commands


def _touched(item: Mapping[str, Any]) -> str:
    parts = []
    if item["settled_by"] is not None:
        amount = format_amount(item["settled_amount"], item["currency_code"])
        parts.append(f"settled with {amount} {item['currency_code']} by {item['settled_by']}")
    if item["is_exported"]:
        parts.append("exported to the treasury")
    return f"{item['open_item_key']} is {' and '.join(parts)}"


def _outcome(readings: Readings) -> Iterator[str]:
    if not readings.document_count:
        yield "Nothing to read: the present rules agree with every registered document."
        return
    count = counted(readings.document_count, "registered document")
    yield (
        f"Read again: {count}, of which {len(readings.agreeing):,} agree, {len(readings.differing):,} "
        f"differ and {len(readings.unreadable):,} cannot be read."
    )
    if readings.differing:
        yield "Nothing was changed: a document that differs stays as it is booked until somebody changes it."
