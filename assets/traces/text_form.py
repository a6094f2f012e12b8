"""Reads the positional text form of the trace, block by block, without a loop over lines.

A block of whole lines becomes a matrix of characters (one row a line, one column a position); each field
is a slice of columns. Few distinct values occur in most fields, so a text, date or code is decoded and
judged once per distinct value. Amounts are added up digit by digit over all lines at once. Nothing is
guessed: a field is either exactly what the layout says or a finding.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import BinaryIO, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from assets.columns import AMOUNT_TYPE
from assets.findings import Finding, said
from assets.layouts import LayoutField
from assets.traces.cells import (
    BLANK,
    CP1252_UNDEFINED,
    Bytes2D,
    Ints,
    Mask,
    as_strings,
    decimal_array,
    dictionary,
    from_cp1252,
    nothing,
    parse_amounts,
    parse_date,
    trimmed,
)
from assets.traces.collector import FindingCollector, too_many_short
from assets.traces.layout import BANK_NOTE, TraceLayout, line_schema, trace_layout

BLOCK_BYTES: Final = 8 * 1024 * 1024
"""Small enough for the processor's cache and for a bounded memory, large enough to hide the overhead."""

BLOCK_LINES: Final = 44 * 1024
"""A block of the shortest lines has fewer. One with more is cut, since each takes half a kilobyte."""

READERS: Final = 2
"""Blocks that are read side by side; each needs some seven times its bytes meanwhile."""

MAX_LINE_BYTES: Final = 64 * 1024
"""Sixty times the longest line: what goes on longer without a line end is not a trace."""

MAX_SHORT_LINES: Final = 250_000
"""Lines that are too short for the required fields. A file with more of them is no trace, and is not read any
further: each takes a hundred times its bytes."""

HEAD_BYTES: Final = 64 * 1024
"""How much of a file the readers may look at to say whether it is theirs."""

UTF8_BOM: Final = b"\xef\xbb\xbf"
_END_OF_TEXT: Final = b"\x1a"
_LINE_END: Final = 0x0A
_BEFORE_READABLE_AMOUNT: Final = re.compile(rb"^.{71}[ 0-9+,.-]{22}.{5}[ 0-9+,.-]{22}", re.DOTALL)
_OPENS_JSON: Final = re.compile(rb"\s*(?:\[\s*[{\]]|\{\s*[\"}])")
_BEFORE_READABLE_DATE: Final = re.compile(rb"^.{34}[0-9]{8}", re.DOTALL)
# Fields in which nearly every line has its own value: a dictionary would only cost.
_HIGH_CARDINALITY: Final = frozenset(
    {"open_item_key", "document_number", "note", "reference_number", BANK_NOTE}
)


@dataclass(slots=True)
class _Block:
    """Whole lines of a file. `starts` and `lengths` are in bytes within `data`; `widths` in characters."""

    data: bytes
    offset: int
    first_line: int
    is_last: bool
    starts: Ints
    lengths: Ints
    widths: Ints
    texts: dict[int, str] = dataclass_field(default_factory=dict)

    def line_text(self, row: int) -> str:
        if row in self.texts:
            return self.texts[row]
        start = int(self.starts[row])
        return self.data[start : start + int(self.lengths[row])].decode("latin-1")

    def shown_text(self, row: int) -> str:
        """The line as people read it, in the encoding of the file."""
        if row in self.texts:
            return _shown(self.texts[row])
        start = int(self.starts[row])
        return self.data[start : start + int(self.lengths[row])].decode("cp1252", "replace")

    def locate(self, row: int, field: LayoutField) -> tuple[int, int, str]:
        """Where a field stands in the file (bytes, end exclusive), and its characters as they stand there."""
        start = int(self.starts[row])
        line = self.data[start : start + int(self.lengths[row])]
        first, last, raw = locate(line, field, is_utf8=row in self.texts)
        return self.offset + start + first, self.offset + start + last, raw


def locate(line: bytes, field: LayoutField, *, is_utf8: bool) -> tuple[int, int, str]:
    """A field's place within its line (bytes, end exclusive) and its characters as they stand there."""
    if not is_utf8:
        cells = line[field.start : field.end]
        first = min(field.start, len(line))
        return first, first + len(cells), cells.decode("cp1252", "replace")
    # Bytes that are not UTF-8 count one character each, here as where the line was read.
    text = line.decode("utf-8", "surrogateescape")
    raw = text[field.start : field.end]
    first = len(text[: field.start].encode("utf-8", "surrogateescape"))
    length = len(raw.encode("utf-8", "surrogateescape"))
    return first, first + length, _shown(raw)


def _shown(text: str) -> str:
    """The text with U+FFFD for every byte that is no character."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def claims(head: bytes, file_name: str) -> bool:
    """Whether the file's first bytes look like the text form: one line with a date or amounts in place.

    What stands in place in a file that begins as JSON does is chance: JSON on one line has digits anywhere.
    """
    del file_name
    text = head.removeprefix(UTF8_BOM)
    if b"\x00" in head or _OPENS_JSON.match(text):
        return False
    for line in text.split(b"\n")[:1000]:
        if _BEFORE_READABLE_DATE.match(line) or _BEFORE_READABLE_AMOUNT.match(line):
            return True
    return False


def read(stream: BinaryIO, collector: FindingCollector) -> Iterator[pa.Table]:
    """Yields frames of lines (`line_schema`), in the order of the file, each at most some ten thousand lines.

    A field that cannot be read is null and stands in the collector with its place and raw value. Text is
    cp1252, or UTF-8 with or without a byte order mark; a block decides for the whole file. Blocks are read
    side by side, since nearly all of the work is done by numpy and arrow, which let other threads run.
    """
    with ThreadPoolExecutor(READERS) as pool:
        pending: deque[Future[tuple[pa.Table | None, FindingCollector]]] = deque()
        for block, is_utf8, found in _blocks(stream, collector):
            pending.append(pool.submit(_lines_of, block, is_utf8, found))
            if len(pending) > READERS:
                yield from _taken(pending.popleft(), collector)
            if collector.short_line_count > MAX_SHORT_LINES:
                break
        while pending and collector.short_line_count <= MAX_SHORT_LINES:
            yield from _taken(pending.popleft(), collector)
    if collector.short_line_count > MAX_SHORT_LINES:
        collector.add(too_many_short(collector.source_file, MAX_SHORT_LINES))


def _taken(
    reading: Future[tuple[pa.Table | None, FindingCollector]], collector: FindingCollector
) -> Iterator[pa.Table]:
    table, found = reading.result()
    collector.extend(found)
    if table is not None:
        yield table


def _blocks(stream: BinaryIO, collector: FindingCollector) -> Iterator[tuple[_Block, bool, FindingCollector]]:
    """The blocks, whether their text is UTF-8, and for each a collector of its own, which lists no more
    findings than there is room for in that of the whole file.
    """
    source_file = collector.source_file
    is_utf8: bool | None = None
    line_number = 1
    for offset, data, is_last in _blocks_of_lines(stream):
        said: list[Finding] = []
        body, shift = data, 0
        if offset == 0 and data.startswith(UTF8_BOM):
            body, shift, is_utf8 = data[len(UTF8_BOM) :], len(UTF8_BOM), True
        is_ascii = body.isascii()
        if not is_ascii and is_utf8 is None:
            is_utf8 = _is_valid_utf8(body)
            if is_utf8:
                said.append(Finding(source_file, "encoding_assumed", raw_value="UTF-8"))
        for place, part, is_last_part in _parts(body, offset + shift, is_last=is_last):
            found = FindingCollector(source_file, line_number, collector.room)
            found.add_all(said)
            said = []
            block = _split(part, place, line_number, is_last=is_last_part)
            line_number += len(block.starts)
            yield block, bool(is_utf8) and not is_ascii, found


def _lines_of(
    block: _Block, is_utf8: bool, collector: FindingCollector
) -> tuple[pa.Table | None, FindingCollector]:
    """The lines of a block as a frame (None if it has no record), and what is wrong with them."""
    layout = trace_layout()
    if is_utf8:
        collector.is_utf8 = True
        _decode_utf8_lines(block, collector)
    rows = _report_odd_lines(block, layout, collector)
    return (_frame(block, rows, layout, collector) if len(rows) else None), collector


def _blocks_of_lines(stream: BinaryIO) -> Iterator[tuple[int, bytes, bool]]:
    """Offset, bytes and whether it is the last, of blocks of whole lines. A final Ctrl-Z (DOS) is dropped."""
    offset = 0
    carry = b""
    read = stream.read(BLOCK_BYTES)
    while read:
        following = stream.read(BLOCK_BYTES)
        if not following:
            data = (carry + read).removesuffix(_END_OF_TEXT)
            if data:
                yield offset, data, True
            return
        cut = read.rfind(b"\n") + 1
        if cut == 0 and len(carry) + len(read) > MAX_LINE_BYTES:
            cut = len(read)
        if cut:
            # One copy of the block and not two: a view of what was read is joined to what was left.
            yield offset, b"".join((carry, memoryview(read)[:cut])), False
            offset += len(carry) + cut
            carry = read[cut:]
        else:
            carry += read
        read = following


def _parts(body: bytes, offset: int, *, is_last: bool) -> Iterator[tuple[int, bytes, bool]]:
    """The block, or halves of it until none has too many lines; each with its offset in the file."""
    line_count = np.count_nonzero(np.frombuffer(body, dtype=np.uint8) == _LINE_END)
    cut = 0
    if line_count > BLOCK_LINES:
        cut = body.rfind(b"\n", 0, len(body) // 2) + 1 or body.find(b"\n") + 1
    if cut in (0, len(body)):
        yield offset, body, is_last
        return
    yield from _parts(body[:cut], offset, is_last=False)
    yield from _parts(body[cut:], offset + cut, is_last=is_last)


def _split(body: bytes, offset: int, first_line: int, *, is_last: bool) -> _Block:
    characters = np.frombuffer(body, dtype=np.uint8)
    ends = np.flatnonzero(characters == _LINE_END)
    if not body.endswith(b"\n"):
        ends = np.append(ends, len(body))
    starts = np.concatenate(([0], ends[:-1] + 1)).astype(np.int64)
    lengths = ends - starts
    last = characters[np.maximum(starts + lengths - 1, 0)]
    lengths = lengths - ((last == 13) & (lengths > 0))
    return _Block(body, offset, first_line, is_last, starts, lengths, lengths)


def _is_valid_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decode_utf8_lines(block: _Block, collector: FindingCollector) -> None:
    """Decodes the lines that are not ASCII; their positions count characters, not bytes."""
    characters = np.frombuffer(block.data, dtype=np.uint8)
    rows = np.unique(np.searchsorted(block.starts, np.flatnonzero(characters >= 0x80), side="right") - 1)
    block.widths = block.widths.copy()
    for row in rows.tolist():
        start = int(block.starts[row])
        raw = block.data[start : start + int(block.lengths[row])]
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            collector.add(
                Finding(
                    collector.source_file,
                    "invalid_character",
                    line_number=block.first_line + row,
                    byte_start=block.offset + start + error.start,
                    byte_end=block.offset + start + error.end,
                    raw_value=raw[error.start : error.end].hex(" "),
                    expected=said("characters_of_utf_8"),
                )
            )
            text = raw.decode("utf-8", "surrogateescape")
        block.texts[row] = text
        block.widths[row] = len(text)


def _report_odd_lines(
    block: _Block, layout: TraceLayout, collector: FindingCollector
) -> npt.NDArray[np.int64]:
    """Reports lines that are empty, too short or too long; returns the rows that hold a record.

    A blank line at the end of the file is the end that some programs write, and no finding.
    """
    is_short = block.widths < layout.shortest_width
    is_empty = block.lengths == 0
    for row in np.flatnonzero(is_short & ~is_empty).tolist():
        is_empty[row] = not block.line_text(row).strip(" ")
    collector.short_line_count += int(np.count_nonzero(is_short & ~is_empty))
    is_reported = is_empty.copy()
    is_reported[-1] &= not block.is_last
    _report_lines(block, "line_empty", is_reported, collector)
    _report_lines(block, "line_too_short", is_short & ~is_empty, collector)
    _report_lines(block, "line_too_long", block.widths > layout.width, collector)
    return np.flatnonzero(~is_empty)


def _report_lines(block: _Block, code: str, mask: Mask, collector: FindingCollector) -> None:
    rows = np.flatnonzero(mask)
    listed = rows[: collector.room].tolist()
    for row in listed:
        start = block.offset + int(block.starts[row])
        collector.add(
            Finding(
                collector.source_file,
                code,
                line_number=block.first_line + row,
                byte_start=start,
                byte_end=start + int(block.lengths[row]),
                raw_value=block.shown_text(row),
            )
        )
    collector.reject(code, block.first_line + rows, len(listed))


def _frame(block: _Block, rows: Ints, layout: TraceLayout, collector: FindingCollector) -> pa.Table:
    fixed = _matrix(block, rows, 0, layout.fixed_width)
    has_control = bool(fixed.min() < BLANK) or bool((fixed == 0x7F).any())
    starts = block.offset + block.starts[rows]
    columns: list[pa.Array] = [
        pa.array(block.first_line + rows),
        pa.array(starts),
        pa.array(starts + block.lengths[rows]),
    ]
    for field in layout.fields:
        reader = _FieldReader(block, rows, field, collector)
        if field.name == BANK_NOTE:
            columns.append(_bank_notes(reader, layout))
            continue
        cells = np.ascontiguousarray(fixed[:, field.start : field.end])
        if field.kind == "decimal":
            columns.append(reader.amounts(cells))
        elif field.kind == "date":
            columns.append(reader.dates(cells))
        elif field.kind == "integer":
            columns.append(reader.integers(cells))
        else:
            columns.append(reader.texts(cells, has_control))
    names = line_schema().names
    return pa.Table.from_arrays(columns, names=names)


def _matrix(block: _Block, rows: Ints, begin: int, width: int) -> Bytes2D:
    """Characters `begin` to `begin + width` of each row, blanks beyond the line's end."""
    padded = block.data + b" " * (begin + width)
    windows: npt.NDArray[np.void] = np.ndarray(
        (len(padded) - width + 1,), dtype=f"V{width}", buffer=padded, strides=(1,)
    )
    matrix = windows[block.starts[rows] + begin].view(np.uint8).reshape(len(rows), width)
    widths = block.widths[rows]
    short = np.flatnonzero(block.lengths[rows] < begin + width)
    if len(short):
        beyond = np.arange(width)[None, :] >= (widths[short] - begin)[:, None]
        cells = matrix[short]
        cells[beyond] = BLANK
        matrix[short] = cells
    if block.texts:
        position = {int(row): index for index, row in enumerate(rows.tolist())}
        for row, text in block.texts.items():
            if row in position:
                cut = text[begin : begin + width].ljust(width).encode("cp1252", "replace")
                matrix[position[row]] = np.frombuffer(cut, dtype=np.uint8)
    return matrix


def _bank_notes(reader: _FieldReader, layout: TraceLayout) -> pa.Array:
    """The bank note of each row, trimmed; null where the line ends before it."""
    block, rows = reader.block, reader.rows
    note = layout.field(BANK_NOTE)
    long = np.flatnonzero(block.widths[rows] > note.start)
    if not len(long):
        return pa.nulls(len(rows), pa.string())
    width = min(note.length, int(block.widths[rows[long]].max()) - note.start)
    cells = _matrix(block, rows[long], note.start, width)
    has_control = bool(cells.min() < BLANK) or bool((cells == 0x7F).any())
    notes = _FieldReader(block, rows[long], note, reader.collector).texts(cells, has_control)
    place = np.full(len(rows), -1, dtype=np.int64)
    place[long] = np.arange(len(long))
    return notes.take(pa.array(place, mask=place < 0))


def _no_codes(count: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(nothing(count, pa.int32()), pa.array([], pa.string()))


@dataclass(slots=True)
class _FieldReader:
    """Turns the cells of one field (one row a line) into a column, and reports what it cannot read."""

    block: _Block
    rows: Ints
    field: LayoutField
    collector: FindingCollector

    def report(self, code: str, bad: Mask) -> None:
        """Reports the marked rows with the field's place and raw characters."""
        rows = self.rows[bad]
        listed = rows[: self.collector.room].tolist()
        for row in listed:
            start, end, raw = self.block.locate(row, self.field)
            self.collector.add(
                Finding(
                    self.collector.source_file,
                    code,
                    line_number=self.block.first_line + row,
                    byte_start=start,
                    byte_end=end,
                    field=self.field.name,
                    raw_value=raw,
                )
            )
        self.collector.reject(code, self.block.first_line + rows, len(listed))

    def texts(self, cells: Bytes2D, has_control: bool) -> pa.Array:
        """Trimmed text, null where blank."""
        is_plain = self.field.name in _HIGH_CARDINALITY
        if not (cells != BLANK).any():
            return nothing(len(cells), pa.string()) if is_plain else _no_codes(len(cells))
        if is_plain:
            column = self._readable(cells, None, has_control)
        else:
            encoded = dictionary(cells)
            values = np.frombuffer(encoded.dictionary.buffers()[1], dtype=np.uint8)
            distinct = values[: len(encoded.dictionary) * cells.shape[1]].reshape(-1, cells.shape[1])
            indices = encoded.indices.to_numpy()
            readable = self._readable(distinct, indices, has_control)
            is_null = pc.is_null(readable).to_numpy(zero_copy_only=False)[indices]
            column = pa.DictionaryArray.from_arrays(
                pa.array(indices, mask=is_null), pc.fill_null(readable, "")
            )
        if not self.block.texts:
            return column
        patched = self._patched(column)
        return patched if is_plain else patched.dictionary_encode()

    def _readable(self, cells: Bytes2D, indices: npt.NDArray[np.int32] | None, has_control: bool) -> pa.Array:
        """The cells as trimmed text, null where blank or unreadable; what is unreadable is reported.

        `indices` says which of the cells each row has; None where each row has its own.
        """
        is_ascii = bool((cells < 0x80).all())
        strings = as_strings(cells) if is_ascii else from_cp1252(cells)
        text = trimmed(strings)
        bad_cells: list[tuple[str, Mask]] = []
        if not is_ascii:
            undefined = CP1252_UNDEFINED[cells]
            bad_cells.append(("invalid_character", np.asarray(undefined.any(axis=1))))
        if has_control:
            control = (cells < BLANK) | (cells == 0x7F)
            bad_cells.append(("control_character", np.asarray(control.any(axis=1))))
        for code, bad in bad_cells:
            if bad.any():
                self.report(code, bad if indices is None else bad[indices])
                text = pc.if_else(pa.array(bad), pa.scalar(None, pa.string()), text)
        return text

    def _patched(self, column: pa.Array) -> pa.Array:
        """Puts the text of lines whose characters cp1252 may not have into their places."""
        values = column.cast(pa.string()).to_numpy(zero_copy_only=False).copy()
        for index, row in enumerate(self.rows.tolist()):
            text = self.block.texts.get(row)
            if text is not None and values[index] is not None:
                values[index] = _shown(text[self.field.start : self.field.end]).strip(" ") or None
        return pa.array(values, type=pa.string())

    def dates(self, cells: Bytes2D) -> pa.Array:
        """Days; null for 8 blanks or 8 zeros."""
        encoded = dictionary(cells)
        days = np.zeros(len(encoded.dictionary), dtype=np.int32)
        is_null = np.ones(len(days), dtype=np.bool_)
        is_bad = np.zeros(len(days), dtype=np.bool_)
        for index, raw in enumerate(encoded.dictionary.to_pylist()):
            if raw in (b" " * 8, b"0" * 8):
                continue
            date = parse_date(raw)
            if date is None:
                is_bad[index] = True
            else:
                days[index] = (date - dt.date(1970, 1, 1)).days
                is_null[index] = False
        indices = encoded.indices.to_numpy()
        if is_bad.any():
            self.report("invalid_date", is_bad[indices])
        if is_null.all():
            return nothing(len(cells), pa.date32())
        return pa.array(days[indices], mask=is_null[indices]).view(pa.date32())

    def integers(self, cells: Bytes2D) -> pa.Array:
        """Whole numbers of digits only, blanks before or after allowed; null where blank."""
        is_digit = (cells >= 48) & (cells <= 57)
        is_blank = cells == BLANK
        count = is_digit.sum(axis=1)
        first = is_digit.argmax(axis=1)
        last = cells.shape[1] - 1 - is_digit[:, ::-1].argmax(axis=1)
        is_null = is_blank.all(axis=1)
        if is_null.all():
            return nothing(len(cells), pa.int64())
        is_good = (is_digit | is_blank).all(axis=1) & (count == last - first + 1)
        value = np.zeros(len(cells), dtype=np.int64)
        for column in range(cells.shape[1]):
            digit = cells[:, column].astype(np.int64) - 48
            value = np.where(is_digit[:, column], value * 10 + digit, value)
        bad = ~is_good & ~is_null
        if bad.any():
            self.report("invalid_integer", bad)
        return pa.array(value, mask=is_null | bad)

    def amounts(self, cells: Bytes2D) -> pa.Array:
        """Exact amounts of sign, digits, comma, decimals over the full width; null where blank.

        The amounts of the entry have six decimals; the original amount of an open item has two, or three
        as in the export of open items (11 integer digits, comma, 3 decimals).
        """
        is_null = (cells == BLANK).all(axis=1)
        if is_null.all():
            return nothing(len(cells), AMOUNT_TYPE)
        decimals = (6,) if self.field.length == 22 else (2, 3)
        value = np.zeros(len(cells), dtype=np.int64)
        is_good = np.zeros(len(cells), dtype=np.bool_)
        is_too_precise = np.zeros(len(cells), dtype=np.bool_)
        for count in decimals:
            units, readable, has_rest = parse_amounts(cells, count)
            value = np.where(readable, units, value)
            is_good |= readable
            is_too_precise |= readable & has_rest
        bad = ~is_good & ~is_null
        if bad.any():
            self.report("invalid_amount", bad)
        if is_too_precise.any():
            self.report("amount_too_precise", is_too_precise)
        return decimal_array(value, is_null | bad | is_too_precise)
