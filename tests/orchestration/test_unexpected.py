"""One bad file fails alone: what nobody foresaw while it is read or judged is a finding of that file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import dagster as dg
import pytest
from click.testing import CliRunner
from lxml import etree

from assets.errors import TransientError
from assets.invoices import readers, registering
from assets.invoices.walking import Draft
from assets.ledger.imports import record_import
from assets.sales import posting as sales_posting
from assets.unexpected import LOGGER_NAME
from orchestration.cli import main
from orchestration.deliveries import DeliveryImports
from orchestration.imports import TraceImports, import_keys
from orchestration.logs import terminal_logger
from orchestration.sales_imports import SalesImports
from samples.invoice_files import archive
from samples.payments import lines_of, pay, trace
from samples.sales_files import csv_of, row
from samples.trace_files import render_json
from tests.orchestration import test_deliveries, test_sales
from tests.orchestration.conftest import MakePipeline
from tests.support.pipelines import Pipeline

NESTED: Final = 750
"""Objects one in the other: the decoder takes them, and to show them takes twice as many calls."""

POISON: Final = b"<Poison/>"


def poisoned_trace() -> bytes:
    """A trace of which one line has something for a comment that nobody foresaw."""
    (line, *_) = lines_of([pay("-30.00", entry=3)])
    comment = '{"a":' * NESTED + "1" + "}" * NESTED
    return render_json([line]).rstrip().removesuffix(b"]").rstrip().removesuffix(b"}") + (
        f',"operationDescription":{comment}}}]'.encode()
    )


def _spoiled(root: etree._Element, name: str) -> Iterator[Draft]:
    del root, name
    raise ZeroDivisionError("a line of\n0 pieces \ud800")


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> None:
    """A format of e-invoices whose reader meets what nobody foresaw."""
    reader = readers.Reader("poison", {"Poison": None}, _spoiled)
    monkeypatch.setattr(readers, "READERS", (*readers.READERS, reader))


def found(pipeline: Pipeline) -> list[tuple[str, str, str]]:
    """File, code and value of every finding; a reference in the value is shown as an X."""
    rows = pipeline.ask("SELECT source_file, finding_code, raw_value FROM ledger.finding ORDER BY ALL")
    return [(name, code, re.sub(r"reference [0-9a-f]{8}", "reference X", raw)) for name, code, raw in rows]


def test_a_trace_that_nobody_foresaw_fails_alone(
    pipeline: Pipeline, caplog: pytest.LogCaptureFixture
) -> None:
    """D11: the file has one finding; its traceback stands in the log under the reference that it names."""
    files = {
        "A.txt": trace(pay("-10.00")),
        "B.json": poisoned_trace(),
        "C.txt": trace(pay("-20.00", entry=2)),
    }
    keys = [pipeline.drop(name, data) for name, data in files.items()]
    with TraceImports(pipeline.home, pipeline.ledger_home.ledger, "test") as imports:
        outcomes, failed = import_keys(imports, keys)

    assert [outcome.status for outcome in outcomes] == ["posted", "failed", "posted"]
    assert (failed, pipeline.ask("SELECT count(*) FROM ledger.journal_entry")) == ([], [(2,)])
    said = "RecursionError: maximum recursion depth exceeded while getting the repr of an object"
    assert found(pipeline) == [("B.json", "file_unexpected_error", f"{said} (reference X in the log)")]
    ((raw_value,),) = pipeline.ask("SELECT raw_value FROM ledger.finding")
    (message,) = [each.getMessage() for each in caplog.records if each.name == LOGGER_NAME]
    first, second, *_, last = message.splitlines()
    assert raw_value.endswith(f"(reference {first.removesuffix(': B.json')} in the log)")
    assert (second, last) == ("Traceback (most recent call last):", said)
    assert sorted(path.name for path in pipeline.home.failed.iterdir()) == [keys[1]]


def test_a_run_names_the_file_in_its_findings_and_keeps_the_traceback_in_its_log(
    pipeline: Pipeline,
) -> None:
    """D11: the finding leads to the message."""
    files = {"RITCOGE_A.txt": trace(pay("-10.00")), "RITCOGE_B.json": poisoned_trace()}
    keys = [pipeline.drop(name, data) for name, data in files.items()]
    (done,) = pipeline.tick()
    environment = {"PARTITA_HOME": str(pipeline.home.root)}
    listed = CliRunner().invoke(main, ["findings"], env=environment).output

    assert (done.is_success, done.green_files()) == (False, keys[:1])
    assert ("RITCOGE_B" in listed, "file_unexpected_error" in listed) == (True, True)
    logged = [entry.user_message for entry in pipeline.instance.all_logs(done.run_id)]
    (message,) = [each for each in logged if "RecursionError" in each and "Traceback" in each]
    assert message[:8] in listed


def test_the_terminal_shows_lines_of_files_and_no_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    """That of a file that nobody foresaw stands in the log of its run alone."""
    context = dg.build_init_logger_context(logger_config={"level": "INFO"})
    terminal = terminal_logger.logger_fn(context)
    terminal.error("Traceback (most recent call last):", extra={"is_traceback": True})
    terminal.info("A.txt: posted")
    assert re.sub(r"^\S+ \S+ ", "", capfd.readouterr().err) == "INFO A.txt: posted\n"


@pytest.mark.usefixtures("poison")
def test_a_file_of_sales_invoices_that_nobody_foresaw_fails_alone(make_pipeline: MakePipeline) -> None:
    """T11: nothing of it is in the ledger, and those before and behind it are posted."""
    made = make_pipeline(test_sales.REFERENCE)
    files = {"a.csv": csv_of(row()), "b.xml": POISON, "c.csv": csv_of(row(document_number="2"))}
    keys = [test_sales.drop(made, name, data) for name, data in files.items()]
    with SalesImports(made.home, made.ledger_home.ledger, "test") as imports:
        outcomes, failed = import_keys(imports, keys)

    assert [outcome.status for outcome in outcomes] == ["posted", "failed", "posted"]
    said = r"ZeroDivisionError: a line of 0 pieces \ud800 (reference X in the log)"
    assert (failed, found(made)) == ([], [("b.xml", "sales_file_unexpected_error", said)])


@pytest.mark.usefixtures("poison")
def test_a_part_of_a_delivery_that_nobody_foresaw_fails_alone(make_pipeline: MakePipeline) -> None:
    """F05: the documents before and behind it are registered; its delivery stays open."""
    made = test_deliveries.automatic_home(make_pipeline)
    members = {"a.xml": test_deliveries.xml("1"), "b.xml": POISON, "c.xml": test_deliveries.xml("2")}
    test_deliveries.drop(made, "c.zip", archive(members))
    (key,) = test_deliveries.gathered(made)

    assert test_deliveries.process(made, key) == [(2, 2, 0)]
    said = r"ZeroDivisionError: a line of 0 pieces \ud800 (reference X in the log)"
    assert found(made) == [("c.zip/b.xml", "delivered_file_unexpected_error", said)]


def test_a_part_that_cannot_be_judged_fails_alone(
    make_pipeline: MakePipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F05: it is found among the parts of its delivery, and refused; the others are registered."""
    made = test_deliveries.automatic_home(make_pipeline)
    judge = registering.recognise

    def recognise(workbench: object, now: object) -> bool:
        query = "SELECT count(*) FROM document WHERE document_number = 'POISON'"
        if workbench.execute(query).fetchall() != [(0,)]:  # type: ignore[attr-defined]
            raise ZeroDivisionError("judged")
        return judge(workbench, now)  # type: ignore[arg-type]

    monkeypatch.setattr(registering, "recognise", recognise)
    for number in ("1", "2", "POISON", "3", "4"):
        test_deliveries.drop(made, f"{number}.xml", test_deliveries.xml(number))
    (key,) = test_deliveries.gathered(made)

    assert test_deliveries.process(made, key) == [(4, 4, 0)]
    said = "ZeroDivisionError: judged (reference X in the log)"
    assert found(made) == [("POISON.xml", "delivered_file_unexpected_error", said)]


def test_a_file_of_sales_invoices_that_cannot_be_judged_fails_alone(
    make_pipeline: MakePipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T11: what judging it began is rolled back; then its import is recorded with the finding."""
    made = make_pipeline(test_sales.REFERENCE)
    judge = sales_posting._apply_rules

    def apply_rules(workbench: object, import_id: int) -> None:
        query = "SELECT count(*) FROM sale WHERE document_number = 'POISON'"
        if workbench.execute(query).fetchall() != [(0,)]:  # type: ignore[attr-defined]
            raise ZeroDivisionError("judged")
        judge(workbench, import_id)  # type: ignore[arg-type]

    monkeypatch.setattr(sales_posting, "_apply_rules", apply_rules)
    keys = [
        test_sales.drop(made, f"{number}.csv", csv_of(row(document_number=number)))
        for number in ("1", "POISON", "2")
    ]
    with SalesImports(made.home, made.ledger_home.ledger, "test") as imports:
        outcomes, failed = import_keys(imports, keys)

    assert [outcome.status for outcome in outcomes] == ["posted", "failed", "posted"]
    said = "ZeroDivisionError: judged (reference X in the log)"
    assert (failed, found(made)) == ([], [("POISON.csv", "sales_file_unexpected_error", said)])


def test_an_assertion_that_is_violated_while_writing_stops_the_run_and_nothing_is_kept(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is an error of the program and of no file: no finding hides it."""

    def broken(*arguments: object, **named: object) -> object:
        record_import(*arguments, **named)  # type: ignore[arg-type]
        raise AssertionError("an entry that does not balance")

    monkeypatch.setattr("assets.traces.posting.record_import", broken)
    keys = [
        pipeline.drop("A.txt", trace(pay("-10.00"))),
        pipeline.drop("B.txt", trace(pay("-20.00", entry=2))),
    ]
    with (
        TraceImports(pipeline.home, pipeline.ledger_home.ledger, "test") as imports,
        pytest.raises(AssertionError, match="does not balance"),
    ):
        import_keys(imports, keys)

    counts = "SELECT (SELECT count(*) FROM ledger.file_import) + (SELECT count(*) FROM ledger.journal_entry)"
    assert (pipeline.ask(counts), found(pipeline)) == ([(0,)], [])


def test_a_disk_that_fails_while_a_delivery_is_read_is_no_finding(
    make_pipeline: MakePipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is the machine's passes by the guard: the delivery waits as it was."""
    made = test_deliveries.automatic_home(make_pipeline)
    path: Path = test_deliveries.drop(made, "a.xml", test_deliveries.xml("1"))
    (key,) = test_deliveries.gathered(made)

    def failing(data: bytes, name: str) -> object:
        del data
        raise OSError(5, "Input/output error", name)

    monkeypatch.setattr("assets.invoices.prepare.read_documents", failing)
    with (
        DeliveryImports(made.home, made.ledger_home.ledger, "test") as imports,
        pytest.raises((OSError, TransientError), match="error"),
    ):
        imports.import_delivery(key)
    assert (path.is_file(), found(made)) == (True, [])
