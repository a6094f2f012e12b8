"""Dagster's own home within the home folder: its settings, its instance, and what a crash left unsaid."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Final, Protocol, TypeVar

import dagster as dg
import duckdb

from assets.errors import OperatingError
from assets.home import Home
from assets.invoices.registering import recorded_delivery
from assets.ledger.imports import recorded_outcome
from assets.ledger.store import Ledger
from assets.locks import take
from orchestration.freeing import free_what_the_dead_held
from orchestration.invoice_pipeline import COUNTS_OF_ASSET, delivery_materialization
from orchestration.living import daemon_lock
from orchestration.outcomes import COUNT_METADATA, SALES_COUNT_METADATA, materialization
from orchestration.partitions import INVOICE_DELIVERIES, SALES_FILES, TRACE_FILES
from orchestration.reporting import report_done
from orchestration.storage import Storage, refuse_broken

CODE_LOCATION: Final = "orchestration.definitions"
"""The module that Dagster loads, which is also the name of the code location in the UI."""


class _IsClosed(Protocol):
    """What has become of a file or a delivery."""

    @property
    def is_closed(self) -> bool:
        """Whether nothing is left to do."""


_HOME_IN_SETTINGS: Final = "{env: DAGSTER_HOME}"
_Outcome = TypeVar("_Outcome", bound=_IsClosed)


def prepare_dagster(home: Home) -> None:
    """Writes Dagster's settings into the home and names it as Dagster's home for this process."""
    home.dagster.mkdir(parents=True, exist_ok=True)
    text = _settings_of_dagster()
    target = home.dagster / "dagster.yaml"
    if not target.exists() or target.read_text("utf-8") != text:
        # Whoever reads the file meanwhile reads all of the old or all of the new one.
        with Storage(home.dagster).held():
            written = target.with_suffix(".begun")
            written.write_text(text, "utf-8")
            written.replace(target)
    os.environ["DAGSTER_HOME"] = str(home.dagster)


def _settings_of_dagster() -> str:
    return resources.files("orchestration").joinpath("dagster.yaml").read_text("utf-8")


def open_instance(home: Home) -> dg.DagsterInstance:
    """The Dagster instance of this home, in which nothing dead holds up the living any more.

    Raises:
        OperatingError: if its records are broken; the message says what makes them anew.
    """
    instance = open_records(home)
    free_what_the_dead_held(instance)
    return instance


def open_records(home: Home) -> dg.DagsterInstance:
    """The Dagster instance of this home as it was left, whose records are made if there are none yet.

    Raises:
        OperatingError: if its records are broken; the message says what makes them anew.
    """
    prepare_dagster(home)
    storage = Storage(home.dagster)
    if not storage.is_complete():
        with storage.held():
            if not storage.is_complete():
                put_records_there(storage)
    elif storage.problem() is not None:
        with storage.held():
            _clear_what_a_first_start_left(storage)
    return dg.DagsterInstance.get()


def put_records_there(storage: Storage) -> None:
    """Makes Dagster's records where there are none; call it while their folder is held.

    Raises:
        OperatingError: if some are there and broken.
    """
    if storage.is_begun():
        _clear_what_a_first_start_left(storage)
    storage.put_there(_make_records)


def _clear_what_a_first_start_left(storage: Storage) -> None:
    """Makes broken records anew if nothing is in them, as a first start leaves them that was cut off.

    Raises:
        OperatingError: if something is in them, so that a person decides.
    """
    if storage.problem() is not None and storage.holds_nothing():
        storage.keep_aside()
        storage.put_there(_make_records)
    refuse_broken(storage)


def _make_records(folder: Path) -> None:
    """Has Dagster make its databases in a folder, and lets go of them."""
    # In the home, the settings name its folder by a variable, which names the home of this process.
    settings = _settings_of_dagster().replace(_HOME_IN_SETTINGS, json.dumps(str(folder)))
    (folder / "dagster.yaml").write_text(settings, "utf-8")
    with dg.DagsterInstance.from_config(str(folder)):
        pass


@contextmanager
def only_daemon(home: Home) -> Iterator[int]:
    """Holds the home for one daemon, and for whoever else has the file that the block is given the number of.

    Raises:
        OperatingError: if another one serves this home already.
    """
    with daemon_lock(home.dagster).open("w") as lock:
        if not take(lock):
            raise OperatingError(
                f"another Partita serves {home.root} already: stop it first, or choose another PARTITA_HOME"
            )
        yield lock.fileno()


def make_posted_files_green(instance: dg.DagsterInstance, ledger: Ledger) -> int:
    """Reports files and deliveries as materialized that are done although their run was cut off; how many.

    A run says what is done when it ends, so that a run that was killed, or stopped with everything else,
    leaves posted files red. Call it while no daemon runs.
    """
    made_green = _make_green(
        instance,
        ledger,
        INVOICE_DELIVERIES,
        tuple(COUNTS_OF_ASSET),
        recorded_delivery,
        delivery_materialization,
    )
    for partitions, counts in ((TRACE_FILES, COUNT_METADATA), (SALES_FILES, SALES_COUNT_METADATA)):
        made_green += _make_green(
            instance, ledger, partitions, tuple(counts), recorded_outcome, materialization
        )
    return made_green


def _make_green(
    instance: dg.DagsterInstance,
    ledger: Ledger,
    partitions: dg.DynamicPartitionsDefinition,
    asset_names: Sequence[str],
    recorded: Callable[[duckdb.DuckDBPyConnection, str], _Outcome | None],
    made: Callable[[str, _Outcome], dg.AssetMaterialization],
) -> int:
    order = instance.get_dynamic_partitions(str(partitions.name))
    if not order or not ledger.exists():
        return 0
    states = instance.get_status_by_partition(dg.AssetKey(asset_names[-1]), order, partitions) or {}
    missing = [key for key in order if (state := states.get(key)) is None or state.value != "MATERIALIZED"]
    with ledger.reading() as workbench:
        outcomes = [recorded(workbench, key) for key in missing]
    closed = [outcome for outcome in outcomes if outcome is not None and outcome.is_closed]
    if closed:
        report_done(instance, ledger, [made(name, outcome) for outcome in closed for name in asset_names])
    return len(closed)
