"""The steps of reading a trace, each alone: the floor, the reader, pandera. Runs in a child."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from assets.traces import text_form
from assets.traces.collector import FindingCollector
from assets.traces.prepare import VALIDATED_TOGETHER
from assets.traces.schemas import check_lines


@contextmanager
def _clock() -> Iterator[dict[str, Any]]:
    result: dict[str, Any] = {}
    started = time.perf_counter()
    yield result
    result["seconds"] = time.perf_counter() - started


def read(path: str) -> dict[str, Any]:
    """The text form's reader over a whole file, its frames kept as an import keeps them."""
    collector = FindingCollector(Path(path).name)
    with Path(path).open("rb") as stream, _clock() as result:
        tables = list(text_form.read(stream, collector))
    result["lines"] = sum(table.num_rows for table in tables)
    return result


def validate(path: str) -> dict[str, Any]:
    """Pandera over all lines, in the portions of an import; reading them is not measured."""
    with Path(path).open("rb") as stream:
        tables = list(text_form.read(stream, FindingCollector(Path(path).name)))
    lines = pa.concat_tables(tables, promote_options="permissive")
    with _clock() as result:
        for start in range(0, lines.num_rows, VALIDATED_TOGETHER):
            result["findings"] = result.get("findings", 0) + sum(
                len(failed.line_numbers) for failed in check_lines(lines.slice(start, VALIDATED_TOGETHER))
            )
    return result
