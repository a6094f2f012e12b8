"""What rows of another program would change in a reference file, before anything is written.

Belongs here: which rows are new, which change, and the file as it would be. Does not: where the rows come
from (`assets.reference.importing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from assets.decimals import Cell, Mark, read_numbers
from assets.errors import OperatingError
from assets.reference.csv_files import CsvFile, Row, read_csv_file
from assets.reference.load import written_settings
from assets.reference.numbers import FILE_KIND
from assets.reference.schemas import ReferenceFile, file_named
from assets.wording import counted


@dataclass(frozen=True, slots=True)
class Difference:
    """What an import would change in one reference file, by the keys of its rows.

    `changed` has for each row what stands there and what would. `absent` counts rows of ours of which their
    file says nothing: they stay. `content` is the file as it would be, `rows` are all rows of theirs as it
    would have them.
    """

    file_name: str
    added: tuple[Row, ...]
    changed: tuple[tuple[Row, Row], ...]
    same_count: int
    absent_count: int
    content: bytes
    content_before: bytes
    rows: tuple[Row, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not self.added and not self.changed


def difference(
    folder: Path, file: ReferenceFile, rows: Sequence[Row], defaults: Mapping[str, str]
) -> Difference:
    """What these rows change. A blank cell of theirs says nothing: it takes no value away."""
    held = read_csv_file(folder / file.name)
    mark = written_settings(folder).decimal_mark(FILE_KIND)
    ours = {key_of(file, row): row for row in held.rows}
    added: list[Row] = []
    changed: list[tuple[Row, Row]] = []
    for said in map(_filled, rows):
        before = ours.get(key_of(file, said))
        if before is None:
            added.append({**defaults, **said})
            continue
        other = {
            name: value for name, value in said.items() if not _is_same(file, name, before[name], value, mark)
        }
        if other:
            changed.append((before, {**before, **_written(file, other, mark)}))
    refuse_incomplete(file, added, file.columns)
    written = [_written(file, row, mark) for row in added]
    known = {key_of(file, row) for row in rows}
    return Difference(
        file.name,
        tuple(written),
        tuple(changed),
        same_count=len(rows) - len(added) - len(changed),
        absent_count=sum(key not in known for key in ours),
        content=_content(held, changed, written),
        content_before=held.content,
        rows=tuple({**defaults, **ours.get(key_of(file, row), {}), **_filled(row)} for row in rows),
    )


def _filled(row: Row) -> dict[str, str]:
    return {name: value for name, value in row.items() if value}


def _is_same(file: ReferenceFile, name: str, before: str, value: str, mark: Mark) -> bool:
    """Whether our file has this value already; amounts may be written with other decimals."""
    if name not in file.numbers:
        return before == value
    (number,) = read_numbers([Cell(name, before, mark or "point")])
    return number.problem is None and Decimal(number.text) == Decimal(value)


def _written(file: ReferenceFile, row: Row, mark: Mark) -> Row:
    """The row with its amounts as the reference files of this home write them."""
    if mark != "comma":
        return row
    return {name: value.replace(".", ",") if name in file.numbers else value for name, value in row.items()}


def refuse_incomplete(file: ReferenceFile, rows: Sequence[Row], names: Iterable[str]) -> None:
    """Says which of these columns every row needs and some have not."""
    for name in names:
        is_required, _ = file.columns[name]
        lacking = sum(not row.get(name) for row in rows)
        if is_required and lacking:
            which = (
                "no row has"
                if lacking == len(rows)
                else f"{counted(lacking, 'row stands', 'rows stand')} without"
            )
            raise OperatingError(
                f"{which} {name}, which {file.name} needs: name its column by --map {name}='…', or give "
                f"all the same by --constant {name}=…"
            )


def _content(held: CsvFile, changed: Sequence[tuple[Row, Row]], added: Sequence[Row]) -> bytes:
    after = held.with_rows([(before, held.line(row)) for before, row in changed])
    return after.with_lines([held.line(row) for row in added]) if added else after.content


def key_of(file: ReferenceFile, row: Mapping[str, str]) -> tuple[str, ...]:
    """What makes a row unique in this file."""
    return tuple(row.get(name, "") for name in file.key)


def key_text(file_name: str, row: Row) -> str:
    """What tells a row of this reference file from others, for people."""
    return " ".join(value for value in key_of(file_named(file_name), row) if value)
