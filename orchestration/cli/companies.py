"""The option `--company`, and which companies it may name.

Belongs here: looking a company up, so that a slip of the keyboard does not read as "nothing there". Does not:
what a command asks of a company.
"""

from __future__ import annotations

from typing import Final

import click

from assets.errors import OperatingError, TransientError
from assets.reports import questions
from orchestration.cli.access import reading
from orchestration.cli.options import PlainText, account_option, json_option, limit_option, together
from orchestration.cli.render import visible

_MOST_NAMED: Final = 20


class CompanyCode(click.ParamType[str]):
    """A company of the ledger by its code, whose letters may be written small or large."""

    name = "company"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The code as the ledger has it; a usage error, with the codes that there are, for any other.

        Before there is a company any code is taken: then the command finds nothing, and says so.
        """
        known = _known_companies()
        if not known or PlainText().convert(value, param, ctx) in known:
            return value
        meant = [code for code in known if code.casefold() == value.strip().casefold()]
        if len(meant) != 1:
            more = f" and {len(known) - _MOST_NAMED:,} more" if len(known) > _MOST_NAMED else ""
            verb = "are" if len(known) > 1 else "is"
            self.fail(
                f"no company {visible(value)!r}; there {verb} {', '.join(known[:_MOST_NAMED])}{more}",
                param,
                ctx,
            )
        return meant[0]


def _known_companies() -> list[str]:
    try:
        with reading() as (_, connection):
            return [] if connection is None else questions.companies(connection)
    except TransientError:
        raise
    except OperatingError:
        # Tables that are too old or too new: the command brings them up to date, or says what to do.
        return []


company_option: Final = click.option(
    "--company", type=CompanyCode(), metavar="CODE", help="Only this company."
)
scope_options: Final = together(company_option, account_option, limit_option, json_option)
"""What the lists have that may be narrowed to a company and an account."""
