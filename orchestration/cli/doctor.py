"""The command `doctor`: whether the installation can work, and what to do where it cannot.

Belongs here: looking at versions, folders, disk space, locks and the version of the tables. Does not: what
is wrong in the data (`partita findings`). It changes nothing.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from importlib import metadata
from typing import Final

import click
import duckdb

from assets.detection.lying import INVOICES, SALES, TRACES, left_lying, not_taken
from assets.errors import LedgerLostError, OperatingError
from assets.home import HOME_VARIABLE, Home, home_from_environment
from assets.ledger import asking
from assets.ledger.decisions import JOURNAL_REMEDY, contents_lacking, is_purging, journal_problems
from assets.ledger.migrating import applied_steps, known_steps, refusal_of
from assets.ledger.store import Ledger, unreadable_tables, utc_now
from assets.settings import Settings, settings_from_rows
from assets.wording import counted
from orchestration.cli.access import home_in_force, inbox_files, invoice_inbox_files, sales_inbox_files
from orchestration.cli.exit_codes import SOMETHING_LEFT
from orchestration.cli.options import json_option
from orchestration.cli.render import Page, show_object, visible
from orchestration.comparing import compare, sentence
from orchestration.nightly import backup_folder, backup_problem, last_backup
from orchestration.storage import REPAIR, Storage

PACKAGES: Final = ("dagster", "duckdb", "pandas", "pandera", "pyarrow")
OLDEST_PYTHON: Final = (3, 11)
LEAST_FREE_BYTES: Final = 1024**3
"""A load of a million lines writes less than half of this, its spill files included."""

_WAIT_SECONDS: Final = 2.0
_MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: what was found, and what to do if it is not fine."""

    check_name: str
    is_fine: bool
    found: str
    remedy: str | None = None


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Whether the installation can work: versions, folders, disk space, locks, the ledger's version."""
    home = home_from_environment()
    ledger_checks, home, settings = _ledger_checks(home)
    checks = [*_version_checks(), *_folder_checks(home), *ledger_checks, _records_check(home)]
    checks += _inbox_checks(home, settings)
    checks += _lying_checks(home, settings)
    checks += _backup_checks(home, settings)
    if any(check.check_name == "ledger contents" for check in ledger_checks):
        checks += _kept_checks(home)
    is_healthy = all(check.is_fine for check in checks)
    if as_json:
        show_object({"is_healthy": is_healthy, "checks": [asdict(check) for check in checks]})
    else:
        _show(checks)
    if not is_healthy:
        click.get_current_context().exit(SOMETHING_LEFT)


def _show(checks: list[Check]) -> None:
    page = Page()
    width = max(len(check.check_name) for check in checks)
    for check in checks:
        page.line(f"{'fine ' if check.is_fine else 'WRONG'}  {check.check_name:<{width}}  {check.found}")
        if check.remedy is not None:
            page.line(f"{'':7}{'':{width}}  {'Note' if check.is_fine else 'To do'}: {check.remedy}")
    wrong = sum(not check.is_fine for check in checks)
    if wrong:
        page.paragraph(f"{wrong} of {len(checks)} checks failed: do what stands below them, then ask again.")
    else:
        page.paragraph("All is well. `partita status` says where the ledger stands.")
    page.show()


def _version_checks() -> Iterator[Check]:
    is_new_enough = sys.version_info[:2] >= OLDEST_PYTHON
    oldest = ".".join(str(part) for part in OLDEST_PYTHON)
    yield Check(
        "python",
        is_new_enough,
        platform.python_version(),
        None if is_new_enough else f"Install Python {oldest} or newer.",
    )
    for package in PACKAGES:
        # The version is read from the installed package's description: importing the package to ask it
        # would take seconds and could fail for the very reason that is looked for.
        try:
            yield Check(package, True, metadata.version(package))
        except metadata.PackageNotFoundError:
            yield Check(
                package, False, "not installed", f"Install Partita's dependencies (`pip install {package}`)."
            )


def _folder_checks(home: Home) -> Iterator[Check]:
    yield Check("home", True, f"{home.root} ({HOME_VARIABLE} {_variable_state()})")
    folders = {
        "inbox": home.inbox,
        "inbox of e-invoices": home.invoice_inbox,
        "inbox of sales invoices": home.sales_inbox,
        "outbox": home.outbox,
        "processed": home.processed,
        "failed": home.failed,
        "reference": home.reference,
        "ledger folder": home.ledger,
        "dagster folder": home.dagster,
    }
    # These come into being with the first invoices.
    of_invoices = {
        "processed e-invoices": home.processed_invoices,
        "failed e-invoices": home.failed_invoices,
        "processed sales invoices": home.sales.processed,
        "failed sales invoices": home.sales.failed,
    }
    folders |= {name: folder for name, folder in of_invoices.items() if folder.exists()}
    for name, folder in folders.items():
        if not folder.is_dir():
            remedy = f"Make it: mkdir -p {folder} (or set {HOME_VARIABLE} to the right home)."
            yield Check(name, False, f"{folder} is missing", remedy)
        elif not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            yield Check(name, False, f"{folder} is not writable", f"Let this user write to {folder}.")
        else:
            yield Check(name, True, str(folder))
    inboxes = (home.inbox, home.invoice_inbox, home.sales_inbox)
    if os.path.realpath(home.outbox) in (os.path.realpath(inbox) for inbox in inboxes):
        yield Check(
            "inbox and outbox",
            False,
            f"both are {home.outbox}",
            "Exports would be imported: change inbox_folder or export_folder in settings.csv.",
        )
    yield _disk_check(home)


def _variable_state() -> str:
    return "is set" if os.environ.get(HOME_VARIABLE) else "is not set"


def _disk_check(home: Home) -> Check:
    place = home.root
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    is_enough = free >= LEAST_FREE_BYTES
    return Check(
        "free disk space",
        is_enough,
        _size(free),
        None if is_enough else f"Free at least {_size(LEAST_FREE_BYTES)} on the disk of {home.root}.",
    )


def _ledger_checks(home: Home) -> tuple[list[Check], Home, Settings]:
    """What the ledger says, the home with the folder names of its settings, and these."""
    ledger = Ledger.of(home)
    settings = settings_from_rows(())
    checks: list[Check] = []
    try:
        if not ledger.exists():
            remedy = f"Drop a trace into {home.inbox} and run `partita process`."
            none = Check("ledger", True, "nothing was imported yet", remedy)
            return [none, _reference_check(home, None)], home, settings
        checks.append(Check("ledger", True, f"{ledger.path}, {_size(ledger.path.stat().st_size)}"))
        holder = ledger.holder()
        if holder is not None:
            remedy = "It ends by itself with that process; questions wait until then."
            return [*checks, Check("ledger lock", True, f"held by {holder}", remedy)], home, settings
        checks.append(Check("ledger lock", True, "free"))
        with replace(ledger, wait_to_read=_WAIT_SECONDS).reading() as connection:
            checks.append(_schema_check(connection))
            if checks[-1].is_fine:
                checks.append(_block_check(connection))
                checks.append(_reference_check(home, connection))
                checks.append(_journal_check(home, connection))
                home = home_in_force(home, connection)
                settings = asking.settings_in_force(connection)
    except LedgerLostError as error:
        checks.append(Check("ledger", False, str(error), "Do what the message says; nothing was changed."))
    except (OperatingError, OSError) as error:
        remedy = "Let this user read and write the ledger's folder, or do what the message says."
        checks.append(Check("ledger tables", False, str(error), remedy))
    return checks, home, settings


def _schema_check(connection: duckdb.DuckDBPyConnection) -> Check:
    applied, known = applied_steps(connection), known_steps()
    found = f"version {len(applied)}, this program knows {len(known)}"
    problem = refusal_of(applied, known)
    if problem is not None:
        return Check("ledger tables", False, found, f"{problem[0].upper()}{problem[1:]}.")
    if len(applied) < len(known):
        remedy = "Run `partita process` once: it brings the ledger up to date."
        return Check("ledger tables", False, found, remedy)
    return Check("ledger tables", True, found)


def _block_check(connection: duckdb.DuckDBPyConnection) -> Check:
    """Reads all that the ledger holds: a block that was damaged on the disk is found before it is needed."""
    problems = unreadable_tables(connection)
    if not problems:
        return Check("ledger contents", True, "every block was read")
    tables = ", ".join(problems)
    return Check(
        "ledger contents",
        False,
        f"damaged in {tables}: {next(iter(problems.values()))}",
        "Stop whatever writes into it, keep the file aside, and put a copy of the ledger in its place.",
    )


def _reference_check(home: Home, connection: duckdb.DuckDBPyConnection | None) -> Check:
    """Whether the reference files as they are now would be taken, as `partita reference check` says it."""
    name = "reference data"
    if connection is None and not any(home.reference.glob("*.csv")):
        return Check(name, True, "none yet", "Run `partita init`: it writes them as templates.")
    # It needs pandas and pandera, of which doctor says whether they are there before.
    from assets.reference.load import judged_reference

    found = judged_reference(home.reference, connection).findings
    if not found:
        return Check(name, True, "the files are right")
    said = f"{counted(len(found), 'problem')}, and no change of them takes effect: {found[0].sentence}"
    return Check(name, False, visible(said), "`partita reference check` names all of them.")


def _journal_check(home: Home, connection: duckdb.DuckDBPyConnection) -> Check:
    """Whether the journal of decisions is whole, and has what the ledger has."""
    lacking, problems = journal_problems(home.decisions, connection)
    name = "journal of decisions"
    if problems:
        shown = "; ".join(problems[:_MOST_NAMED])
        more = f"; and {len(problems) - _MOST_NAMED} more" if len(problems) > _MOST_NAMED else ""
        return Check(name, False, f"{shown}{more}", JOURNAL_REMEDY)
    if unkept := contents_lacking(home.decisions):
        found = f"it is whole, but {counted(unkept, 'reference file')} as they once took effect are not kept"
        return Check(name, True, found, "No ledger can be made anew of it: keep a backup (`partita backup`).")
    if is_purging(home.decisions):
        found = "it is whole, but a purge was cut off before it had taken its names out"
        return Check(name, True, found, "The next command that changes the ledger does; then purge again.")
    if not lacking:
        return Check(name, True, "it is whole, and has every change of the ledger")
    found = f"it is whole, and lacks {counted(lacking, 'change')} of the ledger"
    if home.decisions.exists() and not os.access(home.decisions, os.W_OK):
        return Check(name, False, found, f"Let this user write {home.decisions}.")
    return Check(name, True, found, "The next command that changes the ledger appends them.")


def _records_check(home: Home) -> Check:
    """Whether Dagster's own databases are whole: every page of them is read."""
    storage = Storage(home.dagster)
    problem = storage.problem(thoroughly=True)
    if problem is not None:
        return Check("dagster records", False, problem, REPAIR)
    found = "every page was read" if storage.is_begun() else "none yet"
    return Check("dagster records", True, found)


def _inbox_checks(home: Home, settings: Settings) -> Iterator[Check]:
    for name, folder, files, verb, inbox in (
        ("files in the inbox", home.inbox, inbox_files, "imports", TRACES),
        ("e-invoices in the inbox", home.invoice_inbox, invoice_inbox_files, "registers", INVOICES),
        ("sales invoices in the inbox", home.sales_inbox, sales_inbox_files, "posts", SALES),
    ):
        try:
            waiting = len(files(home))
            left_alone = not_taken(home, settings, [inbox])
        except OperatingError as error:
            yield Check(name, False, str(error), f"Let this user list {folder}.")
            return
        waiting -= len(left_alone)
        remedy = f"`partita process` {verb} them; the sensor does so while Dagster runs." if waiting else None
        found = f"{waiting} waiting"
        if left_alone:
            found += f", {counted(len(left_alone), 'more fits no mask', 'more fit no mask')}"
            remedy = f"{remedy or ''} `partita process` says what to do about what fits no mask.".strip()
        yield Check(name, True, found, remedy)


def _backup_checks(home: Home, settings: Settings) -> Iterator[Check]:
    """Whether the backup of every night is written, where one is wanted."""
    name = "nightly backup"
    folder = backup_folder(home, settings)
    if folder is None:
        remedy = "Set backup_folder in settings.csv to a folder on another disk, or back up by yourself."
        yield Check(name, True, "none is wanted", remedy)
        return
    problem = backup_problem(home, settings, utc_now())
    if problem is not None:
        remedy = "Keep Partita running at night (`partita start`), with that disk mounted and room on it."
        yield Check(name, False, f"{problem} (backup_folder: {folder})", remedy)
        return
    last = last_backup(home)
    if last.made_at is None:
        yield Check(name, True, "the first one comes at night")
        return
    found = f"{last.file}, {last.made_at} UTC"
    if last.left_out:
        shown = "; ".join(last.left_out[:_MOST_NAMED])
        more = f"; and {len(last.left_out) - _MOST_NAMED} more" if len(last.left_out) > _MOST_NAMED else ""
        found += f"; not in it: {visible(shown)}{more}"
    yield Check(name, True, found)


def _lying_checks(home: Home, settings: Settings) -> Iterator[Check]:
    """Whether something lies in an inbox that no look takes; an inbox that cannot be listed says so above."""
    name = "files left lying"
    try:
        lying = left_lying(home, settings, utc_now())
    except OperatingError:
        return
    if not lying:
        yield Check(name, True, "none")
        return
    shown = "; ".join(
        f"{each.source_file} in {each.asset_name} ({each.reason})" for each in lying[:_MOST_NAMED]
    )
    more = f"; and {len(lying) - _MOST_NAMED} more" if len(lying) > _MOST_NAMED else ""
    yield Check(name, False, f"{len(lying)}: {visible(shown)}{more}", lying[0].remedy)


def _kept_checks(home: Home) -> Iterator[Check]:
    """Whether kept files and ledger fit, contents included: every kept file is read."""
    try:
        ledger = Ledger.of(home, _WAIT_SECONDS)
        found = compare(home, ledger, reads_contents=True)
    except (OperatingError, OSError) as error:
        yield Check("ledger and kept files", False, str(error), "Do what the message says, then ask again.")
        return
    older = [each for each in found if each.file_name is None]
    of_files = [each for each in found if each.file_name is not None]
    for name, differing, fine in (
        ("age of the ledger", older, "it has the newest change that was made in this home"),
        ("kept files", of_files, "each has the size and the content of what was imported"),
    ):
        if not differing:
            yield Check(name, True, fine)
            continue
        shown = " ".join(sentence(each) for each in differing[:_MOST_NAMED])
        more = f" And {len(differing) - _MOST_NAMED:,} more." if len(differing) > _MOST_NAMED else ""
        remedies = dict.fromkeys(each.remedy for each in differing)
        remedy = differing[0].remedy if len(remedies) == 1 else "`partita kept` says for each what to do."
        yield Check(name, False, f"{len(differing)}: {visible(shown)}{more}", remedy)


def _size(byte_count: int) -> str:
    """Bytes for people, in powers of 1024."""
    size = byte_count
    for unit in ("bytes", "KiB", "MiB"):
        if size < 1024:
            return f"{size} {unit}"
        size //= 1024
    return f"{size:,} GiB"
