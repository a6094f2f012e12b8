"""`process --dry-run` shows the difference that each file would make, and no file spoils another (O05)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import Result

from assets.findings import finding_code
from assets.invoices import registering
from assets.sales import posting as sales_posting
from assets.traces import posting
from orchestration.cli.exit_codes import ALL_WELL, SOMETHING_LEFT
from samples.payments import pay, trace
from samples.sales_files import csv_of, row
from tests.orchestration import test_deliveries, test_sales
from tests.orchestration.conftest import MakePipeline, Run
from tests.support.pipelines import Pipeline
from tests.support.whole_ledger import whole_ledger

Difference = tuple[str, str, list[tuple[Any, ...]], list[tuple[Any, ...]]]

POSTING = ("posting_date", "account_code", "debit_amount", "credit_amount")
ITEM = ("open_item_key", "status_before", "residual_before", "residual_after", "status_after")


def differences(result: Result) -> list[Difference]:
    """File, status, postings and items of each answer."""
    return [
        (
            answer["source_file"],
            answer["status"],
            [tuple(each[name] for name in POSTING) for each in answer["postings"]],
            [tuple(each[name] for name in ITEM) for each in answer["items"]],
        )
        for answer in json.loads(result.stdout)
    ]


def test_o05_a_dry_run_shows_each_posting_and_each_item_before_and_after(
    pipeline: Pipeline, run: Run
) -> None:
    """O05: an item is left in part by one file and closed by the next, as by an import; nothing is kept."""
    pipeline.drop("RITCOGE_1.txt", trace(pay("-30.00", "FT-1")))
    pipeline.drop("RITCOGE_2.txt", trace(pay("-70.00", "FT-1", entry=2), pay("-5.00", entry=3)))
    before = whole_ledger(pipeline.ledger_home.ledger)

    result = run("process", "--dry-run", "--json")

    day = "2026-10-01"
    assert differences(result) == [
        (
            "RITCOGE_1.txt",
            "posted",
            [(day, "1801001", "30.00", "0.00"), (day, "1500001", "0.00", "30.00")],
            [("FT-1", "open", "100.00", "70.00", "open")],
        ),
        (
            "RITCOGE_2.txt",
            "posted",
            [
                (day, "1801001", "70.00", "0.00"),
                (day, "1500001", "0.00", "70.00"),
                (day, "1801001", "5.00", "0.00"),
                (day, "1500001", "0.00", "5.00"),
            ],
            [("FT-1", "open", "70.00", "0.00", "closed")],
        ),
    ]
    assert whole_ledger(pipeline.ledger_home.ledger) == before


def test_o05_a_dry_run_shows_people_the_difference_in_tables(pipeline: Pipeline, run: Run) -> None:
    """O05: dates, accounts and amounts, and what is left of each item."""
    pipeline.drop("RITCOGE.txt", trace(pay("-100.00", "FT-1")))
    lines = [" ".join(line.split()) for line in run("process", "--dry-run").stdout.splitlines()]

    begin = lines.index("RITCOGE.txt would post")
    assert [line for line in lines[begin:] if line] == [
        "RITCOGE.txt would post",
        "entry line date account debit credit currency item description",
        "1 1 2026-10-01 1801001 100.00 0.00 EUR",
        "1 2 2026-10-01 1500001 0.00 100.00 EUR FT-1",
        "RITCOGE.txt would change open items",
        "item account residual before after currency status before after",
        "ALBA:FT-1 1500001 100.00 0.00 EUR open closed",
        "This was a dry run: nothing was posted, and the files stay in the inbox.",
    ]


def test_o05_a_dry_run_says_what_would_be_and_what_to_do(pipeline: Pipeline, run: Run) -> None:
    """O05: nothing is in the ledger after it, and `findings` knows nothing of what it found."""
    pipeline.drop("RITCOGE_1.txt", trace(pay("-100.00", "FT-1")))
    would_be = run("process", "--dry-run").stdout
    pipeline.drop("RITCOGE_2.txt", b"nothing that anybody could read")
    lines = run("process", "--dry-run").stdout.splitlines()

    assert would_be.count("Everything would be in the ledger.\n") == 1
    assert "1 of 2 files to look after: the findings below say why and what to do." in lines
    code = finding_code("file_not_understood")
    assert [line for line in lines if line.startswith("RITCOGE_2.txt ")] == [
        "RITCOGE_2.txt line 1: file_not_understood: 'nothing that anybody could read', expected "
        f"{code.expected}. {code.remedy}"
    ]


def test_o05_a_dry_run_shows_the_items_that_sales_invoices_would_open(
    make_pipeline: MakePipeline, run: Run
) -> None:
    """O05: an item that is not there yet has nothing before."""
    made = make_pipeline(test_sales.REFERENCE)
    test_sales.drop(made, "a.csv", csv_of(row()))

    ((_, status, postings, items),) = differences(run("process", "--dry-run", "--json"))

    assert (status, len(postings) > 1, [item[1:3] for item in items]) == ("posted", True, [(None, None)])
    assert items[0][3:] == (postings[0][2], "open")


def test_o05_a_trace_that_cannot_be_judged_spoils_no_other_dry_run(
    pipeline: Pipeline, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O05: the files before it are tried once, and those after it see what those before it would do."""
    judge = posting.apply_rules

    def apply_rules(workbench: object, prepared: Any, *others: Any) -> None:
        if prepared.source.name == "RITCOGE_2.txt" and not prepared.collector.error_count:
            raise ZeroDivisionError("judged")
        judge(workbench, prepared, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(posting, "apply_rules", apply_rules)
    for number, amount in (("1", "-30.00"), ("2", "-1.00"), ("3", "-70.00")):
        pipeline.drop(f"RITCOGE_{number}.txt", trace(pay(amount, "FT-1", entry=int(number))))

    result = run("process", "--dry-run", "--json")

    found = [(name, status, items) for name, status, _, items in differences(result)]
    assert (result.exit_code, found) == (
        SOMETHING_LEFT,
        [
            ("RITCOGE_1.txt", "posted", [("FT-1", "open", "100.00", "70.00", "open")]),
            ("RITCOGE_2.txt", "failed", []),
            ("RITCOGE_3.txt", "posted", [("FT-1", "open", "70.00", "0.00", "closed")]),
        ],
    )
    codes = [each["finding_code"] for each in json.loads(result.stdout)[1]["findings"]]
    assert codes == ["file_unexpected_error"]


def test_o05_sales_invoices_that_cannot_be_judged_spoil_no_other_dry_run(
    make_pipeline: MakePipeline, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O05, T11: as an import would refuse them."""
    made = make_pipeline(test_sales.REFERENCE)
    judge = sales_posting._apply_rules

    def apply_rules(workbench: Any, import_id: int) -> None:
        query = "SELECT count(*) FROM sale WHERE document_number = 'POISON'"
        if workbench.execute(query).fetchall() != [(0,)]:
            raise ZeroDivisionError("judged")
        judge(workbench, import_id)

    monkeypatch.setattr(sales_posting, "_apply_rules", apply_rules)
    for number in ("1", "POISON", "2"):
        test_sales.drop(made, f"{number}.csv", csv_of(row(document_number=number)))

    answers = json.loads(run("process", "--dry-run", "--json").stdout)

    assert sorted((each["source_file"], each["status"]) for each in answers) == [
        ("1.csv", "posted"),
        ("2.csv", "posted"),
        ("POISON.csv", "failed"),
    ]


def test_o05_a_part_that_cannot_be_judged_spoils_no_other_dry_run(
    make_pipeline: MakePipeline, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O05, F05: the other parts of its delivery would be registered, and so would the other delivery."""
    made = test_deliveries.automatic_home(make_pipeline)
    judge = registering.recognise

    def recognise(workbench: Any, now: Any) -> bool:
        query = "SELECT count(*) FROM document WHERE document_number = 'POISON'"
        if workbench.execute(query).fetchall() != [(0,)]:
            raise ZeroDivisionError("judged")
        return judge(workbench, now)

    monkeypatch.setattr(registering, "recognise", recognise)
    for number in ("1", "2"):
        test_deliveries.drop(made, f"{number}.xml", test_deliveries.xml(number))
    test_deliveries.gathered(made)
    for number in ("3", "POISON", "4"):
        test_deliveries.drop(made, f"{number}.xml", test_deliveries.xml(number))

    result = run("process", "--dry-run", "--json")

    counts = [(each["document_count"], each["registered_count"]) for each in json.loads(result.stdout)]
    assert (result.exit_code, counts) == (SOMETHING_LEFT, [(2, 2), (2, 2)])


def test_o05_a_dry_run_of_a_file_that_is_in_the_ledger_shows_no_difference(
    pipeline: Pipeline, run: Run
) -> None:
    """O05: nothing would be done."""
    pipeline.drop("RITCOGE_1.txt", trace(pay("-30.00", "FT-1")))
    pipeline.drop("RITCOGE_2.txt", trace(pay("-30.00", "FT-1")))
    first, second = differences(run("process", "--dry-run", "--json"))

    assert (first[1], len(first[2])) == ("posted", 2)
    assert second[1:] == ("repeated", [], [])
    assert run("process", "--dry-run").exit_code == ALL_WELL
