"""Removes personal data of e-invoices whose retention has ended; postings, registrations and hashes stay.

Belongs here: what is removed, and the order in which it is safe. Does not: when a retention ends (a person
says so; the setting `retention_years` says how early is too early).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from assets.days import start_of_day
from assets.errors import OperatingError
from assets.home import Home
from assets.ledger import findings as ledger_findings
from assets.ledger.asking import settings_in_force
from assets.ledger.audit import Change, Decider, record_change
from assets.ledger.decisions import begin_purge, end_purge, is_purging
from assets.ledger.given import Given
from assets.ledger.store import Ledger, utc_now
from assets.statements import records, statement


@dataclass(frozen=True, slots=True)
class Purge:
    """What a purge removes, or would remove: the kept files, and the documents whose data are blanked."""

    before: dt.date
    kept_from: dt.datetime
    """The moment (UTC) at which that day begins in the zone of the books."""
    file_keys: tuple[str, ...]
    document_count: int
    kept_back: tuple[str, ...]
    """Deliveries of that time of which something is left to do: they are not touched."""


def plan_purge(ledger: Ledger, before: dt.date) -> Purge:
    """What a purge of everything received before this date would remove. Nothing is changed."""
    with ledger.reading() as workbench:
        kept_from = start_of_day(before, settings_in_force(workbench).get("time_zone"))
        parameters = {"kept_from": kept_from}
        found = records(workbench, "ledger", "purgeable_file", parameters)
        open_ones = records(workbench, "ledger", "unpurgeable_delivery", parameters)
    return Purge(
        before,
        kept_from,
        tuple(row["file_key"] for row in found),
        sum(row["document_count"] for row in found),
        tuple(row["delivery_key"] for row in open_ones),
    )


def earliest_refusal(before: dt.date, retention_years: int, today: dt.date) -> str | None:
    """Why a purge before this date comes too early; None if it does not."""
    year = today.year - retention_years
    # The 29th of February ends with February in other years.
    limit = today.replace(year=year, day=min(today.day, 28) if today.month == 2 else today.day)
    if before <= limit:
        return None
    return (
        f"documents must be kept for {retention_years} years (setting retention_years): nothing received on "
        f"{limit} or later may be purged, so that {before} is too late a date"
    )


def purge(home: Home, ledger: Ledger, planned: Purge, who: str) -> None:
    """Blanks the personal data in the ledger and its journal, then removes the kept files. Doing it again
    changes nothing.

    The ledger comes first. Its commit cleans the journal; where that is cut off the next change does. If the
    journal or a file refuses then the purge is run again, and says which it was.

    Raises:
        OperatingError: if the journal cannot be purged, or a kept file cannot be removed.
    """
    parameters = {"kept_from": planned.kept_from}
    now = utc_now()
    with ledger.writing("purge") as workbench:
        before = _named_documents(workbench, planned)
        workbench.execute(statement("invoices", "blank_documents"), parameters)
        ledger_findings.blank(workbench, Given("invoices", "finding_to_blank", parameters))
        workbench.execute(statement("invoices", "purge_doubtful_ibans"), parameters)
        workbench.execute(
            statement("invoices", "note_purge"), {"before": planned.before, "now": now, "who": who}
        )
        after = _named_documents(workbench, planned) | {"purged_files": len(planned.file_keys)}
        subject = f"received before {planned.before}"
        record_change(workbench, Change("purge", subject, Decider(who, now), before=before, after=after))
        _mark_journal(home.decisions, planned.kept_from, now)
    if is_purging(home.decisions):
        _refuse_journal(home, ledger)
    _remove(home, planned.file_keys)


def _named_documents(workbench: duckdb.DuckDBPyConnection, planned: Purge) -> dict[str, int]:
    """How many documents of that time still name people."""
    (found,) = records(workbench, "invoices", "named_documents", {"kept_from": planned.kept_from})
    return found


def _mark_journal(folder: Path, kept_from: dt.datetime, now: dt.datetime) -> None:
    try:
        begin_purge(folder, kept_from, now)
    except OSError as error:
        raise OperatingError(f"{folder} cannot be written: {error.strerror}. Nothing was purged.") from error


def _refuse_journal(home: Home, ledger: Ledger) -> None:
    """The commit could not clean the journal: tries it once more, and says why it cannot be."""
    try:
        with ledger.reading() as connection:
            end_purge(connection, home.decisions)
    except (OSError, ValueError) as error:
        raise OperatingError(
            f"{home.decisions} cannot be purged: {error}. The data are blanked in the ledger; mend the "
            "journal (docs/bad-days.md) and run the purge again."
        ) from error


def _remove(home: Home, file_keys: Sequence[str]) -> None:
    folders: tuple[Path, ...] = (home.processed_invoices, home.failed_invoices)
    for key in file_keys:
        for folder in folders:
            try:
                (folder / key).unlink(missing_ok=True)
            except OSError as error:
                raise OperatingError(
                    f"{folder / key} cannot be removed: {error.strerror}. Its data are blanked in the "
                    "ledger; run the purge again when the folder is writable."
                ) from error
