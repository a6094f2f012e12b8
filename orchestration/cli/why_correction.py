"""What `why` says of a correction: who asked for it and why, and what it did (D10).

Belongs here: the answer and how people see it. Does not: what a correction changed
(`assets.corrections.performing`), and the page after one was made (`orchestration.cli.corrected`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import duckdb

from assets.corrections.reports import explain_correction as recorded
from orchestration.cli.corrected import show_changes
from orchestration.cli.render import Column, Page, amount_column, cell

_FACTS: Final = (
    ("kind", "correction_kind"),
    ("about", "subject"),
    ("requested by", "requested_by"),
    ("because", "reason"),
    ("made", "made_at"),
    ("run", "run_id"),
)
_ITEMS: Final = (
    Column("item", lambda row: f"{row['company_code']}:{row['open_item_key']}"),
    Column("account", "account_code"),
    amount_column("residual now", "residual_after"),
    Column("currency", "currency_code"),
    Column("status now", "status_after"),
)


def explain_correction(connection: duckdb.DuckDBPyConnection, correction_id: int) -> dict[str, Any]:
    """A correction with what it made and touched, as the ledger stands now."""
    # What corrects the ledger is loaded for a correction only.
    from assets.corrections.performing import difference_of

    record = recorded(connection, correction_id)
    return {"kind": "correction", **record, **difference_of(connection, correction_id)}


def show_correction(page: Page, answer: Mapping[str, Any]) -> None:
    """The answer about a correction for people; the last sentence says how to go on."""
    undoes, undone_by = answer["undoes_correction_id"], answer["undone_by_correction_id"]
    undone = "" if undone_by is None else f": undone by C{undone_by}"
    page.line(f"Correction C{answer['correction_id']}{undone}")
    page.facts(
        [(label, cell(answer, name)) for label, name in _FACTS]
        + [("undoes", "" if undoes is None else f"C{undoes}")]
    )
    show_changes(page, answer, "Open items, as they stand now", _ITEMS)
    page.paragraph(
        f"Next: `partita undo C{answer['correction_id']} --reason ...` undoes it."
        if undone_by is None
        else f"Next: `partita why C{undone_by}` shows what undid it."
    )
