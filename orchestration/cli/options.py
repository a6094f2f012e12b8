"""The options that several commands share, so that the same thing has the same name everywhere."""

from __future__ import annotations

from typing import Final

import click

from orchestration.cli.render import TABLE_ROWS

json_option: Final = click.option(
    "--json", "as_json", is_flag=True, help="Answer in JSON (fields: docs/command-line.md)."
)
company_option: Final = click.option("--company", metavar="CODE", help="Only this company.")
account_option: Final = click.option("--account", metavar="CODE", help="Only this account.")
limit_option: Final = click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="ROWS",
    help=f"At most so many rows. Without it: {TABLE_ROWS} in tables, all in JSON.",
)
