"""The command `status`."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from textwrap import dedent
from typing import cast

import pytest

from assets.detection import lying
from assets.home import Home
from tests.unit.cli.conftest import Run
from tests.unit.cli.small_ledger import AGAIN, FIRST, SECOND, YEN


def test_o02_status_counts_what_stands_in_the_ledger_and_what_waits(
    filled: Home, answer: Callable[..., object]
) -> None:
    (filled.inbox / "RITCOGE3.txt").write_bytes(b"waiting")
    (filled.inbox / ".RITCOGE4.txt.part").write_bytes(b"on its way")
    (filled.invoice_inbox / "invoices.zip").write_bytes(b"waiting")
    (filled.sales_inbox / "sales.csv").write_bytes(b"waiting")
    newest = {
        "import_id": 4,
        "import_number": "I4",
        "partition_key": AGAIN.partition_key,
        "source_file": "RITCOGE.txt",
        "status": "failed",
        "imported_at": "2026-03-01T08:40:00Z",
        "attempt": 1,
        "movement_count": 0,
        "posted_movement_count": 0,
        "error_count": 1,
        "warning_count": 0,
        "source_kind": "trace",
    }
    assert answer("status", "--limit", "1") == {
        "home": str(filled.root),
        "inbox_file_count": 1,
        "entry_count": 5,
        "posting_count": 10,
        "open_item_count": 3,
        "closed_item_count": 1,
        "withdrawn_item_count": 1,
        "unlinked_payment_count": 1,
        "open_error_count": 3,
        "open_warning_count": 1,
        "reference_version": 2,
        "ledger_totals": [
            {
                "company_currency_code": "EUR",
                "posting_count": 6,
                "debit_total": "1390.49",
                "credit_total": "1390.49",
            },
            {
                "company_currency_code": "JPY",
                "posting_count": 4,
                "debit_total": "10000",
                "credit_total": "10000",
            },
        ],
        "open_item_totals": [
            {"currency_code": "EUR", "side": "debit", "open_item_count": 2, "residual_total": "159.995"},
            {"currency_code": "USD", "side": "debit", "open_item_count": 1, "residual_total": "33.255"},
        ],
        "transit_balances": [
            {
                "company_code": "01",
                "account_code": "1900",
                "account_name": "Bills for collection",
                "company_currency_code": "EUR",
                "balance_amount": "40.00",
            }
        ],
        "imports_by_status": [
            {"status": "deleted", "import_count": 1, "source_kind": "trace"},
            {"status": "failed", "import_count": 1, "source_kind": "trace"},
            {"status": "incomplete", "import_count": 1, "source_kind": "trace"},
            {"status": "posted", "import_count": 1, "source_kind": "trace"},
        ],
        "last_imports": [newest],
        "deliveries_by_status": [],
        "documents_by_status": [],
        "reasons_to_register": [],
        "sales_by_status": [],
        "invoice_inbox_file_count": 1,
        "sales_inbox_file_count": 1,
        "left_lying": [],
        "home_difference_count": 0,
    }


def test_d03_status_names_what_lies_in_an_inbox_and_fits_no_mask(
    filled: Home, run: Run, answer: Callable[..., dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lying, "PATIENCE", dt.timedelta(0))
    (filled.inbox / "PAYMENTS.txt").write_bytes(b"x")
    (found,) = cast("list[dict[str, str]]", answer("status")["left_lying"])
    assert found | {"lying_since_at": ""} == {
        "asset_name": "trace_inbox",
        "source_file": "PAYMENTS.txt",
        "lying_since_at": "",
        "reason": "no mask fits: file_masks is RITCOGE*.txt",
        "remedy": "Rename or remove it, or add a mask to file_masks in settings.csv.",
    }
    lines = run("status").output.splitlines()
    place = lines.index("Left lying in the inboxes for an hour and more: nothing takes them")
    assert lines[place + 2].startswith("trace_inbox  PAYMENTS.txt  ")


def test_o02_status_for_people_ends_with_what_to_do_next(filled: Home, run: Run) -> None:
    assert run("status", "--limit", "4").output == dedent(
        f"""\
          home                {filled.root}
          files in the inbox  0
          journal entries    5
          postings           10
          open items         3
          closed items       1
          withdrawn items    1
          unlinked payments  1
          open errors        3
          open warnings      1
          reference version  2

        Ledger totals
        currency  postings    debit   credit
        EUR              6  1390.49  1390.49
        JPY              4    10000    10000

        Open items
        currency  side                items  residual
        EUR       to collect (debit)      2   159.995
        USD       to collect (debit)      1    33.255

        Transit accounts that are not zero
        company  account  name                  balance  currency
        01       1900     Bills for collection    40.00  EUR

        Traces by status
        status      files
        deleted         1
        failed          1
        incomplete      1
        posted          1

        Last traces
        imported              import  partition key                  status      attempt  movements posted  errors  warnings
        2026-03-01T08:40:00Z  I4      {AGAIN.partition_key}       failed            1            0 of 0       1         0
        2026-03-01T08:30:00Z  I3      {YEN.partition_key}  deleted           1            1 of 1       0         0
        2026-03-01T08:20:00Z  I2      {SECOND.partition_key}      incomplete        2            1 of 2       1         0
        2026-03-01T08:10:00Z  I1      {FIRST.partition_key}       posted            1            2 of 2       0         1

        Next: `partita findings` says what keeps movements and documents out of the ledger and how to mend it.
        """  # noqa: E501
    )


@pytest.mark.parametrize("command", [("findings",), ("open-items",), ("postings",), ("unlinked",)])
def test_o02_before_anything_was_imported_a_list_is_empty_and_a_sentence_says_why(
    home: Home, run: Run, command: tuple[str, ...]
) -> None:
    sentence = (
        "There is no ledger yet: `partita process` makes it of the reference data and of the files in "
        f"{home.inbox}.\n"
    )
    in_json = run(*command, "--json")
    assert (in_json.exit_code, in_json.stdout, in_json.stderr) == (0, "[]\n", sentence)
    for_people = run(*command)
    assert (for_people.exit_code, for_people.stdout, for_people.stderr) == (0, sentence, "")


def test_o02_before_anything_was_imported_why_has_an_empty_answer(home: Home, run: Run) -> None:
    result = run("why", "RITCOGE.txt", "--json")
    assert (result.exit_code, result.stdout) == (0, "{}\n")
    assert result.stderr.startswith("There is no ledger yet")
    assert not (home.ledger / "partita.duckdb").exists(), "asking makes no ledger"


@pytest.mark.usefixtures("filled")
def test_o02_status_has_the_same_fields_before_anything_was_imported(
    home: Home, run: Run, answer: Callable[..., dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = list(answer("status"))
    monkeypatch.setenv("PARTITA_HOME", str(home.root / "nothing here"))
    assert run("status").stdout.splitlines()[-1].startswith("There is no ledger yet")
    assert list(answer_without_ledger(run)) == fields


def answer_without_ledger(run: Run) -> dict[str, object]:
    """The status before there is a ledger; the sentence goes to the error stream."""
    result = run("status", "--json")
    assert (result.exit_code, result.stderr.split(":")[0]) == (0, "There is no ledger yet")
    found: dict[str, object] = json.loads(result.stdout)
    assert {name for name, value in found.items() if value} == {"home"}
    return found
