"""`partita export`: writes the treasury's files, or says what the treasury knows that is no longer so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import click

from assets.errors import OperatingError
from orchestration.cli.access import reading, say_nothing_yet
from orchestration.cli.exit_codes import SOMETHING_LEFT
from orchestration.cli.names import Day
from orchestration.cli.options import json_option
from orchestration.cli.preparing import prepared
from orchestration.cli.render import Column, Page, amount_column, moment, show_object

if TYPE_CHECKING:
    from assets.exports.remembered import Drift
    from assets.home import Home

_ASSETS: Final[Mapping[str, tuple[str, ...]]] = {
    "open-items": ("open_items_export",),
    "registry": ("registry_export",),
    "all": ("open_items_export", "registry_export"),
}
_EXPORT_COLUMNS: Final = (
    Column("export", "export_kind"),
    Column("file", "path"),
    Column("lines", "row_count", is_right_aligned=True),
    Column("bytes", "byte_count", is_right_aligned=True),
    Column("replaced characters", "replaced_character_count", is_right_aligned=True),
    Column("cut texts", "cut_value_count", is_right_aligned=True),
)
_TOTAL_COLUMNS: Final = (
    Column("company", "company_code"),
    Column("currency", "currency_code"),
    Column("side", "side"),
    Column("open items", "open_item_count", is_right_aligned=True),
    amount_column("left", "residual_total"),
)
_HELD_COLUMNS: Final = (
    Column("company", "company_code"),
    Column("open item", "open_item_key"),
    Column("account", "account_code"),
    Column("document", "document_number"),
    Column("due", "due_date"),
    Column("currency", "currency_code"),
    Column("side", "side"),
    amount_column("left", "residual_amount"),
    Column("held", "hold_reason"),
    Column("what to do", "what_to_do", is_prose=True),
)
_DRIFT_COLUMNS: Final = (
    Column("company", "company_code"),
    Column("open item", "open_item_key"),
    Column("what happened", "what_happened"),
    Column("severity", "severity"),
    Column("exported account", "exported_account_code"),
    Column("account", "account_code"),
    Column("currency", "currency_code"),
    amount_column("exported", "exported_residual_amount"),
    amount_column("left", "residual_amount"),
)


@click.command()
@click.argument("what", type=click.Choice(list(_ASSETS)), default="all")
@click.option(
    "--since",
    type=Day(),
    help="Of the registry only accounts that read otherwise than before this day.",
)
@click.option("--json-form", "is_json_form", is_flag=True, help="Write the files as JSON.")
@click.option(
    "--check", "is_check", is_flag=True, help="Only compare what the treasury knows with the ledger."
)
@click.option("--dry-run", is_flag=True, help="Check everything and show the totals; write nothing.")
@json_option
def export(
    what: str, since: dt.date | None, *, is_json_form: bool, is_check: bool, dry_run: bool, as_json: bool
) -> None:
    """Write the open items and the registry to the files that the treasury takes.

    WHAT is open-items, registry or all. Either every check passes and a file is replaced as a whole, or it
    stays as it is. Ends with 1 if an export was refused, --check with 2 if something differs.
    """
    if since is not None and what == "open-items":
        raise click.UsageError("open items are always exported in full: --since is for the registry")
    if is_check:
        _check(as_json=as_json)
        return
    form = "json" if is_json_form else None
    answers = _dry_run(what, form, since) if dry_run else _run(what, form, since)
    if as_json:
        show_object({"is_dry_run": dry_run, "exports": answers})
        return
    page = Page()
    page.table(_EXPORT_COLUMNS, answers)
    for answer in answers:
        if answer["control_totals"]:
            page.paragraph("Open items")
            page.table(_TOTAL_COLUMNS, answer["control_totals"])
        if answer["held_items"]:
            page.paragraph(f"Held, and left out: {len(answer['held_items'])}")
            page.table(_HELD_COLUMNS, answer["held_items"])
    page.paragraph(
        "This was a dry run: nothing was written." if dry_run else "The treasury may take the files."
    )
    page.show()


def _dry_run(what: str, form: Any, since: dt.date | None) -> list[dict[str, Any]]:
    from assets.exports.exporting import ExportRequest
    from assets.ledger.store import Ledger, utc_now
    from orchestration.exports import dry_run

    with reading() as (home, connection):
        if connection is None:
            raise OperatingError("there is no ledger yet: import a file first")
    answers = []
    for kind in _kinds(what):
        request = ExportRequest(kind, utc_now(), "dry run", form, since if kind == "registry" else None)
        tried = dry_run(home, Ledger.of(home), request)
        row = {
            "export_kind": tried.kind,
            "file_name": tried.path.name,
            "export_form": tried.form,
            "since_date": tried.since,
            "row_count": tried.row_count,
            "byte_count": None,
            "control_totals": tried.total_rows(),
            "texts": tried.text_rows(),
            "held_items": list(tried.held),
        }
        answers.append(_answer(home, row))
    return answers


def _run(what: str, form: str | None, since: dt.date | None) -> list[dict[str, Any]]:
    from assets.exports.remembered import exports_of_run
    from orchestration.instance import open_instance
    from orchestration.process import failure_messages, run_exports

    home, ledger = prepared()
    with open_instance(home) as instance:
        result = run_exports(instance, _ASSETS[what], form, since)
    if not result.success:
        raise OperatingError(" ".join(failure_messages([result])))
    with ledger.reading() as connection:
        done = exports_of_run(connection, result.run_id)
    return [_answer(home, row) for row in done]


def _kinds(what: str) -> list[Any]:
    return [asset.removesuffix("_export") for asset in _ASSETS[what]]


def _answer(home: Home, row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an answer, in their order, from a row of the ledger or of a dry run."""
    return {
        "export_kind": row["export_kind"],
        "path": str(home.outbox / row["file_name"]),
        "export_form": row["export_form"],
        "since_date": row["since_date"],
        "row_count": row["row_count"],
        "byte_count": row["byte_count"],
        "replaced_character_count": sum(text["replaced_character_count"] for text in row["texts"]),
        "cut_value_count": sum(text["cut_value_count"] for text in row["texts"]),
        "control_totals": row["control_totals"],
        "texts": row["texts"],
        "held_items": row["held_items"],
    }


def _check(*, as_json: bool) -> None:
    from assets.exports.remembered import drift, last_exported_at

    found: tuple[Drift, ...] = ()
    exported_at: dt.datetime | None = None
    with reading() as (home, connection):
        if connection is not None:
            exported_at = last_exported_at(connection, "open_items")
            found = drift(connection)
    if connection is None:
        say_nothing_yet(home, as_json=as_json)
    rows = [_drift_row(each, row) for each in found for row in each.rows]
    if as_json:
        show_object({"differences": rows, "exported_at": exported_at})
    elif rows:
        page = Page()
        page.table(_DRIFT_COLUMNS, rows)
        for each in found:
            page.paragraph(f"{each.rule.sentence}: {len(each.rows)}. {each.rule.remedy}")
        page.show()
    elif exported_at is not None:
        click.echo(
            f"The treasury knows the open items as they stand, from the export of {moment(exported_at)}."
        )
    elif connection is not None:
        click.echo("No open items were exported yet: `partita export` writes them.")
    if rows:
        raise SystemExit(SOMETHING_LEFT)


def _drift_row(drift: Drift, row: Mapping[str, Any]) -> dict[str, Any]:
    """One row for both kinds of difference: what a kind does not say is missing."""
    names = (
        "company_code",
        "open_item_key",
        "what_happened",
        "exported_account_code",
        "account_code",
        "currency_code",
        "exported_residual_amount",
        "paid_amount",
        "residual_amount",
    )
    return {"severity": drift.rule.severity, **{name: row.get(name) for name in names}}


COMMANDS: Final[list[click.Command]] = [export]
