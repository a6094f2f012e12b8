"""Work that is done in child processes, so that it can be limited in what it may do.

Children are forked from a server that has loaded the product and has never opened a database: they start in
hundredths of a second, and no thread of the tests is copied into them.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
from multiprocessing.context import ForkServerContext
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Final

from assets.errors import OperatingError
from assets.home import Home
from assets.ledger.store import Ledger
from assets.settings import settings_from_rows
from orchestration.imports import TraceImports, import_keys, look

AT_ONCE: Final = settings_from_rows([(None, "quiet_seconds", "0")])
"""Files are taken at the first look."""

Answer = tuple[list[tuple[str, str]], list[tuple[str, str, str]]]
"""What came of the files: (name, status) of those imported; (name, kind of error, message) of the others."""

_CAPABILITY_VERSION: Final = 0x20080522
_OVERRIDES: Final = 0b1110
"""The capabilities by which root passes over permissions: DAC_OVERRIDE, DAC_READ_SEARCH and FOWNER."""


def children() -> ForkServerContext:
    """Where child processes come from."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pytest", "pandas", "pandera.pandas", __name__])
    return context


def import_inbox(root: Path) -> Answer:
    """One run over everything that waits in the inbox of this home."""
    home, ledger = Home(root), Ledger(root / "ledger")
    home.create()
    with TraceImports(home, ledger, "reference data") as imports:
        imports.load_reference()
    return _import(home, ledger, look(home, ledger, AT_ONCE).keys)


def import_without_privileges(root: Path, answers: SimpleQueue[Answer | str]) -> None:
    """Imports what waits, bound by the permissions of files even as root; or why it cannot."""
    bind_to_permissions()
    try:
        answers.put(import_inbox(root))
    except OperatingError as error:
        answers.put(f"{type(error).__name__}: {error}")


def _import(home: Home, ledger: Ledger, keys: list[str]) -> Answer:
    with TraceImports(home, ledger, f"process {os.getpid()}") as imports:
        imports.load_reference()
        outcomes, failed = import_keys(imports, keys)
    return (
        [(outcome.source_file, outcome.status) for outcome in outcomes],
        [(each.partition_key, type(each.error).__name__, str(each.error)) for each in failed],
    )


def bind_to_permissions() -> None:
    """Gives up root's right to pass over permissions, in this process; nothing to do for other users."""
    if os.geteuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)()
    if libc.capget(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "capget")
    sets[0] &= ~_OVERRIDES
    if libc.capset(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "capset")
