"""`process --dry-run`: what importing what waits would change, shown as the difference that it makes.

Belongs here: asking and showing. Does not: trying (`orchestration.trying`, `orchestration.deliveries`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from assets.home import Home
from assets.ledger.store import Ledger
from orchestration.cli.corrected import ITEM_COLUMNS, POSTING_COLUMNS
from orchestration.cli.exit_codes import ALL_WELL, SOMETHING_LEFT
from orchestration.cli.progress import progress
from orchestration.cli.render import TABLE_ROWS, Column, Page, show_array, visible
from orchestration.cli.run_commands import CLEAN, answer_of, fits_its_home, show_outcomes

if TYPE_CHECKING:
    from assets.detection.inbox import WaitingFile
    from assets.settings import Settings
    from orchestration.imports import FileImports


def try_all(home: Home, ledger: Ledger, settings: Settings, *, as_json: bool) -> None:
    """Tries what waits in all inboxes, shows it, and ends the command; nothing is changed."""
    from orchestration.cli.registering import preview
    from orchestration.imports import TraceImports, look
    from orchestration.sales_imports import SALES, SalesImports

    deliveries = preview(home, ledger, settings)
    sales = look(home, ledger, settings, only_looks=True, source=SALES).new
    files = look(home, ledger, settings, only_looks=True).new
    of_sales = list(_tried(SalesImports(home, ledger, "dry run"), sales))
    of_traces = list(_tried(TraceImports(home, ledger, "dry run"), files))
    answers = [*of_sales, *of_traces]
    if as_json:
        show_array([*deliveries, *answers])
    else:
        show_outcomes(deliveries, of_sales, of_traces, is_tried=True)
        _show_differences(answers)
        _show_findings(answers)
        click.echo("This was a dry run: nothing was posted, and the files stay in the inbox.")
    is_clean = all(answer["status"] in CLEAN for answer in [*deliveries, *answers])
    fits = fits_its_home(home, ledger)
    raise SystemExit(ALL_WELL if is_clean and fits else SOMETHING_LEFT)


def _tried(imports: FileImports, files: Sequence[WaitingFile]) -> Iterator[dict[str, Any]]:
    from orchestration.trying import dry_run

    if not files:
        return
    with imports, progress(len(files), "Trying") as done:
        for tried in dry_run(imports, files):
            done()
            yield {
                **answer_of(tried.outcome, is_recorded=False),
                "findings": tried.findings,
                "postings": tried.postings,
                "items": tried.items,
            }


def _show_differences(answers: Sequence[Mapping[str, Any]]) -> None:
    """The postings and the items of each file that changes something."""
    page = Page()
    for answer in answers:
        if answer["postings"]:
            page.paragraph(f"{visible(answer['source_file'])} would post")
            _show_rows(page, POSTING_COLUMNS, answer["postings"])
        if answer["items"]:
            page.paragraph(f"{visible(answer['source_file'])} would change open items")
            _show_rows(page, ITEM_COLUMNS, answer["items"])
    page.show()


def _show_rows(page: Page, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> None:
    page.table(columns, rows[:TABLE_ROWS])
    if len(rows) > TABLE_ROWS:
        page.line(f"These are the first {TABLE_ROWS} of {len(rows):,}: `--json` shows the others.")


def _show_findings(answers: Sequence[Mapping[str, Any]]) -> None:
    for answer in answers:
        for finding in answer["findings"]:
            where = f"line {finding['line_number']}" if finding["line_number"] else "file"
            about = " ".join(str(part) for part in (answer["source_file"], where, finding["field"]) if part)
            click.echo(
                visible(
                    f"{about}: {finding['finding_code']}: {finding['raw_value']!r}, expected "
                    f"{finding['expected']}. {finding['remedy']}"
                )
            )
