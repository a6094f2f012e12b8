"""Exports the open items or the registry: all checks pass and the file is replaced, or nothing changes.

Belongs here: the order of the steps, the control totals, and what is remembered of an export. Does not: the
fields (`sql/`), how they fit (`fitting`) and are written (`text_form`, `json_form`).
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assets.days import day_of, start_of_day
from assets.errors import OperatingError
from assets.exports.files import Replacement, replacing
from assets.exports.fitting import Fitting, Lines, Problem, Shared, units_of
from assets.exports.json_form import JsonWriter
from assets.exports.layout import LayoutName, export_layout
from assets.exports.remembered import Drift, drift, held_items
from assets.exports.text_form import TextWriter
from assets.home import Home
from assets.layouts import Layout
from assets.ledger.asking import settings_in_force
from assets.money import AMOUNT_SCALE, AMOUNT_UNIT, minor_digits
from assets.settings import Settings, rating_steps
from assets.statements import frame, next_number, records, rows, statement
from assets.wording import counted

LINES_PER_BLOCK: Final = 20_000
"""A block of lines of the longer layout takes 15 MB; amounts of a block can be added up in 64 bits."""

WRITERS: Final = 2
"""Blocks that are fitted and written side by side, by numpy and arrow, while the ledger gives the next."""

ExportForm = Literal["text", "json"]

_FILE_SETTINGS: Final[Mapping[LayoutName, str]] = {
    "open_items": "open_items_file",
    "registry": "registry_file",
}
_NOTHING_CHANGED: Final = "Nothing was exported; the file of the last export stands unchanged."

_SETTING_SCHEMAS: Final[Mapping[str, pa.Schema]] = {
    "export_setting": pa.schema(
        [
            ("company_code", pa.string()),
            ("payment_type", pa.string()),
            ("cash_flow_item_to_collect", pa.string()),
            ("cash_flow_item_to_pay", pa.string()),
            ("missing_text", pa.string()),
            ("delay_days", pa.int32()),
            ("minor_unit", pa.int64()),
        ]
    ),
    "export_rating": pa.schema(
        [("company_code", pa.string()), ("from_days", pa.int32()), ("rating", pa.string())]
    ),
}

_TOTAL_SCHEMA: Final = pa.schema(
    [
        ("company_code", pa.string()),
        ("currency_code", pa.string()),
        ("side", pa.string()),
        ("open_item_count", pa.int64()),
        ("residual_total", pa.decimal128(38, AMOUNT_SCALE)),
    ]
)
_TEXT_SCHEMA: Final = pa.schema(
    [("field", pa.string()), ("replaced_character_count", pa.int64()), ("cut_value_count", pa.int64())]
)

Totals = dict[tuple[str, str, str], tuple[int, Decimal]]
"""By company, currency and side (debit, credit): how many items, and what is left of them."""


class ExportRefusedError(OperatingError):
    """Something does not fit the record or the ledger: nothing is written, the old file stands."""

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What is to be exported. `form` None stands for the setting; `since` is for the registry alone.

    `now` is a moment in UTC: its day in the zone of the books decides how long an item is overdue, and
    `since` is a day there.
    """

    kind: LayoutName
    now: dt.datetime
    run_id: str
    form: ExportForm | None = None
    since: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export came to. `totals` are those of open items; texts are counted by field.

    `drift` is what was no longer so, before this export, of the open items exported before. `held` are the
    open items that may not be paid (columns of `held_item`): they are left out.
    """

    kind: LayoutName
    path: Path
    form: ExportForm
    row_count: int
    byte_count: int
    totals: Totals
    replaced_characters: Mapping[str, int]
    cut_values: Mapping[str, int]
    since: dt.date | None
    drift: tuple[Drift, ...] = ()
    held: tuple[Mapping[str, Any], ...] = ()

    def total_rows(self) -> list[dict[str, Any]]:
        """The control totals, one row per company, currency and side."""
        return [
            {
                "company_code": company_code,
                "currency_code": currency_code,
                "side": side,
                "open_item_count": count,
                "residual_total": total,
            }
            for (company_code, currency_code, side), (count, total) in sorted(self.totals.items())
        ]

    def text_rows(self) -> list[dict[str, Any]]:
        """The fields in which characters were replaced (E07) or texts cut, with how many."""
        return [
            {
                "field": field,
                "replaced_character_count": self.replaced_characters.get(field, 0),
                "cut_value_count": self.cut_values.get(field, 0),
            }
            for field in sorted({*self.replaced_characters, *self.cut_values})
        ]


def export(workbench: duckdb.DuckDBPyConnection, home: Home, request: ExportRequest) -> Exported:
    """Within a transaction of the ledger: replaces the file and remembers what the treasury then knows.

    The file takes its place as the last step before the transaction ends. If that end fails, the treasury has
    the new file and the ledger the memory of the one before: exporting again mends it.

    Raises:
        ExportRefusedError: if a value does not fit, a key stands twice, or the totals are not the ledger's.
        TransientError: if the file cannot be written.
    """
    settings = settings_in_force(workbench)
    path, form = _target(home, settings, request)
    with replacing(path) as replacement:
        exported = _write(workbench, settings, request, path, form, replacement)
        replacement.finish()
        before = drift(workbench) if request.kind == "open_items" else ()
        exported = replace(exported, byte_count=replacement.byte_count, drift=before)
        _remember(workbench, request, exported)
        replacement.take_place()
    return exported


def try_export(ledger: duckdb.DuckDBPyConnection, home: Home, request: ExportRequest) -> Exported:
    """What an export would come to; nothing is written. For a connection that may only read as well.

    Raises:
        ExportRefusedError: as `export`.
    """
    settings = settings_in_force(ledger)
    path, form = _target(home, settings, request)
    return _write(ledger, settings, request, path, form, None)


def _target(home: Home, settings: Settings, request: ExportRequest) -> tuple[Path, ExportForm]:
    form: ExportForm = request.form or ("json" if settings.get("export_form") == "json" else "text")
    path = home.outbox / settings.get(_FILE_SETTINGS[request.kind])
    return (path.with_suffix(".json") if form == "json" else path), form


def _write(
    ledger: duckdb.DuckDBPyConnection,
    settings: Settings,
    request: ExportRequest,
    path: Path,
    form: ExportForm,
    replacement: Replacement | None,
) -> Exported:
    """Writes every line and checks the whole; without a replacement it only checks."""
    fitting = Fitting(export_layout(request.kind))
    totals: Totals = {}
    row_count = 0

    def put(data: bytes | memoryview) -> None:
        if replacement is not None:
            replacement.write(data)

    writers = [JsonWriter() if form == "json" else TextWriter(fitting.layout) for _ in range(WRITERS + 1)]
    put(writers[0].head)
    blocks = _lines(ledger, settings, request)
    for lines, found, data in _side_by_side(blocks, fitting.layout, writers):
        fitting.extend(found)
        if not fitting.problem_count:
            put(data)
            if request.kind == "open_items":
                _add_totals(totals, lines)
        row_count += lines.own.num_rows
    put(writers[0].tail)
    if fitting.problem_count:
        raise _refused(fitting)
    if request.kind == "open_items":
        _refuse_other_totals(ledger, totals)
    return Exported(
        kind=request.kind,
        path=path,
        form=form,
        row_count=row_count,
        byte_count=0,
        totals=totals,
        replaced_characters=dict(fitting.replaced_characters),
        cut_values=dict(fitting.cut_values),
        since=request.since,
        held=tuple(held_items(ledger)) if request.kind == "open_items" else (),
    )


def _side_by_side(
    blocks: Iterator[Lines], layout: Layout, writers: Sequence[JsonWriter | TextWriter]
) -> Iterator[tuple[Lines, Fitting, bytes | memoryview]]:
    """Each block with what fitting it found and its bytes, in order, while the next ones are made.

    The bytes hold until the next block is asked for: a writer serves again when its last block was taken.
    """

    def make(number: int, lines: Lines) -> tuple[Lines, Fitting, bytes | memoryview]:
        fitting = Fitting(layout)
        columns = fitting.fit(lines)
        if fitting.problem_count:
            return lines, fitting, b""
        writer = writers[number % len(writers)]
        return lines, fitting, writer.block(columns, lines.own.num_rows, is_first=number == 0)

    with ThreadPoolExecutor(WRITERS) as pool:
        pending: deque[Future[tuple[Lines, Fitting, bytes | memoryview]]] = deque()
        for number, lines in enumerate(blocks):
            if len(pending) == WRITERS:
                yield pending.popleft().result()
            pending.append(pool.submit(make, number, lines))
        while pending:
            yield pending.popleft().result()


def _lines(ledger: duckdb.DuckDBPyConnection, settings: Settings, request: ExportRequest) -> Iterator[Lines]:
    """The lines of the export with the columns of its layout, block by block."""
    _prepare(ledger, settings, None)
    if request.kind == "open_items":
        yield from _open_item_lines(ledger, request.now, settings.get("time_zone"))
        return
    present = frame(ledger, "exports", "registry_line")
    _refuse_repeated_accounts(present)
    if request.since is not None:
        before = start_of_day(request.since, settings.get("time_zone"))
        _prepare(ledger, settings, before)
        ledger.register("present_line", present)
        ledger.register("earlier_line", frame(ledger, "exports", "registry_line"))
        present = frame(ledger, "exports", "changed_registry_line")
        ledger.unregister("earlier_line")
        ledger.unregister("present_line")
    yield from map(Lines, present.combine_chunks().to_batches(LINES_PER_BLOCK))


def _open_item_lines(ledger: duckdb.DuckDBPyConnection, now: dt.datetime, time_zone: str) -> Iterator[Lines]:
    """The lines of the open items. Millions of them are never in memory at once, nor of their groups."""
    ledger.execute(statement("exports", "open_item_group"))
    in_zone = {"time_zone": time_zone}
    ledger.execute(statement("exports", "open_item_day"), in_zone | {"today": day_of(now, time_zone)})
    layout = export_layout("open_items")
    groups = frame(ledger, "exports", "open_item_group_line").combine_chunks()
    has_few = 0 < groups.num_rows <= LINES_PER_BLOCK
    shared = Shared.of(layout, groups.to_batches()[0]) if has_few else None
    lines = ledger.sql(statement("exports", "open_item_line"), params=in_zone)
    for block in lines.to_arrow_reader(LINES_PER_BLOCK):
        rows = block.column("group_number").to_numpy()
        if shared is not None:
            yield Lines(block, shared, rows)
        elif block.num_rows:
            of_block, rows = np.unique(rows, return_inverse=True)
            batch = groups.take(of_block).to_batches()[0]
            yield Lines(block, Shared.of(layout, batch), rows.astype(np.int32))


def _prepare(ledger: duckdb.DuckDBPyConnection, settings: Settings, before: dt.datetime | None) -> None:
    """Makes the temporary tables of the statements: accounts, and what the settings say by company."""
    companies = rows(ledger, statement("exports", "company_in_force"))
    of_company: list[dict[str, object]] = []
    ratings: list[dict[str, object]] = []
    for code, currency in ((str(code), str(currency)) for code, currency in companies):
        names = ("payment_type", "cash_flow_item_to_collect", "cash_flow_item_to_pay", "missing_text")
        of_company.append(
            {"company_code": code}
            | {name: settings.get(name, code) for name in names}
            | {
                "delay_days": int(settings.get("delay_days", code)),
                "minor_unit": 10 ** (AMOUNT_SCALE - minor_digits(currency)),
            }
        )
        ratings += [
            {"company_code": code, "from_days": days, "rating": rating}
            for days, rating in rating_steps(settings.get("ratings", code))
        ]
    for name, listed in (("export_setting", of_company), ("export_rating", ratings)):
        ledger.register("listed", pa.Table.from_pylist(listed, schema=_SETTING_SCHEMAS[name]))
        ledger.execute(statement("exports", name))
        ledger.unregister("listed")
    ledger.execute(statement("exports", "account_detail"), {"before": before})
    ledger.execute(statement("exports", "withheld_left"))


def _refuse_repeated_accounts(lines: pa.Table) -> None:
    accounts = lines.group_by(["company", "account"]).aggregate([([], "count_all")])
    repeated = accounts.filter(pc.greater(accounts["count_all"], 1)).sort_by("account")
    if repeated.num_rows:
        first = repeated.slice(0, 1).to_pylist()[0]
        raise ExportRefusedError(
            f"{counted(repeated.num_rows, 'account stands', 'accounts stand')} more than once, the first "
            f"{first['company']} {first['account']}: each account of a company must be unique. "
            f"{_NOTHING_CHANGED}"
        )


def _refused(fitting: Fitting) -> ExportRefusedError:
    first = "; ".join(str(problem) for problem in fitting.problems[:3])
    return ExportRefusedError(
        f"{counted(fitting.problem_count, 'value does', 'values do')} not fit the layout of the treasury: "
        f"{first}. {_NOTHING_CHANGED}",
        tuple(fitting.problems),
    )


def _add_totals(totals: Totals, lines: Lines) -> None:
    """Adds the amounts of a block, in whole numbers of the fourth decimal."""
    assert lines.shared is not None, "open items have their company and currency in common with others"
    units = units_of(lines.own.column("amount"))
    groups = lines.shared.batch
    companies, currencies = (groups.column(name).dictionary_encode() for name in ("company", "currency"))
    width = 2 * len(currencies.dictionary)
    group_of_shared = companies.indices.to_numpy() * width + currencies.indices.to_numpy() * 2
    group = group_of_shared[lines.rows] + (units < 0)
    for number in np.flatnonzero(np.bincount(group)):
        of_group = units[group == number]
        company = companies.dictionary[int(number) // width].as_py()
        currency = currencies.dictionary[int(number) % width // 2].as_py()
        key = (company, currency, "credit" if number % 2 else "debit")
        count, total = totals.get(key, (0, Decimal(0)))
        amount = abs(int(of_group.sum())) * AMOUNT_UNIT
        totals[key] = (count + len(of_group), total + amount)


def _refuse_other_totals(ledger: duckdb.DuckDBPyConnection, totals: Totals) -> None:
    """What was written has to be what the ledger says of its open items, by company, currency and side."""
    expected = {
        (row["company_code"], row["currency_code"], row["side"]): (
            row["open_item_count"],
            row["residual_amount"],
        )
        for row in records(ledger, "exports", "exportable_totals")
    }
    if totals != expected:
        differing = sorted({*totals, *expected} - {key for key in totals if totals[key] == expected.get(key)})
        raise ExportRefusedError(
            f"the export differs from the ledger in the open items of {' '.join(differing[0])}: "
            f"{totals.get(differing[0])} instead of {expected.get(differing[0])} (number, amount). "
            f"{_NOTHING_CHANGED} This is a mistake in Partita: please report it."
        )


def _remember(workbench: duckdb.DuckDBPyConnection, request: ExportRequest, exported: Exported) -> None:
    """What the ledger keeps of the export: itself, its totals, and what the treasury knows after it.

    Of the items only those that `changed_item` has are written, which `drift` made in this transaction.
    """
    by_id = {"export_id": next_number(workbench, "ledger.treasury_export", "export_id")}
    if request.kind == "open_items":
        workbench.execute(statement("exports", "delete_exported_items"))
        workbench.execute(statement("exports", "insert_exported_item"))
    workbench.execute(
        statement("exports", "insert_treasury_export"),
        by_id
        | {
            "export_kind": request.kind,
            "file_name": exported.path.name,
            "export_form": exported.form,
            "since": exported.since,
            "byte_count": exported.byte_count,
            "row_count": exported.row_count,
            "run_id": request.run_id,
            "now": request.now,
        },
    )
    for name, insert, listed, schema in (
        ("export_total", "insert_treasury_export_total", exported.total_rows(), _TOTAL_SCHEMA),
        ("export_text", "insert_treasury_export_text", exported.text_rows(), _TEXT_SCHEMA),
    ):
        workbench.register(name, pa.Table.from_pylist(listed, schema=schema))
        workbench.execute(statement("exports", insert), by_id)
        workbench.unregister(name)
