"""Walks over an element tree once and fills the records of a document: the engine of every reader.

A reader says what each element means as a `Plan`: local names with steps. The walk asks the plan by the tag
as the parser gives it, which is local name and namespace; the plan remembers each spelling that it has met,
so that prefixes and namespaces cost one look-up. No element is searched for, and none is visited twice.
Elements that no plan names are passed over with all that is in them, so the depth of the walk is that of the
plans. Where a plan is strict, an element that it does not name is looked through for an amount: what asks for
money and is not understood is a finding (R09) and never left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa
from lxml import etree

from assets.findings import Finding, said, shorten
from assets.invoices import limits, values
from assets.invoices.model import FRAMES, Record, UnreadableDocumentError
from assets.invoices.xml_text import local_name

_MOST_SPELLINGS: Final = 2_000
"""Spellings of tags that a plan remembers; an attacker may invent more."""

_QUANTITY, _AMOUNT, _VALUE, _TEXT, _FIRST, _GROUP, _RECORD, _CALL, _PASS, _SUSPECT = range(10)

IGNORED_VALUE: Final = "document_value_ignored"
UNREADABLE: Final = "R17"
NOT_UNDERSTOOD: Final = "R09"

_FRAME_NAMES: Final = tuple(FRAMES)

_MOST_SUSPECTS: Final = 20
"""Findings about amounts that are not understood, per document; a file of nothing else has as many."""

_AMOUNT_ATTRIBUTE: Final = "currencyID"
_AMOUNT_END: Final = "Amount"
_AMOUNT_STARTS: Final = ("Importo", "Imponibile", "Imposta", "Totale")
"""What makes an element an amount where nobody knows it: UBL has the currency, CII and FatturaPA the name."""

_MOST_RECORDS: Final = 2 * limits.MAX_LINES_PER_DOCUMENT
"""Records of one document, at which the walk ends."""

_NOT_ZERO: Final = "123456789"

REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "document": ("document_type", "document_number", "document_date"),
    "line": ("amount",),
    "vat_summary": ("taxable_amount", "vat_amount"),
    "withholding": ("amount",),
    "welfare_fund": ("amount",),
    "payment": ("amount",),
}
"""By frame: the columns without which a document cannot be judged."""

REQUIRED_VALUE: Final = said("required_value")
"""What a finding says where one of them is missing."""

_MERELY_SHOWN: Final = (
    "quantity",
    "unit_price",
    "pct",
    "rate",
    "accounting_tax_total_amount",
    "accounting_vat_amount",
)
_ESSENTIAL: Final = frozenset(
    f"{frame}.{name}"
    for frame, schema in FRAMES.items()
    for name, arrow_type in zip(schema.names, schema.types, strict=True)
    if pa.types.is_decimal(arrow_type) and name not in _MERELY_SHOWN and frame != "payment_condition"
) | {"document.document_date"}
"""A value that stands there and cannot be read keeps the document out; any other is ignored with a remark."""

Step = tuple[int, str, Any, str]
Handler = Callable[[etree._Element, Record, "Draft"], None]

_SHORT: Final = 5
_MOST_KNOWN: Final = 1_000
"""Texts such as 22.00, 1.00 and 17 stand in every document; so many of them a conversion remembers."""

_LONG: Final = 10
_DIGITS: Final = "0123456789"
_FAST_KINDS: Final[Mapping[Callable[[str], Any], int]] = {
    values.quantity: _QUANTITY,
    values.amount: _AMOUNT,
    values.rounded_amount: _AMOUNT,
}
"""Most of a document are prices and amounts. What has fewer characters than `_LONG`, of which one is a point
and the others are digits, fits a quantity, and with two decimals an amount: to see that costs a quarter of
its pattern."""

_EXPECTED: Final[dict[str, str]] = {}
"""By field: what its conversion takes, as something said."""

_DEFAULTS: Final[Mapping[str, Record]] = {
    "line": {"is_subtotal": False, "quantity": Decimal(1), "is_withheld": False},
    "welfare_fund": {"is_withheld": False},
}
"""By frame: what stands in a record if the document says nothing; a missing quantity means one."""

_PASSED: Final[Step] = (_PASS, "", None, "")
_SUSPECTED: Final[Step] = (_SUSPECT, "", None, "")


class Plan(dict[str, Step]):
    """What the children of an element mean: steps by tag, found by local name when a tag is new.

    A strict plan names every element that is known to say nothing of what is to be paid (`passed`), and is
    suspicious of the rest.
    """

    def __init__(self, steps: Mapping[str, Step], *, is_strict: bool = False) -> None:
        super().__init__()
        self._by_local_name = dict(steps)
        self._otherwise = _SUSPECTED if is_strict else _PASSED

    def __missing__(self, tag: str) -> Step:
        step = self._by_local_name.get(local_name(tag), self._otherwise)
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
    """A document while it is read: its records by frame, and what was ignored or not understood of it."""

    __slots__ = ("findings", "name", "position", "records", "suspect_count")

    def __init__(self, name: str, position: int) -> None:
        self.name = name
        self.position = position
        self.records: dict[str, list[Record]] = {frame: [] for frame in _FRAME_NAMES}
        self.findings: list[Finding] = []
        self.suspect_count = 0

    def add(self, frame: str, **columns: object) -> Record:
        """A new record of the frame, numbered."""
        rows = self.records[frame]
        record: Record = {_number_of(frame): len(rows) + 1, **columns}
        rows.append(record)
        return record

    def ignore(self, record: Record, field: str, raw_value: str) -> None:
        """Notes a value that cannot be read: a remark, or the end of this document if it is essential."""
        record[field.partition(".")[2]] = None
        expected = _EXPECTED[field]
        if field in _ESSENTIAL:
            raise UnreadableDocumentError(expected, raw_value, field)
        self.remark(IGNORED_VALUE, field, raw_value, expected)

    def identify(self, party: str, role: str, scheme_code: str | None, number: str) -> None:
        """A number of a party, with the scheme (in capitals) that it is said to belong to."""
        rows = self.records["identifier"]
        rows.append(
            {
                "ordinal": len(rows) + 1,
                "party": party,
                "role": role,
                "scheme_code": scheme_code,
                "identifier": number,
            }
        )

    def remark(self, finding_code: str, field: str, raw_value: str, expected: str) -> None:
        """A finding about this document; `expected` is something said."""
        self.findings.append(
            Finding(
                self.name,
                finding_code,
                line_number=self.position,
                field=field,
                raw_value=shorten(raw_value),
                expected=expected,
            )
        )

    def suspect(self, element: etree._Element) -> None:
        """Looks through an element that nobody knows: an amount in it that is not zero is a finding."""
        if self.suspect_count >= _MOST_SUSPECTS:
            return
        for each in element.iter():
            currency = each.get(_AMOUNT_ATTRIBUTE)
            content = each.text
            if not content or not (currency or _is_called_amount(local_name(each.tag))):
                continue
            if any(digit in content for digit in _NOT_ZERO):
                self.suspect_count += 1
                self.remark(
                    NOT_UNDERSTOOD,
                    _path(each),
                    f"{content.strip()} {currency or ''}".strip(),
                    said("no_unknown_amount"),
                )
                return


def _is_called_amount(name: str) -> bool:
    return name.endswith(_AMOUNT_END) or name.startswith(_AMOUNT_STARTS)


def _path(element: etree._Element) -> str:
    """The local names from below the root to the element."""
    names = [local_name(element.tag), *(local_name(each.tag) for each in element.iterancestors())]
    return "/".join(reversed(names[:-1]))


def _number_of(frame: str) -> str:
    return "line_number" if frame == "line" else "ordinal"


def text(column: str) -> Step:
    """The element's text, stripped, becomes the column; blank text is none."""
    return _TEXT, column, None, ""


def first(column: str) -> Step:
    """As `text`, but the first element of several counts; with `text` the last does."""
    return _FIRST, column, None, ""


def value(field: str, convert: Callable[[str], Any] | None = None) -> Step:
    """The element's text becomes `frame.column` by the conversion, else as the column's type has it.

    With a conversion the column may be one with which a reader only works.
    """
    frame, _, column = field.partition(".")
    convert = convert or values.CONVERSIONS[FRAMES[frame].field(column).type]
    _EXPECTED[field] = values.EXPECTED[convert]
    kind = _FAST_KINDS.get(convert, _VALUE)
    return kind, column, _CONVERSIONS[convert], field


def group(steps: Mapping[str, Step], *, is_strict: bool = False) -> Step:
    """The element's children go into the same record."""
    return _GROUP, "", Plan(steps, is_strict=is_strict), ""


def record(frame: str, steps: Mapping[str, Step], *, is_strict: bool = False, **columns: object) -> Step:
    """The element is a new record of the frame, which begins with these columns and its defaults."""
    plan = Plan(steps, is_strict=is_strict)
    return _RECORD, frame, (plan, _number_of(frame), {**_DEFAULTS.get(frame, {}), **columns}), ""


def passed(names: str) -> dict[str, Step]:
    """Elements (their names, by blanks) that say nothing of what is to be paid, whatever stands in them."""
    return dict.fromkeys(names.split(), _PASSED)


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
            if (
                kind < _VALUE
                and _SHORT < len(content) < _LONG
                and content.strip(_DIGITS) == "."
                and (kind == _QUANTITY or content[-3] == ".")
            ):
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
        elif kind == _PASS:
            continue
        elif kind == _RECORD:
            inner_plan, ordinal, columns = detail
            rows = draft.records[column]
            if len(rows) >= _MOST_RECORDS:
                raise UnreadableDocumentError(
                    limits.LINES_PER_DOCUMENT_SENTENCE, f"more than {_MOST_RECORDS} records"
                )
            inner = {ordinal: len(rows) + 1, **columns}
            rows.append(inner)
            walk(child, inner_plan, inner, draft)
        elif kind == _CALL:
            detail(child, record, draft)
        else:
            draft.suspect(child)


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
    record_count = sum(map(len, records.values()))
    if len(lines) > limits.MAX_LINES_PER_DOCUMENT or record_count > _MOST_RECORDS:
        raise UnreadableDocumentError(limits.LINES_PER_DOCUMENT_SENTENCE, f"{len(lines)} lines")
    for frame, columns in REQUIRED.items():
        for row in records[frame]:
            for column in columns:
                if column not in row:
                    raise UnreadableDocumentError(REQUIRED_VALUE, "", f"{frame}.{column}")


def byte_count(content: etree._Element) -> int:
    """How many bytes the element's base64 text stands for; the text is not decoded."""
    encoded = content.text or ""
    blanks = sum(encoded.count(blank) for blank in "\n\r \t")
    return (len(encoded) - blanks - encoded.count("=")) * 3 // 4


def count_bytes(element: etree._Element, record: Record, draft: Draft) -> None:
    """A handler: notes the size of an attachment, and nothing of its content."""
    del draft
    record["byte_count"] = byte_count(element)
