"""The partitions: one per file of traces or sales invoices and one per delivery of e-invoices, in the order
of their finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import dagster as dg

from assets.detection.keys import dropped_name, is_key

TRACE_FILES: Final = dg.DynamicPartitionsDefinition(name="trace_files")
SALES_FILES: Final = dg.DynamicPartitionsDefinition(name="sales_files")
INVOICE_DELIVERIES: Final = dg.DynamicPartitionsDefinition(name="invoice_deliveries")

FILES_TAG: Final = "files"
"""The tag of a run over several partitions that names them to people in the list of runs. Where there is one,
Dagster's own tag names it."""

NAMED_FILES: Final = 3

RANGE_START_TAG: Final = "dagster/asset_partition_range_start"
RANGE_END_TAG: Final = "dagster/asset_partition_range_end"


def ranges(known_keys: Sequence[str], wanted: Iterable[str], longest: int) -> list[list[str]]:
    """The wanted keys as runs of neighbours among the known ones, none longer than `longest`.

    A Dagster run over several partitions names the first and the last of them, so that only neighbours can
    share a run.
    """
    position = {key: index for index, key in enumerate(known_keys)}
    found: list[list[str]] = []
    for key in sorted(set(wanted), key=position.__getitem__):
        last = found[-1] if found else None
        if last and len(last) < longest and position[key] == position[last[-1]] + 1:
            last.append(key)
        else:
            found.append([key])
    return found


def filled(known_keys: Sequence[str], wanted: Iterable[str], longest: int) -> list[str]:
    """The wanted keys with those that lie between them, as far as they then fit into one run of `longest`.

    For work that costs more per run than per key, and does nothing where nothing is due.
    """
    position = {key: index for index, key in enumerate(known_keys)}
    found: list[range] = []
    for index in sorted({position[key] for key in wanted}):
        if found and index - found[-1].start < longest:
            found[-1] = range(found[-1].start, index + 1)
        else:
            found.append(range(index, index + 1))
    return [known_keys[index] for span in found for index in span]


def selected_keys(context: dg.AssetExecutionContext) -> list[str]:
    """The partitions of a run, in their order; none if it was started without any.

    A run that was launched in the pages gets the tag that names them here.
    """
    if not (context.has_partition_key or context.has_partition_key_range):
        return []
    keys = list(context.partition_keys)
    if len(keys) > 1 and FILES_TAG not in context.run.tags:
        context.instance.add_run_tags(context.run.run_id, {FILES_TAG: _named(keys)})
    return keys


def range_tags(keys: Sequence[str]) -> dict[str, str]:
    """The tags of a run over these neighbours."""
    return {RANGE_START_TAG: keys[0], RANGE_END_TAG: keys[-1], FILES_TAG: _named(keys)}


def _named(keys: Sequence[str]) -> str:
    """The first of the files or deliveries by the names that people know, and how many more there are."""
    names = [dropped_name(key, key) if is_key(key) else key for key in keys[:NAMED_FILES]]
    more = len(keys) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")
