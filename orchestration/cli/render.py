"""How answers look: JSON for programs, tables and sentences for people.

Belongs here: turning rows into text, and writing text. Does not: asking the ledger. Amounts leave as exact
decimal text with the currency's decimals, dates as ISO 8601, times as ISO 8601 in UTC.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, Final, cast

import click

from assets.errors import TransientError
from assets.ledger.asking import AMOUNT_CURRENCIES, Report
from assets.money import format_amount

TABLE_ROWS: Final = 50
"""Rows of a table unless `--limit` says otherwise: more than a screen is for JSON."""

_MEMORY_BYTES: Final = 16 * 1024 * 1024
_BLOCK_LINES: Final = 1_000
_BLOCK_BYTES: Final = 1024 * 1024
_WIDTH_WITHOUT_TERMINAL: Final = 100_000
_NARROWEST_PROSE: Final = 14
_GAP: Final = 3

# Raw values come from files that anybody may have written: a terminal must not obey them. Besides control
# characters these are the ones that turn the direction of writing.
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False)
_PRETTY: Final = json.JSONEncoder(ensure_ascii=False, indent=2)


def moment(value: dt.datetime) -> str:
    """A UTC time of the ledger as ISO 8601 with its Z."""
    return value.isoformat(timespec="seconds") + "Z"


def to_json_value(value: object) -> object:
    """The value as JSON knows it: dictionaries and lists through and through, amounts as text."""
    if isinstance(value, Mapping):
        return {
            name: amount_of(value, name) if isinstance(entry, Decimal) else to_json_value(entry)
            for name, entry in value.items()
        }
    if isinstance(value, list | tuple):
        return [to_json_value(entry) for entry in value]
    if isinstance(value, dt.datetime):
        return moment(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    assert not isinstance(value, Decimal | float), "an amount stands in a row that names its currency"
    return value


def cell(row: Mapping[str, object], name: str) -> str:
    """One value of a row as people read it; nothing for a value that is missing."""
    value = row[name]
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return amount_of(row, name)
    return visible(str(to_json_value(value)))


def visible(text: str) -> str:
    """The text with characters that a terminal would obey written out, such as `\\x1b`."""
    return _UNSAFE.sub(lambda found: ascii(found[0])[1:-1], text)


def amount_of(row: Mapping[str, object], name: str) -> str:
    """An amount of a row as exact text, with the decimals of its currency."""
    amount = row[name]
    assert isinstance(amount, Decimal), f"{name} is an amount"
    currency = row.get(AMOUNT_CURRENCIES[name])
    return format_amount(amount, None if currency is None else str(currency))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, and the field it shows or a function that makes it from the row.

    `sorts` are the fields by which a list is sorted by it, where that is not its one field. On a narrow
    terminal only the columns of prose are broken into several lines, never an amount or a key.
    """

    heading: str
    source: str | Callable[[Mapping[str, object]], str]
    is_right_aligned: bool = False
    is_prose: bool = False
    sorts: tuple[str, ...] | None = None

    @property
    def name(self) -> str:
        """What the column is called where it is asked for: its heading, as one word."""
        return self.heading.replace(" ", "-")

    @property
    def sorted_by(self) -> tuple[str, ...]:
        """The fields by which rows are sorted, if by this column; none for what the ledger does not know."""
        if self.sorts is not None:
            return self.sorts
        return () if callable(self.source) else (self.source,)

    def text(self, row: Mapping[str, object]) -> str:
        """What stands in this column for the row."""
        return visible(self.source(row)) if callable(self.source) else cell(row, self.source)


def amount_column(heading: str, field: str) -> Column:
    """A column of amounts, right aligned so that the digits stand below each other."""
    return Column(heading, field, is_right_aligned=True)


class Page:
    """What a person reads: facts, tables and sentences, one after the other."""

    def __init__(self) -> None:
        """An empty page; whether it goes to a terminal decides how tables look."""
        self._out = io.StringIO()
        self._is_terminal = sys.stdout.isatty()

    def paragraph(self, text: str) -> None:
        """A heading or a sentence of its own, with an empty line before it."""
        if self._out.tell():
            self._out.write("\n")
        self.line(text)

    def line(self, text: str) -> None:
        """One line; what a terminal would obey is written out."""
        self._out.write(visible(text) + "\n")

    def facts(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Names and values below each other; a fact without a value is left out."""
        shown = [(name, value) for name, value in pairs if value]
        width = max((len(name) for name, _ in shown), default=0)
        for name, value in shown:
            self.line(f"  {name:<{width}}  {value}")

    def table(self, columns: Sequence[Column], rows: Iterable[Mapping[str, object]]) -> None:
        """A table. Without a terminal no line is broken, so that other programs can read it."""
        # rich is loaded for tables only; an answer in JSON does without.
        from rich import box
        from rich.cells import cell_len
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        cells = [[column.text(row) for column in columns] for row in rows]
        drawn = Table(box=box.SIMPLE_HEAD if self._is_terminal else None, pad_edge=False)
        narrowest = 0
        for number, column in enumerate(columns):
            widest = max(cell_len(text) for text in (column.heading, *(line[number] for line in cells)))
            may_break = column.is_prose and self._is_terminal
            narrowest += min(widest, _NARROWEST_PROSE if may_break else widest) + _GAP
            drawn.add_column(
                Text(column.heading),
                justify="right" if column.is_right_aligned else "left",
                no_wrap=not may_break,
                overflow="fold",
            )
        for line in cells:
            drawn.add_row(*(Text(text) for text in line))
        # rich would cut off what does not fit. A line that the terminal breaks is ugly, an amount that lost
        # its last digits is wrong.
        available = shutil.get_terminal_size().columns if self._is_terminal else _WIDTH_WITHOUT_TERMINAL
        buffer = io.StringIO()
        Console(
            file=buffer, force_terminal=self._is_terminal, width=max(available, narrowest), highlight=False
        ).print(drawn)
        shown = [text.rstrip() for text in buffer.getvalue().splitlines()]
        self._out.write("\n".join(shown).strip("\n") + "\n")

    def show(self) -> None:
        """Writes the page. Called when the ledger is closed again, since a pager may keep us waiting."""
        # A terminal that does not know a character shows a question mark instead of ending the command.
        encoding = sys.stdout.encoding or "utf-8"
        _write(self._out.getvalue().encode(encoding, "replace"))


def show_object(value: Mapping[str, object]) -> None:
    """Writes one JSON object in UTF-8."""
    _write((_PRETTY.encode(to_json_value(value)) + "\n").encode("utf-8"))


def show_array(values: Sequence[Mapping[str, object]]) -> None:
    """Writes a short JSON array in UTF-8; a long one goes through `answer_buffer`."""
    _write((_PRETTY.encode(to_json_value(values)) + "\n").encode("utf-8"))


class UnwrittenAnswerError(TransientError):
    """What a command answers cannot be written; whatever it did before is done."""


@contextmanager
def answer_buffer(folder: Path) -> Iterator[IO[bytes]]:
    """Holds an answer until it is complete, and then writes it; a long one is held in a file in `folder`.

    Whoever reads our output may be slow (a pager). The ledger must not be kept from writers meanwhile, and
    a million rows must not be kept in memory.
    """
    with tempfile.SpooledTemporaryFile(_MEMORY_BYTES, dir=str(folder)) as buffer:
        try:
            yield buffer
        except OSError as error:
            raise TransientError(f"cannot hold the answer in {folder}: {error.strerror}") from error
        buffer.seek(0)
        while block := buffer.read(_BLOCK_BYTES):
            _write(block)


def _write(answer: bytes) -> None:
    # Bytes, since JSON is UTF-8 whatever the encoding of the terminal.
    try:
        click.echo(answer, nl=False)
    except BrokenPipeError:
        # The reader has seen enough (`| head`); click ends the command without a word.
        raise
    except OSError as error:
        raise UnwrittenAnswerError(f"cannot write the answer: {error.strerror}") from error


def write_array(buffer: IO[bytes], rows: Iterable[Mapping[str, object]]) -> None:
    """A JSON array with one element a line."""
    _write_lines(buffer, (_ENCODER.encode(to_json_value(row)) for row in rows))


def write_report(buffer: IO[bytes], report: Report) -> None:
    """A report as a JSON array with one row a line.

    Does for flat rows what `write_array` does for any, in half the time: the kind of each column is looked
    up once instead of once per row.
    """
    place = {name: number for number, name in enumerate(report.columns)}
    currencies = [
        (place[name], place[AMOUNT_CURRENCIES[name]]) for name in place if name in AMOUNT_CURRENCIES
    ]
    times = [number for name, number in place.items() if name.endswith(("_date", "_at"))]
    encode = _ENCODER.encode

    def text(row: tuple[object, ...]) -> str:
        values = list(row)
        for amount, currency in currencies:
            if isinstance(row[amount], Decimal):
                values[amount] = format_amount(cast("Decimal", row[amount]), cast("str", row[currency]))
        for time in times:
            values[time] = to_json_value(row[time])
        return encode(dict(zip(report.columns, values, strict=True)))

    _write_lines(buffer, map(text, report.rows))


def _write_lines(buffer: IO[bytes], lines: Iterable[str]) -> None:
    source = iter(lines)
    opening = "[\n"
    while block := list(islice(source, _BLOCK_LINES)):
        buffer.write((opening + ",\n".join(block)).encode("utf-8"))
        opening = ",\n"
    buffer.write(b"[]\n" if opening == "[\n" else b"\n]\n")
