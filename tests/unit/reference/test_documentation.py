"""docs/reference-data.md says what the files are: every column and setting, and right examples."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

from assets.reference.load import read_reference
from assets.reference.schemas import REFERENCE_FILES
from assets.settings import SETTING_RULES

ROOT: Final = Path(__file__).resolve().parents[3]
PAGE: Final = (ROOT / "docs" / "reference-data.md").read_text("utf-8")


def section(file_name: str) -> str:
    """The part of the page about one file."""
    found = re.search(rf"^##+ {re.escape(file_name)}$(.*?)(?=^##|\Z)", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert found is not None, f"{file_name} has no section"
    return found[1]


def rows(text: str) -> list[tuple[list[str], bool]]:
    """The rows of the tables of a section: names in the first cell, and whether they are required."""
    cells = [line.split("|")[1:3] for line in text.splitlines() if line.startswith("| `")]
    return [(re.findall(r"`([a-z_]+)`", names), mark.strip() == "required") for names, mark in cells]


def example(file_name: str) -> str | None:
    """The example of a file, if its section has one."""
    found = re.search(r"```csv\n(.*?)```", section(file_name), flags=re.DOTALL)
    return None if found is None else found[1]


def test_every_column_stands_on_the_page_with_whether_it_is_required() -> None:
    documented = {
        file.name: {name: is_required for names, is_required in rows(section(file.name)) for name in names}
        for file in REFERENCE_FILES
        if file.table != "setting"
    }
    assert documented == {
        file.name: {name: is_required for name, (is_required, _) in file.columns.items()}
        for file in REFERENCE_FILES
        if file.table != "setting"
    }


def test_every_setting_stands_on_the_page_with_its_default() -> None:
    found = re.findall(r"^\| `([a-z_]+)` \| (?:`([^`]*)`)? ?\|", section("settings.csv"), flags=re.MULTILINE)
    assert dict(found) == {name: rule.default for name, rule in SETTING_RULES.items()}


def test_every_optional_file_has_an_example_that_the_sample_company_could_use(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data" / "samples" / "reference", tmp_path / "reference")
    examples = {file.name: example(file.name) for file in REFERENCE_FILES if file.is_optional}
    for name, text in examples.items():
        assert text is not None, f"{name} has no example"
        (tmp_path / "reference" / name).write_text(text, "utf-8")
    read = read_reference(tmp_path / "reference", {})
    assert read.findings == ()
    counts = {file.name: read.frames[file.table].num_rows for file in REFERENCE_FILES if file.is_optional}
    assert counts == {name: len(str(text).splitlines()) - 1 for name, text in examples.items()}


def test_only_the_files_for_invoices_special_cases_exports_and_the_sync_are_optional() -> None:
    parts = [
        PAGE.split(f"## {title}")[1].split("\n## ")[0]
        for title in (
            "Sales invoices",
            "Purchase e-invoices",
            "Special cases of payments",
            "Treasury exports",
            "Sync of sales invoices",
        )
    ]
    assert re.findall(r"^### (\S+\.csv)$", "\n".join(parts), flags=re.MULTILINE) == [
        file.name for file in REFERENCE_FILES if file.is_optional
    ]
