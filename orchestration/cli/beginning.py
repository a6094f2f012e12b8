"""The command `init`: makes a home for one's own company, or for the sample.

Belongs here: what is asked and what is said. Does not: what the files hold (`assets.reference.templates`).
"""

from __future__ import annotations

import os
import shlex
from typing import Final

import click

from assets.days import day_of
from assets.errors import OperatingError
from assets.home import DATA, HOME_VARIABLE, Home, home_from_environment
from assets.ledger.store import Ledger, utc_now
from assets.reference.csv_files import refuse_wrong
from assets.reference.identifiers import has_wrong_digits
from assets.reference.load import written_settings
from assets.reference.templates import STARTING_SETS, NewCompany, new_files
from assets.wording import counted
from orchestration.beginning import begin, to_write
from orchestration.cli.options import PlainText
from orchestration.cli.render import Page

SAMPLE: Final = DATA / "samples"


@click.command()
@click.option("--company", type=PlainText(), metavar="CODE", help="Code of your company, as traces name it.")
@click.option("--name", type=PlainText(), help="Its name.")
@click.option("--vat-number", type=PlainText(), default="", help="Its VAT number, without the country.")
@click.option("--tax-code", type=PlainText(), default="", help="Its tax code.")
@click.option("--country", type=PlainText(), default="IT", show_default=True, help="Its country, ISO 3166.")
@click.option(
    "--currency", type=PlainText(), default="EUR", show_default=True, help="Currency of its books, ISO 4217."
)
@click.option(
    "--chart",
    type=click.Choice(STARTING_SETS),
    help="A starting set: chart of accounts, VAT codes, withholding types, funds, reasons. Needs --company.",
)
@click.option("--sample", is_flag=True, help="The sample company instead of your own.")
def init(
    company: str | None,
    name: str | None,
    vat_number: str,
    tax_code: str,
    country: str,
    currency: str,
    chart: str | None,
    *,
    sample: bool,
) -> None:
    """Make a home: its folders, and reference files that explain themselves, to be filled in.

    The home is the folder that PARTITA_HOME names. Files that are there already stay as they are.
    """
    home = home_from_environment()
    if sample:
        if company or name or chart:
            raise click.UsageError("--sample brings companies of its own: leave the others out")
        _init_sample(home)
        return
    if (company is None) != (name is None):
        raise click.UsageError("--company and --name belong together")
    if chart is not None and company is None:
        raise click.UsageError("--chart needs a company: --company CODE --name NAME")
    if has_wrong_digits(country, vat_number):
        raise click.BadParameter(f"{vat_number!a} has wrong check digits", param_hint="'--vat-number'")
    own = None
    if company is not None and name is not None:
        own = NewCompany(company, name, currency.upper(), country.upper(), vat_number, tax_code)
    today = day_of(utc_now(), written_settings(home.reference).get("time_zone"))
    blank, files = new_files(None, None, today), new_files(own, chart, today)
    if company is not None and "companies.csv" not in to_write(home, files, blank):
        raise OperatingError(
            f"{home.reference / 'companies.csv'} names companies already: add {company} there, with its "
            "accounts and periods. Nothing was written"
        )
    refuse_wrong(home.reference, to_write(home, files, blank))
    begun = begin(home, files, blank)
    page = Page()
    page.line(f"The home is {home.root}.")
    if begun.written:
        page.line(f"{counted(len(begun.written), 'reference file')} written to {home.reference}.")
    if begun.kept:
        page.line(f"Left as they were, since somebody has written into them: {', '.join(begun.kept)}.")
    page.paragraph("Next:")
    for number, step in enumerate(_next_steps(home, own, chart), start=1):
        page.line(f"{number}. {step}")
    page.show()


def _init_sample(home: Home) -> None:
    from orchestration.imports import TraceImports
    from orchestration.sample import copy_sample, finish_sample

    home.create()
    if not copy_sample(home, SAMPLE):
        raise OperatingError(
            f"{home.root} was used before, or the sample is not in {SAMPLE}: nothing was written. Name an "
            f"empty folder by {HOME_VARIABLE}"
        )
    with TraceImports(home, Ledger.of(home), "sample") as imports:
        imports.load_reference()
    finish_sample(home)
    click.echo(f"The home {home.root} has the sample company: `partita process` imports its files.")


def _next_steps(home: Home, company: NewCompany | None, chart: str | None) -> list[str]:
    steps = []
    if HOME_VARIABLE in os.environ:
        steps.append(f"In every terminal: export {HOME_VARIABLE}={shlex.quote(str(home.root))}")
    if company is None:
        steps.append(
            "Name your company, by `partita init --company CODE --name NAME` (with --chart italian for a "
            "starting set), or in companies.csv and accounting_periods.csv."
        )
    if chart is None:
        steps.append("Fill in chart_of_accounts.csv and accounting_reasons.csv.")
    return [
        *steps,
        "Bring in what another program exports: `partita reference import counterparties FILE`, then "
        "`accounts` and `open-items` (docs/beginning.md).",
        "Ask `partita reference check` until it says that all is well.",
        f"Drop traces into {home.inbox} and e-invoices into {home.invoice_inbox}; then `partita process`, or "
        "`make run` for the UI.",
    ]


COMMANDS: Final[list[click.Command]] = [init]
