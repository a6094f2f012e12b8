"""What an asset check is before Dagster: a statement whose rows are what is wrong, and a sentence.

The stages declare their checks with this; `orchestration.outcomes` turns them into asset checks. A check
looks at the whole ledger, not at one run: it is red until everything is mended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assets.findings import Severity, finding_codes


@dataclass(frozen=True, slots=True)
class CheckRule:
    """One asset check.

    `statement` names a file of `assets/<stage>/sql`, which returns the rows that fail, worst first; its
    columns become the table that is shown. `macro` names a statement of the same stage that it needs to be
    run before it. `sentence` says what a row is, `remedy` what to do about it.
    """

    name: str
    asset_name: str
    severity: Severity
    statement: str
    description: str
    sentence: str
    remedy: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    stage: str = "ledger"
    macro: str | None = None


def finding_rule(
    name: str, asset_name: str, severity: Severity, description: str, sentence: str, remedy: str
) -> CheckRule:
    """A check that fails while findings of an asset's codes and this severity are open."""
    codes = [
        code.finding_code
        for code in finding_codes().values()
        if code.asset_name == asset_name and code.severity == severity
    ]
    return CheckRule(
        name, asset_name, severity, "check_open_findings", description, sentence, remedy, {"codes": codes}
    )
