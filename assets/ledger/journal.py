"""The one writer of the journal: entries, postings, open items, settlements, and which movements stand.

Every source and every correction goes through these functions, within a transaction of the ledger. What is
written is a `Given`: a statement of the caller's stage that returns rows with the columns named here, of
which nothing is guessed by position. Amounts have four decimals and no sign but where it is said.

Belongs here: what may be done to these tables, and what is true after it. Does not: what is posted (the
sources), who asked for it (`assets.corrections`), and asking.
"""

from __future__ import annotations

import datetime as dt

import duckdb

from assets.ledger.given import Given, write


def post_entries(workbench: duckdb.DuckDBPyConnection, given: Given) -> None:
    """Writes journal entries: `entry_id`, `entry_kind`, `company_code`, `posting_date`,
    `accounting_reason_code`, `created_at`, and what it came from: `import_id`, `attempt`, `progressive`,
    `movement_key`, `source_line`.
    """
    write(workbench, "write_entries", given)


def post_lines(workbench: duckdb.DuckDBPyConnection, given: Given) -> None:
    """Writes postings: `entry_id` and `line_number`, company, account, date, reason, description,
    `debit_amount` or `credit_amount`, `currency_code` and `currency_amount` (+ debit, - credit), where it
    came from, and what is linked of it.
    """
    write(workbench, "write_postings", given)


def take_movements(workbench: duckdb.DuckDBPyConnection, given: Given) -> None:
    """Notes that movements stand in the ledger: `movement_key`, `entry_id`, `import_id`. The primary key
    refuses a movement a second time (D12).
    """
    write(workbench, "write_movements", given)


def note_rule_uses(workbench: duckdb.DuckDBPyConnection, given: Given) -> None:
    """Notes which rule made a posting (`is_generated`), or decided about it: `entry_id`, `line_number`,
    `posting_rule`, `source_line_number` (the line of the entry that caused it), `item_id`, `account_code`,
    `counter_account_code`, `amount` in the company's currency (+ debit, - credit).
    """
    write(workbench, "write_rule_uses", given)


def free_movements(workbench: duckdb.DuckDBPyConnection, given: Given) -> None:
    """The movements of these entries (`entry_id`) stand no longer: another file may bring them."""
    write(workbench, "free_movements", given)


def open_items(workbench: duckdb.DuckDBPyConnection, given: Given, now: dt.datetime) -> None:
    """Opens items: `item_id`, the columns of the table up to `origin`, `opened_by_entry_id`, `hold_reason`.

    A key has one row for ever: an item that is withdrawn is opened again under its `item_id`, by another
    source only where that is no invoice; one that stands is a mistake, which stops the transaction.
    """
    write(workbench, "write_items", given, now=now)


def change_items(workbench: duckdb.DuckDBPyConnection, given: Given) -> None:
    """Items are what they are said to be now (`item_id` and every column that opening writes, with `status`
    and `opened_at`). Of one that is settled no amount may change.
    """
    write(workbench, "change_items", given)


def withdraw_items(workbench: duckdb.DuckDBPyConnection, given: Given) -> None:
    """Items (`item_id`) of which nothing is settled are withdrawn; their rows stay, so that their keys are
    never another's.
    """
    write(workbench, "withdraw_items", given)


def reopen_items(workbench: duckdb.DuckDBPyConnection, given: Given, now: dt.datetime) -> None:
    """Withdrawn items (`item_id`) are open again, as they stood."""
    write(workbench, "reopen_items", given, now=now)


def hold_items(workbench: duckdb.DuckDBPyConnection, given: Given) -> None:
    """Items (`item_id`) are held for a reason (`hold_reason`), or not any more (null)."""
    write(workbench, "hold_items", given)


def keep_lives(workbench: duckdb.DuckDBPyConnection, given: Given, now: dt.datetime) -> None:
    """The life of items (`item_id`) as they stand ends now, and is kept."""
    write(workbench, "write_lives", given, now=now)


def settle(workbench: duckdb.DuckDBPyConnection, given: Given) -> None:
    """Makes settlements: `settlement_id`, `item_id`, `entry_id`, `line_number`, `import_id`,
    `settlement_date`, `settlement_flag`, `amount` (in the item's currency), `amount_company_currency`,
    `matching_rule`, `created_at`. Their items have so much less open, and are closed where nothing is left.
    """
    # The items first: the rows may be numbered after the settlements that are there.
    write(workbench, "settle_items", given)
    write(workbench, "write_settlements", given)


def unsettle(workbench: duckdb.DuckDBPyConnection, given: Given, now: dt.datetime) -> None:
    """Settlements (`settlement_id`, `item_id`, `amount`, `amount_company_currency`) count no longer, by the
    reversal `undone_by_entry_id` or by none. They stay; their items get the amounts back.
    """
    write(workbench, "unsettle_items", given)
    write(workbench, "undo_settlements", given, now=now)


def link(workbench: duckdb.DuckDBPyConnection, given: Given) -> None:
    """Postings (`entry_id`, `line_number`) are linked by so much (`linked_amount`, in the company's currency,
    never negative), with the reason why the rest is not (`unlinked_reason`).
    """
    write(workbench, "link_postings", given)


def reverse(workbench: duckdb.DuckDBPyConnection, given: Given, now: dt.datetime) -> None:
    """Reverses entries (`entry_id`) by new ones (`reversal_entry_id`), on `posting_date`, or on their own
    dates where that is null. A reversal that is reversed lets its entry count again.

    The primary key refuses a second reversal of an entry.
    """
    write(workbench, "write_reversals", given, now=now)
    write(workbench, "write_reversal_postings", given)
    write(workbench, "count_again", given)
    write(workbench, "write_reversed", given)
