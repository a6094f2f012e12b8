"""Draws the partition keys of files and deliveries: day of arrival, number of that day, name, hash.

Belongs here: which key a file has, and that no number is drawn twice. Does not: how keys are written
(`assets.detection.keys`), and which files lie in an inbox.

A key is drawn in a transaction, while the ledger is held, so that of two looks at once one draws it and the
other finds it. The file key, which follows from name and content, says that a file is one that came before:
it has the partition key that it had. A number that was drawn for a file that was then removed stays unused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import duckdb
import pyarrow as pa

from assets.days import day_of
from assets.detection.inbox import WaitingFile
from assets.detection.keys import drawn_key, file_key_of, numbered_day, place_in_days
from assets.errors import SourceFileChangedError
from assets.statements import count_of, records, rows, statement

DELIVERY: Final = "invoice"
"""The kind of source under which keys of deliveries are drawn."""

HIGHEST_BROUGHT: Final = 99_999
"""A file may bear any number in its name; those that are drawn after it have to fit a key as well."""

_SCHEMA: Final = pa.schema(
    [
        ("partition_key", pa.string()),
        ("drawn_date", pa.date32()),
        ("day_number", pa.int64()),
        ("file_key", pa.string()),
        ("content_sha256", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class KnownFile:
    """The key that a file has, and the status of its import or delivery; None while none stands."""

    partition_key: str
    status: str | None


class _Drawn(NamedTuple):
    """A row of `drawn_key`."""

    partition_key: str
    drawn_date: dt.date
    day_number: int
    file_key: str | None
    content_sha256: str | None


def known_files(
    ledger: duckdb.DuckDBPyConnection, source_kind: str, file_keys: Sequence[str]
) -> dict[str, KnownFile]:
    """Those of the files that have a partition key, by their file keys; none in tables from before it."""
    if not count_of(ledger, statement("detection", "count_tables_of_keys")):
        return {}
    parameters = {"source_kind": source_kind, "keys": list(file_keys)}
    found = records(ledger, "detection", "known_file", parameters)
    return {row["file_key"]: KnownFile(row["partition_key"], row["status"]) for row in found}


def brings_file_key(file: WaitingFile) -> bool:
    """Whether the file was kept before keys were drawn, and moved into an inbox again: it needs no other."""
    return file.path.name == file.file_key


def other_keys(ledger: duckdb.DuckDBPyConnection, source_kind: str, partition_key: str) -> list[str]:
    """The other key of a file that was asked for by its file key, before keys were drawn, and then found
    again.
    """
    parameters = {"source_kind": source_kind, "partition_key": partition_key}
    return [str(key) for (key,) in rows(ledger, statement("detection", "other_key"), parameters)]


def draw(
    workbench: duckdb.DuckDBPyConnection,
    source_kind: str,
    files: Sequence[WaitingFile],
    now: dt.datetime,
    time_zone: str,
) -> dict[str, KnownFile]:
    """Within a transaction of the ledger: the keys of these files, by their file keys, drawn where they have
    none. `now` is UTC; the day is that of the zone.

    A kept file that was moved into an inbox again brings its key, and keeps it if its number is free and one
    that a look may have drawn; one from before keys were drawn keeps its file key.
    """
    known = {file.file_key: KnownFile(file.file_key, None) for file in files if brings_file_key(file)}
    known |= known_files(workbench, source_kind, [file.file_key for file in files])
    new: dict[str, WaitingFile] = {}
    for file in files:
        if file.file_key not in known:
            new.setdefault(file.file_key, file)
    if not new:
        return known
    day = day_of(now, time_zone)
    brought = {key: place_in_days(file.partition_key) for key, file in new.items()}
    taken = _taken(workbench, [day, *(place[0] for place in brought.values() if place is not None)])
    drawn: list[_Drawn] = []
    without: list[WaitingFile] = []
    for key, file in new.items():
        place = brought[key]
        if place is None or place in taken or not 0 < place[1] <= HIGHEST_BROUGHT or place[0] > day:
            without.append(file)
        else:
            taken.add(place)
            drawn.append(_Drawn(file.partition_key, *place, key, file.content_sha256))
    drawn += [
        _Drawn(drawn_key(day, number, file.file_key), day, number, file.file_key, file.content_sha256)
        for number, file in enumerate(without, _next(taken, day))
    ]
    _insert(workbench, source_kind, drawn, now)
    return known | {str(each.file_key): KnownFile(each.partition_key, None) for each in drawn}


def draw_for_delivery(
    workbench: duckdb.DuckDBPyConnection, archive: WaitingFile | None, now: dt.datetime, time_zone: str
) -> str:
    """Within a transaction of the ledger: the key of the delivery that is gathered now, which is an archive
    that was not gathered before, or single files (None).
    """
    if archive is not None:
        return draw(workbench, DELIVERY, [archive], now, time_zone)[archive.file_key].partition_key
    day = day_of(now, time_zone)
    number = _next(_taken(workbench, [day]), day)
    key = numbered_day(day, number)
    _insert(workbench, DELIVERY, [_Drawn(key, day, number, None, None)], now)
    return key


def known_dropped_files(ledger: duckdb.DuckDBPyConnection, file_keys: Sequence[str]) -> dict[str, KnownFile]:
    """Those of the dropped files of e-invoices that belong to a delivery, by their file keys: the key under
    which each is kept, and the status of its delivery. None in tables from before keys were drawn.
    """
    if not count_of(ledger, statement("detection", "count_tables_of_keys")):
        return {}
    found = records(ledger, "detection", "known_dropped_file", {"keys": list(file_keys)})
    return {row["file_key"]: KnownFile(row["kept_key"], row["status"]) for row in found}


def hold(
    workbench: duckdb.DuckDBPyConnection,
    source_kind: str,
    partition_key: str,
    content_sha256: str | None,
    now: dt.datetime,
) -> None:
    """Within the transaction that imports a file, or gathers a delivery once more, under this key: makes sure
    that the key is that of this content (None: of single files).

    A ledger that is made anew, or was put back from before the key was drawn, learns it. A file key is that
    of its content by itself.

    Raises:
        SourceFileChangedError: if the key is that of another content, its number that of another file, or
            the file has another key.
    """
    place = place_in_days(partition_key)
    if place is None:
        return
    file_key = None if content_sha256 is None else file_key_of(partition_key, content_sha256)
    drawn = _Drawn(partition_key, *place, file_key, content_sha256)
    parameters = {"source_kind": source_kind, **drawn._asdict()}
    del parameters["content_sha256"]
    found = records(workbench, "detection", "drawn_before", parameters)
    if not found:
        _insert(workbench, source_kind, [drawn], now)
    elif found != [{"partition_key": partition_key, "content_sha256": content_sha256}]:
        named = ", ".join(row["partition_key"] for row in found)
        raise SourceFileChangedError(
            f"the file is not the one with the key {partition_key}: the ledger has {named}, with another "
            "content or name. Nothing of it was posted. Moved into its inbox it is found under its own key."
        )


def _next(taken: Iterable[tuple[dt.date, int]], day: dt.date) -> int:
    """The number after the highest one of the day."""
    return max((number for on, number in taken if on == day), default=0) + 1


def _taken(workbench: duckdb.DuckDBPyConnection, days: Iterable[dt.date]) -> set[tuple[dt.date, int]]:
    found = records(workbench, "detection", "drawn_number", {"days": sorted(set(days))})
    return {(row["drawn_date"], row["day_number"]) for row in found}


def _insert(
    workbench: duckdb.DuckDBPyConnection, source_kind: str, drawn: Sequence[_Drawn], now: dt.datetime
) -> None:
    columns = {name: [getattr(each, name) for each in drawn] for name in _SCHEMA.names}
    workbench.register("to_draw", pa.table(columns, schema=_SCHEMA))
    workbench.execute(statement("detection", "insert_drawn_key"), {"source_kind": source_kind, "now": now})
    workbench.unregister("to_draw")
