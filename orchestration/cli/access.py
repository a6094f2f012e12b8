"""How a command reaches the home folder and the ledger.

Belongs here: which home, whether there is a ledger at all, whether its tables are those that this program
knows, and what a command says when there is nothing to read. Does not: any question to the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import click
import duckdb

from assets.detection.inbox import is_file_or_link, is_hidden
from assets.detection.lying import LeftLying, left_lying, not_taken
from assets.errors import OperatingError
from assets.home import Home, home_from_environment
from assets.import_numbers import number_alone
from assets.ledger import asking
from assets.ledger.migrating import applied_steps, known_names, problem_of
from assets.ledger.store import Ledger, utc_now
from assets.reports import questions
from assets.settings import Settings, settings_from_rows
from orchestration.cli.names import quoted

NOTHING_YET: Final = (
    "There is no ledger yet: `partita process` makes it of the reference data and of the files in {inbox}."
)


@contextmanager
def reading(*, at_length: bool = False) -> Iterator[tuple[Home, duckdb.DuckDBPyConnection | None]]:
    """The home, and a connection that reads its ledger; None instead of it before anything was imported.

    What is read at length, is read from a copy of the ledger, so that no writer waits for it.

    Raises:
        OperatingError: if the ledger's tables are not those that this program knows.
        LedgerLockedError: if a writer holds the ledger for longer than we wait.
    """
    home = home_from_environment()
    ledger = Ledger.of(home)
    if not ledger.exists():
        yield home, None
        return
    with ledger.reading_apart() if at_length else ledger.reading() as connection:
        applied, known = [*applied_steps(connection)], known_names()
        if not applied:
            yield home, None
            return
        problem = problem_of(applied, known)
        if problem is not None:
            raise OperatingError(problem)
        if len(applied) < len(known):
            raise OperatingError(
                f"the ledger has version {len(applied)}, this program knows {len(known)}: run `partita "
                "process` once, it brings the ledger up to date"
            )
        yield home_in_force(home, connection), connection


def home_in_force(home: Home, connection: duckdb.DuckDBPyConnection) -> Home:
    """The home with the names of its folders as the settings in force have them."""
    settings = asking.folder_settings(connection)
    return replace(
        home,
        inbox_name=settings.get("inbox_folder", home.inbox_name),
        outbox_name=settings.get("export_folder", home.outbox_name),
        invoice_inbox_name=settings.get("invoice_inbox_folder", home.invoice_inbox_name),
        sales_inbox_name=settings.get("sales_inbox_folder", home.sales_inbox_name),
    )


def say_nothing_yet(home: Home, *, as_json: bool) -> None:
    """Says that there is no ledger yet; beside JSON, the sentence goes to the error stream."""
    click.echo(NOTHING_YET.format(inbox=home.inbox), err=as_json)


def inbox_files(home: Home) -> list[Path]:
    """The traces that wait in the inbox, by name; hidden ones are on their way or none of ours.

    Raises:
        OperatingError: if the folder cannot be listed.
    """
    return _files_in(home.inbox)


def invoice_inbox_files(home: Home) -> list[Path]:
    """The e-invoices and archives of them that wait in their inbox, as `inbox_files` does for traces."""
    return _files_in(home.invoice_inbox)


def sales_inbox_files(home: Home) -> list[Path]:
    """The files of sales invoices that wait in their inbox, as `inbox_files` does for traces."""
    return _files_in(home.sales_inbox)


def files_left_lying(home: Home, connection: duckdb.DuckDBPyConnection | None) -> list[LeftLying]:
    """What lies in the inboxes for an hour and fits no mask of the settings in force.

    Raises:
        OperatingError: if an inbox cannot be listed.
    """
    return left_lying(home, _settings(connection), utc_now())


def files_not_taken(home: Home, connection: duckdb.DuckDBPyConnection | None) -> list[LeftLying]:
    """The files in the inboxes that no look takes by the settings in force, with why and what to do.

    Raises:
        OperatingError: if an inbox cannot be listed.
    """
    return not_taken(home, _settings(connection))


def _settings(connection: duckdb.DuckDBPyConnection | None) -> Settings:
    return settings_from_rows(()) if connection is None else asking.settings_in_force(connection)


def waiting_file(home: Home, connection: duckdb.DuckDBPyConnection, name: str) -> OperatingError | None:
    """What is said of a file that lies in an inbox and was never imported; None if none of this name does."""
    files = (*inbox_files(home), *invoice_inbox_files(home), *sales_inbox_files(home))
    present = [path for path in files if path.name.lower() == name.lower()]
    if not present:
        return None
    for each in files_not_taken(home, connection):
        if each.source_file.lower() == name.lower():
            return OperatingError(
                f"{quoted(name)} lies in the inbox and is left alone: {each.reason}. {each.remedy}"
            )
    return OperatingError(
        f"{quoted(name)} waits in the inbox and was not imported yet: run `partita process`"
    )


def _files_in(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    try:
        return sorted(path for path in folder.iterdir() if is_file_or_link(path) and not is_hidden(path.name))
    except OSError as error:
        raise OperatingError(f"cannot list {folder}: {error.strerror}") from error


def base_name(file: str | None) -> str | None:
    """The name without folder: people complete paths with the tab key."""
    return None if file is None else Path(file).name


def known_file(connection: duckdb.DuckDBPyConnection, home: Home, file: str | None) -> str | None:
    """The name of a file that was seen before, without folder; None stands for every file.

    Raises:
        OperatingError: for a name never seen, so that a slip of the keyboard does not read as "no findings".
    """
    name = base_name(None if file is None else number_alone(file))
    if name is None or questions.is_known_file(connection, name):
        return name
    raise waiting_file(home, connection, name) or OperatingError(
        f"no file named {quoted(name)} was ever imported; `partita status` lists the last imports"
    )
