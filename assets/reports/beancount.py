"""The ledger as Beancount files, a second opinion that another program can give (O08).

Belongs here: what a transaction, an account and an opening balance look like there, and which file they
stand in. Does not: names (`assets.reports.naming`), replacing files (`assets.reports.files`), or asking
bean-check (`assets.reports.bean_check`). Everything but the accounts is read and written row by row: a large
ledger takes time, not memory.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import duckdb

from assets.errors import OperatingError
from assets.ledger.asking import Row, ask, settings_in_force
from assets.money import format_amount
from assets.reports.files import FileSet
from assets.reports.naming import (
    Account,
    account_names,
    code_component,
    item_link,
    quoted,
    roots_of_setting,
)
from assets.settings import Settings

MAIN_FILE: Final = "main.beancount"
HEADER: Final = "; Written by Partita from its ledger. Changes made here are lost.\n"

# Beancount keeps a total price as a price per unit, of 28 digits: this covers what that loses and nothing
# else, since our amounts have four decimals.
_TOLERANCE: Final = "0.00001"


@dataclass(frozen=True, slots=True)
class Span:
    """Of which company (None: all), and from and to which day, both included (None: no limit)."""

    company: str | None = None
    from_date: dt.date | None = None
    to_date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """The files that were written, with what is in them."""

    folder: Path
    file_names: tuple[str, ...]
    account_count: int
    opening_count: int
    entry_count: int

    @property
    def main_file(self) -> Path:
        """The file that includes the others."""
        return self.folder / MAIN_FILE


def write_journal(ledger: duckdb.DuckDBPyConnection, folder: Path, span: Span) -> Written:
    """Writes the ledger into `folder`, a file per company and month, and replaces what it wrote there before.

    With `from_date`, what came before it stands as one transaction of balances carried forward.

    Raises:
        OperatingError: if the company that the span names has nothing to write.
        TransientError: if a file cannot be written. What stood in the folder is unchanged then.
    """
    settings = settings_in_force(ledger)
    time_zone = settings.get("time_zone")
    chart = _chart(ledger, span, time_zone)
    if span.company is not None and not chart:
        raise OperatingError(
            f"company {span.company} has no journal entries and no opening items. Nothing was changed."
        )
    names = _names(settings, chart)
    with FileSet(folder, HEADER, "*.beancount") as files:
        for company_code, accounts in groupby(chart, key=lambda row: str(row["company_code"])):
            with files.opened(f"{code_component(company_code)}-accounts.beancount") as out:
                out.writelines(_account_lines(list(accounts), names))
        opening_count = _write_openings(ledger, files, span, time_zone, names)
        entry_count = _write_entries(ledger, files, span, names)
        with files.opened(MAIN_FILE) as out:
            out.writelines(_main_lines(chart, files.names[:-1]))
        file_names = tuple(files.names)
    return Written(folder, file_names, len(chart), opening_count, entry_count)


def _chart(ledger: duckdb.DuckDBPyConnection, span: Span, time_zone: str) -> list[Row]:
    wanted = {"company": span.company, "time_zone": time_zone}
    return list(ask(ledger, "reports", "journal_accounts", wanted).dictionaries())


def _names(settings: Settings, chart: Sequence[Row]) -> dict[tuple[str, str], str]:
    companies = {str(row["company_code"]) for row in chart}
    accounts = [
        Account(
            str(row["company_code"]),
            str(row["account_code"]),
            _text(row, "account_name"),
            _text(row, "account_kind"),
        )
        for row in chart
    ]
    return account_names(
        accounts, {code: roots_of_setting(settings.get("journal_roots", code)) for code in companies}
    )


def _main_lines(chart: Sequence[Row], file_names: Sequence[str]) -> Iterator[str]:
    yield 'option "title" "Partita"\n'
    for currency in sorted(
        {str(row["company_currency_code"]) for row in chart if row["company_currency_code"]}
    ):
        yield f'option "operating_currency" "{currency}"\n'
    yield f'option "inferred_tolerance_default" "*:{_TOLERANCE}"\n\n'
    for name in file_names:
        yield f"include {quoted(name)}\n"


def _account_lines(accounts: Sequence[Row], names: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """The accounts of one company, opened on its first day."""
    first = accounts[0]
    company_code = str(first["company_code"])
    yield f"\n{first['first_date']} open {_equity(company_code)}\n"
    yield from _metadata("  ", company_code=company_code, company_name=first["company_name"])
    for row in accounts:
        yield f"{row['first_date']} open {names[company_code, str(row['account_code'])]}\n"
        yield from _metadata(
            "  ",
            company_code=company_code,
            account_code=row["account_code"],
            account_name=row["account_name"],
            account_second_name=row["account_second_name"],
        )


def _write_openings(
    ledger: duckdb.DuckDBPyConnection,
    files: FileSet,
    span: Span,
    time_zone: str,
    names: Mapping[tuple[str, str], str],
) -> int:
    """Opening items, and balances carried forward, one file per company; how many items there are."""
    carried: dict[str, list[str]] = {}
    if span.from_date is not None:
        wanted = {"company": span.company, "from_date": span.from_date, "time_zone": time_zone}
        found = ask(ledger, "reports", "journal_carried", wanted).dictionaries()
        carried = {
            company: list(_carried_lines(company, span.from_date, list(of_company), names))
            for company, of_company in groupby(found, key=lambda row: str(row["company_code"]))
        }
    count = 0
    in_span = _parameters(span) | {"time_zone": time_zone}
    items = ask(ledger, "reports", "journal_opening", in_span).dictionaries()
    for company, of_company in groupby(items, key=lambda row: str(row["company_code"])):
        with files.opened(_opening_file(company)) as out:
            out.writelines(carried.pop(company, ()))
            for item in of_company:
                out.writelines(_opening_lines(item, names))
                count += 1
    for company, lines in carried.items():
        with files.opened(_opening_file(company)) as out:
            out.writelines(lines)
    return count


def _opening_file(company_code: str) -> str:
    return f"{code_component(company_code)}-opening.beancount"


def _carried_lines(
    company_code: str, day: dt.date, balances: Sequence[Row], names: Mapping[tuple[str, str], str]
) -> Iterator[str]:
    yield f'\n{day} * "Balances carried forward" #opening\n'
    total: dict[str, Decimal] = {}
    for row in balances:
        currency = str(row["company_currency_code"])
        total[currency] = total.get(currency, Decimal(0)) + _amount(row, "balance_amount")
        yield from _posting_lines(names[company_code, str(row["account_code"])], row)
    for currency, amount in total.items():
        if amount:
            yield f"  {_equity(company_code)}  {format_amount(-amount, currency)} {currency}\n"


def _opening_lines(item: Row, names: Mapping[tuple[str, str], str]) -> Iterator[str]:
    company_code, currency = str(item["company_code"]), str(item["company_currency_code"])
    link = item_link(company_code, str(item["open_item_key"]))
    text = quoted(str(item["description"] or item["document_number"] or item["open_item_key"]))
    yield f"\n{item['valid_date']} * {text} #opening ^{link}\n"
    yield from _metadata(
        "  ",
        open_item_key=item["open_item_key"],
        document_number=item["document_number"],
        due_date=item["due_date"],
    )
    yield from _posting_lines(names[company_code, str(item["account_code"])], item)
    balance = format_amount(-_amount(item, "balance_amount"), currency)
    yield f"  {_equity(company_code)}  {balance} {currency}\n"


def _write_entries(
    ledger: duckdb.DuckDBPyConnection, files: FileSet, span: Span, names: Mapping[tuple[str, str], str]
) -> int:
    """The journal entries, one file per company and month; how many there are."""
    count = 0
    lines = ask(ledger, "reports", "journal_line", _parameters(span)).dictionaries()
    for (company, month), of_month in groupby(lines, key=_company_and_month):
        with files.opened(f"{code_component(company)}-{month}.beancount") as out:
            for _, entry in groupby(of_month, key=lambda row: row["entry_id"]):
                out.writelines(_transaction_lines(list(entry), names))
                count += 1
    return count


def _company_and_month(row: Row) -> tuple[str, str]:
    day = row["posting_date"]
    assert isinstance(day, dt.date), "an entry has a date"
    return str(row["company_code"]), f"{day:%Y-%m}"


def _transaction_lines(lines: Sequence[Row], names: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """One journal entry, given as its postings in their order; flag `!` if something of it is unlinked."""
    entry = lines[0]
    company_code = str(entry["company_code"])
    postings = [line for line in lines if line["line_number"] is not None]
    flag = "!" if any(line["unlinked_reason"] is not None for line in postings) else "*"
    payee = next((str(line["counterparty_name"]) for line in postings if line["counterparty_name"]), None)
    narration = next((str(line["description"]) for line in postings if line["description"]), "")
    yield (
        "\n"
        + " ".join(
            (
                f"{entry['posting_date']} {flag}",
                *([] if payee is None else [quoted(payee)]),
                quoted(narration or str(entry["accounting_reason_name"] or entry["accounting_reason_code"])),
                f"#{entry['entry_kind']}",
                *([] if entry["import_id"] is None else [f"#import-{entry['import_id']}"]),
                *_links(entry),
            )
        )
        + "\n"
    )
    yield from _metadata(
        "  ",
        entry_id=entry["entry_id"],
        reverses_entry_id=entry["reverses_entry_id"],
        accounting_reason_code=entry["accounting_reason_code"],
        accounting_reason_name=entry["accounting_reason_name"],
        source_file=entry["source_file"],
        source_line=entry["entry_source_line"],
    )
    for line in postings:
        yield from _posting_lines(names[company_code, str(line["account_code"])], line)
        yield from _metadata(
            "    ",
            description=None if line["description"] == narration else line["description"],
            source_line=line["source_line"],
            unlinked_reason=line["unlinked_reason"],
        )


def _links(entry: Mapping[str, Any]) -> list[str]:
    """The open items of an entry, and what ties an entry that was reversed to its reversal."""
    items = [f"^{item_link(entry['company_code'], key)}" for key in entry["item_keys"] or ()]
    reverses = [] if entry["reverses_entry_id"] is None else [f"^entry-{entry['reverses_entry_id']}"]
    return [*items, *reverses, *([f"^entry-{entry['entry_id']}"] if entry["is_reversed"] else [])]


def _posting_lines(account_name: str, row: Row) -> Iterator[str]:
    """The amount on an account; in another currency with its total in the company's.

    A price is never negative there. Balances carried forward may be on different sides in the two currencies:
    then each has a line of its own.
    """
    own, currency = str(row["company_currency_code"]), str(row["currency_code"])
    balance, amount = _amount(row, "balance_amount"), _amount(row, "currency_amount")
    if currency == own or not amount:
        yield f"  {account_name}  {format_amount(balance, own)} {own}\n"
        return
    is_same_side = (balance >= 0) == (amount > 0)
    price = abs(balance) if is_same_side else Decimal(0)
    total_price = f"{format_amount(price, own)} {own}"
    yield f"  {account_name}  {format_amount(amount, currency)} {currency} @@ {total_price}\n"
    if not is_same_side and balance:
        yield f"  {account_name}  {format_amount(balance, own)} {own}\n"


def _metadata(indent: str, **values: object) -> Iterator[str]:
    """The values that are there: numbers and dates as they are, all else as text."""
    for name, value in values.items():
        if value is not None:
            shown = value if isinstance(value, int | dt.date) else quoted(str(value))
            yield f"{indent}{name}: {shown}\n"


def _parameters(span: Span) -> dict[str, str | dt.date | None]:
    return {"company": span.company, "from_date": span.from_date, "to_date": span.to_date}


def _equity(company_code: str) -> str:
    return f"Equity:Opening:{code_component(company_code)}"


def _amount(row: Row, name: str) -> Decimal:
    value = row[name]
    assert isinstance(value, Decimal), f"{name} is an amount"
    return value


def _text(row: Row, name: str) -> str | None:
    value = row[name]
    return None if value is None else str(value)
