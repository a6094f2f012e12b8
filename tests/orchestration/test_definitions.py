"""What Dagster loads: the lineage, who owns what, and how it is run."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import dagster as dg

from assets.check_rules import CheckRule
from assets.detection.lying import INBOXES
from assets.exports.checks import LAYOUT_CHECKS
from assets.reports.assets import BEANCOUNT_CHECK
from assets.sync.checks import CHECKS as SYNC_RULES
from assets.sync.checks import SYNC_ASSET
from orchestration.definitions import build_defs, defs
from orchestration.inbox_checks import CHECK_NAME
from orchestration.invoice_pipeline import CHECK_RULES as INVOICE_RULES
from orchestration.invoice_pipeline import COUNTS_OF_ASSET
from orchestration.outcomes import SALES_COUNT_METADATA
from orchestration.resources import HomeResource
from orchestration.sales_pipeline import CHECK_RULES as SALES_RULES
from orchestration.trace_pipeline import CHECK_RULES as TRACE_RULES
from samples.trace_files import layout
from tests.support.pipelines import JOB, PARTITIONED, SENSOR, Pipeline

GRAPH: Final = defs.resolve_asset_graph()


def name(key: dg.AssetKey) -> str:
    """The asset's name."""
    return key.to_user_string()


def test_o01_the_whole_way_of_a_trace_or_an_invoice_stands_in_one_group() -> None:
    """O01: the global lineage opens collapsed, by group."""
    groups = {name(key): GRAPH.get(key).group_name for key in GRAPH.get_all_asset_keys()}
    assert groups == {
        "trace_inbox": "traces",
        "reference_data": "reference",
        "trace_lines": "traces",
        "validated_trace_lines": "traces",
        "trace_movements": "traces",
        "trace_settlements": "traces",
        "trace_postings": "traces",
        "invoice_inbox": "invoices",
        "delivered_documents": "invoices",
        "validated_documents": "invoices",
        "recognised_documents": "invoices",
        "document_registrations": "invoices",
        "invoice_postings": "invoices",
        "sales_inbox": "sales",
        "sales_documents": "sales",
        "sales_postings": "sales",
        "exchange_messages": "sales",
        "sync_outcomes": "sync",
        "open_items": "ledger",
        "corrections": "corrections",
        "journal_export": "reports",
        "open_items_export": "exports",
        "registry_export": "exports",
    }


def test_o03_all_files_are_partitions_of_one_definition_and_all_deliveries_of_another() -> None:
    """O03: "failed and missing" works only within one partitions definition."""
    partitioned = {
        name(key): definition.name
        for key in GRAPH.get_all_asset_keys()
        if isinstance(definition := GRAPH.get(key).partitions_def, dg.DynamicPartitionsDefinition)
    }
    deliveries = dict.fromkeys(COUNTS_OF_ASSET, "invoice_deliveries")
    sales = dict.fromkeys((*SALES_COUNT_METADATA, SYNC_ASSET), "sales_files")
    assert partitioned == dict.fromkeys(PARTITIONED, "trace_files") | deliveries | sales


def test_o04_a_backfill_puts_a_hundred_files_into_a_run() -> None:
    """O04: a run per file would cost twenty times as much."""
    policies = {
        policy.max_partitions_per_run
        for key in GRAPH.get_all_asset_keys()
        if (policy := GRAPH.get(key).backfill_policy) is not None
    }
    assert policies == {100}


def test_o01_the_columns_of_lines_are_those_of_the_layout_with_their_meaning() -> None:
    """O01: the pages say what a column is."""
    schema = GRAPH.get(dg.AssetKey("trace_lines")).metadata["dagster/column_schema"]
    assert isinstance(schema, dg.TableSchema)
    fields = [field.name for field in layout() if field.kind != "filler"]
    assert sorted(column.name for column in schema.columns) == sorted(
        [*fields, "line_number", "byte_start", "byte_end"]
    )
    assert [column.name for column in schema.columns if not column.description] == []


def test_d01_the_sensor_watches_without_a_click() -> None:
    """D01: it runs from the start, every five seconds."""
    sensor = defs.resolve_sensor_def(SENSOR)
    assert (sensor.default_status, sensor.minimum_interval_seconds, sensor.job_name) == (
        dg.DefaultSensorStatus.RUNNING,
        5,
        JOB,
    )


def test_o02_every_rule_is_a_check_of_an_asset_and_every_check_has_a_rule() -> None:
    """O02: nothing is declared that is never looked at."""

    def place(rule: CheckRule) -> str:
        return f"{rule.asset_name}:{rule.name}"

    checks = [key.to_user_string() for key in GRAPH.asset_check_keys]
    of_exports = [f"{asset}:{check}" for asset, checks in LAYOUT_CHECKS.items() for check in checks]
    rules = [place(rule) for rule in (*TRACE_RULES, *INVOICE_RULES, *SALES_RULES, *SYNC_RULES)]
    of_inboxes = [f"{inbox.asset_name}:{CHECK_NAME}" for inbox in INBOXES]
    # What bean-check says of the journal's files, and what lies in a folder, is no statement over the ledger.
    others = [*of_exports, *of_inboxes, f"journal_export:{BEANCOUNT_CHECK}"]
    assert sorted(checks) == sorted([*rules, *others])


def test_o03_the_pool_lets_one_run_post_at_a_time(pipeline: Pipeline) -> None:
    """O03: within Dagster; the ledger's own lock holds other processes off."""
    (pool,) = {GRAPH.get(dg.AssetKey(asset)).pools.pop() for asset in PARTITIONED}
    assert pool == "ledger"
    config = pipeline.instance.get_concurrency_config()
    assert config.pool_config.default_pool_limit == 1


def test_d03_a_test_or_a_tool_can_name_another_home() -> None:
    """D03: no part of the pipeline asks for the home in another way."""
    built = build_defs(resource_overrides={"home": HomeResource(root="/somewhere/else")})
    home = built.resources["home"] if built.resources else None
    assert isinstance(home, HomeResource)
    assert home.root == "/somewhere/else"


def test_o01_the_definitions_load_without_a_word_on_the_terminal() -> None:
    """O01: whoever starts Partita reads no warnings that he can do nothing about."""
    program = (
        "import warnings, dagster\n"
        "for name in ('BetaWarning', 'PreviewWarning', 'SupersessionWarning'):\n"
        "    warnings.simplefilter('error', getattr(dagster, name))\n"
        "from orchestration.definitions import defs\n"
        "dagster.Definitions.validate_loadable(defs)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
