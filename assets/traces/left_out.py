"""What a file left out because another had brought it is said, with what posts it, once it is nowhere.

Belongs here: the imports whose status follows from the deletion of another, or from its return. Does not:
what a file leaves out (`assets.traces.asked_movements`, `assets.traces.posting`).
"""

from __future__ import annotations

from typing import Final

import duckdb

from assets.findings import finding_code
from assets.ledger import findings as ledger_findings
from assets.ledger.audit import Decider
from assets.ledger.given import Given
from assets.ledger.imports import set_status
from assets.statements import records, statement

LEFT_OUT: Final = "movements_left_out"

_STEPS: Final = (
    "related_import",
    "standing_import",
    "mended_elsewhere",
    "leaning_import",
    "left_movement",
    "nowhere",
)
"""Statements in their order, each of which leaves a table for the next."""


def follow_left_out(workbench: duckdb.DuckDBPyConnection, import_id: int, decider: Decider) -> list[int]:
    """Within a transaction: brings what depends on an import up to date that was deleted, restored or posted.

    Whatever left something out that is nowhere now is incomplete and says so (D09, D12); what is somewhere
    again is not said any more. That is asked of the ledger, never of what a correction changed: between the
    two anything may have been deleted, restored or imported. The imports that changed are returned.
    """
    by_import = {"import_id": import_id, "finding_code": LEFT_OUT}
    for step in _STEPS:
        workbench.execute(statement("traces", step), by_import if step == "related_import" else {})
    changed = records(workbench, "traces", "left_out_now", {"finding_code": LEFT_OUT})
    for row in changed:
        by_id = {"import_id": row["import_id"]}
        set_status(workbench, row["import_id"], row["status"])
        about = by_id | {"finding_code": LEFT_OUT, "now": decider.now}
        if row["is_nowhere"] and not row["is_said"]:
            code = finding_code(LEFT_OUT)
            by = {"severity": code.severity, "deleted_import_id": row["brought_by"]}
            ledger_findings.note(workbench, Given("traces", "left_out_finding_to_note", about | by))
        elif row["is_said"] and not row["is_nowhere"]:
            open_one = Given("traces", "left_out_finding", by_id | {"finding_code": LEFT_OUT})
            ledger_findings.close(workbench, open_one, "ended", decider.now, decider.who, decider.reason)
    return [row["import_id"] for row in changed]
