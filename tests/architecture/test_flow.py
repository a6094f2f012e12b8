"""What statements hand to each other is as their comments and the floors of the house say."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Final

import duckdb

from assets.invoices.model import FRAMES
from assets.reconciliation.settle import INPUTS
from tests.support.flow import ASSETS, FLOORS, ROOT, Block, blocks, put_by_python

PUT_BY_NAME: Final = {
    "invoices": {*FRAMES, "invoice_line", "document_reference", "gathered"},
    "sales": {"sales_header", "sales_row", "sales_due"},
    "exports": {"export_total", "export_text"},
    "reference": {"open_item"},
    "reconciliation": set(INPUTS),
    "ledger": {"given"},
}
"""Tables that Python puts on the workbench under names that it computes, and what callers give to a stage."""


def makers() -> dict[str, set[str]]:
    """The stages that make, fill or are given each table and each macro."""
    found: dict[str, set[str]] = defaultdict(set)
    for block in blocks():
        for name in (block.made, block.macro):
            if name:
                found[name].add(block.stage)
    for name, stages in put_by_python().items():
        found[name] |= stages & {*FLOORS}
    for stage, names in PUT_BY_NAME.items():
        for name in names:
            found[name].add(stage)
    return found


def called(block: Block) -> set[str]:
    """The macros that a statement uses."""
    macros = {each.macro for each in blocks() if each.macro}
    return set(re.findall(r"\b(\w+)\(", block.code)) & macros - {block.macro or ""}


def said(block: Block) -> set[str]:
    """The words of the sentence about inputs."""
    found = re.search(r"Inputs?: (.*)", block.head)
    sentence = re.split(r"\.\s+(?=[A-Z])", found.group(1))[0] if found else ""
    return set(re.findall(r"(?:ledger\.)?\w+", re.sub(r"\$\w+", "", sentence)))


def product() -> str:
    """The text of the product's Python."""
    folders = (ASSETS, ROOT / "orchestration")
    return "\n".join(path.read_text("utf-8") for folder in folders for path in folder.rglob("*.py"))


def test_a_statement_has_one_name_in_its_stage() -> None:
    names = Counter((block.stage, block.name) for block in blocks())
    assert [name for name, count in names.items() if count > 1] == []


def test_a_name_stands_for_one_statement() -> None:
    assert [str(block) for block in blocks() if len(duckdb.extract_statements(block.text)) != 1] == []


def test_every_file_begins_with_what_its_step_does() -> None:
    files = sorted(ASSETS.glob("*/sql/*.sql"))
    assert [
        str(path) for path in files if not re.match(r"-- [^\n]+\.\n\n-- name: ", path.read_text("utf-8"))
    ] == []


def test_every_statement_is_used() -> None:
    """Those of reference files are named after the files."""
    code = product()
    by_file = re.compile(r"(load|copy)_")
    unused = [
        str(block)
        for block in blocks()
        if f'"{block.name}"' not in code and not (block.stage == "reference" and by_file.match(block.name))
    ]
    assert unused == []


def test_a_statement_says_what_a_row_of_it_is() -> None:
    """A macro makes no rows."""
    assert [
        str(block) for block in blocks() if not block.macro and not block.head.startswith("Grain: ")
    ] == []


def test_a_statement_that_takes_the_first_row_says_of_which_order() -> None:
    """Every "first" has an order; without one the answer would change from day to day."""
    wrong = [
        str(block)
        for block in blocks()
        if re.search(r"\bfirst\(", block.code)
        or any(
            "ORDER BY" not in block.code[: limit.start()] for limit in re.finditer(r"\bLIMIT\b", block.code)
        )
    ]
    assert wrong == []


def test_lines_of_statements_can_be_read_beside_each_other() -> None:
    wide = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted(ASSETS.glob("*/sql/*.sql"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if len(line) > 120
    ]
    assert wide == []


def test_a_statement_says_every_table_that_it_reads() -> None:
    unsaid = {
        str(block): missing
        for block in blocks()
        if (missing := (block.needs | {f"ledger.{table}" for table in block.asks}) - said(block))
    }
    assert unsaid == {}


def test_a_statement_says_no_table_that_it_does_not_read() -> None:
    """Of names that can be nothing else; one that it fills may be named as what was there."""
    tables = {name for name in makers() if "_" in name}
    wrong = {}
    for block in blocks():
        own = {block.made, block.written and f"ledger.{block.written}"}
        read = block.needs | {f"ledger.{table}" for table in block.asks} | called(block) | own
        named = {word for word in said(block) if word.startswith("ledger.") or word in tables}
        if named - read:
            wrong[str(block)] = named - read
    assert wrong == {}


def test_every_table_that_is_read_is_made_by_somebody() -> None:
    known = makers()
    unmade = {str(block): names for block in blocks() if (names := block.needs - known.keys())}
    assert unmade == {}


def test_no_stage_reads_what_a_later_stage_makes() -> None:
    """Arrows lead down also where no import shows them: tables and macros on the workbench."""
    known = makers()
    wrong = [
        (str(block), name)
        for block in blocks()
        for name in sorted(block.needs | called(block))
        if all(FLOORS.index(stage) > FLOORS.index(block.stage) for stage in known[name])
    ]
    assert wrong == []


def test_no_table_is_made_that_nobody_reads() -> None:
    read = {name for block in blocks() for name in block.needs}
    code = product()
    unread = {
        str(block): block.made
        for block in blocks()
        if block.made
        and block.made not in read
        and not re.search(rf"FROM {block.made}\b|\"{block.made}\"", code)
    }
    assert unread == {}


def test_no_column_is_made_that_nobody_reads() -> None:
    """By the words of the statements that read the table, without `*`; reference data are copied whole."""
    unread = {}
    for block in blocks():
        if not block.made or block.step == "copying":
            continue
        readers = [each for each in blocks() if block.made in each.needs]
        text = "\n".join(each.code for each in readers)
        if readers and "*" not in text:
            unread |= {str(block): name for name in block.columns if not re.search(rf"\b{name}\b", text)}
    assert unread == {}
