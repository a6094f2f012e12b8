"""The checks of the inboxes: whether something lies there that no look takes.

Anybody may run them on the pages of the inboxes; the sensors report what they say whenever it changed, so
that nothing is written at a tick that finds what the one before found.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import dagster as dg

from assets.detection.lying import INBOXES, LeftLying, left_lying
from assets.ledger.store import utc_now
from orchestration.failing import operating_errors_failing_the_run
from orchestration.imports import current_settings
from orchestration.outcomes import MAX_TABLE_ROWS
from orchestration.resources import HomeResource

CHECK_NAME: Final = "files_fit_a_mask"

_DESCRIPTION: Final = (
    "Nothing lies in the inbox for an hour that no look takes: a file whose name fits no mask, a folder, a "
    "link, or a transfer that broke off."
)
_COLUMNS: Final = ("remedy", "source_file", "lying_since_at", "reason")


@dg.multi_asset_check(
    name="look_for_files_left_lying",
    specs=[
        dg.AssetCheckSpec(CHECK_NAME, asset=inbox.asset_name, description=_DESCRIPTION) for inbox in INBOXES
    ],
    can_subset=True,
)
def inbox_checks(context: dg.AssetCheckExecutionContext, home: HomeResource) -> Iterator[dg.AssetCheckResult]:
    """Looks into the inboxes of the selected checks."""
    ledger = home.ledger()
    selected = {key.asset_key.to_user_string() for key in context.selected_asset_check_keys}
    chosen = [inbox for inbox in INBOXES if inbox.asset_name in selected]
    with operating_errors_failing_the_run():
        lying = left_lying(home.home(ledger), current_settings(ledger), utc_now(), chosen)
    for inbox in chosen:
        yield result(inbox.asset_name, lying)


def result(asset_name: str, lying: Iterable[LeftLying]) -> dg.AssetCheckResult:
    """The outcome for one inbox: one sentence, and a table of at most 20 rows."""
    found = [each for each in lying if each.asset_name == asset_name]
    metadata: dict[str, dg.MetadataValue] = {"failing_rows": dg.MetadataValue.int(len(found))}
    if found:
        metadata["rows"] = dg.MetadataValue.table(
            [dg.TableRecord(_row(each)) for each in found[:MAX_TABLE_ROWS]],
            schema=dg.TableSchema([dg.TableColumn(name, "string") for name in _COLUMNS]),
        )
    return dg.AssetCheckResult(
        asset_key=asset_name,
        check_name=CHECK_NAME,
        passed=not found,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"Left lying, since nothing takes it: {len(found)}. {found[0].remedy}" if found else None,
        metadata=metadata,
    )


def _row(each: LeftLying) -> dict[str, str]:
    return {
        "remedy": each.remedy,
        "source_file": each.source_file,
        "lying_since_at": each.lying_since_at.isoformat(timespec="seconds") + "Z",
        "reason": each.reason,
    }
