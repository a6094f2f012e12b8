"""Imports files as a run does, and says how long each part took. Runs in a child.

What belongs here: the stopwatch around the product's own functions. What does not: the product's logic.
"""

from __future__ import annotations

import importlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb

from assets.home import Home
from assets.ledger.store import Ledger
from orchestration.imports import TraceImports

_committed_at: list[float] = []
_spent: defaultdict[str, float] = defaultdict(float)

_PARTS: Final = (
    ("validate", "assets.traces.prepare", "_validate"),
    ("judge", "assets.traces.prepare", "judge"),
    ("prepare", "orchestration.imports", "prepare_trace"),
    ("find", "orchestration.imports", "find"),
)
"""What is timed within an import: a name, and the function that does it."""


class _TimedLedger(Ledger):
    """The ledger, with the moment at which each transaction was committed and the file let go."""

    @contextmanager
    def transaction(
        self, workbench: duckdb.DuckDBPyConnection, purpose: str
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """As in the ledger itself."""
        with super().transaction(workbench, purpose) as attached:
            yield attached
        _committed_at.append(time.perf_counter())


def import_files(home: str, partition_keys: Sequence[str]) -> dict[str, Any]:
    """Imports these files one after the other; per file the counts and the seconds of each part.

    `until_commit` runs from the call that imports one file to its commit, durable and with the ledger free
    again; `read` to `post` are its parts, `keep` the move of the file after it. The reference data are
    loaded before, as they are before a run's first file.
    """
    _time_parts()
    place = Home(Path(home))
    files = []
    with TraceImports(place, _TimedLedger(place.ledger), "benchmark") as imports:
        imports.load_reference()
        for key in partition_keys:
            _spent.clear()
            started = time.perf_counter()
            outcome = imports.import_key(key)
            ended = time.perf_counter()
            until_commit = _committed_at[-1] - started
            seconds = {
                "until_commit": until_commit,
                "find": _spent["find"],
                "read": _spent["prepare"] - _spent["validate"] - _spent["judge"],
                "validate": _spent["validate"],
                "judge": _spent["judge"],
                "post": until_commit - _spent["find"] - _spent["prepare"],
                "keep": ended - _committed_at[-1],
            }
            files.append({"status": outcome.status, "counts": dict(outcome.counts), "seconds": seconds})
    return {"files": files}


def _time_parts() -> None:
    for part, module_name, name in _PARTS:
        module = importlib.import_module(module_name)
        setattr(module, name, _timed(part, getattr(module, name)))


def _timed(part: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def timed(*arguments: object, **named: object) -> object:
        started = time.perf_counter()
        result = function(*arguments, **named)
        if isinstance(result, Iterator):
            # A generator does its work when it is read.
            result = list(result)
        _spent[part] += time.perf_counter() - started
        return result

    return timed
