"""Payment terms: the due date is the net one, discounts are conditions, other dates are shown (F11)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.invoices.readers import read_documents
from assets.invoices.terms import days_of
from samples.invoice_files import body, cii, fatturapa, leaf, leaves, payment, payments, tag, ubl

D = Decimal
NET = "PaymentTerms/PaymentDueDate"
MEANS = "PaymentMeans/PaymentDueDate"
CII = "SpecifiedTradePaymentTerms/DueDateDateTime"


@dataclass
class Terms:
    """What was read: instalments, conditions, other dates, and days of discounts without a net date."""

    instalments: Sequence[tuple[str | None, str]]
    conditions: Sequence[Mapping[str, str]] = field(default_factory=list)
    other_dates: Sequence[tuple[str, str]] = field(default_factory=list)
    without_net_date: Sequence[str] = field(default_factory=list)


def terms_of(xml: str) -> Terms:
    """The terms of the only document of a file."""
    read = read_documents(xml.encode(), "x.xml")
    (document,) = read.documents
    assert {finding.finding_code for finding in read.findings} <= {"net_due_date_missing"}
    return Terms(
        [(_text(row.get("due_date")), str(row["amount"])) for row in document.records["payment"]],
        [
            {name: str(value) for name, value in row.items() if name != "ordinal" and value is not None}
            for row in document.records["payment_condition"]
        ],
        [(row["field"], str(row["date"])) for row in document.records["other_date"]],
        [finding.raw_value or "" for finding in read.findings],
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def ubl_terms(*terms: str, due: str | None = "2026-12-01", means: str | None = None, **more: Any) -> Terms:
    """A UBL invoice of 242.00 dated 16 October 2026 with these terms."""
    xml = ubl(terms="".join(terms), due=due, **more)
    if means is not None:
        xml = xml.replace(
            "<cac:PayeeFinancialAccount>", leaf("cbc:PaymentDueDate", means) + "<cac:PayeeFinancialAccount>"
        )
    return terms_of(xml)


def set_of(**leaves_by_name: str) -> str:
    """One cac:PaymentTerms."""
    return tag("cac:PaymentTerms", leaves(**{f"cbc:{name}": text for name, text in leaves_by_name.items()}))


def cii_terms(*terms: str) -> Terms:
    """A CII invoice of 357.00 dated 19 October 2026 with these terms."""
    return terms_of(cii(settlement="".join(terms)))


def trade(
    due: str | None = None, *, amount: str | None = None, note: str | None = None, discount: str | None = None
) -> str:
    """One ram:SpecifiedTradePaymentTerms."""
    return tag(
        "ram:SpecifiedTradePaymentTerms",
        leaf("ram:Description", note),
        tag("ram:DueDateDateTime", leaf("udt:DateTimeString", due, format="102")) if due else None,
        leaf("ram:PartialPaymentAmount", amount),
        tag("ram:ApplicableTradePaymentDiscountTerms", discount) if discount is not None else None,
    )


def off(
    pct: str | None = "3.00",
    *,
    days: str | None = None,
    unit: str = "DAY",
    basis: str | None = None,
    amount: str | None = None,
) -> str:
    """What stands in the discount of such terms."""
    return "".join(
        [
            tag("ram:BasisDateTime", leaf("udt:DateTimeString", basis, format="102")) if basis else "",
            leaf("ram:BasisPeriodMeasure", days, unitCode=unit),
            leaf("ram:CalculationPercent", pct),
            leaf("ram:ActualDiscountAmount", amount),
        ]
    )


WHOLE = [("2026-12-01", "242.00")]


def test_ubl_dates_of_an_invoice_count_in_their_order_and_the_others_are_shown() -> None:
    assert ubl_terms(set_of(PaymentDueDate="2026-12-20"), means="2026-11-05") == Terms(
        WHOLE, other_dates=[(MEANS, "2026-11-05"), (NET, "2026-12-20")]
    )
    assert ubl_terms(set_of(PaymentDueDate="2026-12-20"), due=None, means="2026-11-05") == Terms(
        [("2026-11-05", "242.00")], other_dates=[(NET, "2026-12-20")]
    )
    assert ubl_terms(set_of(PaymentDueDate="2026-12-20"), due=None) == Terms([("2026-12-20", "242.00")])
    assert ubl_terms(due=None) == Terms([(None, "242.00")])


def test_ubl_of_a_credit_note_the_date_of_its_means_is_the_due_date() -> None:
    read = ubl_terms(means="2026-11-05", kind="381", is_credit_note=True)
    assert read == Terms([("2026-11-05", "242.00")], other_dates=[("DueDate", "2026-12-01")])


def test_ubl_equal_dates_are_one() -> None:
    assert ubl_terms(set_of(PaymentDueDate="2026-12-01"), means="2026-12-01") == Terms(WHOLE)


@pytest.mark.parametrize(
    ("written", "condition"),
    [
        (
            {"SettlementDiscountPercent": "2", "Amount": "237.16", "PaymentDueDate": "2026-10-24"},
            {"discount_pct": "2", "discounted_amount": "237.16", "discount_date": "2026-10-24"},
        ),
        (
            {"SettlementDiscountPercent": "2", "Amount": "4.84", "PaymentDueDate": "2026-10-24"},
            {"discount_pct": "2", "discount_amount": "4.84", "discount_date": "2026-10-24"},
        ),
        (
            {"Amount": "237.16", "PaymentDueDate": "2026-10-24"},
            {"discounted_amount": "237.16", "discount_date": "2026-10-24"},
        ),
        (
            {"SettlementDiscountAmount": "4.84", "Amount": "242.00", "PaymentDueDate": "2026-10-24"},
            {"discount_amount": "4.84", "discount_date": "2026-10-24"},
        ),
        (
            {"Note": "#SKONTO#TAGE=8#PROZENT=2.00#", "Amount": "237.16"},
            {
                "discount_pct": "2.00",
                "discount_days": "8",
                "discount_date": "2026-10-24",
                "discounted_amount": "237.16",
                "description": "#SKONTO#TAGE=8#PROZENT=2.00#",
            },
        ),
    ],
    ids=[
        "percent and amount",
        "percent and what it takes off",
        "amount alone",
        "amount that is taken off",
        "XRechnung",
    ],
)
def test_ubl_what_is_left_after_a_discount_is_no_instalment(
    written: dict[str, str], condition: dict[str, str]
) -> None:
    assert ubl_terms(set_of(**written)) == Terms(WHOLE, [condition])


def test_ubl_an_amount_below_half_of_what_is_payable_is_no_discount_and_stays_for_a_person_to_see() -> None:
    assert ubl_terms(set_of(Amount="100.00")) == Terms([("2026-12-01", "100.00")])


def test_ubl_a_period_of_settlement_says_until_when() -> None:
    period = tag("cac:SettlementPeriod", leaf("cbc:EndDate", "2026-10-24"))
    terms = tag("cac:PaymentTerms", leaf("cbc:SettlementDiscountPercent", "2"), period)
    weeks = tag("cac:SettlementPeriod", leaf("cbc:DurationMeasure", "2", unitCode="WEE"))
    others = tag("cac:PaymentTerms", leaf("cbc:SettlementDiscountPercent", "1"), weeks)
    assert ubl_terms(terms, others) == Terms(
        WHOLE,
        [
            {"discount_pct": "2", "discount_date": "2026-10-24"},
            {"discount_pct": "1", "discount_days": "14", "discount_date": "2026-10-30"},
        ],
    )


def test_ubl_an_amount_of_zero_says_nothing() -> None:
    assert ubl_terms(set_of(Note="30 days", Amount="0.00")) == Terms(WHOLE)


def test_ubl_amounts_that_add_up_are_instalments_with_dates_of_their_own() -> None:
    assert ubl_terms(
        set_of(Amount="100.00", InstallmentDueDate="2026-11-30"),
        set_of(Amount="142.00", PaymentDueDate="2026-12-31"),
    ) == Terms([("2026-11-30", "100.00"), ("2026-12-31", "142.00")], other_dates=[("DueDate", "2026-12-01")])


def test_ubl_amounts_that_do_not_add_up_stay_instalments_for_a_person_to_see() -> None:
    read = ubl_terms(set_of(Amount="100.00"), set_of(Amount="100.00", PaymentDueDate="2026-12-31"))
    assert read == Terms([("2026-12-01", "100.00"), ("2026-12-31", "100.00")])


def test_ubl_beside_the_whole_amount_a_smaller_one_is_what_is_left_after_a_discount() -> None:
    read = ubl_terms(
        set_of(Amount="237.16", PaymentDueDate="2026-10-24"),
        set_of(Amount="242.00", PaymentDueDate="2026-11-15"),
        due=None,
    )
    assert read == Terms(
        [("2026-11-15", "242.00")], [{"discount_date": "2026-10-24", "discounted_amount": "237.16"}]
    )


def test_ubl_percentages_of_the_whole_are_instalments_that_add_up() -> None:
    read = ubl_terms(
        *(
            set_of(PaymentPercent=pct, PaymentDueDate=day)
            for pct, day in (("33.33", "2026-11-30"), ("66.67", "2026-12-31"))
        ),
        due=None,
    )
    assert read == Terms([("2026-11-30", "80.66"), ("2026-12-31", "161.34")])


def test_cii_the_terms_with_a_discount_give_no_due_date_wherever_they_stand() -> None:
    discounted, net = trade("20261029", discount=off()), trade("20261118", note="ohne Abzug")
    expected = Terms([("2026-11-18", "357.00")], [{"discount_pct": "3.00", "discount_date": "2026-10-29"}])
    assert cii_terms(discounted, net) == expected
    assert cii_terms(net, discounted) == expected


@pytest.mark.parametrize(
    ("discount", "condition"),
    [
        (off(days="10"), {"discount_pct": "3.00", "discount_days": "10", "discount_date": "2026-10-29"}),
        (off(days="10.00"), {"discount_pct": "3.00", "discount_days": "10", "discount_date": "2026-10-29"}),
        (
            off(days="1", unit="MON"),
            {"discount_pct": "3.00", "discount_days": "31", "discount_date": "2026-11-19"},
        ),
        (
            off(days="10", basis="20261101"),
            {"discount_pct": "3.00", "discount_days": "10", "discount_date": "2026-11-11"},
        ),
        (off(basis="20261103"), {"discount_pct": "3.00", "discount_date": "2026-11-03"}),
        (off(basis="20261019"), {"discount_pct": "3.00"}),
        (
            off(None, amount="7.00", days="5"),
            {"discount_amount": "7.00", "discount_days": "5", "discount_date": "2026-10-24"},
        ),
    ],
    ids=[
        "days",
        "decimals",
        "months",
        "from a day",
        "until a day",
        "from the date of the document",
        "amount",
    ],
)
def test_cii_a_discount_with_a_day_of_its_own_leaves_its_terms_the_net_due_date(
    discount: str, condition: dict[str, str]
) -> None:
    assert cii_terms(trade("20261218", discount=discount)) == Terms([("2026-12-18", "357.00")], [condition])


def test_cii_where_only_a_discount_has_a_date_there_is_no_due_date() -> None:
    assert cii_terms(trade("20261029", discount=off())) == Terms(
        [(None, "357.00")],
        [{"discount_pct": "3.00", "discount_date": "2026-10-29"}],
        without_net_date=["2026-10-29"],
    )
    assert cii_terms(trade("20261029", discount=off(days="10"))) == Terms(
        [(None, "357.00")],
        [{"discount_pct": "3.00", "discount_days": "10", "discount_date": "2026-10-29"}],
        without_net_date=["2026-10-29"],
    )


def test_cii_a_discount_of_zero_per_cent_is_none() -> None:
    assert cii_terms(trade("20261118", discount=off("0.00", days="30"))) == Terms([("2026-11-18", "357.00")])


def test_cii_xrechnung_writes_discounts_into_the_text_beside_the_net_due_date() -> None:
    note = (
        "#SKONTO#TAGE=7#PROZENT=3.00#\n#SKONTO#TAGE=14#PROZENT=2.00#BASISBETRAG=357.00#\n"
        "#VERZUG#TAGE=30#PROZENT=5.00#"
    )
    words = " ".join(note.split())
    assert cii_terms(trade("20261118", note=note)) == Terms(
        [("2026-11-18", "357.00")],
        [
            {
                "discount_pct": "3.00",
                "discount_days": "7",
                "discount_date": "2026-10-26",
                "description": words,
            },
            {
                "discount_pct": "2.00",
                "discount_days": "14",
                "discount_date": "2026-11-02",
                "description": words,
            },
        ],
    )


def test_cii_the_partial_payment_of_a_discount_is_no_instalment() -> None:
    assert cii_terms(trade("20261029", amount="346.29", discount=off()), trade("20261118")) == Terms(
        [("2026-11-18", "357.00")],
        [{"discount_pct": "3.00", "discount_date": "2026-10-29", "discounted_amount": "346.29"}],
    )


def test_cii_partial_payments_of_net_terms_are_instalments() -> None:
    assert cii_terms(trade("20261118", amount="57.00"), trade("20261218", amount="300.00")) == Terms(
        [("2026-11-18", "57.00"), ("2026-12-18", "300.00")]
    )


def test_cii_a_lone_partial_payment_stays_for_a_person_to_see() -> None:
    assert cii_terms(trade("20261118", amount="57.00")) == Terms([("2026-11-18", "57.00")])


def test_cii_of_several_net_dates_the_last_counts() -> None:
    assert cii_terms(trade("20261102", note="2 % bis dahin"), trade("20261118")) == Terms(
        [("2026-11-18", "357.00")], other_dates=[(CII, "2026-11-02")]
    )


def test_fatturapa_a_discount_for_paying_early_is_a_condition() -> None:
    early = leaves(ScontoPagamentoAnticipato="2.44", DataLimitePagamentoAnticipato="2026-10-20")
    late = leaves(DataDecorrenzaPenale="2026-12-31", PenalitaPagamentiRitardati="5.00")
    nothing = leaves(ScontoPagamentoAnticipato="0.00", DataLimitePagamentoAnticipato="2026-10-20")
    paid = payments(payment("61.00", more=early), payment("61.00", "2026-12-31", more=late + nothing))
    assert terms_of(fatturapa(body(paid=[paid]))) == Terms(
        [("2026-11-30", "61.00"), ("2026-12-31", "61.00")],
        [{"discount_amount": "2.44", "discount_date": "2026-10-20"}],
        [("DettaglioPagamento/DataDecorrenzaPenale", "2026-12-31")],
    )


def test_fatturapa_days_that_lead_to_another_date_than_the_one_stated_are_shown() -> None:
    start = leaves(DataRiferimentoTerminiPagamento="2026-10-31", GiorniTerminiPagamento="60")
    assert terms_of(fatturapa(body(paid=[payments(payment(due="2026-11-30", more=start))]))) == Terms(
        [("2026-11-30", "122.00")],
        other_dates=[("DettaglioPagamento/GiorniTerminiPagamento", "2026-12-30")],
    )


@pytest.mark.parametrize(
    ("measure", "unit", "days"),
    [
        ("30", None, 30),
        ("2", "wee", 14),
        ("1", "MON", 28),
        ("1.5", "DAY", None),
        ("1", "ANN", None),
        ("9999", "DAY", None),
    ],
)
def test_a_period_is_one_of_days_weeks_or_months(measure: str, unit: str | None, days: int | None) -> None:
    assert days_of(measure, unit, dt.date(2026, 1, 31)) == days


_CENTS = st.integers(1, 40_000).map(lambda cents: str(D(cents) / 100))
_DAYS = st.dates(dt.date(2026, 10, 1), dt.date(2027, 3, 31)).map(str)
_TERM = st.fixed_dictionaries(
    {},
    optional={
        "Amount": st.one_of(_CENTS, st.just("0.00"), st.just("242.00")),
        "PaymentDueDate": _DAYS,
        "InstallmentDueDate": _DAYS,
        "SettlementDiscountPercent": st.sampled_from(["0", "2", "3.5"]),
        "Note": st.sampled_from(["30 days", "#SKONTO#TAGE=8#PROZENT=2.00#"]),
    },
)


@given(st.lists(_TERM, max_size=4), st.none() | _DAYS)
def test_ubl_whatever_the_terms_say_every_date_is_kept_and_no_discount_is_an_instalment(
    terms: list[dict[str, str]], due: str | None
) -> None:
    read = ubl_terms(*(set_of(**each) for each in terms), due=due)
    said = {each[name] for each in terms for name in ("PaymentDueDate", "InstallmentDueDate") if name in each}
    kept = {day for day, _ in read.instalments} | {day for _, day in read.other_dates}
    kept |= {each.get("discount_date") for each in read.conditions}
    assert said | ({due} if due else set()) <= kept
    assert read.instalments, "there is something to pay"
    if due is not None and len(read.instalments) == 1:
        assert read.instalments[0][0] == due
    reduced = {each["discounted_amount"] for each in read.conditions if "discounted_amount" in each}
    assert all(D(amount) < D("242.00") for amount in reduced)
    whole = [
        each
        for each in terms
        if float(each.get("SettlementDiscountPercent", "0")) or "#" in each.get("Note", "")
    ]
    assert len(read.conditions) >= len(whole)
