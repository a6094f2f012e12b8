"""The command `change`: a registered e-invoice is registered anew (F07).

Belongs here: what the command takes, runs and shows. Does not: what may be changed, and how it is written
(`assets.corrections.changing`). Dagster is loaded when the command runs.
"""

from __future__ import annotations

from typing import Final

import click
import duckdb

from assets.errors import OperatingError
from assets.home import Home
from assets.invoices.reports import identify_documents
from assets.ledger.store import Ledger, utc_now
from orchestration.cli.access import reading
from orchestration.cli.invoice_decisions import end_with, run_deliveries
from orchestration.cli.names import DOCUMENT
from orchestration.cli.options import PlainText, by_option, json_option
from orchestration.cli.preparing import prepared
from orchestration.cli.why_document import explain_document


@click.command()
@click.argument("document_named", metavar="DOCUMENT", type=DOCUMENT)
@click.option("--account", type=PlainText(), metavar="CODE", help="Post the cost to this account.")
@click.option("--vat-code", type=PlainText(), metavar="CODE", help="Use this VAT code.")
@click.option("--remember", is_flag=True, help="Post later documents of the supplier in the same way.")
@click.option(
    "--reason", type=PlainText(), required=True, help="Why; kept with the reversal and the decision."
)
@by_option
@json_option
def change(
    document_named: int,
    account: str | None,
    vat_code: str | None,
    remember: bool,
    reason: str,
    who: str,
    as_json: bool,
) -> None:
    """Change how a registered e-invoice (D12) is posted: its entry is reversed, and it is registered anew.

    The posting rules decide unless an account or a VAT code is given. Ends with 0 if it is registered anew,
    with 2 if it is not and so is to register, with 1 if something stopped the work.
    """
    from assets.corrections.changing import change_registration
    from assets.invoices.deciding import PostingChoice
    from assets.ledger.audit import Decider

    if not reason.strip():
        raise click.UsageError("--reason says why the registration is changed")
    if remember and account is None:
        raise click.UsageError("--remember goes with --account: it is what is remembered")
    with reading() as (home, connection):
        if connection is None:
            raise OperatingError("no e-invoice has arrived yet: there is no ledger")
        _refuse_lost_file(connection, home, document_named)
    home, ledger = prepared()
    decider = Decider(who, utc_now(), reason)
    with ledger.writing("change a registration") as workbench:
        choice = PostingChoice(account, vat_code, remember)
        correction_id, keys = change_registration(workbench, document_named, choice, decider)
    _report(home, ledger, correction_id)
    problems = run_deliveries(home, ledger, keys, [document_named], decider)
    click.echo(f"`partita undo C{correction_id} --reason ...` undoes the change.", err=True)
    end_with(ledger, [document_named], problems, as_json=as_json)


def _refuse_lost_file(connection: duckdb.DuckDBPyConnection, home: Home, document_id: int) -> None:
    """What cannot be read again cannot be registered anew: its entry is not reversed either."""
    if not identify_documents(connection, f"D{document_id}"):
        return
    record = explain_document(connection, home, document_id)
    if record["kept_file"] is None:
        raise OperatingError(
            f"D{document_id} cannot be registered anew: {record['kept_file_problem']}. Nothing was changed."
        )


def _report(home: Home, ledger: Ledger, correction_id: int) -> None:
    """Tells Dagster of the correction: the asset has an event for each, also for this one."""
    import dagster as dg

    from orchestration.corrections import correction_metadata
    from orchestration.instance import open_instance

    with ledger.reading() as connection:
        metadata = correction_metadata(connection, correction_id)
    with open_instance(home) as instance:
        instance.report_runless_asset_event(dg.AssetMaterialization("corrections", metadata=metadata))


COMMANDS: Final[list[click.Command]] = [change]
