"""The asset `journal_export` in real runs: what it writes, and what bean-check says of it."""

from __future__ import annotations

from typing import NamedTuple

import dagster as dg
import pytest

from assets.reports import bean_check
from orchestration.definitions import defs
from samples.payments import pay, trace
from tests.support.pipelines import Pipeline

JOB = "write_journal_job"


class Wrote(NamedTuple):
    """What a run of the job left in Dagster's records."""

    is_success: bool
    metadata: dict[str, object]
    check: tuple[bool, str, str | None]


def write(pipeline: Pipeline) -> Wrote:
    """A run of the job, as the UI and its schedule launch it."""
    result = defs.resolve_job_def(JOB).execute_in_process(instance=pipeline.instance)
    (made,) = result.asset_materializations_for_node("write_journal")
    (evaluation,) = result.get_asset_check_evaluations()
    assert evaluation.asset_check_key.to_user_string() == "journal_export:beancount_is_accepted"
    return Wrote(
        result.success,
        {name: entry.value for name, entry in made.metadata.items()},
        (evaluation.passed, evaluation.severity.value, evaluation.description),
    )


@pytest.mark.check
def test_o08_the_journal_is_written_and_bean_check_accepts_it(pipeline: Pipeline) -> None:
    """O08: three opening items and one entry; where bean-check is not installed, the check says so."""
    pipeline.drop("RITCOGE.txt", trace(pay("-100.00", "FT-1")))
    pipeline.tick()
    folder = pipeline.home.root / "beancount"

    assert write(pipeline) == Wrote(
        True,
        {
            "folder": str(folder),
            "file_count": 4,
            "entry_count": 1,
            "opening_item_count": 3,
            "dagster/row_count": 1,
        },
        (True, "ERROR", "bean-check accepts the files."),
    )
    assert sorted(path.name for path in folder.iterdir()) == [
        "ALBA-2026-10.beancount",
        "ALBA-accounts.beancount",
        "ALBA-opening.beancount",
        "main.beancount",
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bean_check, "PROGRAM", "bean-check-that-nobody-has")
        passed, _, said = write(pipeline).check
    assert (passed, said) == (
        True,
        "bean-check-that-nobody-has is not installed here: the files were written and not checked.",
    )


@pytest.mark.check
def test_o08_what_bean_check_refuses_is_a_red_check_with_its_words(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O08: the files are there all the same, so that one can look at the place that it names."""
    pipeline.drop("RITCOGE.txt", trace(pay("-100.00", "FT-1")))
    pipeline.tick()
    workbench = pipeline.ledger_home.workbench
    with pipeline.ledger_home.ledger.transaction(workbench, "test"):
        workbench.execute("UPDATE ledger.posting SET credit_amount = 101 WHERE open_item_key = 'FT-1'")

    wrote = write(pipeline)

    passed, severity, said = wrote.check
    assert (wrote.is_success, passed, severity) == (True, False, "ERROR")
    assert said is not None
    assert "ALBA-2026-10.beancount:3: " in said
    assert "Transaction does not balance: (-1.00 EUR)" in said


def test_o08_the_schedule_waits_until_somebody_switches_it_on() -> None:
    """O08: writing the journal is no work that has to be done."""
    schedule = defs.resolve_schedule_def("write_journal_schedule")
    assert (schedule.name, schedule.job_name, schedule.default_status) == (
        "write_journal_schedule",
        JOB,
        dg.DefaultScheduleStatus.STOPPED,
    )
