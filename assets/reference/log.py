"""Reference data in the audit log: the version that came into force, and a person who accepted a supplier.

Belongs here: what the log says of reference files: hashes, and the values that switch something, among them
a supplier's memory (F11). Does not: reading the files (`assets.reference`). Nothing here names people: the
log is kept for ever, and a purge could not take a name out of it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from assets.ledger.audit import BY_ITSELF, Change, Decider, record_change
from assets.reference.identifying import IDENTIFIERS_FILE, IdentifierProposal, add_identifier
from assets.reference.proposing import SupplierProposal, accept_supplier
from assets.statements import records


def record_reference(
    workbench: duckdb.DuckDBPyConnection, version: int, now: dt.datetime, run_id: str | None
) -> None:
    """Within the transaction that brings a version into force: which files changed, and which settings.

    Whoever edited the files is not known: the record says that the program took them.
    """
    by_version = {"version": version}
    files = records(workbench, "reference", "changed_reference_file", by_version)
    settings = records(workbench, "reference", "changed_setting", by_version)
    before, after = (_state(files, settings, side) for side in ("_before", ""))
    change = Change(
        "reference", f"version {version}", BY_ITSELF.at(now), run_id, version, before=before, after=after
    )
    record_change(workbench, change)


def _state(files: list[dict[str, Any]], settings: list[dict[str, Any]], side: str) -> dict[str, Any]:
    state: dict[str, Any] = {
        "files": {
            row["file_name"]: {name: row[f"{name}{side}"] for name in ("content_sha256", "row_count")}
            for row in files
            if row[f"content_sha256{side}"] is not None
        }
    }
    if settings:
        state["settings"] = [
            {
                "file": row["file_name"],
                "of": row["owner_code"],
                "name": row["setting_name"],
                "value": row["value_before" if side else "value_after"],
            }
            for row in settings
        ]
    return state


def accept_proposal(
    workbench: duckdb.DuckDBPyConnection,
    folder: Path,
    proposal: SupplierProposal,
    document_id: int,
    decider: Decider,
) -> None:
    """Within a transaction: writes that a person accepted a proposed supplier, then appends its rows.

    Raises:
        OperatingError: as `accept_supplier`; nothing is written then, nor is it after the transaction.
    """
    change = Change(
        "accept-supplier",
        f"D{document_id}: {proposal.counterparty_code}",
        decider,
        before={"files": _hashes(proposal.before)},
        after={
            "files": _hashes(proposal.after),
            "counterparty_code": proposal.counterparty_code,
            "company_code": proposal.company_code,
            "account_code": proposal.account_code,
        },
    )
    record_change(workbench, change)
    accept_supplier(folder, proposal)


def accept_identifier(
    workbench: duckdb.DuckDBPyConnection, folder: Path, proposal: IdentifierProposal, decider: Decider
) -> None:
    """Within a transaction: writes that a person added a number to a counterparty, then appends its row.

    The number itself may be that of a person: the log has its scheme.

    Raises:
        OperatingError: as `add_identifier`; nothing is written then, nor is it after the transaction.
    """
    change = Change(
        "add-identifier",
        proposal.counterparty_code,
        decider,
        before={"files": _hashes({IDENTIFIERS_FILE: proposal.before})},
        after={
            "files": _hashes({IDENTIFIERS_FILE: proposal.after}),
            "counterparty_code": proposal.counterparty_code,
            "scheme_code": proposal.scheme_code,
        },
    )
    record_change(workbench, change)
    add_identifier(folder, proposal)


def _hashes(contents: Mapping[str, bytes | None]) -> dict[str, str | None]:
    return {
        name: None if content is None else hashlib.sha256(content).hexdigest()
        for name, content in contents.items()
    }
