"""The workbench of a run: a connection in memory with the reference data in force. No Dagster here.

Belongs here: what the imports of traces and of e-invoices share. Does not: what either does with it.
"""

from __future__ import annotations

import datetime as dt
from types import TracebackType
from typing import Final, Self

import duckdb

from assets.errors import SettingsError
from assets.home import Home
from assets.invoices.iban_doubts import follow_ibans
from assets.ledger.audit import BY_ITSELF, Requester
from assets.ledger.decisions import keep_contents
from assets.ledger.store import Ledger, is_usable, utc_now
from assets.reference.load import ABSENT, ReferenceState, bring_into_force
from assets.reference.log import record_reference
from assets.statements import rows, statement

_MOST_NAMED: Final = 3


class RunWorkbench:
    """A workbench with the reference data in force, for the files of one run. Use it as a context."""

    def __init__(self, home: Home, ledger: Ledger, run_id: str, requester: Requester = BY_ITSELF) -> None:
        self.home = home
        self.ledger = ledger
        self.run_id = run_id
        self.requester = requester
        self._workbench = ledger.workbench()
        self.reference: ReferenceState | None = None
        self.moment: dt.datetime | None = None
        """When the work happened (UTC), if it is done once more; else it happens now."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._workbench.close()

    @property
    def workbench(self) -> duckdb.DuckDBPyConnection:
        """The connection of the run, for a transaction that includes work of this object."""
        return self._workbench

    def load_reference(self) -> ReferenceState:
        """Brings changed reference files into force, and what is in force onto the workbench.

        Raises:
            SettingsError: if no reference data ever came into force, so that nothing can be judged.
        """
        with self.ledger.transaction(self._workbench, "reference data"):
            state = self._bring_reference()
        if state.version == 0:
            listed = [finding.sentence for finding in state.findings[:_MOST_NAMED]]
            more = len(state.findings) - len(listed)
            raise SettingsError(
                f"there are no reference data in force in {self.home.reference}: {'; '.join(listed)}"
                f"{f'; and {more} more' if more else ''}. `partita reference check` lists all; "
                "`partita init` makes the files that are missing"
            )
        self.reference = state
        return state

    def _bring_reference(self) -> ReferenceState:
        """Within a transaction: brings changed reference files into force, and notes it in the log."""
        now = self.moment or utc_now()
        state = bring_into_force(self._workbench, self.home.reference, now)
        self._keep_contents(is_new=state.is_changed)
        if state.is_changed:
            record_reference(self._workbench, state.version, now, self.run_id)
            reason = f"version {state.version} of the reference data"
            follow_ibans(self._workbench, now, BY_ITSELF.who, reason)
        return state

    def _keep_contents(self, *, is_new: bool) -> None:
        """Keeps the contents of the reference files in force, since the ledger has their rows only."""
        found = rows(self._workbench, statement("reference", "in_force"))
        present = {str(name): str(content_hash) for name, content_hash, _ in found if content_hash != ABSENT}
        keep_contents(self.home.decisions, present, self.home.reference, is_new=is_new)

    def _ready(self) -> tuple[duckdb.DuckDBPyConnection, ReferenceState]:
        """The workbench with the reference data; a new one after a full disk or a stopped database."""
        if not is_usable(self._workbench):
            self._workbench = self.ledger.workbench()
            self.reference = None
        return self._workbench, self.reference or self.load_reference()
