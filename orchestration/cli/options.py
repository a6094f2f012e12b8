"""The options that several commands share, so that the same thing has the same name everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import click

from orchestration.cli.render import TABLE_ROWS

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
"""An option, an argument, or several of them."""


def together(*options: Decorator) -> Decorator:
    """Several options as one, in the order in which the help shows them."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


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


def _session_user() -> str:
    # What serves the UI is loaded by the commands that serve, and by those that note who asks when they ask.
    from orchestration.serving.session import session_user

    return session_user()


ROWS: Final = click.IntRange(min=1, max=1_000_000_000)
"""How many rows of a list somebody may ask for: more than any ledger has."""

json_option: Final = click.option(
    "--json", "as_json", is_flag=True, help="Answer in JSON (fields: docs/command-line.md)."
)
file_argument: Final = click.argument("file", type=PlainText(), required=False)
account_option: Final = click.option("--account", type=PlainText(), metavar="CODE", help="Only this account.")
limit_option: Final = click.option(
    "--limit",
    type=ROWS,
    metavar="ROWS",
    help=f"At most so many rows. Without it: {TABLE_ROWS} in tables, all in JSON.",
)
by_option: Final = click.option(
    "--by",
    "who",
    type=PlainText(),
    default=_session_user,
    help="Who asks for it; the user of this machine if left out.",
)
