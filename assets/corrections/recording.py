"""A correction under way: the changes that corrections are made of, each recorded as an effect.

Belongs here: reversing entries, making and undoing settlements, opening and withdrawing items, each for any
number of rows at once, and what makes them undoable. Does not: what may be corrected (the other modules).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any, Final

import duckdb
import pyarrow as pa

from assets.errors import OperatingError
from assets.import_numbers import import_number, numbered
from assets.ledger import journal
from assets.ledger.audit import Decider
from assets.ledger.given import Given
from assets.ledger.imports import recount_imports
from assets.statements import next_number, records, row_count, statement

Rerun = Callable[[str], object]
"""Imports the trace with this partition key once more, within the transaction that is open."""

NOTHING_CHANGED: Final = "Nothing was changed."
MAX_NAMED: Final = 10
"""So many items or entries are named in a sentence; more are counted."""


def _given(name: str, **parameters: object) -> Given:
    """The rows of a statement of the corrections."""
    return Given("corrections", name, parameters)


def refusal(problem: str) -> OperatingError:
    """The error that says why nothing was corrected."""
    return OperatingError(f"{problem}. {NOTHING_CHANGED}")


@dataclass(frozen=True, slots=True)
class Request:
    """A correction that a person asked for: its kind, what it is about, its arguments, who and why.

    `run_id` is the run that carries it out, None outside of Dagster.
    """

    kind: str
    subject: str
    arguments: Mapping[str, Any]
    decider: Decider
    run_id: str | None = None


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A journal entry to be written. Each line has the parameters of `line_to_post` that are its own."""

    company_code: str
    posting_date: dt.date
    accounting_reason_code: str
    lines: Sequence[Mapping[str, Any]]


class Correction:
    """One correction within a transaction of the ledger. Whatever it changes is recorded with it.

    The workbench must hold an open transaction. All methods may be called any number of times, in any order
    that keeps the invariants: entries balance, residual = original - settlements, never negative.
    """

    def __init__(
        self,
        workbench: duckdb.DuckDBPyConnection,
        request: Request,
        *,
        import_id: int | None = None,
        undoes: int | None = None,
        rerun: Rerun | None = None,
    ) -> None:
        assert request.decider.reason, "whoever corrects the ledger says why"
        self.workbench = workbench
        self.request = request
        self.decider = request.decider
        self.now = request.decider.now
        self._rerun = rerun
        self.correction_id = next_number(workbench, "ledger.correction", "correction_id")
        self._run(
            "insert_correction",
            correction_id=self.correction_id,
            correction_kind=request.kind,
            subject=request.subject,
            arguments=json.dumps(dict(request.arguments), default=str, sort_keys=True, ensure_ascii=False),
            requested_by=request.decider.who,
            reason=request.decider.reason,
            run_id=request.run_id,
            now=self.now,
            import_id=import_id,
            undoes_correction_id=undoes,
        )

    def _run(self, name: str, **parameters: object) -> None:
        self.workbench.execute(statement("corrections", name), parameters)

    def _own(self, name: str, **parameters: object) -> None:
        self._run(name, correction_id=self.correction_id, **parameters)

    def target(self, ids: Iterable[int]) -> None:
        """Leaves the ids on the workbench as `target`."""
        table = pa.table({"id": pa.array(sorted(set(ids)), type=pa.int64())})
        self.workbench.register("target_ids", table)
        self._run("target")
        self.workbench.unregister("target_ids")

    def effect(self, kind: str, object_id: int, other_id: int | None = None) -> None:
        """Notes one thing that the correction did."""
        self._own("insert_effect", effect_kind=kind, object_id=object_id, other_id=other_id)

    def rerun(self, partition_key: str) -> None:
        """Imports the kept file of an import that is not closed once more, as part of this transaction.

        Raises:
            SourceFileChangedError: if the file is not there any more.
        """
        assert self._rerun is not None, "whoever performs such a correction can import files"
        self._rerun(partition_key)

    def post(self, entry: NewEntry) -> int:
        """Writes a journal entry; its number."""
        debit = sum((line["debit_amount"] for line in entry.lines), Decimal(0))
        credit = sum((line["credit_amount"] for line in entry.lines), Decimal(0))
        assert debit == credit, f"an entry balances: {debit} debit, {credit} credit"
        entry_id = next_number(self.workbench, "ledger.journal_entry", "entry_id")
        of_entry = {
            "entry_id": entry_id,
            "company_code": entry.company_code,
            "posting_date": entry.posting_date,
            "accounting_reason_code": entry.accounting_reason_code,
        }
        journal.post_entries(self.workbench, _given("entry_to_post", **of_entry, now=self.now))
        for line in entry.lines:
            journal.post_lines(self.workbench, _given("line_to_post", **of_entry, **line))
        self.effect("entry_made", entry_id)
        return entry_id

    def settle(
        self,
        item_id: int,
        entry_id: int,
        line_number: int,
        amount: Decimal,
        company_amount: Decimal,
        posting_date: dt.date,
        matching_rule: str,
    ) -> int:
        """A posting settles so much of an item (in the item's and the company's currency); the settlement's
        id.

        What the posting has linked is not touched: postings by hand are written as linked.
        """
        by_hand = _given(
            "settlement_by_hand",
            item_id=item_id,
            amount=amount,
            company_amount=company_amount,
            entry_id=entry_id,
            line_number=line_number,
            posting_date=posting_date,
            matching_rule=matching_rule,
            now=self.now,
        )
        journal.settle(self.workbench, by_hand)
        settlement_id = next_number(self.workbench, "ledger.settlement", "settlement_id") - 1
        self.effect("settlement_made", settlement_id)
        return settlement_id

    def link_posting(self, entry_id: int, line_number: int, company_amount: Decimal) -> None:
        """So much more (or, negative, less) of a posting is linked, in the company's currency."""
        posting = {"entry_id": entry_id, "line_number": line_number}
        journal.link(self.workbench, _given("posting_to_link", **posting, company_amount=company_amount))

    def reverse(self, entry_ids: Iterable[int], posting_date: dt.date | None = None) -> None:
        """Reverses entries, each on its own date unless one is given.

        A reversal that is reversed lets the entry count again that it had reversed. This is the one way in
        which an entry comes back, so here it is asked, movement by movement, whether one is in force already.

        Raises:
            OperatingError: if what is to count again is in force by another entry, which is named, or belongs
                to an import that is deleted.
        """
        self.target(entry_ids)
        self._run("reversal")
        self._run("revived_entry")
        if row_count(self.workbench, "revived_entry"):
            self._refuse_in_force()
        journal.reverse(self.workbench, _given("entry_to_reverse", posting_date=posting_date), self.now)
        self._own("note_reversals")

    def _refuse_in_force(self) -> None:
        """Raises OperatingError unless every entry of revived_entry may count again: none of their payments
        is in force otherwise, and none of their imports is deleted.
        """
        found = records(self.workbench, "corrections", "in_force_elsewhere")
        if found:
            names = [
                f"{row['entry_id']} by entry {row['other_id']} of "
                f"{numbered(row['import_id'], row['source_file'])}"
                for row in found
            ]
            imports = sorted({row["import_id"] for row in found})
            raise refusal(
                f"another import brought the same movements since: entry {named(names)}. Delete "
                f"{named([import_number(number) for number in imports])} first"
            )
        found = records(self.workbench, "corrections", "in_stead_elsewhere")
        if found:
            names = [
                f"entry {row['other_id']}" + (f" (C{row['correction_id']})" if row["correction_id"] else "")
                for row in found
            ]
            entries = named([str(number) for number in sorted({row["entry_id"] for row in found})])
            raise refusal(
                f"entry {entries} cannot count again, since its payment stands otherwise: {named(names)}. "
                "Undo or delete that first"
            )
        found = records(self.workbench, "corrections", "entry_of_deleted_import")
        if found:
            first = found[0]
            how = "stands for a payment of" if first["is_in_stead"] else "is of"
            raise refusal(
                f"entry {first['entry_id']} {how} {numbered(first['import_id'], first['source_file'])}, "
                f"which C{first['correction_id']} deleted since: undo that first, or drop the file again"
            )

    def refuse_turned_since(self, correction_id: int) -> None:
        """Raises OperatingError unless entries and imports are as a correction left them: what something else
        turned since would be taken back by halves.
        """
        found = records(self.workbench, "corrections", "turned_since", {"correction_id": correction_id})
        if found:
            names = [f"{row['name']} by C{row['correction_id']}" for row in found]
            raise refusal(f"changed again since: {named(names)}. Undo that first")

    def refuse_linked_since(self) -> None:
        """Raises OperatingError if a payment settles an item although this correction reversed it: somebody
        linked it since it counted again. Call it when all of the correction is done.
        """
        found = records(
            self.workbench, "corrections", "link_of_reversed", {"correction_id": self.correction_id}
        )
        if found:
            names = [
                row["name"] + (f" (C{row['correction_id']})" if row["correction_id"] else "") for row in found
            ]
            raise refusal(f"linked since: {named(names)}. Undo that first")

    def undo_settlements(self, settlement_ids: Iterable[int]) -> None:
        """Undoes settlements: their items get the amounts back, their postings are linked by so much less.

        A payment that still counts becomes an unlinked payment. Reverse entries before, not after.
        """
        self.target(settlement_ids)
        self._run("undone_settlement")
        self._refuse("came_back", "came back unpaid: delete the import that brought it back first")
        journal.unsettle(self.workbench, _given("settlement_to_undo"), self.now)
        journal.link(self.workbench, _given("posting_to_unlink"))
        self._own("note_undone_settlements")

    def make_again(self, settlement_ids: Iterable[int]) -> None:
        """Makes settlements again that were undone, as new ones.

        Raises:
            OperatingError: if an item has not that much left, or a payment is linked to something else by
            now.
        """
        self.target(settlement_ids)
        self._run("settlement_again")
        self._refuse("taken_item", "cannot be settled again, since less than that is open")
        self._refuse("taken_payment", "cannot be linked again, since it is linked otherwise by now")
        journal.settle(self.workbench, _given("settlement_to_make_again", now=self.now))
        journal.link(self.workbench, _given("posting_to_link_again"))
        self._own("note_settlements_again")
        self._refuse("withheld_beyond", "would have more withheld than is due: undo what withheld it since")

    def _refuse(self, name: str, problem: str) -> None:
        found = records(self.workbench, "corrections", name)
        if found:
            raise refusal(f"{named([str(row['name']) for row in found])} {problem}")

    def withdraw(self, item_ids: Iterable[int]) -> None:
        """Withdraws open items of which nothing is settled; their lives so far are kept.

        Raises:
            OperatingError: if one is withdrawn already, or something of it is settled: by what, and how that
                is undone.
        """
        self.refuse_settled(item_ids, "what is to be withdrawn is settled")
        self._refuse("withdrawn_target", "is withdrawn already: undo what withdrew it since")
        journal.keep_lives(self.workbench, _given("target_item"), self.now)
        journal.withdraw_items(self.workbench, _given("target_item"))
        journal.link(self.workbench, _given("payment_to_unlink"))
        self._own("note_items", effect_kind="item_withdrawn")

    def refuse_settled(self, item_ids: Iterable[int], problem: str) -> None:
        """Raises OperatingError if something of these items is settled, with what settled it and what to do.

        Leaves the items as `target`.
        """
        self.target(item_ids)
        found = records(self.workbench, "corrections", "settled_target")
        if not found:
            return
        first = found[0]
        how = (
            f"delete-import {import_number(first['import_id'])}"
            if first["correction_id"] is None
            else f"undo C{first['correction_id']}"
        )
        raise refusal(
            f"{problem}: {named([_settled_by(row) for row in found])}. Undo that with `partita {how}` "
            f"or `partita reopen {first['name']}`"
        )

    def reopen_withdrawn(self, item_ids: Iterable[int]) -> None:
        """Opens items again that were withdrawn, as they stood.

        Raises:
            OperatingError: if one of them is open already, in another life.
        """
        self.target(item_ids)
        self._refuse("standing_target", "was opened again already")
        self._refuse(
            "taken_payment_item", "cannot be an open item again, since it is linked otherwise by now"
        )
        journal.reopen_items(self.workbench, _given("target_item"), self.now)
        journal.link(self.workbench, _given("payment_to_link"))
        self._own("note_items", effect_kind="item_opened")

    def note_opened(self, item_ids: Iterable[int]) -> None:
        """Notes that these items are open again, since the entry that opened them counts again."""
        self.target(item_ids)
        self._own("note_items", effect_kind="item_opened")

    def open_from_payment(
        self,
        company_code: str,
        entry_id: int,
        line_number: int,
        amount: Decimal,
        company_amount: Decimal,
    ) -> str:
        """So much of an unlinked payment becomes an open item (a payment on account); the item's key."""
        item_id = next_number(self.workbench, "ledger.open_item", "item_id")
        of_payment = {
            "item_id": item_id,
            "entry_id": entry_id,
            "line_number": line_number,
            "company_amount": company_amount,
        }
        key = self._free_key(company_code, f"PAY-{entry_id}-{line_number}")
        made = _given("payment_item_to_open", **of_payment, open_item_key=key, amount=amount)
        journal.open_items(self.workbench, made, self.now)
        self._run("note_payment_item", **of_payment)
        self.link_posting(entry_id, line_number, company_amount)
        self.effect("item_opened", item_id)
        return key

    def note_withholding(
        self, entry_id: int, item_id: int, item_line_number: int, owed_line_number: int
    ) -> None:
        """Notes that two lines of an entry by hand withhold: of the item, and where it is owed."""
        lines = {"item_line_number": item_line_number, "owed_line_number": owed_line_number}
        noted = _given("withholding_to_note", entry_id=entry_id, item_id=item_id, **lines)
        journal.note_rule_uses(self.workbench, noted)

    def stand_in_stead(self, entry_id: int, payment: tuple[int, int], company_amount: Decimal) -> None:
        """Notes that an entry by hand stands in the stead of a deleted payment (entry and line), with so much
        of it.
        """
        self._run(
            "insert_payment_in_stead",
            entry_id=entry_id,
            replaces_entry_id=payment[0],
            replaces_line_number=payment[1],
            company_amount=company_amount,
        )

    def _free_key(self, company_code: str, stem: str) -> str:
        """The stem, or the stem with the first number that no item of the company has."""
        for number in count(1):
            key = stem if number == 1 else f"{stem}-{number}"
            by_key = {"company_code": company_code, "open_item_key": key}
            if not records(self.workbench, "corrections", "key_in_use", by_key):
                return key
        raise AssertionError("numbers do not end")

    def refuse_taken_shares(self) -> None:
        """After reversals were reversed: nobody may have taken what the entries that count again had taken.

        Raises:
            OperatingError: if a payment since took a share of the same withholding or deferred VAT.
        """
        self._refuse(
            "taken_share", "has taken a share of the same withholding or VAT since: delete its import first"
        )

    def refresh_imports(self) -> None:
        """Counts the linked and unlinked postings of the imports that this correction touched."""
        self._own("touched_import")
        recount_imports(self.workbench, _given("import_to_recount"))


def named(names: Sequence[str]) -> str:
    """The names in a sentence; of many the first ten and how many more."""
    shown = ", ".join(names[:MAX_NAMED])
    return shown if len(names) <= MAX_NAMED else f"{shown} and {len(names) - MAX_NAMED:,} more"


def _settled_by(row: Mapping[str, Any]) -> str:
    by_whom = (
        numbered(row["import_id"], row["source_file"])
        if row["correction_id"] is None
        else f"C{row['correction_id']}"
    )
    where = f"entry {row['entry_id']}/{row['line_number']}"
    return f"{row['name']} by {where} on {row['settlement_date']} ({by_whom})"
