"""The one definition that carries the open items and the accounts to the treasury's files.

Both exports are one operation, since an export reads the ledger for one moment only and waits for nobody's
partitions. An export that is refused leaves its file as it is, shows in its check, and fails the run; the
other one goes on.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Final

import dagster as dg

from assets.errors import OperatingError, TransientError
from assets.exports import assets as export_assets
from assets.exports.checks import LAYOUT_CHECKS
from assets.exports.exporting import Exported, ExportRefusedError, ExportRequest
from assets.exports.layout import LayoutName
from assets.home import Home
from assets.ledger.store import Ledger, utc_now
from assets.money import format_amount
from assets.wording import counted
from orchestration.exports import TreasuryExports
from orchestration.failing import RunFailedError
from orchestration.freshness import made_of
from orchestration.outcomes import MAX_TABLE_ROWS, passed
from orchestration.resources import HomeResource

KINDS: Final[dict[str, LayoutName]] = {"open_items_export": "open_items", "registry_export": "registry"}

_DESCRIPTIONS: Final = (
    "Every value fits its field, every key stands once, and the totals are those of the ledger; otherwise "
    "nothing is written.",
    "No text was cut, and no character replaced that the receiver does not allow (E07).",
)


class Form(Enum):
    """The form of the files; Dagster's pages offer these names."""

    text = "text"
    json = "json"


class ExportConfig(dg.Config):
    """How to export: `form` None as the setting says; `since`, a date as YYYY-MM-DD, for the registry."""

    form: Form | None = None
    since: str | None = None


@dg.multi_asset(
    name="export_to_treasury",
    specs=export_assets.SPECS,
    check_specs=[
        dg.AssetCheckSpec(check, asset=asset, description=description)
        for asset, checks in LAYOUT_CHECKS.items()
        for check, description in zip(checks, _DESCRIPTIONS, strict=True)
    ],
    can_subset=True,
)
def export_pipeline(
    context: dg.AssetExecutionContext, config: ExportConfig, home: HomeResource
) -> Iterator[dg.AssetMaterialization | dg.AssetCheckResult]:
    """Exports what is selected, and reports each file and its checks."""
    selected = {key.to_user_string() for key in context.selected_asset_keys}
    refusals = []
    ledger = home.ledger()
    for asset, kind in KINDS.items():
        if asset not in selected:
            continue
        tags = made_of(context.instance, asset)
        try:
            exported = _export(home.home(ledger), ledger, _request(kind, config, context.run.run_id))
        except ExportRefusedError as refusal:
            refusals.append(str(refusal))
            yield _refused(asset, refusal)
            continue
        except TransientError:
            raise
        except OperatingError as error:
            raise RunFailedError(str(error)) from error
        for each in exported.drift:
            context.log.warning(f"{each.rule.sentence}: {len(each.rows)}, before this export.")
        if exported.held:
            context.log.info(
                f"{counted(len(exported.held), 'open item is', 'open items are')} held and left out."
            )
        context.log.info(
            f"{exported.path.name}: {counted(exported.row_count, 'line')}, {exported.byte_count} bytes"
        )
        yield _materialization(asset, exported, tags)
        yield from _results(asset, exported)
    if refusals:
        raise RunFailedError(" ".join(refusals))


def _request(kind: LayoutName, config: ExportConfig, run_id: str) -> ExportRequest:
    since = None
    if config.since is not None and kind == "registry":
        try:
            since = dt.date.fromisoformat(config.since)
        except ValueError as error:
            raise OperatingError(f"since is {config.since!r}, expected a date as YYYY-MM-DD") from error
    return ExportRequest(kind, utc_now(), run_id, None if config.form is None else config.form.value, since)


def _export(home: Home, ledger: Ledger, request: ExportRequest) -> Exported:
    # The connection lives in a function of its own: the traceback of a failed run outlives its frame.
    with TreasuryExports(home, ledger, request.run_id) as exports:
        return exports.export(request)


def _materialization(asset: str, exported: Exported, tags: Mapping[str, str]) -> dg.AssetMaterialization:
    metadata: dict[str, dg.MetadataValue] = {
        "path": dg.MetadataValue.path(str(exported.path)),
        "dagster/row_count": dg.MetadataValue.int(exported.row_count),
        "byte_count": dg.MetadataValue.int(exported.byte_count),
        "form": dg.MetadataValue.text(exported.form),
        "replaced_character_count": dg.MetadataValue.int(sum(exported.replaced_characters.values())),
        "cut_value_count": dg.MetadataValue.int(sum(exported.cut_values.values())),
    }
    if exported.since is not None:
        metadata["since"] = dg.MetadataValue.text(exported.since.isoformat())
    totals = [
        row | {"residual_total": format_amount(row["residual_total"], row["currency_code"])}
        for row in exported.total_rows()[:MAX_TABLE_ROWS]
    ]
    if totals:
        metadata["control_totals"] = dg.MetadataValue.table([dg.TableRecord(row) for row in totals])
    if exported.held:
        metadata["held_item_count"] = dg.MetadataValue.int(len(exported.held))
        held = [
            {name: str(row[name]) for name in ("company_code", "open_item_key", "hold_reason", "what_to_do")}
            | {"residual_amount": format_amount(row["residual_amount"], row["currency_code"])}
            for row in exported.held[:MAX_TABLE_ROWS]
        ]
        metadata["held_items"] = dg.MetadataValue.table([dg.TableRecord(row) for row in held])
    for each in exported.drift:
        metadata[each.rule.name] = dg.MetadataValue.text(f"{len(each.rows)} before this export")
    return dg.AssetMaterialization(asset, metadata=metadata, tags=tags)


def _results(asset: str, exported: Exported) -> Iterator[dg.AssetCheckResult]:
    fits, keeps = LAYOUT_CHECKS[asset]
    yield passed(asset, fits, dg.AssetCheckSeverity.ERROR)
    texts = exported.text_rows()
    if not texts:
        yield passed(asset, keeps, dg.AssetCheckSeverity.WARN)
        return
    replaced = counted(sum(exported.replaced_characters.values()), "character")
    cut = counted(sum(exported.cut_values.values()), "text")
    yield dg.AssetCheckResult(
        asset_key=asset,
        check_name=keeps,
        passed=False,
        severity=dg.AssetCheckSeverity.WARN,
        description=(
            f"Replaced: {replaced}; cut: {cut}. Shorten or respell them in reference/ if the treasury has to "
            "show them in full."
        ),
        metadata={
            "failing_rows": len(texts),
            "rows": dg.MetadataValue.table([dg.TableRecord(row) for row in texts]),
        },
    )


def _refused(asset: str, refusal: ExportRefusedError) -> dg.AssetCheckResult:
    table = [
        dg.TableRecord(
            {
                "company_code": problem.company_code,
                "item": problem.item,
                "field": problem.field,
                "raw_value": problem.raw_value,
                "expected": problem.expected,
            }
        )
        for problem in refusal.problems[:MAX_TABLE_ROWS]
    ]
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=LAYOUT_CHECKS[asset][0],
        passed=False,
        severity=dg.AssetCheckSeverity.ERROR,
        description=str(refusal),
        metadata={"rows": dg.MetadataValue.table(table)} if table else {},
    )


ASSETS: Final = (export_pipeline,)
