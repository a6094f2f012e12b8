"""The audit log of a home: every act of a person, and of the program, has one record with who, when and why,
and the state before and after (O06).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from assets.invoices.registering import DELIVERY_COUNTS
from assets.ledger.audit import log, verify
from orchestration.deliveries import DeliveryImports
from tests.orchestration.conftest import MakePipeline, Run
from tests.orchestration.test_deliveries import REFERENCE, STRANGER, drop, gathered, xml
from tests.orchestration.test_deliveries import run as run_delivery
from tests.orchestration.test_invoice_commands import NO_RULE
from tests.support.ledgers import COLUMNS, OPTIONAL_COLUMNS, csv_bytes, setting, supplier_term
from tests.support.pipelines import Pipeline

News = Callable[[], list[tuple[Any, ...]]]

UNREADABLE: Final = b"not a trace\r\n"
NO_TOTALS: Final = {
    "posted_movement_count": 0,
    "posting_count": 0,
    "linked_posting_count": 0,
    "unlinked_posting_count": 0,
    "debit_total": "0.0000",
    "credit_total": "0.0000",
}
BY_ANNA: Final = ("--by", "anna", "--reason", "as agreed")
BY_BRUNO: Final = ("--by", "bruno", "--reason", "mended")
ANNA: Final = ("anna", "as agreed")
BRUNO: Final = ("bruno", "mended")
PARTITA: Final = ("partita", None)


@pytest.fixture
def pipeline(make_pipeline: MakePipeline) -> Pipeline:
    """A home with the reference data of e-invoices; automatic registration is off."""
    made = make_pipeline(REFERENCE)
    with DeliveryImports(made.home, made.ledger_home.ledger, "test") as imports:
        imports.load_reference()
    return made


@pytest.fixture
def news(pipeline: Pipeline) -> News:
    """The records since it was asked last: what, about what, who, why, the version of the reference data, the
    state before and after. Asked after every act, it is the whole log.
    """
    seen = 0

    def records() -> list[tuple[Any, ...]]:
        nonlocal seen
        with pipeline.ledger_home.ledger.reading() as connection:
            found = log(connection)[seen:]
            assert verify(connection)[2] == []
        seen += len(found)
        return [
            (
                row["action"],
                row["subject"],
                (row["requested_by"], row["reason"]),
                row["reference_version"],
                _state(row["state_before"]),
                _state(row["state_after"]),
            )
            for row in found
        ]

    return records


def _state(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def counts(**some: int) -> dict[str, int]:
    """The counts of a delivery of one file with one document: those that are not 0."""
    names = [name for name in DELIVERY_COUNTS if name not in ("file_count", "document_count")]
    return dict.fromkeys(names, 0) | {"file_count": 1, "document_count": 1} | some


NEVER: Final = counts(file_count=0, document_count=0)
WAITING: Final = counts(waiting_count=1, open_file_count=1)
REGISTERED: Final = counts(registered_count=1)


def documents(*statuses: tuple[int, str]) -> dict[str, Any]:
    """Documents with their status, as a decision has them."""
    return {"documents": [{"document": f"D{number}", "status": status} for number, status in statuses]}


def chosen(account_code: str | None, vat_code: str | None, *, is_remembered: bool = False) -> dict[str, Any]:
    """How a person wants it posted."""
    choice = {"account_code": account_code, "vat_code": vat_code, "is_remembered": is_remembered}
    return {"choice": choice}


def files(folder: Path, *names: str) -> dict[str, Any]:
    """The hash and the number of rows of reference files as they are now."""
    return {
        name: {"content_sha256": _hash(folder / name), "row_count": _rows(folder / name)} for name in names
    }


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _rows(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines()) - 1


def deliver(pipeline: Pipeline, name: str, data: bytes) -> str:
    """A file of e-invoices that arrives, and the run that the sensor asks for; the key of its delivery."""
    drop(pipeline, f"{name}.xml", data)
    (key,) = gathered(pipeline)
    run_delivery(pipeline, key)
    return key


@pytest.mark.check
def test_o06_switches_registrations_and_decisions_have_one_record_each(
    pipeline: Pipeline, run: Run, news: News
) -> None:
    first = deliver(pipeline, "IT01", xml("1"))
    assert news() == [("register", f"delivery {first}", PARTITA, 1, NEVER, WAITING)]

    run("automatic", "on", "ALBA", "BREZZA", "--by", "anna")
    run("automatic", "on", "ALBA", "--by", "anna")
    run("automatic", "off", "BREZZA", "--by", "bruno")
    assert news() == [
        ("switch-automatic", "ALBA, BREZZA", ("anna", None), 1, {"is_on": False}, {"is_on": True}),
        ("switch-automatic", "BREZZA", ("bruno", None), 1, {"is_on": True}, {"is_on": False}),
    ]

    run("register", "D1", "--account", "7106001", "--vat-code", "22", "--remember", *BY_ANNA)
    assert news() == [
        (
            "register", "D1", ANNA, 1, documents((1, "to_register")),
            documents((1, "to_register")) | chosen("7106001", "22", is_remembered=True),
        ),
        ("register", f"delivery {first}", ANNA, 1, WAITING, REGISTERED),
    ]  # fmt: skip

    second = deliver(pipeline, "IT02", xml("2", "3", supplier=NO_RULE))
    run("refuse", "D2", *BY_ANNA)
    run("handle", "D3", *BY_BRUNO)
    assert news() == [
        (
            "register", f"delivery {second}", PARTITA, 1, NEVER,
            counts(document_count=2, waiting_count=2, open_file_count=1),
        ),
        ("refuse", "D2", ANNA, 1, documents((2, "to_register")), documents((2, "refused"))),
        ("handle", "D3", BRUNO, 1, documents((3, "to_register")), documents((3, "handled"))),
    ]  # fmt: skip


@pytest.mark.check
def test_o06_a_changed_registration_and_its_undo_have_their_states(
    pipeline: Pipeline, run: Run, news: News
) -> None:
    run("automatic", "on", "ALBA", "--by", "anna")
    delivery = deliver(pipeline, "IT01", xml("1"))
    ((key, day),) = pipeline.ask(
        "SELECT open_item_key, CAST(posting_date AS VARCHAR) FROM ledger.open_item, ledger.journal_entry"
    )
    news()

    def posting(
        entry: int, line: int, account: str, debit: str, credit: str, item: str | None
    ) -> Mapping[str, Any]:
        return {
            "entry_id": entry, "line_number": line, "company_code": "ALBA", "account_code": account,
            "posting_date": day, "debit_amount": debit, "credit_amount": credit,
            "company_currency_code": "EUR", "open_item_key": item,
        }  # fmt: skip

    def reversal(entry: int, cost_account: str, *, is_back: bool = False) -> list[Mapping[str, Any]]:
        lines = [(cost_account, "100.0000", None), ("1502001", "22.0000", None), ("4000001", "122.0000", key)]
        return [
            posting(entry, line, account, amount, "0.0000", item)
            if (item is None) == is_back
            else posting(entry, line, account, "0.0000", amount, item)
            for line, (account, amount, item) in enumerate(lines, 1)
        ]

    def without_texts(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        for *_, after in found:
            for each in after.get("postings", ()):
                assert each.pop("description").startswith("Invoice 1 of ")
        return found

    item = {"item": f"ALBA:{key}", "residual_amount": "122.0000", "status": "open"}
    gone = {"item": f"ALBA:{key}", "residual_amount": None, "status": "withdrawn"}

    def registered(entry: int | None) -> list[dict[str, Any]]:
        status = "to_register" if entry is None else "registered"
        return [{"document": "D1", "status": status, "entry": entry}]

    run("change", "D1", "--account", "7106001", "--vat-code", "22", *BY_ANNA)
    assert without_texts(news()) == [
        (
            "change", "C1: D1", ANNA, 1, {"items": [item], "documents": registered(1)},
            {"items": [gone], "documents": registered(None), "entries": 1, "imports": [],
             "postings": reversal(2, "7101001"), **chosen("7106001", "22")},
        ),
        ("register", f"delivery {delivery}", ANNA, 1, WAITING, REGISTERED),
    ]  # fmt: skip

    run("undo", "C1", *BY_BRUNO)
    assert without_texts(news()) == [
        (
            "undo", "C2: C1", BRUNO, 1, {"items": [item], "documents": registered(3)},
            {"items": [item], "documents": registered(1), "entries": 2, "imports": [],
             "postings": [*reversal(4, "7106001"), *reversal(5, "7101001", is_back=True)]},
        )
    ]  # fmt: skip


@pytest.mark.check
def test_o06_an_accepted_supplier_a_rerun_and_a_purge_bear_who_asked_for_them(
    pipeline: Pipeline, run: Run, news: News
) -> None:
    key = deliver(pipeline, "IT01", xml("1", supplier=STRANGER))
    reference = pipeline.home.reference
    names = ("chart_of_accounts.csv", "counterparties.csv")
    before = files(reference, *names)
    news()

    run("propose-supplier", "D1", "--accept", *BY_ANNA)
    after = files(reference, *names)
    assert news() == [
        (
            "accept-supplier", "D1: S004", ANNA, 1,
            {"files": {name: before[name]["content_sha256"] for name in names}},
            {"files": {name: after[name]["content_sha256"] for name in names},
             "counterparty_code": "S004", "company_code": "ALBA", "account_code": "4000004"},
        )
    ]  # fmt: skip

    run("rerun", key, *BY_BRUNO)
    assert news() == [
        ("reference", "version 2", PARTITA, 2, {"files": before}, {"files": after}),
        ("register", f"delivery {key}", BRUNO, 2, WAITING, WAITING),
    ]

    run("refuse", "D1", *BY_ANNA)
    news()
    with pipeline.ledger_home.ledger.transaction(pipeline.ledger_home.workbench, "test"):
        pipeline.ledger_home.workbench.execute("UPDATE ledger.delivery SET received_at = '2011-01-01'")
    run("purge", "--before", "2012-01-01", "--by", "anna")
    run("purge", "--before", "2012-01-01", "--by", "bruno")
    named, blank = ({"named_document_count": count} for count in (1, 0))
    assert news() == [
        ("purge", "received before 2012-01-01", ("anna", None), 2, named, blank | {"purged_files": 1}),
        ("purge", "received before 2012-01-01", ("bruno", None), 2, blank, blank | {"purged_files": 1}),
    ]


@pytest.mark.check
def test_o06_a_rerun_and_a_dismissal_of_a_trace_bear_who_asked_for_them(
    pipeline: Pipeline, run: Run, news: News
) -> None:
    key = pipeline.drop("RITCOGE.txt", UNREADABLE)
    pipeline.tick()
    run("rerun", "--failed", *BY_BRUNO)
    run("dismiss", "RITCOGE.txt", *BY_ANNA)
    failed = {"status": "failed"}
    state = failed | NO_TOTALS | {"content_sha256": hashlib.sha256(UNREADABLE).hexdigest()}
    assert news() == [
        ("import", f"import 1/1: {key}", PARTITA, 1, None, state),
        ("import", f"import 1/2: {key}", BRUNO, 1, failed, state),
        ("dismiss", f"import 1: {key}", ANNA, 1, failed, {"status": "dismissed"}),
    ]


def test_f11_a_memory_that_is_switched_off_stands_in_the_record_of_the_reference_data(
    pipeline: Pipeline, run: Run, news: News
) -> None:
    reference = pipeline.home.reference
    names = ("settings.csv", "supplier_terms.csv")
    before = files(reference, names[0])

    def write(*, uses_memory: bool, url: str) -> None:
        settings = (
            *REFERENCE.settings,
            setting("supplier_memory", "false", company="ALBA"),
            setting("notification_url", url),
        )
        term = supplier_term("S001", uses_memory=uses_memory)
        (reference / names[0]).write_bytes(csv_bytes(COLUMNS[names[0]], settings))
        (reference / names[1]).write_bytes(csv_bytes(OPTIONAL_COLUMNS[names[1]], [term]))

    def value(file: int, of: str, name: str, value: str | None) -> dict[str, str | None]:
        return {"file": names[file], "of": of, "name": name, "value": value}

    first, second = ("https://example.org/first", "https://example.org/second")
    write(uses_memory=True, url=first)
    run("process")
    middle = files(reference, *names)
    write(uses_memory=False, url=second)
    run("process")
    after = files(reference, *names)
    hashes = [f"sha256:{hashlib.sha256(url.encode()).hexdigest()}" for url in (first, second)]
    assert news() == [
        (
            "reference", "version 2", PARTITA, 2,
            {"files": before, "settings": [
                value(0, "", "notification_url", None),
                value(0, "ALBA", "supplier_memory", None),
                value(1, "S001", "uses_memory", None),
            ]},
            {"files": middle, "settings": [
                value(0, "", "notification_url", hashes[0]),
                value(0, "ALBA", "supplier_memory", "false"),
                value(1, "S001", "uses_memory", "true"),
            ]},
        ),
        (
            "reference", "version 3", PARTITA, 3,
            {"files": middle, "settings": [
                value(0, "", "notification_url", hashes[0]), value(1, "S001", "uses_memory", "true"),
            ]},
            {"files": after, "settings": [
                value(0, "", "notification_url", hashes[1]), value(1, "S001", "uses_memory", "false"),
            ]},
        ),
    ]  # fmt: skip
