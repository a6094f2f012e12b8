"""Imports what waits in an inbox, or syncs what is due, in a child process that may be killed at any moment.

Run as a program, with `traces`, `deliveries`, `sales` or `sync` as its argument: it loads the modules once,
then forks a child per line of its standard input (the path of a home), says `pid N`, and, when the child has
ended, `end N` with its exit code (negative for a signal). No database is opened before the fork, so that a
child is as good as a new process.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

from assets.errors import OperatingError
from assets.home import Home
from assets.ledger.store import Ledger
from assets.sync.outbox import Journals, Outbox, Selection
from assets.sync.syncing import one_sync_of, sync_with_program
from assets.sync.target import TargetSettings
from assets.sync.targets.exact import ExactTarget
from orchestration.deliveries import DeliveryImports, gather, import_deliveries
from orchestration.imports import TraceImports, current_settings, import_keys, look
from orchestration.sales_imports import SALES, SalesImports
from samples.programs import exact_server


def import_inbox(root: Path) -> None:
    """Imports everything that waits, as a run of the pipeline does; raises what cannot be imported now."""
    home = Home(root)
    home.create()
    ledger = Ledger.of(home)
    with TraceImports(home, ledger, "run") as imports:
        imports.load_reference()
        keys = look(home, ledger, current_settings(ledger)).keys
        _, failed = import_keys(imports, keys)
    if failed:
        raise failed[0].error


def register_inbox(root: Path) -> None:
    """Registers every delivery of e-invoices that waits, as a run of the pipeline does."""
    home = Home(root)
    home.create()
    ledger = Ledger(home.ledger)
    with DeliveryImports(home, ledger, "run") as imports:
        imports.load_reference()
        keys = gather(home, ledger, current_settings(ledger)).waiting
        _, failed = import_deliveries(imports, keys)
    if failed:
        raise failed[0].error


def import_sales_inbox(root: Path) -> None:
    """Imports every file of sales invoices that waits, as a run of the pipeline does."""
    home = Home(root)
    home.create()
    ledger = Ledger(home.ledger)
    with SalesImports(home, ledger, "run") as imports:
        imports.load_reference()
        keys = look(home, ledger, current_settings(ledger), source=SALES).keys
        _, failed = import_keys(imports, keys)
    if failed:
        raise failed[0].error


def sync_with_exact(root: Path) -> None:
    """Syncs ALBA with the server of Exact Online whose address stands in the home, without a pause."""
    ledger = Ledger(Home(root).ledger)
    secrets = {
        "client_id": exact_server.CLIENT_ID,
        "client_secret": exact_server.CLIENT_SECRET,
        "refresh_token": exact_server.FIRST_REFRESH_TOKEN,
    }
    options = {"division": exact_server.DIVISION}
    url = (root / "exact.url").read_text("utf-8")
    settings = TargetSettings("ALBA", url, options, secrets, root / "secrets")
    outbox = Outbox(ledger, ledger.workbench(), "ALBA", "exact", "run", Journals("VEN", "NCV"))
    with one_sync_of(ledger.folder, "ALBA"):
        sync_with_program(outbox, Selection(), lambda: ExactTarget(settings), 90, lambda seconds: None)


WORK = {
    "traces": import_inbox,
    "deliveries": register_inbox,
    "sales": import_sales_inbox,
    "sync": sync_with_exact,
}


def main() -> None:
    """Serves until standard input ends."""
    work = WORK[sys.argv[1]]
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                work(Path(line.strip()))
                code = 0
            except OperatingError as error:
                sys.stderr.write(f"{error}\n")
            finally:
                if code and sys.exc_info()[0] is not None:
                    traceback.print_exc()
                sys.stderr.flush()
                os._exit(code)
        sys.stdout.write(f"pid {child}\n")
        sys.stdout.flush()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"end {os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
