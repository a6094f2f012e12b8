"""Posts one prepared trace: everything it changes in the ledger, within one transaction.

Exactly once: the import is looked up by its key first, then by its content, then movement by movement by
the key of row D12, which is a primary key. Movements without such a key are counted
(`assets.traces.asked_movements`). Doing it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import duckdb
import pyarrow as pa

from assets.detection.keys import file_key_of
from assets.finding_frames import to_arrow
from assets.findings import Finding, finding_codes, said
from assets.import_numbers import import_number, numbered
from assets.ledger import findings as ledger_findings
from assets.ledger import journal
from assets.ledger.audit import PARTITA, Decider
from assets.ledger.given import Given
from assets.ledger.imports import (
    Attempt,
    ImportedFile,
    ImportOutcome,
    next_attempt,
    one_row,
    record_import,
    recorded_outcome,
    same_content,
)
from assets.reconciliation.causes import follow_causes
from assets.reconciliation.settle import settle
from assets.reconciliation.special_cases import apply_posting_rules, special_needs
from assets.statements import count_of, records, row_count, rows, statement
from assets.traces.asked_movements import answers_of, find_asked, record_asked, record_wording, wording_of
from assets.traces.left_out import LEFT_OUT, follow_left_out
from assets.traces.prepare import UNEXPECTED, PreparedTrace, apply_rules, judge
from assets.unexpected import guarding


def post_trace(
    workbench: duckdb.DuckDBPyConnection,
    prepared: PreparedTrace,
    attempt: Attempt,
    corrects: Callable[[int], Collection[int]] = lambda import_id: (),
) -> ImportOutcome:
    """Within a transaction of the ledger: posts what may be posted and records the import and its findings.

    Grain: one file. Idempotent: an import with nothing left to do is returned as it stands. `corrects` says
    of which earlier imports this one, by its number, is the corrected form.

    Raises UnexpectedError if judging meets what nobody foresaw; `prepare.refuse` the file then, in another
    transaction.
    """
    recorded = recorded_outcome(workbench, prepared.source.partition_key)
    if recorded is not None and recorded.is_closed:
        return recorded
    import_id, number = next_attempt(workbench, recorded)
    parameters = {"import_id": import_id, "attempt": number, "now": attempt.now}
    by_file = {"file_key": file_key_of(prepared.source.partition_key, prepared.content_sha256)}
    wording = wording_of(workbench, prepared)
    repeats = _repeated(workbench, prepared, import_id, wording)
    record_wording(workbench, import_id, wording)
    status_before = recorded.status if recorded else None
    if repeats is not None:
        return _record(workbench, prepared, attempt, parameters, "repeated", repeats, status_before)
    posted = (
        rows(workbench, statement("traces", "posted_before"), {"import_id": import_id}) if recorded else []
    )
    answers = answers_of(workbench, import_id) if recorded else []
    with guarding(prepared.source.name, UNEXPECTED):
        if posted or answers:
            names = [(str(company), str(progressive)) for company, progressive in posted]
            judge(workbench, prepared, names, answers)
        find_asked(workbench, import_id, corrects)
        workbench.execute(statement("traces", "repeated_movement"), {"import_id": import_id})
        apply_rules(workbench, prepared, "traces", ["check_repeated_movement", "check_asked_movement"])
    workbench.execute(statement("traces", "posted_movement"), by_file)
    _post_movements(workbench, prepared, attempt, parameters)
    record_asked(workbench, parameters)
    totals = one_row(workbench, "ledger", "import_totals", {"import_id": import_id})
    held = one_row(workbench, "traces", "movement_totals")
    if not prepared.collector.error_count:
        status = "posted"
    elif totals["posted_movement_count"] or held["repeated_count"]:
        status = "incomplete"
    else:
        status = "failed"
    status_before = recorded.status if recorded else None
    outcome = _record(workbench, prepared, attempt, parameters, status, None, status_before)
    # This file may have paid what an earlier one left open, or brought what an earlier one left out.
    if _is_any_open(workbench, "full_settlement_leaves_residual"):
        follow_causes(workbench, attempt.now, PARTITA, import_number(import_id))
    if _is_any_open(workbench, LEFT_OUT):
        follow_left_out(workbench, import_id, Decider(PARTITA, attempt.now, import_number(import_id)))
    return outcome


def _same_wording(
    workbench: duckdb.DuckDBPyConnection, import_id: int, wording: str | None
) -> tuple[int, str] | None:
    """As `same_content`, of a trace that says the same in another form, encoding, or with other line ends."""
    by_wording = {"wording_hash": wording, "import_id": import_id}
    found = records(workbench, "traces", "import_by_wording", by_wording)
    if not found:
        return None
    first = found[0]
    return int(first["import_id"]), said(
        "wording_not_imported",
        file=numbered(first["import_id"], first["partition_key"]),
        moment=f"{first['taken_at']:%Y-%m-%d %H:%M}",
    )


def _is_any_open(workbench: duckdb.DuckDBPyConnection, code: str) -> bool:
    return count_of(workbench, statement("traces", "count_open_of_code"), {"finding_code": code}) > 0


def _repeated(
    workbench: duckdb.DuckDBPyConnection, prepared: PreparedTrace, import_id: int, wording: str | None
) -> int | None:
    """The import that this one repeats, if it is a new one, or one that repeated another that was deleted."""
    if count_of(workbench, statement("traces", "count_own_imports"), {"import_id": import_id}):
        return None
    repeated = same_content(workbench, _file(prepared)) or _same_wording(workbench, import_id, wording)
    if repeated is None:
        return None
    import_id, expected = repeated
    prepared.collector.reset()
    name = prepared.source.name
    prepared.collector.add(Finding(name, "file_already_imported", raw_value=name, expected=expected))
    return import_id


def _file(prepared: PreparedTrace) -> ImportedFile:
    return ImportedFile(
        "trace",
        prepared.source.partition_key,
        prepared.source.name,
        prepared.content_sha256,
        prepared.byte_count,
        prepared.reader.name if prepared.reader else None,
    )


def _post_movements(
    workbench: duckdb.DuckDBPyConnection,
    prepared: PreparedTrace,
    attempt: Attempt,
    parameters: Mapping[str, object],
) -> None:
    """Settles and writes the movements of posted_movement, and what unlinked lines name, by which candidates
    are found later.
    """
    if not row_count(workbench, "posted_movement"):
        return
    needs = special_needs(workbench)
    apply_posting_rules(workbench, needs)
    if needs.has_rules:
        _open_items(workbench, attempt, "forecast")
    settled = settle(workbench, needs)
    apply_rules(workbench, prepared, "reconciliation", settled.warning_rules)
    _describe_lines(workbench)
    by_import = {"import_id": parameters["import_id"]}
    journal.post_entries(workbench, Given("traces", "entry_to_post", parameters))
    journal.take_movements(workbench, Given("traces", "movement_to_take", by_import))
    workbench.execute(statement("traces", "insert_unnumbered_movement"))
    journal.post_lines(workbench, Given("traces", "line_to_post", by_import))
    at_import = by_import | {"now": attempt.now}
    journal.settle(workbench, Given("traces", "settlement_to_make", at_import))
    if settled.has_special_cases:
        _write_special_cases(workbench, attempt, parameters)
    if row_count(workbench, "unlinked_line"):
        workbench.execute(statement("traces", "insert_payment_document"))


def _open_items(workbench: duckdb.DuckDBPyConnection, attempt: Attempt, posting_rule: str) -> None:
    """Writes the items that lines with this posting rule open."""
    journal.open_items(
        workbench, Given("traces", "item_to_open", {"posting_rule": posting_rule}), attempt.now
    )


def _write_special_cases(
    workbench: duckdb.DuckDBPyConnection, attempt: Attempt, parameters: Mapping[str, object]
) -> None:
    """Writes items that are open again, postings that rules add, and which rule made or decided what."""
    if not row_count(workbench, "generated_posting") and not row_count(workbench, "rule_line"):
        return
    by_import = {"import_id": parameters["import_id"]}
    at_import = by_import | {"now": attempt.now}
    _open_items(workbench, attempt, "unpaid")
    workbench.execute(statement("traces", "insert_reopened_item"))
    workbench.execute(statement("traces", "numbered_posting"))
    journal.post_lines(workbench, Given("traces", "generated_line_to_post", by_import))
    journal.settle(workbench, Given("traces", "generated_settlement_to_make", at_import))
    journal.note_rule_uses(workbench, Given("traces", "rule_use_to_note"))


def _describe_lines(workbench: duckdb.DuckDBPyConnection) -> None:
    """Leaves line_description; empty, and at no cost, where no company has a note template."""
    has_templates = count_of(workbench, statement("traces", "count_note_templates")) > 0
    workbench.execute(statement("traces", "line_description" if has_templates else "no_line_description"))


def _record(
    workbench: duckdb.DuckDBPyConnection,
    prepared: PreparedTrace,
    attempt: Attempt,
    parameters: Mapping[str, object],
    status: str,
    repeats_import_id: int | None,
    status_before: str | None,
) -> ImportOutcome:
    """Writes the import, the attempt and its findings; findings of earlier attempts count as mended."""
    collector = prepared.collector
    held: dict[str, object] = {
        "line_count": prepared.lines.num_rows,
        "movement_count": 0,
        "repeated_count": 0,
    }
    if repeats_import_id is None:
        held = one_row(workbench, "traces", "movement_totals")
    held |= {"error_count": collector.error_count, "warning_count": collector.warning_count}
    lasting = [
        code.finding_code for code in finding_codes().values() if code.asset_name == "trace_settlements"
    ]
    outcome = record_import(
        workbench,
        _file(prepared),
        attempt,
        parameters,
        status,
        held,
        repeats_import_id,
        status_before=status_before,
        lasting_codes=lasting,
    )
    listed = to_arrow(collector.listed())
    if listed.num_rows:
        ordinals = pa.array(range(1, listed.num_rows + 1), type=pa.int32())
        workbench.register("found", listed.append_column("ordinal", ordinals))
        ledger_findings.note(workbench, Given("traces", "finding_to_note", parameters))
        workbench.unregister("found")
    return outcome
