"""Exports through Dagster: the command, the job, its events and checks, and the schedule."""

from __future__ import annotations

import json
from typing import Final

import dagster as dg
import pytest

from orchestration.definitions import defs
from samples.payments import pay, trace
from tests.orchestration.conftest import DATA, MakePipeline, Run
from tests.support import ledgers
from tests.support.exported_files import read_json, read_text
from tests.support.ledgers import open_item
from tests.support.pipelines import Pipeline

STOPPED: Final = 1
SOMETHING_DIFFERS: Final = 2


@pytest.mark.check
def test_o01_an_export_is_a_run_with_its_file_its_totals_and_its_checks(pipeline: Pipeline, run: Run) -> None:
    """O01, E01, E02: the files, the answer, the events in the pages, and nothing by a dry run."""
    outbox = pipeline.home.root / "outbox"
    dry = json.loads(run("export", "--dry-run", "--json").stdout)
    assert (dry["is_dry_run"], [each["row_count"] for each in dry["exports"]]) == (True, [3, 16])
    assert list(outbox.iterdir()) == []
    assert len(pipeline.instance.get_runs()) == 0

    result = run("export", "--json")

    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["is_dry_run"]) == (0, False)
    items, registry = answer["exports"]
    assert items["control_totals"] == [
        {"company_code": "ALBA", "currency_code": "EUR", "side": side, "open_item_count": count,
         "residual_total": left}
        for side, count, left in (("credit", 1, "80.00"), ("debit", 2, "350.00"))
    ]  # fmt: skip
    assert len(read_text("open_items", (outbox / "PARTITE.txt").read_bytes())) == items["row_count"] == 3
    assert (
        len(read_text("registry", (outbox / "ANAGRAFICHE.txt").read_bytes())) == registry["row_count"] == 16
    )
    (dagster_run,) = pipeline.instance.get_runs()
    assert (dagster_run.job_name, dagster_run.status) == (
        "export_to_treasury_job",
        dg.DagsterRunStatus.SUCCESS,
    )
    event = pipeline.instance.get_latest_materialization_event(dg.AssetKey("open_items_export"))
    assert event is not None
    assert event.asset_materialization is not None
    metadata = event.asset_materialization.metadata
    assert (metadata["path"].value, metadata["dagster/row_count"].value) == (str(outbox / "PARTITE.txt"), 3)

    pipeline.drop("RITCOGE.txt", trace(pay("-100.00", "FT-1")))
    (imported,) = pipeline.tick()
    assert imported.red_checks() == []
    assert run("export", "--check").exit_code == 0


def test_e04_without_a_difference_the_check_says_whether_anything_was_exported(
    pipeline: Pipeline, run: Run
) -> None:
    """E04: that nothing differs means nothing before the first export."""
    pipeline.tick()
    before = run("export", "--check")
    assert run("export", "open-items").exit_code == 0
    after = run("export", "--check")

    ((exported_at,),) = pipeline.ask("SELECT exported_at FROM ledger.treasury_export")
    time = f"{exported_at:%Y-%m-%dT%H:%M:%SZ}"
    assert [(each.exit_code, each.stdout) for each in (before, after)] == [
        (0, "No open items were exported yet: `partita export` writes them.\n"),
        (0, f"The treasury knows the open items as they stand, from the export of {time}.\n"),
    ]
    assert json.loads(run("export", "--check", "--json").stdout) == {"differences": [], "exported_at": time}


@pytest.mark.check
def test_e04_an_import_and_the_check_name_an_exported_key_that_would_lead_nowhere(
    pipeline: Pipeline, run: Run
) -> None:
    """E04, O02: at the next import, red in the pages; the next export in JSON ends it."""
    assert run("export", "open-items").exit_code == 0
    moved = [dict(DATA.items[0], account_code="1500002"), *DATA.items[1:]]
    ledgers.write_files(pipeline.home.reference, DATA.replace(items=moved).files())
    pipeline.drop("RITCOGE.txt", trace(pay("-250.00", "FT-2", account="1500002")))

    (imported,) = pipeline.tick()

    assert imported.red_checks() == ["exported_items_can_be_paid"]
    checked = run("export", "--check", "--json")
    assert (checked.exit_code, json.loads(checked.stdout)["differences"]) == (
        SOMETHING_DIFFERS,
        [
            {
                "severity": "ERROR",
                "company_code": "ALBA",
                "open_item_key": "FT-1",
                "what_happened": "account changed",
                "exported_account_code": "1500001",
                "account_code": "1500002",
                "currency_code": "EUR",
                "exported_residual_amount": "100.00",
                "paid_amount": None,
                "residual_amount": None,
            }
        ],
    )
    assert run("export", "open-items", "--json-form").exit_code == 0
    rows = read_json("open_items", (pipeline.home.root / "outbox" / "PARTITE.json").read_bytes())
    assert [(row["open_item_key"], row["account"]) for row in rows] == [
        ("FT-1", "1500002"),
        ("FP-1", "4000001"),
    ]
    assert run("export", "--check").exit_code == 0


def test_o02_an_export_that_is_refused_is_a_failed_check_and_the_other_one_goes_on(
    make_pipeline: MakePipeline, run: Run
) -> None:
    """O02, E01: the check names the item and the field; the command ends with 1."""
    pipeline = make_pipeline(DATA.replace(items=[*DATA.items, open_item("FT-Ж", "1.00")]))

    result = run("export")

    assert result.exit_code == STOPPED
    assert "ALBA FT-Ж: open_item_key is 'FT-Ж'" in result.stderr
    assert [path.name for path in (pipeline.home.root / "outbox").iterdir()] == ["ANAGRAFICHE.txt"]
    (dagster_run,) = pipeline.instance.get_runs()
    events = [entry.dagster_event for entry in pipeline.instance.all_logs(dagster_run.run_id)]
    found = [
        event.asset_check_evaluation_data
        for event in events
        if event is not None and event.event_type_value == "ASSET_CHECK_EVALUATION"
    ]
    checks = [(each.check_name, each.passed) for each in found]
    assert checks == [
        ("open_items_fit_the_layout", False),
        ("registry_fits_the_layout", True),
        ("registry_texts_are_kept", True),
    ]


def test_e01_the_daily_export_is_off_until_somebody_switches_it_on() -> None:
    """E01: nobody's treasury is written to by surprise."""
    schedule = defs.resolve_schedule_def("daily_export_schedule")
    assert (schedule.default_status, schedule.cron_schedule, schedule.job_name) == (
        dg.DefaultScheduleStatus.STOPPED,
        "0 6 * * *",
        "export_to_treasury_job",
    )
