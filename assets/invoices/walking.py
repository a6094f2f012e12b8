"""Walks over an element tree once and fills the records of a document: the engine of every reader.

A reader says what each element means as a `Plan`: local names with steps. The walk asks the plan by the tag
as the parser gives it, which is local name and namespace; the plan remembers each spelling that it has met,
so that prefixes and namespaces cost one look-up. No element is searched for, and none is visited twice.
Elements that no plan names are passed over with all that is in them, so the depth of the walk is that of the
plans.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa
from lxml import etree

from assets.findings import Finding, shorten
from assets.invoices import limits, values
from assets.invoices.model import FRAMES, Record, UnreadableDocumentError
from assets.invoices.xml_text import local_name

_MOST_SPELLINGS: Final = 2_000
"""Spellings of tags that a plan remembers; an attacker may invent more."""

_QUANTITY, _VALUE, _TEXT, _FIRST, _GROUP, _RECORD, _CALL, _PASS = range(8)

IGNORED_VALUE: Final = "document_value_ignored"
UNREADABLE: Final = "R17"

REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "document": ("document_type", "document_number", "document_date"),
    "line": ("amount",),
    "vat_summary": ("taxable_amount", "vat_amount"),
    "withholding": ("amount",),
    "welfare_fund": ("amount",),
    "payment": ("amount",),
}
"""By frame: the columns without which a document cannot be judged."""

_ESSENTIAL: Final = frozenset(
    f"{frame}.{name}"
    for frame, schema in FRAMES.items()
    for name, arrow_type in zip(schema.names, schema.types, strict=True)
    if pa.types.is_decimal(arrow_type) and name not in ("quantity", "unit_price", "pct", "rate")
) | {"document.document_date"}
"""A value that stands there and cannot be read keeps the document out; any other is ignored with a remark."""

Step = tuple[int, str, Any, str]
Handler = Callable[[etree._Element, Record, "Draft"], None]

_SHORT: Final = 5
_MOST_KNOWN: Final = 1_000
"""Texts such as 22.00, 1.00 and 17 stand in every document; so many of them a conversion remembers."""

_LONG: Final = 10
_DIGITS: Final = "0123456789"
"""Most of a document are prices and amounts of lines. What has fewer characters than `_LONG`, of which one is
a point and the others are digits, fits a quantity: to see that costs a quarter of its pattern."""

_EXPECTED: Final[dict[str, str]] = {}
"""By field: what its conversion takes, as a sentence."""

_DEFAULTS: Final[Mapping[str, Record]] = {
    "line": {"quantity": Decimal(1), "is_withheld": False},
    "welfare_fund": {"is_withheld": False},
}
"""By frame: what stands in a record if the document says nothing; a missing quantity means one."""

_PASSED: Final[Step] = (_PASS, "", None, "")


class Plan(dict[str, Step]):
    """What the children of an element mean: steps by tag, found by local name when a tag is new."""

    def __init__(self, steps: Mapping[str, Step]) -> None:
        super().__init__()
        self._by_local_name = dict(steps)

    def __missing__(self, tag: str) -> Step:
        step = self._by_local_name.get(local_name(tag), _PASSED)
        if len(self) < _MOST_SPELLINGS:
            self[tag] = step
        return step


class Conversion(dict[str, Any]):
    """Values by their texts. What is short is converted once; a look-up costs a fraction of a call.

    Looking up raises ValueError for a text that cannot be converted.
    """

    def __init__(self, convert: Callable[[str], Any]) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, content: str) -> Any:
        found = self._convert(content)
        if len(content) <= _SHORT and len(self) < _MOST_KNOWN:
            self[content] = found
        return found


_CONVERSIONS: Final[dict[Callable[[str], Any], Conversion]] = {
    convert: Conversion(convert) for convert in values.EXPECTED
}


class Draft:
    """A document while it is read: its records by frame, and what was ignored of it."""

    __slots__ = ("findings", "name", "position", "records")

    def __init__(self, name: str, position: int) -> None:
        self.name = name
        self.position = position
        self.records: dict[str, list[Record]] = {frame: [] for frame in FRAMES}
        self.findings: list[Finding] = []

    def add(self, frame: str, **columns: object) -> Record:
        """A new record of the frame, numbered."""
        rows = self.records[frame]
        record: Record = {_number_of(frame): len(rows) + 1, **columns}
        rows.append(record)
        return record

    def ignore(self, record: Record, field: str, raw_value: str) -> None:
        """Notes a value that cannot be read: a remark, or the end of this document if it is essential."""
        column = field.partition(".")[2]
        if column != "line_number":
            record[column] = None
        expected = _EXPECTED[field]
        if field in _ESSENTIAL:
            raise UnreadableDocumentError(expected, raw_value, field)
        self.findings.append(
            Finding(
                self.name,
                IGNORED_VALUE,
                line_number=self.position,
                field=field,
                raw_value=shorten(raw_value),
                expected=expected,
            )
        )


def _number_of(frame: str) -> str:
    return "line_number" if frame == "line" else "ordinal"


def text(column: str) -> Step:
    """The element's text, stripped, becomes the column; blank text is none."""
    return _TEXT, column, None, ""


def first(column: str) -> Step:
    """As `text`, but the first element of several counts; with `text` the last does."""
    return _FIRST, column, None, ""


def value(field: str, convert: Callable[[str], Any] | None = None) -> Step:
    """The element's text becomes `frame.column` by the conversion, else as the column's type has it."""
    frame, _, column = field.partition(".")
    arrow_type = FRAMES[frame].field(column).type
    convert = convert or values.CONVERSIONS[arrow_type]
    _EXPECTED[field] = values.EXPECTED[convert]
    kind = _QUANTITY if convert is values.quantity else _VALUE
    return kind, column, _CONVERSIONS[convert], field


def group(steps: Mapping[str, Step]) -> Step:
    """The element's children go into the same record."""
    return _GROUP, "", Plan(steps), ""


def record(frame: str, steps: Mapping[str, Step], **columns: object) -> Step:
    """The element is a new record of the frame, which begins with these columns and its defaults."""
    return _RECORD, frame, (Plan(steps), _number_of(frame), {**_DEFAULTS.get(frame, {}), **columns}), ""


def call(handler: Handler) -> Step:
    """The handler is called with the element, the record and the draft."""
    return _CALL, "", handler, ""


def walk(element: etree._Element, plan: Plan, record: Record, draft: Draft) -> None:
    """Fills the record, and the draft with further records, from the element's children.

    Raises UnreadableDocumentError for an essential value that cannot be read.
    """
    # A list of the children costs less than asking for one after the other.
    for child in element[:]:  # type: ignore[index]
        kind, column, detail, field = plan[child.tag]
        if kind < _GROUP:
            content = child.text
            if not content:
                continue
            if kind == _QUANTITY and _SHORT < len(content) < _LONG and content.strip(_DIGITS) == ".":
                record[column] = Decimal(content)
            elif kind < _TEXT:
                try:
                    record[column] = detail[content]
                except ValueError:
                    if not content.isspace():
                        draft.ignore(record, field, content)
            elif kind == _TEXT or column not in record:
                content = content.strip()
                if content:
                    record[column] = content
        elif kind == _GROUP:
            walk(child, detail, record, draft)
        elif kind == _RECORD:
            inner_plan, ordinal, columns = detail
            rows = draft.records[column]
            inner = {ordinal: len(rows) + 1, **columns}
            rows.append(inner)
            walk(child, inner_plan, inner, draft)
        elif kind == _CALL:
            detail(child, record, draft)


def attempt(name: str, position: int, fill: Callable[[Draft], None]) -> Draft | Finding:
    """The document that `fill` reads, or the finding that says why it cannot be read."""
    draft = Draft(name, position)
    try:
        fill(draft)
        _settle(draft)
    except UnreadableDocumentError as error:
        return refusal(name, error, position)
    return draft


def refusal(name: str, error: UnreadableDocumentError, position: int | None = None) -> Finding:
    """The finding of a file that cannot be read, or of the document at a position of it."""
    raw_value = None if error.raw_value is None else shorten(error.raw_value)
    return Finding(
        name,
        UNREADABLE,
        line_number=position,
        field=error.field,
        raw_value=raw_value,
        expected=error.expected,
    )


def _settle(draft: Draft) -> None:
    """Makes sure that nothing required is missing and not too much is there.

    Raises UnreadableDocumentError for a missing value and for too many records.
    """
    records = draft.records
    lines = records["line"]
    if len(lines) > limits.MAX_LINES_PER_DOCUMENT or sum(map(len, records.values())) > 2 * (
        limits.MAX_LINES_PER_DOCUMENT
    ):
        raise UnreadableDocumentError(limits.LINES_PER_DOCUMENT_SENTENCE, f"{len(lines)} lines")
    for frame, columns in REQUIRED.items():
        for row in records[frame]:
            for column in columns:
                if column not in row:
                    raise UnreadableDocumentError(
                        "a value, for without it the document cannot be judged", "", f"{frame}.{column}"
                    )


def byte_count(content: etree._Element) -> int:
    """How many bytes the element's base64 text stands for; the text is not decoded."""
    encoded = content.text or ""
    blanks = sum(encoded.count(blank) for blank in "\n\r \t")
    return (len(encoded) - blanks - encoded.count("=")) * 3 // 4


def count_bytes(element: etree._Element, record: Record, draft: Draft) -> None:
    """A handler: notes the size of an attachment, and nothing of its content."""
    del draft
    record["byte_count"] = byte_count(element)
