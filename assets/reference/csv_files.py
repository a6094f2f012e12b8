"""Reference files as people write them: read with the look of their lines, and replaced as a whole.

Belongs here: a file with one more row, or with another row instead of one, and writing several files so that
the reference data stay good. Does not: which rows are written (`assets.reference.proposing`,
`assets.reference.identifying`).
"""

from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Final

import duckdb

from assets.errors import OperatingError, TransientError
from assets.findings import Finding
from assets.reference.csv_text import COMMENT_MARK, csv_rows, line_end_of, separator_of
from assets.reference.load import judged_reference

_BOM: Final = b"\xef\xbb\xbf"

Row = Mapping[str, str]

_NEW_FILE_MODE: Final = 0o600


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A reference file as it is written: its bytes, its header, its rows, and how its lines look.

    `places` says for each row before and after which physical lines of the file it stands, counted from 0.
    """

    content: bytes
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    places: tuple[tuple[int, int], ...]
    separator: str
    line_end: str

    def line(self, row: Row) -> str:
        """The row as a line of this file, without its end."""
        stream = io.StringIO()
        # With another line end, a value of several lines would not be put into quotation marks.
        writer = csv.writer(stream, delimiter=self.separator, lineterminator="\r\n")
        writer.writerow([row.get(name, "") for name in self.header])
        line = stream.getvalue().removesuffix("\r\n")
        if not line.startswith(COMMENT_MARK):
            return line
        # In quotation marks, the first value of a row does not make a comment of it.
        first, rest = self.header[0], self.line({**row, self.header[0]: ""})
        return f'"{row[first]}"{rest}'

    def with_lines(self, lines: Sequence[str]) -> bytes:
        """The file with more lines."""
        end = self.line_end.encode()
        gap = b"" if self.content.endswith(b"\n") else end
        return self.content + gap + b"".join(line.encode() + end for line in lines)

    def with_row(self, row: Row, line: str) -> bytes:
        """The file with this line instead of one of its rows."""
        return self.with_rows([(row, line)]).content

    def with_rows(self, instead: Sequence[tuple[Row, str]]) -> CsvFile:
        """The file with these lines instead of some of its rows, which it no longer knows by their places."""
        places = {id(row): place for row, place in zip(self.rows, self.places, strict=True)}
        lines = _physical_lines(self.content.decode("utf-8"))
        for row, line in sorted(instead, key=lambda each: places[id(each[0])], reverse=True):
            start, end = places[id(row)]
            last = lines[end - 1]
            lines[start:end] = [line + last[len(last.rstrip("\r\n")) :]]
        return replace(self, content="".join(lines).encode(), rows=(), places=())


def read_csv_file(path: Path) -> CsvFile:
    """The file as it is written.

    Raises:
        OperatingError: if it cannot be read, is no text in UTF-8, or has no header line.
    """
    try:
        content = path.read_bytes()
        text = content.removeprefix(_BOM).decode("utf-8")
    except OSError as error:
        raise OperatingError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise OperatingError(f"{path} is no text in UTF-8") from error
    rows = list(csv_rows(text, strict=False))
    if not rows:
        raise OperatingError(f"{path} has no header line")
    header, *filled = [(tuple(cell.strip() for cell in row.cells), (row.before, row.last)) for row in rows]
    return CsvFile(
        content,
        header[0],
        tuple(dict(zip(header[0], cells, strict=False)) for cells, _ in filled),
        tuple(place for _, place in filled),
        separator_of(text),
        line_end_of(text),
    )


def replace_files(folder: Path, before: Mapping[str, bytes | None], after: Mapping[str, bytes]) -> None:
    """Writes these files, in this order: each is replaced as a whole, or stays as it is.

    `before` is what each must hold still, None if there must be no such file.

    Raises:
        OperatingError: if the reference data would be wrong with them. Nothing is written then.
        TransientError: if a file changed meanwhile, or cannot be written.
    """
    try:
        refuse_wrong(folder, after)
    except OSError as error:
        raise TransientError(f"cannot write to {folder}: {error.strerror}") from error
    write_judged(folder, before, after)


def write_judged(folder: Path, before: Mapping[str, bytes | None], after: Mapping[str, bytes]) -> None:
    """Writes files as `replace_files` does, with which the reference data were judged to be right.

    Raises TransientError if a file changed meanwhile, or cannot be written.
    """
    try:
        for name, held in before.items():
            path = folder / name
            if (path.read_bytes() if path.exists() else None) != held:
                raise TransientError(f"{name} was changed meanwhile; nothing was written: try again")
        for name, content in after.items():
            replace_file(folder / name, content)
    except OSError as error:
        raise TransientError(f"cannot write to {folder}: {error.strerror}") from error


def refuse_wrong(folder: Path, after: Mapping[str, bytes]) -> None:
    """Judges the reference data of a folder as they would be with these files.

    Raises:
        OperatingError: if they would be wrong, with the first thing that would be.
        OSError: if the present ones cannot be read.
    """
    findings = wrong_with(folder, after)
    if findings:
        raise OperatingError(
            f"nothing was written, since the reference data would be wrong: {findings[0].sentence}"
        )


def wrong_with(
    folder: Path, after: Mapping[str, bytes], ledger: duckdb.DuckDBPyConnection | None = None
) -> tuple[Finding, ...]:
    """What would be wrong with the reference data of a folder as they would be with these files: in
    themselves, and against the ledger where one is attached to `ledger`.

    Raises OSError if the present ones cannot be read.
    """
    with TemporaryDirectory() as trial:
        for path in folder.glob("*.csv"):
            shutil.copyfile(path, Path(trial) / path.name)
        for name, content in after.items():
            (Path(trial) / name).write_bytes(content)
        return judged_reference(Path(trial), ledger).findings


def _physical_lines(text: str) -> list[str]:
    """The lines with their ends, as the reader of CSV counts them."""
    return list(io.StringIO(text, newline=""))


def replace_file(path: Path, content: bytes) -> None:
    """Replaces a file by another content, whole or not at all. Raises OSError if it cannot be written."""
    with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".tmp", delete=False) as new:
        temporary = Path(new.name)
        try:
            new.write(content)
            new.flush()
            os.fsync(new.fileno())
            if path.exists():
                shutil.copymode(path, temporary)
            else:
                temporary.chmod(_NEW_FILE_MODE)
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
