"""How the columns and values of another program become ours: found by their names, mapped by hand, kept.

Belongs here: which column is which. Does not: what becomes of a cell (`assets.reference.importing`).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from assets.errors import OperatingError, TransientError
from assets.home import make_folder
from assets.reference.csv_files import CsvFile, read_csv_file, replace_file
from assets.reference.foreign_tables import ForeignTable
from assets.reference.schemas import file_named

KINDS: Final[Mapping[str, str]] = {
    "accounts": "chart_of_accounts.csv",
    "counterparties": "counterparties.csv",
    "open-items": "opening_open_items.csv",
}
"""What may be imported, and the reference file that it becomes."""

EXTRA_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "open-items": (
        "counterparty_code",
        "counterparty_name",
        "counterparty_kind",
        "debit_amount",
        "credit_amount",
    ),
}
"""Columns that no reference file has: they say whose account an item is on, and its amount with its side."""

NEEDED: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "accounts": (("account_code",),),
    "counterparties": (("counterparty_code",),),
    "open-items": (
        ("open_item_key",),
        ("counterparty_code", "account_code"),
        ("original_amount", "debit_amount", "credit_amount"),
    ),
}
"""What a row of each kind is nothing without: of each of these, one of the columns."""


OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "decimal_mark": ("point", "comma"),
    "sign": ("account", "ledger"),
}
"""What is kept of how a program writes amounts, and the values that each may have."""

_MEANT: Final[Mapping[str, str]] = {
    "original_amount": " (what is still open of the item, not the total of its document)"
}
"""What a column is where another one is easily taken for it."""


@dataclass(frozen=True, slots=True)
class ImportMapping:
    """How the columns and values of a program become ours.

    `columns`: our column to theirs; to a blank, that none of theirs is meant. `constants`: our column to a
    value for every row. `values`: our column and their value, in any case, to ours. `options`: how their
    numbers are written (`decimal_mark`), and what an amount above zero is (`sign`).
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[tuple[str, str], str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)

    def over(self, kept: ImportMapping) -> ImportMapping:
        """This mapping, and what was kept of an earlier one where this one says nothing."""
        said = {*self.columns, *self.constants}

        def rest(those: Mapping[str, str]) -> dict[str, str]:
            return {name: value for name, value in those.items() if name not in said}

        return ImportMapping(
            {**rest(kept.columns), **self.columns},
            {**rest(kept.constants), **self.constants},
            {**kept.values, **self.values},
            {**kept.options, **self.options},
        )


def our_columns(kind: str) -> tuple[str, ...]:
    """The columns that may be mapped for this kind."""
    return (*file_named(KINDS[kind]).columns, *EXTRA_COLUMNS.get(kind, ()))


def with_found_columns(kind: str, table: ForeignTable, mapping: ImportMapping) -> ImportMapping:
    """The mapping with the columns that are found by their names; those mapped by hand stand.

    Raises OperatingError if a column that is named or needed is not there, or may be one of several.
    """
    theirs = {name.casefold(): name for name in table.columns}
    for ours, their in mapping.columns.items():
        if their and their.casefold() not in theirs:
            raise OperatingError(
                f"the file has no column {their} (for {ours}); it has {', '.join(table.columns)}"
            )
    columns = {ours: theirs[their.casefold()] for ours, their in mapping.columns.items() if their}
    taken = {name.casefold() for name in columns.values()}
    for ours in our_columns(kind):
        if ours in mapping.columns or ours in mapping.constants:
            continue
        names = [ours.casefold(), *_known_names(kind, ours)]
        found = [theirs[name] for name in names if name in theirs and name not in taken]
        if len(found) > 1:
            raise OperatingError(
                f"{ours} may be the column {' or '.join(found)}: say which by --map {ours}='{found[0]}'"
            )
        if found:
            columns[ours] = found[0]
            taken.add(found[0].casefold())
    pair = [columns[ours] for ours in ("debit_amount", "credit_amount") if ours in columns]
    if pair and "original_amount" in columns:
        both = ", ".join([*pair, columns["original_amount"]])
        raise OperatingError(
            f"the amount may be in {both}: say --map original_amount= to take debit and credit, or "
            "--map debit_amount= --map credit_amount= to take the other"
        )
    for needed in NEEDED[kind]:
        if not any(ours in columns or ours in mapping.constants for ours in needed):
            raise OperatingError(
                f"no column is found for {' or '.join(needed)}{_MEANT.get(needed[0], '')}: name it by --map "
                f"{needed[0]}='…'. The file has {', '.join(table.columns)}"
            )
    return ImportMapping(columns, mapping.constants, mapping.values, mapping.options)


@cache
def _names() -> list[Mapping[str, str]]:
    return _data("import_names.csv")


def _known_names(kind: str, ours: str) -> list[str]:
    return [row["their_name"] for row in _names() if (row["kind"], row["our_column"]) == (kind, ours)]


@cache
def known_values() -> Mapping[tuple[str, str], str]:
    """What values of other programs are with us, by our column and their value in small letters."""
    return {(row["our_column"], row["their_value"]): row["our_value"] for row in _data("import_values.csv")}


def _data(name: str) -> list[Mapping[str, str]]:
    text = resources.files("assets.reference").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines(), strict=True))


_HEADER: Final = ("our_column", "how", "theirs", "ours")


def kept_mapping(folder: Path, kind: str) -> ImportMapping:
    """What a person named for the last accepted import of this kind; nothing before the first.

    What was the same in every row of one file (a constant) may be another thing in the next: it is not kept.

    Raises OperatingError if its file cannot be read.
    """
    path = mapping_path(folder, kind)
    if not path.exists():
        return ImportMapping()
    columns: dict[str, str] = {}
    values: dict[tuple[str, str], str] = {}
    options: dict[str, str] = {}
    for row in read_csv_file(path).rows:
        if row.get("how") == "option" and row.get("ours") in OPTIONS.get(row.get("our_column", ""), ()):
            options[row["our_column"]] = row["ours"]
            continue
        if row.get("our_column") not in our_columns(kind):
            raise OperatingError(f"{path} names a column {row.get('our_column')} that is none of ours")
        if row.get("how") == "column":
            columns[row["our_column"]] = row["theirs"]
        elif row.get("how") == "value":
            values[row["our_column"], row["theirs"]] = row["ours"]
        else:
            raise OperatingError(f"{path} says {row.get('how')!r}, expected column, value or option")
    return ImportMapping(columns, {}, values, options)


def mapping_path(folder: Path, kind: str) -> Path:
    """Where the mapping of this kind is kept, below the folder of the reference files."""
    return folder / "mappings" / f"{kind}.csv"


def keep_mapping(folder: Path, kind: str, mapping: ImportMapping) -> None:
    """Keeps a mapping for the next file of this kind.

    Raises TransientError if it cannot be written; the rows of the reference files are by then.
    """
    path = mapping_path(folder, kind)
    try:
        make_folder(path.parent)
        replace_file(path, _content(mapping))
    except OSError as error:
        raise TransientError(
            f"the rows are written, but the mapping cannot be kept in {path}: {error.strerror}"
        ) from error


def _content(mapping: ImportMapping) -> bytes:
    file = CsvFile(b"", _HEADER, (), (), ",", "\n")
    rows = [
        *((ours, "column", theirs, "") for ours, theirs in mapping.columns.items()),
        *((ours, "value", theirs, value) for (ours, theirs), value in mapping.values.items()),
        *((name, "option", "", value) for name, value in mapping.options.items()),
    ]
    lines = [",".join(_HEADER), *(file.line(dict(zip(_HEADER, row, strict=True))) for row in rows)]
    return "".join(f"{line}\n" for line in lines).encode()
