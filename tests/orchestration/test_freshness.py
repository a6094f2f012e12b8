"""What Dagster's pages call "Unsynced": what is out of date, and nothing that is in the books for good."""

from __future__ import annotations

import dagster as dg
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver
from dagster._core.loader import LoadingContextForTest

from orchestration.definitions import defs
from orchestration.process import run_correction, run_exports
from tests.orchestration.test_runs import BAD, COLLECTION, PAYMENT
from tests.support.pipelines import PARTITIONED, Pipeline

ONE_ONLY = ("corrections", "journal_export", "open_items", "open_items_export", "reference_data")


def unsynced(pipeline: Pipeline, keys: list[str]) -> list[tuple[str, str | None]]:
    """The assets, and the partitions of these keys, beside which the pages would say so."""
    graph = defs.resolve_asset_graph()
    resolver = CachingStaleStatusResolver(pipeline.instance, graph, LoadingContextForTest(pipeline.instance))
    asked = [(name, None) for name in ONE_ONLY] + [(name, key) for name in PARTITIONED for key in keys]
    return [
        (name, key) for name, key in asked if resolver.get_status(dg.AssetKey(name), key).value == "STALE"
    ]


@pytest.mark.check
def test_only_what_is_out_of_date_is_called_unsynced(pipeline: Pipeline) -> None:
    """O01: no posted file by newer reference data, nor open items by a red file; exports by a payment."""
    good = pipeline.drop("RITCOGE_1.txt", COLLECTION)
    pipeline.drop("RITCOGE_2.txt", BAD)
    pipeline.tick()
    settle = {"items": ["ALBA:FT-2"], "account": "1801001", "date": "2026-10-21"}
    assert run_correction(pipeline.instance, "settle", settle, "Anna", "paid in cash").success
    journal = defs.resolve_job_def("write_journal_job")
    assert journal.execute_in_process(instance=pipeline.instance).success
    assert run_exports(pipeline.instance, ["open_items_export"], None, None).success
    after_export = unsynced(pipeline, [good])
    pipeline.drop("RITCOGE_3.txt", BAD + b"\r\n")
    pipeline.tick()
    after_a_bad_file = unsynced(pipeline, [good])

    pipeline.drop("RITCOGE_4.txt", PAYMENT)
    pipeline.tick()

    assert (after_export, after_a_bad_file) == ([], [])
    assert unsynced(pipeline, [good]) == [("journal_export", None), ("open_items_export", None)]
