"""Lists that people narrow, sort and cut: one way for all of them.

Belongs here: what a list is (`Listing`), what somebody asks of it (`Asked`), and the one statement that
comes of both. Does not: which lists there are; they are declared beside their statements, each of which has
neither order nor limit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

import duckdb

from assets.ledger.asking import Report, Value, run, settings_in_force
from assets.statements import parsed, statement, statement_text

Filter = Literal["company", "account", "counterparty", "number", "amount", "date"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One list: its statement, its order, and which of its columns each filter looks at.

    `order` is total, so that a cut list is the same every day; a minus before a column sorts descending,
    and rows without a value come last. `hidden` columns serve filters and order and stand in no answer.
    `parties` are columns with codes and names of counterparties; without them a counterparty is found by
    its accounts. `parts` names a statement of the stage with the columns company_code, account_code and
    amount, and `part_key`, its key to the list: then company, account, counterparty and amount are looked
    for there. `sieve` names a statement of the rows alone, by `row_id`, which a long list has too: what is
    asked for is looked for there, and the list is made of what is found. It has the parameters of the list
    and all its columns that filters and order look at, but for those in `joined`.
    """

    stage: str
    statement: str
    order: tuple[str, ...]
    filters: tuple[Filter, ...]
    numbers: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    day: str | None = None
    moment: str | None = None
    hidden: tuple[str, ...] = ()
    parts: str | None = None
    part_key: str | None = None
    sieve: str | None = None
    joined: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody asks of a list; None restricts nothing. Ranges include both ends.

    `counterparty` is a code, or words of a name; `number` a part of a number, without regard to case.
    Amounts are without sign. `sort` has columns of the list, with a minus for descending.
    """

    company: str | None = None
    account: str | None = None
    counterparty: str | None = None
    number: str | None = None
    least_amount: Decimal | None = None
    most_amount: Decimal | None = None
    first_date: dt.date | None = None
    last_date: dt.date | None = None
    sort: tuple[str, ...] = ()
    limit: int | None = None


EVERYTHING: Final = Asked()


def ask_list(
    ledger: duckdb.DuckDBPyConnection,
    listing: Listing,
    asked: Asked = EVERYTHING,
    parameters: Mapping[str, Value] | None = None,
) -> Report:
    """The rows of a list as asked for; `parameters` are those of its own statement."""
    text, values = _prepared(ledger, listing, asked)
    hidden = f" EXCLUDE ({', '.join(listing.hidden)})" if listing.hidden else ""
    return run(ledger, parsed(f"SELECT *{hidden} {text}"), {**values, **(parameters or {})})


def keep_list(
    ledger: duckdb.DuckDBPyConnection,
    listing: Listing,
    asked: Asked,
    parameters: Mapping[str, Value] | None = None,
) -> None:
    """The rows of a list as asked for, as the table `asked_row` of the connection; `place` is their order."""
    text, values = _prepared(ledger, listing, asked)
    order = _order(listing, asked)
    made = parsed(
        f"CREATE OR REPLACE TEMP TABLE asked_row AS SELECT *, row_number() OVER ({order}) AS place {text}"
    )
    ledger.execute(made, {**values, **(parameters or {})})


def _prepared(
    ledger: duckdb.DuckDBPyConnection, listing: Listing, asked: Asked
) -> tuple[str, dict[str, Value]]:
    """What follows SELECT, and its parameters; the macros that it needs are made in the connection."""
    ledger.execute(statement("ledger", "named_account"))
    ledger.execute(statement("ledger", "has_words"))
    conditions = list(_conditions(listing, asked))
    where = " AND ".join(f"({condition})" for condition in conditions) or "true"
    order = _order(listing, asked)
    end = order if asked.limit is None else f"{order} LIMIT {int(asked.limit)}"
    values: dict[str, Value] = {
        "asked_company": asked.company,
        "asked_account": asked.account,
        "asked_counterparty": asked.counterparty,
        "asked_number": asked.number,
        "asked_pattern": None if asked.number is None else f"%{asked.number.replace('%', '_')}%",
        "least_amount": asked.least_amount,
        "most_amount": asked.most_amount,
        "first_date": asked.first_date,
        "last_date": asked.last_date,
    }
    if any("$time_zone" in condition for condition in conditions):
        values["time_zone"] = settings_in_force(ledger).get("time_zone")
    given = {name: value for name, value in values.items() if f"${name}" in where}
    text = statement_text(listing.stage, listing.statement)
    if listing.sieve is not None:
        # Of a row that is asked for all columns are read, with what is joined to them; of others only those
        # that are looked at. Of a million postings that is a fifth of the time.
        sieve = statement_text(listing.stage, listing.sieve)
        is_cut_there = not {column.removeprefix("-") for column in asked.sort} & {*listing.joined}
        first = end if is_cut_there and asked.limit is not None else ""
        where = f"row_id IN (SELECT row_id FROM (\n{sieve}\n) AS sieved WHERE {where} {first})"
    return f"FROM (\n{text}\n) AS listed WHERE {where} {end}", given


def _conditions(listing: Listing, asked: Asked) -> Iterator[str]:
    """The conditions on a row, of the names that the list declares; values are parameters."""
    of_parts = list(_part_conditions(listing, asked))
    if listing.parts is not None and of_parts:
        text = statement_text(listing.stage, listing.parts)
        where = " AND ".join(f"({condition})" for condition in of_parts)
        yield f"{listing.part_key} IN (SELECT {listing.part_key} FROM (\n{text}\n) AS part WHERE {where})"
    else:
        yield from of_parts
    if asked.number is not None:
        # The pattern may find more, and costs less than lower() of every row.
        yield _any(
            f"{column} ILIKE $asked_pattern AND contains(lower({column}), lower($asked_number))"
            for column in listing.numbers
        )
    day = listing.day or f"day_in($time_zone, {listing.moment})"
    if asked.first_date is not None:
        yield f"{day} >= CAST($first_date AS DATE)"
    if asked.last_date is not None:
        yield f"{day} <= CAST($last_date AS DATE)"


def _part_conditions(listing: Listing, asked: Asked) -> Iterator[str]:
    amounts = listing.amounts if listing.parts is None else ("amount",)
    if asked.company is not None:
        yield "company_code = $asked_company"
    if asked.account is not None:
        yield "account_code = $asked_account"
    if asked.counterparty is not None:
        yield _any(_party_conditions(listing))
    bounds = [
        f"abs({{}}) {sign} CAST(${name} AS DECIMAL(18,4))"
        for sign, name, bound in (
            (">=", "least_amount", asked.least_amount),
            ("<=", "most_amount", asked.most_amount),
        )
        if bound is not None
    ]
    if bounds:
        yield _any(" AND ".join(bound.format(column) for bound in bounds) for column in amounts)


def _party_conditions(listing: Listing) -> Iterator[str]:
    if not listing.parties:
        accounts = statement_text("ledger", "account_of_party")
        yield f"(company_code, account_code) IN (SELECT (company_code, account_code) FROM (\n{accounts}\n))"
    for column in listing.parties:
        yield (
            f"lower({column}) = lower($asked_counterparty)"
            if column.endswith("_code")
            else f"has_words({column}, $asked_counterparty)"
        )


def _any(conditions: Iterator[str]) -> str:
    return " OR ".join(f"({condition})" for condition in conditions)


def _order(listing: Listing, asked: Asked) -> str:
    """The order that was asked for, and within it that of the list."""
    columns = [
        f'"{column.removeprefix("-")}"{" DESC" if column.startswith("-") else ""} NULLS LAST'
        for column in (*asked.sort, *listing.order)
    ]
    return f"ORDER BY {', '.join(columns)}"
