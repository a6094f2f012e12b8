"""docs/command-line.md says what the commands do: their options and every field of their answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import click
import pytest

from assets.corrections.reports import CORRECTIONS
from assets.home import HOME_VARIABLE, Home
from assets.invoices.reports import DOCUMENTS
from assets.reports import lists
from assets.sync.reports import INVOICES
from orchestration.cli import exit_codes, main
from orchestration.cli.main import READING_COMMANDS
from samples.sales_files import csv_of, row
from tests.support.invoice_ledgers import decide
from tests.support.ledgers import LedgerHome
from tests.support.sales import import_sales
from tests.unit.test_generated_documentation import IS_WRITING, between_marks

PAGE_PATH: Final = Path(__file__).parents[3] / "docs" / "command-line.md"
PAGE: Final = PAGE_PATH.read_text("utf-8")

LISTS: Final = {
    "findings": lists.FINDINGS,
    "open-items": lists.OPEN_ITEMS,
    "postings": lists.POSTINGS,
    "unlinked": lists.UNLINKED,
    "documents": DOCUMENTS,
    "invoices": INVOICES,
    "corrections": CORRECTIONS,
}

ASKED: Final = {
    "status": ("status",),
    "findings": ("findings",),
    "open-items": ("open-items",),
    "postings": ("postings",),
    "unlinked": ("unlinked",),
    "report open-items": ("report", "open-items", "--as-of", "2026-03-01"),
    "report ageing": ("report", "ageing", "--as-of", "2026-03-01"),
    "report subledger": ("report", "subledger"),
    "report transit": ("report", "transit"),
    "beancount": ("beancount",),
    "why file": ("why", "RITCOGE2.txt"),
    "why posting": ("why", "1"),
    "why item": ("why", "01:FT-2"),
    "find": ("find", "1250,50"),
    "doctor": ("doctor",),
}
ASKED_OF_INVOICES: Final = {
    "documents": (("documents", "--all"),),
    "status": (("status",),),
    "why document": (("why", "D1"), ("why", "D2"), ("why", "D4")),
    "why counterparty": (("why", "S001"),),
    "why invoice": (("why", "122,00", "--as", "invoice"),),
}
"""Of the documents, the last shows what is registered, the one before findings, the one before that a
decision."""


def documented_fields() -> dict[str, list[str]]:
    """The fields of each table of the page that is headed `Fields: ...`, by each name in the heading."""
    fields = {}
    for section in re.split(r"^#+ ", PAGE, flags=re.MULTILINE):
        heading, _, body = section.partition("\n")
        if heading.startswith("Fields: "):
            for name in heading.removeprefix("Fields: ").split(" and "):
                fields[name] = re.findall(r"^\| `(\w+)` \| .+ \|$", body, flags=re.MULTILINE)
    return fields


def fields_of(name: str, value: object) -> dict[str, list[str]]:
    """The fields of an answer and of the lists in it, by the names that the page gives them."""
    if isinstance(value, list):
        # An empty list shows no fields, so that the union over all elements counts.
        return {path: keys for element in value for path, keys in fields_of(name, element).items()}
    assert isinstance(value, dict)
    fields = {name: list(value)}
    for key, entry in value.items():
        if isinstance(entry, list):
            fields |= fields_of(f"{name} / {key}", entry)
    return fields


def test_o06_the_page_lists_every_field_of_every_answer_in_its_order(
    answer: Callable[..., object], filled: Home, invoices: LedgerHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(invoices, 1)
    import_sales(invoices, "sales.csv", csv_of(row(status="draft")))
    shown: dict[str, list[str]] = {}
    for name, questions in ASKED_OF_INVOICES.items():
        for asked in questions:
            shown |= fields_of(name, answer(*asked))
    monkeypatch.setenv(HOME_VARIABLE, str(filled.root))
    for name, asked in ASKED.items():
        shown |= fields_of(name, answer(*asked))
    assert documented_fields() == shown


def lists_table() -> str:
    """What the filters of each list look at, as the lists declare it."""
    lines = ["| list | number | amount | dates | order |", "|---|---|---|---|---|"]
    for name, listing in LISTS.items():
        amounts = listing.amounts or ("what it moved",)
        columns = (listing.numbers, amounts, (listing.day or listing.moment,), listing.order)
        cells = (", ".join(f"`{column}`" for column in each) for each in columns)
        lines.append(f"| `{name}` | {' | '.join(cells)} |")
    return "\n".join(lines).replace("`what it moved`", "what it moved")


def test_o06_the_page_says_what_the_filters_of_every_list_look_at() -> None:
    before, inside, after = between_marks(PAGE, "lists")
    if IS_WRITING:
        page = f"{before}<!-- lists -->\n\n{lists_table()}\n\n<!-- /lists -->{after}"
        PAGE_PATH.write_text(page, "utf-8")
        inside = lists_table()
    assert inside == lists_table()


def commands_by_name() -> dict[str, click.Command]:
    """Every command that reads, those of groups as `group command`."""
    context = click.Context(main)
    found: dict[str, click.Command] = {}
    for name in READING_COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            found |= {f"{name} {inner}": command.commands[inner] for inner in command.commands}
        else:
            found[name] = command
    return found


@pytest.mark.parametrize("name", commands_by_name())
def test_o06_the_page_lists_every_option_of_every_command(name: str) -> None:
    command = commands_by_name()[name]
    sections = re.split(r"^## partita ", PAGE, flags=re.MULTILINE)
    (section,) = (text for text in sections if re.match(rf"{name}[ \n]", text))
    heading, _, body = section.partition("\n")
    options = [option.opts[0] for option in command.params if isinstance(option, click.Option)]
    arguments = [argument.name for argument in command.params if isinstance(argument, click.Argument)]
    assert sorted(re.findall(r"^\| `(--[a-z-]+)", body, flags=re.MULTILINE)) == sorted(options)
    assert [word.strip("[]").lower() for word in heading.removeprefix(name).split()] == arguments


def test_o03_the_page_says_what_every_exit_code_means() -> None:
    """O03: scripts can tell a wrong call from work that leaves something to do."""
    section = PAGE.partition("## Exit codes\n")[2].partition("\n## ")[0]
    codes = [value for name, value in vars(exit_codes).items() if name.isupper()]
    assert [int(code) for code in re.findall(r"^\| ([0-9]+) \|", section, flags=re.MULTILINE)] == codes
    assert codes == [0, 1, 2, 64]


def test_o06_the_page_shows_only_commands_that_exist() -> None:
    shown = set(re.findall(r"^\$ partita ([a-z-]+)", PAGE, flags=re.MULTILINE))
    headed = set(re.findall(r"^## partita ([a-z-]+)", PAGE, flags=re.MULTILINE))
    known = set(main.list_commands(click.Context(main)))
    assert (shown - known, headed - known, set(READING_COMMANDS) - headed) == (set(), set(), set())
