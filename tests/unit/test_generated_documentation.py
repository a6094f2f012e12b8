"""The tables in the documentation that are made from data stand there as the data have them.

`make golden` writes them; a person reads the difference before it is committed.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from assets.exports.layout import export_layout
from assets.findings import finding_codes, in_words
from assets.invoices import limits
from assets.invoices.document_types import EN16931, FATTURAPA, document_types
from assets.invoices.model import FRAMES
from assets.layouts import LayoutField
from assets.sales.layout import SalesField, sales_layout
from assets.sync.errors import sync_error_codes
from assets.traces.layout import trace_layout
from tests.support.flow_page import flow_page

ROOT = Path(__file__).resolve().parents[2]
IS_WRITING = bool(os.environ.get("PARTITA_WRITE_GOLDEN"))


def findings_page() -> str:
    """docs/findings.md as the codes have it."""
    lines = [
        "# Findings",
        "",
        "A finding is one thing wrong in one place of one file. An **ERROR** keeps its movement (or the",
        "whole file) out of the ledger until it is mended; a **WARN** keeps nothing out but deserves a look.",
        "`partita findings` shows the open ones with file, line, bytes and value (D11). A finding ends as",
        "*mended* (a rerun no longer finds it), *superseded* (a corrected file replaced it), *ended* (its",
        "cause is gone: the payment was linked, the item settled; it is open again if that is undone, see",
        "[corrections](corrections.md)), *answered* (it was a question to a person), *deleted* (its import",
        "was) or *dismissed* (a person closed it, with a reason). Where a remedy is a command about",
        "FILE:LINE, the finding itself names the import by its number, and the line.",
    ]
    for asset in dict.fromkeys(code.asset_name for code in finding_codes().values()):
        lines += ["", f"## Found by {asset}", "", "| code | | expected | what to do |", "|---|---|---|---|"]
        lines += [
            f"| `{code.finding_code}` | {code.severity} | {code.expected} | {code.remedy} |"
            for code in finding_codes().values()
            if code.asset_name == asset
        ]
    return "\n".join(lines) + "\n"


def layout_table() -> str:
    """The table of docs/trace-format.md as the layout has it."""
    lines = [
        "| field | position | length | kind | JSON name | required | meaning |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{field.name}` | {field.position} | {field.length} | {field.kind} | `{field.json_name}` | "
        f"{'required' if field.is_required else ''} | {field.meaning} |"
        for field in trace_layout().fields
    ]
    return "\n".join(lines)


def sales_table() -> str:
    """The table of docs/sales-invoices.md as the layout has it."""

    def kind(field: SalesField) -> str:
        if field.choices:
            return " or ".join(f"`{choice}`" for choice in field.choices)
        return f"text of up to {field.max_length}" if field.max_length else field.kind

    lines = ["| field | of | kind | required | meaning |", "|---|---|---|---|---|"]
    lines += [
        f"| `{field.field_name}` | {field.level} | {kind(field)} | "
        f"{'required' if field.is_required else ''} | {field.meaning} |"
        for field in sales_layout()
    ]
    return "\n".join(lines)


def export_table(name: str) -> str:
    """A table of docs/treasury-exports.md as the layout has it."""

    def kind(field: LayoutField) -> str:
        if field.kind != "decimal":
            return field.kind
        return f"{'' if field.is_signed else 'unsigned '}decimal {field.integer_digits}.{field.decimals}"

    lines = [
        "| field | position | length | kind | JSON name | required | meaning |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{field.name}` | {field.position} | {field.length} | {kind(field)} | "
        f"{f'`{field.json_name}`' if field.json_name else ''} | "
        f"{'required' if field.is_required else ''} | {field.meaning} |"
        for field in export_layout(name).fields  # type: ignore[arg-type]
    ]
    return "\n".join(lines)


def sync_errors_table() -> str:
    """The table of docs/sync.md as the errors have it."""
    lines = ["| code | to mend by | what is wrong | what to do |", "|---|---|---|---|"]
    lines += [
        f"| `{code.sync_error_code}` | {code.owner} | {code.what} | {code.remedy} |"
        for code in sync_error_codes().values()
    ]
    return "\n".join(lines)


def document_types_table() -> str:
    """The table of docs/e-invoices.md as the types have it."""
    formats = {FATTURAPA: "FatturaPA", EN16931: "UBL, CII"}
    lines = ["| code | of | means | as | treatment | source |", "|---|---|---|---|---|---|"]
    lines += [
        f"| `{row.type_code}` | {formats[row.syntax]} | {row.description} | `{row.document_type}`"
        f"{' **minus**' if row.is_credit_note else ''} | {row.treatment} | {row.source} |"
        for row in document_types()
    ]
    return "\n".join(lines)


def limits_table() -> str:
    """The table of docs/e-invoice-files.md as the limits have it."""
    names = [name.removesuffix("_SENTENCE") for name in vars(limits) if name.endswith("_SENTENCE")]
    lines = ["| limit | what is taken |", "|---|---|"]
    lines += [
        f"| {getattr(limits, f'MAX_{name}'):,} | {in_words(getattr(limits, f'{name}_SENTENCE'), '')} |"
        for name in names
    ]
    return "\n".join(lines)


def between_marks(text: str, name: str) -> tuple[str, str, str]:
    """What stands before, between and after `<!-- name -->` and `<!-- /name -->`."""
    before, _, rest = text.partition(f"<!-- {name} -->\n")
    inside, _, after = rest.partition(f"<!-- /{name} -->")
    return before, inside.strip("\n"), after


def test_the_page_of_findings_lists_every_code_with_its_remedy() -> None:
    """D11: the documentation says what to do about each finding."""
    page = ROOT / "docs" / "findings.md"
    if IS_WRITING:
        page.write_text(findings_page(), "utf-8")
    assert page.read_text("utf-8") == findings_page()


def test_the_page_of_the_flow_draws_what_the_statements_hand_on() -> None:
    """An engineer sees which step makes a table, which reads it, and who writes the ledger."""
    page = ROOT / "docs" / "flow.md"
    if IS_WRITING:
        page.write_text(flow_page(), "utf-8")
    assert page.read_text("utf-8") == flow_page()


def test_the_page_of_invoice_files_lists_every_limit() -> None:
    """R17: whoever is refused for a limit finds it, and so does who asks for another one."""
    page = ROOT / "docs" / "e-invoice-files.md"
    before, inside, after = between_marks(page.read_text("utf-8"), "limits")
    if IS_WRITING:
        page.write_text(f"{before}<!-- limits -->\n\n{limits_table()}\n\n<!-- /limits -->{after}", "utf-8")
        inside = limits_table()
    assert inside == limits_table()


@pytest.mark.parametrize("name", ["layout"])
def test_the_page_of_the_trace_lists_every_field_of_the_layout(name: str) -> None:
    """D33: names and positions stand in the documentation as the readers use them."""
    page = ROOT / "docs" / "trace-format.md"
    before, inside, after = between_marks(page.read_text("utf-8"), name)
    if IS_WRITING:
        page.write_text(f"{before}<!-- {name} -->\n\n{layout_table()}\n\n<!-- /{name} -->{after}", "utf-8")
        inside = layout_table()
    assert inside == layout_table()


def test_the_page_of_sales_invoices_lists_every_field_of_the_layout() -> None:
    """T11: names stand in the documentation as the readers use them."""
    page = ROOT / "docs" / "sales-invoices.md"
    before, inside, after = between_marks(page.read_text("utf-8"), "sales_layout")
    if IS_WRITING:
        written = f"{before}<!-- sales_layout -->\n\n{sales_table()}\n\n<!-- /sales_layout -->{after}"
        page.write_text(written, "utf-8")
        inside = sales_table()
    assert inside == sales_table()


def test_t11_the_page_of_the_sync_lists_every_error_with_whose_it_is_and_what_to_do() -> None:
    page = ROOT / "docs" / "sync.md"
    before, inside, after = between_marks(page.read_text("utf-8"), "sync_errors")
    if IS_WRITING:
        written = f"{before}<!-- sync_errors -->\n\n{sync_errors_table()}\n\n<!-- /sync_errors -->{after}"
        page.write_text(written, "utf-8")
        inside = sync_errors_table()
    assert inside == sync_errors_table()


def test_the_page_of_e_invoices_lists_every_type_with_its_treatment() -> None:
    """R08: the documentation says which types are registered."""
    page = ROOT / "docs" / "e-invoices.md"
    before, inside, after = between_marks(page.read_text("utf-8"), "document_types")
    if IS_WRITING:
        table = document_types_table()
        page.write_text(
            f"{before}<!-- document_types -->\n\n{table}\n\n<!-- /document_types -->{after}", "utf-8"
        )
        inside = table
    assert inside == document_types_table()


def test_the_page_of_e_invoices_says_of_every_column_where_it_comes_from() -> None:
    page = (ROOT / "docs" / "e-invoices.md").read_text("utf-8")
    named = re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \|", page, re.MULTILINE)
    assert named == [
        f"{frame}.{column}"
        for frame, schema in FRAMES.items()
        for column in schema.names
        if column not in ("file_number", "position", "ordinal")
    ]


@pytest.mark.parametrize("name", ["open_items", "registry"])
def test_e06_the_page_of_the_exports_lists_every_field_of_both_layouts(name: str) -> None:
    """E06: names and positions stand in the documentation as the writers use them."""
    page = ROOT / "docs" / "treasury-exports.md"
    before, inside, after = between_marks(page.read_text("utf-8"), name)
    if IS_WRITING:
        written = f"{before}<!-- {name} -->\n\n{export_table(name)}\n\n<!-- /{name} -->{after}"
        page.write_text(written, "utf-8")
        inside = export_table(name)
    assert inside == export_table(name)
