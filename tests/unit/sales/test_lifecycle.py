"""Once, whatever happens again: drafts, repeated invoices, changes after booking, corrected files."""

from __future__ import annotations

import pytest

from samples.sales_files import csv_of, row
from tests.conftest import MakeHome
from tests.support.ledgers import LedgerHome, import_bytes, ledger_state, period, sales_rule
from tests.support.sales import DATA, ITEMS, POSTINGS, import_sales, invoice, invoices, json_of, plain
from tests.support.whole_ledger import invariants_of

LINES = "SELECT line_number, description, net_amount, account_code FROM ledger.sales_line ORDER BY ALL"
IMPORTS = """
    SELECT source_file, status, movement_count, posted_movement_count, repeated_movement_count
    FROM ledger.file_import ORDER BY import_id
"""
CHANGES = ("document_number", "total_amount", "changed_import_id", "changed_detail")


@pytest.fixture
def home(trial_home: MakeHome) -> LedgerHome:
    """The data of `tests.support.sales` in force."""
    return trial_home(DATA)


def test_t01_a_draft_is_kept_and_not_posted_and_keeps_no_file_red(home: LedgerHome) -> None:
    """T01: not even where its customer and its account are unknown yet."""
    imported = import_sales(home, "a.csv", csv_of(row(status="draft", customer_code="NEW", vat_rate="10")))
    assert (imported.outcome.status, imported.findings) == ("posted", [])
    assert invoices(home, "status", "source_status", "customer_code", "total_amount", "entry_id") == [
        ("draft", "draft", None, "110.00", None)
    ]
    assert plain(home, LINES) == [(1, "Saws", "100.00", None)]
    assert (plain(home, POSTINGS), plain(home, ITEMS)) == ([], [])


def test_t01_a_later_file_books_a_draft_with_the_content_that_it_has_then(home: LedgerHome) -> None:
    """T01: the draft's lines that are gone are gone."""
    draft = [row(status="draft", document_number="7", net_amount=amount) for amount in ("1.00", "2.00")]
    import_sales(home, "a.csv", csv_of(*draft))
    before = invoices(home, "invoice_id", "reference")
    import_sales(home, "b.csv", csv_of(row(document_number="7", status="booked", description="Files")))
    assert invoices(home, "invoice_id", "reference") == before
    assert invoices(home, "status", "source_status", "total_amount") == [("booked", "booked", "122.00")]
    assert plain(home, LINES) == [(1, "Files", "100.00", "7001001")]
    assert [posting[1:4] for posting in plain(home, POSTINGS)] == [
        ("1500001", "122.00", "0.00"),
        ("7001001", "0.00", "100.00"),
        ("4502001", "0.00", "22.00"),
    ]


def test_a_draft_may_change_as_often_as_it_likes(home: LedgerHome) -> None:
    for number, amount in enumerate(("10.00", "20.00", "30.00")):
        import_sales(home, f"{number}.csv", csv_of(row(status="draft", net_amount=amount)))
    assert invoices(home, "status", "net_amount", "changed_detail") == [("draft", "30.00", None)]


def test_d12_the_same_invoice_in_another_file_changes_nothing(home: LedgerHome) -> None:
    """D12: in another form, with another spelling of the customer and a new status."""
    import_sales(home, "a.csv", csv_of(row()))
    before = ledger_state(home)
    again = invoice(status="booked", customer_code=None, customer_vat_number="IT09990049992")
    import_sales(home, "b.json", json_of(again))
    import_sales(home, "c.csv", csv_of(row(status="draft")))
    assert ledger_state(home) == before
    assert plain(home, IMPORTS) == [
        ("a.csv", "posted", 1, 1, 0),
        ("b.json", "posted", 1, 0, 1),
        ("c.csv", "posted", 1, 0, 1),
    ]
    assert invariants_of(home.workbench) == {}


def test_d12_one_invoice_twice_in_a_file_is_booked_once(home: LedgerHome) -> None:
    imported = import_sales(home, "a.json", json_of(invoice(status="draft"), invoice(), invoice()))
    assert imported.outcome.counts["posted_movement_count"] == 1
    assert invoices(home, "status", "position") == [("booked", 2)]


def test_t05_other_content_after_booking_is_noted_and_changes_nothing(home: LedgerHome) -> None:
    """T05: with what differs; the newest counts, and the old content takes the note away."""
    import_sales(home, "a.csv", csv_of(row()))
    before = (plain(home, POSTINGS), plain(home, ITEMS), plain(home, LINES))
    import_sales(home, "b.csv", csv_of(row(customer_code="C002", document_date="2026-10-06")))
    assert invoices(home, *CHANGES) == [
        (
            "1",
            "122.00",
            2,
            "customer C001 became C002; document_date 2026-10-05 became 2026-10-06; "
            "instalments 2026-10-05 122.00 became 2026-10-06 122.00",
        )
    ]
    second = row(document_number="1", description="More")
    import_sales(home, "c.csv", csv_of(row(account_code="7001002"), second))
    assert invoices(home, *CHANGES) == [
        (
            "1",
            "122.00",
            3,
            "total_amount 122.00 became 244.00; vat_amount 22.00 became 44.00; instalments 2026-10-05 122.00 "
            "became 2026-10-05 244.00; line 1: account_code 7001001 became 7001002; line 2: is new",
        )
    ]
    assert (plain(home, POSTINGS), plain(home, ITEMS), plain(home, LINES)) == before
    import_sales(home, "d.json", json_of(invoice()))
    assert invoices(home, *CHANGES) == [("1", "122.00", None, None)]


def test_t05_a_changed_invoice_is_not_judged_by_rules_that_came_later(home: LedgerHome) -> None:
    """T05: a rerun of an old file finds its invoices booked, whatever the rules say by now."""
    good, bad = row(), row(document_number="2", vat_rate="10")
    import_sales(home, "a.csv", csv_of(good, bad))
    home.load_reference(DATA.replace(sales_rules=(sales_rule("ONLY-10", vat_rate="10"),)))
    again = import_sales(home, "a.csv", csv_of(good, bad))
    assert (again.outcome.status, again.findings) == ("posted", [])
    assert again.outcome.counts["posted_movement_count"] == 2
    assert [posting[0] for posting in plain(home, POSTINGS)] == ["1"] * 3 + ["2"] * 3
    assert plain(home, "SELECT attempt, status, posted_movement_count FROM ledger.import_attempt") == [
        (1, "incomplete", 1),
        (2, "posted", 2),
    ]


def test_d06_what_is_wrong_keeps_its_invoice_out_and_no_other(home: LedgerHome) -> None:
    data = csv_of(row(), row(document_number="2", vat_rate="x"), row(document_number="3", vat_rate="10"))
    imported = import_sales(home, "a.csv", data)
    assert (imported.outcome.status, imported.outcome.counts["posted_movement_count"]) == ("incomplete", 1)
    assert invoices(home, "document_number") == [("1",)]
    assert invariants_of(home.workbench) == {}


def test_d12_a_corrected_file_mends_the_failed_one(home: LedgerHome) -> None:
    """D12: invoice by invoice, whatever the names of the files; what nobody mends stays."""
    two = csv_of(row(document_number="2", vat_rate="x"), row(document_number="3", vat_rate="10"))
    import_sales(home, "a.csv", two)
    second = import_sales(home, "b.csv", csv_of(row(document_number="2")))
    assert second.outcome.superseded_keys == ()
    third = import_sales(home, "c.json", json_of(invoice(document_number="3")))
    assert [key.partition("@")[0] for key in third.outcome.superseded_keys] == ["a"]
    assert [found[:2] for found in plain(home, IMPORTS)] == [
        ("a.csv", "superseded"),
        ("b.csv", "posted"),
        ("c.json", "posted"),
    ]
    assert ledger_state(home).findings == []


@pytest.mark.parametrize("wrong", [{"vat_rate": "x"}, {"customer_code": "NEW"}], ids=["value", "customer"])
def test_d12_what_another_file_mended_is_not_found_again_by_a_rerun(
    home: LedgerHome, wrong: dict[str, str]
) -> None:
    two = csv_of(row(document_number="2", **wrong), row(document_number="3", customer_code="NEW"))
    import_sales(home, "a.csv", two)
    import_sales(home, "b.csv", csv_of(row(document_number="2")))
    before = (plain(home, POSTINGS), plain(home, ITEMS))

    again = import_sales(home, "a.csv", two)

    assert [(found.finding_code, found.line_number) for found in again.findings] == [
        ("sales_customer_unknown", 3)
    ]
    assert (again.outcome.status, again.outcome.counts["error_count"]) == ("incomplete", 1)
    assert (plain(home, POSTINGS), plain(home, ITEMS)) == before
    import_sales(home, "c.csv", csv_of(row(document_number="3")))
    assert [found[:2] for found in plain(home, IMPORTS)] == [
        ("a.csv", "superseded"),
        ("b.csv", "posted"),
        ("c.csv", "posted"),
    ]


_OLD = DATA.replace(
    periods=(period("2020", "2020-01-01", "2020-12-31"), period("2090", "2090-01-01", "2090-12-31"))
)


def _old(number: str, date: str = "2020-05-05", **values: str) -> dict[str, str]:
    """A row of a file that came long after its date."""
    return row(document_number=number, document_date=date, **values)


def test_d12_a_corrected_file_of_the_same_name_mends_dates_that_could_not_be_read(
    trial_home: MakeHome,
) -> None:
    home = trial_home(_OLD)
    wrong = csv_of(_old("2", "05/05/20"), _old("3", "?"), _old("4"))
    first = import_sales(home, "sales.csv", wrong)

    second = import_sales(home, "sales.csv", csv_of(_old("2"), _old("3"), _old("4")))

    assert (first.outcome.status, len(first.findings)) == ("incomplete", 2)
    assert second.outcome.superseded_keys == (first.outcome.partition_key,)
    assert ledger_state(home).findings == []
    assert invariants_of(home.workbench) == {}


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("other.csv", [_old("2"), _old("3")]),
        ("sales.csv", [_old("2")]),
        ("sales.csv", [_old("2"), _old("3", kind="credit_note")]),
        ("sales.csv", [_old("2"), _old("3", status="draft")]),
        ("sales.csv", [_old("2"), _old("3"), _old("5", customer_code="NEW")]),
        ("sales.csv", [_old("2"), _old("3", "2090-05-05")]),
    ],
    ids=["another name", "one is missing", "another kind", "a draft", "kept out itself", "another year"],
)
def test_d12_a_date_that_could_not_be_read_stays_open_beside_anything_else(
    trial_home: MakeHome, name: str, rows: list[dict[str, str]]
) -> None:
    home = trial_home(_OLD)
    first = import_sales(home, "sales.csv", csv_of(_old("2", "05/05/20"), _old("3", "?")))

    second = import_sales(home, name, csv_of(*rows))

    assert second.outcome.superseded_keys == ()
    found = [each for _, each in ledger_state(home).findings if each.field == "document_date"]
    assert (first.outcome.status, [each.raw_value for each in found]) == ("failed", ["05/05/20", "?"])


def test_d12_a_date_that_another_file_mended_is_not_found_again_by_a_rerun(trial_home: MakeHome) -> None:
    home = trial_home(_OLD)
    wrong = csv_of(_old("2", "05/05/20"), _old("3", customer_code="NEW"))
    import_sales(home, "sales.csv", wrong)
    import_sales(home, "sales.csv", csv_of(_old("2")))

    again = import_sales(home, "sales.csv", wrong)

    assert [found.finding_code for found in again.findings] == ["sales_customer_unknown"]


def test_the_same_bytes_may_lie_among_the_e_invoices_as_well(make_home: MakeHome) -> None:
    """A file that was dropped into the wrong inbox first is taken from the right one: its key is another."""
    home = make_home(DATA)
    data = csv_of(row())
    trace = import_bytes(home, "sales.csv", data)
    sales = import_sales(home, "sales.csv", data)
    assert (trace.outcome.status, sales.outcome.status) == ("failed", "posted")
    digest = trace.outcome.content_sha256[:12]
    assert [trace.outcome.partition_key, sales.outcome.partition_key] == [
        f"sales@{digest}.csv",
        f"sales@s{digest}.csv",
    ]


def test_a_rerun_of_an_older_file_takes_nothing_back_that_a_newer_one_said(home: LedgerHome) -> None:
    """T05: the newer file's draft stays, and what it booked did not change at its source."""
    unknown = row(document_number="9", customer_code="NEW")
    older = csv_of(
        row(document_number="7", total_amount="500.00"),
        row(document_number="8", status="draft", net_amount="1.00"),
        unknown,
    )
    import_sales(home, "a.csv", older)
    import_sales(
        home,
        "b.csv",
        csv_of(row(document_number="7"), row(document_number="8", status="draft", net_amount="2.00")),
    )
    before = invoices(home, *CHANGES, "import_id")
    again = import_sales(home, "a.csv", older)
    assert [finding.finding_code for finding in again.findings] == ["sales_customer_unknown"]
    assert before == [("7", "122.00", None, None, 2), ("8", "2.44", None, None, 2)]
    assert invoices(home, *CHANGES, "import_id") == before


def test_of_two_files_that_were_kept_out_the_newer_one_is_booked_whichever_is_rerun_first(
    trial_home: MakeHome,
) -> None:
    """T05: the older content must not be booked, and sent, as soon as a rule fits."""
    home = trial_home(DATA.replace(sales_rules=(sales_rule("ZERO", vat_rate="0"),)))
    older, newer = csv_of(row(net_amount="100.00")), csv_of(row(net_amount="120.00"))
    import_sales(home, "a.csv", older)
    import_sales(home, "b.csv", newer)
    home.load_reference(DATA)
    again = [import_sales(home, name, data) for name, data in (("a.csv", older), ("b.csv", newer))]
    assert [(each.outcome.status, each.findings) for each in again] == [("posted", []), ("posted", [])]
    assert invoices(home, *CHANGES, "import_id") == [("1", "146.40", None, None, 2)]
    assert invariants_of(home.workbench) == {}
