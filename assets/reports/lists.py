"""The lists of the ledger that people narrow and sort, and the answer about a file, which is made of some.

Belongs here: which statement, order and filters each list has. Does not: how a list is narrowed
(`assets.ledger.listing`), or shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Final, Literal, cast

import duckdb

from assets.ledger.asking import Answer, Report, Row, Value, ask
from assets.ledger.findings import worded_report
from assets.ledger.listing import EVERYTHING, Asked, Listing, ask_list, keep_list
from assets.reports.questions import reference_files
from assets.statements import records, statement

ItemStatus = Literal["open", "closed", "withdrawn"]

_NAMES: Final = ("account_name", "counterparty_code", "counterparty_name")

FINDINGS: Final = Listing(
    stage="reports",
    statement="report_findings",
    order=("source_file", "import_id", "attempt", "ordinal"),
    filters=("company", "counterparty", "number", "amount", "date"),
    parties=("counterparty_code", "counterparty_name"),
    numbers=("document_number", "raw_value"),
    amounts=("document_amount",),
    moment="found_at",
    hidden=("import_id", "attempt", "ordinal", "document_amount"),
)
OPEN_ITEMS: Final = Listing(
    stage="reports",
    statement="report_open_items",
    order=("company_code", "account_code", "due_date", "open_item_key"),
    filters=("company", "account", "counterparty", "number", "amount", "date"),
    numbers=("document_number", "open_item_key"),
    amounts=("original_amount", "residual_amount"),
    day="due_date",
    hidden=("row_id",),
    sieve="sieve_open_items",
    joined=_NAMES,
)
POSTINGS: Final = Listing(
    stage="reports",
    statement="report_postings",
    order=("entry_id", "line_number"),
    filters=("company", "account", "counterparty", "number", "amount", "date"),
    numbers=("open_item_key", "description"),
    amounts=("posted_amount", "currency_amount"),
    day="posting_date",
    hidden=("row_id", "posted_amount"),
    sieve="sieve_postings",
    joined=("source_file", "import_number", "entry_kind", *_NAMES),
)
UNLINKED: Final = Listing(
    stage="reports",
    statement="report_unlinked_payments",
    order=("company_code", "account_code", "posting_date", "entry_id", "line_number"),
    filters=("company", "account", "counterparty", "number", "amount", "date"),
    numbers=("open_item_key", "description"),
    amounts=("unlinked_amount", "currency_amount"),
    day="posting_date",
)

MOST_PAYMENTS: Final = 10
"""Unlinked payments that are named beside one open item."""


def findings(
    ledger: duckdb.DuckDBPyConnection,
    asked: Asked = EVERYTHING,
    *,
    file: str | None = None,
    import_id: int | None = None,
    includes_resolved: bool = False,
) -> Report:
    """Open findings, of all files and of reference files; with `includes_resolved`, those of the past too."""
    parameters = {"file": file, "import_id": import_id, "is_all": includes_resolved}
    return worded_report(ask_list(ledger, FINDINGS, asked, parameters))


def open_items(
    ledger: duckdb.DuckDBPyConnection, asked: Asked = EVERYTHING, *, item_status: ItemStatus | None = "open"
) -> Report:
    """Open items of one status (None: of every status) with what is settled and what is left."""
    return ask_list(ledger, OPEN_ITEMS, asked, {"status": item_status})


def postings(
    ledger: duckdb.DuckDBPyConnection, asked: Asked = EVERYTHING, *, file: str | None = None
) -> Report:
    """Postings in the order of their entries, each with the file and line that it comes from."""
    return ask_list(ledger, POSTINGS, asked, {"file": file})


def unlinked(ledger: duckdb.DuckDBPyConnection, asked: Asked = EVERYTHING) -> Iterator[Answer]:
    """Payments of which something settles no item, each with a list `candidates` of at most three items.

    Candidates are worked out now: the items that are open, for what of the payment is unlinked.
    """
    keep_list(ledger, UNLINKED, asked)
    yield from _with_candidates(ledger)


def candidates_of(ledger: duckdb.DuckDBPyConnection, posting: Row) -> list[Row]:
    """The candidates of one posting (its entry_id, line_number, company_code and account_code), as `unlinked`
    has them; empty for one that is no unlinked payment.
    """
    asked = Asked(company=str(posting["company_code"]), account=str(posting["account_code"]))
    keep_list(ledger, UNLINKED, asked)
    ledger.execute(statement("reports", "keep_asked_entry"), {"entry_id": posting["entry_id"]})
    by_line = {payment["line_number"]: payment["candidates"] for payment in _with_candidates(ledger)}
    return cast("list[Row]", by_line.get(posting["line_number"], []))


def payments_of_item(ledger: duckdb.DuckDBPyConnection, item_id: int, item: Mapping[str, Value]) -> list[Row]:
    """Unlinked payments on the account of an open item that fit it by amount, document number or key."""
    if item["status"] != "open":
        return []
    keep_list(ledger, UNLINKED, Asked(company=str(item["company_code"]), account=str(item["account_code"])))
    by_id = {"item_id": item_id, "limit": MOST_PAYMENTS}
    return records(ledger, "reports", "report_payments_of_item", by_id)


def _with_candidates(ledger: duckdb.DuckDBPyConnection) -> Iterator[Answer]:
    """The payments in `asked_row`, each with its candidates."""
    report = ask(ledger, "reports", "report_unlinked", {})
    split = report.columns.index("candidate_rank")
    for payment, rows in groupby(report.rows, key=lambda row: row[:split]):
        found = [dict(zip(report.columns[split:], row[split:], strict=True)) for row in rows]
        facts = dict(zip(report.columns, payment, strict=False))
        names = {name: facts.pop(name) for name in _NAMES}
        candidates = [_candidate(row) for row in found if row["candidate_rank"] is not None]
        yield {**facts, "candidates": candidates, **names}


_BEST: Final = (
    "company_code",
    "account_code",
    "open_item_key",
    "document_number",
    "due_date",
    "currency_code",
    "residual_amount",
    "score",
    "explanation",
)


def best_candidates(ledger: duckdb.DuckDBPyConnection, asked: Asked = EVERYTHING) -> Report:
    """The payments of `unlinked`, one row each, with the best candidate (`candidate_...`), if there is."""
    keep_list(ledger, UNLINKED, asked)
    report = ask(ledger, "reports", "report_unlinked", {})
    split = report.columns.index("candidate_rank")
    place = {
        name.removeprefix("candidate_"): number
        for number, name in enumerate(report.columns)
        if number > split
    }
    columns = (*report.columns[:split], *(f"candidate_{name}" for name in _BEST))
    return Report(
        columns,
        (
            (*row[:split], *(row[place[name]] for name in _BEST))
            for row in report.rows
            if row[split] in (None, 1)
        ),
    )


def _candidate(row: Row) -> Row:
    # The columns of a payment and of its candidates stand side by side in the statement; apart from each
    # other they bear the ledger's names.
    return {
        name if name == "candidate_rank" else name.removeprefix("candidate_"): value
        for name, value in row.items()
    }


def explain_file(ledger: duckdb.DuckDBPyConnection, import_id: int, *, limit: int | None = None) -> Answer:
    """What became of a file: its import, every attempt, its findings, and the entries it made.

    The lists hold at most `limit` rows each.
    """
    by_id = {"import_id": import_id}
    limited = by_id | {"limit": limit}
    (record,) = records(ledger, "reports", "report_import", by_id)
    found = findings(ledger, Asked(limit=limit), import_id=import_id, includes_resolved=True)
    shown = list(found.dictionaries())
    return {
        **record,
        "attempts": records(ledger, "reports", "report_import_attempts", by_id),
        "reference_files": reference_files(ledger, record["reference_version"]),
        "kept_out_movements": records(ledger, "reports", "report_import_kept_out", limited),
        "findings": shown,
        "entries": records(ledger, "reports", "report_import_entries", limited),
    }
