"""treasury_accounts.csv and the settings of exports: what is refused, with file, line and column."""

from __future__ import annotations

from pathlib import Path

from tests.support.ledgers import ReferenceData, setting, treasury_account
from tests.support.refused import Refused, invalid, refused

DEFAULT = ReferenceData()


def test_every_wrong_value_of_the_treasury_accounts_is_named_with_line_and_column(tmp_path: Path) -> None:
    rows = (
        treasury_account("1500001", payment_type="BON", rating="à", delay_days="-1"),
        treasury_account("1500002", cash_flow_item="IN CAS", province="ROM"),
    )
    assert refused(tmp_path, DEFAULT.replace(treasury_accounts=rows)) == invalid(
        "treasury_accounts.csv",
        (2, "delay_days", "-1"),
        (2, "payment_type", "BON"),
        (2, "rating", "à"),
        (3, "cash_flow_item", "IN CAS"),
        (3, "province", "ROM"),
    )


def test_a_treasury_account_that_its_company_does_not_have_is_refused(tmp_path: Path) -> None:
    rows = (treasury_account("4000001", company="BREZZA"),)
    assert refused(tmp_path, DEFAULT.replace(treasury_accounts=rows)) == [
        Refused("treasury_accounts.csv", 2, "account_code", "reference_code_unknown", "BREZZA 4000001")
    ]


def test_every_wrong_setting_of_exports_is_named(tmp_path: Path) -> None:
    rows = (
        setting("open_items_file", "../PARTITE.txt"),
        setting("export_form", "xml"),
        setting("payment_type", "BONIFICO", company="ALBA"),
        setting("ratings", "5=01"),
        setting("ratings", "0=01;30=02;30=03", company="ALBA"),
        setting("missing_text", ""),
    )
    assert refused(tmp_path, DEFAULT.replace(settings=rows)) == invalid(
        "settings.csv",
        *((line, "setting_value", row["setting_value"]) for line, row in enumerate(rows, start=2)),
    )


def test_e01_two_exports_with_one_file_name_are_refused(tmp_path: Path) -> None:
    """E01, E02: whatever the case and the suffix, since the JSON form has a suffix of its own."""
    rows = (setting("registry_file", "partite.dat"),)
    assert refused(tmp_path, DEFAULT.replace(settings=rows)) == invalid(
        "settings.csv", (2, "setting_value", "partite.dat")
    )
