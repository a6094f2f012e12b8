"""A home whose inbox takes files and whose questions about movements are answered, as runs do both.

What belongs here: dropping, rerunning, correcting, and what stands in the ledger and waits after it. What
does not: expectations.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any, NamedTuple

from assets.corrections.performing import perform
from assets.errors import OperatingError
from assets.home import Home
from assets.ledger.audit import Decider
from assets.ledger.imports import ImportOutcome
from assets.ledger.store import utc_now
from assets.reports import lists
from assets.statements import records
from orchestration.corrections import keep_with_import
from orchestration.imports import TRACES, TraceImports, dismiss, look
from samples.payments import CHARGES, Movement, leg, move, trace
from tests.support.drawing import key_drawn_for
from tests.support.ledgers import LedgerHome, ReferenceData, spoken
from tests.support.whole_ledger import broken_invariants, invariants_of


def charge(amount: str = "2.50", **fields: Any) -> Movement:
    """A bank charge without numerator and entry: nothing tells it from another of that day and amount."""
    return move(leg(amount, account=CHARGES), entry=None, **{"numerator": "", "reason_code": "SPEB"} | fields)


def charges(count: int, *others: Movement) -> bytes:
    """A file of so many charges that are equal, and of other movements after them."""
    return trace(*[charge() for _ in range(count)], *others)


class Waiting(NamedTuple):
    """One open finding that is an error, as `partita findings` shows it."""

    place: str
    finding_code: str


class Desk:
    """A home whose files are imported as a run does it, and whose ledger is corrected as a run does it."""

    def __init__(self, ledger_home: LedgerHome) -> None:
        self.ledger_home = ledger_home
        self.home = Home(ledger_home.root)
        self.home.create()
        self._open = ExitStack()
        self._imports = self._open.enter_context(TraceImports(self.home, ledger_home.ledger, "test"))

    def close(self) -> None:
        """Lets the ledger go, of which the invariants must hold."""
        self._open.close()
        assert broken_invariants(self.ledger_home.ledger) == {}

    def drop(self, name: str, content: bytes) -> str:
        """Drops a file and imports what the inbox then holds; the file's partition key."""
        path = self.home.inbox / name
        path.write_bytes(content)
        reference = self._imports.reference or self._imports.load_reference()
        dropped = key_drawn_for(self.home, self.ledger_home.ledger, TRACES, path)
        for key in look(self.home, self.ledger_home.ledger, reference.settings).keys:
            self._imports.import_key(key)
        return dropped

    def rerun(self, key: str) -> ImportOutcome:
        """Imports a kept file once more."""
        return self._imports.import_key(key)

    def dismiss(self, key: str) -> None:
        """Closes a file by a person's decision."""
        dismiss(self.home, self.ledger_home.ledger, key, Decider("anna", utc_now(), "as agreed"))

    def load_reference(self, data: ReferenceData) -> None:
        """Brings other reference data into force."""
        self.ledger_home.load_reference(data)
        self._imports.load_reference()

    def correct(self, kind: str, **arguments: Any) -> int:
        """Carries out a correction; its number."""
        ledger, imports = self.ledger_home.ledger, self._imports
        decider = Decider("anna", utc_now(), "bank statement")
        with ledger.transaction(imports.workbench, "test") as workbench:
            number = perform(workbench, kind, arguments, decider, f"run {kind}", imports.rerun)
            changed = records(workbench, "corrections", "difference_imports", {"correction_id": number})
            assert invariants_of(workbench) == {}
        imports.keep_rerun()
        keep_with_import(self.home, changed)
        return number

    def refusal(self, kind: str, **arguments: Any) -> str | None:
        """Why a correction is refused; None if it is carried out."""
        try:
            self.correct(kind, **arguments)
        except OperatingError as error:
            return str(error)
        return None

    def same(self, *places: str) -> int:
        """Answers that what waits there is in the ledger."""
        return self.correct("same-movement", movements=places)

    def another(self, *places: str) -> int:
        """Answers that what waits there is to be posted."""
        return self.correct("another-movement", movements=places)

    def undo(self, number: int) -> int:
        """Undoes a correction."""
        return self.correct("undo", correction=number)

    def statuses(self) -> list[tuple[str, str]]:
        """Name and status of every import, the first one first."""
        return self.rows("SELECT source_file, status FROM ledger.file_import ORDER BY import_id")

    def posted(self) -> list[tuple[str, int]]:
        """File and line of every movement that counts in the ledger, in the order of its entries."""
        return self.rows(
            "SELECT import.source_file, entry.source_line FROM ledger.journal_entry AS entry "
            "JOIN ledger.file_import AS import USING (import_id) "
            "ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = entry.entry_id "
            "WHERE entry.entry_kind = 'trace' ORDER BY entry.entry_id"
        )

    def waiting(self) -> list[Waiting]:
        """What keeps movements out."""
        rows = self.rows(
            "SELECT concat_ws(':', import.source_file, finding.line_number), finding.finding_code "
            "FROM ledger.finding AS finding JOIN ledger.file_import AS import USING (import_id, attempt) "
            "WHERE finding.resolution IS NULL AND finding.severity = 'ERROR' ORDER BY import_id, line_number"
        )
        return [Waiting(*row) for row in rows]

    def remarks(self) -> list[tuple[str, str]]:
        """File and code of every open warning."""
        return self.rows(
            "SELECT source_file, finding_code FROM ledger.finding "
            "WHERE resolution IS NULL AND severity = 'WARN' ORDER BY import_id, ordinal"
        )

    def findings(self) -> list[dict[str, Any]]:
        """The open findings as the list of them says them."""
        with self.ledger_home.ledger.reading() as connection:
            return [dict(row) for row in lists.findings(connection).dictionaries()]

    def folders(self) -> tuple[int, int]:
        """How many files are processed and how many failed."""
        return len(list(self.home.processed.iterdir())), len(list(self.home.failed.iterdir()))

    def rows(self, query: str) -> list[Any]:
        """All rows of a query of the ledger, what is said in words."""
        with self.ledger_home.ledger.reading() as connection:
            return spoken(connection.execute(query).fetchall())
