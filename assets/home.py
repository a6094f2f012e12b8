"""The home folder: where everything that Partita reads and writes stands.

`PARTITA_HOME` names it; without that it is `data/home` beside the packages, or `data` itself where an earlier
Partita made its home there. Nothing is written outside it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assets.errors import SettingsError

HOME_VARIABLE: Final = "PARTITA_HOME"

DATA: Final = Path(__file__).resolve().parent.parent / "data"
"""Beside the packages: the sample, and the home where no variable names one."""

OWNER_ONLY: Final = 0o700
"""What is in a home is nobody's business but its owner's, who may open parts of it to others."""

_OF_AN_OLD_HOME: Final = ("ledger", "dagster", "processed", "failed")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files of one source stand: as they were dropped, and as they are kept for ever.

    `key_mark` stands in their partition keys before the hash, so that the same file may be dropped into two
    inboxes.
    """

    inbox: Path
    processed: Path
    failed: Path
    key_mark: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """The folders of one installation. `inbox` and `outbox` may be renamed by a setting."""

    root: Path
    inbox_name: str = "inbox"
    outbox_name: str = "outbox"
    invoice_inbox_name: str = "inbox/invoices"
    sales_inbox_name: str = "inbox/sales"

    @property
    def inbox(self) -> Path:
        """Where files to import are dropped."""
        return self.root / self.inbox_name

    @property
    def invoice_inbox(self) -> Path:
        """Where e-invoices of suppliers are dropped: single files, or archives of them."""
        return self.root / self.invoice_inbox_name

    @property
    def processed_invoices(self) -> Path:
        """Where delivered files are kept, unchanged: what became of their documents is in the ledger."""
        return self.processed / "invoices"

    @property
    def failed_invoices(self) -> Path:
        """Where delivered files are kept in which nothing can be read."""
        return self.failed / "invoices"

    @property
    def sales_inbox(self) -> Path:
        """Where sales invoices are dropped: what we issued ourselves."""
        return self.root / self.sales_inbox_name

    @property
    def traces(self) -> Place:
        """Where traces stand."""
        return Place(self.inbox, self.processed, self.failed)

    @property
    def sales(self) -> Place:
        """Where files of sales invoices stand."""
        return Place(self.sales_inbox, self.processed / "sales", self.failed / "sales", "s")

    @property
    def outbox(self) -> Path:
        """Where exports to the treasury are written."""
        return self.root / self.outbox_name

    @property
    def journal(self) -> Path:
        """Where the ledger is written as Beancount files; made when they are written."""
        return self.root / "beancount"

    @property
    def processed(self) -> Path:
        """Where files are kept, unchanged, of which everything is in the ledger."""
        return self.root / "processed"

    @property
    def failed(self) -> Path:
        """Where files are kept, unchanged, of which something is not in the ledger yet."""
        return self.root / "failed"

    @property
    def reference(self) -> Path:
        """The reference data, as CSV files that people edit."""
        return self.root / "reference"

    @property
    def ledger(self) -> Path:
        """The ledger's own folder; only the ledger module writes here."""
        return self.root / "ledger"

    @property
    def decisions(self) -> Path:
        """The journal of decisions, one file a month; made with the first change of the ledger."""
        return self.root / "decisions"

    @property
    def newest_change(self) -> Path:
        """Which change of the ledger was the newest; beside the ledger's folder, which may be put back."""
        return self.root / "partita.newest"

    @property
    def restored(self) -> Path:
        """Says that the home was restored from a backup, until a person has compared it with the world."""
        return self.root / "partita.restored"

    @property
    def last_backup(self) -> Path:
        """How the last backup of a night ended."""
        return self.root / "partita.backup"

    @property
    def contents_compared(self) -> Path:
        """When the contents of all kept files were last found to be those that the ledger took."""
        return self.ledger / "partita.compared"

    @property
    def dagster(self) -> Path:
        """Dagster's own home: runs, events, schedules."""
        return self.root / "dagster"

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that every home has."""
        return (
            self.inbox,
            self.invoice_inbox,
            self.sales_inbox,
            self.outbox,
            self.processed,
            self.failed,
            self.reference,
            self.ledger,
            self.dagster,
        )

    def create(self) -> None:
        """Makes the folders that are missing, for their owner only; others keep the rights that they have.

        Raises:
            SettingsError: if a folder cannot be made, or the export folder is the import folder (D03), or
                one of them lies outside the home.
        """
        inboxes = (self.inbox, self.invoice_inbox, self.sales_inbox)
        for folder in (*inboxes, self.outbox):
            if not _real(folder).is_relative_to(_real(self.root)):
                raise SettingsError(f"{folder} lies outside the home {self.root}: change settings.csv")
        if _real(self.outbox) in (_real(folder) for folder in inboxes):
            raise SettingsError(
                f"the export folder is an import folder ({self.outbox}): exports would be imported. "
                "Change inbox_folder or export_folder in settings.csv."
            )
        if _real(self.sales_inbox) in (_real(self.inbox), _real(self.invoice_inbox)):
            raise SettingsError(
                f"sales invoices have the import folder of other files ({self.sales_inbox}): change "
                "sales_inbox_folder, inbox_folder or invoice_inbox_folder in settings.csv."
            )
        if _real(self.inbox) == _real(self.invoice_inbox):
            raise SettingsError(
                f"traces and e-invoices have the same import folder ({self.inbox}): change inbox_folder or "
                "invoice_inbox_folder in settings.csv."
            )
        for folder in self.folders:
            try:
                make_folder(folder)
            except OSError as error:
                raise SettingsError(f"cannot make the folder {folder}: {error.strerror}") from error


def _real(folder: Path) -> Path:
    """Where a folder stands; a link that leads to itself is said in our own words."""
    try:
        return folder.resolve()
    except RuntimeError as error:
        raise SettingsError(f"{folder} is a link that leads to itself: remove it") from error


def make_folder(folder: Path) -> None:
    """Makes a folder that is missing, and those above it, for their owner only, whatever the umask is.

    Raises OSError if it cannot be made, or something else has its name.
    """
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(exist_ok=True)
        each.chmod(OWNER_ONLY)
    folder.mkdir(exist_ok=True)


def home_from_environment() -> Home:
    """The home that `PARTITA_HOME` names, else the one in `data` beside the packages. Nothing is created."""
    named = os.environ.get(HOME_VARIABLE)
    return Home((Path(named) if named else default_root(DATA)).absolute())


def default_root(data: Path) -> Path:
    """The home within `data`: itself, if an earlier Partita made its home there, else `home` in it."""
    is_old = any((data / name).is_dir() for name in _OF_AN_OLD_HOME) and not (data / "home").exists()
    return data if is_old else data / "home"
