"""Says why a run failed: in one sentence that a clerk can act on, without the stack of the program.

A mistake in data is no mistake in Partita, so that a stack trace would say nothing. Belongs here: the
failure of a run, and what the page of a red partition says. Does not: what a finding is (`assets.findings`),
and errors that nobody foresaw, which keep their trace.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import dagster as dg
from dagster._core.errors import DagsterUserCodeProcessError
from dagster_shared.error import SerializableErrorInfo

from assets.check_rules import CheckRule
from assets.errors import OperatingError, TransientError
from assets.findings import Finding, worded
from assets.invoices.reports import delivery_findings
from assets.ledger.imports import ImportOutcome
from assets.ledger.store import Ledger
from assets.statements import records
from assets.wording import counted
from orchestration.imports import Failed

MAX_REASONS: Final = 10
"""Red files or deliveries of which the failure of a run says why; the asset checks name all."""


class RunFailedError(DagsterUserCodeProcessError, dg.Failure):
    """Ends a run without a retry. Dagster's pages show its sentences and nothing else.

    Dagster shows the stack of whatever is raised, unless it is the error of another process that says itself
    what is to be shown.
    """

    def __init__(self, sentences: str) -> None:
        shown = SerializableErrorInfo(message=f"{sentences}\n", stack=[], cls_name=None)
        super().__init__(  # type: ignore[no-untyped-call]
            sentences, allow_retries=False, user_code_process_error_infos=[shown]
        )


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a partition is red: the first finding that keeps something of it out, and where to go.

    `error_count` counts the findings, of which `sentence` is about the first.
    """

    partition_key: str
    sentence: str
    remedy: str
    error_count: int
    command: str
    check_name: str | None

    @property
    def text(self) -> str:
        """All of it in one line."""
        more = f" (and {self.error_count - 1} more)" if self.error_count > 1 else ""
        check = "" if self.check_name is None else f" or the asset check {self.check_name}"
        return f"{self.sentence}{more}. {self.remedy} See `{self.command}`{check}."


@contextmanager
def operating_errors_failing_the_run() -> Iterator[None]:
    """What cannot be helped by trying again ends the run without a retry; Dagster may try the rest again."""
    try:
        yield
    except TransientError:
        raise
    except OperatingError as error:
        raise RunFailedError(str(error)) from error


def reasons_of_files(ledger: Ledger, keys: Sequence[str], rules: Iterable[CheckRule]) -> list[Reason]:
    """Why these files are red, as far as findings say it, in the order of their import."""
    if not keys:
        return []
    checks = _checks_by_code(rules)
    with ledger.reading() as workbench:
        rows = records(workbench, "ledger", "first_finding", {"keys": list(keys)})
    return [
        _reason(
            row["partition_key"],
            row,
            row["line_number"],
            row["error_count"],
            f"partita findings {row['import_number']}",
            checks,
        )
        for row in map(worded, rows)
    ]


def reasons_of_deliveries(ledger: Ledger, keys: Sequence[str], rules: Iterable[CheckRule]) -> list[Reason]:
    """Why these deliveries are red: the first document or file of each that waits for a person."""
    if not keys:
        return []
    checks = _checks_by_code(rules)
    with ledger.reading() as workbench:
        found = {key: delivery_findings(workbench, key) for key in keys}
    return [
        _reason(key, rows[0], None, len(rows), f"partita documents --delivery {shlex.quote(key)}", checks)
        for key, rows in found.items()
        if rows
    ]


def _reason(
    partition_key: str,
    row: Mapping[str, Any],
    line_number: int | None,
    error_count: int,
    command: str,
    checks: Mapping[str, str],
) -> Reason:
    finding = Finding(
        row["source_file"],
        row["finding_code"],
        line_number,
        field=row["field"],
        raw_value=row["raw_value"],
        expected=row["expected"],
    )
    check_name = checks.get(finding.finding_code)
    return Reason(partition_key, finding.sentence, row["remedy"], error_count, command, check_name)


def _checks_by_code(rules: Iterable[CheckRule]) -> dict[str, str]:
    """By finding code: the check that is red while such a finding is open."""
    return {code: rule.name for rule in rules for code in _codes(rule)}


def _codes(rule: CheckRule) -> Iterable[str]:
    codes = rule.parameters.get("codes", ())
    assert isinstance(codes, list | tuple), "codes are listed"
    return codes


def observations(asset_names: Iterable[str], reasons: Sequence[Reason]) -> Iterator[dg.AssetObservation]:
    """What the pages of red partitions say under their events: why, what to do, and where to go."""
    names = list(asset_names)
    for reason in reasons:
        metadata: dict[str, str | int] = {
            "what_to_do": reason.remedy,
            "see": reason.command,
            "open_errors": reason.error_count,
        }
        if reason.check_name is not None:
            metadata["asset_check"] = reason.check_name
        for name in names:
            yield dg.AssetObservation(
                name, reason.sentence, partition=reason.partition_key, metadata=metadata
            )


def fail_if_anything_is_left(
    outcomes: Sequence[ImportOutcome], failed: Sequence[Failed], reasons: Sequence[Reason]
) -> None:
    """Ends the run as failed, without a retry: what is left needs a person, or the next tick."""
    left = [outcome.name for outcome in outcomes if not outcome.is_closed]
    if not left and not failed:
        return
    lines = [reason.text for reason in reasons[:MAX_REASONS]]
    if failed:
        lines.append(
            f"{counted(len(failed), 'file')} could not be imported now: "
            + "; ".join(f"{each.partition_key}: {each.error}" for each in failed[:5])
        )
    if left:
        lines.append(
            f"{len(left)} of {counted(len(outcomes) + len(failed), 'file')} not in the ledger as a whole: "
            f"{_some(left)}. Mend the cause and rerun the failed partitions."
        )
    raise RunFailedError("\n".join(lines))


def _some(keys: Sequence[str]) -> str:
    return ", ".join(keys[:10]) + (f" and {len(keys) - 10} more" if len(keys) > 10 else "")
