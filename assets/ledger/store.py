"""The one module that opens the ledger and knows that it is a DuckDB file.

A workbench is a DuckDB connection in memory, where a run holds its frames. For one transaction the ledger
is attached to it under the name `ledger`: a second kind of store (PostgreSQL) will be attached there
instead, so statements keep to SQL that both take. One process at a time may write; others wait for a
bounded time, in the order of their coming (`assets.ledger.locking`), and are then told who holds the ledger.
Readers share; those that last read a copy.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import duckdb

from assets.errors import LedgerLostError, OperatingError, TransientError
from assets.home import HOME_VARIABLE, Home
from assets.ledger import decisions
from assets.ledger.locking import LedgerLock
from assets.ledger.migrating import applied_steps, migrate
from assets.ledger.newest import remember, to_remember
from assets.ledger.snapshot import Snapshots
from assets.statements import count_of, statement

STORAGE_VERSION: Final = "v1.5.0"
"""Files written in this version can still be opened by the release before: a way back."""

MEMORY_LIMIT: Final = "600MB"
"""For one workbench with the ledger attached; beyond it DuckDB spills to the ledger's own folder."""

_DAMAGE: Final = (
    "Corrupt database file",
    "is not a valid DuckDB database file",
    "Could not read enough bytes from file",
    "storage version of an existing database cannot be lowered",
)
"""What DuckDB says of a file that is damaged, cut off or not its own (2.0.0, tried)."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where the ledger stands, and how long to wait for it (seconds)."""

    folder: Path
    wait_to_write: float = 120.0
    wait_to_read: float = 30.0
    kept: tuple[Path, ...] = ()
    """The folders whose files came in through a ledger: where one is, a ledger was."""
    newest_path: Path | None = None
    """Where the newest change is remembered after each commit (`assets.ledger.newest`); None for nowhere."""
    decisions_folder: Path | None = None
    """Where the journal of decisions is appended after each commit (`assets.ledger.decisions`); None for
    nowhere.
    """

    @classmethod
    def of(cls, home: Home, patience: float | None = None) -> Ledger:
        """The ledger of a home; `patience` says how many seconds to wait for it, if not as usual."""
        kept = (home.processed, home.failed)
        ledger = cls(home.ledger, kept=kept, newest_path=home.newest_change, decisions_folder=home.decisions)
        return ledger if patience is None else replace(ledger, wait_to_write=patience, wait_to_read=patience)

    @property
    def path(self) -> Path:
        """The database file. Only this module opens it."""
        return self.folder / "partita.duckdb"

    @property
    def mark_path(self) -> Path:
        """A side file that says that a ledger was made here, and when."""
        return self.folder / "partita.made"

    @property
    def lock(self) -> LedgerLock:
        """What decides who may open the database file, and when."""
        return LedgerLock(self.folder)

    @property
    def _snapshots(self) -> Snapshots:
        return Snapshots(self.folder / "snapshots")

    def workbench(self) -> duckdb.DuckDBPyConnection:
        """A new connection in memory, without the ledger; close it when the run ends."""
        workbench = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": MEMORY_LIMIT,
                "temp_directory": str(self.folder / "spill"),
                "preserve_insertion_order": "false",
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            },
        )
        # A statement must never take a Python variable for a table that it misspelled.
        workbench.execute("SET python_enable_replacements = false")
        # DuckDB draws its progress into standard output, where it would stand in the middle of JSON.
        workbench.execute("SET enable_progress_bar = false")
        for macro in ("day_in", "names_import", "amount_text", "said", "said_item", "said_value"):
            workbench.execute(statement("ledger", macro))
        return workbench

    @contextmanager
    def transaction(
        self, workbench: duckdb.DuckDBPyConnection, purpose: str
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """Attaches the ledger for one transaction: committed at the end, rolled back by any exception.

        Raises:
            LedgerLockedError: if another process holds the ledger for longer than `wait_to_write`.
            TransientError: if the disk is full or the file cannot be written. If that happened while
                committing, the outcome is in doubt: whoever tries again looks into the import log first. If
                only the checkpoint after the commit failed, the message says that it is committed.
            LedgerLostError: if there was a ledger and it is gone, or the file is damaged or none of ours.
        """
        with self.lock.writing(self.wait_to_write, purpose), _translated(self.path):
            self._attach(workbench, read_only=False)
            try:
                migrate(workbench)
                workbench.execute("BEGIN TRANSACTION")
                yield workbench
                newest = to_remember(workbench, self.newest_path) if self.newest_path else None
                added = (
                    decisions.to_append(workbench, self.decisions_folder) if self.decisions_folder else None
                )
                self._snapshots.forget()
                workbench.execute("COMMIT")
            except BaseException:
                _let_go(workbench)
                raise
            if added is not None:
                added.write()
            if self.decisions_folder is not None:
                # What it cannot clean stays marked: the purge says so, or `doctor`.
                with suppress(OSError, ValueError, KeyError, TypeError, duckdb.Error):
                    decisions.end_purge(workbench, self.decisions_folder)
            if newest is not None and self.newest_path is not None:
                remember(self.newest_path, newest)
            # Detaching the last user of a file writes its log into it (a checkpoint). If that fails the
            # commit stands all the same, and the error says that the disk needs somebody.
            try:
                workbench.execute("DETACH ledger")
            except duckdb.Error as error:
                workbench.close()
                _refuse_damaged(self.path, error)
                raise TransientError(
                    f"the ledger {self.path} has committed this, which need not be done again: {purpose}. "
                    "Nothing after it was begun, since its log could not be written into its file: "
                    f"{_first_line(error)}. Check free space and permissions, then run again."
                ) from error

    @contextmanager
    def writing(self, purpose: str) -> Iterator[duckdb.DuckDBPyConnection]:
        """A transaction as above on a workbench of its own, which is closed after it."""
        workbench = self.workbench()
        try:
            with self.transaction(workbench, purpose):
                yield workbench
        finally:
            workbench.close()

    @contextmanager
    def reading(
        self, workbench: duckdb.DuckDBPyConnection | None = None
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection that only reads; it sees the ledger as it stands and holds off writers meanwhile.

        It is one of its own unless a workbench is at hand, whose tables it then sees as well.

        Raises:
            LedgerLockedError: if a writer holds the ledger for longer than `wait_to_read`.
            LedgerLostError: if there was a ledger and it is gone, or the file is damaged or none of ours.
            OperatingError: if there is no ledger yet.
        """
        if not self.exists():
            raise OperatingError(f"there is no ledger in {self.folder} yet: import a file first")
        with ExitStack() as own:
            connection = workbench or own.enter_context(closing(self.workbench()))
            with self.lock.reading(self.wait_to_read), _translated(self.path):
                self._attach(connection, read_only=True)
                try:
                    yield connection
                finally:
                    # The file is let go of before the lock.
                    if workbench is None:
                        own.close()
                    else:
                        connection.execute("DETACH ledger")

    @contextmanager
    def reading_apart(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """As `reading`, but of a copy (`assets.ledger.snapshot`), so that no writer waits for a long answer.

        Where no copy can be had, such as on a disk that is nearly full, the ledger itself is read.
        """
        if not self.exists():
            raise OperatingError(f"there is no ledger in {self.folder} yet: import a file first")
        with (
            ExitStack() as locked,
            closing(self.workbench()) as connection,
            _translated(self.path),
        ):
            locked.enter_context(self.lock.reading(self.wait_to_read))
            copy = self._snapshots.of(self.path, self.wait_to_read)
            _attach_file(connection, copy or self.path, "READ_ONLY")
            _is_made(connection, self.path)
            if copy is not None:
                locked.close()
            yield connection

    def copy_files(self, folder: Path) -> dict[Path, Path]:
        """Copies the database file into a folder while nobody writes, with its log if a kill left one, and
        the journal of decisions as it is at that moment; each copy by the file that it is of.

        No connection of this process may be open: closing the copied file would drop its lock.

        Raises:
            LedgerLockedError: if a writer holds the ledger for longer than `wait_to_read`.
            LedgerLostError: if there was a ledger and it is gone.
            OperatingError: if there is no ledger yet, or the disk refuses the copy.
        """
        if not self.exists():
            raise OperatingError(f"there is no ledger in {self.folder} yet: import a file first")
        copied = {}
        with self.lock.reading(self.wait_to_read):
            journal = decisions.journal_files(self.decisions_folder) if self.decisions_folder else []
            for path in (self.path, self.path.with_suffix(".duckdb.wal"), *journal):
                if path.exists():
                    try:
                        copied[path] = Path(shutil.copyfile(path, folder / path.name))
                    except OSError as error:
                        raise TransientError(f"{path} cannot be copied: {error.strerror}") from error
        return copied

    def exists(self) -> bool:
        """Whether anything was ever written.

        Raises:
            LedgerLostError: if there was a ledger and it is gone.
        """
        if self.path.exists():
            return True
        try:
            self._refuse_if_lost("is gone")
        except LedgerLostError:
            # On a fresh home another command may have made it, and marked it, between the two looks.
            if not self.path.exists():
                raise
            return True
        return False

    def holder(self) -> str | None:
        """Who holds the ledger for writing just now, in words; None if nobody does."""
        return self.lock.holder()

    def _attach(self, workbench: duckdb.DuckDBPyConnection, *, read_only: bool) -> None:
        if not read_only and not self.path.exists():
            self._make(workbench)
        mode = "READ_ONLY" if read_only else f"STORAGE_VERSION '{STORAGE_VERSION}'"
        _attach_file(workbench, self.path, mode)
        try:
            is_made = _is_made(workbench, self.path)
            if not read_only:
                if not is_made:
                    self._refuse_if_lost("is empty")
                self._mark()
        except BaseException:
            _let_go(workbench)
            raise

    def _make(self, workbench: duckdb.DuckDBPyConnection) -> None:
        """Makes the ledger under another name first: under its own it is whole from the first moment on."""
        self._refuse_if_lost("is gone")
        begun = self.path.with_suffix(".begun")
        for left in (begun, begun.with_suffix(".begun.wal")):
            left.unlink(missing_ok=True)
        _attach_file(workbench, begun, f"STORAGE_VERSION '{STORAGE_VERSION}'")
        try:
            migrate(workbench)
            workbench.execute("DETACH ledger")
        except BaseException:
            _let_go(workbench)
            raise
        begun.rename(self.path)

    def _mark(self) -> None:
        if self.mark_path.exists():
            return
        try:
            self.mark_path.write_text(f"{utc_now():%Y-%m-%d %H:%M:%S} UTC: there is a ledger here since.\n")
        except OSError as error:
            raise TransientError(
                f"{self.mark_path} cannot be written: {error.strerror}. Nothing was posted; check free space "
                "and permissions, then run again."
            ) from error

    def _refuse_if_lost(self, what: str) -> None:
        """Raises LedgerLostError if there was a ledger: an empty one would say that all is well."""
        left = (self.mark_path, self.path.with_suffix(".duckdb.wal"))
        found = next((path for path in left if path.exists()), None)
        kept = (_first_file(folder) for folder in self.kept)
        found = found or next((path for path in kept if path is not None), None)
        journal = decisions.journal_files(self.decisions_folder) if self.decisions_folder else []
        found = found or next(iter(journal), None)
        if found is not None:
            journals = () if self.decisions_folder is None else (self.decisions_folder,)
            folders = ", ".join(str(folder) for folder in (self.folder, *self.kept, *journals))
            raise LedgerLostError(
                f"the ledger {self.path} {what}, but there was one: {found} is still there. No new one is "
                "made in its place. `partita rebuild` makes it anew of the journal of decisions. Or put the "
                "ledger back from a copy, or name the right home "
                f"({HOME_VARIABLE}). To begin anew without it, move {folders} away first"
            )


def _is_made(workbench: duckdb.DuckDBPyConnection, path: Path) -> bool:
    """Whether the attached file has the ledger's tables, or none yet; LedgerLostError if it has others."""
    if applied_steps(workbench):
        return True
    if count_of(workbench, "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'ledger'"):
        raise LedgerLostError(f"{path} is a database, but no ledger of Partita. It was left as it is")
    return False


def unreadable_tables(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Reads every value of the attached ledger; what the database says of each table that it cannot read.

    A block that was damaged on the disk has another checksum than the one that was written with it.
    """
    names = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'ledger' ORDER BY table_name"
    problems = {}
    for (name,) in connection.execute(names).fetchall():
        try:
            connection.execute(f'SELECT bit_xor(hash(COLUMNS(*))) FROM ledger."{name}"').fetchall()
        except duckdb.Error as error:
            problems[str(name)] = _first_line(error)
    return problems


def is_usable(workbench: duckdb.DuckDBPyConnection) -> bool:
    """Whether a workbench still answers: one whose ledger could not be let go (a full disk) was closed."""
    try:
        workbench.execute("SELECT 1").fetchall()
    except (duckdb.ConnectionException, duckdb.FatalException):
        return False
    return True


def utc_now() -> dt.datetime:
    """The present moment in UTC, without a time zone, as the ledger's TIMESTAMP columns hold it."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Says in our own words what the operating system refused, and what is wrong with the file."""
    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.TransactionException) as error:
        _refuse_damaged(path, error)
        raise TransientError(
            f"the ledger {path} cannot be read or written: {_first_line(error)}. Nothing was posted; "
            "check free space and permissions, then run again."
        ) from error
    except duckdb.FatalException as error:
        _refuse_damaged(path, error)
        raise TransientError(
            f"the database stopped: {_first_line(error)}. Nothing uncommitted was kept; run again."
        ) from error
    except duckdb.Error as error:
        _refuse_damaged(path, error)
        raise


def _refuse_damaged(path: Path, error: duckdb.Error) -> None:
    """Raises LedgerLostError if that is what the database says of its file."""
    said = _first_line(error)
    if any(words in said for words in _DAMAGE):
        raise LedgerLostError(
            f"the ledger {path} is damaged, or it is no ledger of Partita: {said}. It was left as it is: "
            "keep it aside, and put a copy of the ledger in its place"
        ) from error


def _first_line(error: duckdb.Error) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__).rstrip(" .!")


def _attach_file(workbench: duckdb.DuckDBPyConnection, path: Path, mode: str) -> None:
    # The name of a file cannot be a parameter of ATTACH; quotes in it are doubled. Without the type, DuckDB
    # would load a reader for a file of another database.
    quoted = str(path).replace("'", "''")
    workbench.execute(f"ATTACH '{quoted}' AS ledger (TYPE duckdb, {mode})")


def _first_file(folder: Path) -> Path | None:
    """Some file below a folder, but hidden ones; looked for entry by entry, for there may be very many."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                found = _first_file(Path(entry.path)) if entry.is_dir() else Path(entry.path)
                if found is not None:
                    return found
    except FileNotFoundError:
        pass
    return None


def _let_go(workbench: duckdb.DuckDBPyConnection) -> None:
    """Rolls back and detaches after an error, which is on its way and says what happened."""
    # After a failed COMMIT, a failed migration or a fatal error there may be nothing to roll back.
    with suppress(duckdb.Error):
        workbench.execute("ROLLBACK")
    try:
        workbench.execute("DETACH ledger")
    except duckdb.Error:
        # A connection that cannot detach is of no more use; closing it lets the file go.
        workbench.close()
