"""The options that several commands share, so that the same thing has the same name everywhere."""

from __future__ import annotations

from typing import Final

import click

from orchestration.cli.render import TABLE_ROWS


class PlainText(click.ParamType[str]):
    """Text of real characters. What the shell passes on in another encoding stands for no name we know."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text as it is; a usage error if it cannot be written in UTF-8."""
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            self.fail(f"{value!a} is not text in UTF-8", param, ctx)
        return value


json_option: Final = click.option(
    "--json", "as_json", is_flag=True, help="Answer in JSON (fields: docs/command-line.md)."
)
by_option: Final = click.option(
    "--by", "who", type=PlainText(), help="Who asks for it; the user of this machine if left out."
)
file_argument: Final = click.argument("file", type=PlainText(), required=False)
company_option: Final = click.option("--company", type=PlainText(), metavar="CODE", help="Only this company.")
account_option: Final = click.option("--account", type=PlainText(), metavar="CODE", help="Only this account.")
limit_option: Final = click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="ROWS",
    help=f"At most so many rows. Without it: {TABLE_ROWS} in tables, all in JSON.",
)
