"""How things that were found are listed, each with the command that shows it.

Belongs here: the table of hits, and the command for each. Does not: finding them (`assets.search.finding`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from assets.search.asked import read_asked
from assets.search.finding import MOST_HITS, Hit, HitKind
from orchestration.cli.names import in_command, with_comma
from orchestration.cli.render import Column, amount_column

_PLURALS: Final[Mapping[HitKind, str]] = MappingProxyType(
    {
        "file": "files",
        "posting": "postings",
        "item": "open items",
        "document": "e-invoices",
        "delivery": "deliveries of e-invoices",
        "correction": "corrections",
        "invoice": "sales invoices",
        "counterparty": "counterparties",
        "account": "accounts",
    }
)
_KINDS: Final[Mapping[HitKind, str]] = MappingProxyType(
    {
        "file": "file",
        "posting": "posting",
        "item": "open item",
        "document": "e-invoice",
        "delivery": "delivery of e-invoices",
        "correction": "correction",
        "invoice": "sales invoice",
        "counterparty": "counterparty",
        "account": "account",
    }
)

COLUMNS: Final = (
    Column("what", lambda row: _KINDS[row["kind"]]),  # type: ignore[index]
    Column("found by", "matched_by"),
    Column("company", "company_code"),
    Column("number", "document_number"),
    Column("name", "name", is_prose=True),
    Column("date", "date"),
    amount_column("amount", "amount"),
    Column("currency", "currency_code"),
    Column("status", lambda row: str(row["status"] or "").replace("_", " ")),
    Column("to go on", "command", is_prose=True),
)


def command_of(hit: Hit) -> str:
    """The command that shows a hit, such as `partita why D12`."""
    if hit.kind == "account":
        company = in_command(hit.company_code or "")
        return f"partita postings --company {company} --account {in_command(hit.reference)}"
    if hit.kind == "delivery":
        return f"partita documents --all --delivery {in_command(hit.reference)}"
    # An open item may have any key, so that what a key could be called as well is said by its kind.
    is_sure = hit.kind in ("file", "item") or (hit.kind == "posting" and "/" in hit.reference)
    return f"partita why {in_command(hit.reference)}" + ("" if is_sure else f" --as {hit.kind}")


_LISTS: Final[Mapping[HitKind, str]] = MappingProxyType(
    {
        "item": "open-items --status all",
        "posting": "postings",
        "document": "documents --all",
        "invoice": "invoices",
    }
)


def how_to_see_all(kind: HitKind, text: str) -> str:
    """A sentence on a kind of which more was found than is listed: the command that lists all of it."""
    said = f"Of the {_PLURALS[kind]} these are {MOST_HITS}, and there are more"
    asked = read_asked(text)
    if kind not in _LISTS:
        return f"{said}: give more words of the name."
    if asked.day is not None:
        narrowed = f"--from {asked.day} --to {asked.day}"
    elif asked.amounts:
        narrowed = f"--amount {with_comma(asked.amounts[0])}"
    else:
        narrowed = f"--number {in_command(asked.text)}"
    return f"{said}: `partita {_LISTS[kind]} {narrowed}` lists all of them."


def described(hit: Hit) -> str:
    """A hit in a few words that tell it from others."""
    if hit.matched_by == "reference":
        return hit.name or hit.reference
    said = (_KINDS[hit.kind], hit.document_number, hit.name, hit.day and hit.day.isoformat())
    return ", ".join(part for part in said if part)
