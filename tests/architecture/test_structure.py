"""The house is as docs/architecture.md draws it: who may use whom, where SQL stands, what is documented."""

from __future__ import annotations

import ast
import os
import re
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

import dagster as dg

from assets.findings import finding_codes
from orchestration.cli import main
from orchestration.definitions import defs
from tests.support.flow import FLOORS, STAGES

ROOT: Final = Path(__file__).resolve().parents[2]
DOCUMENTS: Final = "\n".join(
    path.read_text("utf-8")
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
)


def imported_modules(path: Path) -> set[str]:
    """The modules that a file imports, wherever in the file it does so."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def tracked_files() -> list[Path]:
    """Every file that git tracks, or would track, in this checkout; git itself may be missing."""
    ignored = [".git", *filter(None, (ROOT / ".gitignore").read_text("utf-8").splitlines())]

    def is_ignored(path: Path) -> bool:
        place = f"/{path.relative_to(ROOT).as_posix()}"
        patterns = [pattern.removesuffix("/") for pattern in ignored]
        return any(fnmatch(place if pattern.startswith("/") else path.name, pattern) for pattern in patterns)

    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if not is_ignored(Path(folder) / name)]
        found += [path for name in names if not is_ignored(path := Path(folder) / name)]
    return found


def test_no_stage_uses_a_later_stage() -> None:
    wrong = [
        (str(path.relative_to(ROOT)), module)
        for position, stage in enumerate(FLOORS)
        for path in sorted((ROOT / "assets" / stage).rglob("*.py"))
        for module in sorted(imported_modules(path))
        for later in FLOORS[position + 1 :]
        if module == f"assets.{later}" or module.startswith(f"assets.{later}.")
    ]
    assert wrong == []


def test_only_the_assets_modules_of_the_stages_import_dagster() -> None:
    importing = {
        str(path.relative_to(ROOT / "assets"))
        for path in (ROOT / "assets").rglob("*.py")
        if any(module.split(".")[0] == "dagster" for module in imported_modules(path))
    }
    assert importing == {f"{stage}/assets.py" for stage in STAGES}


def test_assets_never_import_orchestration() -> None:
    wrong = [
        str(path)
        for path in (ROOT / "assets").rglob("*.py")
        if any(module.split(".")[0] == "orchestration" for module in imported_modules(path))
    ]
    assert wrong == []


def test_only_the_store_opens_the_database() -> None:
    opening = {
        str(path.relative_to(ROOT))
        for folder in ("assets", "orchestration")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"duckdb\.connect\(|ATTACH ", path.read_text("utf-8"))
    }
    # The rules across reference files run on frames, in a database in memory without the ledger.
    on_frames = {f"assets/reference/{name}.py" for name in ("load", "completeness", "known_items")}
    assert opening == {"assets/ledger/store.py"} | on_frames


def test_every_asset_says_what_it_is_and_whose() -> None:
    graph = defs.resolve_asset_graph()
    keys = {key.to_user_string() for key in graph.get_all_asset_keys()}
    assert keys == {
        "trace_inbox",
        "reference_data",
        "trace_lines",
        "validated_trace_lines",
        "trace_movements",
        "trace_settlements",
        "trace_postings",
        "invoice_inbox",
        "delivered_documents",
        "validated_documents",
        "recognised_documents",
        "document_registrations",
        "invoice_postings",
        "sales_inbox",
        "sales_documents",
        "sales_postings",
        "exchange_messages",
        "open_items",
        "corrections",
        "journal_export",
        "open_items_export",
        "registry_export",
        "sync_outcomes",
    }
    incomplete = [
        key.to_user_string()
        for key in graph.get_all_asset_keys()
        if not (graph.get(key).description and graph.get(key).owners and graph.get(key).kinds)
        or graph.get(key).group_name == "default"
    ]
    assert incomplete == []


def test_o01_the_lineage_leads_from_the_inbox_to_the_open_items_and_to_the_exports() -> None:
    graph = defs.resolve_asset_graph()
    upstream = {
        key.to_user_string(): sorted(parent.to_user_string() for parent in graph.get(key).parent_keys)
        for key in graph.get_all_asset_keys()
    }
    assert upstream == {
        "trace_inbox": [],
        "reference_data": [],
        "trace_lines": ["trace_inbox"],
        "validated_trace_lines": ["trace_lines"],
        "trace_movements": ["reference_data", "validated_trace_lines"],
        "trace_settlements": ["reference_data", "trace_movements"],
        "trace_postings": ["trace_settlements"],
        "invoice_inbox": [],
        "delivered_documents": ["invoice_inbox"],
        "validated_documents": ["delivered_documents"],
        "recognised_documents": ["reference_data", "validated_documents"],
        "document_registrations": ["recognised_documents"],
        "invoice_postings": ["document_registrations"],
        "sales_inbox": [],
        "sales_documents": ["sales_inbox"],
        "sales_postings": ["reference_data", "sales_documents"],
        "exchange_messages": ["delivered_documents", "sales_documents"],
        "open_items": ["invoice_postings", "reference_data", "sales_postings", "trace_postings"],
        "corrections": ["invoice_postings", "sales_postings", "trace_postings"],
        "journal_export": [
            "corrections",
            "invoice_postings",
            "open_items",
            "sales_postings",
            "trace_postings",
        ],
        "open_items_export": ["corrections", "open_items", "reference_data"],
        "registry_export": ["reference_data"],
        "sync_outcomes": ["sales_postings"],
    }


def test_every_name_that_people_meet_stands_in_the_documentation() -> None:
    graph = defs.resolve_asset_graph()
    commands = main.list_commands(main.make_context("partita", [], resilient_parsing=True))
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE)
    names = [
        *(f"`{key.to_user_string()}`" for key in graph.get_all_asset_keys()),
        *(f"`{code}`" for code in finding_codes()),
        *(f"partita {command}" for command in commands),
        *(
            f"make {target}"
            for target in targets
            if target in ("run", "test", "check", "faults", "bench", "format", "golden")
        ),
    ]
    assert [name for name in names if name not in DOCUMENTS] == []


def test_the_checks_of_the_assets_are_those_that_are_declared() -> None:
    graph = defs.resolve_asset_graph()
    assert sorted(key.name for key in graph.asset_check_keys) == [
        "beancount_is_accepted",
        "debts_stand_once",
        "document_amounts_agree",
        "document_amounts_are_plain",
        "document_values_are_readable",
        "documents_are_read_by_present_rules",
        "documents_are_readable",
        "documents_are_recognised",
        "documents_do_not_wait",
        "every_invoice_is_synced",
        "exported_items_can_be_paid",
        "exported_items_keep_their_amounts",
        "files_fit_a_mask",
        "files_fit_a_mask",
        "files_fit_a_mask",
        "full_settlements_close_their_item",
        "imports_add_up",
        "invoices_are_registered_once",
        "journal_entries_balance",
        "keys_are_unique",
        "links_are_exact",
        "messages_fit_an_invoice",
        "movements_stand_once",
        "open_item_texts_are_kept",
        "open_items_fit_the_layout",
        "own_numbers_have_no_gaps",
        "payments_are_linked",
        "programs_hold_what_was_accepted",
        "programs_hold_what_was_sent",
        "reference_files_are_valid",
        "registration_numbers_stand_once",
        "registry_fits_the_layout",
        "registry_texts_are_kept",
        "residuals_are_exact",
        "sales_files_are_valid",
        "sales_files_arrive_once",
        "sales_invoices_are_posted",
        "sales_invoices_keep_their_content",
        "sales_invoices_pass_the_exchange",
        "sources_did_not_change",
        "subledger_equals_ledger",
        "supplier_data_agree",
        "trace_files_are_readable",
        "trace_files_arrive_once",
        "trace_lines_are_complete",
        "trace_lines_are_valid",
        "trace_movements_are_posted",
        "trace_movements_arrive_once",
        "transit_accounts_are_cleared",
    ]


def test_no_tracked_file_names_a_registry_or_a_place_on_a_machine() -> None:
    pattern = re.compile(rb"https?://[^\s\"']*/simple|index-url|/root/|(?<![a-z])/home/[a-z]+/|\.pyenv")
    own = Path(__file__).resolve()
    wrong = [
        str(path.relative_to(ROOT))
        for path in tracked_files()
        if path != own and path.suffix != ".png" and pattern.search(path.read_bytes())
    ]
    assert wrong == []


def test_the_definitions_need_no_default_resource_to_be_replaced() -> None:
    assert isinstance(defs, dg.Definitions)
    assert {sensor.name for sensor in defs.sensors or ()} == {
        "invoice_inbox_sensor",
        "run_retention_sensor",
        "sales_inbox_sensor",
        "trace_inbox_sensor",
    }


def test_nothing_outside_the_tests_imports_the_tests() -> None:
    """The sample company, the writers of files and the programs that are tried stand in `samples/`."""
    wrong = [
        str(path.relative_to(ROOT))
        for folder in ("assets", "orchestration", "samples", "benchmarks")
        for path in (ROOT / folder).rglob("*.py")
        if any(module.split(".")[0] == "tests" for module in imported_modules(path))
    ]
    assert wrong == []


def test_the_samples_stand_beside_the_benchmarks() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "samples").rglob("*.py")
        if any(module.split(".")[0] == "benchmarks" for module in imported_modules(path))
    ]
    assert wrong == []
