"""The commands `why` and `find`: where something comes from, to the bytes, by whatever is known of it (O06).

Belongs here: what a text means, and how an answer is shown. Does not: what could be meant (`assets.search`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, cast

import click
import duckdb

from assets.errors import OperatingError
from assets.exchange.reports import messages_of_file
from assets.home import Home
from assets.import_numbers import number_alone
from assets.invoices import reports as document_reports
from assets.ledger import asking
from assets.reports import lists, questions
from assets.search import finding
from assets.search.asked import read_asked
from assets.search.finding import Hit
from orchestration.cli.access import reading, say_nothing_yet, waiting_file
from orchestration.cli.exit_codes import CALLED_WRONGLY
from orchestration.cli.hits import COLUMNS as _HITS
from orchestration.cli.hits import command_of, described, how_to_see_all
from orchestration.cli.invoices import document_name
from orchestration.cli.kept_files import KeptFile, read_line
from orchestration.cli.lists import FINDING_COLUMNS, RESOLUTION_COLUMN, named_file, source_place
from orchestration.cli.names import in_command, quoted
from orchestration.cli.options import PlainText, json_option, limit_option
from orchestration.cli.render import (
    TABLE_ROWS,
    Column,
    Page,
    amount_column,
    cell,
    show_array,
    show_object,
    visible,
)
from orchestration.cli.why_correction import explain_correction, show_correction
from orchestration.cli.why_document import (
    DOCUMENTS_OF_FILE,
    MESSAGES,
    evidence,
    explain_document,
    kept_file,
    show_document,
)
from orchestration.cli.why_other import explain_invoice, show_counterparty, show_invoice

_ATTEMPTS: Final = (
    Column("attempt", "attempt", is_right_aligned=True),
    Column("at", "attempted_at"),
    Column("status", "status"),
    Column("movements posted", "posted_movement_count", is_right_aligned=True),
    Column("errors", "error_count", is_right_aligned=True),
    Column("warnings", "warning_count", is_right_aligned=True),
    Column("reference version", "reference_version", is_right_aligned=True),
    Column("run", "run_id", is_prose=True),
)
_ENTRIES: Final = (
    Column("entry", "entry_id", is_right_aligned=True),
    Column("kind", "entry_kind"),
    Column("company", "company_code"),
    Column("date", "posting_date"),
    Column("reason", "accounting_reason_code"),
    Column("movement", "progressive"),
    Column("line", "source_line", is_right_aligned=True),
    Column("postings", "posting_count", is_right_aligned=True),
    amount_column("debit", "debit_total"),
    Column("unlinked", "unlinked_posting_count", is_right_aligned=True),
)
_KEPT_OUT: Final = (
    Column("company", "company_code"),
    Column("movement", "progressive"),
    Column("first line", "first_line_number", is_right_aligned=True),
    Column("because of", "finding_codes", is_prose=True),
)
_SETTLEMENTS: Final = (
    Column("date", "settlement_date"),
    Column("posting", lambda row: f"{row['entry_id']}/{row['line_number']}"),
    Column("item", lambda row: f"{row['company_code']}:{row['open_item_key']}"),
    amount_column("amount", "amount"),
    Column("currency", "currency_code"),
    Column("flag", "settlement_flag"),
    Column("rule", "matching_rule", is_prose=True),
    Column("file:line", source_place),
    Column("run", "run_id", is_prose=True),
    Column("undone", "undone_at"),
)
_CANDIDATES: Final = (
    Column("item", lambda row: f"{row['company_code']}:{row['open_item_key']}"),
    Column("account", "account_code"),
    Column("due", "due_date"),
    amount_column("residual", "residual_amount"),
    Column("currency", "currency_code"),
    Column("score", "score", is_right_aligned=True),
    Column("why this candidate", "explanation", is_prose=True),
)
_PAYMENTS: Final = (
    Column("posting", lambda row: f"{row['entry_id']}/{row['line_number']}"),
    Column("date", "posting_date"),
    amount_column("amount", "unlinked_amount"),
    Column("currency", "company_currency_code"),
    Column("fits by", "fits_by"),
    Column("description", "description", is_prose=True),
    Column("file:line", source_place, is_prose=True),
)
_BY_HAND: Final = (
    Column("posting", lambda row: f"{row['entry_id']}/{row['line_number']}"),
    Column("made", "created_at"),
    Column("by", "requested_by"),
    Column("because", "requested_reason", is_prose=True),
)


class AmbiguousError(click.ClickException):
    """The text could mean several things; the message lists them."""

    exit_code = CALLED_WRONGLY


@click.command()
@click.argument("what", type=PlainText())
@click.option(
    "--as",
    "kind",
    type=click.Choice(["file", "posting", "item", "document", "correction", "invoice", "counterparty"]),
    help="What WHAT is, where it could be several things.",
)
@limit_option
@json_option
def why(what: str, kind: str | None, limit: int | None, as_json: bool) -> None:
    """Where something comes from: its file, line, bytes, rule and run.

    WHAT is a file (its name, its partition key, or the number of its import, I12), a posting (ENTRY or
    ENTRY/LINE), an open item (its key, or COMPANY:KEY), a document (D12), a correction (C5) - or anything
    that you know of one thing, as for `partita find`: a number, an amount, a name, an IBAN, a date.
    """
    with reading() as (home, connection):
        if connection is not None:
            hit = _only_one(connection, home, what, kind)
            answer = _explain(connection, home, hit, limit if as_json else limit or TABLE_ROWS)
    if connection is None:
        say_nothing_yet(home, as_json=as_json)
        if as_json:
            show_object({})
    elif as_json:
        show_object(answer)
    else:
        _show(answer)


@click.command()
@click.argument("text", type=PlainText())
@json_option
def find(text: str, as_json: bool) -> None:
    """Find things by what you know: a number, an amount, a part of a name, an IBAN or a date.

    One thing is shown as `partita why` shows it; several are listed with the command that shows each. Amounts
    have a comma or a point (1250,50), dates are 2026-03-01 or 01/03/2026. I12 is an import, D12 a document,
    C5 a correction.
    """
    found = finding.Found(())
    answer: asking.Answer | None = None
    with reading() as (home, connection):
        if connection is not None:
            found = finding.find(connection, text)
            if not as_json and len(found.hits) == 1 and found.hits[0].kind in _EXPLAINED:
                answer = _explain(connection, home, found.hits[0], TABLE_ROWS)
    if connection is None:
        say_nothing_yet(home, as_json=as_json)
    if as_json:
        show_array([finding.facts_of(hit) | {"command": command_of(hit)} for hit in found.hits])
    elif answer is not None:
        _show(answer)
    elif connection is not None:
        _show_found(text, found)


def _show(answer: asking.Answer) -> None:
    page = Page()
    _EXPLAINED[str(answer["kind"])](page, answer)
    page.show()


def _show_found(text: str, found: finding.Found) -> None:
    page = Page()
    if not found.hits:
        page.line(f"Nothing is found by {quoted(text)}: give a whole number or amount, or less of a name.")
        page.line(
            "Dates are 2026-03-01, 01/03/2026 or 1.3.26. A file is I12, its name, or three letters of it."
        )
    else:
        page.table(_HITS, [{**finding.facts_of(hit), "command": command_of(hit)} for hit in found.hits])
        for kind in found.cut_kinds:
            page.paragraph(how_to_see_all(kind, text))
    page.show()


_OF_FILES: Final = ("file", "delivery")


def _only_one(connection: duckdb.DuckDBPyConnection, home: Home, what: str, kind: str | None) -> Hit:
    """The one thing that is meant: what bears the name, else the one of which it is known."""
    what = number_alone(what)
    name = Path(what).name
    found = finding.named(connection, read_asked(what))
    if name != what and not any(hit.kind in _OF_FILES for hit in found):
        found += [hit for hit in finding.named(connection, read_asked(name)) if hit.kind in _OF_FILES]
    found = [hit for hit in found if kind is None or hit.kind == kind]
    if not found:
        hits = finding.find(connection, what).hits
        found = [hit for hit in hits if hit.kind == kind or (kind is None and hit.kind in _EXPLAINED)]
    if not found:
        raise _unknown(connection, home, what)
    if len(found) == 1 and found[0].kind == "delivery":
        raise OperatingError(
            f"{quoted(found[0].reference)} is a delivery of e-invoices: `{command_of(found[0])}` lists its "
            "documents"
        )
    if len(found) == 1:
        if found[0].matched_by == "part of the number":
            named = f"Nothing has the number {quoted(what)}; it is part of that of one thing:"
            click.echo(visible(named), err=True)
        return found[0]
    lines = [visible(f"  {command_of(hit)}  ({described(hit)})") for hit in found]
    raise AmbiguousError(f"{quoted(what)} could be {len(found)} things; say which one:\n" + "\n".join(lines))


def _unknown(connection: duckdb.DuckDBPyConnection, home: Home, what: str) -> OperatingError:
    name = Path(what).name
    waiting = waiting_file(home, connection, name)
    if waiting is not None:
        return waiting
    return OperatingError(
        f"the ledger has nothing by {quoted(what)}: give a file name or I12, ENTRY or ENTRY/LINE, an open "
        "item key or COMPANY:KEY, a document such as D12, a correction such as C5, or a number, an amount, a "
        "name, an IBAN or a date"
    )


def _explain(connection: duckdb.DuckDBPyConnection, home: Home, hit: Hit, limit: int | None) -> asking.Answer:
    if hit.kind == "counterparty":
        return {"kind": "counterparty", **finding.explain_counterparty(connection, hit.reference)}
    number = hit.number
    assert number is not None, "what can be explained has a number"
    if hit.kind == "file":
        return _explain_file(connection, home, number, limit)
    if hit.kind == "posting":
        return _explain_entry(connection, home, number, hit.line_number)
    if hit.kind == "item":
        record = questions.explain_item(connection, number)
        opened_by = record["opened_by_entry_id"]
        document = isinstance(opened_by, int) and document_reports.document_of_entry(connection, opened_by)
        payments = lists.payments_of_item(connection, number, cast("asking.Row", record))
        return {"kind": "item", **record, "unlinked_payments": payments, **(document or {})}
    if hit.kind == "correction":
        return explain_correction(connection, number)
    if hit.kind == "invoice":
        return explain_invoice(connection, hit.reference)
    return explain_document(connection, home, number)


def _explain_file(
    connection: duckdb.DuckDBPyConnection, home: Home, import_id: int, limit: int | None
) -> asking.Answer:
    record = lists.explain_file(connection, import_id, limit=limit)
    kept = kept_file(connection, home, record)
    answer = {"kind": "file", **evidence(home, kept), **record}
    messages = messages_of_file(connection, import_id)
    if messages:
        answer["messages"] = messages
    if record["source_kind"] == "invoice":
        answer["documents"] = document_reports.documents_of_import(connection, import_id, limit=limit)
    return answer


def _explain_entry(
    connection: duckdb.DuckDBPyConnection, home: Home, entry_id: int, line_number: int | None
) -> asking.Answer:
    record = questions.explain_entry(connection, entry_id, line_number)
    kept = kept_file(connection, home, record)
    lines = cast("list[asking.Answer]", record["postings"])
    return {
        "kind": "posting",
        **evidence(home, kept),
        **record,
        "postings": [
            {
                **line,
                "raw_line": _raw_line(kept, line),
                "candidates": _candidates(connection, record, line),
            }
            for line in lines
        ],
        **(document_reports.document_of_entry(connection, entry_id) or {}),
        **questions.manual_entry(connection, entry_id),
    }


def _candidates(
    connection: duckdb.DuckDBPyConnection, entry: Mapping[str, object], line: Mapping[str, object]
) -> list[asking.Row]:
    """The items that an unlinked payment may belong to; none for any other posting."""
    if line["unlinked_reason"] is None or entry["reversed_by_entry_id"] is not None:
        return []
    return lists.candidates_of(connection, {**line, "company_code": entry["company_code"]})  # type: ignore[dict-item]


def _raw_line(kept: KeptFile, posting: Mapping[str, object]) -> str | None:
    start, end = posting["byte_start"], posting["byte_end"]
    if kept.path is None or not isinstance(start, int) or not isinstance(end, int):
        return None
    try:
        return read_line(kept.path, start, end)
    except OSError as error:
        raise OperatingError(f"cannot read {kept.path}: {error.strerror}") from error


def _rows(answer: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    return cast("list[Mapping[str, object]]", answer[name])


def _fact_lines(answer: Mapping[str, object], names: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(label, cell(answer, name)) for label, name in names]


def _show_file(page: Page, answer: Mapping[str, object]) -> None:
    page.line(f"File {named_file(answer, 'partition_key')}: {answer['status']}")
    page.facts(
        _fact_lines(
            answer,
            (
                ("source file", "source_file"),
                ("kept as", "kept_file"),
                ("not kept", "kept_file_problem"),
                ("SHA-256", "content_sha256"),
                ("bytes", "byte_count"),
                ("lines", "line_count"),
                ("reader", "reader_name"),
                ("imported", "imported_at"),
                ("run", "run_id"),
                ("attempt", "attempt"),
                ("reference version", "reference_version"),
                ("movements", "movement_count"),
                ("  posted", "posted_movement_count"),
                ("  posted before", "repeated_movement_count"),
                ("postings", "posting_count"),
                ("  linked", "linked_posting_count"),
                ("  unlinked", "unlinked_posting_count"),
                ("debit total", "debit_total"),
                ("credit total", "credit_total"),
                ("errors", "error_count"),
                ("warnings", "warning_count"),
                ("repeats", "repeats_import_number"),
                ("  partition key", "repeats_partition_key"),
                ("superseded by", "superseded_by_import_number"),
                ("  partition key", "superseded_by_partition_key"),
                ("closed", "closed_at"),
                ("closed by", "closed_by"),
                ("closed because", "closed_reason"),
            ),
        )
    )
    for heading, name, columns in (
        ("Attempts", "attempts", _ATTEMPTS),
        ("Movements kept out", "kept_out_movements", _KEPT_OUT),
        ("Findings of all attempts", "findings", (*FINDING_COLUMNS, RESOLUTION_COLUMN)),
        ("Documents", "documents", DOCUMENTS_OF_FILE),
        ("Messages of the exchange system", "messages", MESSAGES),
        ("Entries made", "entries", _ENTRIES),
    ):
        rows = _rows(answer, name) if name in answer else []
        if rows:
            page.paragraph(heading)
            page.table(columns, rows)
    if answer["status"] in ("failed", "incomplete"):
        page.paragraph("Next: mend what the findings say, then `partita rerun --failed`.")
    elif _rows(answer, "entries"):
        page.paragraph("Next: `partita why ENTRY/LINE` shows the line of the file behind a posting.")
    else:
        page.paragraph("Nothing is left to do about this file.")


def _show_entry(page: Page, answer: Mapping[str, object]) -> None:
    page.line(
        f"Journal entry {answer['entry_id']} ({answer['entry_kind']}) of company {answer['company_code']} "
        f"on {cell(answer, 'posting_date')}"
    )
    page.facts(
        _document_facts(answer)
        + _fact_lines(
            answer,
            (
                ("accounting reason", "accounting_reason_code"),
                ("movement", "progressive"),
                ("movement key", "movement_key"),
                ("import", "import_number"),
                ("file", "partition_key"),
                ("status of the file", "import_status"),
                ("kept as", "kept_file"),
                ("not kept", "kept_file_problem"),
                ("run", "run_id"),
                ("attempt", "attempt"),
                ("reference version", "reference_version"),
                ("posted", "created_at"),
                ("reverses entry", "reverses_entry_id"),
                ("reversed by entry", "reversed_by_entry_id"),
            ),
        )
        + _request_facts(answer)
    )
    place_label = "place in the file" if "document_id" in answer else "line of the file"
    for line in _rows(answer, "postings"):
        side = "debit" if line["debit_amount"] else "credit"
        name = "" if line["account_name"] is None else f" {line['account_name']}"
        page.paragraph(
            f"Posting {line['entry_id']}/{line['line_number']}: account {line['account_code']}{name}, "
            f"{side} {cell(line, side + '_amount')} {line['company_currency_code']}"
        )
        page.facts(
            (
                ("description", cell(line, "description")),
                ("amount in currency", f"{cell(line, 'currency_amount')} {line['currency_code']}"),
                ("open item key", cell(line, "open_item_key")),
                ("settlement flag", cell(line, "settlement_flag")),
                ("linked amount", cell(line, "linked_amount")),
                ("not linked because of", cell(line, "unlinked_reason")),
                ("posting rule", _rule(line)),
                (place_label, cell(line, "source_line")),
                ("bytes", _byte_range(line)),
                ("raw line", cell(line, "raw_line")),
            )
        )
        if _rows(line, "settlements"):
            page.table(_SETTLEMENTS, _rows(line, "settlements"))
        _show_candidates(page, line)
    page.paragraph("Next: `partita why COMPANY:KEY` shows everything that settled an item.")


def _show_candidates(page: Page, line: Mapping[str, object]) -> None:
    """The items that an unlinked payment may belong to, the best first, and how it is linked."""
    candidates = _rows(line, "candidates")
    if not candidates:
        return
    page.paragraph("Unlinked: it may belong to")
    page.table(_CANDIDATES, candidates)
    linkable = [row for row in candidates if row["account_code"] == line["account_code"]]
    if linkable:
        _say_how_to_link(page, line, linkable[0])


def _say_how_to_link(page: Page, payment: Mapping[str, object], item: Mapping[str, object]) -> None:
    name = in_command(f"{item['company_code']}:{item['open_item_key']}")
    command = f"partita link {payment['entry_id']}/{payment['line_number']} {name} --reason ..."
    page.paragraph(f"`{command}` links the two; with --dry-run it shows what that would change.")


def _document_facts(answer: Mapping[str, object]) -> list[tuple[str, str]]:
    """What names the document behind an entry or an item; nothing for those of other origin."""
    if "document_id" not in answer:
        return []
    return [
        (
            "e-invoice",
            f"{document_name(answer)}, {cell(answer, 'document_number')} of {cell(answer, 'supplier_name')}",
        )
    ]


def _request_facts(answer: Mapping[str, object]) -> list[tuple[str, str]]:
    """Who asked for an entry, and why; nothing for those that a file brought."""
    if "requested_by" not in answer:
        return []
    return _fact_lines(answer, (("requested by", "requested_by"), ("because", "requested_reason")))


def _rule(line: Mapping[str, object]) -> str:
    """The posting rule that decided about a line of the file, or that made a posting besides."""
    return cell(line, "posting_rule") + (" (made this posting)" if line["is_generated"] else "")


def _byte_range(line: Mapping[str, object]) -> str:
    return "" if line["byte_start"] is None else f"{line['byte_start']}-{line['byte_end']}"


def _show_item(page: Page, answer: Mapping[str, object]) -> None:
    page.line(
        f"Open item {answer['company_code']}:{answer['open_item_key']}: {answer['status']}, "
        f"residual {cell(answer, 'residual_amount')} {answer['currency_code']}"
    )
    page.facts(
        _document_facts(answer)
        + _fact_lines(
            answer,
            (
                ("account", "account_code"),
                ("side", "side"),
                ("document", "document_number"),
                ("document date", "document_date"),
                ("due", "due_date"),
                ("description", "description"),
                ("original amount", "original_amount"),
                ("settled amount", "settled_amount"),
                ("residual amount", "residual_amount"),
                ("opened", "opened_at"),
                ("held", "hold_reason"),
                ("origin", "origin"),
                ("  import", "opened_by_import_number"),
                ("  file", "opened_by_file"),
                ("  version", "opened_by_version"),
                ("  partition key", "opened_by_partition_key"),
                ("  line", "opened_by_source_line"),
                ("  entry", "opened_by_entry_id"),
                ("  run", "opened_by_run_id"),
                ("open again after", "reopens_open_item_key"),
            ),
        )
    )
    settlements = _rows(answer, "settlements")
    if settlements:
        page.paragraph("Settlements")
        page.table(_SETTLEMENTS, settlements)
        by_hand = [row for row in settlements if row["requested_by"] is not None]
        if by_hand:
            page.paragraph("Settled by hand")
            page.table(_BY_HAND, by_hand)
        page.paragraph("Next: `partita why ENTRY/LINE` shows the line of the file behind a settlement.")
    else:
        page.paragraph("Nothing has settled this item yet.")
    payments = _rows(answer, "unlinked_payments")
    if payments:
        page.paragraph("Unlinked payments that may be its")
        page.table(_PAYMENTS, payments)
        _say_how_to_link(page, payments[0], answer)


_EXPLAINED: Final[Mapping[str, Callable[[Page, Mapping[str, object]], None]]] = {
    "file": _show_file,
    "posting": _show_entry,
    "item": _show_item,
    "document": show_document,
    "correction": show_correction,
    "invoice": show_invoice,
    "counterparty": show_counterparty,
}
"""How the answer about each kind of thing is shown."""
