"""Makes Dagster's records anew where they are broken, and tells them what the ledger knows.

Belongs here: which files and deliveries Dagster is told of. Does not: what makes a file green
(`orchestration.instance`), and the ledger, which is not changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import dagster as dg

from assets.detection.keys import place_in_days
from assets.errors import TransientError
from assets.home import Home
from assets.ledger.store import Ledger
from assets.sales.posting import SOURCE_KIND as SALES_KIND
from assets.statements import rows, statement
from orchestration.imports import TRACES
from orchestration.instance import make_posted_files_green, only_daemon, open_instance, put_records_there
from orchestration.living import is_anything_carried_out
from orchestration.partitions import INVOICE_DELIVERIES, SALES_FILES, TRACE_FILES
from orchestration.storage import Storage

PARTITIONS: Final = {TRACES.source_kind: TRACE_FILES, SALES_KIND: SALES_FILES, "delivery": INVOICE_DELIVERIES}


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was wrong and where the old records are, if anything was; how many files Dagster was told of, how
    many files and deliveries are green since, and how many keys were removed that are no file's.
    """

    problem: str | None
    aside: Path | None
    told_count: int
    green_count: int
    removed_count: int


def repair(home: Home, ledger: Ledger) -> Repaired:
    """Puts whole records in the place of broken ones, and adds to them what the ledger knows.

    What was broken is moved aside. Done again, or on records that are whole, it adds what is missing. Keys
    that were drawn by a ledger that is lost, for files that it never imported, are removed: no file will ever
    have them, and they would be missing for ever.

    Raises:
        OperatingError: if Partita serves the home just now, another command holds the records, or the ledger
            cannot be read; nothing of the records is lost then.
    """
    home.create()
    storage = Storage(home.dagster)
    with only_daemon(home):
        aside = None
        with storage.held():
            problem = storage.problem(thoroughly=True)
            if problem is not None:
                if is_anything_carried_out(home.dagster):
                    raise TransientError(
                        "a command runs something on this home just now: try again when it has ended. "
                        "Nothing was changed."
                    )
                aside = storage.keep_aside()
            if not storage.is_complete():
                put_records_there(storage)
        with open_instance(home) as instance:
            told = _tell_of_known_files(instance, ledger)
            green = make_posted_files_green(instance, ledger)
            return Repaired(problem, aside, told, green, _forget_lost_keys(instance, ledger))


def _tell_of_known_files(instance: dg.DagsterInstance, ledger: Ledger) -> int:
    """Adds the partitions that Dagster lacks, in the order of the ledger; how many."""
    if not ledger.exists():
        return 0
    # For writing, so that the tables of an older ledger are brought up to date first.
    with ledger.writing("read which files are known") as workbench:
        known = rows(workbench, statement("detection", "known_partition"))
    told = 0
    for kind, partitions in PARTITIONS.items():
        name = str(partitions.name)
        present = set(instance.get_dynamic_partitions(name))
        missing = [str(key) for of_kind, key in known if of_kind == kind and key not in present]
        if missing:
            instance.add_dynamic_partitions(name, missing)
        told += len(missing)
    return told


def _forget_lost_keys(instance: dg.DagsterInstance, ledger: Ledger) -> int:
    """Removes the partitions with a drawn key that the ledger neither drew nor knows; how many."""
    if not ledger.exists():
        return 0
    names = [str(partitions.name) for partitions in PARTITIONS.values()]
    # The ledger is asked last: a key that another command draws meanwhile is in it before Dagster has it.
    present = [(name, key) for name in names for key in instance.get_dynamic_partitions(name)]
    with ledger.reading() as workbench:
        borne = {str(key) for (key,) in rows(workbench, statement("detection", "borne_key"))}
    lost = [(name, key) for name, key in present if key not in borne and place_in_days(key) is not None]
    for name, key in lost:
        instance.delete_dynamic_partition(name, key)
    return len(lost)
