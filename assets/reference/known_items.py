"""What of another program's open items is here already: the same debt comes in once.

Belongs here: which item of the ledger, or which other row, a row is, and what follows for the row. Does not:
how their cells become ours (`assets.reference.opening_items`), and invoices that come after their items
(`check_opening` of the invoices and of the sales).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

import duckdb
import pyarrow as pa

from assets.money import format_amount
from assets.reference.books import Books, Problem, Rows
from assets.statements import records

_COLUMNS: Final = (
    "company_code",
    "open_item_key",
    "account_code",
    "side",
    "document_number",
    "document_date",
    "due_date",
    "currency_code",
    "original_amount",
)
_CHART: Final = ("company_code", "account_code", "account_kind", "counterparty_code")


@dataclass(frozen=True, slots=True)
class KnownItem:
    """An item of the ledger that a row may be, as `known_item` finds it. Amounts are in its currency."""

    row_number: int
    is_key: bool
    is_key_alike: bool
    is_number: bool
    is_number_alike: bool
    open_item_key: str
    account_code: str
    side: str
    document_number: str | None
    document_date: dt.date | None
    due_date: dt.date | None
    currency_code: str
    original_amount: Decimal
    residual_amount: Decimal
    origin: str
    status: str

    @property
    def is_taken_out(self) -> bool:
        """Whether a person took its row out of opening_open_items.csv."""
        return self.status == "withdrawn" and self.origin == "opening"

    @property
    def open_text(self) -> str:
        """What is open of it, in words."""
        if self.status == "closed":
            return "paid here"
        return f"{format_amount(self.residual_amount, self.currency_code)} {self.currency_code} here"


@dataclass(frozen=True, slots=True)
class RepeatedRow:
    """A row that another one is already: a row of `repeated_row`. One of opening_open_items.csv has no
    number.
    """

    row_number: int
    other_row_number: int | None
    open_item_key: str
    is_key_alike: bool

    @property
    def expected(self) -> str:
        """What is needed instead, in words."""
        key, number = self.open_item_key, self.other_row_number
        if self.is_key_alike:
            return _own_key(key) if number is None else f"a key of its own: {key} of row {number} is this one"
        if number is None:
            return _under_key(key)
        return (
            f"a document of its own: row {number} has this one as {key}, with this amount, and no other due "
            f"date, as instalments have; {_TAKEN_OUT}"
        )


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row of theirs that brings nothing, and why in words: its key, what is open of it there and here."""

    open_item_key: str
    said: str


@dataclass(slots=True)
class Compared:
    """What is new of their rows, or not in force yet. `stays` counts rows whose item is here, `differing` are
    those of which another amount is open here; `registered` are of documents whose items have other keys
    here; `taken_out` were withdrawn by a person.
    """

    new: Rows = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    stays_count: int = 0
    differing: list[LeftOut] = field(default_factory=list)
    registered: list[LeftOut] = field(default_factory=list)
    taken_out: list[LeftOut] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Known:
    """What rows may be, by their numbers: items of the ledger, and other rows that are not in force."""

    items: Mapping[int, Sequence[KnownItem]]
    repeated: Mapping[int, Sequence[RepeatedRow]]


def known_items(ledger: duckdb.DuckDBPyConnection | None, books: Books, rows: Rows) -> Known:
    """What these rows may be. Without a ledger, there are rows alone."""
    numbers = pa.array([number for number, _ in rows], pa.int64())
    completed = [_completed(row, books) for _, row in rows]
    given = _text_table(_COLUMNS, completed).append_column("row_number", numbers)
    items: dict[int, list[KnownItem]] = {}
    repeated: dict[int, list[RepeatedRow]] = {}
    with duckdb.connect() if ledger is None else nullcontext(ledger) as workbench:
        workbench.register("given", given)
        workbench.register("chart", _text_table(_CHART, books.accounts))
        workbench.register("written", _text_table(_COLUMNS, books.items()))
        if ledger is not None:
            for row in records(workbench, "reference", "known_item"):
                items.setdefault(row["row_number"], []).append(KnownItem(**row))
        for row in records(workbench, "reference", "repeated_row"):
            repeated.setdefault(row["row_number"], []).append(RepeatedRow(**row))
        for name in ("given", "chart", "written"):
            workbench.unregister(name)
    return Known(items, repeated)


def _completed(row: Mapping[str, str], books: Books) -> dict[str, str]:
    """The row as it would be written: a blank cell takes nothing away, but for an amount that is zero."""
    before = books.item(row["company_code"], row.get("open_item_key", "")) or {}
    values = {name: row.get(name) or before.get(name, "") for name in _COLUMNS}
    return values | {"original_amount": row.get("original_amount", "")}


def _text_table(names: Sequence[str], rows: Sequence[Mapping[str, str]]) -> pa.Table:
    """These columns of the rows, with blanks where a row has none."""
    return pa.table(
        {name: pa.array([str(row.get(name) or "") for row in rows], pa.string()) for name in names}
    )


def compare_items(ledger: duckdb.DuckDBPyConnection | None, books: Books, rows: Rows) -> Compared:
    """What is here of these items, whose accounts, sides and amounts are known (blank: nothing)."""
    known = known_items(ledger, books, rows)
    compared = Compared()
    keys = {(row["company_code"], row.get("open_item_key", "")) for _, row in rows}
    for number, row in rows:
        items = known.items.get(number, [])
        own = next((item for item in items if item.is_key), None)
        is_written = books.item(row["company_code"], row.get("open_item_key", "")) is not None
        if own is not None and not (is_written and own.is_taken_out):
            _compare_with(own, number, row, books, compared)
        elif is_written:
            _compare_written(items, number, row, compared)
        else:
            _compare_document(items, number, row, keys, compared)
    compared.problems += _repeated(known.repeated, compared.new)
    return compared


def _repeated(repeated: Mapping[int, Sequence[RepeatedRow]], new: Rows) -> Iterator[Problem]:
    """The new rows that say once more what another row says; of two new ones, the later."""
    later: set[int | None] = set()
    for number, row in reversed(new):
        others = [other for other in repeated.get(number, ()) if other.other_row_number not in later]
        if others:
            yield Problem(number, "open_item_key", row["open_item_key"], others[0].expected)
        later.add(number)


def _compare_with(
    item: KnownItem, number: int, row: dict[str, str], books: Books, compared: Compared
) -> None:
    """The key is that of an item: it is that item, or nothing is taken."""
    key = item.open_item_key
    if item.is_taken_out:
        compared.taken_out.append(LeftOut(key, _theirs(row)))
        return
    if item.status == "withdrawn":
        expected = f"a key of its own: that of the ledger is withdrawn with the {item.origin} it is of"
        compared.problems.append(Problem(number, "open_item_key", key, expected))
        return
    other = list(_contradictions(item, row))
    if other:
        party = books.counterparty(books.owner_of(row["company_code"], item.account_code))
        whose = "" if party is None else f" of {party['counterparty_name']}"
        expected = f"a key of its own: here it is that of an item with {', '.join(other)}{whose}"
        compared.problems.append(Problem(number, "open_item_key", key, expected))
        return
    compared.stays_count += 1
    residual = item.residual_amount if item.status == "open" else Decimal(0)
    if _amount(row) != residual:
        compared.differing.append(LeftOut(key, f"{_theirs(row)}, {item.open_text}"))


def _contradictions(item: KnownItem, row: dict[str, str]) -> Iterator[str]:
    """What an item is, where a row under its key says that it is another one."""
    if row.get("account_code") and row["account_code"] != item.account_code:
        yield f"account {item.account_code}"
    if row.get("side") and row["side"] != item.side:
        yield f"side {item.side}"
    if row["currency_code"] != item.currency_code:
        yield f"currency {item.currency_code}"
    if row.get("document_number") and item.document_number:
        if not item.is_number_alike and row.get("account_code") == item.account_code:
            yield f"document number {item.document_number}"
        if not _is_same_year(item, row):
            yield f"document date {item.document_date}"
    elif row.get("document_date") and item.document_date and row["document_date"] != str(item.document_date):
        yield f"document date {item.document_date}"


def _compare_written(
    items: Sequence[KnownItem], number: int, row: dict[str, str], compared: Compared
) -> None:
    """The row is in opening_open_items.csv and not in force yet: it becomes what theirs is, as no payment
    stands on it.
    """
    if not _amount(row):
        expected = "what is open of it: remove its row from opening_open_items.csv if nothing is"
        compared.problems.append(Problem(number, "original_amount", "0", expected))
    elif brought := [item for item in _same_document(items, row) if item.origin != "opening"]:
        expected = (
            f"a document that is not here: it is that of the item {brought[0].open_item_key}; take the row "
            f"of {row['open_item_key']} out of opening_open_items.csv, if that is the same debt"
        )
        compared.problems.append(Problem(number, "document_number", row.get("document_number", ""), expected))
    else:
        compared.new.append((number, row))


def _compare_document(
    items: Sequence[KnownItem],
    number: int,
    row: dict[str, str],
    keys: set[tuple[str, str]],
    compared: Compared,
) -> None:
    """The key is new: the document may be here all the same."""
    if not _amount(row):
        return
    for item in items:
        if item.is_key_alike:
            expected = _own_key(item.open_item_key)
            compared.problems.append(Problem(number, "open_item_key", row["open_item_key"], expected))
            return
    same = _same_document(items, row)
    opened = [
        item
        for item in same
        if item.origin == "opening" and (row["company_code"], item.open_item_key) not in keys
    ]
    brought = [item for item in same if item.origin != "opening"]
    if opened:
        expected = _under_key(opened[0].open_item_key)
        compared.problems.append(Problem(number, "open_item_key", row["open_item_key"], expected))
    elif brought:
        _leave_out(brought, number, row, compared)
    elif alike := [item for item in items if not item.is_number and _is_like(item, row)]:
        expected = (
            f"{alike[0].document_number}, the number of the item {alike[0].open_item_key} of that day and "
            f"amount; {_TAKEN_OUT}"
        )
        compared.problems.append(Problem(number, "document_number", row["document_number"], expected))
    else:
        compared.new.append((number, row))


def _leave_out(brought: Sequence[KnownItem], number: int, row: dict[str, str], compared: Compared) -> None:
    """The document's items are those of its invoice: the one that is due on that day, or of that amount."""
    amount = _amount(row)
    best = min(
        brought,
        key=lambda item: (
            str(item.due_date) != row.get("due_date", ""),
            amount not in (item.residual_amount, item.original_amount),
        ),
    )
    is_dated = bool(row.get("document_date") and best.document_date)
    if not is_dated and amount not in (best.residual_amount, best.original_amount):
        expected = (
            f"a date: the item {best.open_item_key} has this number, of {best.document_date or 'no date'}"
        )
        compared.problems.append(Problem(number, "document_date", row.get("document_date", ""), expected))
        return
    said = f"{best.open_item_key} here, {_theirs(row)}, {best.open_text}"
    compared.registered.append(LeftOut(row["open_item_key"], said))


def _same_document(items: Sequence[KnownItem], row: dict[str, str]) -> list[KnownItem]:
    """The items of the document that the row is of."""
    return [item for item in items if item.is_number and _is_same_year(item, row)]


def _is_same_year(item: KnownItem, row: dict[str, str]) -> bool:
    """Whether an invoice is one by its year, as among e-invoices; without a date, it may be."""
    day = row.get("document_date", "")
    return not day or item.document_date is None or day[:4] == str(item.document_date)[:4]


def _is_like(item: KnownItem, row: dict[str, str]) -> bool:
    """Whether the number is alike, and day and amount are the same."""
    is_same_day = row.get("document_date") == str(item.document_date)
    is_same_amount = _amount(row) in (item.residual_amount, item.original_amount)
    return item.is_number_alike and is_same_day and is_same_amount


_TAKEN_OUT: Final = "or the row taken out of the file, if that is the same debt"


def _own_key(key: str) -> str:
    return f"the key as the item has it here, {key}, or another one"


def _under_key(key: str) -> str:
    return f"{key}, the key under which this document's item is here; {_TAKEN_OUT}"


def _amount(row: dict[str, str]) -> Decimal:
    return Decimal(row.get("original_amount") or 0)


def _theirs(row: dict[str, str]) -> str:
    amount = _amount(row)
    return f"{format_amount(amount, row['currency_code'])} there" if amount else "nothing open there"
