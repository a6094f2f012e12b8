"""The command `documents` (F01, F05, F06) and what `why` says of e-invoices (O06)."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from tests.support.invoice_ledgers import DATA, deliver, document
from tests.support.ledgers import LedgerHome
from tests.unit.cli.conftest import Run

Answer = Callable[..., list[dict[str, object]]]
"""The fixture `answer`, for commands that answer with a list."""

UNKNOWN_SUPPLIER = (
    "Add the supplier to counterparties.csv and its account to chart_of_accounts.csv "
    "(`partita propose-supplier` writes the rows), then rerun."
)
FIRST = {
    "document_id": 1,
    "status": "to_register",
    "source_file": "d1-1.xml",
    "position": 1,
    "delivery_key": "d1",
    "company_code": "ALBA",
    "counterparty_code": "S001",
    "supplier_name": "Acciai Montevuoto S.p.A.",
    "supplier_vat_number": "09990149990",
    "document_type": "TD01",
    "is_credit_note": False,
    "document_number": "1/A",
    "document_date": "2026-10-15",
    "received_at": "2026-10-19T08:00:00Z",
    "currency_code": "EUR",
    "total_amount": "122.00",
    "payable_amount": "122.00",
    "reason_codes": "document_waits",
    "expected": "automatic registration of ALBA to be on",
    "remedy": "Register it with `partita register`, refuse it or mark it as handled.",
    "entry_id": None,
    "closed_at": None,
    "closed_by": None,
    "closed_reason": None,
    "counterparty_name": "Acciai Montevuoto S.p.A.",
    "import_number": "I1",
}
REGISTERED = FIRST | {
    "document_id": 4,
    "status": "registered",
    "source_file": "d2-1.xml",
    "delivery_key": "d2",
    "document_number": "4",
    "received_at": "2026-10-20T08:00:00Z",
    "reason_codes": None,
    "expected": None,
    "remedy": None,
    "entry_id": 1,
    "closed_at": "2026-10-20T08:00:00Z",
    "closed_by": "partita",
    "closed_reason": "automatic",
    "import_number": "I3",
}
STRANGER = FIRST | {
    "document_id": 5,
    "source_file": "d2-2.xml",
    "delivery_key": "d2",
    "counterparty_code": None,
    "supplier_name": "Viteria Sassoforato S.r.l.",
    "supplier_vat_number": "09990189996",
    "document_number": "5",
    "received_at": "2026-10-20T08:00:00Z",
    "reason_codes": "R03",
    "expected": "a supplier of counterparties.csv with this VAT number, tax code or registration, and an "
    "account of it",
    "remedy": UNKNOWN_SUPPLIER,
    "counterparty_name": None,
    "import_number": "I4",
}


def keys(home: LedgerHome) -> dict[str, str]:
    """The partition key of every file by its name."""
    return {
        str(name): str(key)
        for name, key in home.rows("SELECT source_file, partition_key FROM ledger.file_import")
    }


def open_item_keys(home: LedgerHome) -> list[str]:
    """The keys of the open items, in the order of their instalments."""
    return [str(key) for (key,) in home.rows("SELECT open_item_key FROM ledger.open_item ORDER BY item_id")]


@pytest.mark.usefixtures("invoices")
def test_f06_documents_lists_what_is_to_register_with_reasons_and_the_first_remedy(run: Run) -> None:
    assert run("documents").output == dedent(
        """\
        document  company  file           supplier                    number  date        payable  currency  reasons         what to do
        D1        ALBA     I1 d1-1.xml    Acciai Montevuoto S.p.A.    1/A     2026-10-15   122.00  EUR       document_waits  Register it with `partita register`, refuse it or mark it as handled.
        D2        ALBA     I2 d1-2.xml    Trasporti Rondinella        2       2026-10-15    61.00  EUR       R06             Add a rule to invoice_rules.csv and rerun, or register the document with `partita register D… --account CODE --remember`.
        D3        ALBA     I2 d1-2.xml:2  Acciai Montevuoto S.p.A.    3       2026-10-15  -122.00  EUR       R18             Find the invoice with the supplier, then post the credit note yourself and mark it as handled.
        D5        ALBA     I4 d2-2.xml    Viteria Sassoforato S.r.l.  5       2026-10-15   122.00  EUR       R03             Add the supplier to counterparties.csv and its account to chart_of_accounts.csv (`partita propose-supplier` writes the rows), then rerun.

        `partita why D12` explains a document; register it with `partita register`, or close it with `partita refuse` or `partita handle`.
        Some not registered: 1 of 5 documents registered, 0 repeated, 0 refused or handled, 4 to register.
        Files that cannot be read: 1; `partita findings` says why.
        """  # noqa: E501
    )


@pytest.mark.usefixtures("invoices")
def test_f05_documents_of_a_delivery_are_listed_with_what_became_of_each(run: Run) -> None:
    assert run("documents", "--all", "--delivery", "d2", "--company", "ALBA").output == dedent(
        """\
        document  company  file         supplier                    number  date        payable  currency  status       entry  reasons  what to do
        D4        ALBA     I3 d2-1.xml  Acciai Montevuoto S.p.A.    4       2026-10-15   122.00  EUR       registered       1
        D5        ALBA     I4 d2-2.xml  Viteria Sassoforato S.r.l.  5       2026-10-15   122.00  EUR       to register         R03      Add the supplier to counterparties.csv and its account to chart_of_accounts.csv (`partita propose-supplier` writes the rows), then rerun.

        `partita why D12` explains a document.
        Some not registered: 1 of 2 documents registered, 0 repeated, 0 refused or handled, 1 to register.
        """  # noqa: E501
    )


@pytest.mark.usefixtures("invoices")
def test_f01_documents_in_json_have_their_amounts_reasons_and_place(answer: Answer) -> None:
    found = answer("documents")
    assert (found[0], found[3]) == (FIRST, STRANGER)
    assert list(found[0]) == list(FIRST), "the fields keep their order"
    assert [row["document_id"] for row in found] == [1, 2, 3, 5]


@pytest.mark.usefixtures("invoices")
@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        (("--all",), [1, 2, 3, 4, 5]),
        (("--all", "--limit", "2"), [1, 2]),
        (("--status", "registered"), [4]),
        (("--status", "refused"), []),
        (("--company", "BREZZA"), []),
        (("--delivery", "D1-2.XML"), [1, 2, 3]),
        (("--delivery", "d1", "--all"), [1, 2, 3]),
    ],
)
def test_f05_documents_are_chosen_by_status_company_and_delivery(
    answer: Answer, options: tuple[str, ...], numbers: list[int]
) -> None:
    assert [row["document_id"] for row in answer("documents", *options)] == numbers


@pytest.mark.usefixtures("invoices")
def test_f05_a_registered_document_names_its_entry_and_who_registered_it(answer: Answer) -> None:
    assert answer("documents", "--status", "registered") == [REGISTERED]


@pytest.mark.usefixtures("invoices")
def test_f05_a_delivery_that_never_arrived_is_an_error(run: Run) -> None:
    result = run("documents", "--delivery", "d9")
    assert (result.exit_code, result.stdout, result.stderr) == (
        1,
        "",
        "Error: no delivery d9 ever arrived; `partita status` lists the last ones\n",
    )


def test_f05_when_nothing_is_left_the_outcome_says_all_registered(
    make_home: Callable[..., LedgerHome], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_home(DATA)
    monkeypatch.setenv("PARTITA_HOME", str(home.root))
    with home.ledger.transaction(home.workbench, "test") as ledger:
        ledger.execute(
            "INSERT INTO ledger.automatic_registration VALUES ('ALBA', true, '2026-10-01', 'anna')"
        )
    deliver(home, "d1", [document()])
    assert run("documents").output == (
        "No document is to register.\n"
        "All registered: 1 of 1 documents registered, 0 repeated, 0 refused or handled, 0 to register.\n"
    )
    deliver(home, "d2", [document()])
    repeated = run("documents", "--status", "repeated").output
    assert repeated.splitlines()[1].split()[-3:] == ["122.00", "EUR", "repeated"]


@pytest.mark.usefixtures("home")
def test_f01_before_anything_arrived_the_list_is_empty_and_says_so(run: Run, answer: Answer) -> None:
    assert run("documents", "--json").stdout == "[]\n"
    assert run("documents").stdout.startswith("There is no ledger yet")


def test_o06_a_registered_document_is_explained_by_file_rule_version_postings_and_items(
    invoices: LedgerHome, run: Run
) -> None:
    file_key = keys(invoices)["d2-1.xml"]
    first, second = open_item_keys(invoices)
    ((sha256,),) = invoices.rows(
        "SELECT content_sha256 FROM ledger.file_import WHERE partition_key = ?", [file_key]
    )
    folders = [invoices.root / name / "invoices" for name in ("processed", "failed")]
    assert run("why", "D4").output == dedent(
        f"""\
        Document D4: 4 of Acciai Montevuoto S.p.A., registered
          import                 I3
          file                   d2-1.xml
          place in the file      1
          delivery               d2
          not kept               {file_key} is neither in {folders[0]} nor in {folders[1]}
          SHA-256                {sha256}
          format                 FPA12
          type                   TD01
          received               2026-10-20T08:00:00Z
          date                   2026-10-15
          company                ALBA
          customer               Company ALBA
          customer's VAT number  09990019995
          supplier               S001
          supplier's name        Acciai Montevuoto S.p.A.
          supplier's country     IT
          supplier's VAT number  09990149990
          supplier's tax code    09990149990
          supplier's numbers     TAX:IT09990149990 VAT:IT09990149990
          currency               EUR
          total                  122.00
          payable                122.00
          total explained by     base and VAT
          registration key       ALBA|=S001|4|2026|I
          registered by          automatic
          evidence               Company by VAT number. Supplier by VAT number and tax code. Account 7101001 by rule STEEL, VAT code 22. Total: base and VAT. Lines: lines. Instalments: payments agree
          accounting date        2026-10-20
          entry                  1
          reference version      1
          run                    test
          closed                 2026-10-20T08:00:00Z
          closed by              partita
          closed because         automatic

        How it is posted
        part  account  VAT code  chosen by   taxable    VAT  deductible  deferred  currency
           1  7101001  22        rule STEEL   100.00  22.00       22.00      0.00  EUR

        Postings
        posting  account  name                debit  credit  currency  item
        1/1      7101001  Purchases          100.00    0.00  EUR
        1/2      1502001  VAT on purchases    22.00    0.00  EUR
        1/3      4000001  Acciai Montevuoto    0.00   61.00  EUR       {first}
        1/4      4000001  Acciai Montevuoto    0.00   61.00  EUR       {second}

        Open items
        item                         due         side    original  residual  currency  status
        ALBA:{first}  2026-11-30  credit     61.00     61.00  EUR       open
        ALBA:{second}  2026-12-31  credit     61.00     61.00  EUR       open

        Next: `partita why COMPANY:KEY` shows what settled an open item.
        """  # noqa: E501
    )


def test_o06_a_document_to_register_is_explained_by_its_findings_and_what_to_do(
    invoices: LedgerHome, answer: Callable[..., dict[str, object]], run: Run
) -> None:
    found = answer("why", "d5")
    assert (found["status"], found["reason_codes"], found["entry_id"], found["evidence"]) == (
        "to_register",
        "R03",
        None,
        None,
    )
    assert [found[name] for name in ("parts", "postings", "items", "decisions")] == [[], [], [], []]
    assert found["findings"] == [
        {
            "attempt": 1,
            "field": "document.supplier_vat_number",
            "finding_code": "R03",
            "severity": "ERROR",
            "raw_value": "Viteria Sassoforato S.r.l., IT09990189996, 09990189996",
            "expected": STRANGER["expected"],
            "remedy": UNKNOWN_SUPPLIER,
            "resolution": None,
            "resolved_at": None,
            "resolved_by": None,
            "resolved_reason": None,
        }
    ]
    assert run("why", "D5").output.splitlines()[-1] == (
        "Next: mend what the findings say and `partita rerun d2`, or `partita register D5`, "
        "`partita refuse D5` or `partita handle D5`."
    )


def test_o06_entry_posting_and_item_of_an_e_invoice_name_its_document(
    invoices: LedgerHome, answer: Callable[..., dict[str, object]], run: Run
) -> None:
    named = {
        "document_id": 4,
        "supplier_name": "Acciai Montevuoto S.p.A.",
        "document_number": "4",
        "document_date": "2026-10-15",
    }
    first, _ = open_item_keys(invoices)
    for asked in ("1", "1/2", f"ALBA:{first}"):
        found = answer("why", asked)
        assert {name: found[name] for name in named} == named
    (posting,) = answer("why", "1/2")["postings"]  # type: ignore[misc]
    place = ("source_line", "byte_start", "byte_end", "raw_line")
    assert [posting[name] for name in place] == [1, None, None, None]
    e_invoice = "D4, 4 of Acciai Montevuoto S.p.A."
    assert run("why", "1").output.splitlines()[1] == f"  e-invoice           {e_invoice}"
    assert run("why", first).output.splitlines()[1] == f"  e-invoice        {e_invoice}"
    assert "  place in the file   1\n" in run("why", "1/2").output


def test_f12_a_file_of_several_documents_is_explained_by_what_became_of_each(
    invoices: LedgerHome, answer: Callable[..., dict[str, object]]
) -> None:
    of_file = {
        "document_date": "2026-10-15",
        "currency_code": "EUR",
        "status": "to_register",
        "entry_id": None,
    }
    found = answer("why", "d1-2.xml")
    assert (found["source_kind"], found["status"], found["partition_key"], found["entries"]) == (
        "invoice",
        "failed",
        keys(invoices)["d1-2.xml"],
        [],
    )
    assert found["documents"] == [
        of_file
        | {
            "document_id": 2,
            "position": 1,
            "supplier_name": "Trasporti Rondinella",
            "document_number": "2",
            "payable_amount": "61.00",
            "reason_codes": "R06",
        },
        of_file
        | {
            "document_id": 3,
            "position": 2,
            "supplier_name": "Acciai Montevuoto S.p.A.",
            "document_number": "3",
            "payable_amount": "-122.00",
            "reason_codes": "R18",
        },
    ]


@pytest.mark.usefixtures("invoices")
def test_o06_a_document_that_does_not_exist_is_an_error(run: Run) -> None:
    result = run("why", "D99")
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: the ledger has nothing by D99: give a file name or I12, ENTRY or ENTRY/LINE, an open item "
        "key or COMPANY:KEY, a document such as D12, a correction such as C5, or a number, an amount, a "
        "name, an IBAN or a date\n",
    )


def test_o06_a_key_that_looks_like_a_document_is_told_apart_by_as(invoices: LedgerHome, run: Run) -> None:
    with invoices.ledger.transaction(invoices.workbench, "test") as ledger:
        ledger.execute("UPDATE ledger.open_item SET open_item_key = 'D4' WHERE item_id = 1")
    assert run("why", "D4").stderr == (
        "Error: D4 could be 2 things; say which one:\n"
        "  partita why ALBA:D4  (open item on account 4000001, open)\n"
        "  partita why D4 --as document  (document 4 of Acciai Montevuoto S.p.A., registered)\n"
    )
    assert run("why", "D4", "--as", "document").output.startswith("Document D4: 4 of Acciai")
