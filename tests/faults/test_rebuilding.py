"""Whatever happened in a home, and wherever it was killed: the ledger that is made anew is the one it had."""

from __future__ import annotations

import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from assets.errors import OperatingError
from assets.home import Home
from assets.invoices.deciding import BY_THE_RULES
from assets.ledger import decisions
from assets.ledger.audit import log
from assets.ledger.decisions import journal_problems
from assets.ledger.store import Ledger
from orchestration.rebuilding import rebuild
from samples import sales_files
from samples.invoice_files import archive
from samples.payments import SUPPLIER as PAID
from samples.payments import leg, move, pay, trace
from tests.faults.test_kills import Importer, make_inbox
from tests.orchestration.test_deliveries import STRANGER, SUPPLIER, xml
from tests.support.answers import charges
from tests.support.desks import open_desk
from tests.support.effort import chance, times
from tests.support.lived_homes import DATA, DAY, TRANSPORT, WITH_ACCOUNT
from tests.support.whole_ledger import Row, broken_invariants, whole_ledger

pytestmark = pytest.mark.faults

ACTS_PER_HISTORY: Final = 16
KEYS: Final = ("FV-1", "FV-2", "FV-3", "GONE")


def everything(home: Home) -> dict[str, list[Row]]:
    """The whole ledger, and the hashes of its log, which cover every moment, person and run."""
    ledger = Ledger.of(home)
    assert broken_invariants(ledger) == {}
    with ledger.reading() as connection:
        hashes = [(row["record_number"], row["record_hash"]) for row in log(connection)]
    return whole_ledger(ledger) | {"log": hashes}


# --- Histories ----------------------------------------------------------------------------------------------


class History:
    """A home in which anything may happen next."""

    def __init__(self, root: Path, luck: random.Random) -> None:
        self.luck = luck
        self.desk = open_desk(root, DATA)
        self.desk.load_reference()
        self.files = 0
        self.done: list[str] = []

    def act(self) -> None:
        """One act of chance; what may not be done is refused, and changes nothing."""
        name, act = self.luck.choice(list(self.acts().items()))
        try:
            act()
        except OperatingError as error:
            name = f"{name}: {error}"
        self.done.append(name)

    def acts(self) -> dict[str, Callable[[], object]]:
        """By name what may happen."""
        desk, luck = self.desk, self.luck
        return {
            "trace": self.take_trace,
            "trace again": self.take_trace,
            "charges": lambda: desk.take_trace(self.name("RITCOGE", "txt"), charges(luck.randint(1, 2))),
            "e-invoices": self.take_invoices,
            "sales": self.take_sales,
            "switch": lambda: desk.switch("ALBA", is_on=luck.random() < 0.7),
            "reference": lambda: desk.write_reference(luck.choice([DATA, WITH_ACCOUNT])),
            "rerun": lambda: desk.rerun_trace(
                self._chosen(
                    "SELECT partition_key FROM ledger.file_import WHERE source_kind = 'trace' ORDER BY ALL"
                )[0]
            ),
            "register": lambda: desk.register(self.document(), choice=luck.choice([BY_THE_RULES, TRANSPORT])),
            "refuse": lambda: desk.refuse(self.document()),
            "change": lambda: desk.change(self.document(), TRANSPORT),
            "dismiss": self.dismiss,
            "sync": desk.sync,
            "settle": lambda: desk.correct("settle", items=[self.item()], account="1801001", date=DAY),
            "link": lambda: desk.correct("link", payment=self.payment(), items=[self.item()]),
            "write off": lambda: desk.correct("write-off", item=self.item(), date=DAY),
            "compensate": lambda: desk.correct(
                "compensate", items=[self.item(), self.item()], date=DAY, partial=True
            ),
            "reopen": lambda: desk.correct("reopen", item=self.item()),
            "delete": lambda: desk.correct(
                "delete-import",
                **{"import": self.any_of("file_import", "import_id"), "cascade": luck.random() < 0.5},
            ),
            "undo": lambda: desk.correct("undo", correction=int(self.any_of("correction", "correction_id"))),
            "another movement": lambda: desk.correct("another-movement", movements=[self.question()]),
            "same movement": lambda: desk.correct("same-movement", movements=[self.question()]),
        }

    def take_trace(self) -> None:
        """Payments of open items, of none, and of an account that may not be there yet."""
        luck = self.luck
        legs = [
            pay(
                f"-{luck.randint(1, 60)}.00", luck.choice(["FV-1", "FV-2", "FV-3", "GONE"]), "A", entry=number
            )
            for number in range(1, luck.randint(2, 4))
        ]
        if luck.random() < 0.3:
            legs.append(move(leg("3.00", account="1599999"), entry=8))
        if luck.random() < 0.3:
            legs.append(pay("50.00", entry=9, account=PAID))
        name = luck.choice([self.name("RITCOGE", "txt"), "RITCOGE_1.txt"])
        self.desk.take_trace(name, trace(*legs))

    def take_invoices(self) -> None:
        """Documents of a known supplier and of a stranger, some of them for the second time."""
        luck = self.luck
        files = {
            self.name("IT", "xml"): xml(
                str(luck.randint(1, 6)), supplier=luck.choice([SUPPLIER, SUPPLIER, STRANGER])
            )
            for _ in range(luck.randint(1, 2))
        }
        self.desk.take_invoices({self.name("IT", "zip"): archive(files)} if luck.random() < 0.3 else files)

    def take_sales(self) -> None:
        """An invoice to a customer, now and then one without a rule."""
        rate = self.luck.choice(["22", "22", "21"])
        row = sales_files.row(document_number=str(self.luck.randint(1, 5)), vat_rate=rate)
        self.desk.take_sales(self.name("fatture", "csv"), sales_files.csv_of(row))

    def dismiss(self) -> None:
        """What is left of a file is closed."""
        key, kind = self._chosen("SELECT partition_key, source_kind FROM ledger.file_import ORDER BY ALL")
        self.desk.dismiss(key, is_delivered=kind == "invoice")

    def name(self, stem: str, suffix: str) -> str:
        """A file of another name than those before it."""
        self.files += 1
        return f"{stem}_{self.files}.{suffix}"

    def any_of(self, table: str, column: str) -> str:
        """A value of a column of the ledger."""
        return str(self._chosen(f"SELECT {column} FROM ledger.{table} ORDER BY ALL")[0])

    def document(self) -> int:
        """A document."""
        return int(self.any_of("document", "document_id"))

    def item(self) -> str:
        """An open item, by its name."""
        return f"ALBA:{self.any_of('open_item', 'open_item_key')}"

    def payment(self) -> str:
        """A posting that names no open item, or one that is not there."""
        return str(
            self._chosen(
                "SELECT entry_id || '/' || line_number FROM ledger.posting WHERE unlinked_reason IS NOT NULL "
                "ORDER BY ALL"
            )[0]
        )

    def question(self) -> str:
        """A movement about which a person is asked."""
        return str(
            self._chosen(
                "SELECT partition_key || ':' || line_number FROM ledger.finding "
                "JOIN ledger.file_import USING (import_id) "
                "WHERE finding_code = 'movement_may_be_repeated' AND resolution IS NULL ORDER BY ALL"
            )[0]
        )

    def _chosen(self, query: str) -> Any:
        found = self.desk.ask(query)
        if not found:
            raise OperatingError("there is none")
        return self.luck.choice(found)


def test_d13_the_ledger_of_any_history_is_made_anew_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Now and then a kill keeps a change out of the journal, which the next one appends."""
    luck = chance("histories to rebuild")
    for number in range(times(40)):
        root = tmp_path / f"history-{number}"
        history = History(root / "home", luck)
        for _ in range(ACTS_PER_HISTORY):
            with monkeypatch.context() as patch:
                if luck.random() < 0.1:
                    patch.setattr(decisions.Addition, "write", lambda addition: None)
                history.act()
        # The last change is in the journal whatever became of those before it.
        history.desk.switch("ALBA")
        history.desk.switch("ALBA", is_on=False)
        made = rebuild(history.desk.home, root / "new")
        assert made.gaps == (), history.done
        assert everything(Home(root / "new")) == everything(history.desk.home), history.done
        shutil.rmtree(root)


# --- Kills --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def importer() -> Iterator[Importer]:
    """Imports that may be killed."""
    importer = Importer()
    yield importer
    importer.close()


def test_d13_a_kill_at_any_moment_leaves_a_journal_that_the_next_command_mends(
    importer: Importer, tmp_path: Path
) -> None:
    template = make_inbox(tmp_path / "template")
    shutil.copytree(template, tmp_path / "undisturbed")
    began = time.monotonic()
    assert importer.run(tmp_path / "undisturbed") == 0
    seconds = time.monotonic() - began
    moments, killed = chance("kills of imports with a journal"), 0
    while killed < times(50):
        root = tmp_path / "killed"
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(template, root)
        home = Home(root)
        while importer.run(root, kill_after=moments.uniform(0, seconds)) == -signal.SIGKILL:
            killed += 1
        ledger = Ledger.of(home)
        with ledger.writing("the next command"):
            pass
        with ledger.reading() as connection:
            assert journal_problems(home.decisions, connection) == (0, [])
        made = rebuild(home, tmp_path / "new")
        assert made.gaps == ()
        assert everything(Home(tmp_path / "new")) == everything(home)
        shutil.rmtree(tmp_path / "new")
