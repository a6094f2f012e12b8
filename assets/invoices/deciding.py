"""What people decide about e-invoices: register, refuse, handle elsewhere, and automatic registration.

Belongs here: checking a decision and writing it, within a transaction of the ledger. Does not: carrying out
a registration, which is the work of a run (`assets.invoices.registering`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

import duckdb

from assets.errors import OperatingError
from assets.invoices import standing
from assets.invoices.reports import automatic_registration, documents_of_import
from assets.ledger import findings as ledger_findings
from assets.ledger.audit import Change, Decider, record_change
from assets.ledger.given import Given
from assets.ledger.imports import dismiss_import, restate_imports
from assets.statements import records, statement

Closing = Literal["refuse", "handle"]

_CLOSED_STATUS: Final[Mapping[Closing, standing.ClosedStatus]] = MappingProxyType(
    {"refuse": "refused", "handle": "handled"}
)
_MAX_NAMED: Final = 10


@dataclass(frozen=True, slots=True)
class PostingChoice:
    """How to post; what is None is left to the rules. What is remembered becomes the supplier's memory."""

    account_code: str | None = None
    vat_code: str | None = None
    is_remembered: bool = False


BY_THE_RULES: Final = PostingChoice()


def choose_registration(
    workbench: duckdb.DuckDBPyConnection,
    document_ids: Sequence[int],
    decider: Decider,
    choice: PostingChoice = BY_THE_RULES,
) -> list[str]:
    """Within a transaction: these documents may be registered. Returns the deliveries to run, oldest first.

    Raises:
        OperatingError: if one of them is unknown or closed already, or if its company has no such account or
            VAT code in force. Nothing is decided then.
    """
    found = _to_decide(workbench, document_ids)
    refuse_unusable(workbench, found, choice)
    insert_decisions(workbench, document_ids, "register", decider, choice)
    _record_decisions(workbench, found, "register", "to_register", decider, choice)
    return first_deliveries(workbench, document_ids)


def close_documents(
    workbench: duckdb.DuckDBPyConnection, document_ids: Sequence[int], closing: Closing, decider: Decider
) -> list[str]:
    """Within a transaction: these documents are refused, or handled elsewhere; nothing of them is posted.

    Their findings are dismissed. Returns the deliveries of which they came, oldest first: those of which
    nothing is left to do are done.

    Raises:
        OperatingError: if one of them is unknown or closed already. Nothing is decided then.
    """
    found = _to_decide(workbench, document_ids)
    status = _CLOSED_STATUS[closing]
    standing.close(workbench, document_ids, status, decider.now, decider.who, decider.reason)
    of_documents = Given("invoices", "finding_of_document", {"document_ids": list(document_ids)})
    ledger_findings.close(workbench, of_documents, "dismissed", decider.now, decider.who, decider.reason)
    insert_decisions(workbench, document_ids, closing, decider, BY_THE_RULES)
    _record_decisions(workbench, found, closing, status, decider, BY_THE_RULES)
    concerned = {"import_ids": sorted({row["import_id"] for row in found})}
    restate_imports(workbench, Given("invoices", "import_to_restate", concerned))
    return close_finished_deliveries(workbench, document_ids)


def dismiss_file(
    workbench: duckdb.DuckDBPyConnection, partition_key: str, decider: Decider
) -> tuple[str, list[str]]:
    """Within a transaction: the findings of a delivered file are dismissed, such as that it is unreadable.

    Returns the file's new status and the deliveries in which it came, oldest first.

    Raises:
        OperatingError: if documents of it are to register: each of them is refused or handled by its name.
    """
    (file,) = records(workbench, "ledger", "import_by_key", {"partition_key": partition_key})
    by_id = {"import_id": file["import_id"]}
    waiting = [
        f"D{row['document_id']}"
        for row in documents_of_import(workbench, file["import_id"])
        if row["status"] == "to_register"
    ]
    if waiting:
        raise OperatingError(
            f"{', '.join(waiting[:_MAX_NAMED])} of {partition_key} are to register: use `partita register`, "
            "`partita refuse` or `partita handle`. Nothing was changed."
        )
    still_open = Given("ledger", "open_finding", by_id)
    ledger_findings.close(workbench, still_open, "dismissed", decider.now, decider.who, decider.reason)
    dismiss_import(workbench, file["import_id"], decider)
    (after,) = records(workbench, "ledger", "import_by_key", {"partition_key": partition_key})
    record_dismissal(workbench, file, after["status"], decider)
    concerned = records(workbench, "invoices", "delivery_of_file", by_id)
    return after["status"], _close_deliveries(workbench, concerned)


def close_finished_deliveries(workbench: duckdb.DuckDBPyConnection, document_ids: Sequence[int]) -> list[str]:
    """Within a transaction: of the deliveries in which these documents came, those are done of which nothing
    is left to do. Returns the keys of all of them, oldest first.
    """
    return _close_deliveries(workbench, _deliveries(workbench, document_ids, is_first_only=False))


def first_deliveries(workbench: duckdb.DuckDBPyConnection, document_ids: Sequence[int]) -> list[str]:
    """The deliveries from which a run registers these documents, oldest first."""
    return [row["delivery_key"] for row in _deliveries(workbench, document_ids, is_first_only=True)]


def _close_deliveries(
    workbench: duckdb.DuckDBPyConnection, concerned: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Those of which nothing is left to do are done; the keys of all of them."""
    for delivery in concerned:
        by_key = {"delivery_key": delivery["delivery_key"]}
        (totals,) = records(workbench, "invoices", "delivery_totals", by_key)
        # A delivery that waits for its run is closed by that run.
        if delivery["status"] == "open" and not totals["waiting_count"] and not totals["open_file_count"]:
            workbench.execute(
                statement("invoices", "close_delivery"), {"delivery_id": delivery["delivery_id"]}
            )
    return [row["delivery_key"] for row in concerned]


def switch_automatic(
    workbench: duckdb.DuckDBPyConnection, company_codes: Sequence[str], decider: Decider, *, is_on: bool
) -> list[str]:
    """Within a transaction: switches automatic registration of companies on or off; those that were not so.

    A company that is on already keeps the moment from which its documents register themselves.

    Raises:
        OperatingError: if a company is unknown. Nothing is switched then.
    """
    states = {row["company_code"]: row["is_on"] for row in automatic_registration(workbench)}
    unknown = [code for code in company_codes if code not in states]
    if unknown:
        raise OperatingError(
            f"companies.csv has no company {', '.join(unknown)}; it has {', '.join(map(str, states))}. "
            "Nothing was switched."
        )
    switched = [code for code in dict.fromkeys(company_codes) if states[code] != is_on]
    for code in switched:
        workbench.execute(
            statement("invoices", "insert_automatic_registration"),
            {"company_code": code, "is_on": is_on, "now": decider.now, "who": decider.who},
        )
    if switched:
        change = Change(
            "switch-automatic",
            ", ".join(switched),
            decider,
            before={"is_on": not is_on},
            after={"is_on": is_on},
        )
        record_change(workbench, change)
    return switched


def record_dismissal(
    workbench: duckdb.DuckDBPyConnection, file: Mapping[str, Any], status: str, decider: Decider
) -> None:
    """Within the transaction that dismisses a file: writes it into the audit log."""
    subject = f"import {file['import_id']}: {file['partition_key']}"
    states = ({"status": file["status"]}, {"status": status})
    record_change(workbench, Change("dismiss", subject, decider, before=states[0], after=states[1]))


def _to_decide(workbench: duckdb.DuckDBPyConnection, document_ids: Sequence[int]) -> list[dict[str, Any]]:
    found = records(workbench, "invoices", "document_to_decide", {"document_ids": list(document_ids)})
    known = {row["document_id"] for row in found}
    problems = [f"there is no document D{number}" for number in document_ids if number not in known]
    problems += [_closed(row) for row in found if row["status"] != "to_register"]
    _raise_if_any(problems)
    return found


def _closed(row: Mapping[str, Any]) -> str:
    if row["status"] == "registered":
        return f"D{row['document_id']} is registered already (entry {row['entry_id']})"
    if row["status"] == "repeated":
        return f"D{row['document_id']} repeats another document"
    return f"D{row['document_id']} was {row['status']} by {row['closed_by']} on {row['closed_at']:%Y-%m-%d}"


def refuse_unusable(
    workbench: duckdb.DuckDBPyConnection, found: Sequence[Mapping[str, Any]], choice: PostingChoice
) -> None:
    """Raises OperatingError if these documents cannot be posted as somebody chose."""
    problems: list[str] = []
    if choice != BY_THE_RULES:
        problems += [
            f"D{row['document_id']} is addressed to none of our companies"
            for row in found
            if row["company_code"] is None
        ]
    for company in sorted({row["company_code"] for row in found if row["company_code"] is not None}):
        if choice.account_code is not None and not records(
            workbench,
            "reference",
            "active_account",
            {"company_code": company, "account_code": choice.account_code},
        ):
            problems.append(f"company {company} has no active account {choice.account_code}")
        if choice.vat_code is not None and not records(
            workbench, "invoices", "usable_vat_code", {"company_code": company, "vat_code": choice.vat_code}
        ):
            problems.append(f"company {company} has no VAT code {choice.vat_code}")
    _raise_if_any(problems)


def _raise_if_any(problems: Sequence[str]) -> None:
    if not problems:
        return
    more = f"; and {len(problems) - _MAX_NAMED} more" if len(problems) > _MAX_NAMED else ""
    raise OperatingError(f"{'; '.join(problems[:_MAX_NAMED])}{more}. Nothing was changed.")


def insert_decisions(
    workbench: duckdb.DuckDBPyConnection,
    document_ids: Sequence[int],
    decision: str,
    decider: Decider,
    choice: PostingChoice,
) -> None:
    """Within a transaction: the newest decision about these documents. Whoever makes it records it."""
    workbench.execute(
        statement("invoices", "insert_document_decision"),
        {
            "document_ids": list(document_ids),
            "decision": decision,
            "account_code": choice.account_code,
            "vat_code": choice.vat_code,
            "is_remembered": choice.is_remembered,
            "who": decider.who,
            "reason": decider.reason,
            "now": decider.now,
        },
    )


def _record_decisions(
    workbench: duckdb.DuckDBPyConnection,
    found: Sequence[Mapping[str, Any]],
    decision: str,
    status: str,
    decider: Decider,
    choice: PostingChoice,
) -> None:
    """Writes a decision into the audit log, with the documents as they were `found` and their status now."""
    numbers = [row["document_id"] for row in found]
    before = [{"document": f"D{row['document_id']}", "status": row["status"]} for row in found]
    after = [{"document": f"D{number}", "status": status} for number in numbers]
    chosen = {"choice": asdict(choice)} if decision == "register" else {}
    change = Change(
        decision, _named(numbers), decider, before={"documents": before}, after={"documents": after} | chosen
    )
    record_change(workbench, change)


def _named(document_ids: Sequence[int]) -> str:
    """The documents in words; of many the first ten and how many more."""
    more = f" and {len(document_ids) - _MAX_NAMED} more" if len(document_ids) > _MAX_NAMED else ""
    return ", ".join(f"D{number}" for number in document_ids[:_MAX_NAMED]) + more


def _deliveries(
    workbench: duckdb.DuckDBPyConnection, document_ids: Sequence[int], *, is_first_only: bool
) -> list[dict[str, Any]]:
    return records(
        workbench,
        "invoices",
        "delivery_of_document",
        {"document_ids": list(document_ids), "is_first_only": is_first_only},
    )
