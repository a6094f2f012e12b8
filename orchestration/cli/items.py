"""How open items are named on the command line, and which one a bare key means.

Belongs here: looking a key up. Does not: whether the item may be corrected (`assets.corrections`).
"""

from __future__ import annotations

import click

from assets.reports import questions
from orchestration.cli.access import reading
from orchestration.cli.options import PlainText


class ItemName(click.ParamType[str]):
    """An open item as COMPANY:KEY, or by its key alone where one company has it."""

    name = "item"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name as COMPANY:KEY; a usage error for anything that is none, or could be several."""
        company, colon, key = PlainText().convert(value, param, ctx).partition(":")
        if company and key:
            return value
        found = [] if colon or not value else _items_of_key(value)
        if not found:
            self.fail(
                f"{value!a} is no open item: they are named COMPANY:KEY, see `partita open-items`", param, ctx
            )
        if len(found) > 1:
            self.fail(f"{value!a} could be {' or '.join(found)}: say which one", param, ctx)
        return found[0]


def _items_of_key(key: str) -> list[str]:
    with reading() as (_, connection):
        return [] if connection is None else questions.items_of_key(connection, key)
