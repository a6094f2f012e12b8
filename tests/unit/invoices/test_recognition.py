"""F06: every reason for which a document is not registered, every warning, by a document that produces it.

The whole list of a document's findings is compared, with the evidence and with what was expected.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest

from assets.findings import finding_codes
from tests.conftest import MakeHome
from tests.support.invoice_ledgers import decide, deliver, document, switch
from tests.support.ledgers import LedgerHome, make_home
from tests.support.registrations import (
    FULL,
    Finding,
    d,
    document_id,
    document_value,
    entry,
    findings,
    items,
    open_codes,
    registration_value,
    statuses,
)

Case = tuple[Mapping[str, Any], list[Finding]]

TEXTS: Final = {code: row.expected for code, row in finding_codes().items()}
S002: Final = {"supplier": "S002", "company": "ALBA"}
ACCOUNTS: Final = "one account of an active supplier"
UNKNOWN: Final = {
    "supplier_vat_number": "09990309991",
    "supplier_tax_code": "RSSMRA80A01A662B",
    "supplier_name": "Officina Ignota",
    "supplier_address": "Via dei Glicini 12",
    "supplier_postal_code": "70121",
    "supplier_city": "Bari",
}
GROUP_1: Final = {
    "supplier_vat_number": "09990189996",
    "supplier_tax_code": "09990199995",
    "supplier_name": "Counterparty G001",
}
CREDIT_NOTE: Final = {"document_type": "TD04", "is_credit_note": True}
RT01: Final = {"withholding_type": "RT01", "amount": d("20.00")}
SUMMARY: Final = "with or without rounding, withholding, funds, discounts, stamp duty and split VAT"


def vat(rate: str, taxable: str, amount: str, **more: object) -> dict[str, Any]:
    """A row of a VAT summary."""
    return {"vat_rate": d(rate), "taxable_amount": d(taxable), "vat_amount": d(amount), **more}


def found(code: str, field: str, raw_value: str | None, expected: str | None = None) -> list[Finding]:
    """The only finding of a document; what is expected is what the code says unless something else does."""
    return [Finding(code, field, raw_value, expected or TEXTS[code])]


def own_document(document_type: str) -> Case:
    """A document that a company makes for itself and that comes back as if it had been received."""
    return (
        {"document_type": document_type},
        found(
            "R08",
            "document.document_type",
            document_type,
            f"a document of a supplier; {document_type} is one that the buyer or the seller made for himself",
        ),
    )


STOPPED: Final[dict[str, Case]] = {
    "R02": (
        {"customer_vat_number": "09990309991", "customer_tax_code": "09990309992", "customer_name": "Other"},
        found("R02", "document.customer_vat_number", "Other, 09990309991, 09990309992"),
    ),
    "R03": (
        UNKNOWN,
        found(
            "R03",
            "document.supplier_vat_number",
            "Officina Ignota, IT09990309991, RSSMRA80A01A662B, Via dei Glicini 12, 70121, Bari",
        ),
    ),
    "R03 several accounts": (
        {"supplier": "S002", "company": "BREZZA"},
        [
            Finding(
                "R03",
                "document.supplier_vat_number",
                "S002 Trasporti Rondinella",
                "only one active supplier account of S002 in company BREZZA",
            ),
            Finding("R06", "line.description", "line 1", TEXTS["R06"]),
        ],
    ),
    "R03 no account": (
        {**GROUP_1, "company": "BREZZA"},
        found(
            "R03",
            "document.supplier_vat_number",
            "G001 Counterparty G001",
            "an active supplier account of G001 in company BREZZA",
        ),
    ),
    "R04": (
        GROUP_1 | {"supplier_tax_code": None},
        found(
            "R04",
            "document.supplier_vat_number",
            "G001, G002",
            "one supplier with VAT number IT09990189996",
        ),
    ),
    "R06": (S002, found("R06", "line.description", "line 1")),
    "R06 some lines": (
        {
            "supplier": "S002",
            "lines": [("Imposta di bollo", "2.00", "0", "N1"), ("Transport", "100.00", "22", None)],
        },
        found("R06", "line.description", "line 2"),
    ),
    "R06 several equal": (
        {"lines": [("Smaltimento rifiuti speciali", "100.00", "22", None)]},
        found(
            "R06",
            "line.description",
            "line 1: rules WASTE-1, WASTE-2",
            "one rule that is more specific than the others",
        ),
    ),
    "R07": (
        {"lines": [("Bread", "100.00", "4", None)]},
        found("R07", "vat_summary.vat_rate", "4 %"),
    ),
    "R07 nature": (
        {"lines": [("Export", "100.00", "0", "N3.1")]},
        found("R07", "vat_summary.vat_rate", "0 % N3.1"),
    ),
    "R07 several fit": (
        {"lines": [("Smaltimento", "100.00", "5", None)]},
        found(
            "R07",
            "vat_summary.vat_rate",
            "5 %",
            "one VAT code for this rate and nature; several fit: name one in invoice_rules.csv",
        ),
    ),
    "R08": ({"document_type": "TD99"}, found("R08", "document.document_type", "TD99")),
    **{
        f"R08 {code}": own_document(code)
        for code in ("TD16", "TD17", "TD18", "TD19", "TD20", "TD21", "TD27", "TD28")
    },
    "R09": (
        {"total_amount": d("122.06")},
        found("R09", "document.total_amount", "122.06", f"base 100.00 and VAT 22.00, {SUMMARY}"),
    ),
    "R09 lines": (
        {"lines": [("Steel", "90.00", "22", None)], "vat": [vat("22", "100.00", "22.00")]},
        found(
            "R09",
            "vat_summary.taxable_amount",
            "100.00",
            "a VAT summary that agrees with the lines, which add up to 90 (off by 10)",
        ),
    ),
    "R09 VAT": (
        {"vat": [vat("22", "100.00", "21.90")]},
        found("R09", "vat_summary.vat_amount", "21.90", "22 % of 100.00"),
    ),
    "R09 no summary": (
        {"vat": [], "total_amount": None},
        found("R09", "vat_summary.taxable_amount", "0.00", "a VAT summary"),
    ),
    "R10": (
        {"withholding": [RT01 | {"withholding_type": "RT05"}]},
        found("R10", "withholding.withholding_type", "RT05"),
    ),
    "R11": (
        {
            "welfare_fund": [{"fund_type": "TC09", "amount": d("4.00")}],
            "vat": [vat("22", "104.00", "22.88")],
        },
        found("R11", "welfare_fund.fund_type", "TC09"),
    ),
    "R12": (
        {"payment": [{"amount": d("100.00")}]},
        found("R12", "payment.amount", "100.00", "instalments that add up to 122.00, the payable amount"),
    ),
    "R12 twice": (
        {"payment": [{"amount": d("122.00")}, {"amount": d("122.00")}]},
        found("R12", "payment.amount", "244.00", "instalments that add up to 122.00, the payable amount"),
    ),
    "R12 prepaid": (
        {"prepaid_amount": d("-50.00"), "payable_amount": d("172.00"), "format": "UBL", "type_code": "380"},
        found(
            "R12",
            "document.prepaid_amount",
            "-50.00",
            "an amount with the sign of the total 122.00, of which it is a part",
        ),
    ),
    "R14 future": (
        {"document_date": dt.date(2026, 10, 21)},
        found("R14", "document.document_date", "2026-10-21", "a date up to today, 2026-10-20"),
    ),
    "R14 closed": (
        {"company": "BREZZA", "document_date": dt.date(2026, 9, 30)},
        found(
            "R14",
            "document.document_date",
            "2026-09-30",
            "an accounting date in an open period; 2026-09 is closed",
        ),
    ),
    "R14 no period": (
        {"company": "BREZZA", "document_date": dt.date(2026, 8, 31)},
        found(
            "R14",
            "document.document_date",
            "2026-08-31",
            "an accounting date for which accounting_periods.csv has a period",
        ),
    ),
    "R15": (
        {"currency_code": "CHF"},
        found(
            "R15",
            "document.currency_code",
            "CHF",
            "a rate of EUR to CHF within the ten days up to 2026-10-15 in exchange_rates.csv",
        ),
    ),
    "R16 deferred": (
        {"lines": [("Food", "100.00", "10", None)], "vat": [vat("10", "100.00", "10.00", exigibility="D")]},
        found("R16", "vat_summary.vat_rate", "10 % deferred"),
    ),
    "R16 split payment": (
        {"lines": [("Food", "100.00", "10", None)], "vat": [vat("10", "100.00", "10.00", exigibility="S")]},
        found("R16", "vat_summary.vat_rate", "10 % split payment"),
    ),
    "R16 stamp duty": (
        {
            "company": "BREZZA",
            "lines": [("Training", "80.00", "0", "N4")],
            "stamp_duty_amount": d("2.00"),
            "total_amount": d("82.00"),
        },
        found("R16", "document.stamp_duty_amount", "2.00", "a stamp_duty_account in settings.csv"),
    ),
    "R18": (CREDIT_NOTE, found("R18", "reference.number", "R18")),
    "R18 other reference": (
        CREDIT_NOTE | {"reference": [{"kind": "order", "number": "4711"}]},
        found("R18", "reference.number", "R18 other reference"),
    ),
    "R04 numbers of two suppliers": (
        {"supplier_tax_code": "09990179997"},
        found(
            "R04",
            "document.supplier_vat_number",
            "S001, S003",
            "one supplier with VAT number IT09990149990, tax code IT09990179997",
        ),
    ),
    "numbers disagree": (
        {"supplier_tax_code": "09990229990"},
        found(
            "supplier_numbers_disagree",
            "document.supplier_tax_code",
            "TAX IT09990229990",
            "a number that S001 Acciai Montevuoto S.p.A. has, to whom the VAT number leads "
            "(VAT number IT09990149990, tax code IT09990229990)",
        ),
    ),
    "numbers disagree, a tax code with a wrong check digit": (
        {"supplier_tax_code": "09990309991"},
        found(
            "supplier_numbers_disagree",
            "document.supplier_tax_code",
            "TAX IT09990309991",
            "a number that S001 Acciai Montevuoto S.p.A. has, to whom the VAT number leads "
            "(VAT number IT09990149990, tax code IT09990309991)",
        ),
    ),
    "numbers disagree, the VAT number": (
        {"supplier_vat_number": "09990229990"},
        found(
            "supplier_numbers_disagree",
            "document.supplier_vat_number",
            "VAT IT09990229990",
            "a number that S001 Acciai Montevuoto S.p.A. has, to whom the tax code leads "
            "(VAT number IT09990229990, tax code IT09990149990)",
        ),
    ),
    "several at once": (
        {
            "supplier": "S002",
            "document_date": dt.date(2027, 1, 1),
            "withholding": [RT01 | {"withholding_type": "RT03"}],
        },
        [
            Finding("R06", "line.description", "line 1", TEXTS["R06"]),
            Finding("R10", "withholding.withholding_type", "RT03", TEXTS["R10"]),
            Finding("R14", "document.document_date", "2027-01-01", "a date up to today, 2026-10-20"),
        ],
    ),
}

WARNED: Final[dict[str, Case]] = {
    "R05 name": (
        {"supplier_name": "Bottega del Girasole"},
        found(
            "R05",
            "document.supplier_name",
            "Bottega del Girasole",
            "a name like Acciai Montevuoto S.p.A., as in counterparties.csv for S001",
        ),
    ),
    "R13 check sum": (
        {"payment": [{"amount": d("122.00"), "iban": "IT00A9999999999000000000001"}]},
        found("R13", "payment.iban", "IT00A9999999999000000000001", "an IBAN whose check sum is right"),
    ),
    "R13 other supplier, with blanks": (
        {"payment": [{"amount": d("122.00"), "iban": "it32 G999 9999 9990 0000 0000 017"}]},
        found(
            "R13",
            "payment.iban",
            "it32 G999 9999 9990 0000 0000 017",
            "an IBAN of S001; it is that of G001 Counterparty G001",
        ),
    ),
    "R13 other supplier": (
        {"payment": [{"amount": d("122.00"), "iban": "IT32G9999999999000000000017"}]},
        found(
            "R13",
            "payment.iban",
            "IT32G9999999999000000000017",
            "an IBAN of S001; it is that of G001 Counterparty G001",
        ),
    ),
}

ACCEPTED: Final[dict[str, Mapping[str, Any]]] = {
    "company by tax code": {"customer_vat_number": None, "customer_tax_code": "09990019995"},
    "supplier by tax code": {"supplier_vat_number": None},
    "VAT group by tax code": GROUP_1,
    "VAT group by the other tax code": GROUP_1
    | {"supplier_tax_code": "09990209992", "supplier_name": "Counterparty G002"},
    "the same name in capitals": {"supplier_name": "ACCIAI MONTEVUOTO SPA"},
    "own IBAN": {
        **GROUP_1,
        "payment": [{"amount": d("122.00"), "iban": "IT32G9999999999000000000017"}],
    },
    "own IBAN with blanks": {
        **GROUP_1,
        "payment": [{"amount": d("122.00"), "iban": "IT32 G999 9999 9990 0000 0000 017"}],
    },
    **{
        f"type {code}": {"document_type": code}
        for code in ("TD02", "TD03", "TD05", "TD06", "TD07", "TD09", "TD22", "TD23", "TD24", "TD25", "TD26")
    },
    "type TD08": {
        "document_type": "TD08",
        "is_credit_note": True,
        "reference": [{"kind": "invoice", "number": "77"}],
    },
    "dated today": {"document_date": dt.date(2026, 10, 20)},
    "a cent off on each line": {
        "lines": [("Steel", "10.004", "22", None)] * 10,
        "vat": [vat("22", "100.00", "22.00")],
    },
}


@pytest.fixture(scope="module")
def recognised(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LedgerHome]:
    """A ledger to which all documents of the tables above came in one delivery."""
    home = make_home(tmp_path_factory.mktemp("home"), FULL)
    with home.trial():
        switch(home)
        documents: dict[str, Mapping[str, Any]] = {
            name: given for name, (given, _) in (STOPPED | WARNED).items()
        }
        documents |= ACCEPTED
        deliver(home, "d1", [document(document_number=name, **given) for name, given in documents.items()])
        yield home
    home.close()


@pytest.mark.parametrize("name", STOPPED)
def test_f06_what_is_not_recognised_stays_to_register_with_its_reasons(
    recognised: LedgerHome, name: str
) -> None:
    expected = STOPPED[name][1]
    assert findings(recognised, name) == expected
    assert statuses(recognised, name) == [(name, "to_register")]
    assert document_value(recognised, "reason_codes", name) == " ".join(f.finding_code for f in expected)
    assert (entry(recognised, name), items(recognised, name)) == ([], [])


@pytest.mark.parametrize("name", WARNED)
def test_f06_a_warning_does_not_stop_a_document(recognised: LedgerHome, name: str) -> None:
    assert findings(recognised, name) == WARNED[name][1]
    assert statuses(recognised, name) == [(name, "registered")]


@pytest.mark.parametrize("name", ACCEPTED)
def test_f02_what_is_recognised_is_registered_without_a_remark(recognised: LedgerHome, name: str) -> None:
    assert findings(recognised, name) == []
    assert statuses(recognised, name) == [(name, "registered")]


def test_f06_every_reason_of_the_interface_is_tried(recognised: LedgerHome) -> None:
    """R17 is for what cannot be read, which the tests of the readers try; R01 has its own tests below."""
    tried = {finding.finding_code for case in STOPPED | WARNED for finding in (STOPPED | WARNED)[case][1]}
    codes = {code for code in finding_codes() if code.startswith("R") and code[1:].isdigit()}
    assert codes - tried <= {"R01", "R17"}


def test_f06_each_case_of_a_date_that_does_not_do_has_its_own_remedy(recognised: LedgerHome) -> None:
    """R14: nobody is told to open a period for a date in the future."""
    remedies = recognised.rows(
        "SELECT document.document_number, finding.remedy FROM ledger.finding AS finding JOIN ledger.document "
        "AS document ON document.document_id = finding.document_id "
        "WHERE document.document_number LIKE 'R14%' AND finding.resolution IS NULL"
    )
    assert dict(remedies) == {
        "R14 future": "If the date is wrong then ask the supplier for a correct document and refuse this one "
        "(`partita refuse`); otherwise rerun its delivery from that day on.",
        "R14 closed": "Open the period in accounting_periods.csv, or change accounting_date_basis in "
        "settings.csv, then rerun.",
        "R14 no period": "Add the period to accounting_periods.csv, or change accounting_date_basis in "
        "settings.csv, then rerun.",
    }


def test_f06_a_supplier_is_told_from_others_by_all_of_his_numbers(recognised: LedgerHome) -> None:
    """Companies of a VAT group share one VAT number."""
    names = ("normal", "VAT group by tax code", "VAT group by the other tax code", "supplier by tax code")
    assert [document_value(recognised, "counterparty_code", name) for name in names[1:]] == [
        "G001",
        "G002",
        "S001",
    ]
    evidence = registration_value(recognised, "evidence", "supplier by tax code")
    assert str(evidence).startswith("Company by VAT number. Supplier by tax code. Account 7101001 by rule")


# --- R01: the same document again ---------------------------------------------------------------------------


def again(source_file: str, document_id: int, day: str = "2026-10-15") -> str:
    """What R01 expects instead."""
    return (
        f"a document that was not registered before; {source_file} (document D{document_id}) of {day}, "
        "122.00 EUR, has the same supplier, number and year"
    )


def test_r01_a_number_that_is_registered_already_names_the_other_document(trial_home: MakeHome) -> None:
    home = trial_home(FULL)
    switch(home)
    deliver(home, "d1", [document(document_number="7/A")])
    other = {"lines": [("Steel", "50.00", "22", None)]}
    deliver(home, "d2", [document(document_number="7/a", **other)])

    assert statuses(home) == [("7/A", "registered"), ("7/a", "to_register")]
    assert findings(home, "7/a") == found("R01", "document.document_number", "7/a", again("d1-1.xml", 1))


def test_r01_within_one_delivery_the_first_document_counts(trial_home: MakeHome) -> None:
    """The same number of another supplier, of another year, or of a credit note is another document."""
    home = trial_home(FULL)
    switch(home)
    half = [("Steel", "50.00", "22", None)]
    outcome = deliver(
        home,
        "d1",
        [
            document(document_number="8"),
            document(document_number="8", lines=half),
            document(document_number="8", supplier="S003", lines=half),
            document(document_number="8", lines=half, document_date=dt.date(2025, 10, 15)),
            document(document_number="8", lines=half, company="BREZZA"),
            document(
                document_number="8", lines=half, reference=[{"kind": "invoice", "number": "8"}], **CREDIT_NOTE
            ),
        ],
    )
    assert [status for _, status in statuses(home)] == [
        "registered",
        "to_register",
        *("registered",) * 4,
    ]
    assert findings(home, "8") == found("R01", "document.document_number", "8", again("d1-1.xml", 1))
    assert (outcome.counts["registered_count"], outcome.counts["waiting_count"]) == (5, 1)


def test_r01_the_same_document_in_another_file_is_closed_as_repeated(trial_home: MakeHome) -> None:
    """The plain file and its signed envelope say the same; they come together or on different days."""
    home = trial_home(FULL)
    switch(home)
    first = deliver(home, "d1", [document(), document()])
    second = deliver(home, "d2", [document()])

    assert statuses(home) == [("1/A", "registered"), ("1/A", "repeated"), ("1/A", "repeated")]
    assert home.rows("SELECT closed_reason FROM ledger.document ORDER BY document_id") == [
        ("automatic",),
        ("the same as document 1",),
        ("the same as document 1",),
    ]
    assert open_codes(home) == []
    assert (first.is_closed, second.is_closed, second.counts["repeated_count"]) == (True, True, 1)


@pytest.mark.parametrize("status", ["handled", "refused"])
def test_r01_what_a_person_closed_does_not_come_back_in_another_envelope(
    trial_home: MakeHome, status: str
) -> None:
    """What was handled elsewhere is in the books; what was refused stays so until it says something else."""
    home = trial_home(FULL)
    deliver(home, "d1", [document()])
    home.workbench.execute("UPDATE ledger.document SET status = ?", [status])
    home.workbench.execute("UPDATE ledger.finding SET resolution = 'dismissed'")
    switch(home)
    deliver(home, "d2", [document(), document(lines=[("Steel", "50.00", "22", None)])])

    assert [each for _, each in statuses(home)] == [
        status,
        "repeated",
        "to_register" if status == "handled" else "registered",
    ]
    assert findings(home, "1/A") == (
        found("R01", "document.document_number", "1/A", again("d1-1.xml", 1)) if status == "handled" else []
    )


# --- A bad document does not stop the others ----------------------------------------------------------------


MOST: Final = d("99999999999999.9999")
TINY: Final = ("Steel", "0.00000001", "22", None)
ABSURD: Final[dict[str, Mapping[str, Any]]] = {
    "total": {"total_amount": MOST},
    "prices": {
        "lines": [("Steel", "99999999999999999999.99999999", "22", None)] * 3,
        "vat": [vat("22", "100", "22")],
    },
    "prices that cancel each other": {
        "lines": [
            ("Steel", "99999999999999999999.00", "22", None),
            ("Steel", "-99999999999999999999.00", "22", None),
            ("Steel", "100.00", "22", None),
        ],
    },
    "everything": {
        "vat": [vat("22", str(MOST), str(MOST), rounding_amount=MOST, ancillary_amount=MOST)] * 3,
        "total_amount": MOST,
        "rounding_amount": MOST,
        "stamp_duty_amount": MOST,
        "payment": [{"amount": MOST}] * 3,
        "withholding": [RT01 | {"amount": MOST}] * 3,
        "welfare_fund": [{"fund_type": "TC22", "amount": MOST}, {"fund_type": "TC07", "amount": MOST}],
        "adjustment": [{"kind": "charge", "amount": MOST}] * 3,
    },
    "withholding": {"withholding": [RT01 | {"amount": MOST}]},
    "dollars": {"lines": [("Steel", str(MOST), "0", "N4")], "currency_code": "USD"},
}


def test_f12_absurd_amounts_stop_their_document_and_no_other(trial_home: MakeHome) -> None:
    home = trial_home(FULL)
    switch(home)
    documents = [document(document_number=name, **given) for name, given in ABSURD.items()]
    nothing = document(document_number="nothing", lines=[TINY, TINY], vat=[vat("22", "0", "0")])
    deliver(home, "d1", [*documents, nothing, document(document_number="good")])

    assert statuses(home) == [
        *((name, "to_register") for name in ABSURD),
        ("nothing", "registered"),
        ("good", "registered"),
    ]
    assert {code for name, code in open_codes(home)} <= {"R09", "R12"}
    assert entry(home, "nothing") == []


def test_f12_a_document_without_its_values_stops_itself_and_no_other(trial_home: MakeHome) -> None:
    """What must be there and is not is R17; no rule trips over it."""
    home = trial_home(FULL)
    switch(home)
    empty = document(document_number="empty")
    for records in empty.records.values():
        for record in records:
            for column in set(record) - {"document_number", "format", "ordinal", "line_number"}:
                record[column] = False if column == "is_credit_note" else None
    undated = document(document_number="undated", document_date=None)
    deliver(home, "d1", [empty, undated, document(document_number="good")])

    assert statuses(home) == [("empty", "to_register"), ("undated", "to_register"), ("good", "registered")]
    assert findings(home, "undated") == [
        Finding(
            "R17",
            "document.document_date",
            "",
            "a value, for without it the document cannot be judged",
        )
    ]
    assert {("empty", "R02"), ("empty", "R03"), ("empty", "R08"), ("empty", "R17")} <= set(open_codes(home))


# --- Decisions of a person ----------------------------------------------------------------------------------


def test_f06_a_document_is_registered_by_hand_with_an_account(trial_home: MakeHome) -> None:
    home = trial_home(FULL)
    deliver(home, "d1", [document(supplier="S002")])
    assert open_codes(home) == [("1/A", "R06")]
    decide(home, document_id(home, "1/A"), account_code="7106001", vat_code="22", by="paola")
    deliver(home, "d1", [document(supplier="S002")])

    assert statuses(home) == [("1/A", "registered")]
    assert open_codes(home) == []
    assert entry(home, "1/A") == [
        ("7106001", "100.00", "cost"),
        ("1502001", "22.00", "VAT 22"),
        ("4000002", "-122.00", "item"),
    ]
    assert [
        registration_value(home, column, "1/A")
        for column in ("registered_by", "requested_by", "supplier_account_code")
    ] == ["manual", "paola", "4000002"]
    assert registration_value(home, "evidence", "1/A") == (
        "Company by VAT number. Supplier by VAT number and tax code. Account 7106001 by manual, VAT code 22. "
        "Total: base and VAT. Lines: lines. Instalments: no payments: due by the terms"
    )


def test_f06_a_decision_does_not_pass_over_what_is_wrong_with_a_document(trial_home: MakeHome) -> None:
    home = trial_home(FULL)
    documents = [document(total_amount=d("130.00"))]
    deliver(home, "d1", documents)
    decide(home, document_id(home, "1/A"), account_code="7106001")
    deliver(home, "d1", documents)
    assert statuses(home) == [("1/A", "to_register")]
    assert open_codes(home) == [("1/A", "R09")]


def test_f06_an_account_alone_leaves_the_vat_code_to_the_rules_also_where_that_of_the_rule_does_not_fit(
    trial_home: MakeHome,
) -> None:
    """The rule names the code 22; the VAT of this document is due on payment, for which there is 22D."""
    home = trial_home(FULL)
    documents = [document(vat=[vat("22", "100.00", "22.00", exigibility="D")])]
    deliver(home, "d1", documents)
    decide(home, document_id(home, "1/A"), account_code="7106001")
    deliver(home, "d1", documents)
    assert (statuses(home), open_codes(home)) == ([("1/A", "registered")], [])
    assert home.rows("SELECT account_code, vat_code FROM ledger.registration_part") == [("7106001", "22D")]


def test_r07_a_vat_code_that_a_person_chose_must_fit_also_without_an_account(trial_home: MakeHome) -> None:
    home = trial_home(FULL)
    deliver(home, "d1", [document()])
    decide(home, document_id(home, "1/A"), vat_code="10")
    deliver(home, "d1", [document()])
    assert statuses(home) == [("1/A", "to_register")]
    assert findings(home, "1/A") == found(
        "R07", "vat_summary.vat_rate", "22 % 10", "a VAT code with this rate and nature; 10 has another one"
    )
