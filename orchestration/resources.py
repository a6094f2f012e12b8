"""What the assets need from outside: the home folder, the ledger in it, and who wants to hear of progress."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dagster as dg

from assets.home import Home, home_from_environment
from assets.ledger.store import Ledger
from assets.reference.load import written_settings
from orchestration.imports import current_settings


class HomeResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The home folder; empty for the one that `PARTITA_HOME` names."""

    root: str = ""

    def ledger(self, patience: float | None = None) -> Ledger:
        """The ledger of this home; `patience` says how many seconds to wait for it, if not as usual."""
        return Ledger.of(self._unnamed(), patience)

    def home(self, ledger: Ledger | None = None) -> Home:
        """The home with the folders that the settings name, all made.

        Raises:
            SettingsError: if the export folder is the import folder, or a folder cannot be made.
        """
        settings = current_settings(ledger or self.ledger())
        home = Home(
            self._unnamed().root,
            settings.get("inbox_folder"),
            settings.get("export_folder"),
            settings.get("invoice_inbox_folder"),
            settings.get("sales_inbox_folder"),
        )
        home.create()
        return home

    def written_time_zone(self) -> str:
        """The zone of the books as settings.csv has it now: what schedules go by from this start on."""
        return written_settings(self._unnamed().reference).get("time_zone")

    def _unnamed(self) -> Home:
        return Home(Path(self.root).absolute()) if self.root else home_from_environment()


class ProgressResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Is told of what is done. The command line puts its progress bar here."""

    def done(self, partition_key: str) -> None:
        """Called after each file or delivery, in the order of the run."""
        if _listener is not None:
            _listener(partition_key)

    def read(self, file_count: int) -> None:
        """Called when so many files of the present delivery are read."""
        if _reading_listener is not None:
            _reading_listener(file_count)

    def sent(self, done: int, count: int) -> None:
        """Called when so many of the invoices that are due in a company's program are done."""
        if _sending_listener is not None:
            _sending_listener(done, count)


_listener: Callable[[str], None] | None = None
_reading_listener: Callable[[int], None] | None = None
_sending_listener: Callable[[int, int], None] | None = None


def listen(
    listener: Callable[[str], None] | None,
    reading_listener: Callable[[int], None] | None = None,
    sending_listener: Callable[[int, int], None] | None = None,
) -> None:
    """Names who is told of what runs in this process have done, read and sent; None for nobody."""
    global _listener, _reading_listener, _sending_listener
    _listener = listener
    _reading_listener = reading_listener
    _sending_listener = sending_listener
